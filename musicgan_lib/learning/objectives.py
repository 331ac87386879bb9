"""A reward of two parts: what a discriminator says of a melody, and what somebody wants of it.

Source: Guimaraes et al. (2017), ORGAN.
"""

import torch


def count_copies(sequences: torch.Tensor) -> torch.Tensor:
    """How often each sequence stands in its batch, itself included, ``(B, T) -> (B,)``."""
    return (sequences[:, None] == sequences[None]).all(2).sum(1)


def mix_rewards(verdict, worth, share: float, copies=1) -> torch.Tensor:
    """``share * verdict + (1 - share) * worth``, divided by the number of copies, ``(B,)`` each.

    ``share`` is the paper's lambda: 1 is the discriminator alone. ``copies`` is 1 where repetition is not fined.
    ValueError for a share outside 0 to 1, and for a reward that is no number.
    """
    if not 0 <= share <= 1:
        raise ValueError(
            f"share is {share}: choose 0 (the objective alone) to 1 (the verdict alone)"
        )
    paid = (share * verdict + (1 - share) * worth) / copies
    if not torch.isfinite(paid).all():
        raise ValueError("a reward is no finite number: look at the objective")
    return paid
