"""Bets of many readers, read from the files that their browsers export, checked, and set beside what came out."""

import json
import math
import statistics
from dataclasses import dataclass
from html import escape
from pathlib import Path

from .preferences import clopper_pearson

FORMAT, VERSION = "musicgan bets", 1
#: No file of bets is larger, and none holds more bets.
MOST_BYTES, MOST_BETS = 1_000_000, 500


@dataclass(frozen=True)
class ReaderBet:
    """One reader's bet on one number: ``interval`` is None where none was given."""

    slug: str
    question: str
    unit: str
    guess: float
    truth: float
    digits: int
    interval: tuple[float, float] | None

    def held(self) -> bool:
        """Whether the interval holds what came out, as it is printed; False without one."""
        printed = round(self.truth, self.digits)
        return self.interval is not None and self.interval[0] <= printed <= self.interval[1]


@dataclass(frozen=True)
class BetsPool:
    """The bets of each reader, a tuple a file, and for each file that was refused the sentence that says why."""

    readers: tuple[tuple[ReaderBet, ...], ...]
    refused: dict[str, str]

    def __repr__(self) -> str:
        bets = sum(map(len, self.readers))
        return f"{len(self.readers)} readers, {bets} bets, {len(self.refused)} files refused"

    def _repr_html_(self) -> str:
        lines = [f"<li>{escape(file)}: {escape(why)}</li>" for file, why in self.refused.items()]
        return f"<p>{escape(repr(self))}</p>" + (f"<ul>{''.join(lines)}</ul>" if lines else "")


@dataclass(frozen=True)
class Told:
    """A class's bets on one number: how many, their median, what came out, and how many intervals held of how many."""

    question: str
    unit: str
    bets: int
    median: float
    truth: float
    digits: int
    held: int
    intervals: int

    def share_held(self) -> tuple[float, float] | None:
        """The 95 % interval of the share of readers' intervals that hold the truth; None without any."""
        return clopper_pearson(self.held, self.intervals) if self.intervals else None


def read_bets(folder) -> BetsPool:
    """The exported files of a class: every ``*.json`` of a folder, in the order of their names.

    A file that is broken, too large, of something else, or that holds the very bets of another one is left out, and
    ``refused`` says why. ValueError for a folder that there is not.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"BETS = {str(folder)!r} is no folder; put the exported files into one")
    readers, refused = [], {}
    for path in sorted(folder.glob("*.json")):
        try:
            found = check_bets(_read(path))
            if found in readers:
                raise ValueError("another file holds the same bets")
            readers.append(found)
        except ValueError as reason:
            refused[path.name] = str(reason)
    return BetsPool(tuple(readers), refused)


def _read(path: Path):
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES // 1000} kB, which no export is")
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise ValueError("it is not JSON") from None


def check_bets(content) -> tuple[ReaderBet, ...]:
    """The bets of what an export holds; one that is none, or that was skipped, is passed over, as the page does.

    ValueError where nothing is left. The page checks what it reads by the same rules (``bet_store.js``).
    """
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError("it holds no bets of this book")
    if content.get("version") != VERSION:
        raise ValueError(f"it is not of version {VERSION} of the bets")
    bets = content.get("bets")
    if not isinstance(bets, dict) or len(bets) > MOST_BETS:
        raise ValueError(f"it holds no 0 to {MOST_BETS} bets")
    found = [bet for slug, one in bets.items() if (bet := _check_bet(slug, one))]
    if not found:
        raise ValueError("none of its bets can be read")
    return tuple(found)


def _check_bet(slug: str, one) -> ReaderBet | None:
    if not isinstance(one, dict) or one.get("skipped") is True:
        return None
    numbers = [one.get(name) for name in ("low", "high", "truth", "guess", "digits")]
    if not all(_is_number(x) for x in numbers):
        return None
    low, high, truth, guess, digits = numbers
    if not (low <= truth <= high and low <= guess <= high and low < high and digits in range(7)):
        return None
    ends = one.get("from"), one.get("to")
    if ends != (None, None):
        if not all(_is_number(x) for x in ends) or not low <= ends[0] <= guess <= ends[1] <= high:
            return None
    words = [str(one.get(name) or "")[:400] for name in ("question", "unit")]
    return ReaderBet(slug, *words, guess, truth, int(digits), None if ends[0] is None else ends)


def _is_number(x) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)


def tell_bets(readers) -> dict[str, Told]:
    """Of each number that readers bet on what the class said, by slug.

    Bets that were made on another result, before a record changed, would not compare: the truth that most bets were
    told counts, and the others are left out.
    """
    by_slug = {}
    for bet in (bet for reader in readers for bet in reader):
        by_slug.setdefault(bet.slug, []).append(bet)
    return {slug: _tell(bets) for slug, bets in by_slug.items()}


def _tell(bets: list[ReaderBet]) -> Told:
    truth = statistics.mode(bet.truth for bet in bets)
    bets = [bet for bet in bets if bet.truth == truth]
    wide = [bet for bet in bets if bet.interval is not None]
    return Told(
        question=bets[0].question,
        unit=bets[0].unit,
        bets=len(bets),
        median=statistics.median(bet.guess for bet in bets),
        truth=truth,
        digits=bets[0].digits,
        held=sum(bet.held() for bet in wide),
        intervals=len(wide),
    )


def simulate_class(rng, truths: dict[str, float], readers: int, width: float, noise: float):
    """A class whose bets we know: guesses scatter by ``noise`` about a truth, and intervals reach ``width`` each way.

    With normal scatter an interval holds the truth as often as a normal number lies within ``width / noise``.
    """
    found = []
    for _ in range(readers):
        guesses = {slug: truth + noise * rng.normal() for slug, truth in truths.items()}
        found.append(
            tuple(
                ReaderBet(slug, slug, "", g, truths[slug], 6, (g - width, g + width))
                for slug, g in guesses.items()
            )
        )
    return tuple(found)
