"""Music as a row of symbols: a table of counts that predicts the next one, and traces of copying.

Symbols are whole numbers ``0 .. n_symbols - 1``; a sequence is a one-dimensional array of them.
"""

import numpy as np


class BackOffCounts:
    """A table of how often each symbol followed each context: the model that a network has to beat.

    The share of a symbol after a long context is mixed with its share after the next shorter one, down
    to no context and then to equal shares, so every symbol keeps some probability (:meth:`log_prob`).

    Parameters
    ----------
    n_symbols : size of the alphabet V.
    order : symbols of context at most; ``order + 1`` levels with the one that has no context.
    strength : weight of the shorter context, in observations for each *kind* of symbol seen after
        the longer one. Higher smooths more.

    Source: interpolation of Witten and Bell (1991); ``strength`` is ours.
    """

    def __init__(self, n_symbols: int, order: int = 6, strength: float = 1.0):
        self.n_symbols, self.order, self.strength = n_symbols, order, strength

    def fit(self, sequences) -> "BackOffCounts":
        """Count every symbol of the sequences after every context of up to ``order`` symbols."""
        pairs = [self.contexts(s) for s in sequences]
        return self.fit_contexts(np.concatenate(pairs), np.concatenate(list(sequences)))

    def fit_contexts(self, contexts, symbols) -> "BackOffCounts":
        """Count symbols after contexts of your own making.

        ``contexts (N, K)`` integers: column k names the context of level k, short to long, and a
        longer one has to contain the shorter. ``symbols (N,)``.
        """
        contexts, symbols = np.asarray(contexts), self._known(symbols)
        self.levels = [self._count(column, symbols) for column in contexts.T]
        return self

    def _known(self, symbols) -> np.ndarray:
        """The symbols as an array; ValueError for one outside the alphabet."""
        symbols = np.asarray(symbols, np.int64)
        for wrong in symbols[(symbols < 0) | (symbols >= self.n_symbols)]:
            raise ValueError(f"symbols must lie in 0..{self.n_symbols - 1}, got {wrong}")
        return symbols

    def _count(self, column, symbols):
        names, row = np.unique(column, return_inverse=True)
        seen, times = np.unique(row * self.n_symbols + symbols, return_counts=True)
        total = np.bincount(row, minlength=len(names)).astype(float)
        kinds = np.bincount(seen // self.n_symbols, minlength=len(names)).astype(float)
        return names, total, kinds, seen, times.astype(float)

    def log_prob(self, contexts, symbols) -> np.ndarray:
        """Natural logarithm of the probability of each symbol after its context; ``(N,)``, nats.

        From the shortest context c to the longest,
        ``p = (n(c, s) + m * p_shorter(s)) / (n(c) + m)``, with ``m = strength * kinds seen after c``;
        a context never seen changes nothing. ValueError for a symbol outside the alphabet.
        """
        contexts, symbols = np.asarray(contexts), self._known(symbols)
        p = np.full(len(symbols), 1.0 / self.n_symbols)
        for column, level in zip(contexts.T, self.levels):
            known, row = _look_up(level[0], column)
            found, cell = _look_up(level[3], row * self.n_symbols + symbols)
            times = np.where(known & found, level[4][cell], 0.0)
            mass = self.strength * level[2][row]
            p = np.where(known, (times + mass * p) / (level[1][row] + mass), p)
        return np.log(p)

    def probabilities(self, context=()) -> np.ndarray:
        """What comes after the symbols in ``context``, the last one last: ``(V,)``, sums to 1."""
        recent = np.asarray(context, np.int64)[max(len(context) - self.order, 0) :]
        names = self.contexts(np.append(recent, 0))[-1]
        every = np.arange(self.n_symbols)
        return np.exp(self.log_prob(np.tile(names, (self.n_symbols, 1)), every))

    def nll(self, sequences) -> float:
        """Mean negative log-likelihood of the sequences in nats a symbol; lower is better."""
        contexts = np.concatenate([self.contexts(s) for s in sequences])
        return float(-self.log_prob(contexts, np.concatenate(list(sequences))).mean())

    def sample(self, length: int, rng, temperature: float = 1.0, start=()) -> np.ndarray:
        """Continue ``start`` by ``length`` symbols, each drawn from ``p ** (1 / temperature)``; ``(length,)``."""
        drawn = list(start)
        for _ in range(length):
            p = temper(self.probabilities(drawn), temperature)
            drawn.append(int(rng.choice(self.n_symbols, p=p)))
        return np.array(drawn[len(drawn) - length :], np.int64)

    def contexts(self, sequence) -> np.ndarray:
        """The contexts of every place in a sequence, ``(T, order + 1) uint64``; none looks ahead.

        Column k stands for the k symbols before that place (fewer at the start, which the name tells).
        """
        sequence = np.asarray(sequence, np.int64)
        names = np.zeros((len(sequence), self.order + 1), np.uint64)
        for k in range(1, self.order + 1):
            before = np.full(len(sequence), self.n_symbols, np.int64)  # "the start"
            before[k:] = sequence[: max(len(sequence) - k, 0)]
            names[:, k] = join(names[:, k - 1], before)
        return names


def join(context, symbol) -> np.ndarray:
    """The name of a context with one more symbol: a 64-bit hash, ``uint64`` arrays in and out."""
    mixed = np.asarray(context, np.uint64) ^ (np.asarray(symbol).astype(np.uint64) + np.uint64(1))
    mixed = mixed * np.uint64(0x9E3779B97F4A7C15)  # multiply, fold: wraps on purpose
    return mixed ^ (mixed >> np.uint64(29))


def temper(p, temperature: float) -> np.ndarray:
    """Probabilities made bolder (temperature below 1) or flatter (above): ``p ** (1 / T)``, summing to 1.

    ``p (..., V)``. At 0 only the likeliest symbol is left (several share, where equally likely); at
    infinity all that are possible are equally likely. ValueError for a negative temperature.
    Source: the Boltzmann distribution, with ``-log p`` for energy.
    """
    if not temperature >= 0:
        raise ValueError(f"temperature is {temperature!r}, but must be 0 or more")
    if temperature < 1e-300 or temperature == np.inf:  # the limits: a quotient would be no number
        p = np.asarray(p, float)
        left = p > 0 if temperature == np.inf else p == p.max(axis=-1, keepdims=True)
        return left / left.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore"):
        weights = np.log(np.asarray(p, float)) / temperature
    weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def longest_copy(sequence, corpus) -> int:
    """The longest run of symbols in ``sequence`` that stands, unchanged, in a sequence of the corpus.

    Say how long it is for held-out real music too: music quotes itself.

    >>> longest_copy([1, 2, 3, 4, 9], [[7, 2, 3, 4, 8], [4, 9]])
    3

    Source: ours.
    """
    return longest_copies([sequence], corpus)[0]


def longest_copies(sequences, corpus) -> list[int]:
    """:func:`longest_copy` of each of many sequences; the corpus is read once."""
    code = {}
    known = _as_string(corpus, code)
    found = []
    for sequence in sequences:
        run, longest = _as_string([sequence], code), 0
        for start in range(len(sequence)):
            while start + longest < len(sequence) and run[start : start + longest + 1] in known:
                longest += 1
        found.append(longest)
    return found


def _as_string(sequences, code: dict) -> str:
    """Symbols as letters, numbered in ``code`` as they come, and a letter of its own after each sequence."""
    letter = lambda symbol: code.setdefault(symbol, len(code) + 1)  # noqa: E731
    return "".join(
        "".join(chr(letter(s)) for s in np.asarray(q).tolist()) + "\0" for q in sequences
    )


def distinct_n(sequences, n: int = 4) -> float:
    """The share of different runs among all runs of ``n`` symbols, 0..1; low means it repeats itself.

    It falls as more is measured: compare equal amounts. No run that long: NaN. Of 1212's three pairs
    12, 21, 12 two are different.

    >>> distinct_n([[1, 2, 1, 2]], 2)
    0.6666666666666666

    Source: Li et al. (2016), distinct-n.
    """
    total = sum(max(len(s) - n + 1, 0) for s in sequences)
    return len(_runs(sequences, n)) / total if total else np.nan


def novelty(sequences, corpus, n: int = 4) -> float:
    """The share of runs of ``n`` symbols that never occur in the corpus, 0..1; 0 is all quotation.

    High is not good in itself: noise is new. Compare with held-out real music. No run that long: NaN.

    >>> novelty([[1, 2, 3]], [[1, 2, 2]], 2)
    0.5

    Source: ours.
    """
    known = _runs(corpus, n)
    runs = [run for s in sequences for run in _runs_of(s, n)]
    return sum(run not in known for run in runs) / len(runs) if runs else np.nan


def _runs_of(sequence, n: int) -> list[bytes]:
    """Every run of ``n`` symbols as bytes."""
    data = np.ascontiguousarray(sequence, dtype="<i8").tobytes()
    return [data[8 * i : 8 * (i + n)] for i in range(len(sequence) - n + 1)]


def _runs(sequences, n: int) -> set[bytes]:
    return {run for s in sequences for run in _runs_of(s, n)}


def _look_up(sorted_names, names):
    """Which names are known, and where each stands (an arbitrary place for the others)."""
    if not len(sorted_names):
        return np.zeros(len(names), bool), np.zeros(len(names), np.int64)
    place = np.minimum(np.searchsorted(sorted_names, names), len(sorted_names) - 1)
    return sorted_names[place] == names, place
