"""A ``Piece`` as a score: bars, voices, ties, and what stands beside the notes."""

from collections import Counter
from pathlib import Path

import numpy as np

from .metre import short_metre
from .midi_writing import write_whole
from .piece import Piece

#: A score of more bars than this is refused: nobody reads it, and it takes minutes and gigabytes.
MOST_BARS = 10_000
#: Times closer than this (quarter lengths) are one.
_NEAR = 1e-6


def to_music21(piece: Piece):
    """Give the piece to music21 as a score: parts, bars, ties over bar lines, metre, tempo, pickup.

    Returns a ``music21.stream.Score``, one Part for each track, barred as the piece is (:meth:`Piece.bars`). Notes
    struck and released together are a Chord; notes that overlap stand in voices, each in one voice for all its
    length, so that ties find their notes; notes without a length are grace notes. A short first metre becomes
    a pickup bar of the metre after it; a bar that a change of metre cuts short has a metre of its own. Chord
    symbols, lyrics, fermatas and markers stand where they belong; the pedal does not. Raises ValueError
    for a piece of more than :data:`MOST_BARS` bars. Source: ours.
    """
    return _Writer(piece).score()


def write_musicxml(piece: Piece, path) -> tuple[str, ...]:
    """Write the piece as a score (MusicXML) that notation programs open, whole or not at all.

    A score knows note values, not milliseconds: onsets and ends go to the nearest 64th or triplet
    32nd. Returns what was lost, one sentence each. Raises ValueError for a piece of more than
    :data:`MOST_BARS` bars. Source: ours.
    """
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    notes, beside = piece.notes.copy(), piece.annotations.copy()
    ends = _snap(notes["onset"] + notes["duration"])
    notes["onset"] = _snap(notes["onset"])
    notes["duration"] = np.where(
        notes["duration"] > 0, np.maximum(ends - notes["onset"], 1 / 16), 0
    )
    moved = np.abs(notes["onset"] - piece.notes["onset"]).max(initial=0)
    moved = max(moved, np.abs(notes["duration"] - piece.notes["duration"]).max(initial=0))
    beside["onset"] = _snap(beside["onset"])
    writer = _Writer(piece.replace(notes=notes, annotations=beside))
    written = GeneralObjectExporter(writer.score()).parse()
    write_whole(Path(path), written)
    said = [f"times move by up to {moved:.2g} quarters, to note values"] if moved > _NEAR else []
    return (*said, *(f"{n} {what}" for what, n in writer.lost.items() if n))


def _snap(times):
    """Times at the nearest 1/16 or 1/12 of a quarter."""
    grids = [np.rint(times * n) / n for n in (16, 12)]
    return np.where(np.abs(grids[0] - times) <= np.abs(grids[1] - times), *grids)


class _Writer:
    """The score of one piece, bar by bar, and what it could not hold: sentences and how often."""

    def __init__(self, piece: Piece):
        self.piece = piece
        self.lost = Counter()
        self.edges = _bar_lines(piece)
        self.bars = []  # of the part that is being written
        self.placed = []  # its notes: (onset, end, music21's)

    def score(self):
        from music21 import metadata, stream

        piece = self.piece
        score = stream.Score()
        score.insert(0, metadata.Metadata(title=piece.title, composer=piece.composer))
        for i in range(len(piece.tracks)):
            score.insert(0, self.part(i))
        self.lost["pedal events are left out"] += len(piece.annotated("pedal"))
        return score

    def part(self, i: int):
        from music21 import instrument, stream

        part, track = stream.Part(), self.piece.tracks[i]
        sound = instrument.Percussion() if track.is_drum else instrument.Instrument(track.name)
        sound.midiProgram, sound.midiChannel = track.program, 9 if track.is_drum else None
        sound.partName = part.partName = track.name
        part.insert(0, sound)
        self.bars = [stream.Measure(number=n + 1) for n in range(len(self.edges) - 1)]
        self.placed = []
        self._write_metre()
        if i == 0:
            self._write_tempo()
        self._write_notes(i)
        self._write_beside(i)
        for start, bar in zip(self.edges, self.bars):
            part.insert(start, bar)
        return part

    def _bar_at(self, onset: float) -> tuple[int, float] | None:
        """The bar that a moment lies in, and where in it; None behind the last."""
        n = int(np.searchsorted(self.edges, onset + _NEAR, side="right")) - 1
        return (n, max(onset - self.edges[n], 0.0)) if n < len(self.bars) else None

    def _write_metre(self) -> None:
        """A signature where the metre changes, and where a bar is cut short; bar 0 is a pickup."""
        from music21 import meter

        metre, written = self.piece.metre, None
        pickup = len(metre) > 1 and metre[1].onset <= metre[0].bar_length + _NEAR
        pickup = pickup and metre[1].bar_length > metre[1].onset + _NEAR
        for n, bar in enumerate(self.bars):
            start, length = self.edges[n], self.edges[n + 1] - self.edges[n]
            current = [m for m in metre if m.onset <= start + _NEAR][-1]
            sign = current[1:]
            if n == 0 and pickup:
                sign, bar.paddingLeft = metre[1][1:], metre[1].bar_length - length
            elif length < current.bar_length - _NEAR:
                sign = short_metre(length) or sign
            if sign != written:
                bar.timeSignature = meter.TimeSignature(f"{sign[0]}/{sign[1]}")
            bar.number, written = n + (not pickup), sign
        late = sum(m.onset > self.edges[-1] - _NEAR for m in metre[1:])
        self.lost["changes of metre behind the last bar are left out"] += late

    def _write_tempo(self) -> None:
        from music21 import tempo

        for onset, bpm in self.piece.tempo:
            if at := self._bar_at(onset):
                self.bars[at[0]].insert(at[1], tempo.MetronomeMark(number=bpm, referent=1.0))
            else:
                self.lost["changes of tempo behind the last bar are left out"] += 1

    def _write_notes(self, i: int) -> None:
        """Notes by voice and bar, tied over bar lines; gaps become rests."""
        from music21 import stream
        from music21.common import opFrac

        contents = [{} for _ in self.bars]  # voice → [(onset in the bar, length, tones, tie)]
        for voice, onset, end, tones in _in_voices(
            self.piece.notes[self.piece.notes["track"] == i]
        ):
            n, offset = self._bar_at(onset)
            start = onset
            while True:
                stop = min(end, self.edges[n + 1])
                if end - stop < _NEAR:
                    stop = end
                tie = (start > onset, stop < end)
                row = (opFrac(offset), opFrac(max(stop - start, 0.0)), tones, tie, start)
                contents[n].setdefault(voice, []).append(row)
                if stop >= end:
                    break
                n, offset, start = n + 1, 0.0, stop
        for n, bar in enumerate(self.bars):
            length = opFrac(self.edges[n + 1] - self.edges[n])
            voices = sorted(contents[n]) or [0]
            for voice in voices:
                place = bar if len(voices) == 1 else stream.Voice(id=str(voice + 1))
                self._fill(place, contents[n].get(voice, []), length, voice != voices[0])
                if place is not bar:
                    bar.insert(0, place)

    def _fill(self, place, rows, length, hidden: bool) -> None:
        """One voice of one bar."""
        at = 0
        for offset, duration, tones, tie, start in rows:
            self._rest(place, at, offset, hidden)
            for begin, made in _to_notes(duration, tones, tie):
                place.insert(offset + begin, made)
                self.placed.append((start + float(begin), made))
            at = offset + duration
        self._rest(place, at, length, hidden)

    def _rest(self, place, start, stop, hidden: bool) -> None:
        from music21 import note

        for begin, length in _plain_lengths(stop - start) if stop - start > _NEAR else ():
            rest = note.Rest(quarterLength=length)
            rest.style.hideObjectOnPrint = hidden
            place.insert(start + begin, rest)

    def _write_beside(self, i: int) -> None:
        """Chord symbols, lyrics, fermatas and markers of one track; those of the whole piece go to the first."""
        for onset, kind, track, _, text in self.piece.annotations.tolist():
            if (
                kind == "pedal"
                or track != i
                and not (track == -1 and (i == 0 or kind == "fermata"))
            ):
                continue
            at = self._bar_at(onset)
            if at is None:
                self.lost[f"{kind}s behind the last bar are left out"] += 1
            elif kind == "fermata":
                self._write_fermata(onset, track)
            elif kind == "lyric":
                self._write_lyric(onset, text, track)
            else:
                self.bars[at[0]].insert(at[1], self._words(kind, text))
                if track != -1:
                    self.lost[f"{kind}s of one track become those of the whole piece"] += 1

    def _words(self, kind: str, text: str):
        from music21 import expressions

        made = _chord_symbol(text) if kind == "chord" else None
        if kind == "chord" and made is None:
            self.lost["chord symbols that music21 does not know are written as text"] += 1
        return made or expressions.TextExpression(text)

    def _write_fermata(self, onset: float, track: int) -> None:
        from music21 import expressions

        sounding = [
            (start, one) for start, one in self.placed
            if start <= onset + _NEAR and onset < start + float(one.quarterLength) - _NEAR
        ]  # fmt: skip
        self.lost["fermatas of the whole piece are written in every part"] += track == -1
        if not sounding:
            self.lost["fermatas stand where no note sounds, and are left out"] += 1
            return
        start, one = max(sounding, key=lambda pair: pair[0])
        self.lost["fermatas move to the beginning of their note"] += start < onset - _NEAR
        one.expressions.append(expressions.Fermata())

    def _write_lyric(self, onset: float, text: str, track: int) -> None:
        from music21 import note

        begun = [one for start, one in self.placed if abs(start - onset) < _NEAR]
        if not begun:
            self.lost["lyrics stand where no note begins, and are left out"] += 1
            return
        self.lost["lyrics of the whole piece are written under the first track"] += track == -1
        one = begun[0]
        one.lyrics.append(note.Lyric(text, number=len(one.lyrics) + 1))


def _bar_lines(piece: Piece) -> np.ndarray:
    """The piece's bar lines; ValueError where there would be too many. A piece without notes has one bar."""
    ends = [m.onset for m in piece.metre[1:]] + [np.inf]
    spans = [(m, min(end, piece.length) - m.onset) for m, end in zip(piece.metre, ends)]
    bars = sum(max(span, 0.0) / m.bar_length for m, span in spans)
    if bars > MOST_BARS:
        raise ValueError(
            f"a score of {bars:.0f} bars; at most {MOST_BARS} are written: take a part with Piece.window"
        )
    edges = piece.bars()
    return edges if len(edges) > 1 else np.array([0.0, piece.metre[0].bar_length])


def _in_voices(notes) -> list[tuple[int, float, float, list]]:
    """Notes struck and released together, each such chord in the first voice that is free for all its length.

    Gives ``(voice, onset, end, [(pitch, velocity), …])`` by onset; a chord holds each pitch once.
    """
    chords = {}
    for onset, duration, pitch, velocity, _ in notes.tolist():
        again = 0
        while any(p == pitch for p, _ in chords.get((onset, onset + duration, again), ())):
            again += 1
        chords.setdefault((onset, onset + duration, again), []).append((pitch, velocity))
    made, free = [], []  # when each voice is free again
    for (onset, end, _), tones in sorted(chords.items()):
        voice = next((v for v, at in enumerate(free) if at <= onset + _NEAR), len(free))
        free[voice : voice + 1] = [end]
        made.append((voice, onset, end, tones))
    return made


def _to_notes(duration, tones, tie):
    """``(where, note or chord)``: one, or several tied ones where no single note value lasts as long."""
    from music21 import chord, note
    from music21.tie import Tie

    before, after = tie
    parts = _plain_lengths(duration) if duration else [(0, 0)]
    for k, (begin, length) in enumerate(parts):
        made = []
        for pitch, velocity in tones:
            made.append(note.Note(_pitch(pitch), quarterLength=length))
            made[-1].volume.velocity = velocity
        one = chord.Chord(made, quarterLength=length) if len(made) > 1 else made[0]
        stops, starts = before or k > 0, after or k < len(parts) - 1
        if stops or starts:
            one.tie = Tie("continue" if stops and starts else "stop" if stops else "start")
        yield begin, one if length else one.getGrace()


def _pitch(number: int):
    """A pitch by its MIDI number; below 12 a bare number would be a pitch class without an octave."""
    from music21.pitch import Pitch

    return Pitch(midi=number)


def _plain_lengths(length):
    """``(where, length)`` of the note values, tied, that make up a length: 5 quarters are 4 and 1."""
    from music21.duration import Duration

    parts = Duration(length).components
    if len(parts) < 2 or abs(sum(p.quarterLength for p in parts) - length) > _NEAR:
        return [(0, length)]
    begins = [sum(p.quarterLength for p in parts[:k]) for k in range(len(parts))]
    return [(begin, part.quarterLength) for begin, part in zip(begins, parts)]


def _chord_symbol(text: str):
    """music21's chord symbol, which keeps the text as it was given; None where it knows none such."""
    from music21 import harmony

    from .annotations import split_chord

    parts = split_chord(text)
    if parts is None:
        return None
    root, quality, bass = (part.replace("♭", "b").replace("♯", "#") for part in parts)
    flat = root.replace("b", "-") + quality + (f"/{bass.replace('b', '-')}" if bass else "")
    try:
        made = harmony.ChordSymbol(flat)
    except (ValueError, KeyError, IndexError):  # each is what it raises for some text
        return None
    made.chordKindStr = quality
    return made
