"""Every recorded run in one table of a page: sorted, filtered, opened and heard in the browser, without a kernel."""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from html import escape
from importlib import resources
from pathlib import Path

from ..experiments import records
from ..experiments.claims import find_unfit
from ..experiments.editions import OLDER, UNCOMMITTED, is_older, is_retouched
from ..listening.player import frame_piece, loader
from ..notes import Piece
from ..systems import list_systems
from .landscape import list_states

#: The state of a row whose system has no card: an experiment of one page, which makes no claim of its own.
NO_CARD = "NO CARD"
#: What stands for "no control" in the filter: the thing itself.
ITSELF = "none: the thing itself"
#: A number in a row of the reader's has to be smaller.
LARGEST = 1e300
RETOUCHED = "the music was retouched since"
#: What is told of a run in words, in this order; the page looks each word up in one list.
FIELDS = (
    "system", "id", "variant", "control", "corpus", "profile", "state", "split", "page", "device", "commit", "command",
    "marks",
)  # fmt: skip


class Leaderboard:
    """What :func:`draw_leaderboard` gives: one output of HTML, with the numbers of its runs and of those to hear."""

    def __init__(self, html: str, runs: int, heard: int):
        self.html, self.runs, self.heard = html, runs, heard

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Leaderboard({self.runs} runs, {self.heard} can be heard)"


def read_mine(path) -> list[dict]:
    """The rows of a run of yours, from a file that a page or ``musicgan train`` wrote; none for an empty path.

    ValueError with a sentence for a file that is missing, is not JSON, or holds something else than records.
    """
    if not str(path):
        return []
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"MINE = {str(path)!r} is no file; a run writes OUT/<page>.json")
    try:
        rows = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as reason:  # ValueError: a number of too many digits, too
        raise ValueError(f"{path.name} is not JSON ({reason}): give the file of rows") from None
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise ValueError(f"{path.name} holds no list of rows: give the file that a run wrote")
    try:
        rows = [records.validate(row) for row in rows]
    except (ValueError, TypeError, AttributeError) as reason:
        raise ValueError(f"{path.name} holds a row that is no record: {reason}") from None
    for row in rows:
        for name, number in row["metrics"].items():
            if not abs(number) < LARGEST:  # nor is NaN
                raise ValueError(f"{path.name}: {name} is {str(number)[:20]}, no number to rank by")
    return rows


def draw_leaderboard(
    rows: Sequence[dict],
    *,
    mine: Sequence[dict] = (),
    music: Mapping[int, Piece] | None = None,
    metric: str = "entropy",
    corpus: str = "",
    base: str = "../",
) -> Leaderboard:
    """Records as a table that can be asked.

    Parameters
    ----------
    rows : validated records, such as ``claims.read_all_records()``.
    mine : more of them, the reader's own: they stand first and are marked.
    music : place in ``rows`` -> what is heard of that run.
    metric : which number stands in the table at first; the reader chooses another.
    corpus : which corpus is shown at first; all by default.
    base : what leads from the page that the table is on to ``book/``, for links to systems' own pages.

    Numbers have four digits; the records have all of theirs. Rows of an older edition of the music, of code that its
    commit lacks, and controls that are not what they are called say so. ValueError for a metric or a corpus that no row
    has. Source: ours.
    """
    every, music = [*mine, *rows], dict(music or {})
    names = {k: i for i, k in enumerate(sorted({k for row in every for k in row["metrics"]}))}
    for what, value, known in (
        ("metric", metric, list(names)),
        ("corpus", corpus, ["", *{row["corpus"] for row in every}]),
    ):
        if value not in known:
            raise ValueError(f"no row has the {what} {value!r}; there are {', '.join(known[:12])}")
    states = list_states(list(rows))
    cards = {card.id: card for card in list_systems()}
    texts, sounds, told = {}, {}, []
    for place, row in enumerate(every):
        place -= len(mine)  # in ``rows``; below 0 for the reader's own
        if place in music:
            sounds[place] = len(sounds)
        words = _describe(row, cards.get(row["system"]), states, base)
        words["marks"] = "; ".join((["yours"] if place < 0 else []) + list_marks(row))
        places = [texts.setdefault(words[name], len(texts)) for name in FIELDS]
        numbers = [row["seed"], row["steps"], shorten(row["wall_s"]), sounds.get(place, -1)]
        told.append([*places, *numbers, int(place < 0)])
    data = {
        "fields": FIELDS,
        "texts": list(texts),
        "metrics": list(names),
        "better": {c.claim.metric: c.claim.better for c in cards.values() if c.claim},
        "columns": list(zip(*told)),
        **_stack_numbers(every, names),
    }
    data |= {"metric": metric, "corpus": corpus}
    kept = "".join(
        f'<template data-sound="{k}">{frame_piece(music[place])}</template>'
        for place, k in sounds.items()
    )
    return Leaderboard(_wrap(data, kept, every), len(every), len(sounds))


def list_marks(row: dict) -> list[str]:
    """What a reader has to know of a row before its number counts; an empty list where there is nothing."""
    marks = [OLDER] if is_older(row) else [RETOUCHED] if is_retouched(row) else []
    marks += [UNCOMMITTED] if row["dirty"] else []
    why = find_unfit(row)
    return marks + ([f"controls nothing, for {why}"] if why else [])


def shorten(number: float) -> float:
    """A number in four digits; a whole one below a million stays as it is.

    >>> shorten(2.289413), shorten(123456)
    (2.289, 123456)
    """
    if float(number).is_integer() and abs(number) < 1e6:
        return int(number)
    return float(f"{number:.4g}")


def _stack_numbers(rows: Sequence[dict], names: Mapping[str, int]) -> dict:
    """Numbers by name, since alike numbers pack best: ``kinds``, the sets of names that a run may have; ``kind``, which
    set each run has; ``values``, for each name the numbers of the runs that have it, in their order."""
    kinds, values = {}, [[] for _ in names]
    kind = []
    for row in rows:
        have = tuple(names[name] for name in row["metrics"])
        kind.append(kinds.setdefault(have, len(kinds)))
        for place, value in zip(have, row["metrics"].values()):
            values[place].append(shorten(value))
    return {"kinds": list(kinds), "kind": kind, "values": values}


def _describe(row: dict, card, states: dict, base: str) -> dict:
    machine = f"{row['device']}, {row['processor']}" if row["processor"] else row["device"]
    return {
        "system": card.name if card else row["system"], "id": row["system"], "variant": row["variant"],
        "control": row["control"] or ITSELF, "corpus": row["corpus"], "profile": row["profile"],
        "state": states[card.id] if card else NO_CARD, "split": row["split"],
        "page": f"{base}{card.page}.html" if card and card.page else "", "device": machine, "commit": row["commit"],
        "command": row["command"],
    }  # fmt: skip


def spell_numbers(numbers) -> bytes:
    """Numbers of :func:`shorten` as six bytes each, all first bytes before all second ones, since those are alike: four
    of the whole number that its digits spell, plus 2 ** 31, then two of its power of ten, plus 2 ** 15; high bytes
    first.
    """
    digits, powers = [], []
    for number in numbers:
        _, whole, power = Decimal(repr(number)).normalize().as_tuple()
        value = int("".join(map(str, whole)))
        digits.append((-value if number < 0 else value) + 2**31)
        powers.append(power + 2**15)
    planes = [bytes(d >> shift & 255 for d in digits) for shift in (24, 16, 8, 0)]
    return b"".join([*planes, *(bytes(p >> shift & 255 for p in powers) for shift in (8, 0))])


def _pack(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _wrap(data: dict, kept: str, rows) -> str:
    numbers = _pack(spell_numbers([v for column in data["values"] for v in column]))
    style, script = (
        resources.files(__package__).joinpath(f"leaderboard.{end}").read_text("utf-8")
        for end in ("css", "js")
    )
    data = data | {"values": [len(column) for column in data["values"]]}
    packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = _pack(packed.encode("utf-8", "replace"))  # half a character pair cannot be written
    count = Counter(row["system"] for row in rows)
    plain = ", ".join(f"{escape(name)} {n}" for name, n in count.most_common())
    return (
        f'<div class="mg-board" data-musicgan-board data-lm-suppress-shortcuts="true"><style>{style}</style>{kept}'
        f'<p data-role="plain">{len(rows):,} runs. The table needs its script; runs by system: {plain}.</p>'
        f'<script type="text/plain" data-role="player">{loader()}</script>'
        f'<script type="text/plain" data-role="numbers">{numbers}</script>'
        f'<script type="text/plain" data-role="rows">{packed}</script><script>{script}</script></div>'
    )
