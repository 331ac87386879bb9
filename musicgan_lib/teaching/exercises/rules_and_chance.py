"""Judges of the exercises of *Nine rules leave 1,056 lines of four trillion*."""

from ..exercise import checker


@checker("rules-and-chance-1")
def judge_find_parallels(find_parallels):
    def ask(low, high):
        found = find_parallels(list(low), list(high))
        assert found is not None, "return a list of places; got None"
        return [int(place) for place in found]

    got = ask([60, 62], [67, 69])
    assert got == [1], f"C-G and then D-A are two fifths in a row, at place 1: got {got}"
    got = ask([60, 62], [64, 65])
    assert got == [], f"thirds may follow one another: C-E, D-F gave {got}"
    got = ask([60, 65], [64, 69])
    assert got == [], f"major thirds may follow one another, too: C-E, F-A gave {got}"
    got = ask([60, 62], [72, 74])
    assert got == [1], f"octaves count, too: C-C, D-D gave {got}"
    got = ask([60, 62], [79, 81])
    assert got == [1], f"a fifth and an octave more is a fifth: C-G', D-A' gave {got}"
    got = ask([60, 65], [67, 77])
    assert got == [], f"a fifth and then an octave are not of the same kind: C-G, F-F gave {got}"
    got = ask([60, 60], [67, 67])
    assert got == [], f"two fifths that stay where they are do not move: got {got}"
    got = ask([60, 60], [60, 72])
    assert got == [], f"a unison and an octave over one C: one voice does not move, got {got}"
    got = ask([65, 62], [72, 81])
    assert got == [1], (
        f"voices that move apart arrive at parallels, too: F-C, D-A above it gave {got}"
    )
    got = ask([60, 62, 64, 65, 67], [67, 69, 72, 72, 74])
    assert got == [1, 4], f"places count from 0, and all are named: wanted [1, 4], got {got}"
    got = ask([62], [69])
    assert got == [], f"one interval has none before it: got {got}"


@checker("rules-and-chance-2")
def judge_count_lines(count_lines):
    def ask(follow, length):
        given = [list(nexts) for nexts in follow]
        got = count_lines(given, length)
        assert got is not None, "return a whole number; got None"
        assert given == [list(nexts) for nexts in follow], "leave `follow` as it was given"
        return int(got)

    steps = [[1], [0, 2], [1]]
    got = ask(steps, 1)
    assert got == 3, f"a line of one note: as many as there are notes, 3, got {got}"
    got = ask(steps, 2)
    assert got == 4, f"two notes, each a step from the other of three keys: 4, got {got}"
    got = ask(steps, 5)
    assert got == 12, f"five notes by step on three keys: 12, got {got}"
    got = ask([[1], []], 2)
    assert got == 1, f"nothing may follow note 1, and still it may end a line: 1, got {got}"
    got = ask([[1], []], 3)
    assert got == 0, f"a dead end cannot be gone on from: no line of three notes, got {got}"
    got = ask([[0, 1], [1]], 4)
    assert got == 5, (
        f"one-way moves: 0 may go to 1 and never back, 5 lines of four notes, got {got}"
    )
    got = ask(steps, 0)
    assert got == 0, f"a length of 0 gives 0: got {got}"
    got = ask([[]], 1)
    assert got == 1, f"one note that nothing follows is one line of one note: got {got}"
    got = ask([[0, 1, 2]] * 3, 9)
    assert got == 3**9, f"nine notes without a rule on three keys: 3**9 = 19683, got {got}"
