"""What the adversarial game asks of a signal: what is read before anybody learns, and the loss that it makes."""

# ruff: noqa: B027 - what a signal may leave out does nothing

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import torch

from ...learning.fit import TrainingState
from ..controls import FROZEN

#: The parts of a turn: the discriminator is asked, the generator learns, the discriminator learns
READ, GENERATOR, DISCRIMINATOR = "read", "generator", "discriminator"
#: The generator learns from a discriminator that has not moved yet, which then hears what it has become
GENERATOR_FIRST = (READ, GENERATOR, DISCRIMINATOR)
#: Both learn from one and the same reading
FROM_ONE_READING = (READ, DISCRIMINATOR, GENERATOR)
#: The generator learns from a discriminator that has had its lessons
DISCRIMINATOR_FIRST = (DISCRIMINATOR, READ, GENERATOR)


@dataclass
class Reading:
    """What a turn found out before anybody learned. ``numbers`` are logged.

    ``lesson`` is a loss of the discriminator, where reading has made one; it counts as the first of the turn's lessons.
    """

    numbers: dict = field(default_factory=dict)
    lesson: torch.Tensor | None = None


class Signal(ABC):
    """One kind of message from discriminator to generator. What a run remembers between turns is in its state alone."""

    order: ClassVar[tuple[str, str, str]] = GENERATOR_FIRST

    def __init__(self, config, material, control: str | None = None):
        self.config, self.material, self.control = config, material, control

    @classmethod
    def refuse(cls, config, changes: dict) -> None:
        """ValueError for settings of which this signal would ignore one; ``changes`` were asked for by name."""

    @classmethod
    def refuse_control(cls, config, control: str) -> None:
        """ValueError for a control that takes nothing from this signal, or leaves nothing to learn from."""

    @abstractmethod
    def read(self, state: TrainingState) -> Reading:
        """Let the generator make a batch, and the discriminator say what it thinks of it. Nobody learns."""

    @abstractmethod
    def loss(self, state: TrainingState, reading: Reading):
        """What the generator lowers."""

    @property
    def likelihood(self) -> float:
        """The weight of a likelihood that is mixed into each update of the generator; 0 for none."""
        return self.config.likelihood

    def begin(self, state: TrainingState) -> None:
        """Before the first turn: keep what the signal will compare with."""

    def begin_resting(self) -> set[str]:
        """Who learns nothing in a turn before it has been read: a discriminator that is frozen."""
        return {DISCRIMINATOR} if self.control == FROZEN else set()

    def choose_resting(self, state: TrainingState, reading: Reading) -> set[str]:
        """Who learns nothing in this turn, ``"generator"`` and ``"discriminator"``."""
        return self.begin_resting()

    def teach(self, state: TrainingState, reading: Reading) -> None:
        """Give a lesson to whoever helps the signal, such as a critic, before the generator moves."""

    def follow(self, state: TrainingState) -> None:
        """After the generator has moved: let what lags behind it follow."""
