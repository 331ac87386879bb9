"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def by_hand(phrases):
    best = []
    for phrase in phrases:
        places = [k for k, other in enumerate(phrases) if other == phrase]
        if len(places) > max(len(best), 1):
            best = places
    return best


def takes_the_last(phrases):
    best = []
    for phrase in phrases:
        places = [k for k, other in enumerate(phrases) if other == phrase]
        if len(places) >= max(len(best), 2):
            best = places
    return best


def leaves_the_first_out(phrases):
    return by_hand(phrases)[1:]


def counts_from_one(phrases):
    return [k + 1 for k in by_hand(phrases)]


def takes_the_first(phrases):
    return [k for k, phrase in enumerate(phrases) if phrase == phrases[0]]


def takes_all_that_return(phrases):
    return [k for k, phrase in enumerate(phrases) if phrases.count(phrase) > 1]


def tells_how_often(phrases):
    return len(by_hand(phrases))


def always_has_a_theme(phrases):
    return by_hand(phrases) or [0]


def as_an_array(phrases):
    return np.array(by_hand(phrases), dtype=float)


def by_sorting(phrases):
    def rank(k):
        return (-phrases.count(phrases[k]), k)

    first = min(range(len(phrases)), key=rank)
    found = tuple(k for k in range(len(phrases)) if phrases[k] == phrases[first])
    return found if len(found) > 1 else ()


def reads_in_order(asking, seen):
    return seen <= asking


def sees_the_whole_bar(asking, seen):
    return seen[0] <= asking[0]


def forgets_itself(asking, seen):
    return seen[0] < asking[0] or (seen[:2] == asking[:2] and seen[2] < asking[2])


def sees_its_own_track_alone(asking, seen):
    return seen[1] == asking[1] and (seen[0], seen[2]) <= (asking[0], asking[2])


def sees_its_own_future(asking, seen):
    return seen[0] < asking[0] or seen[:2] == asking[:2]


def sees_what_began_before(asking, seen):
    return seen[0] < asking[0] or (seen[0] == asking[0] and seen[2] <= asking[2])


def sees_later_bars_of_its_own(asking, seen):
    return seen[0] < asking[0] or (seen[1] == asking[1] and seen[2] <= asking[2])


def as_a_number(asking, seen):
    return int(
        seen[0] < asking[0] or (tuple(seen[:2]) == tuple(asking[:2]) and seen[2] <= asking[2])
    )


def by_comparing(asking, seen):
    return np.bool_((seen[0], 0, 0) < (asking[0], 0, 0)) | (
        asking[:2] == seen[:2] and asking[2] - seen[2] >= 0
    )


WRONG = {
    "themes-and-sets-1": takes_the_first,
    "themes-and-sets-2": reads_in_order,
}
NAMED = {
    "themes-and-sets-1": [
        (takes_the_last, "is the earliest"),
        (leaves_the_first_out, "one of its regions"),
        (counts_from_one, "from 0"),
        (takes_the_first, "not what comes first"),
        (takes_all_that_return, "leave the places of others out"),
        (tells_how_often, "not how often"),
        (always_has_a_theme, "there is no theme"),
    ],
    "themes-and-sets-2": [
        (reads_in_order, "another track's events"),
        (sees_the_whole_bar, "no row sees"),
        (forgets_itself, "sees itself"),
        (sees_its_own_track_alone, "of every track"),
        (sees_its_own_future, "comes after it"),
        (sees_what_began_before, "another track's events"),
        (sees_later_bars_of_its_own, "not even of its own track"),
    ],
}
RIGHT = {
    "themes-and-sets-1": [as_an_array, by_sorting],
    "themes-and-sets-2": [as_a_number, by_comparing],
}
