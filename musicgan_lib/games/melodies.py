"""Arithmetic instead of learning: tunes are read as functions of time, and tunes between them are played."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ..data.tune_lines import LENGTH, encode_tune_lines
from ..learning.fit import TrainingState
from ..metrics import between
from ..models import melody_functions as functions
from .game import Game
from .settings import check_least, check_name, refuse

JOINS = ("moments", "lists", "nearer")
MOMENTS = np.arange(round(LENGTH * functions.CELLS)) / functions.CELLS
#: What is kept of a tune that was not read yet: middle C, held.
UNREAD = np.array([[0.0, LENGTH, 60.0]])
#: A mixture takes between a quarter and three quarters of its second tune.
WEIGHTS = (0.25, 0.75)


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed and the tunes."""

    steps: int = 8  # tunes that are read, the first ones; a step reads one
    join: str = (
        "moments"  # what is averaged: moments, or the k-th notes of two lists; nearer: nothing
    )
    shuffled: bool = False  # the pitches of each tune in random order
    measure: int = 64  # mixtures of two tunes that are measured

    def __post_init__(self):
        check_least(self, steps=2, measure=1)
        check_name("join", self.join, JOINS)


class TuneTable(nn.Module):
    """The functions of each tune, ``tunes (K, 3, M) float64``, and what is mixed, ``mixtures (n, 4)``.

    A mixture is the number of its first tune, that of its second, the weight of the second, and the weight that is
    played: the same, or 0 or 1 where the nearer tune is.
    """

    def __init__(self, tunes, mixtures):
        super().__init__()
        self.tunes = nn.Parameter(torch.as_tensor(tunes), requires_grad=False)
        self.mixtures = nn.Parameter(torch.as_tensor(mixtures), requires_grad=False)


class MelodyGame(Game):
    """Tunes between two tunes. Nothing is learnt: a step reads one tune into the table.

    A seed is that of the mixtures. A card's controls average something else, or mix up the time.
    """

    Config = Config
    generator = "table"

    def encode(self, config: Config, corpus: str):
        data = encode_tune_lines(corpus)
        known = len(data.pieces["train"])
        refuse(
            config.steps > known,
            f"steps is {config.steps}, and {corpus} has {known} tunes: read as many or fewer",
        )
        return data

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        generator = torch.Generator().manual_seed(seed)
        mixtures = draw_mixtures(config, config.measure, generator)
        unread = np.stack([lay_out(UNREAD, config.join)] * config.steps)
        table = TuneTable(unread, mixtures).to(device)
        return TrainingState({"table": table}, {}, generator)

    def make_step(self, config: Config, data, control: str | None = None):
        """Read the next tune."""
        self.check_control(config, control)

        def step(state: TrainingState) -> dict:
            tune = data.pieces["train"][state.step]
            if config.shuffled:
                tune = shuffle_pitches(tune, state.step)
            told = lay_out(tune, config.join)
            with torch.no_grad():
                state.modules["table"].tunes[state.step].copy_(torch.as_tensor(told))
            return {"notes": float(len(tune))}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """``semitones_off``: how far mixtures are from the mean of what their two tunes play at the same moment.

        ``ends_exact``: of all ordered pairs of tunes, the share whose mixtures of weight 0 and 1 are these tunes, note
        for note.
        """
        table, tunes = state.modules["table"], data.pieces["train"]
        rows = table.mixtures.cpu().numpy()
        played = [self.play(table, config, a, b, weight) for a, b, _, weight in rows]
        off = [
            between.measure_apart(tune, tunes[int(a)], tunes[int(b)], weight, MOMENTS)
            for tune, (a, b, weight, _) in zip(played, rows)
        ]
        pairs = [(a, b) for a in range(config.steps) for b in range(config.steps) if a != b]
        exact = [
            np.array_equal(self.play(table, config, a, b, 0.0), tunes[a])
            and np.array_equal(self.play(table, config, a, b, 1.0), tunes[b])
            for a, b in pairs
        ]
        found = {"semitones_off": float(np.mean(off)), "ends_exact": float(np.mean(exact))}
        return found, pad(played)

    def play(self, table, config: Config, a, b, weight: float) -> np.ndarray:
        """The mixture of tunes ``a`` and ``b``, ``(N, 3)``."""
        first, second = (table.tunes[int(k)].detach().cpu().numpy() for k in (a, b))
        if config.join == "lists":
            return functions.average_lists(*map(read_list, (first, second)), weight)
        return functions.play(functions.mix(first, second, weight))

    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, N, 3)`` mixtures, padded with rows of no duration. ValueError for a temperature other than 1."""
        refuse(
            temperature != 1,
            f"temperature is {temperature}, and arithmetic has none: leave it at 1",
        )
        rows = draw_mixtures(config, n, generator)
        return pad([self.play(module, config, a, b, weight) for a, b, _, weight in rows])


def draw_mixtures(config: Config, n: int, generator) -> np.ndarray:
    """``(n, 4)``: two different tunes, the weight of the second, and the weight that is played."""
    first = torch.randint(config.steps, (n,), generator=generator)
    second = (first + torch.randint(1, config.steps, (n,), generator=generator)) % config.steps
    low, high = WEIGHTS
    weight = low + (high - low) * torch.rand(n, generator=generator, dtype=torch.float64)
    played = (weight > 0.5).double() if config.join == "nearer" else weight
    return torch.stack([first.double(), second.double(), weight, played], 1).numpy()


def lay_out(tune, join: str) -> np.ndarray:
    """What the table keeps of a tune, ``(3, M)``: its functions; of a list its notes, one a column, and then zeros."""
    if join != "lists":
        return functions.tabulate(tune, LENGTH)
    told = np.zeros((3, len(MOMENTS)))
    told[:, : len(tune)] = tune.T
    return told


def read_list(told) -> np.ndarray:
    """The notes that :func:`lay_out` kept of a list, ``(N, 3)``: none of them lasts nothing."""
    return told.T[told[1] > 0]


def shuffle_pitches(tune, number: int) -> np.ndarray:
    """A tune with its rhythm, and its pitches in an order that its number decides."""
    mixed = np.array(tune)
    mixed[:, 2] = np.random.default_rng(number).permutation(mixed[:, 2])
    return mixed


def pad(tunes) -> np.ndarray:
    """Tunes as one array, ``(n, N, 3)``: the shorter ones end with rows of zeros."""
    out = np.zeros((len(tunes), max(map(len, tunes)), 3))
    for row, tune in zip(out, tunes):
        row[: len(tune)] = tune
    return out
