"""Music as tokens that a policy draws one after the other: its batches, fakes and likelihoods."""

import numpy as np
import torch

from ..data.windows import WindowCutter
from ..learning import losses, team
from ..models.draws import Dice
from .game import device_of
from .material import Material

DISCRIMINATOR_LOSSES = {
    "cross_entropy": losses.discriminator_loss,
    "least_squares": losses.least_squares_discriminator_loss,
}


class Batches:
    """Random windows of a split: every start that the tokens allow is equally likely, and no window spans two pieces.

    Where a split has no piece of ``length`` tokens its pieces are joined, as the papers do with all.
    """

    def __init__(self, data, split: str, length: int):
        pieces, others = data.pieces[split], data.other_keys if split == "train" else []
        if all(len(p) < length for p in pieces):
            often = 1 + length // max(sum(map(len, pieces)), 1)
            pieces, others = [np.concatenate([*pieces] * often)], []
        self.cutter = WindowCutter(pieces, length, "start", data.stride)
        #: Each piece in its own key, and in others where there are some
        self.keys = [[p, *o] for p, o in zip(pieces, others or [[]] * len(pieces))]

    def draw(self, n: int, generator, in_other_keys: bool = False) -> torch.Tensor:
        """``(n, length) int64``; the keys of the music, or a random key each where there are others."""
        dice = Dice(generator)
        which, starts = self.cutter.draw(n, dice)
        turns = dice.uniforms(n).tolist()
        if not in_other_keys:
            return torch.as_tensor(self.cutter.cut(which, starts))
        keys = [self.keys[i] for i in which]
        chosen = [of_piece[int(u * len(of_piece))] for of_piece, u in zip(keys, turns)]
        return torch.as_tensor(self.cutter.cut(range(n), starts, chosen))


class Tokens(Material):
    """Windows of tokens ``(B, T) int64``, a policy that draws them, and a discriminator that reads them whole."""

    learner = "policy"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.batches = Batches(data, "train", config.length)
        #: The validation windows that choose the weights, ``(n, length) int64``
        self.valid = torch.as_tensor(data.windows("valid", config.length))[: config.measure]

    def real(self, n, generator):
        return self.batches.draw(n, generator)

    def draw(self, state, n: int) -> torch.Tensor:
        """``n`` sequences of the policy as it is."""
        policy = state.modules["policy"].eval()
        return policy.sample(n, self.config.length, state.generator).actions

    def fakes(self, state, lessons, reading):
        return self.draw(state, self.config.batch * lessons).split(self.config.batch)

    def score(self, discriminator, batch):
        return discriminator.score(batch.to(device_of(discriminator)))

    def lesson(self, discriminator, real, fake, generator):
        lower = DISCRIMINATOR_LOSSES[self.config.discriminator_loss]
        loss = lower(self.score(discriminator, real), self.score(discriminator, fake))
        return loss, {"d_loss": loss.item()}

    def pretraining_loss(self, state):
        """Nats a token; of music in other keys, where there are some, for the first three fifths of the steps."""
        policy, config = state.modules["policy"], self.config
        in_other_keys = config.all_keys and state.step / config.pretrain < 0.6
        words = self.batches.draw(config.pretrain_batch, state.generator, in_other_keys)
        return policy.nll(words.to(device_of(policy)))

    def tell_pretraining(self, loss):
        return {"nll_batch": loss}

    def likelihood(self, state, weight):
        """Summed over the tokens of all sequences, of several processes over those of all.

        So is the signal's loss, and ``clip`` bounds one and the same gradient with and without this.
        """
        policy = state.modules["policy"]
        words = self.real(self.config.batch, state.generator).to(device_of(policy))
        return weight * team.size() * words.numel() * policy.nll(words)
