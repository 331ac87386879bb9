"""Bars taken out of a score of tracks and written again at its end, with the number of notes that is wished for."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats
from torch.nn import functional as F

from ..data import track_bars as music
from ..data.grid import encode_grid
from ..learning.best import keep_best, restore_best
from ..models.bar_filler import BarFiller
from ..models.draws import Dice
from .bar_writing import ask_fill, fill_hole, write_bars, write_windows
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_name, refuse
from .word_measures import spread_evenly

CONTEXTS = ("both", "left", "shuffled")
WISHES = ("counted", "random")
#: Wishes that samples are asked for, notes a bar
ASKED = np.arange(1, music.MOST + 1)
#: Windows that are read at once
AT_ONCE = 64


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training pieces stand, too
    bars: int = 3  # of a window, in every voice
    holes: int = 3  # the most bars that are taken out while it learns; one is where it is measured
    context: str = "both"  # what a fill hears; "left": what stands before its bar alone; "shuffled": bars in no order
    wishes: str = (
        "counted"  # the notes a bar that a fill is told: its own number, or a "random" one
    )
    width: int = 64  # numbers a token
    layers: int = 2
    divided: int = 4  # attention heads
    dropout: float = 0.0
    batch: int = 16  # windows
    steps: int = 500
    lr: float = 3e-3
    clip: float = 1.0
    around: float = (
        1.0  # weight of the tokens that stand around the holes, beside those of the fills
    )
    check_every: int = 100  # how often the validation windows are asked
    measure: int = 256  # windows that are priced
    asked: int = 128  # windows of which a bar is filled in
    sample: int = 8  # windows that are written from nothing

    def __post_init__(self):
        check_name("context", self.context, CONTEXTS)
        check_name("wishes", self.wishes, WISHES)
        check_least(self, keys=0, bars=1, holes=1, layers=1, divided=1, dropout=0, batch=1, steps=0)
        check_least(self, around=0, check_every=1, measure=1, asked=1, sample=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            self.width % self.divided, f"{self.divided} heads cannot share a width of {self.width}"
        )
        refuse(self.dropout >= 1, f"dropout is {self.dropout}, a share below 1")


class BarFillGame(OneNetworkGame):
    """A :class:`~musicgan_lib.models.bar_filler.BarFiller` learns all tokens of windows, those of the fills first.

    What is taken away stands in the settings: ``context="left"`` hides what stands behind a bar in the row,
    ``"shuffled"`` puts the bars around the holes into random order; ``wishes="random"`` tells any number of notes.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.grid.encode_grid`."""
        return encode_grid(corpus, range(-config.keys, config.keys + 1))

    def build(self, config: Config, data, seed: int, device="cpu"):
        alphabet = music.Alphabet(data.sizes[0])

        def make():
            return BarFiller(
                alphabet.list_sizes(data.voices, config.bars),
                data.voices,
                config.bars,
                alphabet.heads,
                music.BAR,
                music.PLACE,
                config.width,
                config.layers,
                config.divided,
                config.dropout,
                config.context == "left",
            )

        return self.begin(make, config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows, in a random key each, with up to ``holes`` bars taken out of each."""
        self.check_control(config, control)
        windows = music.find_windows(data, "train", config.bars)

        def step(state) -> dict:
            network, dice = state.modules["network"].train(), Dice(state.generator)
            which = dice.integers(len(windows), config.batch)
            keys = dice.uniforms(config.batch) if config.keys else np.zeros(config.batch)
            rng = np.random.default_rng(dice.integers(2**31, 1).tolist())
            rows, targets = zip(
                *(
                    write_task(
                        cut(data, "train", *windows[i], config, key),
                        draw_holes(data.voices * config.bars, config.holes, rng),
                        config,
                        music.Alphabet(network.heads),
                        rng,
                    )
                    for i, key in zip(which, keys)
                )
            )
            paid, fills, around = price_tokens(network, rows, targets)
            loss = paid[fills].mean() + config.around * paid[around].mean()
            self.learn(state, loss, config)
            return {"nll_fill": paid[fills].mean().item(), "nll_around": paid[around].mean().item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a bar of validation windows; the best weights by it are remembered."""

        def evaluate(state) -> dict:
            found = price_bars(state.modules["network"], data, "valid", config)
            keep_best(state, "network", found)
            return {"bar_nll_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state, config: Config, data, generator):
        """What a missing bar costs, and what becomes of bars that are filled in; windows from nothing.

        ``bar_nll_valid``, ``bar_nll_test``: nats a bar of one voice, its end included, told how many notes it has.
        Of fills of test windows, asked for 1 to 8 notes: ``density_rank``, Spearman's correlation of notes asked and
        notes written; ``density_error``, the mean distance; ``valid``, the share that keeps to the grammar, under its
        mask, and ``valid_alone`` without; ``others_kept``, the share of the other bars whose cells are the same.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {f"bar_nll_{s}": price_bars(network, data, s, config) for s in ("valid", "test")}
        found |= measure_fills(network, data, config, generator)
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, self.draw(network, config, config.sample, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, bars * 16 * V) int64`` tokens of the grid, written track by track."""
        made = write_windows(module, n, generator, temperature)
        return np.stack(
            [music.write_window(c, module.voices, music.Alphabet(module.heads)) for c in made]
        )


def cut(data, split: str, piece: int, start: int, config: Config, key: float = 0.0) -> list:
    """The cells of a window; ``key``, from 0 to 1, chooses among the keys in which a training piece stands."""
    keys = [data.pieces[split][piece]]
    if key:
        keys += data.other_keys[piece]
    tokens = keys[int(key * len(keys))]
    part = tokens[start * data.voices : (start + config.bars * music.BAR) * data.voices]
    return music.read_window(part, data.voices, config.bars, music.Alphabet(data.sizes[0]))


def draw_holes(cells: int, most: int, rng) -> list[int]:
    """One cell or more, up to ``most``, in the order of the row."""
    n = int(rng.integers(1, min(most, cells) + 1))
    return sorted(rng.choice(cells, n, replace=False).tolist())


def write_task(cells: list, holes: list[int], config: Config, alphabet, rng) -> tuple:
    """A window with holes and their fills behind it: its rows, and the token that follows each, -1 where none counts.

    What belongs to a fill is marked by its wish, which is above 0.
    """
    heard = cells
    if config.context == "shuffled":
        others = [k for k in range(len(cells)) if k not in holes]
        moved = dict(zip(others, rng.permutation(others).tolist()))
        heard = [cells[moved.get(k, k)] for k in range(len(cells))]
    rows = music.write_context(heard, config.bars, holes, alphabet)
    for k in holes:
        notes = min(music.count_notes(cells[k], alphabet), music.MOST)
        if config.wishes == "random":
            notes = int(rng.integers(1, music.MOST + 1))
        opened = music.name_tokens(cells[k], alphabet, *divmod(k, config.bars), 1 + notes, "fill")
        rows += music.end_bar(opened, alphabet)
    return rows, music.list_targets(rows, alphabet)


def price_tokens(network, rows, targets) -> tuple:
    """Nats of each token ``(B, T)``, and masks of those that belong to fills, and of those around them."""
    padded = torch.as_tensor(music.pad_rows(list(rows), music.Alphabet(network.heads)))
    after = torch.full(padded.shape[:2], -1)
    for i, row in enumerate(targets):
        after[i, : len(row)] = torch.as_tensor(row)
    device = device_of(network)
    logits = network(padded.to(device))
    paid = F.cross_entropy(
        logits.flatten(0, 1), after.clamp(min=0).flatten().to(device), reduction="none"
    ).view(after.shape)
    wished = padded[..., music.FIELDS.index("wish")] > 0
    there = after >= 0
    return paid, (there & wished).to(device), (there & ~wished).to(device)


def list_asked(data, split: str, config: Config, n: int) -> list[tuple]:
    """Windows of a split, spread over all of it, and one cell of each, the same for every run."""
    windows = spread_evenly(np.array(music.find_windows(data, split, config.bars)), n)
    cells = np.random.default_rng(0).integers(data.voices * config.bars, size=len(windows))
    return [(cut(data, split, int(i), int(s), config), int(k)) for (i, s), k in zip(windows, cells)]


@torch.no_grad()
def price_bars(network, data, split: str, config: Config) -> float:
    """Nats a bar: one bar of each window, told what stands around it and how many notes it has."""
    was, rng = network.training, np.random.default_rng(0)
    network.eval()
    asked = list_asked(data, split, config, config.measure)
    tasks = [write_task(c, [k], config, music.Alphabet(network.heads), rng) for c, k in asked]
    total = 0.0
    for at in range(0, len(tasks), AT_ONCE):
        rows, targets = zip(*tasks[at : at + AT_ONCE])
        paid, fills, _ = price_tokens(network, rows, targets)
        total += (paid.double() * fills).sum().item()
    network.train(was)
    return total / len(tasks)


def measure_fills(network, data, config: Config, generator) -> dict:
    """What bars of test windows are like that are filled in with 1 to 8 notes."""
    windows = list_asked(data, "test", config, config.asked)
    wishes = np.random.default_rng(1).choice(ASKED, len(windows))
    alphabet = music.Alphabet(network.heads)
    asked = [ask_fill(network, c, k, 1 + int(w)) for (c, k), w in zip(windows, wishes)]
    alone = write_bars(network, asked, generator, grammar=False)
    kept_to = [music.is_valid(t, a.bounds, alphabet) for t, a in zip(alone, asked)]
    written = write_bars(network, asked, generator)
    valid = [music.is_valid(t, a.bounds, alphabet) for t, a in zip(written, asked)]
    filled = [fill_hole(c, k, t, alphabet) for (c, k), t in zip(windows, written)]
    notes = np.array([music.count_notes(f[k], alphabet) for f, (_, k) in zip(filled, windows)])
    rank = stats.spearmanr(wishes, notes).statistic if len(set(notes)) > 1 else 0.0
    same = [
        np.array_equal(music.write_cell(a, alphabet), music.write_cell(b, alphabet))
        for (c, k), f in zip(windows, filled)
        for j, (a, b) in enumerate(zip(c, f))
        if j != k
    ]
    return {
        "density_rank": float(np.nan_to_num(rank)),
        "density_error": float(np.abs(wishes - notes).mean()),
        "valid": float(np.mean(valid)),
        "valid_alone": float(np.mean(kept_to)),
        "others_kept": float(np.mean(same)),
    }
