"""Answers that look right and are not, and odd ones that are right."""

import numpy as np


def with_the_neighbour(phrases):
    letters = "A"
    for before, here in zip(phrases, phrases[1:]):
        letters += letters[-1] if here == before else chr(ord(max(letters)) + 1)
    return letters


def by_size(phrases):
    every = sorted(map(tuple, phrases))
    kinds = [p for i, p in enumerate(every) if p not in every[:i]]
    return "".join("ABCDEFGH"[kinds.index(tuple(p))] for p in phrases)


def by_the_first_note(phrases):
    heard = []
    letters = ""
    for phrase in phrases:
        if phrase[0] not in heard:
            heard.append(phrase[0])
        letters += "ABCDEFGH"[heard.index(phrase[0])]
    return letters


def by_the_set_of_notes(phrases):
    seen = {}
    return "".join(seen.setdefault(frozenset(p), "ABCDEFGH"[len(seen)]) for p in phrases)


def by_place(phrases):
    return "".join("ABCDEFGH"[phrases.index(p)] for p in phrases)


def as_a_list(phrases):
    seen = {}
    return [seen.setdefault(tuple(p), "ABCDEFGH"[len(seen)]) for p in phrases]


def all_new(phrases):
    return "ABCDEFGH"[: len(phrases)]


def by_bytes(phrases):
    seen = {}
    return "".join(seen.setdefault(np.asarray(p).tobytes(), "ABCDEFGH"[len(seen)]) for p in phrases)


def backwards(phrases):
    first = [phrases.index(p) for p in phrases]
    kinds = sorted(set(first))
    return "".join(map("ABCDEFGH".__getitem__, map(kinds.index, first)))


WRONG = {"borrowed_form-1": with_the_neighbour}
NAMED = {
    "borrowed_form-1": [
        (with_the_neighbour, "compare it with all"),
        (by_size, "whatever its notes are"),
        (by_the_first_note, "not how they begin"),
        (by_the_set_of_notes, "order of the notes counts"),
        (by_place, "not with each place"),
        (as_a_list, "one string"),
        (all_new, "compare it with all"),
    ],
}
RIGHT = {"borrowed_form-1": [by_bytes, backwards]}
