"""A reward that is planted: what each tune of a small world earns is known before anybody learns."""

import numpy as np
import torch

from . import enumeration


class PlantedReward:
    """Tunes of ``length`` notes over V tones; moves that a corpus makes often pay, and so does coming home.

    Parameters
    ----------
    moves : ``(V, V)`` counts of the moves from a tone to another, with zeros on the diagonal; tone 0 is home.
    before : the tone that stands before the first note.
    length : T, notes of a tune.

    ``tunes (N, T)`` are all of them, and ``returns (N,)`` what each earns, 1 at most. ValueError for moves that are no
    square of counts, a tone that there is not, and tunes that are too many to list. Source: ours.
    """

    def __init__(self, moves, before: int, length: int):
        moves = np.asarray(moves, float)
        if moves.ndim != 2 or len(moves) != moves.shape[-1] or (moves < 0).any():
            raise ValueError(f"moves are a square of counts, and these are {moves.shape}")
        if not 0 <= before < len(moves):
            raise ValueError(f"before is {before}, and the tones are 0 to {len(moves) - 1}")
        if length < 1:
            raise ValueError(f"length is {length}, and a tune has a note at least")
        self.symbols, self.before, self.length = len(moves), before, length
        commonest = np.maximum(moves.max(1, keepdims=True), 1)
        self._worth = torch.tensor(moves / commonest)
        self.tunes = enumeration.all_sequences(self.symbols, length)
        self.returns = self.pay(self.tunes).sum(1)

    def pay(self, actions: torch.Tensor) -> torch.Tensor:
        """The reward of each note, ``(B, T) -> (B, T)``; a tune earns 1 at most.

        A move a to b earns ``n(a, b) / max_c n(a, c) / 2T``, a repeated note nothing, and home at the end 1/2.
        """
        first = torch.full_like(actions[:, :1], self.before)
        past = torch.cat([first, actions[:, :-1]], 1)  # (B, T)
        rewards = self._worth.to(actions.device)[past, actions] / (2 * self.length)
        rewards[:, -1] += 0.5 * (actions[:, -1] == 0)
        return rewards

    def index(self, actions: torch.Tensor) -> torch.Tensor:
        """Where tunes stand in ``tunes``, ``(B, T) -> (B,)``."""
        powers = self.symbols ** torch.arange(self.length - 1, -1, -1)
        return (actions * powers.to(actions.device)).sum(1)
