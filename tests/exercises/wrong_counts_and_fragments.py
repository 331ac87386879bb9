"""Answers that look right and are not, and odd ones that are right."""

from collections import Counter

import numpy as np


def joins_the_tunes(tunes, past):
    whole, k = [s for tune in tunes for s in tune], len(past)
    after = [whole[t] for t in range(k, len(whole)) if whole[t - k : t] == list(past)]
    return {s: after.count(s) / len(after) for s in after}


def looks_at_the_last_alone(tunes, past):
    after = [
        tune[t]
        for tune in tunes
        for t in range(len(past), len(tune))
        if not len(past) or tune[t - 1] == past[-1]
    ]
    return {s: after.count(s) / len(after) for s in after}


def counts_and_does_not_divide(tunes, past):
    k = len(past)
    return dict(
        Counter(
            tune[t]
            for tune in tunes
            for t in range(k, len(tune))
            if list(tune[t - k : t]) == list(past)
        )
    )


def each_tune_once(tunes, past):
    k, after = len(past), []
    for tune in tunes:
        for t in range(k, len(tune)):
            if list(tune[t - k : t]) == list(past):
                after.append(tune[t])
                break
    return {s: after.count(s) / len(after) for s in after}


def divides_by_nothing(tunes, past):
    after = counts_and_does_not_divide(tunes, past)
    if not after:
        return {tune[0]: 1.0 for tune in tunes[:1]}
    return {s: n / sum(after.values()) for s, n in after.items()}


def wants_a_past(tunes, past):
    if not len(past):
        return {}
    after = counts_and_does_not_divide(tunes, past)
    return {s: n / sum(after.values()) for s, n in after.items()}


def reads_backwards(tunes, past):
    return follow_by_slices(tunes, list(past)[::-1])


def follow_by_slices(tunes, past):
    k, past = len(past), tuple(past)
    seen = Counter(
        tune[t + k]
        for tune in map(tuple, tunes)
        for t in range(len(tune) - k)
        if tune[t : t + k] == past
    )
    total = sum(seen.values())
    return {s: n / total for s, n in seen.items()}


def follow_with_zeros(tunes, past):
    found = follow_by_slices(tunes, past)
    every = sorted({s for tune in tunes for s in tune})
    return {np.int64(s): np.float64(found.get(s, 0.0)) for s in every} if found else {}


def begins_like_this_one(pieces, piece, beat):
    if beat + 1 == len(pieces[piece]):
        return []
    wanted = pieces[piece][beat]
    return [(p, b) for p, row in enumerate(pieces) for b, x in enumerate(row) if x == wanted]


def stands_behind_its_likes(pieces, piece, beat):
    here = pieces[piece][beat]
    return [(p, b + 1) for p, row in enumerate(pieces) for b, x in enumerate(row[:-1]) if x == here]


def leaves_its_own_out(pieces, piece, beat):
    return [place for place in may_follow(pieces, piece, beat) if place != (piece, beat + 1)]


def looks_elsewhere_alone(pieces, piece, beat):
    return [
        place
        for place in may_follow(pieces, piece, beat)
        if place[0] != piece or place == (piece, beat + 1)
    ]


def sings_the_soprano(pieces, piece, beat):
    if beat + 1 == len(pieces[piece]):
        return []
    wanted = pieces[piece][beat + 1][0]
    return [(p, b) for p, row in enumerate(pieces) for b, x in enumerate(row) if x[0] == wanted]


def forgets_who_sings(pieces, piece, beat):
    if beat + 1 == len(pieces[piece]):
        return []
    wanted = sorted(pieces[piece][beat + 1])
    return [
        (p, b) for p, row in enumerate(pieces) for b, x in enumerate(row) if sorted(x) == wanted
    ]


def goes_on_into_the_next_piece(pieces, piece, beat):
    flat = [(p, b) for p, row in enumerate(pieces) for b in range(len(row))]
    at = flat.index((piece, beat)) + 1
    if at == len(flat):
        return []
    wanted = pieces[flat[at][0]][flat[at][1]]
    return [(p, b) for p, b in flat if pieces[p][b] == wanted]


def may_follow(pieces, piece, beat):
    own = pieces[piece][beat + 1 :][:1]
    return [(p, b) for p, row in enumerate(pieces) for b, x in enumerate(row) if [x] == own]


def may_follow_as_a_set(pieces, piece, beat):
    lexicon = {}
    for p, row in enumerate(pieces):
        for b, first in enumerate(row):
            lexicon.setdefault(tuple(first), set()).add((np.int64(p), np.int64(b)))
    following = pieces[piece][beat + 1] if beat + 1 < len(pieces[piece]) else None
    return lexicon.get(following, set())


WRONG = {"counts-and-fragments-1": joins_the_tunes, "counts-and-fragments-2": begins_like_this_one}
NAMED = {
    "counts-and-fragments-1": [
        (joins_the_tunes, "across two tunes"),
        (looks_at_the_last_alone, "the whole past"),
        (counts_and_does_not_divide, "shares"),
        (each_tune_once, "each time"),
        (divides_by_nothing, "nobody met"),
        (wants_a_past, "empty past"),
        (reads_backwards, "the whole past"),
    ],
    "counts-and-fragments-2": [
        (begins_like_this_one, "as its own next beat does"),
        (stands_behind_its_likes, "as its own next beat does"),
        (leaves_its_own_out, "its own next beat fits, too"),
        (looks_elsewhere_alone, "in the same piece"),
        (sings_the_soprano, "every voice"),
        (forgets_who_sings, "the same voice"),
        (goes_on_into_the_next_piece, "last beat of a piece"),
    ],
}
RIGHT = {
    "counts-and-fragments-1": [follow_by_slices, follow_with_zeros],
    "counts-and-fragments-2": [may_follow, may_follow_as_a_set],
}
