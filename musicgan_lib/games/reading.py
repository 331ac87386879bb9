"""No network and no loss: a step reads one piece, in an order that the seed draws, and nothing is read twice."""

from abc import abstractmethod

import numpy as np
import torch
from torch import nn

from ..learning.fit import TrainingState
from .game import Game


class ReadingGame(Game):
    """Base of what counts or cuts: a subclass makes the table, and says how a piece is read into it.

    A run of fewer steps knows fewer pieces, and its seed decides which. ValueError for more steps than pieces.
    """

    generator = "network"

    @abstractmethod
    def make_table(self, config, data) -> nn.Module:
        """The table before anything is read."""

    @abstractmethod
    def read(self, table, data, piece: int) -> float:
        """Read training piece ``piece`` into the table; how much it had to say."""

    def build(self, config, data, seed: int, device="cpu") -> TrainingState:
        pieces = len(data.pieces["train"])
        if config.steps > pieces:
            raise ValueError(
                f"steps is {config.steps}, and {data.name} has {pieces} training pieces, each read once: "
                f"choose steps={pieces} or less"
            )
        order = np.random.default_rng(seed).permutation(pieces).tolist()
        table = self.make_table(config, data).to(device)
        generator = torch.Generator().manual_seed(seed)
        return TrainingState({"network": table}, {}, generator, memory={"order": order})

    def make_step(self, config, data, control: str | None = None):
        """One piece more; after the last one nothing is left to read."""
        self.check_control(config, control)

        def step(state: TrainingState) -> dict:
            order = state.memory["order"]
            if state.step >= len(order):
                return {"read": 0.0}
            return {"read": float(self.read(state.modules["network"], data, order[state.step]))}

        return step


def draw_rng(generator) -> np.random.Generator:
    """numpy's random numbers from PyTorch's generator: the same ones for the same state."""
    return np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
