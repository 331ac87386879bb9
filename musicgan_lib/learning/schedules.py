"""How the rate of an optimiser falls: PyTorch's schedulers, whose place a checkpoint keeps."""

from collections.abc import Callable

import numpy as np
import torch
from torch.optim.lr_scheduler import LambdaLR

from .fit import TrainingState


def add_schedule(state: TrainingState, name: str, share: Callable[[int], float]) -> None:
    """Let the rate of the optimiser of that name be a share of itself, by how many steps it has made.

    Whoever steps the optimiser calls :func:`step_schedule` after it.
    """
    state.schedules[name] = LambdaLR(state.optimisers[name], share)


def step_schedule(state: TrainingState, name: str) -> None:
    """Go on to the next step's rate; of an optimiser without a schedule the rate is constant."""
    if name in state.schedules:
        state.schedules[name].step()


def fall_as_cosine(done: float, least: float = 0.02) -> float:
    """From 1 along half a cosine, and never below ``least``; ``done`` is the share of the steps that were made."""
    return max(0.5 * (1 + float(np.cos(np.pi * done))), least)


def fall_as_cosine_single(done: float, least: float = 0.02) -> float:
    """The same with the cosine in single precision: so the recorded runs on words were made, and repeat to the bit."""
    return max(0.5 * (1 + torch.cos(torch.tensor(np.pi * done, dtype=torch.float32)).item()), least)


def fall_in_a_line(done: float, least: float = 0.1) -> float:
    """From 1 in a straight line to ``least``."""
    return 1 - (1 - least) * done
