"""Counts that back off: a long past answers where it was met, and where it is new a shorter one does."""

import numpy as np
from torch import nn

from .markov import MarkovChain


class BackOffChain(nn.Module):
    """One table for each length of past from none to ``order``; what a short past says corrects what a long one says.

    From the shortest past c to the longest, ``p(s) = (n(c, s) + m q(s)) / (n(c) + m)``: n are counts, q is what the
    next shorter past said (equal shares below the shortest), and ``m = strength * kinds of symbol seen after c``. A
    past that nobody met changes nothing. So the shares sum to 1 after any past, and none is 0.

    Parameters
    ----------
    tunes : the tunes whose pasts have a row, each closed by its end as in
        :class:`~musicgan_lib.models.markov.MarkovChain`; :meth:`read` counts them, and none is counted yet.
    n_symbols : size of the alphabet V, with the end, which is its last symbol.
    order : how many symbols back the longest past looks; 0: not at all.
    strength : what a shorter past weighs, in observations for each kind of symbol; above 0.
    backs_off : without it the longest past alone is asked, and equal shares stand in the place of the shorter ones.

    Source: interpolation of Witten and Bell (1991); ``strength`` is ours. ValueError for what a Markov chain refuses,
    and for a strength that is not above 0.
    """

    def __init__(
        self, tunes, n_symbols: int, order: int = 4, strength: float = 4.0, backs_off: bool = True
    ):
        super().__init__()
        if not 0 < strength < np.inf:
            raise ValueError(
                f"strength is {strength}, and has to be above 0: without a shorter past what is new would cost infinity"
            )
        self.n_symbols, self.order, self.end = n_symbols, order, n_symbols - 1
        self.strength, self.backs_off = strength, backs_off
        orders = range(order + 1) if backs_off else [order]
        self.levels = nn.ModuleList(MarkovChain(tunes, n_symbols, k) for k in orders)

    def read(self, tune) -> None:
        """Count what follows what in one of the tunes, after pasts of each length."""
        for chain in self.levels:
            chain.read(tune)

    def has_read(self) -> bool:
        """Whether any tune was counted."""
        return self.levels[0].has_read()

    def shares(self, tune) -> np.ndarray:
        """How likely each symbol is at each place of a tune, given those before it: ``(T, V)``, rows sum to 1."""
        share = np.full((len(tune), self.n_symbols), 1 / self.n_symbols)
        for chain in self.levels:
            rows = np.array([chain.rows.get(past, -1) for past in chain.list_pasts(tune)])
            counts = chain.counts.detach().cpu().numpy()[rows].astype(float)
            seen = np.where(rows[:, None] >= 0, counts, 0.0)  # (T, V)
            mass = self.strength * (seen > 0).sum(1, keepdims=True)
            total = seen.sum(1, keepdims=True)
            mixed = (seen + mass * share) / np.maximum(total + mass, 1e-300)
            share = np.where(total > 0, mixed, share)
        return share

    def log_prob(self, tune) -> np.ndarray:
        """Nats of each symbol of a tune given those before it, its end included, ``(T + 1,)``; never infinite."""
        tune = self.levels[0].check(tune)
        return np.log(self.shares(tune)[np.arange(len(tune)), tune])

    def reach(self, tune) -> np.ndarray:
        """How many symbols the longest past has that was met before, at each place, ``(T + 1,)``; -1: not even none."""
        longest = np.full(len(tune), -1)
        for chain in self.levels:
            known = chain.table().sum(1) > 0
            met = [
                past in chain.rows and known[chain.rows[past]] for past in chain.list_pasts(tune)
            ]
            longest[np.array(met, bool)] = chain.order
        return longest

    def probabilities(self, past=(), temperature: float = 1.0) -> np.ndarray:
        """What follows the symbols of a tune so far, ``(V,)``: sums to 1, whatever stands before."""
        recent = [int(symbol) for symbol in past][max(len(past) - self.order, 0) :]
        share = self.shares(np.array([*recent, 0]))[-1]
        weights = (share / share.max()) ** (1 / temperature)
        return weights / weights.sum()

    def sample(self, length: int, rng, temperature: float = 1.0, start=()) -> np.ndarray:
        """One tune after the notes in ``start``, ``(length,)``; what is left after its end is filled with the end."""
        tune = [int(symbol) for symbol in start]
        while len(tune) < length and (not tune or tune[-1] != self.end):
            p = self.probabilities(tune, temperature)
            tune.append(int(rng.choice(self.n_symbols, p=p)))
        return np.array((tune + [self.end] * length)[:length], np.int64)
