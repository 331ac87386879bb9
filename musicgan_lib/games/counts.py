"""Counting what follows what: a Markov chain reads tunes, and is asked how surprised it is at others."""

import math
from dataclasses import dataclass

import numpy as np

from ..data.melodies import encode_melodies
from ..metrics import text
from ..models.markov import MarkovChain
from .reading import ReadingGame, draw_rng
from .settings import check_least

#: What a shorter past weighs in the table that backs off
STRENGTH = 4.0


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the tunes."""

    order: int = 1  # notes before that the chain looks at; 0: none
    pseudo_count: float = (
        0.03  # added to every count where likelihoods are measured; nothing drawn uses it
    )
    steps: int = 160  # tunes that are read
    length: int = 64  # notes of a sample at most, its end included
    measure: int = 64  # samples that are measured

    def __post_init__(self):
        check_least(self, order=0, steps=0, length=2, measure=1)
        if not 0 < self.pseudo_count < math.inf:
            raise ValueError(
                f"pseudo_count is {self.pseudo_count}, and has to be above 0: what never followed would cost infinity"
            )


class CountGame(ReadingGame):
    """A :class:`~musicgan_lib.models.markov.MarkovChain` reads a tune a step.

    Measured are nats a note of whole tunes of each split (the end of a tune counts as one more note); ``nll_backoff``,
    those of validation tunes by a table that read the same tunes and backs off from the same order; ``pasts_new``,
    the share of validation notes before which stands what no tune that was read has; ``longest_run``, the mean over
    samples of the longest stretch that stands in a tune that was read, in notes, and ``longest_run_real``, the same of
    validation tunes cut to the length of samples; ``ended``, the share of samples whose tune came to its end.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_melodies(corpus)

    def make_table(self, config: Config, data) -> MarkovChain:
        return MarkovChain(data.pieces["train"], data.sizes[0], config.order)

    def read(self, table, data, piece: int) -> float:
        tune = data.pieces["train"][piece]
        table.read(tune)
        return len(tune) - 1

    def measure(self, state, config: Config, data, generator):
        chain, found = state.modules["network"], {"nll_blind": float(np.log(data.sizes[0]))}
        for split in ("train", "valid", "test"):
            if tunes := data.pieces[split]:
                nats = np.concatenate([chain.log_prob(t, config.pseudo_count) for t in tunes])
                found[f"nll_{split}"] = float(-nats.mean())
        known = chain.table().sum(1) > 0
        pasts = [p for tune in data.pieces["valid"] for p in chain.list_pasts(tune)]
        new = [p not in chain.rows or not known[chain.rows[p]] for p in pasts]
        found["pasts_new"] = float(np.mean(new)) if new else math.nan
        if not known.any():  # its time was up before it had read anything
            return found, np.full((1, config.length), data.end)
        samples = self.draw(chain, config, config.measure, generator)
        read = [data.pieces["train"][k] for k in state.memory["order"][: state.step]]
        if data.pieces["valid"]:
            found["nll_backoff"] = back_off(read, data.sizes[0], config.order).nll(
                data.pieces["valid"]
            )
        for name, tunes in (("", samples), ("_real", data.pieces["valid"])):
            tunes = [cut_end(tune[: config.length], data.end) for tune in tunes]
            copies = text.longest_copies(tunes, [cut_end(tune, data.end) for tune in read])
            found[f"longest_run{name}"] = float(np.mean(copies)) if copies else math.nan
        found["ended"] = float((samples[:, -1] == data.end).mean())
        found["parameters"] = int(known.sum()) * data.sizes[0]
        return found, samples

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64``: one tune a row, filled up with its end; only what was counted is drawn."""
        rng = draw_rng(generator)
        return np.stack([module.sample(config.length, rng, temperature) for _ in range(n)])


def back_off(tunes, n_symbols: int, order: int) -> text.BackOffCounts:
    """A table that has read the same tunes and backs off from the same order."""
    return text.BackOffCounts(n_symbols, order, STRENGTH).fit(tunes)


def cut_end(tune, end: int) -> np.ndarray:
    """A tune without its end and what stands behind it."""
    return tune[: np.argmax(tune == end)] if (tune == end).any() else tune
