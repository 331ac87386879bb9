"""What one policy took up and gave up against another, at single steps of the same music."""

import numpy as np
import torch


@torch.no_grad()
def step_probabilities(policy, words, batch: int = 32) -> np.ndarray:
    """What a policy expects at every place of given music: ``(N, T) -> (N, T, V) float64``, sums to 1.

    Row t is π(·|s_t), after the words before t of the music itself, whoever would have written them.
    ValueError for a policy of factored words, whose list of possible words is too long to write out.
    """
    if len(policy.sizes) != 1:
        raise ValueError(f"words of {len(policy.sizes)} fields have no short list of probabilities")
    was = policy.training
    policy.eval()
    logits = [
        policy.logits(0, policy.states(part), []) for part in torch.as_tensor(words).split(batch)
    ]
    policy.train(was)
    return torch.cat(logits).double().softmax(-1).cpu().numpy()


def mass_outside(p, reference, k: int = 20) -> np.ndarray:
    """How much probability ``p`` puts on words that are not among the reference's ``k`` likeliest.

    ``p, reference (..., V) -> (...)``, 0..1. Of words equally likely, those of lower number are taken.
    The reference has mass outside, too (``mass_outside(reference, reference)``): compare with it.

    >>> mass_outside(np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.3, 0.2]), k=2).round(6)
    0.7

    Source: Bjare and Meredith (2020), figure 2 and section 5, as a number; ours.
    """
    if not 0 < k <= np.shape(p)[-1]:
        raise ValueError(f"k is {k}, but there are {np.shape(p)[-1]} words")
    likeliest = np.argsort(-np.asarray(reference), axis=-1, kind="stable")[..., :k]
    return 1 - np.take_along_axis(np.asarray(p), likeliest, -1).sum(-1)


def dropped_mass(p, reference, factor: float = 10.0) -> np.ndarray:
    """How much of the reference's probability lay on words that ``p`` made ``factor`` times rarer, or more.

    ``p, reference (..., V) -> (...)``, 0..1; 0 where nothing was given up.

    >>> dropped_mass(np.array([0.9, 0.07, 0.03]), np.array([0.4, 0.3, 0.3])).round(6)
    0.3

    Source: ours.
    """
    p, reference = np.asarray(p), np.asarray(reference)
    return np.where(p * factor <= reference, reference, 0.0).sum(-1)
