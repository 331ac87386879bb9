"""Answers that look right and are not, and odd ones that are right."""

import itertools

import numpy as np


def the_other_way(without, told, weight):
    return [b + weight * (a - b) for a, b in zip(without, told)]


def from_the_text(without, told, weight):
    return [b + weight * (b - a) for a, b in zip(without, told)]


def on_top(without, told, weight):
    return [a + weight * b for a, b in zip(without, told)]


def louder(without, told, weight):
    return [weight * b if weight else a for a, b in zip(without, told)]


def cut_off(without, told, weight):
    weight = min(max(weight, 0.0), 1.0)
    return [a + weight * (b - a) for a, b in zip(without, told)]


def never_below(without, told, weight):
    weight = max(weight, 0.0)
    return [a + weight * (b - a) for a, b in zip(without, told)]


def by_mixing(without, told, weight):
    return [(1 - weight) * a + weight * b for a, b in zip(without, told)]


def guided_array(without, told, weight):
    a, b = np.asarray(without, float), np.asarray(told, float)
    return a + weight * (b - a)


def differ(one, other):
    return sum(x != y for x, y in zip(one, other)) / len(one)


def pairs_of(captions):
    return [
        p
        for p in itertools.combinations(range(len(captions)), 2)
        if captions[p[0]] == captions[p[1]]
    ]


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def with_itself(clips, captions):
    n = range(len(clips))
    return mean(differ(clips[i], clips[j]) for i in n for j in n if captions[i] == captions[j])


def counts(clips, captions):
    return mean(sum(x != y for x, y in zip(clips[i], clips[j])) for i, j in pairs_of(captions))


def agree(clips, captions):
    return mean(1 - differ(clips[i], clips[j]) for i, j in pairs_of(captions))


def all_pairs(clips, captions):
    return mean(differ(a, b) for a, b in itertools.combinations(clips, 2))


def by_caption(clips, captions):
    found = []
    for name in sorted(set(captions)):
        own = [c for c, k in zip(clips, captions) if k == name]
        found.append(mean(differ(a, b) for a, b in itertools.combinations(own, 2)))
    return mean(found)


def neighbours(clips, captions):
    n = range(len(clips) - 1)
    return mean(differ(clips[i], clips[i + 1]) for i in n if captions[i] == captions[i + 1])


def in_semitones(clips, captions):
    return mean(sum(abs(x - y) for x, y in zip(clips[i], clips[j])) for i, j in pairs_of(captions))


def no_pair(clips, captions):
    shares = [differ(clips[i], clips[j]) for i, j in pairs_of(captions)]
    return sum(shares) / max(len(shares), 1) if shares else 1.0


def by_pairs(clips, captions):
    return mean(differ(clips[i], clips[j]) for i, j in pairs_of(captions))


def by_array(clips, captions):
    x, names = np.asarray(clips), np.asarray(captions)
    apart = (x[:, None] != x[None]).mean(-1)
    kept = np.triu(names[:, None] == names[None], 1)
    return np.float64(apart[kept].mean()) if kept.any() else np.float64(0)


WRONG = {"words-to-sound-1": from_the_text, "words-to-sound-2": all_pairs}
NAMED = {
    "words-to-sound-1": [
        (the_other_way, "*without* the text"),
        (from_the_text, "*without* the text"),
        (on_top, "counts once"),
        (louder, "the difference that is multiplied"),
        (cut_off, "may be above 1"),
        (never_below, "below 0"),
    ],
    "words-to-sound-2": [
        (with_itself, "with itself"),
        (counts, "share"),
        (agree, "where they agree"),
        (all_pairs, "different captions"),
        (by_caption, "over captions"),
        (neighbours, "not only neighbours"),
        (in_semitones, "semitones"),
        (no_pair, "no caption has two"),
    ],
}
RIGHT = {"words-to-sound-1": [by_mixing, guided_array], "words-to-sound-2": [by_pairs, by_array]}
