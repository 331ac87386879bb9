"""Tunes learnt by heart, each under a plan; mixed plans give tunes between."""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data.plan_tunes import SLICES, encode_plan_tunes
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.jordan import PlanNet
from .game import Game, device_of
from .settings import check_least


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the tunes."""

    hidden: int = 15
    decay: float = 0.8  # of the context, from slice to slice; 0 hears the slice before alone
    plan: bool = True  # a plan of its own for each tune, else the same for all
    steps: int = 1500  # updates, each on all tunes
    lr: float = 0.02
    clip: float = 5.0

    def __post_init__(self):
        check_least(self, hidden=1, steps=0)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        PlanNet(1, 1, 1, self.decay)


class PlanGame(Game):
    """A :class:`~musicgan_lib.models.jordan.PlanNet` predicts each slice of each tune, given the true ones before it.

    Nothing is drawn, so a seed is that of the first weights. What is measured is whether the tunes come back.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        return encode_plan_tunes(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            tunes = len(data.pieces["train"])
            network = PlanNet(data.sizes[0], tunes, config.hidden, config.decay).to(device)
        optimiser = torch.optim.Adam(network.parameters(), config.lr)
        return TrainingState(
            {"network": network}, {"network": optimiser}, torch.Generator().manual_seed(seed)
        )

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on every slice of every tune; the loss is their mean cross-entropy, nats a slice."""
        self.check_control(config, control)
        tunes = torch.as_tensor(np.stack(data.pieces["train"]))  # (K, T)
        plans = list_plans(config, len(tunes))

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            device = device_of(network)
            loss = measure_slices(network, tunes.to(device), plans.to(device))
            update(loss, network, state.optimisers["network"], config.clip)
            return {"nll_batch": loss.item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """``slice_nll``: nats a slice of the tunes under their plans, each slice given the true ones before it.

        ``tunes_kept``: the share of tunes that come back without a wrong slice; ``slices_kept``, of slices.

        Of the plans half way between two tunes: ``mixed_new``, the share whose music is none of the tunes, and
        ``mixed_differs``, the share of slices in which it differs from the nearer of its two tunes.
        """
        network = state.modules["network"].eval()
        tunes = np.stack(data.pieces["train"])
        own = list_plans(config, len(tunes))
        with torch.no_grad():
            device = device_of(network)
            nll = measure_slices(network, torch.as_tensor(tunes, device=device), own.to(device))
        played = play(network, own, tunes.shape[1])
        same = played == tunes
        pairs = list(itertools.combinations(range(len(tunes)), 2))
        mixed = play(network, mix_plans(config, len(tunes), pairs), tunes.shape[1])
        apart = (mixed[:, None] != tunes).mean(2)  # (pairs, K)
        found = {
            "slice_nll": nll.item(),
            "tunes_kept": same.all(1).mean(),
            "slices_kept": same.mean(),
            "mixed_new": (apart > 0).all(1).mean(),
            "mixed_differs": np.mean([apart[k, list(pair)].min() for k, pair in enumerate(pairs)]),
            "parameters": sum(p.numel() for p in network.parameters()),
        }
        return {k: float(v) for k, v in found.items()}, np.concatenate([played, mixed])

    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, SLICES) int64``: the tunes in their order, and then mixtures of plans with random weights.

        ValueError for a temperature other than 1: the likeliest slice is played.
        """
        if temperature != 1:
            raise ValueError(
                f"temperature is {temperature}, and nothing is drawn here: leave it at 1"
            )
        count = module.plans
        weights = torch.rand(max(n - count, 0), count, generator=generator)
        plans = torch.cat([list_plans(config, count), weights / weights.sum(1, keepdim=True)])
        return play(module, plans[:n], SLICES)


def measure_slices(network, tunes, plans) -> torch.Tensor:
    """Mean cross-entropy of ``tunes (K, T)`` under ``plans (K, K)``, nats a slice: a number, with its gradient."""
    return F.cross_entropy(network(tunes, plans).flatten(0, 1), tunes.flatten())


def list_plans(config: Config, tunes: int) -> torch.Tensor:
    """A plan a tune, ``(K, K)``: one-hot, or zeros where all tunes share one."""
    return torch.eye(tunes) * float(config.plan)


def mix_plans(config: Config, tunes: int, pairs, weight: float = 0.5) -> torch.Tensor:
    """For each pair ``(a, b)`` of tunes the plan ``weight`` of the way from a to b, ``(pairs, K)``."""
    plans = list_plans(config, tunes)
    first, second = (plans[list(of)] for of in zip(*pairs))
    return torch.lerp(first, second, weight)


def play(network, plans, length: int, start=None) -> np.ndarray:
    """What a network plays under plans ``(n, K)``, ``(n, length) int64``; ``start (n, P)`` is kept as its beginning."""
    device = device_of(network)
    if start is not None:
        start = torch.as_tensor(start, device=device)
    return network.play(plans.to(device), length, start).cpu().numpy()
