"""Judges of the exercises on words."""

from ..exercise import checker


@checker("melody-chord-words-1")
def judge_pack(attempt):
    assert attempt([]) == 0, "no pitch, no bit"
    assert attempt([60]) == 1, "C is bit 0"
    assert attempt([48, 64, 67]) == 145, "C, E and G are bits 0, 4 and 7, in any octave"
    assert attempt([48, 60, 72]) == 1, "a class counts once, however often it sounds"
    assert attempt([71]) == 2048, "B is bit 11"


@checker("melody-chord-words-2")
def judge_survivors(attempt):
    assert attempt([["a", "b"], ["a", "c"]], 1) == 1, "with m = 1 everything is left"
    assert attempt([["a", "b"], ["a", "a"]], 2) == 0.5, "one rare symbol breaks a sequence"
    assert attempt([["a", "b"], ["b", "a"]], 2) == 1, "symbols are counted over all sequences together"
    assert attempt([["a"], ["b"]], 2) == 0, "nothing may be left"
