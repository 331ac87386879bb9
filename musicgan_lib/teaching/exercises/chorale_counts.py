"""Judge of the exercise of the chapter that counts four voices."""

from ..exercise import checker
from .asking import call, expect, list_given, to_list


@checker("chorale-counts-1")
def judge_steps(steps):
    def ask(line, start, wanted, rule, slips=None):
        found = to_list(call(steps, line, start), "a list of steps")
        assert len(found) == len(line), (
            f"one step for each sixteenth, rests included: {len(found)} for {len(line)}"
        )
        for pitch, step in zip(line, found):
            assert pitch >= 0 or step is None, (
                f"a rest has no step: None, not {step} (given {line}, {start})"
            )
        expect(found, wanted, rule, slips, "a list of steps", list_given(steps, (line, start)))

    ask(
        [60, 62, 62, 60],
        60,
        [0, 2, 0, -2],
        "from C to C no step, from C up to D two semitones",
        {
            "from C up to D is 2, downwards is negative: mind the sign": [0, -2, 0, 2],
            "downwards is negative: this only tells how far": [0, 2, 0, 2],
            "no step is 0, not None": [None, 2, None, -2],
            "the step from the pitch before, not to the next": [2, 0, -2, None],
            "each step starts from the last pitch sung, not from `start`": [0, 2, 2, 0],
            "downwards is negative: do not take steps modulo the octave": [0, 2, 0, 10],
        },
    )
    ask([67], 66, [1], "the first step starts from the pitch that is given")
    ask([60, 75], 60, [0, 15], "a step may be larger than an octave")
    goes_on = "after a rest the voice goes on from the pitch that it sang last"
    ask([67, -1, 67], 60, [7, None, 0], goes_on)
    ask([-1, -1, 70], 66, [None, None, 4], "rests at the beginning leave the start as it is")
    ask([0, 2], 0, [0, 2], "0 is a pitch, too; a rest is -1")
    line, found = [67, 67, 69, -1, -1, 65, 72], [1, 0, 2, None, None, -4, 7]
    ask(line, 66, found, "each step starts from the last pitch sung")
    higher = [p + 5 if p >= 0 else p for p in line]
    ask(higher, 71, found, "in another key the steps are the same")
