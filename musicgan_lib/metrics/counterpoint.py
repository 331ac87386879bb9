"""Which rules of first species a line breaks, and where: read note by note from MIDI numbers, as a teacher does.

It shares nothing with what composes such lines (``musicgan_lib.models.counterpoint``), so that it can judge it.
"""

import numpy as np

#: Semitones within an octave of intervals that may sound, and of those that are perfect, with what they are.
CONSONANT = (0, 3, 4, 7, 8, 9)
PERFECT = {0: "octave", 7: "fifth"}
#: Semitones by which a voice may move: seconds, thirds, fourth, fifth; and the octave.
STEPS, SMALL, OCTAVE = (1, 2), (1, 2, 3, 4), 12
SUNG = (1, 2, 3, 4, 5, 7)


def list_faults(cantus, line) -> list[tuple[int, str]]:
    """Every fault of a voice above a cantus, ``(place, rule)``, places from 0; none where all rules are kept.

    Parameters
    ----------
    cantus, line : MIDI numbers, a note against a note.

    The names are those of ``counterpoint_rules.TWO``. ValueError where the two are not equally long.
    """
    cantus, line = ([int(p) for p in voice] for voice in (cantus, line))
    if len(cantus) != len(line) or not line:
        raise ValueError(
            f"{len(line)} notes against a cantus of {len(cantus)}: give one for each of its notes"
        )
    faults, last = [], len(line) - 1
    for t, (low, high) in enumerate(zip(cantus, line)):
        outer = t in (0, last)
        if abs(high - low) % 12 not in CONSONANT:
            faults.append((t, "consonance"))
        if high < low or (high == low and not outer):
            faults.append((t, "above"))
        if outer and abs(high - low) % 12 not in ((0,) if t == last else (0, 7)):
            faults.append((t, "frame"))
        if t:
            faults += [
                (t, rule) for rule in _list_moves(cantus[t - 1 : t + 1], line[t - 1 : t + 1])
            ]
        if t > 1 and not _turns_back(*line[t - 2 : t + 1]):
            faults.append((t, "leaps"))
    if last and abs(line[-1] - line[-2]) not in STEPS:
        faults.append((last, "cadence"))
    return faults


def list_faults_of_four(chords) -> list[tuple[int, str]]:
    """As :func:`list_faults`, of four voices: ``chords`` are ``(bass, tenor, alto, soprano)`` as MIDI numbers.

    The names are those of ``counterpoint_rules.FOUR``.
    """
    chords = [tuple(int(p) for p in chord) for chord in chords]
    if not chords or any(len(chord) != 4 for chord in chords):
        raise ValueError("a chord has four notes here, from the bass up: give one or more of them")
    faults, last = [], len(chords) - 1
    for t, chord in enumerate(chords):
        faults += [(t, rule) for rule in _list_sounds(chord, t in (0, last))]
        if t:
            faults += [(t, rule) for rule in _list_moves_of_four(chords[t - 1], chord)]
    if last:
        top_before, top, bass = chords[-2][3], chords[-1][3], chords[-1][0]
        if abs(top - top_before) not in STEPS or (top - bass) % 12:
            faults.append((last, "cadence"))
    return faults


def share_without_fault(cantus, lines, without=()) -> float:
    """The share of lines ``(n, T)`` that break no rule but those of ``without``; 1 is best, NaN of no line."""
    good = [all(rule in without for _, rule in list_faults(cantus, line)) for line in lines]
    return float(np.mean(good)) if good else float("nan")


def share_reached(lines, known) -> float:
    """The share of ``known`` lines ``(K, T)`` that are among ``lines (n, T)``, however often; 1 is best.

    ValueError where nothing is known.
    """
    known = {tuple(line) for line in np.asarray(known).tolist()}
    if not known:
        raise ValueError(
            "no line is known that could be reached: drop a rule, or change the cantus"
        )
    return len(known & {tuple(line) for line in np.asarray(lines).tolist()}) / len(known)


def _list_moves(cantus, line) -> list[str]:
    """What a move of both voices breaks, from one note to the next."""
    (low_before, low), (before, now) = cantus, line
    broken = []
    kinds = [PERFECT.get(abs(b - a) % 12) for a, b in ((low_before, before), (low, now))]
    moved = low != low_before and now != before
    same_way = (low - low_before) * (now - before) > 0
    if kinds[1] and kinds[0] == kinds[1] and moved:
        broken.append("parallels")
    if kinds[1] and kinds[0] != kinds[1] and same_way:
        broken.append("hidden")
    if now == before:
        broken.append("repeats")
    elif abs(now - before) not in (*SUNG, OCTAVE):
        broken.append("melody")
    return broken


def _turns_back(earlier: int, before: int, now: int) -> bool:
    """Whether a leap, of a fourth or more, is followed by a second or third the other way."""
    leap, after = before - earlier, now - before
    return abs(leap) <= 4 or (leap * after < 0 and abs(after) in SMALL)


def _list_sounds(chord, outer: bool) -> list[str]:
    """What a chord breaks by itself."""
    bass, *upper = chord
    broken = []
    pairs = [(a, b) for i, a in enumerate(upper) for b in upper[i + 1 :]]
    if any(abs(p - bass) % 12 not in CONSONANT for p in upper) or any(
        abs(a - b) % 12 in (1, 2, 10, 11) for a, b in pairs
    ):
        broken.append("consonance")
    different = {p % 12 for p in chord}
    if outer and any((p - bass) % 12 not in (0, 3, 4, 6, 7) for p in upper):
        broken.append("complete")
    if not outer and len(different) < 3:
        broken.append("complete")
    if list(chord) != sorted(set(chord)):
        broken.append("order")
    return broken


def _list_moves_of_four(old, new) -> list[str]:
    """What a move from a chord to the next breaks."""
    broken = set()
    for a in range(4):
        for b in range(a + 1, 4):
            moves = _list_moves((old[a], new[a]), (old[b], new[b]))
            if "parallels" in moves:
                broken.add("parallels")
            if "hidden" in moves and (a, b) == (0, 3):
                broken.add("hidden")
    for before, now in zip(old[1:], new[1:]):
        if abs(now - before) not in (0, *SUNG):
            broken.add("melody")
    ways = [(now > before) - (now < before) for before, now in zip(old, new)]
    if abs(sum(ways)) == 4:
        broken.add("together")
    return sorted(broken)
