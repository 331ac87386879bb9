"""What a tune in ABC is made of: notes and rests, and the stretches between signs in which they stand."""

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from ..notes.metre import short_metre


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
    closes: int = 0  # ... and ends here, played so often
    events: list[Event] = field(default_factory=list)
    #: (number of the event that it stands over, ``text``, ``fermata`` or ``tempo``, what it says)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    ticks: int = 0  # how long it is: notes and rests


def find_signature(stretch: Stretch, stretches: list[Stretch], quarter: int) -> tuple[int, int]:
    """The metre of a stretch: its own, else that of most bars; ``quarter`` is in ticks."""
    if stretch.metre is not None:
        return stretch.metre
    lengths = Counter(stretch.ticks for stretch in stretches if stretch.ticks)
    usual = max(lengths, key=lambda ticks: (lengths[ticks], ticks))
    return short_metre(usual / quarter) or (4, 4)


def is_second_over(stretches: list[Stretch]) -> bool:
    """Whether the ending that these end with, closed by nothing, has come to the length of the one before."""
    runs = [list(run) for _, run in groupby(stretches, lambda stretch: stretch.ending)]
    if len(runs) < 2 or not runs[-2][0].ending:
        return False
    first, second = (sum(e.length for s in run for e in s.events) for run in runs[-2:])
    return second >= first
