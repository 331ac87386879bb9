"""What a reader asks for in four voices: notes that have to stand, as cells that are fixed, and what could not be."""

from typing import NamedTuple

import numpy as np

from .grid import GridData
from .harmony import NAMES
from .pieces_padded import lay_bars

VOICES = ("soprano", "alto", "tenor", "bass")


class Wish(NamedTuple):
    """A note of a voice (0 is the soprano), from a step on, for so many steps; ``pitch`` None is a rest."""

    voice: int
    step: int
    steps: int
    pitch: int | None


class Asked(NamedTuple):
    """``tokens (V, T) int64``, right where ``fixed (V, T)``; ``beside (T, 2)``: place in the bar, and fermata.

    ``told`` has a sentence for all that could not be done as it was asked.
    """

    tokens: np.ndarray
    fixed: np.ndarray
    beside: np.ndarray
    told: list[str]


def place_wishes(data: GridData, wishes, steps: int, beside=None) -> Asked:
    """Wishes as fixed cells of ``steps`` sixteenths; of two that contradict each other the first stays.

    A pitch that no voice of the corpus sings, and what lies outside of the piece, is left free. ``beside`` is as in
    :class:`Asked`; by default 4/4. ValueError for a voice that there is not, or a piece without a step.
    """
    if steps < 1:
        raise ValueError(f"a piece has a sixteenth at least, not {steps}")
    tokens = np.full((data.voices, steps), data.hold)
    fixed, told = np.zeros((data.voices, steps), bool), []
    for wish in map(Wish._make, wishes):
        if not 0 <= wish.voice < data.voices:
            raise ValueError(
                f"no voice {wish.voice}: 0 is the soprano, {data.voices - 1} the lowest"
            )
        _place(data, wish, tokens, fixed, told)
    return Asked(tokens, fixed, lay_bars(steps) if beside is None else np.asarray(beside), told)


def _place(data, wish: Wish, tokens, fixed, told: list) -> None:
    """Fix the cells of one wish, or tell why not."""
    token = data.rest if wish.pitch is None else wish.pitch - data.lowest
    name = "a rest" if wish.pitch is None else _name(wish.pitch)
    where = f"{VOICES[wish.voice]} at sixteenth {wish.step}"
    if not 0 <= token <= data.rest or (wish.pitch is not None and token >= data.hold):
        low, high = _name(data.lowest), _name(data.lowest + data.hold - 1)
        told.append(f"{where}: nobody sings {name} here, only {low} to {high}; it is left free.")
        return
    first, end = max(wish.step, 0), min(wish.step + wish.steps, tokens.shape[1])
    if wish.step < 0 or end <= first:
        told.append(
            f"{where}: {name} does not begin within {tokens.shape[1]} sixteenths; it is left out."
        )
        return
    if end < wish.step + wish.steps:
        told.append(f"{where}: {name} ends with the piece, after {end - first} sixteenths.")
    line = np.full(end - first, token if wish.pitch is None else data.hold)
    line[0] = token
    here = slice(first, end)
    clash = fixed[wish.voice, here] & (tokens[wish.voice, here] != line)
    if clash.any():
        told.append(f"{where}: {name} contradicts what was asked for there before, which stays.")
        return
    tokens[wish.voice, here] = line
    fixed[wish.voice, here] = True


def read_melody(data: GridData, piece, voice: int = 0) -> tuple[Asked, int]:
    """The first track of a piece as fixed cells of a voice, and by how many semitones it was moved to be sung.

    It is moved by octaves where that is enough, so that all of it lies where that voice sings in the training pieces;
    where it spans too much, as many notes as can be. What then is out of reach is left free, and told.
    ValueError for a piece without a note, and where two notes sound at once.
    """
    from ..representations import grid

    line = piece.select(0)
    if not len(line):
        raise ValueError(
            f"{piece.title or 'this melody'} has no note: write some, such as 'G4 A4 B4:2'"
        )
    low, high = find_range(data, voice)
    moved = _choose_move(line.notes["pitch"], low, high)
    laid = grid.encode(grid.snap(line), 1)
    cells = laid.cells[0]
    begins = [*np.flatnonzero(cells != grid.HOLD).tolist(), len(cells)]
    wishes, told = [], []
    for a, b in zip(begins, begins[1:]):
        pitch = None if cells[a] == grid.REST else int(cells[a]) + moved
        if pitch is None or low <= pitch <= high:
            wishes.append(Wish(voice, a, b - a, pitch))
        else:
            told.append(
                f"{_name(int(cells[a]))} at sixteenth {a} is out of the {VOICES[voice]}'s reach and left free."
            )
    if moved:
        told.insert(0, f"The melody is sung {moved:+d} semitones from where it was written.")
    asked = place_wishes(data, wishes, len(cells), read_beside_of(laid))
    return asked._replace(told=told + asked.told), moved


def find_range(data: GridData, voice: int) -> tuple[int, int]:
    """The lowest and the highest pitch that a voice sings in the training pieces, in their own keys."""
    sung = np.concatenate([data.to_voices(p)[voice] for p in data.pieces["train"]])
    sung = sung[sung < data.hold]
    return data.lowest + int(sung.min()), data.lowest + int(sung.max())


def read_beside_of(laid) -> np.ndarray:
    """Place in the bar and fermatas of a grid of one voice, ``(T, 2)``; without any, one on each long last note."""
    fermata = np.asarray(laid.fermata).max(0)
    if not fermata.any():
        begins = [*np.flatnonzero(laid.cells[0] < 128).tolist(), laid.cells.shape[1]]
        for a, b in zip(begins, begins[1:]):
            fermata[a:b] = b - a >= 8
    return np.stack([laid.position, fermata], 1).astype(np.int64)


def _choose_move(pitches, low: int, high: int) -> int:
    """Semitones by which most notes come to lie within a range: none, else the fewest octaves, else the fewest."""
    moves = sorted(range(-60, 61), key=lambda k: (k % 12 != 0, abs(k), k))
    held = [int(((pitches + k >= low) & (pitches + k <= high)).sum()) for k in moves]
    return moves[int(np.argmax(held))]


def _name(pitch: int) -> str:
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"
