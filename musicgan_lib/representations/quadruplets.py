"""Four real numbers a tone: length, frequency, intensity, time since the previous tone (Mogren, 2016).

A row ("cell") holds one tone or up to three that start together. Widths, and so layouts:

==============================  =============  ==================
cell                            with dynamics  without (no intensity)
==============================  =============  ==================
1 tone                          4              3
3 tones, each its own time      12             9
3 tones, one shared time first  10             7
==============================  =============  ==================
"""

import numpy as np

from ..notes import Piece
from .round_trip import RoundTrip, carry_source, compare

#: Ticks in a quarter note, the paper's resolution (section 3).
TICKS = 384
SCALES = ("raw", "normalised")
_LAYOUTS = {4: (1, True), 3: (1, False), 12: (3, True), 9: (3, False), 10: (3, True), 7: (3, False)}
_SHARED = (10, 7)


def frequency_of_pitch(pitch) -> np.ndarray:
    """How many times a second the air swings for a MIDI pitch: A4 = 69 is 440 Hz, 12 more is twice that.

    Any shape of MIDI numbers in, the same shape in Hz out. Equal temperament; Mogren (2016), section 3.
    """
    return 440.0 * 2.0 ** ((np.asarray(pitch, float) - 69) / 12)


def pitch_of_frequency(frequency) -> np.ndarray:
    """The MIDI pitch of a frequency, with its cents as the fraction: the inverse of ``frequency_of_pitch``.

    Any shape of positive Hz in, the same shape of MIDI numbers out; not rounded.
    """
    return 69 + 12 * np.log2(np.asarray(frequency, float) / 440.0)


def normalise(quadruplets) -> np.ndarray:
    """Raw fields on scales that a network can learn from: each about 0 to 5, each step worth the same.

    ``(..., 4)`` raw (ticks, Hz, velocity, ticks) to length ``log2(1 + 4q)`` with q in quarters,
    frequency in octaves above middle C, intensity ``velocity / 32``, time since ``log2(1 + 4q)``.
    An absent tone (all zeros) stays all zeros. Source: ours; the paper trains on raw numbers. No
    statistics of a corpus enter, so nothing leaks from test to training and nothing need be kept.
    """
    length, frequency, intensity, since = np.moveaxis(np.asarray(quadruplets, float), -1, 0)
    octaves = (pitch_of_frequency(np.where(frequency > 0, frequency, 440.0)) - 60) / 12
    fields = (
        np.log2(1 + 4 * length / TICKS),
        np.where(frequency > 0, octaves, 0.0),
        intensity / 32,
        np.log2(1 + 4 * since / TICKS),
    )
    return np.stack(fields, -1)


def denormalise(quadruplets) -> np.ndarray:
    """From normalised fields back to ticks, Hz and velocity: the inverse of ``normalise``.

    ``(..., 4)`` in and out. An absent tone comes back with the frequency of middle C and no intensity.
    """
    length, octaves, intensity, since = np.moveaxis(np.asarray(quadruplets, float), -1, 0)
    with np.errstate(over="ignore"):  # a diverged network: decode refuses what is not finite
        fields = (
            (2.0**length - 1) * TICKS / 4,
            frequency_of_pitch(60 + 12 * octaves),
            32 * intensity,
            (2.0**since - 1) * TICKS / 4,
        )
    return np.stack(fields, -1)


def encode(
    piece: Piece, tones_per_cell: int = 1, scale: str = "raw", shared_time: bool = False
) -> np.ndarray:
    """Write a piece as tones: how long, how high, how loud, how long after the one before.

    Parameters
    ----------
    tones_per_cell : 1 (C-RNN-GAN) or 3 (C-RNN-GAN-3: up to three tones that start together
        share a row, lowest first; a fourth opens a new row at time 0; absent tones are zeros).
    scale : ``"raw"`` is the paper's ticks (384 a quarter), Hz and velocity; ``"normalised"`` is
        :func:`normalise`, ours.
    shared_time : with three tones, one time for the whole row, put first: the 10 values of the
        published code. Otherwise every tone has its own quadruplet: the 12 values of the paper.

    Returns ``(N, width) float32``, widths in the module's first lines. Tones in order of onset, then
    pitch. A piece without dynamics has no intensity field: an absent tone is then one of length 0.

    Lost: tracks, instruments, metre, tempo, names; notes of no duration and, with dynamics, of no
    velocity. Onsets and durations are rounded to ticks (error at most 1/768 quarter; a shorter note
    lasts one tick). float32 counts ticks exactly up to 43,690 quarters of silence.

    Raises ValueError for other values of the options. Source: Mogren (2016), sections 2.1 and 3.
    """
    _check_options(tones_per_cell, scale, shared_time)
    n = piece.notes[piece.notes["duration"] > 0]
    if piece.dynamics:
        n = n[n["velocity"] > 0]
    onset = np.round(n["onset"] * TICKS)
    order = np.lexsort((n["pitch"], onset))
    n, onset = n[order], onset[order]
    tones = np.stack(
        [
            np.maximum(np.round(n["duration"] * TICKS), 1),
            frequency_of_pitch(n["pitch"]),
            n["velocity"],
            np.diff(onset, prepend=0.0),
        ],
        axis=-1,
    )  # (n, 4)
    row, place = _place_in_cells(onset, tones_per_cell)
    cells = np.zeros((row.max(initial=-1) + 1, tones_per_cell, 4))
    cells[row, place] = tones
    if scale == "normalised":
        cells = normalise(cells)
    fields = [0, 1, 2, 3] if piece.dynamics else [0, 1, 3]
    if shared_time:
        own = _flatten(cells[:, :, fields[:-1]])  # (N, tones * (2 or 3))
        return np.concatenate([cells[:, 0, 3:], own], axis=1).astype(np.float32)
    return _flatten(cells[:, :, fields]).astype(np.float32)


def decode(
    array,
    scale: str = "raw",
    grid: int = 1,
    as_published: bool = False,
    bpm: float = 120.0,
    like: Piece | None = None,
) -> Piece:
    """Play the numbers back: each frequency is the nearest piano key, each time a whole number of ticks.

    Parameters
    ----------
    array : ``(N, width)`` as :func:`encode` returns it, or anything a network puts in its place; the
        width says which layout it is.
    grid : times since are rounded to multiples of this many ticks (24 is 1/16 quarter). A network never
        says exactly 0, so its chords need a coarse grid; on music off that grid the error adds up.
    as_published : pitches are cut off below the next whole number, not rounded: the authors' code,
        a semitone too low for most tones. For comparison only.
    bpm : tempo of the piece made, which the numbers do not hold (the authors play at 45).
    like : the piece that was encoded, where there is one: its title, source and licence are carried
        over. Without it the result is ``source="generated"``.

    Tones of no length, no frequency or no intensity are dropped, but the time that they name passes;
    negative times count as 0; pitches outside 0..127 move by octaves, velocities outside 1..127 to
    the edge. The piece has one track, 4/4, ``source="generated"``; without intensity, ``dynamics=False``.

    Raises ValueError for a width that is no layout, or numbers that are not finite.
    """
    if scale not in SCALES or grid < 1:
        raise ValueError(f"scale must be one of {SCALES} and grid 1 or more, got {scale!r}, {grid}")
    cells, dynamics = _split_cells(np.asarray(array, float))
    if scale == "normalised":
        cells = denormalise(cells)
    if not np.isfinite(cells).all():
        raise ValueError("quadruplets hold numbers that are not finite: the network has diverged")
    if not dynamics:
        cells[..., 2] = 80
    length, frequency, intensity, since = cells.reshape(-1, 4).T
    since = np.maximum(np.round(since / grid) * grid, 0)
    onset, length, intensity = np.cumsum(since), np.round(length), np.round(intensity)
    kept = (length > 0) & (frequency > 0) & (intensity > 0)
    exact = pitch_of_frequency(frequency[kept])
    pitch = np.trunc(exact) if as_published else np.round(exact)
    pitch = np.where(pitch < 0, pitch % 12, pitch)
    pitch = np.where(pitch > 127, 116 + (pitch - 116) % 12, pitch)
    rows = (
        onset[kept] / TICKS,
        length[kept] / TICKS,
        pitch.astype(int),
        np.minimum(intensity[kept], 127).astype(int),
    )
    tempo = ((0.0, bpm),)
    piece = Piece(list(zip(*rows)), tempo=tempo, dynamics=dynamics, source="generated")
    return carry_source(piece, like)


def round_trip(piece: Piece, grid: int = 1, **options) -> RoundTrip:
    """What a piece loses when it is written as quadruplets and read back; ``options`` as in :func:`encode`."""
    scale = options.get("scale", "raw")
    return compare(piece, decode(encode(piece, **options), scale=scale, grid=grid))


def _check_options(tones_per_cell, scale, shared_time):
    if tones_per_cell not in (1, 3):
        raise ValueError(f"tones_per_cell must be 1 or 3, got {tones_per_cell}")
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {SCALES}, got {scale!r}")
    if shared_time and tones_per_cell == 1:
        raise ValueError("shared_time needs tones_per_cell=3: one tone has nothing to share")


def _place_in_cells(onset, tones_per_cell):
    """For each tone its row and its place there: a row ends when the onset changes or it is full."""
    starts = np.diff(onset, prepend=-1.0) > 0
    chord = np.cumsum(starts) - 1
    in_chord = np.arange(len(onset)) - np.flatnonzero(starts)[chord] if len(onset) else chord
    place = in_chord % tones_per_cell
    return np.cumsum(place == 0) - 1, place


def _flatten(cells):
    """``(N, tones, fields)`` to ``(N, tones * fields)``, for no rows too."""
    return cells.reshape(len(cells), cells.shape[1] * cells.shape[2])


def _split_cells(array):
    """``(N, width)`` to ``(N, tones, 4)``, intensity 0 where the layout has none, and whether it has."""
    if array.ndim != 2 or array.shape[1] not in _LAYOUTS:
        raise ValueError(f"quadruplets have shape (N, 4, 12, 10, 3, 9 or 7), got {array.shape}")
    tones, dynamics = _LAYOUTS[array.shape[1]]
    cells = np.zeros((len(array), tones, 4))
    if array.shape[1] in _SHARED:
        cells[:, 0, 3] = array[:, 0]
        fields = [0, 1, 2] if dynamics else [0, 1]
        array = array[:, 1:]
    else:
        fields = [0, 1, 2, 3] if dynamics else [0, 1, 3]
    cells[:, :, fields] = array.reshape(len(array), tones, len(fields))
    return cells, dynamics
