"""What is too slow for every push: a few by the commit, all of it where ``MUSICGAN_WEEKLY`` is set."""

import math
import os

from musicgan_lib import checkout


def turn(shares: int) -> int:
    """Which of so many shares it is this commit's turn to see; every share comes, as commits come."""
    return int(checkout.commit()[:8] or "0", 16) % shares


def rests(place: int, shares: int = 2) -> bool:
    """Whether the thing at this place of a list is left out this time: each runs with one commit in ``shares``."""
    return not os.environ.get("MUSICGAN_WEEKLY") and place % shares != turn(shares)


def pick(things, n: int, always=()) -> list:
    """``always``, and about ``n`` of the other things, others with each commit; all where ``MUSICGAN_WEEKLY`` is set.

    However many things there come to be, a push takes as long as before.
    """
    things = list(things)
    if os.environ.get("MUSICGAN_WEEKLY"):
        return things
    others = [thing for thing in things if thing not in always]
    shares = max(1, math.ceil(len(others) / n))
    return [*always, *others[turn(shares) :: shares]]
