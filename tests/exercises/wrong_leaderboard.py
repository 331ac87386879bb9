"""Answers that look right and are not."""


def find_front_of_strict_wins(points):
    return [i for i, p in enumerate(points) if not any(q[0] < p[0] and q[1] < p[1] for q in points)]


WRONG = {"leaderboard-1": find_front_of_strict_wins}
