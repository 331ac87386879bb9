"""Stretches of music as words, split so that no tune stands on both sides, and spoiled on purpose."""

from dataclasses import dataclass, replace

import numpy as np

from ..data.windows import WindowCutter

PARTS = ("train", "select", "test")


@dataclass
class Windows:
    """Stretches of music as words, ``words (N, T) int64``, and which tune each comes from, ``tune (N,)``.

    ``bar (N, T)`` numbers the bar in which each word begins, where that is known.
    """

    words: np.ndarray
    tune: np.ndarray
    bar: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.words)

    def keep(self, rows) -> "Windows":
        """Some of the windows, by index or by mask."""
        return Windows(
            self.words[rows], self.tune[rows], None if self.bar is None else self.bar[rows]
        )


def cut_windows(tunes, length: int, step: int | None = None, bars=None) -> Windows:
    """Every stretch of ``length`` words, ``step`` apart (default: side by side), none across two tunes.

    ``tunes``: one ``(n,)`` array of words each; ``bars`` the same shape: the number of each word's bar.
    """
    cutter = WindowCutter(tunes, length, beside=bars or None)
    places = cutter.every(step)
    words = cutter.cut(*places).astype(np.int64)
    bar = cutter.cut_beside(*places).astype(np.int64) if bars else None
    return Windows(words, places[0], bar)


def split_by_tune(
    windows: Windows, shares=(0.5, 0.2, 0.3), seed: int = 0, turn: int = 0
) -> dict[str, Windows]:
    """Windows as ``train``, ``select`` and ``test``, no tune in two of them. ValueError below three tunes.

    Each ``turn`` tests other tunes, until all have been tested and it begins again with the first.
    """
    tunes = np.random.default_rng(seed).permutation(np.unique(windows.tune))
    if len(tunes) < 3:
        raise ValueError(f"{len(tunes)} tunes cannot be split three ways")
    cuts = np.maximum(np.rint(np.cumsum(shares[:2]) / sum(shares) * len(tunes)), (1, 2)).astype(int)
    cuts = np.minimum(cuts, (len(tunes) - 2, len(tunes) - 1))
    tunes = np.roll(tunes, turn * (len(tunes) - cuts[1]))
    return {p: windows.keep(np.isin(windows.tune, t)) for p, t in zip(PARTS, np.split(tunes, cuts))}


def split_samples(fake, shares=(0.7, 0.1, 0.2), seed: int = 0, turn: int = 0) -> dict[str, Windows]:
    """Samples as ``train``, ``select`` and ``test``, shuffled first, each a tune of its own.

    ``fake (N, T)``: in order of a score, say after resampling, the test part would otherwise be another
    kind than the training part. :class:`Windows` with tunes are split by tune. Each ``turn`` tests other samples.
    """
    if isinstance(fake, Windows):
        return split_by_tune(fake, shares, seed, turn)
    fake = np.asarray(fake, np.int64)
    fake = Windows(fake, np.arange(len(fake)))
    order = np.random.default_rng(seed).permutation(len(fake))
    cuts = np.rint(np.cumsum(shares[:2]) * len(fake)).astype(int)
    order = np.roll(order, turn * (len(fake) - cuts[1]))
    return {p: fake.keep(rows) for p, rows in zip(PARTS, np.split(order, cuts))}


def shuffle_notes(windows: Windows, rng) -> Windows:
    """The words of each window in random order: what any judge has to notice."""
    return replace(windows, words=rng.permuted(windows.words, axis=1))


def shuffle_bars(windows: Windows, rng) -> Windows:
    """The whole bars of each window in random order; what the window cuts off at its ends stays.

    ValueError where the windows do not know their bars.
    """
    if windows.bar is None:
        raise ValueError("these windows do not know their bars; cut_windows takes them as bars=")
    mixed = []
    for words, bar in zip(windows.words, windows.bar):
        bars = np.split(words, np.flatnonzero(np.diff(bar)) + 1)
        inner = [bars[i] for i in 1 + rng.permutation(max(len(bars) - 2, 0))]
        mixed.append(np.concatenate([bars[0], *inner, *bars[1:][-1:]]))
    return replace(windows, words=np.array(mixed))
