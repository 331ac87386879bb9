"""How well questions are answered: by the share of right answers, by class, and by the rule of the skyline."""

import numpy as np


def share_right(told, answers) -> float:
    """The share of answers that were told; both ``(n,)`` whole numbers, NaN of none."""
    told, answers = np.asarray(told), np.asarray(answers)
    return float((told == answers).mean()) if len(answers) else float("nan")


def balance_right(told, answers) -> float:
    """The share that is right of each class, and the mean over the classes that come: 1 over their number by luck.

    Whoever always says the same gets that, too, however often this answer is right. Higher is better; NaN of none.
    """
    told, answers = np.asarray(told), np.asarray(answers)
    found = [(told[answers == k] == k).mean() for k in np.unique(answers)]
    return float(np.mean(found)) if found else float("nan")


def find_majority(answers) -> int:
    """The commonest of ``(n,)`` whole numbers from 0, the least of several; ValueError of none."""
    answers = np.asarray(answers)
    if not len(answers):
        raise ValueError("there is no commonest answer among none")
    return int(np.bincount(answers).argmax())


def call_skyline(begins, position, pitch) -> np.ndarray:
    """1 for the highest of the notes that begin together, 0 for all others, ``(N,)`` each ``-> (N,)``.

    ``begins`` is true where a note is the first of its bar. Of two as high the one that stands first is called. Source:
    the skyline of Uitdenbogerd and Zobel (1998), without what it does to notes that overlap.
    """
    moment = np.stack([np.cumsum(begins), position], 1)
    called = np.zeros(len(moment), np.int64)
    for at in np.unique(moment, axis=0):
        (together,) = np.nonzero((moment == at).all(1))
        called[together[np.argmax(np.asarray(pitch)[together])]] = 1
    return called
