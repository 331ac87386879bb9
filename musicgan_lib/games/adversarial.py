"""The adversarial game: likelihood first, then the discriminator alone, then both networks in turn.

This loop is the only one. What a batch is, and how a likelihood is taken, it asks a
:class:`~musicgan_lib.games.material.Material`; what reaches the generator, and who learns first, a
:class:`~musicgan_lib.games.signals.signal.Signal`. A game names the two and builds its networks; where it does more, it
overrides one of the hooks at the end of :class:`Adversarial`.
"""

from abc import abstractmethod
from dataclasses import dataclass

from ..learning.fit import TrainingState
from ..learning.schedules import step_schedule
from ..learning.team import update
from . import controls
from .game import Game
from .material import Material
from .signals.signal import DISCRIMINATOR, GENERATOR, READ, Reading, Signal


@dataclass(frozen=True)
class Play:
    """What the steps of one run share: its settings, its music, and what reaches its generator."""

    config: object
    material: Material
    signal: Signal


class Adversarial(Game):
    """Two networks that learn from each other.

    Of its settings the loop reads the numbers of steps (``pretrain``, ``pretrain_discriminator``, ``adversarial``),
    ``discriminator_steps``, the discriminator's lessons in a turn, and ``clip``, the length to which gradients are cut.
    One of its modules is called ``discriminator``. The optimisers are ``pretrain``, one by the learner's name, and
    ``discriminator``; a schedule ``pretrain``, where there is one, moves the rate of the first.
    """

    @abstractmethod
    def choose_material(self, config, data) -> Material:
        """The kind of music, ready to draw from."""

    @abstractmethod
    def choose_signal(self, config) -> type[Signal]:
        """What reaches the generator by these settings."""

    def check_control(self, config, control: str | None) -> None:
        """ValueError for a control that there is not, takes nothing away, or leaves nothing to learn from."""
        super().check_control(config, control)
        if control not in controls.SIGNAL:
            return
        if not config.adversarial:
            raise ValueError(
                f"{control} takes nothing away where adversarial is 0: there is no game"
            )
        self.choose_signal(config).refuse_control(config, control)

    def make_step(self, config, data, control: str | None = None):
        """One step of the three phases. ValueError as of :meth:`check_control`."""
        self.check_control(config, control)
        material = self.choose_material(config, controls.change_music(data, control))
        signal = self.choose_signal(config)(config, material, control)
        play = Play(config, material, signal)
        first_lesson = config.pretrain
        first_turn = config.pretrain + config.pretrain_discriminator

        def step(state: TrainingState) -> dict:
            if state.step == first_lesson:
                self.end_pretraining(state, play)
            if state.step == first_turn:
                self.begin_game(state, play)
            if state.step < first_lesson:
                return self.pretrain(state, play) | self.finish_step(state, play)
            if state.step < first_turn:
                return self.teach(state, play, 1)
            return self.take_turn(state, play) | self.finish_step(state, play)

        return step

    def pretrain(self, state: TrainingState, play: Play) -> dict:
        """One update of the generator by likelihood."""
        learner = state.modules[play.material.learner].train()
        loss = play.material.pretraining_loss(state)
        update(loss, learner, state.optimisers["pretrain"], play.config.clip)
        step_schedule(state, "pretrain")
        return play.material.tell_pretraining(loss.item())

    def teach(self, state: TrainingState, play: Play, lessons: int, reading=None) -> dict:
        """So many updates of the discriminator, each on real music and a batch of fakes; the mean of what they log.

        Where the signal has read the two already, its reading is the first lesson.
        """
        discriminator, optimiser = (
            state.modules["discriminator"].train(),
            state.optimisers["discriminator"],
        )
        told = []
        if reading is not None and reading.lesson is not None:
            update(reading.lesson, discriminator, optimiser, play.config.clip)
            told.append({"d_loss": reading.lesson.item()})
        for fake in play.material.fakes(state, lessons - len(told), reading):
            real = play.material.real(play.material.count(fake), state.generator)
            loss, numbers = play.material.lesson(discriminator, real, fake, state.generator)
            update(loss, discriminator, optimiser, play.config.clip)
            told.append(numbers)
        names = told[0] if told else ()
        return {name: sum(numbers[name] for numbers in told) / len(told) for name in names}

    def take_turn(self, state: TrainingState, play: Play) -> dict:
        """A reading, an update of the generator and lessons of the discriminator, in the signal's order."""
        reading, resting, numbers = None, play.signal.begin_resting(), {}
        for part in play.signal.order:
            if part == READ:
                reading = play.signal.read(state)
                resting = play.signal.choose_resting(state, reading)
            elif part in resting:
                continue
            elif part == GENERATOR:
                numbers |= self.move_generator(state, play, reading)
            elif part == DISCRIMINATOR:
                numbers |= self.teach(state, play, play.config.discriminator_steps, reading)
        return numbers | reading.numbers

    def move_generator(self, state: TrainingState, play: Play, reading: Reading) -> dict:
        """One update of the generator by what the signal read, and by a likelihood where one is mixed in."""
        material, signal = play.material, play.signal
        signal.teach(state, reading)
        loss = signal.loss(state, reading)
        if signal.likelihood:
            loss = loss + material.likelihood(state, signal.likelihood)
        learner, optimiser = state.modules[material.learner], state.optimisers[material.learner]
        update(loss, learner, optimiser, play.config.clip)
        signal.follow(state)
        return {}

    # hooks: what a game may do besides

    def end_pretraining(self, state: TrainingState, play: Play) -> None:
        """After the last step of likelihood, before the first lesson: choose the weights to go on with."""

    def begin_game(self, state: TrainingState, play: Play) -> None:
        """Before the first turn."""
        play.signal.begin(state)

    def finish_step(self, state: TrainingState, play: Play) -> dict:
        """After a step of likelihood or a turn: average, check, remember the best; numbers to log."""
        return {}
