"""Judges of the exercises of the chapter on GAN and policy gradient."""

import numpy as np

from ..exercise import checker
from .asking import ask, expect, expect_word


@checker("gan-rl-1")
def judge_who_learns(who_learns):
    def learns(word, human, machine, said):
        got = ask(who_learns, np.array(human), np.array(machine))
        assert got in ("discriminator", "generator"), 'return "discriminator" or "generator"'
        expect_word(got, word, f"{said} (human {human}, machine {machine})")

    said = "a gap of human minus machine of 0.6: the discriminator is ahead"
    learns("generator", [0.9, 0.9], [0.3, 0.3], said)
    learns("discriminator", [0.9, 0.9], [0.85, 0.85], "a gap of 0.05 is below 0.1")
    said = "a gap of 0.2 is below 0.3, and the mean of human is below 0.8"
    learns("discriminator", [0.7, 0.7], [0.5, 0.5], said)
    said = "a gap of 0.5 is not below 0.3, however low the mean of human"
    learns("generator", [0.7, 0.7], [0.2, 0.2], said)
    said = "a gap of 0.2 is not below 0.1, and the mean of human is not below 0.8"
    learns("generator", [0.9, 0.9], [0.7, 0.7], said)
    learns("generator", [0.8, 0.8], [0.6, 0.6], "a mean of human of 0.8 is not below 0.8")
    said = "pair by pair a gap below 0 counts 0, and then the mean is taken: 0.4, 0 and 0 make 0.13"
    learns("generator", [0.95, 0.75, 0.8], [0.55, 0.95, 0.9], said)
    said = "a gap below 0 counts 0, and not by its size: 0, 0 and 0 make 0"
    learns("discriminator", [0.9, 0.8, 0.85], [0.9, 0.99, 0.99], said)
    said = "gaps of 0 count 0 and stay in the mean: 0, 0 and 0.24 make 0.08"
    learns("discriminator", [0.9, 0.9, 0.9], [0.9, 0.9, 0.66], said)


@checker("gan-rl-2")
def judge_compare_by_opening(compare_by_opening):
    r = np.array([[0.0, 0.3, 0.9], [5.0, 5.3, 5.6]])
    own, everybody = r.sum(1, keepdims=True), r.sum()
    wanted = r - (own - r) / 2
    best_other = [[0.9, 0.9, 0.3], [5.6, 5.6, 5.3]]
    mistakes = {
        "the mean of the others does not hold the reward itself": r - own / 3,
        "the others are continuations of the same opening, one row": r - r[::-1],
        "one mean for everybody: each opening has its own": r - everybody / 6,
        "all others of the batch: only those of the same opening count": r - (everybody - r) / 5,
        "there are k - 1 others, so divide their sum by k - 1": r - (own - r) / 3,
        "all others of the row, and not a neighbour alone": r - np.roll(r, 1, axis=1),
        "all others of the row, and not the next alone": r - np.roll(r, -1, axis=1),
        "the sign: the reward minus the mean of the others": -wanted,
        "do not divide by the spread: how far rewards differ counts": wanted
        / r.std(1, keepdims=True),
        "the mean of the others, and not the best of them": r - best_other,
    }
    said = f"each reward minus the mean of the other two of its row, for {r.tolist()}"
    expect(ask(compare_by_opening, r), wanted, said, mistakes, atol=1e-6)
    said = "two continuations: 1 against the other's 0, and 0 against the other's 1"
    expect(ask(compare_by_opening, np.array([[1.0, 0.0]])), [[1, -1]], said)
