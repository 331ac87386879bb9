"""How well themes are found, and how often they return in what is written."""

import numpy as np
import torch

from ..data import theme_regions as regions
from ..data.melody_events import BAR
from ..models.theme_finder import ThemeFinder
from . import theme_rows
from .game import device_of


def list_fragments(data, split: str, bars: int) -> np.ndarray:
    """All fragments of a split with enough notes to be a phrase, ``(n, bars * 16)``; ValueError where none is."""
    long = [p for p in data.pieces[split] if len(p) >= BAR * bars]
    if not long:
        longest = max((len(p) // BAR for p in data.pieces[split]), default=0)
        raise ValueError(
            f"theme is {bars} bars: longer than every {split} piece, the longest has {longest}"
        )
    found = np.concatenate([regions.cut_fragments(p, bars) for p in long])
    return found[regions.count_notes(found) >= regions.NOTES]


def measure_retrieval(finder, data, config) -> dict:
    """F1 of pairs of test phrases: of the finder, of one that has learned nothing, and of equality."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = ThemeFinder(data.sizes[0], BAR * config.theme).to(device_of(finder)).eval()
    found = {}
    for name, heard in (("retrieval_f1", finder), ("retrieval_f1_untrained", fresh)):
        near = theme_rows.choose_near(heard, data, config.theme)
        counts = theme_rows.count_at(heard, data, "test", config.theme, near)
        found[name] = regions.score_pairs(counts)
    total = np.zeros(3, np.int64)
    for piece, named in zip(data.pieces["test"], theme_rows.list_named(data, "test")):
        if len(piece) >= BAR * config.theme:
            may, same = regions.list_same(piece, config.theme, named)
            equal = regions.list_same(piece, config.theme)[1]
            total += regions.count_pairs(equal, same, may, config.theme)
    return found | {"retrieval_f1_exact": regions.score_pairs(total)}


def mark_theme(rows, config) -> np.ndarray:
    """Which bars of windows are the theme again to the ear, ``(n, bars) bool``, whatever their heads say."""
    own, _, real = list_prompts(rows, config)
    marks = np.zeros((len(rows), config.bars), bool)
    for n, (theme, events) in enumerate(zip(own, real)):
        alike = regions.measure_agreement(regions.cut_fragments(events, config.theme), theme)
        for i in np.flatnonzero(alike >= regions.ALIKE):
            marks[n, i : i + config.theme] = True
    return marks


def list_prompts(rows, config) -> tuple:
    """The themes of rows, those of other rows, and the windows behind them, as events without heads."""
    bars = np.asarray(rows).reshape(len(rows), -1, BAR + 1)[:, :, 1:]
    own = bars[:, : config.theme].reshape(len(rows), -1)
    others = np.roll(own, len(own) // 2, 0)
    return own, others, bars[:, config.theme :].reshape(len(rows), -1)


def measure_recurrence(made, real, own, told, others) -> dict:
    """The share of bars in which a theme stands: the prompt's, the one that was told, and another tune's."""
    asked = {
        "recurrence": (made, own),
        "recurrence_told": (made, told),
        "recurrence_other": (made, others),
        "recurrence_real": (real, own),
    }
    return {
        name: float(np.mean([regions.share_of_theme(m, t) for m, t in zip(music, themes)]))
        for name, (music, themes) in asked.items()
    }


def add_heads(themes, network) -> np.ndarray:
    """Themes ``(n, theme * 16)`` with the heads of their bars, ``(n, theme * 17)``.

    ValueError for a theme of another length, named with the one that the network knows.
    """
    themes = np.asarray(themes)
    if themes.shape[1] != network.theme * BAR:
        raise ValueError(
            f"a theme of {themes.shape[1] // BAR} bars; this network knows themes of {network.theme}"
        )
    heads = np.full((len(themes), network.theme), network.events)
    if network.second == "theme":
        heads = heads + 1 + np.arange(network.theme)
    bars = themes.reshape(len(themes), network.theme, BAR)
    return np.concatenate([heads[..., None], bars], -1).reshape(len(themes), -1)


def list_allowed(rows, t: int, bars: int, network) -> torch.Tensor:
    """Which tokens may stand at step t, ``(n, symbols) bool``: events within a bar; a head where a bar begins.

    A theme that is begun goes on to its last bar, and none begins that the window has no room for.
    """
    allowed = torch.zeros(len(rows), network.symbols, dtype=torch.bool)
    if t % network.row:
        allowed[:, : network.events] = True
        return allowed
    last = (rows[:, t - network.row] - network.events).clamp(min=0)  # the bar of the theme before
    goes_on = (last > 0) & (last < network.theme)
    room = network.theme + bars - t // network.row >= network.theme
    allowed[:, network.events] = ~goes_on
    if network.second == "theme":
        allowed[:, network.events + 1] = ~goes_on & room
        n = torch.arange(len(rows))
        allowed[n[goes_on], (network.events + 1 + last)[goes_on]] = True
    return allowed
