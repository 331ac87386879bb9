"""The judge of the exercise of *First place goes to a control*."""

from ..exercise import checker


@checker("leaderboard-1")
def judge_find_front(find_front):
    def expect(points, wanted, why):
        got = [int(i) for i in find_front(list(points))]
        assert got == wanted, f"{why}: {wanted} of {points}, not {got}"

    expect([(1, 3), (2, 2), (3, 1)], [0, 1, 2], "each is best at something")
    expect([(1, 1), (2, 2)], [0], "a pair that is worse in both is beaten")
    expect(
        [(1, 1), (1, 2), (2, 1)], [0], "as good in one number and worse in the other is beaten, too"
    )
    expect([(2, 2), (2, 2), (3, 3)], [0, 1], "equal pairs do not beat each other")
    expect(
        [(3, 1), (2, 3), (1, 2), (4, 0)], [0, 2, 3], "the order of the places is that of the list"
    )
    expect([(5, 5)], [0], "one pair alone is not beaten")
    expect(
        [(0.5, 9), (0.6, 1), (0.55, 8), (0.7, 0.5)],
        [0, 1, 2, 3],
        "a poor second number does not lose alone",
    )
    expect([(1, 5), (2, 6), (3, 1)], [0, 2], "a beaten pair is out even where another beats none")
