"""A reader's own melody, ready to be harmonised, and what came of it as a piece."""

import re

import numpy as np

from ..notes import Metre, Piece, Tempo, Track
from .harmony import A_BEAT, AN_EIGHTH, NAMES, RANGES, read_melody, sounds

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10, 11)
_NOTE = re.compile(r"([A-Ga-g])([#b]?)(-?\d)(?::(\d+(?:\.\d+)?))?$")
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def write_tune(text: str, beats_a_bar: int = 4, title: str = "a tune") -> Piece:
    """A melody from notes such as ``C5 C5 G5:2 R:1``: name, octave, and its length in quarters (1 where none stands).

    ``R`` rests; bar lines ``|`` may stand anywhere and count nothing. ValueError with the word that is no note.
    """
    now, rows = 0.0, []
    for word in text.replace("|", " ").split():
        rest = re.fullmatch(r"[Rr](?::(\d+(?:\.\d+)?))?", word)
        note = _NOTE.match(word)
        if not rest and not note:
            raise ValueError(
                f"{word!r} is no note: write a letter from A to G, # or b, and an octave, such as F#4, then perhaps "
                "its length in quarters, F#4:0.5; R rests"
            )
        length = float((rest[1] if rest else note[4]) or 1)
        if note:
            pitch = (
                12 * (int(note[3]) + 1)
                + _STEPS[note[1].upper()]
                + {"#": 1, "b": -1, "": 0}[note[2]]
            )
            rows.append((now, length, pitch))
        now += length
    return Piece(
        [(*row, 80, 0) for row in rows],
        (Track("Soprano", 52),),
        (Metre(0.0, beats_a_bar, 4),),
        (Tempo(0.0, 80.0),),
        title=title,
        dynamics=False,
        source="tunes",
    )


def take_melody(piece: Piece, tonic: int | None = None, minor: bool | None = None) -> tuple:
    """The first track of a piece: its :class:`Melody`, its grid, and the steps at which its beats begin.

    The key is found (:func:`find_melody_key`) where it is not given. Lines end at fermatas; without any, where a note
    lasts two beats or more, and at the end. ValueError, with what would work, for a melody without a note, one that
    sopranos of chorales cannot sing, and one in which two notes sound at once.
    """
    from ..representations import grid

    voice = piece.select(0)
    if not len(voice):
        raise ValueError(
            f"{piece.title or 'this melody'} has no note: write some, such as 'G4 G4 D5 D5 E5 E5 D5:2'"
        )
    _check_range(voice)
    laid = grid.encode(grid.snap(voice), 1)
    sounding = sounds(laid.cells)
    known = find_melody_key(sounding[0])
    tonic = known[0] if tonic is None else tonic % 12
    minor = known[1] if minor is None else minor
    melody, steps = read_melody(laid.cells, laid.position, laid.fermata, tonic, minor)
    if not melody.ends.any():
        melody = melody._replace(ends=_find_ends(laid.cells[0], steps))
    return melody, laid, steps


def find_melody_key(sounding) -> tuple[int, bool]:
    """Tonic and mode of a melody alone, ``(N,)`` pitches that sound, -1 for silence.

    Each of 24 keys is worth the share of time in which its scale sounds, half a point more if the last note is its
    tonic and a fifth if that is its third or fifth, and a fifth of the share of time of its third. The best one is
    taken; of equal ones the lower tonic, and major.
    """
    sung = np.asarray(sounding)[np.asarray(sounding) >= 0]
    if not len(sung):
        raise ValueError("no note sounds, so there is no key to find")
    share = np.bincount(sung % 12, minlength=12) / len(sung)
    best, key = -1.0, (0, False)
    for tonic in range(12):
        for minor, scale in ((False, _MAJOR), (True, _MINOR)):
            last = (int(sung[-1]) - tonic) % 12
            worth = share[[(tonic + step) % 12 for step in scale]].sum() + 0.5 * (last == 0)
            third = 3 if minor else 4
            worth += 0.2 * (last in (third, 7)) + 0.2 * share[(tonic + third) % 12]
            if worth > best + 1e-9:
                best, key = worth, (tonic, minor)
    return key


def write_cells(soprano, steps, voices, eighths, harmony) -> np.ndarray:
    """Four voices on the grid, ``(4, N)``: the soprano's cells as they are, and the others' beats and eighths below.

    A pitch that stays while the melody holds its note is held; otherwise it is sung again.
    """
    from ..representations.grid import HOLD, REST

    cells = np.full((4, len(soprano)), HOLD)
    cells[0] = soprano
    cells[1:, : steps[0] if len(steps) else None] = REST
    for t, step in enumerate(steps):
        for v in (1, 2, 3):
            pitch, moved = voices[v, t], eighths[v, t]
            before = eighths[v, t - 1] if t else -1
            stays = soprano[step] == HOLD and pitch == before and harmony[t] == harmony[t - 1]
            cells[v, step] = REST if pitch < 0 else HOLD if stays else pitch
            if moved != pitch >= 0 and step + AN_EIGHTH < cells.shape[1]:
                cells[v, step + AN_EIGHTH] = moved
    return cells


def write_piece(cells, laid, piece: Piece) -> Piece:
    """Four voices ``(4, N)`` as a piece, with the bars and fermatas of the melody's grid and the pace of its piece."""
    from ..representations import grid

    fermata = np.repeat(laid.fermata[:1], 4, 0)
    made = grid.decode(grid.Grid(cells, laid.position, fermata, laid.chord))
    return made.replace(title=piece.title, tempo=piece.tempo[:1] or made.tempo)


def _check_range(voice: Piece) -> None:
    low, high = int(voice.notes["pitch"].min()), int(voice.notes["pitch"].max())
    least, most = RANGES[0]
    if least <= low and high <= most:
        return
    told = f"this melody goes from {_name(low)} to {_name(high)}, and sopranos here sing "
    told += f"{_name(least)} to {_name(most)}"
    up, down = least - low, high - most
    if high - low > most - least:
        raise ValueError(f"{told}: it spans more than {most - least} semitones, so no key fits")
    by = 12 * -(-up // 12) if up > 0 else -12 * -(-down // 12)
    if not (least <= low + by and high + by <= most):
        by = up if up > 0 else -down
    raise ValueError(f"{told}: move it by {by:+d} semitones, piece.transpose({by})")


def _name(pitch: int) -> str:
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def _find_ends(cells, steps) -> np.ndarray:
    """1 at the last beat of each note of two beats or more, and at the last beat of all."""
    from ..representations.grid import HOLD

    ends, begins = np.zeros(len(steps), np.int64), np.flatnonzero(cells != HOLD)
    for a, b in zip(begins, [*begins[1:], len(cells)]):
        within = np.flatnonzero((steps >= a) & (steps < b))
        if b - a >= 2 * A_BEAT and len(within):
            ends[within[-1]] = 1
    ends[-1:] = 1
    return ends


def list_tunes(length: float) -> list[tuple[Piece, int, bool]]:
    """The melodies of the library's traditional tunes, where a soprano sings them: their first ``length`` quarters.

    With each its tonic and whether it is minor, which the whole melody tells.
    """
    from .. import corpora
    from ..representations import grid

    found, middle = [], sum(RANGES[0]) // 2
    for piece in corpora.load("tunes"):
        voice = piece.select(0)
        low, high = int(voice.notes["pitch"].min()), int(voice.notes["pitch"].max())
        voice = voice.transpose(middle - (low + high) // 2)
        key = find_melody_key(sounds(grid.encode(grid.snap(voice), 1).cells)[0])
        found.append((voice.window(0.0, min(length, voice.length)), *key))
    return found
