"""Tones as real numbers or as symbols, for one and the same game: batches, what a generator makes, likelihoods."""

from abc import abstractmethod
from contextlib import nullcontext

import torch
from torch.nn.functional import mse_loss

from ..data.tone_tokens import tone_tokens
from ..data.windows import WindowCutter
from ..learning import losses
from ..learning.balance import curriculum
from ..learning.relaxations import relaxed_run
from ..models.draws import Dice, rand
from ..models.tone_gan import one_hot
from .game import device_of
from .material import Material
from .tone_measures import Yardstick


class Tones(Material):
    """Windows of training tones. A batch is a list of tensors ``(B, T, …)``, so that fields may differ in size.

    A piece is as likely as any other, however many tones it has.
    """

    learner = "player"

    def __init__(self, config, data, pieces):
        super().__init__(config, data)
        #: Those that are as long as a song, whatever length is asked for
        self.pieces = [p for p in pieces["train"] if len(p) >= config.length]
        self.cutter = WindowCutter(self.pieces, config.length, "piece")
        #: Validation music, by which the generator is chosen
        self.yardstick = Yardstick(data, "valid", config)

    @abstractmethod
    def fake(self, player, n: int, generator, slope: bool) -> list[torch.Tensor]:
        """``n`` songs of a generator; with ``slope`` a gradient finds its way back."""

    @abstractmethod
    def shape(self, batch: list[torch.Tensor]):
        """A batch as the discriminator takes it."""

    @abstractmethod
    def likelihood_loss(self, player, length: int, generator):
        """How far the generator's next tones are from those of a batch of this length."""

    def fakes(self, state, lessons, reading):
        for _ in range(lessons):
            with torch.no_grad():
                made = self.fake(
                    state.modules["player"], self.config.batch, state.generator, slope=False
                )
            yield made

    def score(self, discriminator, batch):
        return discriminator.score(self.shape(batch))

    def count(self, batch):
        return len(batch[0])

    def lesson(self, discriminator, real, fake, generator):
        """As of every game; with ``penalty`` the squared slope at real songs is lowered, too, and not logged."""
        penalty, device = self.config.penalty, device_of(discriminator)
        real = [r.to(device) for r in real]
        real = [r.requires_grad_(bool(penalty)) for r in real]
        # cuDNN's kernels have no second derivative
        with torch.backends.cudnn.flags(enabled=False) if penalty else nullcontext():
            of_real = self.score(discriminator, real)
        loss = losses.discriminator_loss(of_real, self.score(discriminator, fake))
        numbers = {"d_loss": loss.item()}
        if penalty:
            slopes = torch.autograd.grad(of_real.sum(), real, create_graph=True)
            loss = loss + penalty * sum(s.square().flatten(1).sum(1).mean() for s in slopes)
        return loss, numbers

    def pretraining_loss(self, state):
        """In the curriculum songs grow in six epochs, each by four cells; then they are whole."""
        config, length = self.config, self.config.length
        if state.step < config.curriculum:
            length = curriculum(6 * state.step // config.curriculum, longest=length)
        return self.likelihood_loss(state.modules["player"], length, state.generator)

    def likelihood(self, state, weight):
        length = self.config.length
        return weight * self.likelihood_loss(state.modules["player"], length, state.generator)


class Numbers(Tones):
    """Tones that are real numbers: a batch is a list of one tensor ``(B, T, width)``."""

    def __init__(self, config, data):
        super().__init__(config, data, data.pieces)

    def real(self, n, generator, length=None):
        cutter = WindowCutter(self.pieces, length, "piece") if length else self.cutter
        return [torch.as_tensor(cutter.cut(*cutter.draw(n, Dice(generator))))]

    def fake(self, player, n, generator, slope):
        noise = rand(n, self.config.length, player.width, generator=generator)
        return [player.free_run(noise.to(device_of(player)))]

    def shape(self, batch):
        return batch[0]

    def likelihood_loss(self, player, length, generator):
        """The mean squared error of each next tone."""
        (real,) = self.real(self.config.batch, generator, length)
        noise, real = rand(*real.shape, generator=generator), real.to(device_of(player))
        return mse_loss(player.predict(real, noise.to(real.device)), real)

    def tell_pretraining(self, loss):
        """Of raw ticks and Hz a squared error is in the millions: its root has the units of the rows."""
        return {"pretrain_rmse": loss**0.5}


class Symbols(Tones):
    """Tones that are symbols: a batch is a list of one-hot tensors, one a field."""

    def __init__(self, config, data):
        self.words = tone_tokens(data)
        super().__init__(config, data, self.words.pieces)

    def draw_words(self, n: int, generator) -> torch.Tensor:
        """``(n, length) int64``: each tone's fields packed into one number."""
        return torch.as_tensor(self.cutter.cut(*self.cutter.draw(n, Dice(generator))))

    def real(self, n, generator):
        return one_hot(self.draw_words(n, generator), self.words.sizes)

    def fake(self, player, n, generator, slope):
        if slope:
            return relaxed_run(player, n, self.config.length, generator)
        words = player.sample(n, self.config.length, generator).actions
        return one_hot(words, self.words.sizes)

    def shape(self, batch):
        return batch

    def likelihood_loss(self, player, length, generator):
        """Nats a tone."""
        words = self.draw_words(self.config.batch, generator)
        return player.nll(words[:, :length].to(device_of(player)))

    def tell_pretraining(self, loss):
        return {"pretrain_nll": loss}
