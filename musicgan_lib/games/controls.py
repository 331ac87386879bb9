"""What a control takes away: from the signal, from the network, or from the music, and one place to say so for each.

A control takes one thing away from a variant and keeps all else, the number of updates too. A game names those that make
sense for it (``Game.controls``), and refuses one that would change nothing of a variant, or leave it nothing to learn from.
"""

from dataclasses import replace

import torch

from ..data.shuffled import shuffle_time
from ..models.draws import rand

FROZEN = "frozen_discriminator"
#: On the signal: names, and what the signal is without. Each signal says in ``refuse_control`` where it is no control.
SIGNAL = {
    "zero_reward": "every reward is 0",
    "random_reward": "every reward is a throw of dice",
    "constant_reward": "every reward is the same number",
    FROZEN: "the discriminator learns nothing during the game",
    "no_adversary": "the generator goes on with what it was pre-trained by: as many updates, by the game's optimiser",
    "zero_updates": "the generator's updates are left out",
}
#: On the network: names, and the settings that stand in the variant's place
NETWORK: dict[str, dict] = {}
#: On the music: names, and what the training pieces become; validation and test music stays
MUSIC = {"shuffled_time": shuffle_time}
#: With which a reader of SeqGAN's code saw the oracle's score fall faster
CONSTANT = 2.0


def kind_of(control: str | None) -> str | None:
    """``"signal"``, ``"network"`` or ``"music"``; None for no control."""
    kinds = {"signal": SIGNAL, "network": NETWORK, "music": MUSIC}
    return next((kind for kind, names in kinds.items() if control in names), None)


def pay_instead(control: str | None, generator):
    """What pays in the discriminator's place: a function ``actions, shape -> rewards``; None where it pays itself."""

    def zeros(actions, *shape):
        return torch.zeros(shape, device=actions.device)

    def constants(actions, *shape):
        return torch.full(shape, CONSTANT, device=actions.device)

    def dice(actions, *shape):
        return rand(*shape, generator=generator).to(actions.device)

    payers = {"zero_reward": zeros, "constant_reward": constants, "random_reward": dice}
    return payers.get(control)


def change_network(config, control: str | None):
    """The settings under a control on the network; under any other those of the variant.

    ValueError where they are the variant's own.
    """
    changed = replace(config, **NETWORK.get(control, {}))
    if control in NETWORK and changed == config:
        raise ValueError(f"{control} takes nothing away: the variant is so already")
    return changed


def change_music(data, control: str | None):
    """The music under a control on it; under any other as it is."""
    return MUSIC[control](data) if control in MUSIC else data
