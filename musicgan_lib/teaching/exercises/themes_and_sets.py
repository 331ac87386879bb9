"""Judges of the exercises of *Themes and sets*."""

from ..exercise import checker
from .asking import call, expect_word, list_given, to_list


def _place_theme(phrases) -> list[int]:
    most = max(map(phrases.count, phrases), default=0)
    if most < 2:
        return []
    theme = next(p for p in phrases if phrases.count(p) == most)
    return [k for k, phrase in enumerate(phrases) if phrase == theme]


def _last_of_equals(phrases) -> list[int]:
    n = len(phrases)
    return sorted(n - 1 - k for k in _place_theme(phrases[::-1]))


@checker("themes-and-sets-1")
def judge_place_theme(place_theme):
    def ask(phrases, rule):
        wanted = _place_theme(phrases)
        first = [k for k, p in enumerate(phrases) if p == phrases[0]]
        again = [k for k, p in enumerate(phrases) if phrases.count(p) > 1]
        slips = {
            "of phrases that return equally often the theme is the earliest": _last_of_equals(
                phrases
            ),
            "the first place of the theme is one of its regions, too": wanted[1:],
            "count places from 0": [k + 1 for k in wanted],
            "the theme is what returns most often, not what comes first": first,
            "one phrase is the theme: leave the places of others out": again,
            "tell the places of the theme, not how often it stands": len(wanted),
        }
        found = _as_places(call(place_theme, phrases))
        slips = {k: v for k, v in slips.items() if wanted and v != wanted}
        expect_word(found, wanted, rule, slips, list_given(place_theme, (phrases,)))

    ask(list("AABACABA"), "A stands in five places")
    ask(list("BAACA"), "A returns, though B comes first")
    ask(list("ABAB"), "A and B return equally often: the earlier one is the theme")
    ask(list("AABBB"), "B returns more often than A")
    ask(list("ABCD"), "nothing returns: there is no theme, and the list is empty")
    ask([[60, 62], [64, 65], [60, 62]], "a phrase may be a list of notes")


def _as_places(found):
    """Whole numbers as a list; a number alone as it is."""
    if isinstance(found, (int, float)) or found is None:
        return found
    return [int(k) for k in to_list(found, "a list of places")]


def _sees(asking, seen) -> bool:
    (bar, track, at), (other_bar, other_track, other_at) = asking, seen
    if other_bar < bar:
        return True
    return other_bar == bar and other_track == track and other_at <= at


@checker("themes-and-sets-2")
def judge_sees(sees):
    def ask(asking, seen, rule):
        wanted = _sees(asking, seen)
        found = call(sees, asking, seen)
        given = list_given(sees, (asking, seen))
        assert found is not None, "your function returns nothing: end it with a `return`"
        expect_word(bool(found), wanted, f"{rule}: return {wanted}", {}, given)

    ask((1, 0, 2), (0, 3, 7), "a row sees earlier bars of every track")
    ask((1, 0, 2), (1, 0, 1), "a row sees what its own track has had of its bar")
    ask((1, 0, 2), (1, 0, 2), "a row sees itself")
    ask((1, 0, 2), (1, 0, 3), "no row sees what comes after it in its own track")
    ask(
        (1, 2, 4),
        (1, 0, 0),
        "no row sees another track's events of its own bar, wherever they stand",
    )
    ask(
        (1, 0, 4),
        (1, 2, 0),
        "no row sees another track's events of its own bar, wherever they stand",
    )
    ask((1, 2, 0), (2, 2, 0), "no row sees a later bar, not even of its own track")
    ask((1, 2, 5), (2, 0, 0), "no row sees a later bar")
