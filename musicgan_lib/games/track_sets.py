"""Scores whose tracks are a set: the likelihood of a window, whatever the order in which its tracks are read."""

import copy
import math
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F

from ..data import pitch_pairs
from ..data import track_bars as music
from ..data import track_sets as sets
from ..data.grid import encode_grid
from ..learning.best import keep_best, restore_best
from ..models.draws import Dice
from ..models.track_sets import MASKS, POSITIONS, TrackSets
from .bar_fill import cut
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_name, refuse
from .word_measures import spread_evenly

#: Windows that are read at once
AT_ONCE = 32


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training pieces stand, too
    bars: int = 3  # of a window, in every track
    mask: str = "set"  # who sees whom; "serial": a row sees all rows before it
    positions: str = "measure"  # what a row knows of its place; "row": its number, too
    width: int = 64  # numbers a row
    layers: int = 2
    divided: int = 4  # attention heads, half of them for the own track
    dropout: float = 0.0
    batch: int = 16  # windows
    steps: int = 250
    lr: float = 3e-3
    clip: float = 1.0
    check_every: int = 50  # how often the validation windows are asked
    measure: int = 96  # windows that are priced
    merges: int = 64  # pairs of pitches that become one token
    sample: int = 4  # windows that are written

    def __post_init__(self):
        check_name("mask", self.mask, MASKS)
        check_name("positions", self.positions, POSITIONS)
        check_least(self, keys=0, bars=1, layers=1, divided=2, dropout=0, batch=1, steps=0)
        check_least(self, check_every=1, measure=1, merges=0, sample=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            self.width % self.divided or self.divided % 2,
            f"{self.divided} heads: take an even number that divides the width, {self.width}",
        )
        refuse(self.dropout >= 1, f"dropout is {self.dropout}, a share below 1")


class TrackSetGame(OneNetworkGame):
    """A :class:`~musicgan_lib.models.track_sets.TrackSets` learns windows whose tracks stand in random order.

    What is taken away stands in the settings: ``positions="row"`` counts rows from the first to the last,
    ``mask="serial"`` lets a row see the tracks that stand before its own in its bar.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.grid.encode_grid`."""
        return encode_grid(corpus, range(-config.keys, config.keys + 1))

    def build(self, config: Config, data, seed: int, device="cpu"):
        alphabet = music.Alphabet(data.sizes[0])

        def make():
            return TrackSets(
                sets.list_sizes(alphabet, config.bars),
                data.voices,
                alphabet.heads,
                alphabet.kind("nothing"),
                music.BAR,
                config.width,
                config.layers,
                config.divided,
                config.dropout,
                config.mask,
                config.positions,
            )

        return self.begin(make, config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows, in a random key each, their tracks in random order."""
        self.check_control(config, control)
        windows = music.find_windows(data, "train", config.bars)
        alphabet = music.Alphabet(data.sizes[0])

        def step(state) -> dict:
            network, dice = state.modules["network"].train(), Dice(state.generator)
            which = dice.integers(len(windows), config.batch)
            keys = dice.uniforms(config.batch) if config.keys else np.zeros(config.batch)
            rng = np.random.default_rng(dice.integers(2**31, 1).tolist())
            cells = [cut(data, "train", *windows[i], config, key) for i, key in zip(which, keys)]
            rows, targets = pack(cells, data.voices, alphabet)
            orders = rng.permuted(np.tile(np.arange(data.voices), (config.batch, 1)), axis=1)
            paid, told = price(network, *shuffle(rows, targets, orders), orders)
            there = paid > 0
            loss = paid[there].mean() + told[there].mean()
            self.learn(state, loss, config)
            return {"nll_batch": paid[there].mean().item(), "told_batch": told[there].mean().item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats an event of validation windows; the best weights by it are remembered."""

        def evaluate(state) -> dict:
            paid, told, count = price_windows(state.modules["network"], data, "valid", config)
            found = float((paid + told).sum() / count.sum())
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state, config: Config, data, generator):
        """What an event costs, and what it costs when the tracks change places.

        ``nll_valid``, ``nll_test``: nats an event, the ends of bars included, tracks from the highest down;
        ``instrument_nll_test``: nats that the instrument of an event costs besides. ``order_gap``: the relative change
        of a test window's nats when its tracks are put into another order, in double precision, the mean over windows;
        ``order_gap_single``, in single precision. ``pairs_tokens_per_note`` and ``pairs_kept`` are of byte pair
        encoding (:func:`~musicgan_lib.data.pitch_pairs.measure_pairs`).
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {}
        for split in ("valid", "test"):
            paid, told, count = price_windows(network, data, split, config)
            found[f"nll_{split}"] = float(paid.sum() / count.sum())
        found["instrument_nll_test"] = float(told.sum() / count.sum())
        found["order_gap_single"] = measure_order_gap(network, data, config)
        found["order_gap"] = measure_order_gap(copy.deepcopy(network).double(), data, config)
        pairs = pitch_pairs.learn_pairs(pitch_pairs.list_chords(data, "train"), config.merges)
        found |= pitch_pairs.measure_pairs(data, pairs)
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, self.draw(network, config, config.sample, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, bars * 16 * V) int64`` tokens of the grid; each track gets the instrument that it is foretold to be."""
        alphabet = music.Alphabet(module.heads)
        made = write_sets(module, n, config.bars, generator, temperature)
        found = []
        for cells in made:
            tracks = [cells[t * config.bars : (t + 1) * config.bars] for t in range(module.tracks)]
            placed = [tracks[t] for t in name_instruments(module, cells)]
            whole = [cell for track in placed for cell in track]
            found.append(music.write_window(whole, module.tracks, alphabet))
        return np.stack(found)


def pack(cells: list, tracks: int, alphabet) -> tuple[torch.Tensor, torch.Tensor]:
    """Windows of cells as rows and targets."""
    windows = [sets.write_rows(window, tracks, alphabet) for window in cells]
    return tuple(torch.as_tensor(a) for a in sets.stack_windows(windows, alphabet))


def shuffle(rows, targets, orders) -> tuple[torch.Tensor, torch.Tensor]:
    """The same windows with their tracks in other orders ``(B, tracks)``: first stands track ``orders[:, 0]``."""
    windows = torch.arange(len(rows))[:, None]
    orders = torch.as_tensor(orders)
    return tuple(x.transpose(1, 2)[windows, orders].transpose(1, 2) for x in (rows, targets))


def price(network, rows, targets, orders) -> tuple[torch.Tensor, torch.Tensor]:
    """Nats of each event and of its instrument, ``(B, bars, tracks, N)``, 0 where nothing follows a row.

    ``orders (B, tracks)`` are the instruments of the tracks as they stand.
    """
    device = device_of(network)
    rows, targets = rows.to(device), targets.to(device)
    logits, instruments = network(rows)
    there = targets >= 0
    paid = F.cross_entropy(
        logits.flatten(0, -2), targets.clamp(min=0).flatten(), reduction="none"
    ).view(targets.shape)
    wanted = torch.as_tensor(orders).to(device)[:, None, :, None].expand(targets.shape)
    told = F.cross_entropy(instruments.flatten(0, -2), wanted.flatten(), reduction="none").view(
        targets.shape
    )
    return paid * there, told * there


def list_windows(data, split: str, config: Config) -> list:
    """``measure`` windows of a split, spread over all of it, the same for every run."""
    found = np.array(music.find_windows(data, split, config.bars))
    chosen = spread_evenly(found, config.measure)
    return [cut(data, split, int(i), int(start), config) for i, start in chosen]


@torch.no_grad()
def price_windows(network, data, split: str, config: Config, orders=None) -> tuple:
    """Nats of events and of instruments, and how many events there are, a window each, ``(n,) float64``.

    ``orders (n, tracks)``: how the tracks stand, by default from the highest down.
    """
    was, cells = network.training, list_windows(data, split, config)
    network.eval()
    alphabet = music.Alphabet(network.heads)
    rows, targets = pack(cells, data.voices, alphabet)
    orders = np.tile(np.arange(data.voices), (len(cells), 1)) if orders is None else orders
    rows, targets = shuffle(rows, targets, orders)
    parts = zip(rows.split(AT_ONCE), targets.split(AT_ONCE), torch.as_tensor(orders).split(AT_ONCE))
    priced = [[x.double().cpu() for x in price(network, *part)] for part in parts]
    paid, told = (torch.cat([pair[k].sum((1, 2, 3)) for pair in priced]) for k in (0, 1))
    network.train(was)
    return paid.numpy(), told.numpy(), (targets >= 0).sum((1, 2, 3)).numpy()


def measure_order_gap(network, data, config: Config) -> float:
    """The relative change of a test window's nats when its tracks stand in another order, the mean over windows."""
    count = len(list_windows(data, "test", config))
    rng = np.random.default_rng(0)
    turned = (np.arange(data.voices) + rng.integers(1, data.voices, (count, 1))) % data.voices
    plain, other = (
        sum(price_windows(network, data, "test", config, orders)[:2]) for orders in (None, turned)
    )
    return float((np.abs(other - plain) / plain).mean())


@torch.no_grad()
def write_sets(network, n: int, bars: int, generator, temperature: float = 1.0) -> list:
    """The cells of ``n`` windows, bar after bar, an event of every track at a time; the grammar is kept."""
    alphabet, tracks = music.Alphabet(network.heads), network.tracks
    made = [[[] for _ in range(tracks * bars)] for _ in range(n)]
    for bar in range(bars):
        for at in range(music.BAR):
            rows, _ = pack([cut_bars(cells, bars, bar + 1) for cells in made], tracks, alphabet)
            logits = network(rows.to(device_of(network)))[0][:, bar].double().cpu() / temperature
            for b, cells in enumerate(made):
                for track in range(tracks):
                    k = track * bars + bar
                    cell = cells[k]
                    if sum(length for _, length in cell) == music.BAR:
                        continue
                    bounds = music.find_bounds(cells, k, bars, alphabet)
                    allowed = torch.as_tensor(music.list_allowed(cell, bounds, alphabet))
                    chance = logits[b, track, at].masked_fill(~allowed, -torch.inf).softmax(-1)
                    token = torch.multinomial(chance, 1, generator=generator).item()
                    cell.append(alphabet.to_event(token))
    return made


def cut_bars(cells: list, bars: int, first: int) -> list:
    """The first bars of each track of a window."""
    tracks = len(cells) // bars
    return [cells[t * bars + bar] for t in range(tracks) for bar in range(first)]


@torch.no_grad()
def name_instruments(network, cells: list) -> list[int]:
    """Which track is each instrument's, from the highest voice down: together the likeliest, each once."""
    rows, targets = pack([cells], network.tracks, music.Alphabet(network.heads))
    chance = network(rows.to(device_of(network)))[1].double().log_softmax(-1).cpu()[0]
    there = (targets[0] >= 0)[..., None]
    of_track = (chance * there).sum((0, 2)).numpy()  # (tracks, instruments)
    track, instrument = linear_sum_assignment(-of_track)
    return track[np.argsort(instrument)].tolist()
