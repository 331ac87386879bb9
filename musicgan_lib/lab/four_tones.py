"""Tunes so short, over so few tones, that all of them can be listed: the toy of the lessons on policy gradients."""

import numpy as np
import torch

from .. import corpora
from ..learning import enumeration
from ..models.tabular import TabularPolicy
from ..notes import Piece


class FourTones:
    """The four tones that a corpus sings most, its moves between them, and a rule that pays for tunes.

    Parameters
    ----------
    corpus : the melody (first track) of each of its training pieces is counted, from its last note, *do*.
    length : T, how many notes a tune adds to the opening; there are ``4 ** T`` tunes.

    Attributes
    ----------
    melodies : the pieces, first track alone.
    tones : semitones above do, ascending; a note is its place in this list, and 0 is do.
    opening : the two notes, as places, with which the melodies begin most often.
    moves : ``(4, 4)`` counts of the moves from a tone to another; a repeated note is none, so the diagonal is 0.
    tunes : ``(N, T) int64``, all of them; ``returns (N,)``: what each of them earns.

    Raises ValueError where do is not among the four tones. Source: ours.
    """

    def __init__(self, corpus: str, length: int):
        self.melodies = [piece.select(0) for piece in corpora.load(corpus, "train")]
        self.length = length
        degrees = [_count_from_last(m) for m in self.melodies]
        sung = np.bincount(np.concatenate(degrees), minlength=12)
        self.tones = sorted(np.argsort(-sung, kind="stable")[:4].tolist())
        if self.tones[0] != 0:
            raise ValueError(f"{corpus}: do is not among the four tones that are sung most")
        shares = sung[self.tones] / sung[self.tones].sum()
        self._start = torch.tensor(np.log(shares))
        pairs = [_count_pairs(d, self.tones) for d in degrees]
        self.opening = divmod(int(sum(first for first, _ in pairs).argmax()), 4)
        self.moves = sum(all_of_them for _, all_of_them in pairs)
        np.fill_diagonal(self.moves, 0)
        commonest = np.maximum(self.moves.max(1, keepdims=True), 1)
        self._worth = torch.tensor(self.moves / commonest)
        self.tunes = enumeration.all_sequences(4, length)
        self.returns = self.pay(self.tunes).sum(1)

    def pay(self, actions: torch.Tensor) -> torch.Tensor:
        """The reward of each note, ``(B, T) -> (B, T)``; a tune earns 1 at most.

        A move a to b earns ``n(a, b) / max_c n(a, c) / 2T``, a repeated note nothing, and do at the end 1/2.
        """
        first = torch.full_like(actions[:, :1], self.opening[1])
        before = torch.cat([first, actions[:, :-1]], 1)  # (B, T)
        rewards = self._worth[before, actions] / (2 * self.length)
        rewards[:, -1] += 0.5 * (actions[:, -1] == 0)
        return rewards

    def index(self, actions: torch.Tensor) -> torch.Tensor:
        """Where tunes stand in ``tunes``, ``(B, T) -> (B,)``."""
        return (actions * 4 ** torch.arange(self.length - 1, -1, -1)).sum(1)

    def new_policy(self) -> TabularPolicy:
        """A table of logits that knows how often each of the four tones is sung, and nothing else."""
        policy = TabularPolicy(4, self.length).to(self._start.dtype)
        policy.logits.data += self._start
        return policy

    def chances(self, policy) -> torch.Tensor:
        """How likely a policy makes each tune, ``(N,)``, exactly."""
        with torch.no_grad():
            return enumeration.sequence_log_prob(policy, self.tunes).exp()

    def expected_reward(self, policy) -> float:
        """J, what a policy earns on average, summed over all tunes."""
        return float(self.chances(policy) @ self.returns)

    def sing(self, tunes: torch.Tensor, title: str = "") -> Piece:
        """Tunes ``(B, T)`` one after the other, each with its opening,
        in eighths, with a rest of a quarter between them.
        """
        notes = []
        for i, tune in enumerate(tunes.tolist()):
            begin = i * ((2 + self.length) / 2 + 1)
            whole = [*self.opening, *tune]
            notes += [(begin + t / 2, 0.5, 60 + self.tones[k]) for t, k in enumerate(whole)]
        return Piece(notes, title=title, source="generated")


def _count_from_last(melody: Piece) -> np.ndarray:
    """Semitones above the last note, octaves left out."""
    pitches = melody.notes["pitch"].astype(int)
    return (pitches - pitches[-1]) % 12


def _count_pairs(degrees, tones) -> tuple[np.ndarray, np.ndarray]:
    """How a melody begins and how it moves among the tones, ``(4, 4)`` counts each."""
    opening = np.zeros((4, 4))
    moves = np.zeros((4, 4))
    for i, (a, b) in enumerate(zip(degrees, degrees[1:])):
        if a in tones and b in tones:
            move = tones.index(a), tones.index(b)
            moves[move] += 1
            opening[move] += i == 0
    return opening, moves
