"""Lines that keep the rules, beside a plain Python loop over the same rules: ``python tests/bench_rules.py``."""

import random
import time

import numpy as np

from musicgan_lib.data.cantus import DORIAN, to_pitch
from musicgan_lib.metrics.counterpoint import list_faults
from musicgan_lib.models.counterpoint import KEYS, make_two_voices


def may_follow(cantus, line, key) -> bool:
    """Whether a key may be the next note of a line; it stops at the first rule that says no."""
    t, last, low = len(line), len(line) == len(cantus) - 1, cantus[len(line)]
    kind = (key - low) % 12
    if kind not in (0, 3, 4, 7, 8, 9) or key < low or (key == low and 0 < t and not last):
        return False
    if t == 0:
        return kind in (0, 7)
    before, under = line[-1], cantus[t - 1]
    was, move, alike = (before - under) % 12, abs(key - before), (low - under) * (key - before) > 0
    if move not in (1, 2, 3, 4, 5, 7, 12) or (last and (kind or move > 2)):
        return False
    if kind in (0, 7) and (was == kind or (was != kind and alike)):
        return False
    leap = before - line[-2] if t > 1 else 0
    return abs(leap) < 5 or (leap * (key - before) < 0 and move < 5)


def draw_plainly(cantus, keys, rng) -> list[int]:
    """One line, each note drawn among those that may follow; where none may, the line begins again."""
    while True:
        line: list = []
        while len(line) < len(cantus):
            fit = [key for key in keys if may_follow(cantus, line, key)]
            if not fit:
                break
            line.append(rng.choice(fit))
        else:
            return line


def main(lines: int = 10_000, plain: int = 100) -> float:
    """How many lines come in the time of one by the plain loop, the graph made anew (aim: at least 20)."""
    cantus, keys = to_pitch(DORIAN).tolist(), to_pitch(KEYS).tolist()
    rng, own = random.Random(0), np.random.default_rng(0)
    began = time.process_time()
    drawn = [draw_plainly(cantus, keys, rng) for _ in range(plain)]
    slow = (time.process_time() - began) / plain
    assert not any(list_faults(cantus, line) for line in drawn)
    for name in ("draw_note_by_note", "draw"):
        began = time.process_time()
        getattr(make_two_voices(DORIAN), name)(lines, own)
        ratio = slow / ((time.process_time() - began) / lines)
        print(f"{name}: {ratio:,.0f} lines in the time of one by a plain loop (aim: >= 20)")
    return ratio


if __name__ == "__main__":
    main()
