"""A network that learns in phases, each of them a part of it."""

import torch

from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine


def begin_phases(network, learners: dict, config, seed: int) -> TrainingState:
    """``network`` at step 0, with an optimiser for each phase.

    Parameters
    ----------
    learners : name of a phase -> the module that learns in it. ``config`` has a field of each name, its steps: over
        them the learning rate ``config.lr`` falls as half a cosine.
    seed : of the dice.
    """
    optimisers = {k: torch.optim.Adam(m.parameters(), config.lr) for k, m in learners.items()}
    state = TrainingState({"network": network}, optimisers, torch.Generator().manual_seed(seed))
    for name in optimisers:
        whole = max(getattr(config, name), 1)
        add_schedule(state, name, lambda step, whole=whole: fall_as_cosine(step / whole))
    return state
