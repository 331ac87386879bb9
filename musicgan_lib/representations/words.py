"""A word for each onset: what the melody starts and what the chord starts (Lee et al. 2017; Bjare & Meredith 2020).

A word has six fields: melody duration, melody octave, melody pitch class, chord duration, chord
octaves, chord pitch classes. Two of them need a set, so fields 4 and 5 are bit masks:

- ``octaves`` packs the octave of each chord tone, in the order of its pitch classes, four bits each;
- ``chord`` has bit ``c`` set where pitch class ``c`` sounds (0 is C).

A voice in which nothing starts has the dummy triple (0, 0, 0); a rest has a duration and octave
``REST``. Durations are quarter lengths rounded to four decimals, so a word tells time only by what
lasts how long, as in the paper.
"""

import numpy as np

from ..notes import Piece, Track
from .round_trip import RoundTrip, carry_source, compare

REST = -2  # octaves of MIDI go from -1 to 9
#: Onsets and ends move to twelfths of a quarter, which hold the sixteenths and the triplets that the
#: paper's reader keeps; durations are then rounded to four decimals, as its words have them.
GRID = 12
FIELDS = (
    "melody_duration",
    "melody_octave",
    "melody_class",
    "chord_duration",
    "chord_octaves",
    "chord_classes",
)


def encode(piece: Piece) -> np.ndarray:
    """Write a piece as words.

    Returns ``(N, 6) float64``, one row an onset of melody or chord, in the order of ``FIELDS``.

    A piece of two tracks is a melody and its chords. Any other is reduced first: the highest track is
    the melody, and at each melody onset the other voices' sounding pitch classes are the chord. Tones
    of a melody that start together keep the highest alone; a chord keeps one octave a pitch class, the
    lowest. A voice that starts again cuts off what it held.
    """
    melody, chords = split_voices(piece)
    melody, chords = _with_rests(melody), _with_rests(chords)
    onsets = sorted(melody.keys() | chords.keys())
    return np.array(
        [[*_melody_triple(melody.get(t)), *_chord_triple(chords.get(t))] for t in onsets]
    ).reshape(-1, 6)


def decode(words, dynamics=False, like: Piece | None = None) -> Piece:
    """Read a piece from words: track 0 melody, track 1 chords.

    ``like`` is the piece that was encoded, where there is one: its title, source and licence are
    carried over; without it the result is ``source="generated"``.

    Each voice runs on its own clock: a triple with a duration begins where the voice's last one ended.
    Raises ValueError for a row that is no word.
    """
    words = np.asarray(words, float).reshape(-1, 6)
    if not np.isfinite(words).all() or (words[:, [0, 3]] < 0).any():
        raise ValueError("a word holds a negative duration or something that is not a number")
    rows, now = [], [0.0, 0.0]
    for word in words:
        for voice, (duration, octave, tones) in enumerate((word[:3], word[3:])):
            if duration == 0:
                continue
            duration = np.rint(duration * GRID) / GRID  # .3333 means a third
            for pitch in _pitches(voice, int(octave), int(tones)):
                rows.append((float(now[voice]), float(duration), pitch, 80, voice))
            now[voice] += duration
    tracks = (Track("melody", 73), Track("chords", 0))
    return carry_source(Piece(rows, tracks, dynamics=dynamics, source="generated"), like)


def split_voices(piece: Piece) -> tuple[dict, dict]:
    """Melody and chords as onset -> (duration, pitches), in twelfths: the two tracks, or the rule for other pieces."""
    notes = piece.notes.copy()
    ends = np.rint((notes["onset"] + notes["duration"]) * GRID)
    notes["onset"] = np.rint(notes["onset"] * GRID)
    notes["duration"] = ends - notes["onset"]
    piece = piece.replace(notes=notes)
    if len(piece.tracks) == 2:
        return _group(piece.notes[piece.notes["track"] == 0], highest=True), _group(
            piece.notes[piece.notes["track"] == 1]
        )
    top = _highest_track(piece)
    melody = _group(piece.notes[piece.notes["track"] == top], highest=True)
    others = piece.notes[piece.notes["track"] != top]
    if not len(others):
        return melody, {}
    chords = {}
    for onset, (duration, _) in melody.items():
        sounding = (others["onset"] <= onset + 1e-6) & (
            others["onset"] + others["duration"] > onset + 1e-6
        )
        if sounding.any():
            chords[onset] = (duration, sorted(set(others["pitch"][sounding].tolist())))
    return melody, chords


def interleave(words) -> np.ndarray:
    """Chord and melody in rows of their own, ``(N, 6) -> (M, 6)``: the chord first, where one starts, then the melody.

    The melody's row is there even where nothing of it starts, so a row without a chord ends a word. ``decode`` reads
    both alike. Source: the third proposal of Bjare and Meredith (2020), section 7.
    """
    words = np.asarray(words, float).reshape(-1, 6)
    halves = np.repeat(words, 2, 0)
    halves[0::2, :3] = halves[1::2, 3:] = 0
    starts = np.ones(len(halves), bool)
    starts[0::2] = words[:, 3] > 0
    return halves[starts]


def close_chords(words) -> np.ndarray:
    """The words with every chord tone in the octave below middle C: the second proposal of the same section."""
    words = np.array(words, float).reshape(-1, 6)
    tones = words[:, 5].astype(int)[:, None] >> np.arange(12) & 1
    spelled = np.array([0] + [int("4" * n, 16) for n in range(1, 13)])[tones.sum(1)]
    words[:, 4] = np.where((words[:, 4] != REST) & (words[:, 5] > 0), spelled, words[:, 4])
    return words


def to_one_key(piece: Piece) -> Piece:
    """The piece moved to where most of its notes are white, C major or A minor: the first proposal of that section.

    Where two keys fit equally well, as with music that leaves out a seventh tone, the lower number of semitones up
    decides. It moves by a tritone at most, unless a note would leave MIDI's range; one too wide for that stays where
    it is.
    """
    pitches = piece.notes["pitch"]
    if not len(pitches):
        return piece
    counts = np.bincount(pitches % 12, minlength=12)
    white = np.isin(np.arange(12), (0, 2, 4, 5, 7, 9, 11))
    up = int(np.argmax([white @ np.roll(counts, k) for k in range(12)]))
    fits = [k for k in (up, up - 12) if pitches.min() + k >= 0 and pitches.max() + k <= 127]
    return piece.transpose(min(fits, key=abs)) if fits else piece


def _highest_track(piece) -> int:
    means = {
        t: piece.notes["pitch"][piece.notes["track"] == t].mean()
        for t in np.unique(piece.notes["track"]).tolist()
    }
    return max(means, key=means.get) if means else 0


def _group(notes, highest=False) -> dict:
    """Onset -> (duration, pitches), each cut off by the next; what is left with no length is dropped."""
    groups = {}
    for onset, duration, pitch in zip(
        notes["onset"].tolist(), notes["duration"].tolist(), notes["pitch"].tolist()
    ):
        held, pitches = groups.get(onset, (0.0, []))
        groups[onset] = (max(held, duration), sorted({*pitches, pitch}))
    onsets = sorted(groups)
    for onset, following in zip(onsets, [*onsets[1:], np.inf]):
        duration, pitches = groups[onset]
        groups[onset] = (
            round(min(duration, following - onset), 4),
            pitches[-1:] if highest else pitches,
        )
    return {t: g for t, g in groups.items() if g[0] > 0}


def _with_rests(groups: dict) -> dict:
    """The same with a rest in every gap, so that a clock that only adds durations stays right."""
    full, now = {}, 0.0
    for onset in sorted(groups):
        if onset > now:
            full[now] = (onset - now, [])
        full[onset] = groups[onset]
        now = onset + groups[onset][0]
    return full


def _melody_triple(group):
    if group is None:
        return 0, 0, 0
    duration, pitches = round(group[0] / GRID, 4), group[1]
    return (duration, pitches[-1] // 12 - 1, pitches[-1] % 12) if pitches else (duration, REST, 0)


def _chord_triple(group):
    if group is None:
        return 0, 0, 0
    duration, pitches = round(group[0] / GRID, 4), group[1]
    lowest = {}
    for pitch in sorted(pitches):
        lowest.setdefault(pitch % 12, pitch // 12)
    octaves = sum(octave << 4 * i for i, (_, octave) in enumerate(sorted(lowest.items())))
    return (duration, octaves, sum(1 << c for c in lowest)) if pitches else (duration, REST, 0)


def _pitches(voice: int, octave: int, tones: int) -> list[int]:
    """The MIDI pitches that a triple names; ValueError where it names none that exist."""
    if octave == REST:
        return []
    if voice == 0:
        pitches = [12 * (octave + 1) + tones]
    else:
        classes = [c for c in range(12) if tones >> c & 1]
        pitches = [12 * (octave >> 4 * i & 15) + c for i, c in enumerate(classes)]
    if not all(0 <= p <= 127 for p in pitches) or (voice == 0 and not 0 <= tones < 12):
        raise ValueError(f"octave {octave} with pitch class {tones} is no note")
    return pitches


def round_trip(piece: Piece) -> RoundTrip:
    """What is left of a piece after encode and decode.

    Exact for a single-line melody over block chords whose tones lie within one octave. Otherwise inner
    voices become chords that last as long as the melody's note, doublings fuse, and onsets and ends move to
    the nearest twelfth of a quarter. Tempo, metre and dynamics are always lost.
    """
    return compare(piece, decode(encode(piece)))
