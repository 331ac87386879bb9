"""Voices as tracks of bars, one after the other: a note is one token, its pitch and its length. numpy alone.

A bar of one voice is a *cell*: a list of events ``(head, length)`` whose lengths, in sixteenths, make up the bar. A
head is a pitch as :class:`~musicgan_lib.data.grid.GridData` numbers it, ``hold`` (the note of the bar before goes on,
first in a bar alone) or ``rest``. A *window* is some bars of all voices, its cells in the order of the row: the bars of
the highest voice, then those of the next.
"""

from typing import NamedTuple

import numpy as np

from .grid import GridData

#: Sixteenths of a bar
BAR = 16
#: The most notes a bar that a wish tells apart
MOST = 8
#: What a token is besides a head, counted on from the number of heads
KINDS = ("end", "track", "bar", "hole", "fill", "nothing")
#: What a row says of a token: what it is, its length, where in the bar it begins and ends, its voice, its bar, how many
#: notes of the bar have begun with it, and 1 + the notes a bar that are wished for, 0 where nobody wishes
FIELDS = ("what", "length", "at", "until", "voice", "bar", "count", "wish")


#: Which of them say where a token stands
PLACE = (FIELDS.index("voice"), FIELDS.index("bar"))


class Alphabet(NamedTuple):
    """How many heads there are; the last two hold and rest."""

    heads: int

    @property
    def hold(self) -> int:
        """The head of a note that goes on."""
        return self.heads - 2

    @property
    def rest(self) -> int:
        """The head of a silence."""
        return self.heads - 1

    @property
    def end(self) -> int:
        """The token that ends a bar; the tokens below it are the events."""
        return self.heads * BAR

    def list_sizes(self, voices: int, bars: int) -> tuple[int, ...]:
        """How many values each of :data:`FIELDS` has."""
        within = BAR + 1
        return (self.heads + len(KINDS), within, within, within, voices, bars, within, MOST + 2)

    def kind(self, name: str) -> int:
        """The number of one of :data:`KINDS` where a row says what a token is."""
        return self.heads + KINDS.index(name)

    def to_token(self, head: int, length: int) -> int:
        """The token of an event."""
        return head * BAR + length - 1

    def to_event(self, token: int) -> tuple[int, int]:
        """The inverse."""
        return token // BAR, token % BAR + 1


def find_bars(position: np.ndarray) -> list[int]:
    """Where whole bars of 4/4 begin, given the positions of sixteenths that stand beside a piece."""
    starts = np.flatnonzero(np.asarray(position) == 0)
    ends = np.append(starts[1:], len(position))
    return [int(a) for a, b in zip(starts, ends) if b - a == BAR]


def find_windows(data: GridData, split: str, bars: int) -> list[tuple[int, int]]:
    """Piece and first sixteenth of each stretch of so many whole bars; ValueError where a split has none."""
    found = []
    for i, beside in enumerate(data.beside[split]):
        starts = find_bars(np.reshape(beside, (-1, data.voices + 2))[:, 0])
        there = set(starts)
        found += [(i, s) for s in starts if all(s + BAR * k in there for k in range(bars))]
    if not found:
        raise ValueError(
            f"no {split} piece of {data.name} has {bars} whole bars of 4/4: choose fewer"
        )
    return found


def read_cell(tokens: np.ndarray, alphabet: Alphabet) -> list[tuple[int, int]]:
    """The events of a voice in a bar ``(16,)``: a rest is one event, however long."""
    events = []
    for token in np.asarray(tokens).tolist():
        goes_on = token == alphabet.hold or (
            token == alphabet.rest and events and events[-1][0] == token
        )
        if goes_on and events:
            events[-1] = (events[-1][0], events[-1][1] + 1)
        else:
            events.append((token, 1))
    return events


def write_cell(events, alphabet: Alphabet) -> np.ndarray:
    """The inverse of :func:`read_cell`, ``(16,) int64``; ValueError for events that do not make up a bar."""
    if sum(length for _, length in events) != BAR:
        raise ValueError(f"a bar has {BAR} sixteenths, and these events have another sum")
    found = []
    for head, length in events:
        found += [head, *[alphabet.rest if head == alphabet.rest else alphabet.hold] * (length - 1)]
    return np.array(found, np.int64)


def read_window(tokens: np.ndarray, voices: int, bars: int, alphabet: Alphabet) -> list:
    """The cells of a window, ``(T * V,)`` tokens of the grid, in the order of the row."""
    lines = np.reshape(tokens, (-1, voices)).T.reshape(voices * bars, BAR)
    return [read_cell(line, alphabet) for line in lines]


def write_window(cells, voices: int, alphabet: Alphabet) -> np.ndarray:
    """The inverse, ``(T * V,) int64``."""
    lines = np.stack([write_cell(cell, alphabet) for cell in cells])
    return lines.reshape(voices, -1).T.ravel()


def count_notes(events, alphabet: Alphabet) -> int:
    """How many notes begin in a bar."""
    return sum(head < alphabet.hold for head, _ in events)


def name_tokens(events, alphabet: Alphabet, voice: int, bar: int, wish: int, kind: str) -> list:
    """The rows of a bar: the token that opens it, a row an event."""
    rows, until, count = [(alphabet.kind(kind), 0, 0, 0, voice, bar, 0, wish)], 0, 0
    for head, length in events:
        at, until = until, min(until + length, BAR)  # a model alone may overfill a bar
        count = min(count + (head < alphabet.hold), BAR)
        rows.append((head, length, at, until, voice, bar, count, wish))
    return rows


def end_bar(rows: list, alphabet: Alphabet) -> list:
    """The same and the token that ends the bar."""
    what, _, _, until, voice, bar, count, wish = rows[-1]
    return [*rows, (alphabet.kind("end"), 0, until, until, voice, bar, count, wish)]


def write_context(cells, bars: int, holes, alphabet: Alphabet) -> list:
    """The rows of a window, a track after the other, with a placeholder for each of the cells ``holes``."""
    rows = []
    for k, cell in enumerate(cells):
        voice, bar = divmod(k, bars)
        if bar == 0:
            rows.append((alphabet.kind("track"), 0, 0, 0, voice, bar, 0, 0))
        opened = name_tokens([] if k in holes else cell, alphabet, voice, bar, 0, "bar")
        if k in holes:
            rows += [*opened, (alphabet.kind("hole"), 0, 0, 0, voice, bar, 0, 0)]
        else:
            rows += end_bar(opened, alphabet)
    return rows


def list_targets(rows, alphabet: Alphabet) -> list[int]:
    """The token after each row where that is an event or the end of a bar, else -1."""
    found = []
    for what, length, *_ in [*rows[1:], (alphabet.kind("nothing"), 0)]:
        event = alphabet.to_token(what, length) if what < alphabet.heads else -1
        found.append(alphabet.end if what == alphabet.kind("end") else event)
    return found


def pad_rows(rows: list, alphabet: Alphabet) -> np.ndarray:
    """Rows of several windows as one array, ``(n, T, 8) int64``; behind shorter ones stands nothing."""
    longest, nothing = max(map(len, rows)), (alphabet.kind("nothing"), *[0] * (len(FIELDS) - 1))
    return np.array([[*row, *[nothing] * (longest - len(row))] for row in rows], np.int64)


class Bounds(NamedTuple):
    """What a bar may be, given the bars beside it: whether it may begin with a hold, and end with a rest."""

    may_hold: bool
    may_end_silent: bool


def find_bounds(cells, k: int, bars: int, alphabet: Alphabet) -> Bounds:
    """The bounds of cell k: what is held needs a note before it, in this bar as in the one that follows."""
    bar = k % bars
    held_before = bar == 0 or not cells[k - 1] or cells[k - 1][-1][0] != alphabet.rest
    after = cells[k + 1] if bar < bars - 1 and k + 1 < len(cells) else []
    goes_on = bool(after) and after[0][0] == alphabet.hold
    return Bounds(held_before, not goes_on)


def list_allowed(events, bounds: Bounds, alphabet: Alphabet) -> np.ndarray:
    """Which tokens may follow the events of a bar so far, ``(16 H + 1,) bool``: the grammar."""
    left = BAR - sum(length for _, length in events)
    allowed = np.zeros(alphabet.end + 1, bool)
    if left == 0:
        allowed[alphabet.end] = True
        return allowed
    table = allowed[:-1].reshape(alphabet.heads, BAR)  # a view
    table[:, :left] = True
    table[alphabet.hold] &= not events and bounds.may_hold
    if events and events[-1][0] == alphabet.rest:
        table[alphabet.rest] = False
    if not bounds.may_end_silent:
        table[alphabet.rest, left - 1] = False
    return allowed


def is_valid(tokens, bounds: Bounds, alphabet: Alphabet) -> bool:
    """Whether a row of tokens, the end of the bar included, keeps to the grammar."""
    events = []
    for token in tokens:
        if not list_allowed(events, bounds, alphabet)[token]:
            return False
        if token == alphabet.end:
            return True
        events.append(alphabet.to_event(token))
    return False
