"""What a control takes away from a game of words: what the rewards say, or that the discriminator goes on learning.

A control takes one thing away from a variant and keeps all else: where a reward comes (at the end, at every step, or at
the end of every roll-out), estimator, baseline, and the number of updates.
"""

import torch

from ..models.draws import rand
from .settings import check_name

CONTROLS = ("random_reward", "zero_reward", "constant_reward", "frozen_discriminator")
#: The constant with which a reader of SeqGAN's code saw the oracle's score fall faster
CONSTANT = 2.0


def check_control(config, control: str | None) -> None:
    """ValueError for a control that there is not, and for one that takes nothing away or leaves nothing to learn from."""
    if control is None:
        return
    check_name("control", control, CONTROLS)
    if not config.adversarial:
        raise ValueError(f"{control} takes nothing away where adversarial is 0: nobody is paid")
    cancelled = control == "constant_reward" and config.baseline != "none"
    if (control == "zero_reward" or cancelled) and not _learns_without_reward(config):
        why = (
            "a reward of 0"
            if control == "zero_reward"
            else f"a constant less its {config.baseline}"
        )
        raise ValueError(
            f"{control} is no control here: {why} is no update, so the run would end with the pre-trained weights to "
            "the bit. Compare with the variant without a game, or take random_reward"
        )


def _learns_without_reward(config) -> bool:
    """Whether anything but the reward moves the policy."""
    priced = {
        "reinforce": False,
        "kl": config.beta > 0,
        "path_consistency": True,
        "merl_as_printed": True,
    }
    own = priced.get(config.estimator, config.alpha != 0)
    return own or config.likelihood > 0 or config.baseline == "critic"


def stand_in(control: str | None, generator):
    """What pays in the discriminator's place: a function ``actions, shape -> rewards``; None where it pays itself."""

    def zeros(actions, *shape):
        return torch.zeros(shape, device=actions.device)

    def constants(actions, *shape):
        return torch.full(shape, CONSTANT, device=actions.device)

    def dice(actions, *shape):
        return rand(*shape, generator=generator).to(actions.device)

    return {"zero_reward": zeros, "constant_reward": constants, "random_reward": dice}.get(control)


def teaches_judge(control: str | None) -> bool:
    """Whether the discriminator goes on learning during the game."""
    return control != "frozen_discriminator"
