"""Judges of the exercises of the chapter on GAN and policy gradient."""

import numpy as np

from ..exercise import checker
from .asking import call, check, expect_word, list_given


@checker("gan-rl-1")
def judge_who_learns(who_learns):
    def learns(word, human, machine, said):
        got = call(who_learns, np.array(human), np.array(machine))
        assert got in ("discriminator", "generator"), 'return "discriminator" or "generator"'
        expect_word(got, word, said, given=list_given(who_learns, (human, machine)))

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
def judge_log_chance(log_chance):
    play = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1]])
    replay = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]])
    p, r = np.array([[0.6, 0.3, 0.8], [0.7, 0.9, 0.2], [0.4, 0.6, 0.5]]), np.full((3, 3), 0.25)
    r[0], r[2] = [0.1, 0.35, 0.45], [0.55, 0.4, 0.15]
    on, again = np.log(np.where(play, p, 1 - p)), np.log(np.where(replay, r, 1 - r))
    before, ones = np.vstack([0 * play[:1], play[:-1]]), play > 0
    held = ones & (before > 0)
    around, beside = np.roll(play, 1, 0), np.hstack([0 * play[:, :1], play[:, :-1]])
    wanted = on.sum() + again[held].sum()
    slips = {
        "replay is told of held keys, and says nothing elsewhere": on.sum() + again.sum(),
        "a key that is struck for the first time has no replay": on.sum() + again[ones].sum(),
        "a key that is silent now has no replay": on.sum() + again[before > 0].sum(),
        "before the first step all is silent": on.sum() + again[ones & (around > 0)].sum(),
        "held is what sounded in the step before, and not the key below": on.sum()
        + again[ones & (beside > 0)].sum(),
        "a sum over all cells, and not a mean": (
            on.mean() + again[held].mean(),
            wanted / 9,
            wanted / (9 + held.sum()),
        ),
        "zeros were chosen, too: they have 1 - p": on[ones].sum()
        + again[held & (replay > 0)].sum(),
        "the replay of held keys is chosen, too": on.sum(),
        "the play of every cell is chosen, too": again[held].sum(),
        "a logarithm, and not the probability itself": np.exp(wanted),
        "the logarithm itself, not its negative: mind the sign": -wanted,
    }
    said = "play counts in all cells, replay where a key sounds and sounded in the step before"
    check(log_chance, (play, replay, p, r), wanted, said, slips)
    sure = np.where(held, r, replay == 0)
    said = "probabilities of 0 or 1 where replay says nothing change nothing (0 times log 0)"
    check(log_chance, (play, replay, p, sure), wanted, said)
    long = np.zeros((64, 48), int), np.zeros((64, 48), int), np.full((64, 48), 0.5)
    said = "the product of 3,072 probabilities underflows to 0: add up logarithms"
    check(log_chance, (*long, long[2]), 3072 * np.log(0.5), said)
