"""The protocol of a game: what training, measuring and sampling ask of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np

from ..learning.fit import TrainingState
from .settings import Request, check_name, check_settings


class Game(ABC):
    """What a step does, for one kind of music and networks.

    ``Config`` is the frozen dataclass of its settings, with ``steps``. ``generator`` names the module that makes the
    music; ``controls`` are what can be taken away from its signal or its music; ``batches`` the settings that several
    processes divide among them (none: it trains in one process); ``reads_folders`` whether a corpus may be a path.
    """

    Config: ClassVar[type]
    generator: ClassVar[str]
    controls: ClassVar[tuple[str, ...]] = ()
    batches: ClassVar[tuple[str, ...]] = ()
    reads_folders: ClassVar[bool] = False

    def configure(self, request: Request):
        """The settings of what was asked for: profile, then variant, then changes.

        ValueError for one that is unknown; a ``Config`` refuses what another setting would ignore.
        """
        settings = request.size | request.own | request.changes
        check_settings(settings, self.Config)
        return self.Config(**settings)

    @abstractmethod
    def encode(self, config, corpus: str):
        """The music that a run reads, as :mod:`musicgan_lib.data` keeps it."""

    def learns_from(self, config, corpus: str) -> tuple[str, ...]:
        """Every collection that the weights of a run have learned from; what one of them forbids is forbidden."""
        return (corpus,)

    @abstractmethod
    def build(self, config, data, seed: int, device="cpu") -> TrainingState:
        """Networks and optimisers at step 0."""

    @abstractmethod
    def make_step(
        self, config, data, control: str | None = None
    ) -> Callable[[TrainingState], dict]:
        """One step, for ``learning.fit``: changes the state, returns name -> number."""

    def make_evaluation(self, config, data) -> tuple[Callable[[TrainingState], dict] | None, int]:
        """What ``learning.fit`` asks while it trains, and every how many steps; by default nothing."""
        return None, 1

    @abstractmethod
    def measure(self, state: TrainingState, config, data, generator) -> tuple[dict, np.ndarray]:
        """What a run is worth: flat metrics, and the samples that they were measured on."""

    @abstractmethod
    def draw(self, module, config, n: int, generator, temperature: float = 1.0) -> np.ndarray:
        """``n`` samples of the generator, as the music is encoded."""

    def spell(self, rows) -> np.ndarray:
        """A piece of the music that a run reads, as :meth:`draw` writes samples: by default as it is."""
        return rows

    def shared_phase(self, config):
        """The settings of the first phase alone, which other variants have in common; None where there is none."""
        return None

    def check_control(self, config, control: str | None) -> None:
        """ValueError for a control that there is not, takes nothing away, or leaves nothing to learn from."""
        if control is not None:
            check_name("control", control, self.controls)

    def as_tokens(self, data, drawn: np.ndarray) -> tuple:
        """Corpus and samples as the independent judge reads them: whole numbers. ValueError where they cannot be."""
        if drawn.ndim > 2:
            raise ValueError("this judge reads tokens; of note matrices judge_auc is a fresh one's")
        return data, drawn

    def share(self, config, processes: int):
        """The settings of one of several processes: batches divided by their number, all else as it is.

        ValueError for a batch that cannot be divided, and for a game that trains in one process.
        """
        if processes == 1:
            return config
        if not self.batches:
            raise ValueError(f"{type(self).__name__} trains in one process")
        for name in self.batches:
            if getattr(config, name) % processes:
                raise ValueError(
                    f"{name} is {getattr(config, name)}: {processes} processes cannot share it evenly"
                )
        return replace(config, **{k: getattr(config, k) // processes for k in self.batches})


def device_of(module):
    """Where a network's weights are."""
    return next(module.parameters()).device
