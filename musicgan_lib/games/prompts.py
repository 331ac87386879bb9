"""Likelihood behind a prompt: a token at the beginning names the composer, and samples are asked whose they are."""

from dataclasses import dataclass

import numpy as np
import torch

from ..data.composers import encode_composers
from ..evaluation import nll as measures
from ..learning import team
from ..learning.best import keep_best, restore_best
from ..learning.schedules import step_schedule
from ..learning.team import update
from ..metrics.composers import Recogniser, describe
from ..models.draws import Dice
from . import likelihood
from .game import device_of
from .settings import check_name, refuse

PROMPTS = ("own", "shuffled")


@dataclass(frozen=True)
class Config(likelihood.Config):
    """As of :class:`~musicgan_lib.games.likelihood.LikelihoodGame`; ``length`` counts the cells behind the prompt."""

    other: str = "palestrina"  # a second collection of four voices
    prompts: str = (
        "own"  # a window's composer; "shuffled": those of a batch change places while it learns
    )

    def __post_init__(self):
        super().__post_init__()
        check_name("prompts", self.prompts, PROMPTS)
        refuse(self.keys, "keys moves nothing here: both collections stand in their own keys")
        refuse(self.beyond, "beyond moves nothing here: windows end where training windows do")
        refuse(self.tokens != "grid", f"tokens is {self.tokens!r}; two collections share a grid")
        refuse(self.length % 4, f"length is {self.length}: take a multiple of 4, a token a voice")


class PromptGame(likelihood.LikelihoodGame):
    """A network learns windows of two composers, as many of each, behind a token that names the composer."""

    controls = ()
    Base = Config

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.composers.encode_composers`."""
        return encode_composers(corpus, config.other, config.scheme)

    def learns_from(self, config: Config, corpus: str) -> tuple[str, ...]:
        """Both collections."""
        return (corpus, config.other)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows, half of each composer, an odd one of the first."""
        self.check_control(config, control)

        def step(state) -> dict:
            network, dice = state.modules["network"].train(), Dice(state.generator)
            rng = np.random.default_rng(dice.integers(2**31, 1).tolist())
            windows = data.cut("train", config.length, -(-config.batch // data.composers), rng)
            windows = windows[: config.batch]
            if config.prompts == "shuffled":
                windows[:, 0] = rng.permutation(windows[:, 0])
            tokens = torch.as_tensor(windows).to(device_of(network))
            loss = -network.log_prob(tokens, entropy=False).log_prob[:, 1:].mean()
            update(loss, network, state.optimisers["network"], config.clip)
            step_schedule(state, "network")
            return {"nll_batch": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a cell of validation windows behind their own prompts; the best weights by it are remembered."""
        valid = cut_evenly(data, "valid", config)

        def evaluate(state) -> dict:
            found = team.agree(measures.nll(state.modules["network"], valid, first=1))
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    def measure(self, state, config: Config, data, generator):
        """What a prompt is worth, and whether a stranger recognises the composer who was asked for.

        ``nll_valid``, ``nll_test``: nats a cell behind the window's own prompt; ``nll_test_swapped`` behind the other.
        The stranger is a logistic regression that learned from real validation windows: ``recognised_real`` is its
        share of right answers on real test windows, ``recovered`` on samples, by their prompts; ``flipped``, the share
        of dice of which it takes both prompts' samples for whom they were asked for.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {}
        for split in ("valid", "test"):
            windows = cut_evenly(data, split, config)
            found[f"nll_{split}"] = measures.nll(network, windows, first=1)
        swapped = windows.clone()
        swapped[:, 0] = 2 * data.heads + 1 - swapped[:, 0]
        found["nll_test_swapped"] = measures.nll(network, swapped, first=1)
        stranger = teach_stranger(data, config)
        told = [data.name_composer(token) for token in windows[:, 0].tolist()]
        real = stranger(describe(windows[:, 1:].numpy(), data.voices, data.hold))
        found["recognised_real"] = float((real == told).mean())
        made = [write_as(network, data, c, config, generator) for c in range(data.composers)]
        heard = [stranger(describe(m[:, 1:], data.voices, data.hold)) for m in made]
        right = np.stack([answers == c for c, answers in enumerate(heard)])  # (composers, n)
        found["recovered"] = float(right.mean())
        found["flipped"] = float(right.all(0).mean())
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, np.concatenate(made)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, 1 + length) int64`` tokens, behind the prompts of both composers in turn."""
        first = module.symbols - 2
        prompts = first + torch.arange(n, device=device_of(module))[:, None] % 2
        drawn = module.sample(n, 1 + config.length, generator, temperature, prompts)
        return drawn.actions.cpu().numpy()


def cut_evenly(data, split: str, config: Config) -> torch.Tensor:
    """``measure`` windows of each composer, the same ones for every run."""
    windows = data.cut(split, config.length, config.measure, np.random.default_rng(0))
    return torch.as_tensor(windows)


def teach_stranger(data, config: Config) -> Recogniser:
    """A recogniser of composers that has learned from real windows of the validation split."""
    windows = data.cut("valid", config.length, max(config.measure, 200), np.random.default_rng(1))
    composers = np.array([data.name_composer(token) for token in windows[:, 0]])
    return Recogniser(describe(windows[:, 1:], data.voices, data.hold), composers)


def write_as(network, data, composer: int, config: Config, generator, temperature: float = 1.0):
    """``measure`` samples behind a composer's prompt, ``(n, 1 + length) int64``; on the same dice for any composer.

    The generator is left where it stood.
    """
    dice = torch.Generator().manual_seed(generator.initial_seed())
    prompt = torch.full((config.measure, 1), data.heads + composer)
    prompt = prompt.to(device_of(network))
    drawn = network.sample(config.measure, 1 + config.length, dice, temperature, prompt)
    return drawn.actions.cpu().numpy()
