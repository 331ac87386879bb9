"""Batches, samples and likelihoods of tones, as numbers or as symbols, for one and the same game."""

import torch
from torch.nn.functional import mse_loss

from ...learning.relaxations import relaxed_run
from ...models.seqgan import Sampler
from ...models.tone_gan import one_hot
from .. import tones
from ._words import Batches


class Numbers:
    """Batches, samples and squared errors of tones that are real numbers. A batch is a list of one tensor."""

    @staticmethod
    def shape(batch):
        """A batch as the discriminator takes it."""
        return batch[0]

    def __init__(self, data, config):
        self.data, self.config = data, config
        self.pieces = [torch.as_tensor(p) for p in data.pieces["train"] if len(p) >= config.length]
        if not self.pieces:
            raise ValueError(
                f"no training piece has {config.length} cells: choose a smaller length"
            )

    def real(self, n, generator, length=None) -> list[torch.Tensor]:
        length = length or self.config.length
        picks = torch.randint(len(self.pieces), (n,), generator=generator).tolist()
        places = torch.rand(n, generator=generator).tolist()
        cut = []
        for i, u in zip(picks, places):
            start = int(u * (len(self.pieces[i]) - length + 1))
            cut.append(self.pieces[i][start : start + length])
        return [torch.stack(cut)]

    def fake(self, player, n, generator, slope):
        noise = torch.rand(n, self.config.length, player.width, generator=generator)
        return [player.free_run(noise)]

    def likelihood_loss(self, player, length, generator):
        (real,) = self.real(self.config.batch, generator, length)
        return mse_loss(player.predict(real, torch.rand(real.shape, generator=generator)), real)


class Symbols:
    """The same of tones that are symbols: a list of one-hot tensors, one a field."""

    @staticmethod
    def shape(batch):
        return batch

    def __init__(self, data, config):
        self.words, self.config = tones.tone_words(data), config
        self.batches = Batches(self.words, "train", config.length)

    def real(self, n, generator):
        return one_hot(self.batches.draw(n, generator), self.words.sizes)

    def fake(self, player, n, generator, slope):
        if slope:
            return relaxed_run(player, n, self.config.length, generator)
        words = Sampler(player).run(n, self.config.length, generator).actions
        return one_hot(words, self.words.sizes)

    def likelihood_loss(self, player, length, generator):
        return player.nll(self.batches.draw(self.config.batch, generator)[:, :length])
