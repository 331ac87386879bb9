"""Melodies with their themes marked, and the rows that a transformer reads of them."""

from typing import NamedTuple

import numpy as np
import torch

from ..data import theme_regions as regions
from ..data.melody_events import BAR
from .game import device_of

#: The closeness from which on two fragments may be one phrase
GRID = np.round(np.arange(0.3, 1.0, 0.05), 2)


class Themed(NamedTuple):
    """A piece with a theme: its events, the first bars of the theme's regions, and how many events there are."""

    events: np.ndarray
    starts: list
    symbols: int


@torch.no_grad()
def weigh_closeness(finder, piece, bars: int) -> np.ndarray:
    """How close each two fragments of a piece are, ``(n, n)``."""
    fragments = torch.as_tensor(regions.cut_fragments(piece, bars))
    vectors = finder(fragments.to(device_of(finder))).cpu().numpy()
    return vectors @ vectors.T


def list_named(data, split: str) -> list:
    """What the music itself says of its phrases, a piece each; None where it says nothing."""
    return data.beside.get(split) or [None] * len(data.pieces[split])


def count_at(finder, data, split: str, bars: int, near: float) -> np.ndarray:
    """The pairs that are found, by :func:`~musicgan_lib.data.theme_regions.count_pairs`, of a split together."""
    total = np.zeros(3, np.int64)
    for piece, named in zip(data.pieces[split], list_named(data, split)):
        if len(piece) < BAR * bars:
            continue
        may, same = regions.list_same(piece, bars, named)
        total += regions.count_pairs(weigh_closeness(finder, piece, bars) >= near, same, may, bars)
    return total


def choose_near(finder, data, bars: int) -> float:
    """The closeness that finds phrases best on validation pieces."""
    scores = [regions.score_pairs(count_at(finder, data, "valid", bars, near)) for near in GRID]
    return float(GRID[int(np.argmax(scores))])


def find_themes(finder, data, split: str, config) -> list[Themed]:
    """The pieces of a split that are as long as a window and have a theme that returns, by the finder.

    ValueError where none has.
    """
    near, found = choose_near(finder, data, config.theme), []
    for piece in data.pieces[split]:
        if len(piece) < BAR * config.bars:
            continue
        may = regions.count_notes(regions.cut_fragments(piece, config.theme)) >= regions.NOTES
        close = weigh_closeness(finder, piece, config.theme) >= near
        np.fill_diagonal(close, True)
        if starts := regions.choose_theme(close, may, config.theme):
            found.append(Themed(piece, starts, data.sizes[0]))
    if not found:
        raise ValueError(
            f"no {split} piece of {data.name} with {config.bars} bars has a theme of {config.theme} bars that returns"
        )
    return found


def write_heads(piece: Themed, theme: int, marked: bool) -> np.ndarray:
    """A piece in bars with a head each, ``(bars, 17)``; without marks no bar is of the theme."""
    bars = piece.events[: len(piece.events) // BAR * BAR].reshape(-1, BAR)
    heads = np.full(len(bars), piece.symbols)
    for start in piece.starts if marked else ():
        heads[start : start + theme] = piece.symbols + 1 + np.arange(theme)
    return np.concatenate([heads[:, None], bars], 1)


def cut_row(piece: Themed, config, rng, moved: bool = True) -> np.ndarray:
    """A window of a piece behind its theme, ``((theme + bars) * 17,)``, in a random key where it is ``moved``.

    Of a theme that begins before the window the first bars are not in it; such bars count as outside.
    """
    marked = config.second == "theme"
    whole = write_heads(piece, config.theme, marked)
    first = piece.starts[0]
    start = int(rng.integers(0, len(whole) - config.bars + 1))
    window = whole[start : start + config.bars].copy()
    for k, head in enumerate(window[:, 0].tolist()):
        if head <= piece.symbols + 1:
            break
        window[k, 0] = piece.symbols
    row = np.concatenate([whole[first : first + config.theme], window]).ravel()
    return regions.move(row, config.keys, rng) if moved else row
