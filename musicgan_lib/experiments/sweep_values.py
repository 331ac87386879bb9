"""What ``-p NAME VALUES`` stands for: words on a command line, read as the values that a notebook gets."""

import re

_WORDS = {"true": True, "false": False, "none": None, "null": None}
_RANGE = re.compile(r"-?\d+(:-?\d+){1,2}")
#: A text in quotes, with the mark that ends it escaped by a backslash
_QUOTED = re.compile(r"""(["'])((?:\\.|(?!\1)[^\\])*)\1""", re.S)


def read_values(text: str) -> list:
    """The values that ``"0.001,0.01"`` stands for; ``"0:5"`` are the numbers 0 to 4, ``"0:10:2"`` every second one.

    ``true``, ``false`` and ``none`` are those, ``nan`` and ``inf`` numbers, ``[1,2]`` is a list, and what is left are
    texts. A text that reads as something else, or holds a comma, stands in quotes: ``"'1e-5','a,b'"``. ValueError for
    what is neither: an empty value, a bracket or quote that does not close, and words that begin like a number and
    are none.
    """
    return _read_row(text, text) if text.strip() else []


def check_travels(name: str, value) -> None:
    """ValueError for a value of a kind that a notebook would get as another one, or not at all."""
    if isinstance(value, list):
        for one in value:
            check_travels(name, one)
    elif value is not None and not isinstance(value, (bool, int, float, str)):
        kind = type(value).__name__
        raise ValueError(
            f"{name} has a {kind}, {value!r}; give numbers, texts, none, true, false, or lists of them"
        )


def _read_row(text: str, whole: str) -> list:
    found: list = []
    for part in _split(text, whole):
        found += (
            list(range(*map(int, part.split(":"))))
            if _RANGE.fullmatch(part)
            else [_read(part, whole)]
        )
    return found


def _split(text: str, whole: str) -> list[str]:
    """The parts between commas, but not between those inside brackets and quotes."""
    parts, depth, at = [""], 0, 0
    while at < len(text):
        quoted = _QUOTED.match(text, at) if not parts[-1].strip() or depth else None
        piece = quoted.group() if quoted else text[at]
        depth += {"[": 1, "]": -1}.get(piece, 0)
        if depth < 0:
            raise ValueError(f"{whole!r}: a bracket closes that was not opened")
        if piece == "," and not depth:
            parts.append("")
        else:
            parts[-1] += piece
        at += len(piece)
    if depth:
        raise ValueError(f"{whole!r}: a bracket does not close")
    return [part.strip() for part in parts]


def _read(text: str, whole: str):
    if not text:
        raise ValueError(f"{whole!r} has an empty value; the empty text is ''")
    if text[0] in "\"'":
        if not (quoted := _QUOTED.fullmatch(text)):
            raise ValueError(f"{whole!r}: {text} is no text in quotes")
        return re.sub(r"\\(.)", r"\1", quoted.group(2), flags=re.S)
    if text[0] == "[":
        if text[-1] != "]":
            raise ValueError(f"{whole!r}: {text} is no list")
        return _read_row(text[1:-1], whole) if text[1:-1].strip() else []
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.match(r"[+-]?\.?\d", text):
        raise ValueError(
            f"{text!r} begins like a number and is none; a text stands in quotes: \"'{text}'\""
        )
    return text
