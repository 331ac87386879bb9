"""Judges of the exercises of *A Boltzmann machine draws whole chords; a memory tells it which come next*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("energy-1")
def judge_free_energy(free_energy):
    def ask(v, weight, b, c, rule, slips=None):
        felt = np.asarray(c, float) + np.asarray(weight, float) @ np.asarray(v, float)
        wanted = -np.dot(b, v) - np.logaddexp(0, felt).sum()
        check(free_energy, (v, weight, b, c), wanted, rule, slips, "one number", atol=1e-6)

    half = np.log(2)
    ask(
        [0, 0],
        [[1.0, 2.0]],
        [1.0, 1.0],
        [0.0],
        "silence and one idle hidden unit: -log 2, because both of its states count",
        {
            "a hidden unit that is off counts, too: log(1 + exp(x)), not x": (0.0,),
            "the sign: free energy is minus the logarithm of the sum": (half,),
        },
    )
    ask(
        [1, 0, 1],
        [[0.0, 0.0, 0.0]],
        [0.5, 7.0, 2.0],
        [0.0],
        "each pitch that sounds lowers the energy by its bias, and no other does",
        {"a pitch's bias lowers the energy where the pitch sounds: minus b v": (2.5 - half,)},
    )
    felt = np.array([0.3, -1.2])
    each = np.logaddexp(0, felt)
    ask(
        [0, 0],
        [[5.0, 5.0], [5.0, 5.0]],
        [0.0, 0.0],
        felt.tolist(),
        "hidden units are independent given the pitches: their terms are added, each with its own bias c",
        {
            "one term for all hidden units together: each unit has its own log(1 + exp(...))": (
                -float(np.logaddexp(0, felt.sum())),
                -float(np.log1p(np.exp(felt).sum())),
            ),
            "the hidden biases c are missing": (-2 * half,),
            "the sum over hidden units, not their mean": (-float(each.mean()),),
        },
    )
    ask(
        [1, 0, 1],
        [[0.5, 9.0, -1.0], [2.0, 9.0, 0.25]],
        [0.1, 0.2, 0.3],
        [0.4, -0.6],
        "row j of the weights belongs to hidden unit j, and only pitches that sound push it",
    )
    ask(
        [1],
        [[900.0]],
        [0.0],
        [0.0],
        "a unit that is pushed by 900 adds 900: exp(900) overflows, so compute log(1 + exp(x)) another way",
    )
    ask([1], [[-900.0]], [0.0], [0.0], "a unit that is held down by 900 adds nothing")


@checker("energy-2")
def judge_estimate(estimate):
    def ask(logs, base, rule, slips=None):
        wanted = base + np.logaddexp.reduce(np.asarray(logs, float)) - np.log(len(logs))
        check(estimate, (logs, base), wanted, rule, slips, "one number", atol=1e-6)

    ask(
        [0.0, 0.0],
        2.0,
        "weights of 1 change nothing: log Z of the base",
        {
            "the mean of the weights, not their sum: divide by the number of chains": (
                2.0 + np.log(2),
            ),
            "log Z of the base is missing: the weights say how much larger Z is than that": (0.0,),
        },
    )
    logs = [0.0, np.log(3.0)]
    ask(
        [float(x) for x in logs],
        1.0,
        "the logarithm of the mean weight: weights 1 and 3 have the mean 2",
        {
            "this is the mean of the logarithms: the weights are averaged first, then comes the logarithm": (
                1.0 + float(np.mean(logs)),
            ),
            "this is Z over its base, and log Z was asked": (1.0 + 2.0, 2.0 * np.e),
            "the largest weight alone": (1.0 + float(np.log(3.0)),),
            "log Z of the base is added, not taken away": (float(np.log(2.0)) - 1.0,),
        },
    )
    ask([-1.0, -2.0, -4.0], -3.0, "any number of chains, and a negative base")
    ask([1000.0, 998.0], 0.0, "weights of exp(1000) overflow: take the largest out before exp")
    ask([-1000.0, -1002.0], 0.0, "weights of exp(-1000) vanish: take the largest out before exp")
