"""Batches, samples and likelihoods of tones, as numbers or as symbols, for one and the same game."""

import torch
from torch.nn.functional import mse_loss

from ..data.tone_tokens import tone_tokens
from ..learning.relaxations import relaxed_run
from ..models.draws import rand, randint
from ..models.tone_gan import one_hot
from .game import device_of


def draw_windows(pieces, n: int, length: int, generator) -> torch.Tensor:
    """``(n, length, …)``: every piece is equally likely, then every start in it; pieces shorter than ``length`` never."""
    pieces = [p for p in pieces if len(p) >= length]
    picks = randint(len(pieces), n, generator).tolist()
    places = rand(n, generator=generator).tolist()
    starts = [int(u * (len(pieces[i]) - length + 1)) for i, u in zip(picks, places)]
    return torch.stack([pieces[i][s : s + length] for i, s in zip(picks, starts)])


class Numbers:
    """Batches, samples and squared errors of tones that are real numbers. A batch is a list of one tensor."""

    @staticmethod
    def shape(batch):
        """A batch as the discriminator takes it."""
        return batch[0]

    def __init__(self, data, config):
        self.data, self.config = data, config
        self.pieces = [torch.as_tensor(p) for p in data.pieces["train"] if len(p) >= config.length]

    def real(self, n, generator, length=None) -> list[torch.Tensor]:
        return [draw_windows(self.pieces, n, length or self.config.length, generator)]

    def fake(self, player, n, generator, slope):
        noise = rand(n, self.config.length, player.width, generator=generator)
        return [player.free_run(noise.to(device_of(player)))]

    def likelihood_loss(self, player, length, generator):
        (real,) = self.real(self.config.batch, generator, length)
        noise, real = rand(*real.shape, generator=generator), real.to(device_of(player))
        return mse_loss(player.predict(real, noise.to(real.device)), real)


class Symbols:
    """The same of tones that are symbols: a list of one-hot tensors, one a field."""

    @staticmethod
    def shape(batch):
        return batch

    def __init__(self, data, config):
        self.words, self.config = tone_tokens(data), config
        pieces = self.words.pieces["train"]
        self.pieces = [torch.as_tensor(p) for p in pieces if len(p) >= config.length]

    def real(self, n, generator):
        words = draw_windows(self.pieces, n, self.config.length, generator)
        return one_hot(words, self.words.sizes)

    def fake(self, player, n, generator, slope):
        if slope:
            return relaxed_run(player, n, self.config.length, generator)
        words = player.sample(n, self.config.length, generator).actions
        return one_hot(words, self.words.sizes)

    def likelihood_loss(self, player, length, generator):
        words = draw_windows(self.pieces, self.config.batch, self.config.length, generator)
        return player.nll(words[:, :length].to(device_of(player)))
