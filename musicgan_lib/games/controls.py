"""What a control takes away, and one place to say so for each kind: from the signal, the music, or the network.

A control takes one thing away from a variant and keeps all else, the number of updates too. Those on the signal and
on the music stand here by name, and a game lists those that make sense for it (``Game.controls``). A control on the
network is other settings, so it stands on the card of its system (``System.controls``). All are refused where they
would change nothing of a variant: on the signal each signal knows where (``Signal.refuse_control``).
"""

import torch

from ..data.shuffled import shuffle_order, shuffle_times
from ..models.draws import rand

FROZEN = "frozen_discriminator"
#: On the signal: names, and what becomes of it
SIGNAL = {
    "zero_reward": "every reward is 0",
    "random_reward": "every reward is a throw of dice",
    "constant_reward": "every reward is the same number",
    FROZEN: "the discriminator learns nothing during the game",
    "no_adversary": "the generator goes on with what it was pre-trained by: as many updates, by the game's optimiser",
    "zero_updates": "the generator's updates are left out",
}
#: On the music: names, and what the data become; validation and test music stays
MUSIC = {"shuffled_order": shuffle_order, "shuffled_times": shuffle_times}
#: With which a reader of SeqGAN's code saw the oracle's score fall faster
CONSTANT = 2.0


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


def change_music(data, control: str | None):
    """The music under a control on it; under any other as it is."""
    return MUSIC[control](data) if control in MUSIC else data
