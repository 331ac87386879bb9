"""Judges of the exercises of *At α = 1 and length 100, the reward is one part in 300*."""

import numpy as np
from scipy.special import logsumexp, softmax

from ..exercise import checker
from .asking import agree, call, check, expect, to_list, to_numbers


@checker("maximum-entropy-rl-1")
def judge_best_of_both(best_of_both):
    r, old = np.array([0.0, 0.5, 1.0, 0.2]), np.array([0.4, 0.3, 0.1, 0.2])
    a, b, log = 0.5, 0.2, np.log(old)
    wanted = softmax((r + b * log) / (a + b))
    share = "the old policy enters with the power beta / (alpha + beta)"
    check(
        best_of_both,
        (r, a, b, old),
        wanted,
        "another distribution is worth more: both prices multiply log pi, so they add up below",
        {
            "probabilities sum to 1: rescale": np.exp((r + b * log) / (a + b)),
            "probabilities sum to 1: these are the exponents": (r + b * log) / (a + b),
            "beta and the old policy have to enter": softmax(r / a),
            "alpha, the price of entropy, has to enter": softmax(r / b + log),
            f"{share}: here it enters whole": softmax(r / (a + b) + log),
            f"{share}, not alpha / (alpha + beta)": softmax((r + a * log) / (a + b)),
            f"{share}, and not with minus": softmax((r - b * log) / (a + b)),
            f"{share}: take its logarithm in the exponent": softmax((r + b * old) / (a + b)),
            "divide by the price alpha + beta, do not multiply": softmax((r + b * log) * (a + b)),
            "both prices multiply log pi: divide by alpha + beta, not by the difference": softmax(
                (r + b * log) / (a - b)
            ),
            "the reward is divided by alpha + beta, too": softmax(r + b / (a + b) * log),
            "a price above 0 spreads the policy: not the best alone": np.eye(4)[2],
        },
        "one probability for each sequence",
    )
    entropy = "with beta 0 the reference does not enter: this is ME-2"
    check(best_of_both, (r, 0.5, 0.0, old), softmax(r / 0.5), entropy)
    check(best_of_both, (r, 0.0, 0.5, old), softmax(r / 0.5 + log), "with alpha 0 this is ME-3")
    flood = "at a small price e to the reward over it overflows: take the largest out first"
    check(best_of_both, (r, 1e-4, 0.0, old), [0, 0, 1, 0], flood)


@checker("maximum-entropy-rl-2")
def judge_soft_values(soft_values):
    score, alpha = np.random.default_rng(0).random((2, 2, 2)), 0.5
    pasts = "the empty past first, then one value for each past of one note, of two"
    found = call(soft_values, score, alpha)
    got = [to_numbers(v) for v in to_list(found, "a list of values")]
    shapes = [np.shape(v) for v in got]
    slips = {
        "the empty past comes first: this begins at the end": [(2, 2), (2,), ()],
        "after the last note nothing is to come: the rewards are no values": [
            (),
            (2,),
            (2, 2),
            (2, 2, 2),
        ],
        "the empty past has a value, too: a scalar array": [(2,), (2, 2)],
        "one step after the other, as many as axes: this makes two": [(), (2, 2)],
    }
    for sentence, wrong in slips.items():
        assert shapes != wrong, sentence
    assert shapes == [(), (2,), (2, 2)], f"{pasts}: expected shapes (), (2,), (2, 2), got {shapes}"
    z = score / alpha
    last = "V = alpha log sum exp(Q / alpha) over the last action"
    expect(
        got[2],
        alpha * logsumexp(z, -1),
        last,
        {
            f"{last}: this is the max, for alpha 0": score.max(-1),
            f"{last}: this is the mean": score.mean(-1),
            f"{last}: alpha is missing": logsumexp(score, -1),
            f"{last}: multiply by alpha, too": logsumexp(z, -1),
            f"{last}: a sum, not a mean of the exponentials": alpha * np.log(np.exp(z).mean(-1)),
            "the *last* action is summed over first: this takes the first axis": alpha
            * logsumexp(z, 0),
            "a soft value pays entropy, too: this is the mean reward alone": (
                softmax(z, -1) * score
            ).sum(-1),
        },
    )
    before = "values of a step are the Q of the step before"
    expect(got[1], alpha * logsumexp(z, (1, 2)), before)
    whole = f"the first value is alpha log Z over all sequences: {before}"
    expect(got[0], alpha * logsumexp(z), whole)
    four = call(soft_values, np.zeros((3, 3, 3, 3)), 1.0)
    counted = np.log(81), "any number of notes and symbols: of 81 equal sequences, log 81"
    expect(four[0], *counted)
    sharp = to_numbers(call(soft_values, score, 1e-4)[0])
    assert np.isfinite(sharp).all(), "exp overflows at a small alpha: take the largest out first"
    assert agree(np.round(sharp, 2), np.round(score.max(), 2)), (
        "as alpha goes to 0 the value is that of the best sequence"
    )
