"""Tunes so short, over so few tones, that all of them can be listed: the toy of the lessons on policy gradients."""

import numpy as np
import torch

from .. import corpora
from ..data.four_tones import choose_tones, count_from_last, count_moves
from ..learning import enumeration
from ..learning.planted_reward import PlantedReward
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
        degrees = [count_from_last(m) for m in self.melodies]
        self.tones = choose_tones(degrees)
        if self.tones[0] != 0:
            raise ValueError(f"{corpus}: do is not among the four tones that are sung most")
        sung = np.bincount(np.concatenate(degrees), minlength=12)
        shares = sung[self.tones] / sung[self.tones].sum()
        self._start = torch.tensor(np.log(shares))
        self.opening, self.moves = count_moves(degrees, self.tones)
        self._reward = PlantedReward(self.moves, self.opening[1], length)
        self.tunes, self.returns = self._reward.tunes, self._reward.returns

    def pay(self, actions: torch.Tensor) -> torch.Tensor:
        """The reward of each note, ``(B, T) -> (B, T)``; see :meth:`PlantedReward.pay`."""
        return self._reward.pay(actions)

    def index(self, actions: torch.Tensor) -> torch.Tensor:
        """Where tunes stand in ``tunes``, ``(B, T) -> (B,)``."""
        return self._reward.index(actions)

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
