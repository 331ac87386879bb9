"""Voices on a grid of sixteenths: in each cell a note begins, a note is held, or there is silence.

``cells[v, t]`` is voice ``v`` (soprano, alto, tenor, bass) in sixteenth ``t``:

- 0..127: a note of this MIDI pitch begins;
- ``HOLD``: what sounded in this voice one step before goes on;
- ``REST``: silence, in each of its steps.

The symbol that holds a note is that of DeepBach (Hadjeres, Pachet and Nielsen 2017): with it a repeated note is not a
long one. Coconet (Huang et al. 2017) and the piano rolls of Boulanger-Lewandowski et al. (2012) have none. Beside the
cells stand what DeepBach conditions on, the place in the beat and the fermatas, and the chord symbols where a piece has
them.
"""

from typing import NamedTuple

import numpy as np

from ..notes import Metre, Piece, Tempo, Track
from ..notes.metre import short_metre
from .round_trip import RoundTrip, carry_source, compare

STEPS = 4  # a quarter
HOLD, REST = 128, 129
#: What a step is in its bar: the bar line, the half bar of an even metre from 4/4 on, another quarter, and in
#: 3, 4, 5 the second, third and fourth sixteenth of a quarter.
BAR, HALF, BEAT = range(3)
POSITIONS = 6
SINGERS = tuple(Track(name, 52) for name in ("Soprano", "Alto", "Tenor", "Bass"))
#: A grid states no tempo. This one is ours, that of the corpus of chorales, in quarters a minute.
PACE = 80.0


class Grid(NamedTuple):
    """V voices and what stands beside them, over T sixteenths.

    ``cells (V, T) int64``; ``position (T,) int64`` as :func:`mark_positions` has it; ``fermata (V, T) int64``: 1 from
    where a fermata stands to the end of its note or rest; ``chord (T,)``: the symbol in force, as text, "" for none.
    """

    cells: np.ndarray
    position: np.ndarray
    fermata: np.ndarray
    chord: np.ndarray


def encode(piece: Piece, voices: int = 4) -> Grid:
    """Write a piece of ``voices`` tracks, each a single line, on the grid; T is where the last note ends.

    Nothing is rounded, reduced or guessed. ValueError, with the piece, the track and the moment, for another number
    of tracks, a drum kit, a note, metre, fermata or chord off the grid (:func:`snap` moves notes onto it), a note
    without length, and two notes at once in one voice.

    Lost are tempo, velocities, names, lyrics, markers, pedal, fermatas and chords after the last note, the texts of
    fermatas, the second of two fermatas on one note, and of two chords at one moment the first. A fermata of the whole
    piece (track -1) stands in every voice.
    """
    name = piece.title or "this piece"
    if len(piece.tracks) != voices or any(t.is_drum for t in piece.tracks):
        kinds = ", ".join(t.name or ("drums" if t.is_drum else "no name") for t in piece.tracks)
        raise ValueError(
            f"{name} has {len(piece.tracks)} tracks ({kinds}) where {voices} voices were expected: "
            "Piece.select chooses and orders tracks"
        )
    notes = piece.notes
    track = notes["track"]
    start = _to_steps(piece, notes["onset"], track, "a note begins")
    stop = _to_steps(piece, notes["onset"] + notes["duration"], track, "a note ends")
    _check_lines(piece, start, stop)
    cells = np.full((voices, int(stop.max(initial=0))), REST, np.int64)
    length = stop - start
    held = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length - start, length)
    cells[np.repeat(track, length), held] = HOLD
    cells[track, start] = notes["pitch"]
    return Grid(
        cells,
        mark_positions(piece.metre, cells.shape[1]),
        _lay_fermatas(piece, cells),
        _lay_chords(piece, cells.shape[1]),
    )


def decode(grid, like: Piece | None = None) -> Piece:
    """Read a piece from a grid, or from cells ``(V, T)`` alone, which then are in 4/4 from their first step on.

    Any row of symbols is music: a hold with nothing to hold, at the beginning or after a rest, is silence. Four voices
    are called soprano, alto, tenor and bass; velocity is 80, the pace ``PACE``. Bar lines are known by their places, so
    the metre is one of bars as long: 3/2 comes back as 6/4, 6/8 as 3/4. ``like`` is the piece that was encoded, where
    there is one: its title, source and licence are carried over. ValueError for another shape or a number that is no
    symbol.
    """
    if not isinstance(grid, Grid):
        grid = bare(grid)
    cells = _check_cells(grid.cells)
    rows = []
    for voice, line in enumerate(cells):
        begins = np.flatnonzero(line != HOLD)  # of a note or a silent step
        ends = [*begins[1:].tolist(), len(line)]
        rows += [
            (a / STEPS, (b - a) / STEPS, int(line[a]), 80, voice)
            for a, b in zip(begins.tolist(), ends)
            if line[a] != REST
        ]
    stands = (np.asarray(grid.fermata) > 0) & (_begins(cells) | (_before(grid.fermata, 0) == 0))
    beside = [(t / STEPS, "fermata", "", voice) for voice, t in np.argwhere(stands).tolist()]
    chord = np.asarray(grid.chord)
    changes = np.flatnonzero((chord != "") & (_before(chord, "") != chord))
    beside += [(t / STEPS, "chord", str(chord[t])) for t in changes.tolist()]
    tracks = [Track(f"voice {i + 1}") for i in range(len(cells))]
    piece = Piece(
        rows,
        SINGERS if len(cells) == len(SINGERS) else tracks or (Track(),),
        read_metre(grid.position),
        (Tempo(0.0, PACE),),
        dynamics=False,
        source="generated",
        annotations=beside,
    )
    return carry_source(piece, like)


def bare(cells) -> Grid:
    """Cells ``(V, T)`` as a grid in 4/4 without fermatas and chords. ValueError as :func:`decode`."""
    cells = _check_cells(cells)
    steps = cells.shape[1]
    position = mark_positions((Metre(0.0, 4, 4),), steps)
    return Grid(cells, position, np.zeros_like(cells), np.full(steps, ""))


def snap(piece: Piece) -> Piece:
    """The piece with onsets, ends and annotations on the nearest sixteenth, in the middle the later one.

    They move by at most half a step. A note that would be left without length is dropped: of two thirty-seconds in the
    place of a sixteenth one stays.
    """
    notes, beside = piece.notes.copy(), piece.annotations.copy()
    start, stop = _nearest(notes["onset"]), _nearest(notes["onset"] + notes["duration"])
    notes["onset"], notes["duration"] = start / STEPS, (stop - start) / STEPS
    beside["onset"] = _nearest(beside["onset"]) / STEPS
    return piece.replace(notes=notes[stop > start], annotations=beside)


def round_trip(piece: Piece, voices: int = 4) -> RoundTrip:
    """What is left of a piece after :func:`snap`, encode and decode. ValueError where encode refuses the piece.

    Exact for all that encode takes as it is: notes, tracks, fermatas, and the metre but for its name. Otherwise onsets
    and ends move by at most half a sixteenth, and notes shorter than that may be lost.
    """
    return compare(piece, decode(encode(snap(piece), voices), piece), 0.5 / STEPS)


def mark_positions(metre: tuple[Metre, ...], steps: int) -> np.ndarray:
    """What each step is in its bar, one of ``POSITIONS``, ``(steps,) int64``.

    Quarters are counted from the last bar line or half bar; those of a pickup as at the end of a whole bar. ValueError
    for bar lines between two sixteenths.
    """
    position = np.zeros(steps, np.int64)
    for here, after in zip(metre, [*metre[1:], None]):
        start, bar = here.onset * STEPS, here.bar_length * STEPS
        if start % 1 or bar % 1:
            raise ValueError(
                f"{here.numerator}/{here.denominator} at {here.onset:g} has bar lines between two sixteenths"
            )
        missing, whole = 0, here
        if here.onset == 0 and after and after.onset == here.bar_length < after.bar_length:
            missing, whole = int(after.bar_length * STEPS - bar), after  # a pickup
        t = np.arange(start, min(after.onset * STEPS if after else steps, steps), dtype=np.int64)
        within = (t - int(start) + missing) % int(whole.bar_length * STEPS)
        position[t] = _name_steps(within, whole)
    return position


def read_metre(position) -> tuple[Metre, ...]:
    """The metre that bar lines tell, as a :class:`Piece` has it: what stands before the first of them is a pickup.

    A last bar that is not longer than the one before need not be full. Where one bar line or none is known, what
    follows is in 4/4 if it fits, else one bar.
    """
    position = np.asarray(position)
    lines = np.flatnonzero(position == BAR).tolist()
    edges = sorted({0, *lines})
    bars = [(a, b - a) for a, b in zip(edges, edges[1:])]
    last, left = edges[-1], len(position) - edges[-1]
    if len(lines) < 2 or left > lines[-1] - lines[-2]:
        bars.append((last, max(left, 16)))
    metre = []
    for start, length in bars:
        if not metre or length != metre[-1].bar_length * STEPS:
            metre.append(Metre(start / STEPS, *short_metre(length / STEPS)))
    return tuple(metre)


def _name_steps(within, metre) -> np.ndarray:
    """The place of steps that are so far from their bar line."""
    even = metre.numerator % 2 == 0 and metre.numerator >= 4
    half = metre.bar_length * STEPS / 2 if even else np.inf
    far = within % half if even and half % 1 == 0 else within
    kinds = np.where(far % STEPS == 0, BEAT, BEAT + far % STEPS)
    kinds[within == half] = HALF
    kinds[within == 0] = BAR
    return kinds


def _to_steps(piece, moments, tracks, what) -> np.ndarray:
    """Moments in quarter lengths as numbers of steps; ValueError for the first that lies between two."""
    steps = np.rint(moments * STEPS).astype(np.int64)
    for i in np.flatnonzero(np.abs(moments * STEPS - steps) > 1e-6)[:1].tolist():
        voice = f"in track {tracks[i]} " if tracks[i] >= 0 else ""
        raise ValueError(
            f"{piece.title or 'this piece'}: {what} {voice}at {moments[i]:g} quarters, between two sixteenths: "
            "grid.snap moves it to the nearest"
        )
    return steps


def _nearest(moments) -> np.ndarray:
    """The nearest step, in the middle between two the later one."""
    return np.floor(moments * STEPS + 0.5 + 1e-6)


def _check_lines(piece, start, stop) -> None:
    """ValueError unless every track is a single line of notes that last."""
    name, track = piece.title or "this piece", piece.notes["track"]
    for i in np.flatnonzero(stop <= start)[:1].tolist():
        raise ValueError(
            f"{name}: the note at {start[i] / STEPS:g} quarters in track {track[i]} lasts nothing"
        )
    order = np.lexsort((start, track))
    same = track[order][1:] == track[order][:-1]
    for i in order[1:][same & (start[order][1:] < stop[order][:-1])][:1].tolist():
        raise ValueError(
            f"{name}: two notes sound at once in track {track[i]} at {start[i] / STEPS:g} quarters, "
            "but a voice of the grid is a single line"
        )


def _check_cells(cells) -> np.ndarray:
    cells = np.asarray(cells)
    if cells.ndim != 2 or not np.issubdtype(cells.dtype, np.integer):
        raise ValueError(
            f"expected whole numbers (voices, steps), got {cells.dtype} of shape {cells.shape}"
        )
    wrong = cells[(cells < 0) | (cells > REST)]
    if len(wrong):
        raise ValueError(f"{wrong[0]} is no cell: pitches are 0..127, {HOLD} holds, {REST} rests")
    return cells.astype(np.int64)


def _lay_fermatas(piece, cells) -> np.ndarray:
    """1 from where a fermata stands to where its voice begins something else, ``(V, T) int64``."""
    laid, begins = np.zeros_like(cells), _begins(cells)
    found = piece.annotated("fermata")
    steps = _to_steps(piece, found["onset"], found["track"], "a fermata stands")
    for t, track in zip(steps.tolist(), found["track"].tolist()):
        for voice in [track] if track >= 0 else range(len(cells)):
            following = np.flatnonzero(begins[voice, t + 1 :])[:1]
            laid[voice, t : t + 1 + following[0] if len(following) else None] = 1
    return laid


def _lay_chords(piece, steps: int) -> np.ndarray:
    """The chord symbol in force at each step, ``(T,)`` of text."""
    found = piece.annotated("chord")
    texts = ["", *found["text"].tolist()]
    begins = _to_steps(piece, found["onset"], found["track"], "a chord stands")
    return np.array(texts)[np.searchsorted(begins, np.arange(steps), side="right")]


def _begins(cells) -> np.ndarray:
    """Where a note or a rest begins."""
    return (cells < HOLD) | ((cells == REST) & (_before(cells, HOLD) != REST))


def _before(rows, first) -> np.ndarray:
    """The same one step later, along the last axis, with ``first`` in front."""
    rows = np.asarray(rows)
    return np.concatenate([np.full_like(rows[..., :1], first), rows[..., :-1]], -1)
