"""An ABC tune as written: stretches of music, each from one bar line or repeat sign to the next."""

import math
import re
from fractions import Fraction

from . import abc_text as text
from .abc_stretches import Event, Stretch, is_second_over

_JUMP = re.compile(
    r"(?i)d\.? ?[cs]\.|da ?capo|dal ?segno|\bal (fine|coda)|^(dacapo|dacoda|d\.[cs]\.?)$"
)
#: Fields that would change what is played or said, and are not followed.
_UNREAD = {"m": "macros are", "s": "symbol lines are", "w": "lyrics are", "W": "lyrics are"}


class Written:
    """A tune as written: its first voice, read from the text.

    Attributes: ``stretches``; ``ticks`` a quarter, on which each note begins and ends; ``order`` of the parts (None: as
    written); ``bpm`` at the start; ``losses``, a sentence each. Raises ValueError for a tune without a key or notes.
    """

    def __init__(self, tune: str):
        header, body = text.split_lines(tune)
        self.stretches: list[Stretch] = []
        self.losses: list[str] = []
        self._read_header(header)
        self._part, self._ending = "", frozenset()
        self._skipping, self._spanned = 0, False  # bars of an overlay; whether signs enclose it
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
        self._end()
        events = [event for stretch in self.stretches for event in stretch.events]
        kinds = {kind for stretch in self.stretches for _, kind, _ in stretch.marks}
        if self._shifts.get("transpose") and "text" in kinds:
            self._lose("the voice is transposed, but not the symbols over it")
        if not any(event.pitches for event in events):
            raise ValueError("there is no note in it")
        self.ticks = math.lcm(*(event.length.denominator for event in events))
        for event in events:
            event.ticks = int(event.length * self.ticks)
        for stretch in self.stretches:
            stretch.ticks = sum(event.ticks for event in stretch.events)

    def _read_header(self, header: list[tuple[str, str]]) -> None:
        """Key, metre, unit, tempo and the order of parts; which voice is the first."""
        said = dict(header)
        self._metre = self._read_metre(said.get("M", ""))
        short = self._metre is not None and Fraction(*self._metre) < Fraction(3, 4)
        self._unit = text.read_unit(said.get("L", "")) or Fraction(1, 16 if short else 8)
        self._shifts, self._signs = {}, {"H": "fermata"}
        self._key = text.read_key(said["K"])
        self.bpm = text.read_tempo(said.get("Q", ""), self._unit) or 120.0
        self.order = text.read_order(said["P"]) if said.get("P") else None
        if said.get("P") and self.order is None:
            self._lose(f"the order of parts is in words: {said['P']!r}")
        self._voice = self._first = next((v.split()[0] for n, v in header if n == "V" and v), "")
        for letter, value in header:
            if letter in ("K", "V", "U", *_UNREAD):
                self._set_beside(letter, value)

    def _lose(self, sentence: str) -> None:
        if sentence not in self.losses:
            self.losses.append(sentence)

    # --- stretches ----------------------------------------------------------------------------

    def _begin(self, opens: bool = False) -> None:
        self._now = Stretch(self._metre, self._part, self._ending, opens)

    def _end(self, closes: int = 0, sign: str = "") -> None:
        """Close the stretch; one without music hands its signs to the one before."""
        if self._now.events:
            self._now.sign = sign
            self.stretches.append(self._now)
            self._begin()
        if closes and self.stretches:
            self.stretches[-1].closes = closes

    def _read_bar(self, sign: str) -> None:
        colons = len(sign) // 2 if set(sign) == {":"} else len(sign) - len(sign.lstrip(":"))
        closes, opens = colons and colons + 1, sign.endswith(":")  # ::| goes back twice
        double = "||" in sign or "[" in sign or "]" in sign
        self._end(closes, sign)
        if closes or opens or double or (self._ending and is_second_over(self.stretches)):
            self._ending = frozenset()
        marks, opens = self._now.marks, opens or self._now.opens
        self._begin(opens)
        self._now.marks = marks
        self._bent = {}

    def _read_ending(self, numbers: str) -> None:
        self._end()
        if self._ending and self.stretches:
            self.stretches[-1].closes = 2  # an ending that another one follows goes back
        self._ending = self._now.ending = text.read_ending(numbers)

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
            self._set_beside(letter, value)
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
        elif letter == "K":
            if not text.is_clef(value):
                self._key, self._bent = text.read_key(value), {}
            self._set_beside(letter, value)
        elif letter == "Q":
            self._mark("tempo", str(text.read_tempo(value, self._unit) or ""))
        else:
            self._set_beside(letter, value)

    def _set_beside(self, letter: str, value: str) -> None:
        """What a field of the header or the tune says of pitches and signs, or would say if it were followed."""
        if letter in ("K", "V"):
            name, _, rest = value.partition(" ")
            if letter == "K" or name == self._first:
                self._shifts |= text.read_shifts(value if letter == "K" else rest)
        elif letter == "U" and (found := re.match(r"([H-Wh-w~])\s*=\s*[!+]?([^!+]*)", value)):
            self._signs[found[1]] = found[2].strip()
        elif letter in _UNREAD:
            self._lose(f"{_UNREAD[letter]} left out")
        elif letter == "P":
            self._tell_jump(value)

    def _tell_jump(self, words: str) -> None:
        if _JUMP.search(words):
            self._lose(f"it is played on where it says {words!r}")

    def _mark(self, kind: str, what: str) -> None:
        if what.strip():
            self._now.marks.append((len(self._now.events), kind, what))

    # --- music --------------------------------------------------------------------------------

    def _read(self, token: re.Match) -> None:
        """One thing of a line of music."""
        kind, found = token.lastgroup, token.groupdict()
        if found["value"] is not None:
            self._set(found["letter"], found["value"].strip())
        elif self._voice != self._first:
            return
        elif kind == "overlay":
            self._lay_over(found["overlay"])
        elif self._skipping:
            self._skipping -= kind == "bar"
            if kind == "bar" and not self._skipping:
                self._read_bar(found["bar"])
        elif kind in _READERS:
            _READERS[kind](self, found[kind])
        elif kind == "sign":
            self._read_mark(self._signs.get(found["sign"], ""))
        else:
            self._read_sound(kind, found)

    def _read_text(self, said: str) -> None:
        """Words above the music: a chord symbol, an annotation, or a jump."""
        self._mark("text", said)
        self._tell_jump(said)

    def _read_mark(self, mark: str) -> None:
        """A decoration by name: a fermata is kept, a jump told, others are not read."""
        if mark in ("fermata", "invertedfermata"):
            self._mark("fermata", "fermata")
        self._tell_jump(mark)

    def _read_tuplet(self, sign: str) -> None:
        """``(3`` and its like, for the notes that follow."""
        compound = self._metre is not None and self._metre[0] % 3 == 0 and self._metre[0] > 3
        self._tuplet = text.read_tuplet(sign, compound)

    def _tie(self, sign: str) -> None:
        """``-``: what was struck goes on."""
        self._held = self._struck
        self._last.tied = frozenset(self._last.pitches)

    def _lay_over(self, sign: str) -> None:
        """``&`` begins another voice for the bar, ``&&`` for two, one after ``(&`` until ``&)``: it is skipped."""
        self._lose("it has several voices: the first is read")
        if sign == "(&":
            self._spanned = True
        elif sign == "&)":
            self._skipping, self._spanned = 0, False
        elif not self._skipping:
            self._skipping = math.inf if self._spanned else len(sign)

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
            for tone, _ in text.read_tones(found["grace"]):
                self._now.events.append(Event(Fraction(0), (self._pitch(tone),)))
        elif kind in ("times", "plus"):
            inside = found["tones"] if kind == "times" else found["plus"]
            for said in re.findall(r'"([^"]*)"', inside):
                self._mark("text", said)
            tones = text.read_tones(inside)
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
        bent = self._bent.get(tone.letter, self._key[tone.letter])
        return tone.natural + bent + sum(self._shifts.values())

    def _break(self, sign: str) -> None:
        """``a>b`` is a dotted and b halved, ``a<b`` the other way round; more signs, more dots."""
        short = Fraction(1, 2 ** len(sign))
        before, after = (2 - short, short) if sign[0] == ">" else (short, 2 - short)
        self._last.length *= before
        self._broken = after


#: What reads a sign of each kind; notes and rests are read by ``_read_sound``.
_READERS = {
    "bar": Written._read_bar,
    "ending": Written._read_ending,
    "old_ending": Written._read_ending,
    "text": Written._read_text,
    "mark": Written._read_mark,
    "old_mark": Written._read_mark,
    "tuplet": Written._read_tuplet,
    "broken": Written._break,
    "tie": Written._tie,
}
