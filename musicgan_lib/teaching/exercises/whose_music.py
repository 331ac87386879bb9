"""The judge of the exercise of *Most machines here copy less than real music repeats itself*."""

from ..exercise import checker


@checker("whose-music-1")
def judge_longest_copy_in_any_key(longest_copy_in_any_key):
    def expect(pitches, corpus, wanted, why):
        got = longest_copy_in_any_key(list(pitches), [list(row) for row in corpus])
        assert got == wanted, f"{why}: {wanted} notes of {pitches} in {corpus}, not {got}"

    expect([60, 62, 64], [[60, 62, 64]], 3, "the same notes are a copy")
    expect([60, 62, 64], [[67, 69, 71]], 3, "the same melody a fifth higher is one, too")
    expect(
        [60, 62, 64],
        [[64, 62, 60]],
        1,
        "backwards it is another melody, and one note alone is always there",
    )
    expect([60, 62, 64, 65], [[50, 52], [70, 72, 74]], 3, "the longest of all rows counts")
    expect(
        [60, 62, 64, 65], [[60, 62], [64, 65]], 2, "a copy stands in one row, and not across two"
    )
    expect([60, 67, 60, 62, 64], [[1, 3, 5, 99]], 3, "it may begin anywhere, in both")
    expect([60, 60, 60, 60], [[40, 40, 40]], 3, "notes that repeat are a move of nothing")
    expect([60, 72], [[60, 60]], 1, "an octave is a move: octaves count")
    expect([60], [[40, 41]], 1, "one note stands in any row that has one")
    expect([], [[1, 2]], 0, "no note has no copy")
    expect([60, 61], [[]], 0, "an empty row holds nothing")
