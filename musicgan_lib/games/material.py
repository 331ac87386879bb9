"""What the adversarial game asks of its music: a class for each kind, whatever moves the generator."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from ..learning.fit import TrainingState
from ..learning.losses import discriminator_loss


class Material(ABC):
    """Batches of one kind of music, and how both networks of a game read and make them.

    A *batch* is what a subclass says: a tensor of tokens, a list of tensors, a window of a roll. Random numbers come
    from the state's generator, in the order in which the loop asks.
    """

    #: The module that is trained. The one that is kept may be another: an average of it.
    learner: ClassVar[str]

    def __init__(self, config, data):
        self.config, self.data = config, data

    @abstractmethod
    def real(self, n: int, generator):
        """A batch of ``n`` windows of training music."""

    @abstractmethod
    def fakes(self, state: TrainingState, lessons: int, reading) -> Iterable:
        """A batch that the generator made for each lesson of the discriminator.

        ``reading`` is what this turn's signal read, with the batch that it read; None before the game, and where the
        discriminator's lessons come first.
        """

    @abstractmethod
    def score(self, discriminator, batch):
        """The logits of a batch, ``(B,)``; above 0 it is taken for real."""

    @abstractmethod
    def pretraining_loss(self, state: TrainingState):
        """What the learner is pre-trained by, on a batch of its own: a scalar."""

    @abstractmethod
    def tell_pretraining(self, loss: float) -> dict:
        """That loss under the name, and in the unit, in which it is logged."""

    @abstractmethod
    def likelihood(self, state: TrainingState, weight: float):
        """The loss of a likelihood, or of a squared error, that is mixed into a turn, times its weight."""

    def count(self, batch) -> int:
        """How many windows a batch has."""
        return len(batch)

    def lesson(self, discriminator, real, fake, generator) -> tuple:
        """What the discriminator lowers when it is shown two batches, and numbers to log."""
        loss = discriminator_loss(self.score(discriminator, real), self.score(discriminator, fake))
        return loss, {"d_loss": loss.item()}
