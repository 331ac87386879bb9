"""``Piece``: what one piece of music is, once files and notations are behind us."""

import hashlib
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from .annotations import KINDS, as_annotations, transpose_chord
from .metre import Metre, Tempo, barred_from, shift

#: One note. ``onset`` and ``duration`` in quarter lengths, ``pitch`` and ``velocity`` as in MIDI
#: (0..127, middle C = 60), ``track`` an index into ``Piece.tracks``.
NOTE = np.dtype(
    [("onset", "f8"), ("duration", "f8"), ("pitch", "i2"), ("velocity", "i2"), ("track", "i2")]
)


class Track(NamedTuple):
    """One voice or instrument: its name, General MIDI program (0..127), and whether it is a drum kit."""

    name: str = ""
    program: int = 0
    is_drum: bool = False


@dataclass(frozen=True, eq=False)
class Piece:
    """The notes of one piece, sorted by onset, with what is needed to bar, play and name them.

    Parameters
    ----------
    notes : structured array of dtype ``NOTE``, or a sequence of
        ``(onset, duration, pitch[, velocity[, track]])``; sorted here by onset, track, pitch,
        and made read-only. Velocity defaults to 80, track to 0.
    tracks : one :class:`Track` for each track index used.
    metre, tempo : never empty, the first entry at onset 0. A pickup bar is a short first metre:
        ``((0, 1, 4), (1, 4, 4))`` is one quarter of pickup, then 4/4.
    dynamics : False where velocities carry no information (then no metric reads them).
    source : the corpus it came from, or ``"generated"``.
    publishable : False where the licence forbids playing it in a published page.
    losses : what reading it could not keep, one sentence each.
    annotations : structured array like ``ANNOTATION`` (chord symbols, fermatas, lyrics, markers, pedal), or a
        sequence of ``(onset, kind, text[, track[, value]])``; sorted here by onset, read-only.

    Raises
    ------
    ValueError : a note outside 0..127 or between two keys (60.7), a negative onset or duration,
        a number that is not finite, a track without an entry, or a metre or tempo that does not start at 0.
    """

    notes: np.ndarray
    tracks: tuple[Track, ...] = (Track(),)
    metre: tuple[Metre, ...] = (Metre(0.0, 4, 4),)
    tempo: tuple[Tempo, ...] = (Tempo(0.0, 120.0),)
    title: str = ""
    composer: str = ""
    dynamics: bool = True
    source: str = ""
    publishable: bool = True
    losses: tuple[str, ...] = ()
    annotations: np.ndarray = ()

    def __post_init__(self):
        notes = _as_notes(self.notes)
        tracks = tuple(Track(*t) for t in self.tracks)
        metre = tuple(Metre(float(o), int(n), int(d)) for o, n, d in self.metre)
        tempo = tuple(self.tempo)  # a file may hold thousands, so what is a Tempo is left as it is
        if not all(type(t) is Tempo and type(t.bpm) is float for t in tempo):
            tempo = tuple(Tempo(float(o), float(b)) for o, b in tempo)
        _check(notes, tracks, metre, tempo)
        if not _is_sorted(notes):  # a file's notes mostly are, and the sort is the dearest step
            notes = notes[np.lexsort((notes["pitch"], notes["track"], notes["onset"]))]
        notes.flags.writeable = False
        for name, value in dict(notes=notes, tracks=tracks, metre=metre, tempo=tempo).items():
            object.__setattr__(self, name, value)
        object.__setattr__(self, "losses", tuple(self.losses))
        object.__setattr__(self, "annotations", as_annotations(self.annotations, len(tracks)))

    @classmethod
    def restore(cls, *, notes, tracks, metre, tempo, losses, annotations, **names) -> "Piece":
        """A piece from the very fields of another, for a cache: what was checked once is not checked again."""
        piece = object.__new__(cls)
        fields = {
            "notes": notes,
            "tracks": tuple(map(Track._make, tracks)),
            "metre": tuple(map(Metre._make, metre)),
            "tempo": tuple(map(Tempo._make, tempo)),
            "losses": tuple(losses),
            "annotations": annotations,
        }
        for name, value in (fields | names).items():
            object.__setattr__(piece, name, value)
        return piece

    def __len__(self) -> int:
        return len(self.notes)

    def __eq__(self, other) -> bool:
        """Same notes, tracks, metre, tempo and annotations; names and provenance do not count."""
        return isinstance(other, Piece) and (
            np.array_equal(self.notes, other.notes)
            and self.annotations.tolist() == other.annotations.tolist()
            and (self.tracks, self.metre, self.tempo) == (other.tracks, other.metre, other.tempo)
        )

    __hash__ = None

    def __repr__(self) -> str:
        name = f"{self.title!r}, " if self.title else ""
        size = f"{len(self)} notes, {len(self.tracks)} tracks, {self.length:g} quarters"
        return f"Piece({name}{size})"

    @property
    def length(self) -> float:
        """When the last note ends, in quarter lengths; 0.0 for a piece without notes."""
        return float((self.notes["onset"] + self.notes["duration"]).max(initial=0.0))

    def bars(self) -> np.ndarray:
        """Where bars start, in quarter lengths, shape ``(n_bars + 1,)``: the last entry closes the last bar.

        Every note onset lies in a bar. A bar that a change of metre cuts short stays short.
        """
        edges = [0.0]
        onset = float(self.notes["onset"].max(initial=0.0))
        end = max(self.length, np.nextafter(onset, np.inf) if len(self) else 0.0)
        changes = [m.onset for m in self.metre[1:]] + [np.inf]
        for metre, change in zip(self.metre, changes):
            start, stop = edges[-1], min(change, end)
            if stop <= start:
                break
            n = int(np.ceil((stop - start) / metre.bar_length - 1e-9))
            edges += [start + metre.bar_length * i for i in range(1, max(n, 1) + 1)]
            if change < edges[-1]:
                edges[-1] = change
        if len(self) and onset >= edges[-1]:  # a note without length on the last bar line
            edges.append(edges[-1] + metre.bar_length)
        return np.array(edges)

    def bar_of(self, onsets) -> np.ndarray:
        """The number of the bar that each onset lies in, from 0; less than 1e-6 before a bar line is on it."""
        edges = self.bars()
        bar = np.searchsorted(edges, np.asarray(onsets) + 1e-6, side="right") - 1
        return np.clip(bar, 0, max(len(edges) - 2, 0))  # nothing lies beyond the last bar

    def seconds(self, quarters) -> np.ndarray:
        """When a moment given in quarter lengths is heard, in seconds; any shape in, the same shape out."""
        onsets = np.array([t.onset for t in self.tempo])
        rates = 60.0 / np.array([t.bpm for t in self.tempo])  # seconds a quarter
        starts = np.concatenate([[0.0], np.cumsum(np.diff(onsets) * rates[:-1])])
        at = np.asarray(quarters, float)
        i = np.clip(np.searchsorted(onsets, at, side="right") - 1, 0, None)
        return starts[i] + (at - onsets[i]) * rates[i]

    def replace(self, **changes) -> "Piece":
        """A copy with some fields changed."""
        return replace(self, **changes)

    def transpose(self, semitones: int) -> "Piece":
        """The piece moved up (or down) by semitones, drums left alone; ValueError where a note would leave 0..127.

        Chord symbols move with it.
        """
        notes, beside = self.notes.copy(), self.annotations.copy()
        drums = np.array([t.is_drum for t in self.tracks], bool)[notes["track"]]
        notes["pitch"][~drums] += semitones
        for i in np.flatnonzero(beside["kind"] == "chord"):
            beside["text"][i] = transpose_chord(beside["text"][i], semitones)
        return self.replace(notes=notes, annotations=beside)

    def window(self, start: float, stop: float) -> "Piece":
        """The notes that start in ``[start, stop)`` quarters, moved to begin at 0 and cut off at ``stop``."""
        notes = self.notes[(self.notes["onset"] >= start) & (self.notes["onset"] < stop)].copy()
        notes["duration"] = np.minimum(notes["duration"], stop - notes["onset"])
        notes["onset"] -= start
        beside = self.annotations
        beside = beside[(beside["onset"] >= start) & (beside["onset"] < stop)].copy()
        beside["onset"] -= start
        return self.replace(
            notes=notes,
            metre=shift(barred_from(self.metre, start), start, stop),
            tempo=shift(self.tempo, start, stop),
            annotations=beside,
        )

    def annotated(self, kind: str) -> np.ndarray:
        """The annotations of one of :data:`KINDS`, in order; KeyError for a kind that is none."""
        if kind not in KINDS:
            raise KeyError(f"no annotation is a {kind!r}: there are {', '.join(KINDS)}")
        return self.annotations[self.annotations["kind"] == kind]

    def select(self, *tracks: int) -> "Piece":
        """Only these tracks, renumbered 0, 1, … in the order given."""
        notes = np.concatenate(
            [self.notes[self.notes["track"] == t] for t in tracks] or [self.notes[:0]]
        )
        notes["track"] = np.argsort(tracks)[np.searchsorted(np.sort(tracks), notes["track"])]
        new = dict(zip(tracks, range(len(tracks)))) | {-1: -1}
        beside = self.annotations[np.isin(self.annotations["track"], list(new))].copy()
        beside["track"] = [new[t] for t in beside["track"].tolist()]
        named = tuple(self.tracks[t] for t in tracks)
        return self.replace(notes=notes, tracks=named, annotations=beside)

    def content_hash(self) -> str:
        """A name for the music alone: equal for two files with the same notes, whatever they are called.

        Onsets count from the first note, times are rounded to 1/480 quarter; tempo, velocity and track
        order do not count.
        """
        n = self.notes
        onset = (
            np.round((n["onset"] - n["onset"].min(initial=np.inf)) * 480) if len(n) else n["onset"]
        )
        rows = np.stack([onset, np.round(n["duration"] * 480), n["pitch"]], 1).astype("<i8")
        return hashlib.sha256(rows[np.lexsort(rows.T)].tobytes()).hexdigest()


def _as_notes(notes) -> np.ndarray:
    if isinstance(notes, np.ndarray) and notes.dtype == NOTE:
        mine = notes.base is None and not notes.flags.writeable  # nobody can change it: share it
        return notes if mine else notes.copy()
    rows = [tuple(row) for row in notes]
    defaults = (80, 0)
    wide = [(name, "f8") for name in NOTE.names]
    table = np.array([row + defaults[len(row) - 3 :] for row in rows], wide)
    for field in ("pitch", "velocity", "track"):
        whole = np.rint(table[field]) == table[field]
        for bad in table[field][~(whole & (np.abs(table[field]) < 2**15))]:
            raise ValueError(f"a note's {field} is {bad:g}, but must be a small whole number")
    return table.astype(NOTE)


def _is_sorted(notes) -> bool:
    """Whether the notes stand in order of onset, track, pitch already."""
    onset, rank = notes["onset"], notes["track"].astype(int) << 7 | notes["pitch"]
    later, tied = onset[1:] > onset[:-1], onset[1:] == onset[:-1]
    return bool(np.all(later | tied & (rank[1:] >= rank[:-1])))


def _check(notes, tracks, metre, tempo):
    for field in ("onset", "duration"):
        low, high = notes[field].min(initial=0), notes[field].max(initial=0)
        if not (low >= 0 and high < np.inf):
            raise ValueError(f"a note's {field} is negative or not a number")
    for field in ("pitch", "velocity"):
        low, high = notes[field].min(initial=0), notes[field].max(initial=0)
        if low < 0 or high > 127:
            raise ValueError(f"a note's {field} is {low if low < 0 else high}, outside 0..127")
    low, high = notes["track"].min(initial=0), notes["track"].max(initial=-1)
    if low < 0 or high >= len(tracks):
        wrong = low if low < 0 else high
        raise ValueError(f"a note's track is {wrong}, but there are {len(tracks)}, counted from 0")
    for name, events in (("metre", metre), ("tempo", tempo)):
        onsets = [e.onset for e in events]
        if not onsets or onsets[0] != 0 or any(a >= b for a, b in zip(onsets, onsets[1:])):
            raise ValueError(
                f"{name} must start at onset 0 and go forward, got onsets {onsets[:4]}"
            )
    if any(m.numerator < 1 or m.denominator < 1 for m in metre):
        raise ValueError("a metre must have positive numbers, such as 3/4")
    bpm = np.array([t[1] for t in tempo])
    if not np.all(np.isfinite(bpm) & (bpm > 0)):
        raise ValueError("a tempo must be a positive number of quarters a minute")
