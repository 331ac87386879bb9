"""A ``Piece`` as a score: bars, voices, ties, and what stands beside the notes."""

import re
from collections import Counter

import numpy as np

from .annotations import split_chord
from .metre import count_bars, short_metre
from .piece import Piece
from .voices import NEAR, in_voices, plain_lengths, to_notes

#: A score of more bars than this is refused: nobody reads it, and it takes minutes and gigabytes.
MOST_BARS = 10_000
#: What XML has no way to write.
_UNWRITABLE = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_music21(piece: Piece):
    """Give the piece to music21 as a score: parts, bars, ties over bar lines, metre, tempo, pickup.

    Returns a ``music21.stream.Score``, one Part for each track, barred as the piece is (:meth:`Piece.bars`). Notes
    struck and released together are a Chord; notes that overlap stand in voices, each in one voice for all its
    length, so that ties find their notes; notes without a length are grace notes. A short first metre becomes
    a pickup bar of the metre after it; a bar that a change of metre cuts short has a metre of its own. Chord
    symbols, lyrics, fermatas and markers stand where they belong; the pedal does not. Raises ValueError
    for a piece of more than :data:`MOST_BARS` bars. Source: ours.
    """
    return ScoreWriter(piece).score()


class ScoreWriter:
    """The score of one piece, bar by bar, and what it could not hold: sentences and how often."""

    def __init__(self, piece: Piece):
        self.piece = piece
        self.lost = Counter()
        self.edges = _bar_lines(piece)
        self.singer = self._find_singer()
        self.bars = []  # of the part that is being written
        self.placed = []  # its notes: (onset, end, music21's)

    def score(self):
        from music21 import metadata, stream

        piece = self.piece
        score = stream.Score()
        names = {name: self._written(getattr(piece, name)) for name in ("title", "composer")}
        score.insert(0, metadata.Metadata(**names))
        for i in range(len(piece.tracks)):
            score.insert(0, self.part(i))
        self.lost["pedal events are left out"] += len(piece.annotated("pedal"))
        return score

    def part(self, i: int):
        from music21 import instrument, stream

        part, track = stream.Part(), self.piece.tracks[i]
        name = self._written(track.name)
        sound = instrument.Percussion() if track.is_drum else instrument.Instrument(name)
        sound.midiProgram, sound.midiChannel = track.program, 9 if track.is_drum else None
        sound.partName = part.partName = name
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

    def _written(self, text: str) -> str:
        """A text without the characters that XML cannot hold."""
        kept = _UNWRITABLE.sub("", text)
        self.lost["texts lose characters that XML cannot hold"] += kept != text
        return kept

    def _find_singer(self) -> int:
        """The track under which lyrics of the whole piece are written: where most of them find a note."""
        lyrics = self.piece.annotated("lyric")
        onsets = np.round(lyrics["onset"][lyrics["track"] == -1], 6)
        starts = [self.piece.notes["track"] == i for i in range(len(self.piece.tracks))]
        starts = [np.round(self.piece.notes["onset"][mine], 6) for mine in starts]
        found = [np.isin(onsets, mine).sum() for mine in starts]
        return int(np.argmax(found)) if found else 0

    def _bar_at(self, onset: float) -> tuple[int, float] | None:
        """The bar that a moment lies in, and where in it; None behind the last."""
        n = int(np.searchsorted(self.edges, onset + NEAR, side="right")) - 1
        return (n, max(onset - self.edges[n], 0.0)) if n < len(self.bars) else None

    def _write_metre(self) -> None:
        """A signature where the metre changes, and where a bar is cut short; bar 0 is a pickup."""
        from music21 import meter

        metre, written = self.piece.metre, None
        pickup = len(metre) > 1 and metre[1].onset <= metre[0].bar_length + NEAR
        pickup = pickup and metre[1].bar_length > metre[1].onset + NEAR
        for n, bar in enumerate(self.bars):
            start, length = self.edges[n], self.edges[n + 1] - self.edges[n]
            current = [m for m in metre if m.onset <= start + NEAR][-1]
            sign = current[1:]
            if n == 0 and pickup:
                sign, bar.paddingLeft = metre[1][1:], metre[1].bar_length - length
            elif length < current.bar_length - NEAR:
                sign = short_metre(length, 64) or sign
            if sign != written:
                bar.timeSignature = meter.TimeSignature(f"{sign[0]}/{sign[1]}")
            bar.number, written = n + (not pickup), sign
        late = sum(m.onset > self.edges[-1] - NEAR for m in metre[1:])
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
        for voice, onset, end, tones in in_voices(self.piece.notes[self.piece.notes["track"] == i]):
            n, offset = self._bar_at(min(onset, self.edges[-1] - 2 * NEAR))
            start = onset
            while True:
                stop = min(end, self.edges[n + 1])
                if end - stop < NEAR:
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
            for begin, made in to_notes(duration, tones, tie):
                place.insert(offset + begin, made)
                self.placed.append((start + float(begin), made))
            at = offset + duration
        self._rest(place, at, length, hidden)

    def _rest(self, place, start, stop, hidden: bool) -> None:
        from music21 import note

        for begin, length in plain_lengths(stop - start) if stop - start > NEAR else ():
            rest = note.Rest(quarterLength=length)
            rest.style.hideObjectOnPrint = hidden
            place.insert(start + begin, rest)

    def _write_beside(self, i: int) -> None:
        """What stands beside the notes of one track; what is of the whole piece goes to the first, or as told."""
        for onset, kind, track, _, text in self.piece.annotations.tolist():
            home = self.singer if kind == "lyric" else i if kind == "fermata" else 0
            if kind == "pedal" or i != (home if track == -1 else track):
                continue
            text, at = self._written(text), self._bar_at(onset)
            if at is None:
                self.lost[f"{kind}s behind the last bar are left out"] += 1
            elif kind == "fermata":
                self._write_fermata(onset, track)
            elif not text.strip():
                self.lost[f"{kind}s without a text are left out"] += 1
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
            if start <= onset + NEAR and onset < start + float(one.quarterLength) - NEAR
        ]  # fmt: skip
        self.lost["fermatas of the whole piece are written in every part"] += track == -1
        if not sounding:
            self.lost["fermatas stand where no note sounds, and are left out"] += 1
            return
        start, one = max(sounding, key=lambda pair: pair[0])
        self.lost["fermatas move to the beginning of their note"] += start < onset - NEAR
        one.expressions.append(expressions.Fermata())

    def _write_lyric(self, onset: float, text: str, track: int) -> None:
        from music21 import note

        begun = [one for start, one in self.placed if abs(start - onset) < NEAR]
        if not begun:
            self.lost["lyrics stand where no note begins, and are left out"] += 1
            return
        self.lost["lyrics of the whole piece are written under one track"] += track == -1
        one = begun[0]
        one.lyrics.append(note.Lyric(text, number=len(one.lyrics) + 1))


def _bar_lines(piece: Piece) -> np.ndarray:
    """The piece's bar lines; ValueError where there would be too many. A piece without notes has one bar."""
    bars = count_bars(piece.metre, piece.length)
    if bars > MOST_BARS:
        raise ValueError(
            f"a score of {bars:.0f} bars; at most {MOST_BARS} are written: take a part with Piece.window"
        )
    edges = piece.bars()
    return edges if len(edges) > 1 else np.array([0.0, piece.metre[0].bar_length])


def _chord_symbol(text: str):
    """music21's chord symbol, which keeps the text as it was given; None where it knows none such."""
    from music21 import harmony

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
