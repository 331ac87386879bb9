"""Counting after pasts of several lengths at once: what a new long past cannot say, a shorter one says."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..data.melodies import encode_melodies
from ..metrics import text
from ..models.backoff import BackOffChain
from .counts import STRENGTH, CountGame, cut_end
from .reading import draw_rng
from .settings import check_least, refuse


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the tunes."""

    order: int = 4  # notes that the longest past has; 0: none
    strength: float = STRENGTH  # what a shorter past weighs, in observations for each kind of note
    backs_off: bool = True  # without it equal shares stand in the place of every shorter past
    shuffled: bool = False  # the notes of each training tune in an order of their own
    steps: int = 160  # tunes that are read
    length: int = 64  # notes of a sample at most, its end included
    measure: int = 64  # samples that are measured

    def __post_init__(self):
        check_least(self, order=0, steps=0, length=2, measure=1)
        refuse(
            not 0 < self.strength < math.inf,
            f"strength is {self.strength}, and has to be above 0: what is new would cost infinity",
        )
        refuse(
            not self.backs_off and not self.order,
            "order is 0, and there is no shorter past to take away: leave backs_off on",
        )


class BackOffGame(CountGame):
    """A :class:`~musicgan_lib.models.backoff.BackOffChain` reads a tune a step.

    Measured are nats a note of whole tunes of each split (the end of a tune counts as one more note); ``nll_blind``,
    what equal shares would pay; ``reach``, how many notes the longest past has that was met before, the mean over
    validation notes; ``pasts_new``, the share of them whose past of full length is new; ``longest_run`` and
    ``longest_run_real``, as :class:`~musicgan_lib.games.counts.CountGame` has them; ``ended``, the share of samples
    whose tune came to its end.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        data = encode_melodies(corpus)
        return shuffle_notes(data) if config.shuffled else data

    def make_table(self, config: Config, data) -> BackOffChain:
        return BackOffChain(
            data.pieces["train"], data.sizes[0], config.order, config.strength, config.backs_off
        )

    def measure(self, state, config: Config, data, generator):
        chain, found = state.modules["network"], {"nll_blind": float(np.log(data.sizes[0]))}
        for split in ("train", "valid", "test"):
            if tunes := data.pieces[split]:
                nats = np.concatenate([chain.log_prob(tune) for tune in tunes])
                found[f"nll_{split}"] = float(-nats.mean())
        if data.pieces["valid"]:
            reached = np.concatenate([chain.reach(tune) for tune in data.pieces["valid"]])
            found["pasts_new"] = float((reached < config.order).mean())
            found["reach"] = float(np.maximum(reached, 0).mean())
        samples = self.draw(chain, config, config.measure, generator)
        read = [data.pieces["train"][k] for k in state.memory["order"][: state.step]]
        for name, tunes in (("", samples), ("_real", data.pieces["valid"])):
            tunes = [cut_end(tune[: config.length], data.end) for tune in tunes]
            copies = text.longest_copies(tunes, [cut_end(tune, data.end) for tune in read])
            found[f"longest_run{name}"] = float(np.mean(copies)) if copies else math.nan
        found["ended"] = float((samples[:, -1] == data.end).mean())
        rows = [int((level.table().sum(1) > 0).sum()) for level in chain.levels]
        found["parameters"] = sum(rows) * data.sizes[0]
        return found, samples

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64``: one tune a row, filled up with its end."""
        rng = draw_rng(generator)
        return np.stack([module.sample(config.length, rng, temperature) for _ in range(n)])


def shuffle_notes(data):
    """The same melodies, the notes of each training tune in an order of their own; its end stays where it is."""
    rng = np.random.default_rng(0)
    train = [np.append(rng.permutation(tune[:-1]), tune[-1]) for tune in data.pieces["train"]]
    return replace(data, pieces=data.pieces | {"train": train})
