"""What is too slow for every push: a share of it by the commit, all of it where ``MUSICGAN_WEEKLY`` is set."""

import os

from musicgan_lib import checkout


def turn(shares: int) -> int:
    """Which of so many shares it is this commit's turn to see; every share comes, as commits come."""
    return int(checkout.commit()[:8] or "0", 16) % shares


def pick(things, shares: int, always=()) -> list:
    """``always``, and of the other things one in ``shares``; all things where ``MUSICGAN_WEEKLY`` is set."""
    things = list(things)
    if os.environ.get("MUSICGAN_WEEKLY"):
        return things
    others = [thing for thing in things if thing not in always]
    return [*always, *others[turn(shares) % max(1, min(shares, len(others))) :: shares]]
