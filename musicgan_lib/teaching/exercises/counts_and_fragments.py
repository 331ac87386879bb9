"""Judges of the exercises of *One note of memory saves a nat, four notes copy*."""

from ..exercise import checker
from .asking import call, to_list


@checker("counts-and-fragments-1")
def judge_follow_shares(follow_shares):
    tunes = [[1, 2, 1, 3, 1, 2], [2, 3, 2, 2], [3]]

    def ask(past, wanted, rule):
        found = call(follow_shares, tunes, past)
        assert hasattr(found, "items"), (
            f"return a dictionary, symbol -> share, not {found!r} (past {past})"
        )
        got = {int(symbol): float(share) for symbol, share in found.items() if share}
        close = got.keys() == wanted.keys() and all(abs(got[s] - wanted[s]) < 1e-9 for s in wanted)
        assert close, f"{rule}: after {past} in {tunes} expected {wanted}, got {got}"

    counted = "shares, not counts, and each time that the past is met counts"
    ask([1], {2: 2 / 3, 3: 1 / 3}, counted)
    ask([9], {}, "after a past that nobody met nothing is known: an empty dictionary")
    ask([2, 1], {3: 1.0}, "the whole past has to be there, oldest first")
    ask([3, 2], {2: 1.0}, "the whole past has to be there, oldest first")
    ask([1, 2], {1: 1.0}, "a past never lies across two tunes, nor does what follows it")
    ask([2], {1: 1 / 3, 2: 1 / 3, 3: 1 / 3}, "a past never lies across two tunes")
    ask([2, 2], {}, "a past never lies across two tunes")
    ask([], {1: 3 / 11, 2: 5 / 11, 3: 3 / 11}, "the empty past stands before every note")
    ask([1, 2, 1, 3, 1, 2], {}, "after a whole tune nothing follows, so an empty dictionary")


@checker("counts-and-fragments-2")
def judge_list_next(list_next):
    c, g, f, turned = (72, 67, 64, 48), (71, 67, 62, 55), (74, 69, 65, 53), (67, 72, 64, 48)
    high = (72, 67, 64, 60)
    pieces = [[c, g, f, c, g], [turned, c, f, g], [g, high, c], [c, c]]

    def ask(place, wanted, rule):
        found = to_list(call(list_next, pieces, *place), "a list of places (piece, beat)")
        got = sorted((int(p), int(b)) for p, b in found)
        assert got == sorted(wanted), (
            f"{rule}: after place {place} expected {sorted(wanted)}, got {got}"
        )

    of_g, of_f = [(0, 1), (0, 4), (1, 3), (2, 0)], [(0, 2), (1, 2)]
    of_c = [(0, 0), (0, 3), (1, 1), (2, 2), (3, 0), (3, 1)]
    got = [(int(p), int(b)) for p, b in to_list(call(list_next, pieces, 0, 1), "a list of places")]
    assert (0, 2) in got or set(got) != {(1, 2)}, (
        f"its own next beat fits, too: after place (0, 1) expected {of_f}, got {got}"
    )
    got = [(int(p), int(b)) for p, b in to_list(call(list_next, pieces, 0, 0), "a list of places")]
    assert set(got) != set(of_g) - {(0, 4)}, (
        f"another beat in the same piece may follow, too: after place (0, 0) expected {of_g}, got {got}"
    )
    got = {(int(p), int(b)) for p, b in to_list(call(list_next, pieces, 0, 2), "a list of places")}
    assert got != {*of_c, (2, 1)}, (
        f"every voice has to begin alike, not the soprano alone: after place (0, 2) expected {of_c}, got {sorted(got)}"
    )
    assert got != {*of_c, (1, 0)}, (
        f"the same pitch has to be in the same voice: after place (0, 2) expected {of_c}, got {sorted(got)}"
    )
    ask((0, 1), of_f, "a beat fits that begins as its own next beat does")
    ask((0, 0), of_g, "a beat fits that begins as its own next beat does")
    ask((0, 2), of_c, "a beat fits that begins as its own next beat does")
    for place in ((0, 4), (1, 3), (3, 1)):
        ask(place, [], "after the last beat of a piece nothing may follow")
    ask((2, 0), [(2, 1)], "where no other beat fits, its own next one is the only one")
