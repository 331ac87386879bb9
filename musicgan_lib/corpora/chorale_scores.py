"""The scores of the chorales, read straight from the files that music21 brings: MusicXML and three in **kern.

music21 itself takes ten times as long, because it builds every beam and stem. Its parsed notes are not kept
in this library, because that would hand on the encodings: music21 has them "with the permission of the encoders",
which it cannot pass on, and three of them (BWV 277, 281, 366) say "rights to all derivative electronic formats
reserved".
"""

import re
import zipfile
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ALTERED = {"#": 1, "-": -1, "n": 0}


@dataclass
class Part:
    """One part of a score; all times are exact, in quarter lengths.

    ``notes``: [onset, duration, pitch], tied ones joined. ``fermatas``: where one is written. ``signatures``: onset ->
    (numerator, denominator). ``bars``: where each begins, as it is written out (a pickup is a short first one).
    """

    name: str = ""
    notes: list[list] = field(default_factory=list)
    fermatas: list[Fraction] = field(default_factory=list)
    signatures: dict[Fraction, tuple[int, int]] = field(default_factory=dict)
    bars: list[Fraction] = field(default_factory=list)
    tied: bool = False

    def add(self, onset, duration, pitch, joins: bool, ties: bool, fermata: bool) -> None:
        """One written note. It prolongs the one before where a tie is open and it ``joins``;
        ``ties``: one opens here.
        """
        if self.tied and joins:
            self.notes[-1][1] += duration
        else:
            self.notes.append([onset, duration, pitch])
        self.tied = ties
        if fermata:
            self.fermatas.append(onset)


def read_score(path: Path) -> list[Part]:
    """The parts of one score from the top. Raises ValueError with the path for a file that is none."""
    try:
        if path.suffix == ".krn":
            return _read_kern(path.read_text("latin1"))
        if path.suffix == ".xml":
            return _read_xml(path.read_bytes())
        with zipfile.ZipFile(path) as packed:
            container = ElementTree.fromstring(packed.read("META-INF/container.xml"))
            return _read_xml(packed.read(container.find(".//{*}rootfile").get("full-path")))
    except (ElementTree.ParseError, zipfile.BadZipFile, AttributeError, KeyError) as reason:
        raise ValueError(f"{path} is no score that can be read: {reason}") from reason


def _read_xml(content: bytes) -> list[Part]:
    """Partwise MusicXML of one voice a part, which is what these files hold."""
    score = ElementTree.fromstring(content)
    names = {p.get("id"): p.findtext("part-name") or "" for p in score.iter("score-part")}
    return [_read_xml_part(part, names[part.get("id")]) for part in score.findall("part")]


def _read_xml_part(element, name: str) -> Part:
    part, start, divisions, bar_length = Part(name), Fraction(0), 1, Fraction(4)
    for measure in element.findall("measure"):
        part.bars.append(start)
        now = start
        for child in measure:
            if child.tag == "attributes":
                divisions = int(child.findtext("divisions", divisions))
                time = child.find("time")
                if time is not None:
                    signature = int(time.findtext("beats")), int(time.findtext("beat-type"))
                    part.signatures[now] = signature
                    bar_length = Fraction(4 * signature[0], signature[1])
            elif child.tag == "backup" or child.find("chord") is not None:
                raise ValueError(f"part {name!r} has several voices or chords")
            elif child.tag == "forward":
                now += Fraction(int(child.findtext("duration")), divisions)
            elif child.tag == "note" and child.find("grace") is None:
                duration = Fraction(int(child.findtext("duration")), divisions)
                _add_xml_note(part, child, now, duration)
                now += duration
        start = now if now > start else start + bar_length  # a bar without a note is a whole one
    return part


def _add_xml_note(part: Part, note, onset, duration) -> None:
    pitch = note.find("pitch")
    if pitch is None:  # a rest
        part.tied = False
        return
    ties = [tie.get("type") for tie in note.findall("tie")]
    octave, alter = int(pitch.findtext("octave")), int(pitch.findtext("alter", "0"))
    key = 12 * (octave + 1) + _STEPS[pitch.findtext("step")] + alter
    fermata = note.find("notations/fermata") is not None
    part.add(onset, duration, key, "stop" in ties, "start" in ties, fermata)


def _read_kern(text: str) -> list[Part]:
    """Humdrum's **kern, a spine a part, the lowest first; sections are read in the order that they are written in."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("!")]
    spines = [i for i, kind in enumerate(rows[0]) if kind == "**kern"]
    return [_read_spine([row[i] for row in rows[1:]]) for i in reversed(spines)]


def _read_spine(tokens: list[str]) -> Part:
    part, now = Part(bars=[Fraction(0)]), Fraction(0)
    for token in tokens:
        if signature := re.fullmatch(r"\*M(\d+)/(\d+)", token):
            part.signatures[now] = int(signature[1]), int(signature[2])
        elif token.startswith("=") and now > part.bars[-1]:
            part.bars.append(now)
        elif length := re.search(r"(\d+)(\.*)", token if token[0] not in "*=." else ""):
            duration = _kern_length(length[1]) * (2 - Fraction(1, 2 ** len(length[2])))
            if "r" in token:
                part.tied = False
            else:
                joins, ties = "]" in token or "_" in token, "[" in token or "_" in token
                part.add(now, duration, _kern_pitch(token), joins, ties, ";" in token)
            now += duration
    return part


def _kern_length(number: str) -> Fraction:
    """Quarters of a written value: ``4`` is a quarter, ``1`` a whole note, ``0`` a breve, ``00`` a longa."""
    whole = Fraction(4)
    return whole / int(number) if int(number) else whole * 2 ** len(number)


def _kern_pitch(token: str) -> int:
    """``c`` is middle C, ``cc`` an octave above, ``C`` an octave below, ``CC`` two."""
    letters, altered = re.search(r"([a-gA-G]+)([#n-]*)", token).groups()
    octave = 4 + len(letters) - 1 if letters.islower() else 4 - len(letters)
    step = _STEPS[letters[0].upper()]
    return 12 * (octave + 1) + step + sum(_ALTERED[sign] for sign in altered)
