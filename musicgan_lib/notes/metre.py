"""Metre and tempo: what is in force from which moment of a piece on."""

from typing import NamedTuple


class Metre(NamedTuple):
    """A time signature, from ``onset`` (quarter lengths) on."""

    onset: float
    numerator: int
    denominator: int

    @property
    def bar_length(self) -> float:
        """Length of one bar in quarter lengths: 6/8 is 3.0."""
        return self.numerator * 4 / self.denominator


class Tempo(NamedTuple):
    """A tempo in quarter notes a minute, from ``onset`` (quarter lengths) on."""

    onset: float
    bpm: float


def count_bars(metre: tuple[Metre, ...], length: float) -> float:
    """About how many bars there are in ``length`` quarters: to ask before they are listed."""
    ends = [m.onset for m in metre[1:]] + [length]
    return sum(max(min(end, length) - m.onset, 0.0) / m.bar_length for m, end in zip(metre, ends))


def barred_from(metre: tuple[Metre, ...], start: float) -> tuple[Metre, ...]:
    """A metre with a change at the first bar line after ``start``, so that a window keeps its bar lines."""
    if start <= 0:
        return metre
    current = max((m for m in metre if m.onset <= start), key=lambda m: m.onset)
    offset = (start - current.onset) % current.bar_length
    left = current.bar_length - offset
    if offset < 1e-9 or left < 1e-9:
        return metre
    after = start + left
    later = [m for m in metre if m.onset > start]
    if later and later[0].onset <= after:
        left = later[0].onset - start
    short = short_metre(left)
    if short is None:
        return metre
    earlier = tuple(m for m in metre if m.onset <= start)
    restart = () if later and later[0].onset <= after else (current._replace(onset=after),)
    return (*earlier, Metre(start, *short), *restart, *later)


def short_metre(length: float, finest: int = 32) -> tuple[int, int] | None:
    """A time signature that lasts ``length`` quarters: 1.5 is 3/8. None where none down to ``finest`` does."""
    for denominator in (4, 8, 16, 32, 64):
        if denominator > finest:
            return None
        n = length * denominator / 4
        if abs(n - round(n)) < 1e-6 and round(n) >= 1:
            return round(n), denominator
    return None


def shift(events, start, stop):
    """Events in force from ``start`` to ``stop``, moved so that ``start`` is 0."""
    current = [e for e in events if e.onset <= start][-1:]
    later = [e for e in events if start < e.onset < stop]
    return tuple(e._replace(onset=max(e.onset - start, 0.0)) for e in current + later)


def drop_repeats(metres) -> tuple[Metre, ...]:
    """Metre changes without those that say again what holds, on a bar line where it changes nothing."""
    kept = []
    for metre in metres:
        bars = (metre.onset - kept[-1].onset) / kept[-1].bar_length if kept else 0
        if not kept or metre[1:] != kept[-1][1:] or abs(bars - round(bars)) > 1e-6:
            kept.append(metre)
    return tuple(kept)
