"""A Markov chain: a table says how often each note followed each short past, and drawing from the table composes."""

import numpy as np
import torch
from torch import nn


class MarkovChain(nn.Module):
    """How often each symbol followed the ``order`` symbols before it, in the tunes that were read.

    A tune is a row of symbols that closes with ``end`` and has it nowhere else; what stands before its first note is
    ``end``, too. So every tune leaves each past as often as it comes to it, and no past is a dead end.

    Parameters
    ----------
    tunes : the tunes whose pasts have a row; :meth:`read` counts them. None of them is counted yet.
    n_symbols : size of the alphabet, with the end, which is its last symbol.
    order : how many symbols back the chain looks; 0: not at all.

    ``counts (C, V)`` is the table, in the order of ``pasts``. ValueError for a tune that is empty, has a symbol
    outside of the alphabet or its end elsewhere, and for an order that is longer than every tune.
    """

    def __init__(self, tunes, n_symbols: int, order: int = 1):
        super().__init__()
        self.n_symbols, self.order, self.end = n_symbols, order, n_symbols - 1
        tunes = [self.check(tune) for tune in tunes]
        longest = max((len(tune) - 1 for tune in tunes), default=0)
        if not 0 <= order <= longest:
            raise ValueError(
                f"order is {order}, and the longest tune has {longest} notes: look back at 0 to {longest}"
            )
        known = {past: None for tune in tunes for past in self.list_pasts(tune)}
        self.pasts = list(known)
        self.rows = {past: row for row, past in enumerate(self.pasts)}
        counts = torch.zeros(len(self.pasts), n_symbols)
        self.counts = nn.Parameter(counts, requires_grad=False)

    def check(self, tune) -> np.ndarray:
        """A tune as an array; ValueError for one that is empty, leaves the alphabet, or has its end elsewhere."""
        tune = np.asarray(tune, np.int64)
        if len(tune) < 2:
            raise ValueError("a tune needs a note and its end, and this one is empty")
        for wrong in tune[(tune < 0) | (tune > self.end)]:
            raise ValueError(f"symbols must lie in 0..{self.end}, got {wrong}")
        if tune[-1] != self.end or (tune[:-1] == self.end).any():
            raise ValueError(f"a tune closes with its end ({self.end}) and has it nowhere else")
        return tune

    def list_pasts(self, tune) -> list[tuple]:
        """What stands before each symbol of a tune: the last ``order`` symbols, oldest first."""
        padded = [self.end] * self.order + np.asarray(tune).tolist()
        return [tuple(padded[t : t + self.order]) for t in range(len(tune))]

    def read(self, tune) -> None:
        """Count what follows what in one of the tunes."""
        tune = self.check(tune)
        try:
            rows = [self.rows[past] for past in self.list_pasts(tune)]
        except KeyError as unknown:
            raise ValueError(
                f"this tune has a past without a row, {unknown.args[0]}: build the chain with it"
            ) from None
        more = np.zeros(self.counts.shape, np.float32)
        np.add.at(more, (rows, tune), 1)
        self.counts.data += torch.as_tensor(more).to(self.counts.device)

    def table(self) -> np.ndarray:
        """The counts, ``(C, V) float64``: a row for each past, a column for each symbol that may follow it."""
        return self.counts.detach().cpu().numpy().astype(float)

    def has_read(self) -> bool:
        """Whether any tune was counted."""
        return bool(self.counts.detach().cpu().numpy().any())

    def log_prob(self, tune, pseudo_count: float = 0.0) -> np.ndarray:
        """Nats of each symbol of a tune given those before it, its end included, ``(T + 1,)``; their sum is the tune's.

        ``log (n(past, symbol) + a) / (n(past) + a V)``, with a pseudo-count a for every symbol. Without one, minus
        infinity for what never followed.
        """
        tune, counts = self.check(tune), self.table()
        rows = np.array([self.rows.get(past, -1) for past in self.list_pasts(tune)])
        seen = np.where((rows >= 0)[:, None], counts[rows], 0.0)  # (T + 1, V)
        total = seen.sum(1) + pseudo_count * self.n_symbols
        hit = seen[np.arange(len(tune)), tune] + pseudo_count
        with np.errstate(divide="ignore"):
            return np.where(hit > 0, np.log(hit) - np.log(np.maximum(total, 1e-300)), -np.inf)

    def probabilities(self, past=(), temperature: float = 1.0) -> np.ndarray:
        """What follows the symbols of a tune so far, ``(V,)``; the more of them are given than ``order``, the better.

        ValueError for a past that no tune that was read has.
        """
        return self._follow(self.table(), self._cut_past(past), temperature)

    def _cut_past(self, tune) -> tuple:
        """The last ``order`` symbols of a tune so far; before its first note stands its end."""
        padded = [self.end] * self.order + [int(s) for s in tune]
        return tuple(padded[len(padded) - self.order :])

    def _follow(self, table, past: tuple, temperature: float) -> np.ndarray:
        if not table.any():
            raise ValueError("no tune has been read, so nothing is known of what follows: read one")
        counts = table[self.rows[past]] if past in self.rows else np.zeros(1)
        if not counts.any():
            raise ValueError(f"nothing that was read goes on after {past}: give the past of a tune")
        weights = (counts / counts.max()) ** (1 / temperature)
        return weights / weights.sum()

    def sample(self, length: int, rng, temperature: float = 1.0, start=()) -> np.ndarray:
        """One tune after the notes in ``start``, ``(length,)``; what is left after its end is filled with the end."""
        tune = self._draw(length, rng, temperature, start, self.table(), {})
        return np.array((tune + [self.end] * length)[:length], np.int64)

    def _draw(self, length: int, rng, temperature: float, start, table, known: dict) -> list[int]:
        """A tune up to its end; ``known`` keeps what follows a past, heaped up."""
        tune = [int(s) for s in start]
        while len(tune) < length and (not tune or tune[-1] != self.end):
            past = self._cut_past(tune)
            if past not in known:
                p = self._follow(table, past, temperature)
                follow = np.flatnonzero(p)
                known[past] = follow, np.cumsum(p[follow])
            follow, heaped = known[past]
            place = np.searchsorted(heaped, rng.random() * heaped[-1], side="right")
            tune.append(int(follow[min(place, len(follow) - 1)]))
        return tune

    def walk(self, length: int, rng) -> np.ndarray:
        """Tune after tune, each begun anew at its end: ``(length,)`` symbols of the long run."""
        drawn, table, known = [], self.table(), {}
        while len(drawn) < length:
            drawn += self._draw(length - len(drawn), rng, 1.0, (), table, known)
        return np.array(drawn, np.int64)

    def stationary(self) -> np.ndarray:
        """The share of time that the long run spends on each past, ``(C,)``: pi with ``pi P = pi``.

        P moves a past to the next one. What was not read has the share 0.
        """
        counts = self.table()
        used = np.flatnonzero(counts.sum(1))
        if not len(used):
            raise ValueError("no tune has been read, so there is no long run: read one")
        place = np.full(len(self.pasts), -1)
        place[used] = np.arange(len(used))
        moves = np.zeros((len(used), len(used)))
        for row in used:
            for symbol in np.flatnonzero(counts[row]):
                to = place[self.rows[self._next(self.pasts[row], int(symbol))]]
                moves[place[row], to] += counts[row, symbol] / counts[row].sum()
        system = np.vstack([(moves.T - np.eye(len(used)))[1:], np.ones(len(used))])
        share = np.zeros(len(self.pasts))
        share[used] = np.linalg.solve(system, np.append(np.zeros(len(used) - 1), 1.0))
        return share

    def _next(self, past: tuple, symbol: int) -> tuple:
        """The past after one more symbol; after an end nothing of the old tune is left."""
        if symbol == self.end:
            return (self.end,) * self.order
        return (*past, symbol)[1:] if self.order else ()
