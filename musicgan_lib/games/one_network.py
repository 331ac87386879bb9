"""What games have in common in which one network learns by a loss of its own."""

from collections.abc import Callable

import torch

from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine, step_schedule
from ..learning.team import update
from .game import Game


class OneNetworkGame(Game):
    """One network, Adam, and a rate that falls along half a cosine from ``lr`` to a fiftieth of it.

    A ``Config`` has ``steps``, ``lr`` and ``clip``.
    """

    generator = "network"

    def begin(self, make: Callable, config, seed: int, device="cpu") -> TrainingState:
        """The state at step 0 of the network that ``make()`` builds; all that it draws follows from the seed."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = make()
        network.to(device)
        optimiser = torch.optim.Adam(network.parameters(), config.lr)
        generator = torch.Generator().manual_seed(seed)
        state = TrainingState({"network": network}, {"network": optimiser}, generator)
        add_schedule(state, "network", lambda step: fall_as_cosine(step / max(config.steps, 1)))
        return state

    def learn(self, state: TrainingState, loss, config) -> None:
        """One update by a loss, its gradient no longer than ``clip``, and on to the next rate."""
        update(loss, state.modules["network"], state.optimisers["network"], config.clip)
        step_schedule(state, "network")
