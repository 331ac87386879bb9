"""Roman numerals that musicians wrote beneath twenty chorales: the harmony of each moment, by ear and by hand.

They come with music21 as files in the RomanText format (analysts Andrew Jones and Dmitri Tymoczko). What is read of
them is what a chord is, its root and its kind; voice leading, phrases and second readings (``m3var1``) are left out.
"""

import re
from typing import NamedTuple

from .chorale_scores import _ALTERED, _STEPS

#: Semitones above the tonic of each degree, in major and in minor (natural: VI and VII, and III)
_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_DEGREES = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}
_NUMERAL = re.compile(r"(bb|b|#)?([IViv]+)(/o|ø|o|\+)?([\d/]*)(\[.*?\])*$")
_SEVENTHS = ("7", "6/5", "65", "4/3", "43", "4/2", "42", "2")
#: Of files whose BWV number is not the name of music21's score
_NAMES = {"248(2).12": "bwv248.12-2", "277": "bwv277.krn", "281": "bwv281.krn", "41.6s": "bwv41.6"}


class Numeral(NamedTuple):
    """From ``beat`` (1 is the bar line) of ``bar`` on: ``root`` as a pitch class, 0 is C, and the ``kind`` of chord.

    Kinds: ``M``, ``m``, ``d``, ``+`` for triads; ``7``, ``M7``, ``m7``, ``h7``, ``d7`` with a seventh; ``x`` is none
    of them.
    """

    bar: int
    beat: float
    root: int
    kind: str


def load_numerals() -> dict[str, list[Numeral]]:
    """The twenty analyses, by the name that :func:`~musicgan_lib.corpora.chorales.parse_chorale` takes."""
    from .chorales import find_scores

    found = {}
    for file in sorted((find_scores() / "choraleAnalyses").glob("riemenschneider*.rntxt")):
        text = file.read_text("utf-8", errors="replace")
        number = re.search(r"^BWV:\s*(\S+)", text, re.M)[1]
        found[_NAMES.get(number, f"bwv{number}")] = read_numerals(text)
    return found


def read_numerals(text: str) -> list[Numeral]:
    """The chords of one analysis in RomanText, in order. ValueError with the line for a word that is none of it."""
    read, tonic, minor = [], 0, False
    for line in text.splitlines():
        begins = re.match(r"m(\d+)[a-z]?\s", line)
        if not begins:
            continue
        beat = 1.0
        for word in line.split()[1:]:
            if moment := re.fullmatch(r"b(\d+(\.\d+)?)", word):
                beat = float(moment[1])
            elif key := re.fullmatch(r"([A-Ga-g])([#b]*):", word):
                minor = key[1].islower()
                tonic = (_STEPS[key[1].upper()] + _alter(key[2])) % 12
            elif set(word) - set("|:"):
                try:
                    read.append(Numeral(int(begins[1]), beat, *spell_numeral(word, tonic, minor)))
                except ValueError as reason:
                    raise ValueError(f"{reason}, in the line {line!r}") from None
    return read


def spell_numeral(word: str, tonic: int, minor: bool) -> tuple[int, str]:
    """Root and kind of a numeral such as ``V6/5/vi`` in a key. ValueError for a word that is no numeral.

    An augmented sixth (``It6`` …) has no root; it is said to stand on the flat sixth degree, and of kind ``x``.
    """
    if re.match(r"(It|Ger|Fr)", word):
        return (tonic + 8) % 12, "x"
    while applied := re.fullmatch(r"(.+)/([#b]?[IViv]+)", word):
        target, kind = spell_numeral(applied[2], tonic, minor)
        word, tonic, minor = applied[1], target, kind != "M"
    parts = _NUMERAL.fullmatch(word)
    if parts is None or parts[2].lower() not in _DEGREES:
        raise ValueError(f"{word!r} is no Roman numeral")
    accidental, numeral, mark, figures, _ = parts.groups()
    degree, lower = _DEGREES[numeral.lower()], numeral.islower()
    root = tonic + (_MINOR if minor else _MAJOR)[degree]
    if accidental:
        root = tonic + _MAJOR[degree] + _alter(accidental)
    elif minor and lower and degree in (5, 6):  # vi and vii of minor stand on the raised degree
        root += 1
    return root % 12, _tell_kind(lower, mark, figures in _SEVENTHS, degree, minor)


def _tell_kind(lower: bool, mark, seventh: bool, degree: int, minor: bool) -> str:
    if mark == "+":
        return "x" if seventh else "+"
    if mark:
        return {"o": "d7", "/o": "h7", "ø": "h7"}[mark] if seventh else "d"
    if not seventh:
        return "m" if lower else "M"
    if lower:
        return "m7"
    sharp = degree in ((2, 5) if minor else (0, 3))  # I7 and IV7, and III7 and VI7 of minor
    return "M7" if sharp else "7"


def _alter(signs: str) -> int:
    return sum(_ALTERED["-" if sign == "b" else sign] for sign in signs)
