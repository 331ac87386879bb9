"""Melodies as few words, split by tune: the music world's data."""

import numpy as np

from ..evaluation.windows import Windows, cut_windows


def music_words(tunes) -> tuple[list, list]:
    """Melodies in C or a, a word a note: pitch, and the nearest of eight times to the next note.

    ``tunes``: pieces whose first track is the melody. Returns one ``(n,)`` array each, without repeats of a
    beginning, and the symbols ``[(pitch, time)]``, the 119 most common; others become the nearest.
    """
    times, rows, seen = np.array([0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4]), [], set()
    scale = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11))
    for tune in tunes:
        notes = tune.select(0).notes
        if len(notes) < 34:
            continue
        counts = np.bincount(notes["pitch"] % 12, minlength=12)
        up = max(range(-6, 6), key=lambda k: counts @ scale[(np.arange(12) + k) % 12])
        wait = np.abs(np.diff(notes["onset"])[:, None] - times).argmin(1)
        opening = tuple(np.diff(notes["pitch"][:41]))
        if opening not in seen:
            seen.add(opening)
            rows.append(np.stack([notes["pitch"][:-1].astype(int) + up, wait], 1))
    kinds, n = np.unique(np.concatenate(rows), axis=0, return_counts=True)
    kinds = kinds[np.argsort(-n, kind="stable")[:119]]
    near = [np.abs(r[:, None] - kinds) @ (1, 2) for r in rows]
    return [d.argmin(1) for d in near], [(int(p), float(times[t])) for p, t in kinds]


def split_tunes(tunes, length: int, seed: int = 0) -> dict[str, Windows]:
    """Windows by tune, no tune in two parts.

    A trains the generator and its discriminator, S chooses their checkpoints; J trains the judge and K chooses its
    checkpoint; T tests. So no music of the judge has chosen anything of what it judges.
    """
    order = np.random.default_rng(seed).permutation(len(tunes))
    cuts = np.rint(np.cumsum((0.5, 0.2, 0.05, 0.08)) * len(tunes)).astype(int)
    step = {"A": 4, "J": 8, "K": 8, "S": 8, "T": 8}
    parts = {}
    for name, rows in zip(step, np.split(order, cuts)):
        found = cut_windows([tunes[i] for i in rows], length, step[name])
        parts[name] = Windows(found.words, rows[found.tune])
    return parts
