"""An ABC tune as written: stretches of music, each from one bar line or repeat sign to the next."""

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import lcm

from ..notes.metre import short_metre
from . import abc_text as text

#: A tuplet of so many notes in the time of so many; 5, 7 and 9 ask the metre.
_TIME_OF = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


@dataclass
class Event:
    """A note, a double stop, or a rest (without ``pitches``); a grace note has no length."""

    length: Fraction  # quarters
    pitches: tuple[int, ...] = ()
    tied: frozenset[int] = frozenset()  # the pitches that go on in the next event
    ticks: int = 0  # the same length in the ticks of its tune


@dataclass
class Stretch:
    """The music between two signs: bar lines, repeat signs, endings, a new part."""

    metre: tuple[int, int] | None
    part: str
    ending: frozenset[int]  # the times that it is played: [1 is {1}; empty for always
    opens: bool = False  # a repeat begins here
    closes: bool = False  # ... and ends here
    barred: bool = (
        False  # a plain bar line ends it; a repeat sign or a double bar may stand inside a bar
    )
    events: list[Event] = field(default_factory=list)
    #: (number of the event that it stands over, ``text``, ``fermata`` or ``tempo``, what it says)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    ticks: int = 0  # how long it is: notes and rests


class Written:
    """A tune as written: its first voice, read from the text.

    Attributes: ``stretches``; ``ticks`` a quarter, on which each note begins and ends; ``order`` of the parts (None: as
    written); ``bpm`` at the start; ``losses``, a sentence each. Raises ValueError for a tune without a key or notes.
    """

    def __init__(self, tune: str):
        header, body = text.split_lines(tune)
        self.stretches: list[Stretch] = []
        self.losses: list[str] = []
        said = dict(header)
        self._metre = self._read_metre(said.get("M", ""))
        short = self._metre is not None and Fraction(*self._metre) < Fraction(3, 4)
        self._unit = text.read_unit(said.get("L", "")) or Fraction(1, 16 if short else 8)
        self._key = text.read_key(said["K"])
        self.bpm = text.read_tempo(said.get("Q", ""), self._unit) or 120.0
        self.order = text.read_order(said["P"]) if said.get("P") else None
        if said.get("P") and self.order is None:
            self._lose(f"the order of parts is in words: {said['P']!r}")
        self._voice = self._first = next((v.split()[0] for n, v in header if n == "V" and v), "")
        self._part, self._ending, self._skipping = "", frozenset(), False
        self._last = Event(Fraction(0))  # the note or rest before
        self._struck, self._held = {}, {}  # pitch by natural: of the note before, of its tied tones
        self._bent = {}  # accidentals of this bar by letter
        self._tuplet = (0, Fraction(1))  # how many of its notes are left, and what it does to them
        self._broken = None  # what a broken rhythm does to the next note
        self._begin()
        for line in body:
            if isinstance(line, tuple):
                self._set(*line)
                continue
            for token in text.TOKEN.finditer(line):
                self._read(token)
            self._skipping = False
        self._end()
        events = [event for stretch in self.stretches for event in stretch.events]
        if not any(event.pitches for event in events):
            raise ValueError("there is no note in it")
        self.ticks = lcm(*(event.length.denominator for event in events))
        for event in events:
            event.ticks = int(event.length * self.ticks)
        for stretch in self.stretches:
            stretch.ticks = sum(event.ticks for event in stretch.events)

    def signature_of(self, stretch: Stretch) -> tuple[int, int]:
        """The metre of a stretch: its own, else that of most bars."""
        if stretch.metre is not None:
            return stretch.metre
        lengths = Counter(stretch.ticks for stretch in self.stretches if stretch.ticks)
        usual = max(lengths, key=lambda ticks: (lengths[ticks], ticks))
        return short_metre(usual / self.ticks) or (4, 4)

    def _lose(self, sentence: str) -> None:
        if sentence not in self.losses:
            self.losses.append(sentence)

    # --- stretches ----------------------------------------------------------------------------

    def _begin(self, opens: bool = False) -> None:
        self._now = Stretch(self._metre, self._part, self._ending, opens)

    def _end(self, closes: bool = False, sign: str = "") -> None:
        """Close the stretch; one without music hands its signs to the one before."""
        if self._now.events:
            self._now.sign = sign
            self.stretches.append(self._now)
            self._begin()
        if closes and self.stretches:
            self.stretches[-1].closes = True

    def _read_bar(self, sign: str) -> None:
        closes, opens = sign.startswith(":"), sign.endswith(":")
        double = "||" in sign or "[" in sign or "]" in sign
        self._end(closes, sign)
        if closes or opens or double or self._is_ending_over():
            self._ending = frozenset()
        marks, opens = self._now.marks, opens or self._now.opens
        self._begin(opens)
        self._now.marks = marks
        self._bent, self._skipping = {}, False

    def _is_ending_over(self) -> bool:
        """Whether a second ending that nothing closes has come to the length of the first."""
        if not self._ending:
            return False
        runs = [list(run) for _, run in groupby(self.stretches, lambda stretch: stretch.ending)]
        if len(runs) < 2 or not runs[-2][0].ending:
            return False
        first, second = (sum(e.length for s in run for e in s.events) for run in runs[-2:])
        return second >= first

    def _read_ending(self, numbers: str) -> None:
        self._end()
        if self._ending and self.stretches:
            self.stretches[-1].closes = True  # an ending that another one follows goes back
        found = set()
        for low, high in re.findall(r"(\d+)(?:-(\d+))?", numbers):
            found |= set(range(int(low), int(high or low) + 1))
        self._ending = self._now.ending = frozenset(found)

    # --- fields -------------------------------------------------------------------------------

    def _read_metre(self, value: str) -> tuple[int, int] | None:
        metre = text.read_metre(value)
        if metre is None:
            said = "it gives no metre" if value in ("", "none") else f"{value!r} is no metre"
            self._lose(f"{said}: its bars are as long as they are written")
        return metre

    def _set(self, letter: str, value: str) -> None:
        """What a field changes, on a line of its own or in brackets."""
        if letter == "V" and value:
            self._voice = value.split()[0]
            self._first = self._first or self._voice
            if self._voice != self._first:
                self._lose("it has several voices: the first is read")
        elif letter == "P" and re.match(r"[A-Z](?!\w|\.)", value):  # it is the part of every voice
            self._end()
            self._part, self._ending = value[0], frozenset()
            self._now.part, self._now.ending = self._part, self._ending
        elif self._voice != self._first:
            return
        elif letter == "M":
            self._end()
            self._now.metre = self._metre = self._read_metre(value)
        elif letter == "L":
            self._unit = text.read_unit(value) or self._unit
        elif letter == "K" and not re.match(r"\w+=", value):  # else it changes the clef alone
            self._key, self._bent = text.read_key(value), {}
        elif letter == "Q":
            self._mark("tempo", str(text.read_tempo(value, self._unit) or ""))
        elif letter in "wW":
            self._lose("lyrics are left out")

    def _mark(self, kind: str, what: str) -> None:
        if what.strip():
            self._now.marks.append((len(self._now.events), kind, what))

    # --- music --------------------------------------------------------------------------------

    def _read(self, token: re.Match) -> None:
        """One thing of a line of music."""
        kind, found = token.lastgroup, token.groupdict()
        if found["value"] is not None:
            self._set(found["letter"], found["value"].strip())
        elif self._voice != self._first or (self._skipping and kind != "bar"):
            return
        elif kind == "bar":
            self._read_bar(found["bar"])
        elif kind in ("ending", "old_ending"):
            self._read_ending(found[kind])
        elif kind == "text":
            self._mark("text", found["text"])
        elif kind == "fermata" or found["mark"] == "fermata":
            self._mark("fermata", "fermata")
        elif kind == "overlay":
            self._skipping = True
            self._lose("it has several voices: the first is read")
        elif kind == "tuplet":
            self._begin_tuplet(*found["tuplet"].split(":"))
        elif kind == "broken":
            self._break(found["broken"])
        elif kind == "tie":
            self._held = self._struck
            self._last.tied = frozenset(self._last.pitches)
        else:
            self._read_sound(kind, found)

    def _read_sound(self, kind: str, found: dict) -> None:
        """Notes and rests."""
        unit = 4 * self._unit
        if kind == "bars":  # a rest of whole bars
            top, bottom = self._metre or (4, 4)
            self._add(Fraction(4 * top * int(found["bars"] or 1), bottom), [])
        elif kind == "rest":
            self._add(unit * text.read_length(found["rest"]), [])
        elif kind == "tone":
            tone = text.read_tone(found["tone"])
            self._add(unit * tone.length, [(tone, False)])
        elif kind == "grace":
            for tone, _ in _tones(found["grace"]):
                self._now.events.append(Event(Fraction(0), (self._pitch(tone),)))
        elif kind in ("times", "plus"):
            inside = found["tones"] if kind == "times" else found["plus"]
            for said in re.findall(r'"([^"]*)"', inside):
                self._mark("text", said)
            tones = _tones(inside)
            if tones:  # a double stop is as long as its first tone
                length = tones[0][0].length * text.read_length(found["times"] or "")
                self._add(unit * length, tones)

    def _add(self, length: Fraction, tones: list) -> None:
        """A note, a double stop or a rest, with what a tuplet or a dot before it does to its length."""
        left, factor = self._tuplet
        if left:
            length *= factor
            self._tuplet = (left - 1, factor)
        if self._broken is not None:
            length *= self._broken
            self._broken = None
        pitches = [self._pitch(tone) for tone, _ in tones]
        tied = frozenset(pitch for pitch, (_, tie) in zip(pitches, tones) if tie)
        self._struck = {tone.natural: pitch for pitch, (tone, _) in zip(pitches, tones)}
        self._held = {tone.natural: pitch for pitch, (tone, tie) in zip(pitches, tones) if tie}
        self._last = Event(length, tuple(sorted(set(pitches))), tied)
        self._now.events.append(self._last)

    def _pitch(self, tone: text.Tone) -> int:
        """A tone's MIDI pitch: its accidental, else that of the note tied to it, of the bar, of the key.

        An accidental holds for its letter in every octave until the bar line.
        """
        if tone.accidental is not None:
            self._bent[tone.letter] = tone.accidental
        elif tone.natural in self._held:
            return self._held[tone.natural]
        return tone.natural + self._bent.get(tone.letter, self._key[tone.letter])

    def _begin_tuplet(self, notes: str, time: str = "", reach: str = "") -> None:
        n = int(notes)
        compound = self._metre is not None and self._metre[0] % 3 == 0 and self._metre[0] > 3
        of = int(time or 0) or _TIME_OF.get(n, 3 if compound else 2)
        if n > 1:
            self._tuplet = (int(reach or 0) or n, Fraction(of, n))

    def _break(self, sign: str) -> None:
        """``a>b`` is a dotted and b halved, ``a<b`` the other way round; more signs, more dots."""
        short = Fraction(1, 2 ** len(sign))
        before, after = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        self._last.length *= before
        self._broken = after


def _tones(inside: str) -> list[tuple[text.Tone, bool]]:
    """The tones in brackets or braces, and whether each is tied by a sign of its own."""
    found = text.INNER.finditer(inside)
    return [(text.read_tone(m["tone"]), bool(m["tie"])) for m in found if m["tone"]]
