"""What a tune in ABC is made of: notes and rests, and the stretches between signs in which they stand."""

from dataclasses import dataclass, field
from fractions import Fraction


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
    barred: bool = (
        False  # a plain bar line ends it; a repeat sign or a double bar may stand inside a bar
    )
    events: list[Event] = field(default_factory=list)
    #: (number of the event that it stands over, ``text``, ``fermata`` or ``tempo``, what it says)
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    ticks: int = 0  # how long it is: notes and rests
