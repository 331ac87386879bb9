"""Melodies by weights instead of rules: how far the next note lies from this one says how likely it is.

In the last movement of the Illiac Suite (Hiller and Isaacson 1959) intervals were weighted by how well they sound
together, by how near they lie, or by both. The weights here are ours.
"""

import numpy as np

#: Weights of intervals in semitones, without octaves: the better they sound together, the more.
CONSONANCE = {0: 8, 7: 7, 5: 6, 4: 5, 9: 4, 3: 3, 8: 2, 2: 1, 10: 1, 1: 0, 11: 0, 6: 0}
#: An octave, in semitones: as far as a melody leaps.
FAR = 12


def weigh_consonance(semitones) -> np.ndarray:
    """What a move weighs by :data:`CONSONANCE`, up or down; 0 beyond an octave."""
    far = np.abs(semitones)
    weights = np.array([CONSONANCE[k] for k in range(12)], float)
    return np.where(far <= FAR, weights[far % 12], 0.0)


def weigh_nearness(semitones) -> np.ndarray:
    """What a move weighs by its size: 13 for a repeated note, one less for each semitone, 0 beyond an octave."""
    return np.maximum(FAR + 1.0 - np.abs(semitones), 0.0)


def weigh_alike(semitones) -> np.ndarray:
    """1 for every move up to an octave."""
    return (np.abs(semitones) <= FAR).astype(float)


def weigh_both(semitones) -> np.ndarray:
    """The product of consonance and nearness."""
    return weigh_consonance(semitones) * weigh_nearness(semitones)


class IntervalChain:
    """A Markov chain on pitches, in which only the interval counts.

    Parameters
    ----------
    pitches : the notes that may sound, MIDI numbers, each once, ``(K,)``.
    weigh : weights of moves in semitones, ``(K, K) -> (K, K)``: 0 or more, and of each note some move above 0.

    ``weights (K, K)``: row the note now, column the next. ValueError for no pitches, a pitch that comes twice, weights
    that are negative or no numbers, and for a note that leads nowhere.
    """

    def __init__(self, pitches, weigh):
        self.pitches = np.asarray(pitches)
        if self.pitches.ndim != 1 or not self.pitches.size:
            raise ValueError("there is no note to draw: give pitches, such as range(60, 85)")
        if not np.issubdtype(self.pitches.dtype, np.integer):
            raise ValueError(f"pitches are whole numbers, and these are {self.pitches.dtype}")
        if len(set(self.pitches.tolist())) < len(self.pitches):
            raise ValueError("a pitch comes twice: give each once, and weigh its intervals instead")
        self.weights = np.asarray(weigh(self.pitches[None, :] - self.pitches[:, None]), float)
        if not (np.isfinite(self.weights) & (self.weights >= 0)).all():
            raise ValueError("a weight is negative or no number: weigh each move with 0 or more")
        if (dead := ~self.weights.any(1)).any():
            raise ValueError(
                f"nothing may follow pitch {self.pitches[dead][0]}: weigh some interval above 0, or leave it out"
            )

    @property
    def chances(self) -> np.ndarray:
        """How likely each note follows each, ``(K, K)``; rows sum to 1."""
        return self.weights / self.weights.sum(1, keepdims=True)

    @property
    def settled(self) -> np.ndarray:
        """How often each note comes in the long run, ``(K,)``: in proportion to the sum of the weights of its moves.

        That is so because a move weighs the same up and down: as much goes from one note to another as comes back.
        ValueError where it does not.
        """
        if not np.allclose(self.weights, self.weights.T):
            raise ValueError("moves up and down weigh differently: solve for the long run instead")
        return self.weights.sum(1) / self.weights.sum()

    def draw(self, n: int, length: int, rng) -> np.ndarray:
        """``(n, length)`` MIDI numbers; first notes are drawn as often as they come in the long run."""
        reach, states = np.cumsum(self.chances, 1), np.empty((n, length), np.int64)
        now = np.searchsorted(np.cumsum(self.settled)[:-1], rng.random(n), side="right")
        for t in range(length):
            if t:
                now = (reach[now, :-1] <= rng.random(n)[:, None]).sum(1)
            states[:, t] = now
        return self.pitches[states]
