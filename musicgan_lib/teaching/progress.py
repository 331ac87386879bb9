"""What a reader has done, kept on this machine alone, in the file that the book's pages write and read, too.

``{"format": "musicgan progress", "version": 1, "pages": [...], "exercises": [...], "quizzes": {...}, "bets": {...}}``:
pages read to their end, the latest last; exercises passed; of each quiz whether the option that was opened first was
right; bets as ``bet_store.js`` keeps them. A file comes from anywhere: what is none of this is left out, and nothing of
it is run.
"""

import json
import os
import re
import sys
from pathlib import Path

from ..files import cache_folder, hold, write_whole

FORMAT, VERSION = "musicgan progress", 1
#: Bytes of a file that is read, entries of each kind, characters of a name or a text.
LARGEST, MOST, LONGEST = 1 << 20, 2000, 400
#: What a reader made, and checked, stands among the exercises, under a name that begins so.
MADE = "made-"
_NAME = re.compile(r"[a-z0-9]+([-_/][a-z0-9]+)*")
_WORDS = ("question", "unit")
_NUMBERS = ("low", "high", "truth", "digits", "guess", "from", "to")


def find_place() -> Path:
    """The file that progress is kept in: in the library's folder, ``$MUSICGAN_CACHE`` or the user's cache folder."""
    return cache_folder() / "progress.json"


def make_empty() -> dict:
    """What somebody has done who has done nothing."""
    return {"pages": [], "exercises": [], "quizzes": {}, "bets": {}}


def read() -> dict:
    """What is kept; nothing where there is no file yet. ValueError or OSError for a file that cannot be read."""
    place = find_place()
    return read_file(place) if place.exists() else make_empty()


def read_file(path) -> dict:
    """The progress in a file, and nothing else that may be in it; ValueError with a sentence where there is none."""
    path = Path(path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path} is larger than a megabyte, so it is no progress file")
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as reason:
        raise ValueError(f"{path} cannot be read: it is not JSON") from reason
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise ValueError(f"{path} holds no progress of this book")
    if found.get("version") != VERSION:
        raise ValueError(
            f"{path} is of version {found.get('version')!r}; this library reads version {VERSION}"
        )
    return clean(found)


def clean(found: dict) -> dict:
    """Of what was read, all that is progress."""
    kept = make_empty()
    for kind in ("pages", "exercises"):
        names = found.get(kind) if isinstance(found.get(kind), list) else []
        kept[kind] = list(dict.fromkeys(filter(_is_name, names[:MOST])))
    kept["quizzes"] = {
        name: right for name, right in _list_pairs(found, "quizzes") if isinstance(right, bool)
    }
    kept["bets"] = {
        name: {key: bet[key] for key in bet if _may_keep(key, bet[key])}
        for name, bet in _list_pairs(found, "bets")
        if isinstance(bet, dict)
    }
    return kept


def _is_name(name) -> bool:
    return isinstance(name, str) and len(name) <= LONGEST and bool(_NAME.fullmatch(name))


def _list_pairs(found: dict, kind: str) -> list[tuple]:
    pairs = found.get(kind) if isinstance(found.get(kind), dict) else {}
    return [(name, value) for name, value in list(pairs.items())[:MOST] if _is_name(name)]


def _may_keep(key: str, value) -> bool:
    """Whether this belongs to a bet; its page asks again whether the numbers go together."""
    if key in _WORDS:
        return isinstance(value, str) and len(value) <= LONGEST
    if key in _NUMBERS:
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        return value is None or (plain and abs(value) < 1e300)
    return key == "skipped" and isinstance(value, bool)


def merge(here: dict, come: dict) -> dict:
    """Both; where they disagree, what was here stays, and pages read here are the latest."""
    both = {
        kind: list(dict.fromkeys([*come[kind], *here[kind]])) for kind in ("pages", "exercises")
    }
    return both | {kind: come[kind] | here[kind] for kind in ("quizzes", "bets")}


def write(progress: dict, path=None) -> Path:
    """Write a progress file, by default the one that is kept; returns its path. OSError as any writing."""
    path = find_place() if path is None else Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = {"format": FORMAT, "version": VERSION, **progress}
    return write_whole(path, json.dumps(packed, indent=1, allow_nan=False).encode() + b"\n")


def keep_exercise(name: str) -> str:
    """Remember that an exercise was passed; why it could not be kept, in words, else nothing."""
    try:
        if name not in read()["exercises"]:
            place = find_place()
            place.parent.mkdir(parents=True, exist_ok=True)
            with hold(place):  # several notebooks may be open
                write(merge(read(), make_empty() | {"exercises": [name]}))
    except (OSError, RuntimeError, ValueError) as reason:  # RuntimeError: there is no home
        return f"{reason}"
    return ""


def is_kept_here() -> bool:
    """Whether a reader is at work: in a notebook or in IPython, where no page is built and nothing is graded."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    others = ("MUSICGAN_STATIC", "NBGRADER_EXECUTION")
    return shell is not None and not any(os.environ.get(name) for name in others)
