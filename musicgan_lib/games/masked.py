"""Scores with holes: convolutions learn to complete them whatever is missing; redrawing blocks makes whole scores."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.columns import hold_columns, list_columns
from ..data.grid import encode_grid
from ..data.windows import WindowCutter
from ..learning.fit import TrainingState
from ..learning.orders import draw_masks, estimate_over_orders, price_hidden, price_in_order
from ..models.draws import Dice
from ..models.masked_convs import MaskedConvs
from ..models.sweeps import fall_linearly, fill_in_order, redraw_masks
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_length, check_name
from .word_measures import spread_evenly

MASKS = ("any", "half", "one")
#: Rates of the samplers that do not anneal
CONSTANT = (0.25, 0.5, 0.75)
#: Masks by which samples are scored
SCORED = 32


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training pieces stand, too
    filters: int = 32  # channels of each layer
    blocks: int = 4  # pairs of convolutions
    masks: str = "any"  # number of cells hidden while it learns; or "half" of them, or "one"
    weigh: bool = (
        True  # each crop's loss is the mean over its hidden cells; else their sum, over all cells
    )
    length: int = 16  # sixteenths of a crop, and of a sample
    batch: int = 8  # crops
    steps: int = 400
    lr: float = 2e-3
    clip: float = 1.0
    orders: int = 5  # random orders in which crops are priced by the chain rule
    crops: int = 8  # of validation and of test music, spread over all
    redraws: int = 64  # rounds of block Gibbs sampling
    most: float = 0.95  # share of cells that are hidden in the first round
    least: float = 0.05  # and in the last quarter of them
    measure: int = 6  # samples of each sampler

    def __post_init__(self):
        check_name("masks", self.masks, MASKS)
        check_least(self, keys=0, filters=1, blocks=1, length=1, batch=1, steps=0)
        check_least(self, orders=1, crops=1, redraws=0, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if not 0 < self.least <= self.most <= 1:
            raise ValueError(
                f"shares are above 0 and at most 1, and least ({self.least}) is not above most ({self.most})"
            )
        if self.masks == "one" and not self.weigh:
            raise ValueError("with one hidden cell a sum is a mean: weigh moves the rate alone")


class MaskedGame(OneNetworkGame):
    """Completion of scores (:class:`~musicgan_lib.models.masked_convs.MaskedConvs`) as a likelihood in every order.

    A cell is the pitch that sounds in it, or a rest; nothing tells a held note from one that is sung again.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_grid(corpus, range(-config.keys, config.keys + 1))

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        def make():
            return MaskedConvs(data.hold, data.voices, config.filters, config.blocks)

        return self.begin(make, config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random crops, in a random key each, of which random cells are hidden."""
        self.check_control(config, control)
        check_length(data, config.length * data.voices, "length, of so many tokens,")
        cutter = WindowCutter(list_columns(data, "train", config.keys > 0), config.length)

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            drawn = cutter.draw(config.batch, Dice(state.generator))
            cells = torch.as_tensor(cutter.cut(*drawn)).transpose(1, 2)  # (B, voices, T)
            hidden = draw_masks(cells.shape, state.generator, config.masks)
            device = device_of(network)
            loss = price_hidden(network, cells.to(device), hidden.to(device), config.weigh).mean()
            self.learn(state, loss, config)
            return {"nll_batch": loss.item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Likelihood of crops by the chain rule, and what the network thinks of what each sampler draws.

        ``nll_test``: nats a cell, the mean over ``orders`` random orders of all cells; ``nll_test_orders``: the
        standard deviation of the orders' means; ``nll_all_valid``, ``nll_all_test``: over all orders, estimated.
        ``score_real``,
        ``score_annealed``, ``score_ancestral`` and ``score_constant_50``: that estimate on crops and on samples of each
        sampler, which asks the network as often as any other. ``repeats_…``: the share of cells that sound as the one
        before.
        """
        network = state.modules["network"].eval()
        found = {}
        for split in ("valid", "test"):
            cells = cut_crops(data, split, config).to(device_of(network))
            estimate = estimate_over_orders(network, cells, SCORED, generator)
            found[f"nll_all_{split}"] = estimate.mean()
        by_order = self.price_orders(network, cells, config.orders)
        found["nll_test"] = by_order.mean()
        found["nll_test_orders"] = by_order.mean(1).std(unbiased=False)
        made = {"real": cells}
        for name, rates in self.list_samplers(config).items():
            made[name] = self.make(network, config, config.measure, rates, generator)
        for name, drawn in made.items():
            scores = estimate_over_orders(network, drawn, SCORED, generator)
            found[f"score_{name}"] = scores.mean()
            found[f"score_{name}_spread"] = scores.std(unbiased=False)
            found[f"repeats_{name}"] = (drawn[..., 1:] == drawn[..., :-1]).float().mean()
        found["parameters"] = sum(p.numel() for p in network.parameters())
        samples = hold_columns(data, made["annealed"].cpu().numpy())
        return {k: float(v) for k, v in found.items()}, samples

    def price_orders(self, network, cells, orders: int) -> torch.Tensor:
        """Nats a cell of crops in the first of so many orders, which are the same for every run, ``(orders, n)``."""
        dice = torch.Generator().manual_seed(0)
        ways = [torch.randperm(cells[0].numel(), generator=dice) for _ in range(orders)]
        return torch.stack([price_in_order(network, cells, way) for way in ways])

    def list_samplers(self, config: Config) -> dict:
        """The rates of each sampler's rounds; None reveals one cell after the other."""
        constant = {
            f"constant_{rate:.0%}".rstrip("%"): [rate] * config.redraws for rate in CONSTANT
        }
        falling = fall_linearly(config.redraws, config.most, config.least)
        return {"annealed": falling, "ancestral": None} | constant

    def make(self, network, config: Config, n: int, rates, generator, temperature: float = 1.0):
        """``(n, voices, length)`` cells of nothing but what the network draws."""
        shape = (n, network.voices, config.length)
        cells = torch.zeros(shape, dtype=torch.int64, device=device_of(network))
        free = torch.ones_like(cells) > 0
        if rates is None:
            return fill_in_order(network, cells, free, generator, temperature)
        return redraw_masks(network, cells, free, rates, generator, temperature)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length * voices) int64`` tokens, by annealed block Gibbs."""
        rates = self.list_samplers(config)["annealed"]
        drawn = self.make(module, config, n, rates, generator, temperature).cpu().numpy()
        before = np.concatenate([np.full_like(drawn[..., :1], -1), drawn[..., :-1]], -1)
        hold, rest = module.pitches, module.pitches + 1
        tokens = np.where(drawn == hold, rest, np.where(drawn == before, hold, drawn))
        return np.moveaxis(tokens, 1, 2).reshape(n, -1)


def cut_crops(data, split: str, config: Config) -> torch.Tensor:
    """The crops of a split that are priced, ``(crops, voices, length)``; ValueError where no piece is long enough."""
    cutter = WindowCutter(list_columns(data, split), config.length)
    found = spread_evenly(cutter.cut(*cutter.every()), config.crops)
    if not len(found):
        raise ValueError(f"no {split} piece of {data.name} has {config.length} sixteenths")
    return torch.as_tensor(found).transpose(1, 2)
