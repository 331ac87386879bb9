"""Harmony by counting: how often each followed the one before under this note. What a network has to beat."""

import numpy as np

from ..data.harmony import HARMONIES, SILENT, Harmonised, Melody
from ..data.harmony_features import START


class HarmonyCounts:
    """Tables of counts of training chorales, smoothed by smaller tables.

    ``p(h | past, note) = (n(past, note, h) + k p(h | note)) / (n(past, note) + k)``, and ``p(h | note)`` leans in the
    same way on ``p(h)``, and that on one count each; where notes are not heard, past and nothing lean so. Majors and
    minors are counted apart. The bass is counted by the harmony before and this one, leaning on this one alone.

    Parameters
    ----------
    pieces : what is counted.
    past, note : whether the table hears the harmony before, and the melody.
    weight : k, how many counts the smaller table is worth.
    """

    def __init__(
        self, pieces: list[Harmonised], past: bool = True, note: bool = True, weight: float = 5.0
    ):
        if not weight > 0:
            raise ValueError(f"weight is {weight}: a smaller table is worth more than 0 counts")
        self.past, self.note = past, note
        counts = np.zeros((2, HARMONIES + 1, SILENT + 1, HARMONIES))
        bass = np.zeros((HARMONIES + 1, HARMONIES, 4))
        for piece in pieces:
            before = np.concatenate([[START], piece.harmony[:-1]])
            here = int(piece.melody.minor)
            np.add.at(counts, (here, before, piece.melody.degree, piece.harmony), 1)
            np.add.at(bass, (before, piece.harmony, piece.bass), 1)
        alone = counts.sum((1, 2))  # (2, H)
        table = ((alone + 1) / (alone.sum(-1, keepdims=True) + HARMONIES))[:, None, None]
        if note:
            table = _lean(counts.sum(1, keepdims=True), table, weight)
        if past:
            table = _lean(counts if note else counts.sum(2, keepdims=True), table, weight)
        self.table = np.broadcast_to(table, counts.shape)
        members = np.ones((HARMONIES, 4))
        members[np.arange(HARMONIES) % 4 != 3, 3] = 0
        alone = bass.sum(0) + members
        self.bass = _lean(bass, (alone / alone.sum(-1, keepdims=True))[None], weight)

    def log_prob(self, piece: Harmonised) -> np.ndarray:
        """Log-probabilities ``(T, HARMONIES)`` of each beat's harmony, given the true one before."""
        before = np.concatenate([[START], piece.harmony[:-1]])
        return np.log(self.table[int(piece.melody.minor), before, piece.melody.degree])

    def measure(self, pieces: list[Harmonised]) -> dict:
        """``harmony_nll``, nats a beat, and ``harmony_right``, the share of beats whose likeliest harmony is theirs."""
        said = np.concatenate([self.log_prob(piece) for piece in pieces])
        true = np.concatenate([piece.harmony for piece in pieces])
        paid = -said[np.arange(len(true)), true]
        return {
            "harmony_nll": float(paid.mean()),
            "harmony_right": float((said.argmax(1) == true).mean()),
        }

    def ask(self, melody: Melody) -> "CountHarmonist":
        """One who tells a search what this table knows of a melody."""
        return CountHarmonist(self, melody)


class CountHarmonist:
    """A table that a search can ask (:class:`~musicgan_lib.games.skeleton.Harmonist`)."""

    def __init__(self, counts: HarmonyCounts, melody: Melody):
        self.counts, self.degree, self.minor = counts, melody.degree, int(melody.minor)

    def tell(self, t: int, history: np.ndarray, bass: np.ndarray) -> np.ndarray:
        before = history[:, -1]
        harmony = self.counts.table[self.minor, before, self.degree[t]]  # (n, H)
        with np.errstate(divide="ignore"):
            return np.log(harmony)[..., None] + np.log(self.counts.bass[before])


class NoHarmonist:
    """Nobody: every harmony is as good as any other, so rules and taste alone decide."""

    def tell(self, t: int, history: np.ndarray, bass: np.ndarray) -> np.ndarray:
        return np.zeros((len(history), HARMONIES, 4))


def _lean(counts: np.ndarray, on: np.ndarray, weight: float) -> np.ndarray:
    """Shares of counts, where ``weight`` counts are shared out as the smaller table has it."""
    return (counts + weight * on) / (counts.sum(-1, keepdims=True) + weight)
