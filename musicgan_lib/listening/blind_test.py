"""Which is which? Trials that do not tell, and how many right answers beat a coin."""

from math import comb

from ..notes import Piece
from .player import Player, blind_player


def blind_test(
    a,
    b,
    *,
    labels=("real", "generated"),
    question: str = "",
    title: str = "Blind test",
    scored: bool = True,
    decibels=None,
    seed: int | None = None,
    draws: bool = False,
) -> Player:
    """Hear pairs without knowing which is which, guess, and see how often a coin does as well.

    ``a`` and ``b`` are pieces, or equally many pieces each: pair i is ``a[i], b[i]``. Both of a
    pair are cut to the same length in seconds and play equally loud; their order is drawn at the
    first click, or now where a ``seed`` is given. The question is which one comes from ``a``.
    Several pairs are scored after the last one alone, with the number of right answers that was needed
    (:func:`answers_needed`): a score that is seen on the way tempts to stop when it looks good.
    ``scored=False`` asks for a preference, which nobody gets wrong; ``decibels`` makes the two sides
    louder than the common level, to show what that does. With ``draws`` the piano roll draws what has been heard
    while it plays; by default the notes are hidden until the guess. Source: ours. Raises ValueError where ``a`` and
    ``b`` differ in number.
    """
    a, b = ([x] if isinstance(x, Piece) else list(x) for x in (a, b))
    if len(a) != len(b) or not a:
        raise ValueError(f"{len(a)} pieces against {len(b)}: give pairs")
    pieces = [piece for pair in zip(a, b) for piece in pair]
    question = question or f"Which one is {labels[0]}?"
    extra = None if decibels is None else list(decibels) * len(a)
    return blind_player(
        pieces,
        list(labels) * len(a),
        2,
        question,
        title,
        seed,
        scored=scored,
        decibels=extra,
        draws=draws,
    )


def guessing_tail(right: int, trials: int) -> float:
    """How often pure guessing gets at least this many of ``trials`` yes-or-no answers right.

    The binomial tail Σ_{i ≥ right} C(trials, i) / 2^trials. By hand: 3 of 3 is 1/8; 0 of n is 1.
    Source: the sign test. Raises ValueError outside 0 ≤ right ≤ trials.
    """
    if not 0 <= right <= trials:
        raise ValueError(f"{right} right of {trials} trials")
    return sum(comb(trials, i) for i in range(right, trials + 1)) / 2**trials


def answers_needed(trials: int, level: float = 0.05) -> int | None:
    """The fewest right answers that guessing reaches at most ``level`` of the time; None where even all do not.

    By hand: of 5 trials 5 (1/32 = 0.031); of 4 none (1/16 = 0.0625). Source: ours, by enumeration.
    """
    enough = (k for k in range(trials + 1) if guessing_tail(k, trials) <= level)
    return next(enough, None)
