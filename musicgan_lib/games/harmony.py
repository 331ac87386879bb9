"""Chorales harmonised beat by beat: a network learns the harmonies, a search writes the chords, ornaments follow."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.grid import encode_grid
from ..data.harmony import list_members, read_split
from ..data.harmony_features import HEARD, MEMORY, ORNAMENT_HEARD, ORNAMENTS
from ..data.harmony_tunes import list_tunes, take_melody
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.harmonet import HarmonyNet
from .game import Game, device_of
from .harmonise import NetHarmonist, set_melody
from .harmony_counts import HarmonyCounts
from .harmony_measures import (
    ask,
    compare_with_bach,
    gather_beats,
    gather_ornaments,
    list_decoders,
    measure_losses,
    set_chorale,
)
from .settings import check_least

BEATS = 32  # of a tune that is drawn
COUNTS = 10.0  # that a smaller table is worth; on validation chorales 10 and 30 are best, and hardly differ


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the chorales."""

    hidden: int = 70
    ornament: int = 32  # hidden units of the network of ornaments
    history: bool = True  # whether the network hears the harmonies before
    shuffled: bool = False  # the notes of each melody are heard in random order
    steps: int = 2000  # updates of all networks
    batch: int = 128  # beats of an update, and as many voices that may be ornamented
    lr: float = 2e-3
    weight_decay: float = 0.1
    clip: float = 1.0
    check_every: int = 100  # how often the validation chorales are asked
    beam: int = 24  # pasts that the search keeps
    measure: int = 12  # test chorales that are harmonised

    def __post_init__(self):
        check_least(self, hidden=1, ornament=1, steps=0, batch=1, weight_decay=0, check_every=1)
        check_least(self, beam=1, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class HarmonyGame(Game):
    """A :class:`~musicgan_lib.models.harmonet.HarmonyNet` learns harmony, bass and ornaments from training chorales.

    The labels are silver (:mod:`musicgan_lib.data.harmony`). Whatever the network has learned, the chords that are
    written hold the melody's note and keep the rules: the search sees to that.
    """

    Config = Config
    generator = "network"
    batches = ("batch",)

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.grid.encode_grid`; no hymn tune is in two splits."""
        return encode_grid(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = HarmonyNet(
                HEARD,
                MEMORY,
                list_members() >= 0,
                ORNAMENT_HEARD,
                len(ORNAMENTS),
                config.hidden,
                config.history,
                config.ornament,
            ).to(device)
        network.lowest, network.symbols = data.lowest, data.sizes[0]
        optimiser = torch.optim.AdamW(
            network.parameters(), config.lr, weight_decay=config.weight_decay
        )
        generator = torch.Generator().manual_seed(seed)
        return TrainingState({"network": network}, {"network": optimiser}, generator)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random beats: nats of harmony, of bass given the harmony, and of ornaments, added up."""
        self.check_control(config, control)
        pieces = read_split(data, "train")
        beats, voices = gather_beats(pieces, config.shuffled), gather_ornaments(pieces)

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            device = device_of(network)
            rows = [
                [x[i].to(device) for x in table]
                for table in (beats, voices)
                for i in [torch.randint(len(table[0]), (config.batch,), generator=state.generator)]
            ]
            losses = measure_losses(network, *rows)
            update(sum(losses), network, state.optimisers["network"], config.clip)
            return {"nll_batch": losses[0].item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a beat of the harmonies of validation chorales; the best weights by it are remembered."""
        pieces = read_split(data, "valid")
        tables = gather_beats(pieces, config.shuffled), gather_ornaments(pieces)

        def evaluate(state: TrainingState) -> dict:
            found = ask(state.modules["network"], *tables)["harmony_nll"]
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """How well the best weights know test chorales, and what they write under the melodies of some.

        ``harmony_nll``, ``bass_nll``: nats a beat, given what was there before; ``ornament_nll``: nats a voice and
        beat; ``harmony_right``: the share of beats whose likeliest harmony is the silver one; ``counts_harmony_nll``
        and ``counts_harmony_right``: the same of a table of counts. The others are those of
        :func:`~musicgan_lib.games.harmony_measures.compare_with_bach` on ``measure`` chorales. Those that the network
        harmonised are the samples.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        pieces = {split: read_split(data, split) for split in ("train", "valid", "test")}
        found = {}
        for split, end in (("test", ""), ("valid", "_valid")):
            tables = gather_beats(pieces[split], config.shuffled), gather_ornaments(pieces[split])
            found |= {f"{k}{end}": v for k, v in ask(network, *tables).items()}
        counts = HarmonyCounts(pieces["train"], weight=COUNTS)
        found |= {f"counts_{k}": v for k, v in counts.measure(pieces["test"]).items()}
        some = pieces["test"][: config.measure]
        decoders = list_decoders(network, counts, config.beam, config.shuffled)
        found |= compare_with_bach(some, decoders, network)
        found["parameters"] = float(sum(p.numel() for p in network.parameters()))
        made = [set_chorale(piece, decoders["own"], network).cells for piece in some]
        return found, number_cells(made, network)

    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, 4 * BEATS * 4) int64``: traditional tunes of this library in four voices, then the same lower.

        ValueError for a temperature other than 1: the cheapest chords are searched.
        """
        if temperature != 1:
            raise ValueError(
                f"temperature is {temperature}, and nothing is drawn here: leave it at 1"
            )
        tunes, cells = list_tunes(BEATS), []
        for k in range(n):
            piece, tonic, minor = tunes[k % len(tunes)]
            lower = k // len(tunes) % 4  # semitones
            melody, laid, steps = take_melody(piece.transpose(-lower), tonic - lower, minor)
            harmonist = NetHarmonist(module, melody)
            made = set_melody(melody, laid.cells[0], steps, harmonist, module, config.beam)
            cells.append(made.cells)
        return number_cells(cells, module, 16 * BEATS // 4)


def number_cells(cells: list[np.ndarray], network: HarmonyNet, length: int = 0) -> np.ndarray:
    """Cells of the grid as tokens of a corpus, one row each, as long as the longest and filled with rests."""
    length = length or max(c.shape[1] for c in cells)
    rest = network.symbols - 1
    rows = np.full((len(cells), length, 4), rest, np.int64)
    for row, made in zip(rows, cells):
        part = made[:, :length].T
        row[: len(part)] = np.where(part >= 128, part - 128 + rest - 1, part - network.lowest)
    return rows.reshape(len(cells), -1)
