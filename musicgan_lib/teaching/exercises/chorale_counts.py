"""Judge of the exercise of the chapter that counts four voices."""

from ..exercise import checker


@checker("chorale-counts-1")
def judge_steps(steps):
    def ask(line, start):
        kept = list(line)
        found = list(steps(line, start))
        assert line == kept, "leave the line that you were given alone"
        assert len(found) == len(line), "one step for each sixteenth"
        return found

    assert ask([60, 62], 60) == [0, 2], "from C to C no step, from C up to D two semitones"
    assert ask([67], 66) == [1], "the first step starts from the pitch that is given"
    assert ask([66, 64], 66) == [0, -2], "downwards is negative"
    rests = ask([67, -1, 67], 60)
    assert rests[1] is None, "a rest has no step: None"
    assert rests == [7, None, 0], "after a rest the voice goes on from the pitch that it sang last"
    assert ask([-1, -1, 70], 66) == [None, None, 4], (
        "rests at the beginning leave the start as it is"
    )
    line = [67, 67, 69, -1, -1, 65, 72]
    found = ask(line, 66)
    assert found == [1, 0, 2, None, None, -4, 7], "each step starts from the last pitch sung"
    higher = [p + 5 if p >= 0 else p for p in line]
    assert ask(higher, 71) == found, "in another key the steps are the same"
