"""Tunes in ABC notation, played: melody, texts over the notes, bars. The reader of Nottingham and of the folk tunes.

Repeats, endings and the order of the parts are played, as ABC's own player (abc2midi) does; what no sign opens is
repeated from the last repeat's end. Times are those written: a hornpipe is even, a trill is its note, a grace note has
no length, a fermata or a dot changes none.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import takewhile
from typing import NamedTuple

from ..notes import Metre, Tempo
from ..notes.metre import short_metre
from ..notes.midi_files import drop_repeats
from .abc_bars import Written
from .abc_stretches import Stretch, find_signature
from .abc_text import MOST_QUARTERS, split_tunes, title_of

__all__ = ["Played", "play", "split_tunes", "title_of"]


class Played(NamedTuple):
    """A tune in time, in quarters: ``melody`` as rows (onset, duration, pitch), ``marks`` as (onset, kind, text)."""

    melody: list[tuple[float, float, int]]
    marks: list[tuple[float, str, str]]
    metre: tuple[Metre, ...]
    tempo: tuple[Tempo, ...]
    length: float
    losses: tuple[str, ...]


def play(tune: str) -> Played:
    """Read a tune and play it from beginning to end; ValueError where there is none."""
    written = Written(tune)
    stretches, ticks = _in_order(written), written.ticks
    quarters = sum(stretch.ticks for stretch in stretches) / ticks
    if quarters > MOST_QUARTERS:
        raise ValueError(f"it is {quarters:g} quarters long; at most {MOST_QUARTERS:,} are read")
    melody, held, marks, now = [], {}, [], 0
    for stretch in stretches:
        starts = []
        for event in stretch.events:
            starts.append(now)
            going, long = held if event.ticks else {}, event.ticks
            rows = [going.get(pitch) or [now, 0, pitch] for pitch in event.pitches]
            melody += [row for row in rows if not row[1]]
            for row in rows:
                row[1] += long
            if long:
                held = {row[2]: row for row in rows if row[2] in event.tied}
            now += long
        starts.append(now)
        marks += [(starts[i] / ticks, kind, said) for i, kind, said in stretch.marks]
    metre, losses = _read_metre(stretches, written)
    return Played(
        [(onset / ticks, length / ticks, pitch) for onset, length, pitch in melody],
        [mark for mark in marks if mark[1] != "tempo"],
        metre,
        _read_tempo(written.bpm, marks),
        now / ticks,
        (*written.losses, *losses),
    )


def _in_order(written: Written) -> list[Stretch]:
    """The stretches as played: parts in the header's order, in each its repeats."""
    parts, groups = {}, []
    for stretch in written.stretches:
        if not groups or groups[-1][-1].part != stretch.part:
            groups.append([])
        groups[-1].append(stretch)
        parts.setdefault(stretch.part, []).append(stretch)
    order = [part for part in written.order or () if part in parts]
    whole = _ticks_of(find_signature(groups[0][0], written.stretches, written.ticks), written)
    if len(groups) > 1 and sum(stretch.ticks for stretch in groups[0]) < whole:
        groups[:2] = [groups[0] + groups[1]]  # a pickup before the first part is repeated with it
    if order:
        groups = [parts[part] for part in (["", *order] if "" in parts else order)]
    return [stretch for group in groups for stretch in _repeat(group)]


def _repeat(stretches: list[Stretch]) -> Iterator[Stretch]:
    """One part with its repeats and endings:
    what has no sign where it begins is repeated from the last repeat's end.
    """
    start, time, i = 0, 1, 0
    while i < len(stretches):
        here = stretches[i]
        if here.opens or (i > start and stretches[i - 1].ending and not here.ending):
            start, time = (i, 1) if i != start else (start, time)
        played = not here.ending or time in here.ending
        if played:
            yield here
        if played and here.closes:
            if time < _count_times(stretches, start, i):
                time, i = time + 1, start
                continue
            start, time = i + 1, 1
        i += 1


def _count_times(stretches: list[Stretch], start: int, stop: int) -> int:
    """How often a section that goes back at ``stop`` is played: as that sign or its endings say."""
    after = takewhile(lambda s: s.ending and not s.opens, stretches[stop + 1 :])
    endings = [s.ending for s in (*stretches[start : stop + 1], *after)]
    return max([stretches[stop].closes, *(max(ending) for ending in endings if ending)])


def _read_metre(stretches: list[Stretch], written: Written) -> tuple[tuple[Metre, ...], list[str]]:
    """The bars as written: a pickup is a short first metre, a bar cut by a repeat sign is one bar."""
    found, losses, at, i = [], [], 0, 0
    while i < len(stretches):
        signature = find_signature(stretches[i], written.stretches, written.ticks)
        whole = _ticks_of(signature, written)
        stop = _find_bar_end(stretches, i, whole)
        length = sum(stretch.ticks for stretch in stretches[i:stop])
        if length % whole and stop < len(stretches):
            short = short_metre(length / written.ticks)
            if short is None:
                quarters = length / written.ticks
                losses.append(f"a bar of {quarters:g} quarters has no plain time signature")
            signature = short or signature
        found.append(Metre(at / written.ticks, *signature))
        at, i = at + length, stop
    return drop_repeats(found), losses


def _ticks_of(signature: tuple[int, int], written: Written) -> Fraction:
    """A bar of a time signature, in the ticks of a tune."""
    return Fraction(4 * signature[0] * written.ticks, signature[1])


def _find_bar_end(stretches: list[Stretch], start: int, whole: Fraction) -> int:
    """The stretch after the bar that begins at ``start``.

    A bar goes on where no sign stands; where a repeat sign or a double bar stands, if that makes it whole; after a
    plain bar line only before a repeat or a new part, if that makes it whole, and never in the first bar, a pickup.
    """
    total, stop = stretches[start].ticks, start + 1
    while stop < len(stretches) and not stretches[stop - 1].sign:
        if total + stretches[stop].ticks > whole:
            break
        total, stop = total + stretches[stop].ticks, stop + 1
    for i in range(stop, len(stretches)):
        before, here = stretches[i - 1 : i + 1]
        starts_anew = start and (here.opens or here.part != before.part)
        if total >= whole or (before.sign == "|" and not starts_anew):
            break
        total += here.ticks
        if total == whole:
            return i + 1
    return stop


def _read_tempo(bpm: float, marks) -> tuple[Tempo, ...]:
    changes = {0.0: bpm} | {at: float(said) for at, kind, said in marks if kind == "tempo"}
    onsets = sorted(changes)
    new = [at for last, at in zip([None, *onsets], onsets) if changes[at] != changes.get(last)]
    return tuple(Tempo(at, changes[at]) for at in new)
