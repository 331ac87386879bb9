"""Judging the unfinished: a discriminator that reads beginnings, and a reward for every step from it.

Shown beginnings that were cut at random, of real and of made sequences, the best discriminator says of a beginning how
likely it is real: the mean of what it would say of the whole, over all sequences, real or made, that begin so. Source:
Li et al. (2017), section 3.2, the second of its two ways.
"""

import torch


def draw_cuts(n: int, first: int, length: int, uniform) -> torch.Tensor:
    """How many notes of each sequence are read, ``(n,) int64``, each of ``first`` to ``length`` as likely.

    ``uniform (n,)`` are numbers from 0 to 1.
    """
    if not 1 <= first <= length:
        raise ValueError(f"cuts begin at {first}: choose 1 to {length}, the length")
    return first + (uniform * (length - first + 1)).long().clamp(max=length - first)


def read_at(step_logits: torch.Tensor, cuts: torch.Tensor) -> torch.Tensor:
    """What is said after the first ``cuts`` notes of each sequence, ``(B, T), (B,) -> (B,)``."""
    return step_logits.gather(1, (cuts - 1)[:, None])[:, 0]


def pay_steps(step_logits: torch.Tensor, opening: int, at_end: bool = False) -> torch.Tensor:
    """What each note earns, ``(B, T)``: the probability that the beginning up to it is real; of the opening 0.

    ``at_end``: what is said of the whole is every note's. It is a return: nothing is summed over the steps after.
    """
    said = step_logits.sigmoid()
    said = said[:, -1:].expand_as(said).clone() if at_end else said.clone()
    said[:, :opening] = 0
    return said
