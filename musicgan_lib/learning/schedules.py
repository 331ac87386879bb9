"""How the rate of an optimiser falls over a phase: PyTorch's schedulers, whose place a checkpoint keeps."""

from collections.abc import Callable

import numpy as np
import torch
from torch.optim.lr_scheduler import LambdaLR

from .fit import TrainingState


def add_schedule(
    state: TrainingState, name: str, steps: int, share: Callable[[float], float]
) -> None:
    """Let the rate of the optimiser of that name be a share of itself, by how much of ``steps`` is done, 0 to 1.

    Whoever steps the optimiser steps ``state.schedules[name]`` after it.
    """
    optimiser = state.optimisers[name]
    state.schedules[name] = LambdaLR(optimiser, lambda step: share(step / max(steps, 1)))


def fall_as_cosine(done: float, least: float = 0.02) -> float:
    """From 1 along half a cosine, and never below ``least``."""
    return max(0.5 * (1 + float(np.cos(np.pi * done))), least)


def fall_as_cosine_single(done: float, least: float = 0.02) -> float:
    """The same with the cosine rounded to single precision, as it was in the recorded runs on words."""
    return max(0.5 * (1 + torch.cos(torch.tensor(np.pi * done, dtype=torch.float32)).item()), least)


def fall_in_a_line(done: float, least: float = 0.1) -> float:
    """From 1 in a straight line to ``least``."""
    return 1 - (1 - least) * done
