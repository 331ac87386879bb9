"""The letters of ABC: the tunes of a file, the lines of a tune, what a line of music is made of, what a field says."""

import functools
import re
from fractions import Fraction
from typing import NamedTuple

#: A tune of more parts or times, or a longer one, is a slip of the pen.
MOST_PARTS, MOST_TIMES, MOST_QUARTERS = 10_000, 100, 40_000
#: A tuplet of so many notes in the time of so many; 5, 7 and 9 ask the metre.
_TIME_OF = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
#: Fields of a file's header that hold in all its tunes.
_FILE_FIELD = re.compile(r"^[LMUm]:.*", re.M)
_LENGTH = r"\d*/*\d*"
_TONE = rf"[\^_=]*[A-Ga-g][,']*{_LENGTH}"
#: What a line of music is made of. What matches none of them is skipped, as the standard asks.
TOKEN = re.compile(
    rf"""
    \[(?P<letter>[A-Za-z]):(?P<value>[^]]*)\]
    |"(?P<text>[^"]*)"?
    |!(?P<mark>[^!|]*)!|\+(?P<old_mark>[a-z]*[h-z][a-z]*)\+
    |\{{/?(?P<grace>[^}}]*)\}}?
    |(?P<bar>:*\[?\|[|\]:]*|::+)
    |\[\ *(?P<ending>\d[\d,-]*)|(?<=[|:])(?P<old_ending>\d[\d,-]*)
    |\((?P<tuplet>\d(?::\d*){{0,2}})
    |\[(?P<tones>(?:"[^"]*"|[^][|+"])*)[]+](?P<times>{_LENGTH})
    |\+(?P<plus>(?:{_TONE}-?\s*)+)\+
    |(?P<tone>{_TONE})
    |[zx](?P<rest>{_LENGTH})
    |[ZX](?P<bars>\d*)
    |(?P<broken><+|>+)
    |(?P<tie>-)
    |(?P<overlay>\(&|&\)|&+)
    |(?P<sign>[H-Wh-w~])
    """,
    re.X,
)
#: The tones inside a bracket or a brace, with the texts and ties that stand there.
_INNER = re.compile(rf'"(?P<text>[^"]*)"|![^!]*!|(?P<tone>{_TONE})(?P<tie>-?)')
_PARTS_OF_TONE = re.compile(
    rf"(?P<accidental>[\^_=]*)(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>{_LENGTH})"
)

_SHARPS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
_MODES = {"m": -3, "min": -3, "aeo": -3, "dor": -2, "phr": -4, "loc": -5, "mix": -1, "lyd": 1}


class Tone(NamedTuple):
    """A tone as written: semitones of its accidental (None: none), letter,
    MIDI pitch of the natural, length in ``L:``.
    """

    accidental: int | None
    letter: str
    natural: int
    length: Fraction


def split_tunes(text: str) -> list[str]:
    """The tunes of a file: each begins with its ``X:``, and has the fields of the file's header as its own first."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.removeprefix("\ufeff").removeprefix(
        "\xef\xbb\xbf"
    )  # a mark of UTF-8, read as such or as Latin-1
    before, *tunes = re.split(r"^(?=X:)", text, flags=re.M)
    common = "".join(f"{field}\n" for field in _FILE_FIELD.findall(before))
    return [re.sub(r"\n|$", lambda end: end[0] + common, tune, count=1) for tune in tunes]


def title_of(tune: str, default: str = "") -> str:
    """The first ``T:`` of a tune."""
    found = re.search(r"^T:[ \t]*([^\s%].*?)\s*(?:(?<!\\)%.*)?$", tune, re.M)
    return found.group(1) if found else default


def split_lines(tune: str) -> tuple[list, list]:
    """The header's fields as (letter, value), and the body's lines: a field, or a line of music as text.

    ``K:`` ends the header, an empty line the tune. Raises ValueError for a tune without ``K:``.
    """
    header, body, inside = [], [], False
    for line in tune.strip().splitlines():
        if not line.strip() and any(isinstance(row, str) for row in body):
            break
        line = re.sub(r"(?<!\\)%.*", "", line)
        field = re.match(r"\s*(?![A-Ga-g]:\s*[|:])([A-Za-z+]):(.*)", line)  # A:| is music
        if field:
            (body if inside else header).append((field[1], field[2].strip()))
            inside = inside or field[1] == "K"
        elif inside and line.strip():
            body.append(line)
    if not inside:
        raise ValueError("there is no line K:, which ends the header, or no tune after it")
    return header, body


@functools.cache
def read_length(text: str) -> Fraction:
    """A length beside a note: ``3``, ``3/2``, ``/`` (a half), ``//`` (a quarter)."""
    top, slashes, bottom = re.fullmatch(r"(\d*)(/*)(\d*)", text).groups()
    below = int(bottom or 0) or 2 ** len(slashes)
    return Fraction(int(top or 1), below)


@functools.cache
def read_tone(text: str) -> Tone:
    """A tone's letters: accidental, letter, octave marks, length."""
    accidental, letter, octave, length = _PARTS_OF_TONE.fullmatch(text).groups()
    natural = 60 + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[letter.upper()]
    natural += 12 * (letter.islower() + octave.count("'") - octave.count(","))
    bent = accidental.count("^") - accidental.count("_") if accidental else None
    return Tone(bent, letter.upper(), natural, read_length(length))


def read_tones(inside: str) -> list[tuple[Tone, bool]]:
    """The tones in brackets or braces, and whether each is tied by a sign of its own."""
    found = _INNER.finditer(inside)
    return [(read_tone(m["tone"]), bool(m["tie"])) for m in found if m["tone"]]


def read_unit(text: str) -> Fraction | None:
    """``L:`` as a part of a whole note: ``1/8``; None where it is none."""
    found = re.fullmatch(r"([1-9]\d*)(?:/([1-9]\d*))?", text.replace(" ", ""))
    return Fraction(int(found[1]), int(found[2] or 1)) if found else None


def read_metre(text: str) -> tuple[int, int] | None:
    """``M:`` as a time signature: ``3/4``, ``C``, ``C|``, ``2+3/8``, ``(2+3)/8``, ``2/4+3/8``; None for free time."""
    text = text.replace(" ", "")
    if text in ("C", "C|"):
        return (4, 4) if text == "C" else (2, 2)
    if not re.fullmatch(r"(\(?\d+(\+\d+)*\)?/\d+)(\+\(?\d+(\+\d+)*\)?/\d+)*", text):
        return None
    terms = [
        (sum(map(int, re.findall(r"\d+", top))), int(below))
        for top, below in re.findall(r"([^/]*)/(\d+)", text)
    ]
    bottom = max(below for _, below in terms)
    if any(below & (below - 1) or not below or not top for top, below in terms):
        return None  # no note value is a third of a whole note
    return sum(top * bottom // below for top, below in terms), bottom


def read_key(text: str) -> dict[str, int]:
    """``K:`` as semitones by letter: ``D``, ``F#m``, ``Ador``, ``none``, ``HP``, ``D exp _b ^f``."""
    bends = {letter: 0 for letter in "ABCDEFG"}
    found = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text)
    if re.match(r"H[Pp]", text):
        bends |= {"F": 1, "C": 1} if text[1] == "p" else {}
    elif found and "exp" not in text.split():
        mode = "" if found[3] == "M" else found[3].lower()[:3]
        sharps = _SHARPS[found[1]] + {"#": 7, "b": -7, "": 0}[found[2]] + _MODES.get(mode, 0)
        for i in range(abs(sharps)):
            bends["FCGDAEB"[i % 7] if sharps > 0 else "BEADGCF"[i % 7]] += 1 if sharps > 0 else -1
    for accidental, letter in re.findall(r"(?:^|\s)([\^_=]+)([A-Ga-g])\b", text):
        bends[letter.upper()] = accidental.count("^") - accidental.count("_")
    return bends


def is_clef(text: str) -> bool:
    """Whether ``K:`` inside a tune says another clef alone, and leaves the key."""
    return bool(re.match(r"\w+=|treble|alto|tenor|bass|perc", text))


def read_shifts(text: str) -> dict[str, int]:
    """By how many semitones ``K:`` or ``V:`` says that notes sound above what is written: ``treble-8``, ``octave=1``,
    ``transpose=-2``. Each of the three holds until it is said anew; a clef without an 8 ends that of the one before."""
    found = {}
    clef = re.search(r"(?:^|\s)(?:clef=\"?|(?=treble|alto|tenor|bass))[A-Za-z]*\d?([+-]8)?", text)
    if clef:
        found["clef"] = {"+8": 12, "-8": -12}.get(clef[1], 0)
    for name, step in (("octave", 12), ("transpose", 1)):
        if said := re.search(rf"{name}=\s*([+-]?\d+)", text):
            found[name] = step * int(said[1])
    return found


def read_tuplet(text: str, compound: bool) -> tuple[int, Fraction]:
    """How many notes a tuplet ``3``, ``3:2`` or ``3:2:4`` takes, and what it does to their length."""
    notes, time, reach = ([int(n or 0) for n in text.split(":")] + [0, 0])[:3]
    if notes < 2:
        return 0, Fraction(1)
    time = time or _TIME_OF.get(notes, 3 if compound else 2)
    return reach or notes, Fraction(time, notes)


def read_ending(text: str) -> frozenset[int]:
    """The times at which an ending is played: ``1,3-4`` is 1, 3, 4; ValueError beyond :data:`MOST_TIMES`."""
    found = set()
    for low, high in re.findall(r"(\d+)(?:-(\d+))?", text):
        if max(int(low), int(high or 0)) > MOST_TIMES:
            raise ValueError(f"the ending {text!r} is of more than {MOST_TIMES} times")
        found |= set(range(int(low), int(high or low) + 1))
    return frozenset(found)


def read_tempo(text: str, unit: Fraction) -> float | None:
    """``Q:`` in quarters a minute: ``1/4=120``, ``3/8=90``, ``120`` (of the length unit);
    None where it is words alone.
    """
    found = re.search(r"(?<![\d/])(\d+/[1-9]\d*(?:\s+\d+/[1-9]\d*)*)\s*=\s*(\d+(?:\.\d+)?)", text)
    if found:
        beat = sum(map(Fraction, found[1].split()))
        return float(4 * beat * Fraction(found[2])) or None
    found = re.fullmatch(r"(?:C(\d*)\s*=\s*)?(\d+)", text)
    return float(4 * unit * int(found[1] or 1) * int(found[2])) or None if found else None


def read_order(text: str) -> list[str] | None:
    """A header's ``P:`` as the parts in the order they are played: ``A(AB)3`` is AABABAB; None where it is words.

    ValueError for more than :data:`MOST_PARTS`.
    """
    text = re.sub(r'[\s."]', "", text)
    if not re.fullmatch(r"[A-Z\d()]+", text) or text.count("(") != text.count(")"):
        return None
    stack = [[]]
    for sign, times in re.findall(r"([A-Z(]|\))(\d*)", text):
        if sign == "(":
            stack.append([])
            continue
        last = [sign] if sign != ")" else stack.pop() if len(stack) > 1 else []
        if len(stack[-1]) + len(last) * int(times or 1) > MOST_PARTS:
            raise ValueError(f"the order of parts plays more than {MOST_PARTS:,} of them")
        stack[-1] += last * int(times or 1)
    return [part for level in stack for part in level]
