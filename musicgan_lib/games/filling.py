"""Four voices around what a reader asks for: fixed notes stay, and a network that completes scores draws the rest."""

from collections.abc import Callable

import numpy as np
import torch

from ..data.columns import hold_columns, read_columns
from ..data.grid import GridData
from ..data.pieces_padded import hold_rests, write_rests
from ..data.wishes import Asked, read_melody
from ..models.masked_convs import MaskedConvs
from ..models.sweeps import fall_linearly, redraw_masks, sweep
from ..models.voice_networks import VoiceNetworks
from .game import device_of

#: Masks of what is missing, from all of it to a twentieth
MOST, LEAST = 1.0, 0.05


@torch.no_grad()
def complete_by_sweeps(
    network: VoiceNetworks, asked: Asked, generator, sweeps: int = 40, apart: int = 4, start=None
) -> np.ndarray:
    """Tokens ``(V, T)``: Gibbs sampling, a voice's network at a time, from noise or from ``start (V, T)``."""
    device = device_of(network)
    noise = torch.randint(network.symbols, asked.tokens.shape, generator=generator).numpy()
    hold = network.symbols - 2
    given = np.where(asked.fixed, asked.tokens, noise if start is None else start)
    begun = hold_rests(given, hold)
    tokens, beside, free = (
        torch.as_tensor(x, device=device)[None] for x in (begun, asked.beside, ~asked.fixed)
    )
    for _ in range(sweeps):
        tokens = sweep(network, tokens, beside, free, generator, apart)
    return np.where(asked.fixed, asked.tokens, write_rests(tokens[0].cpu().numpy(), hold))


@torch.no_grad()
def complete_by_masks(
    network: MaskedConvs, data: GridData, asked: Asked, generator, redraws: int = 128
) -> np.ndarray:
    """Tokens ``(V, T)``: annealed block Gibbs sampling, in which no fixed cell is ever hidden."""
    columns = torch.as_tensor(read_columns(data, data.to_tokens(asked.tokens)))[None]
    free = torch.as_tensor(~asked.fixed)[None]
    device = device_of(network)
    rates = fall_linearly(redraws, MOST, LEAST)
    made = redraw_masks(network, columns.to(device), free.to(device), rates, generator)
    tokens = data.to_voices(hold_columns(data, made[0].cpu().numpy()))
    return np.where(asked.fixed, asked.tokens, tokens)  # what is held stays held


def fill(data: GridData, melody, complete: Callable, voice: int = 0) -> tuple:
    """A melody in four voices: the ``Piece``, and a list of sentences on what could not be done as asked.

    ``melody`` is a piece whose first track is taken; ``complete(asked)`` gives tokens ``(V, T)``. The melody stands in
    ``voice``, 0 the soprano. ValueError as :func:`~musicgan_lib.data.wishes.read_melody`.
    """
    asked, _ = read_melody(data, melody, voice)
    return write_asked(data, asked, complete(asked), melody.title), asked.told


def write_asked(data: GridData, asked: Asked, tokens, title: str = ""):
    """Tokens ``(V, T)`` as a piece, with the bars and fermatas of what was asked."""
    place, fermata = asked.beside.T
    beside = np.stack([place, np.zeros_like(place), *[fermata] * data.voices], 1)
    return data.decode(data.to_tokens(tokens), beside).replace(title=title)


def read_asked(data: GridData, heard, which: int) -> Asked:
    """A score in which one voice is hidden, ``Heard`` as :mod:`~musicgan_lib.data.heard` has it, as fixed cells."""
    tokens = np.select(
        [heard.cells == 128, heard.cells == 129, heard.cells < 0],
        [data.hold, data.rest, data.hold],
        heard.cells - data.lowest,
    )
    fixed = np.ones_like(tokens, bool)
    fixed[which] = False
    beside = np.stack([heard.position, np.max(heard.fermata, 0)], 1).astype(np.int64)
    return Asked(tokens, fixed, beside, [])


def write_line(data: GridData, columns) -> np.ndarray:
    """What sounds, ``(T,)`` as :func:`~musicgan_lib.data.columns.read_columns`, as cells of the grid: pitch or rest."""
    return np.where(columns == data.hold, 129, columns + data.lowest)


class VoiceFiller:
    """Fills in one voice as :mod:`musicgan_lib.evaluation.chorale_fill` asks: in each cell what sounds most often.

    ``complete(asked, start)`` makes another completion from the last one, ``(V, T)`` tokens. The first ``skip`` of
    ``rounds`` are not counted.
    """

    def __init__(self, data: GridData, complete: Callable, rounds: int = 20, skip: int = 5):
        if not 0 <= skip < rounds:
            raise ValueError(f"of {rounds} rounds {skip} are skipped: none would be counted")
        self.data, self.complete, self.rounds, self.skip = data, complete, rounds, skip

    def __call__(self, heard, which: int) -> np.ndarray:
        asked, tokens = read_asked(self.data, heard, which), None
        votes = np.zeros((asked.tokens.shape[1], self.data.hold + 1), np.int64)
        for k in range(self.rounds):
            tokens = self.complete(asked, tokens)
            if k >= self.skip:
                line = read_columns(self.data, self.data.to_tokens(tokens))[which]
                votes[np.arange(len(line)), line] += 1
        return write_line(self.data, votes.argmax(1))


def fill_at_once(network: MaskedConvs, data: GridData) -> Callable:
    """A filler that gives the likeliest pitch of each cell of the hidden voice, all asked at once."""

    @torch.no_grad()
    def filler(heard, which: int) -> np.ndarray:
        asked = read_asked(data, heard, which)
        columns = torch.as_tensor(read_columns(data, data.to_tokens(asked.tokens)))[None]
        hidden = torch.as_tensor(~asked.fixed)[None]
        log_p = network(columns.to(device_of(network)), hidden.to(device_of(network)))
        return write_line(data, log_p[0, which].argmax(-1).cpu().numpy())

    return filler
