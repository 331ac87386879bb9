"""How a :class:`~musicgan_lib.models.bar_filler.BarFiller` writes: into holes of a window, or a window from nothing."""

from typing import NamedTuple

import numpy as np
import torch

from ..data.track_bars import (
    BAR,
    Alphabet,
    end_bar,
    find_bounds,
    list_allowed,
    name_tokens,
    pad_rows,
    write_cell,
    write_context,
)
from ..models.bar_filler import BarFiller
from .game import device_of


class Asked(NamedTuple):
    """A bar that is to be written: the rows before it, its place, the wish, how it opens, and its bounds."""

    before: list
    voice: int
    bar: int
    wish: int
    kind: str
    bounds: tuple


@torch.no_grad()
def write_bars(
    network: BarFiller,
    asked: list[Asked],
    generator,
    grammar: bool = True,
    temperature: float = 1.0,
) -> list[list[int]]:
    """The tokens of each bar that is asked for, its end included where the network wrote one in 17 tokens.

    With ``grammar`` only what :func:`~musicgan_lib.data.track_bars.list_allowed` allows is drawn.
    """
    alphabet = Alphabet(network.heads)
    written: list[list[int]] = [[] for _ in asked]
    last, memory = read_first(network, asked)
    for _ in range(BAR + 1):
        live = [i for i, tokens in enumerate(written) if alphabet.end not in tokens[-1:]]
        if not live:
            break
        logits = last[live]
        if grammar:
            events = [list_events(written[i], alphabet) for i in live]
            may = [list_allowed(e, asked[i].bounds, alphabet) for i, e in zip(live, events)]
            logits = logits.masked_fill(~torch.as_tensor(np.stack(may)), -torch.inf)
        drawn = torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)
        for i, token in zip(live, drawn[:, 0].tolist()):
            written[i].append(token)
        last, memory = read_next(network, asked, written, memory)
    return written


def list_events(tokens: list[int], alphabet: Alphabet) -> list:
    """The events among tokens: all but the end of the bar."""
    return [alphabet.to_event(token) for token in tokens if token != alphabet.end]


def read_first(network: BarFiller, asked: list[Asked]) -> tuple:
    """Logits ``(n, tokens)`` after the token that opens each bar, on the CPU, and what is remembered."""
    alphabet, device = Alphabet(network.heads), device_of(network)
    rows = [a.before + name_tokens([], alphabet, *a[1:5]) for a in asked]
    ends = torch.tensor([len(row) for row in rows])
    padded = torch.as_tensor(pad_rows(rows, alphabet))
    there = torch.arange(padded.shape[1]) < ends[:, None]
    logits, memory = network.read(padded.to(device), there.to(device))
    return logits.cpu()[torch.arange(len(asked)), ends - 1], memory


def read_next(network: BarFiller, asked: list[Asked], written: list, memory) -> tuple:
    """The same after the last token of each bar; what follows the end of a bar is of no use."""
    alphabet = Alphabet(network.heads)
    rows = [
        name_tokens(list_events(tokens, alphabet), alphabet, *a[1:5])[-1:]
        for a, tokens in zip(asked, written)
    ]
    logits, memory = network.read(torch.as_tensor(rows).to(device_of(network)), memory=memory)
    return logits[:, -1].cpu(), memory


def ask_fill(network: BarFiller, cells: list, k: int, wish: int) -> Asked:
    """Cell k of a window to be written again; what stood there is not in what the network reads."""
    alphabet, (voice, bar) = Alphabet(network.heads), divmod(k, network.bars)
    before = write_context(cells, network.bars, (k,), alphabet)
    bounds = find_bounds(cells, k, network.bars, alphabet)
    return Asked(before, voice, bar, wish, "fill", bounds)


def fill_hole(cells: list, k: int, tokens: list[int], alphabet: Alphabet) -> list:
    """The window with the tokens of a bar as its cell k; every other cell is the same list. ValueError for no bar."""
    events = [alphabet.to_event(t) for t in tokens if t != alphabet.end]
    write_cell(events, alphabet)  # refuses what makes up no bar
    return [events if j == k else cell for j, cell in enumerate(cells)]


def write_windows(network: BarFiller, n: int, generator, temperature: float = 1.0) -> list:
    """``n`` windows from nothing, a list of cells each: every track from its first bar to its last."""
    alphabet, bars = Alphabet(network.heads), network.bars
    cells: list[list] = [[] for _ in range(n)]
    rows: list[list] = [[] for _ in range(n)]
    for k in range(network.voices * bars):
        voice, bar = divmod(k, bars)
        track = [(alphabet.kind("track"), 0, 0, 0, voice, 0, 0, 0)] if bar == 0 else []
        before = [row + track for row in rows]
        bounds = [find_bounds(have, k, bars, alphabet) for have in cells]
        asked = [Asked(b, voice, bar, 0, "bar", bound) for b, bound in zip(before, bounds)]
        for i, tokens in enumerate(write_bars(network, asked, generator, True, temperature)):
            events = [alphabet.to_event(t) for t in tokens[:-1]]
            cells[i].append(events)
            rows[i] = before[i] + end_bar(name_tokens(events, alphabet, *asked[i][1:5]), alphabet)
    return cells
