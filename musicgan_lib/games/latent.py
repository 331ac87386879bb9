"""Variational autoencoders: a code for each window, a decoder that writes after it, and what the code costs."""

from dataclasses import dataclass

import numpy as np
import torch

from ..learning import elbo, team
from ..learning.best import keep_best, restore_best
from ..learning.elbo import bound, draw_code, price_code, spare
from ..learning.fit import TrainingState
from ..learning.schedules import step_schedule
from ..learning.team import update
from ..models.draws import randn
from . import likelihood
from .game import device_of
from .latent_measures import compare_events
from .likelihood import LikelihoodGame
from .settings import check_least, check_length, check_name, refuse
from .token_material import Batches
from .word_measures import spread_evenly

CODES = ("own", "other")
#: Codes of each window that the bound is measured by
DRAWS = 4


@dataclass(frozen=True)
class Config(likelihood.Config):
    """Everything that a run depends on but the seed, the music and the network's own settings. Steps are updates."""

    tokens: str = "melody_events"  # or any other that the network reads
    length: int = 64  # tokens of a window, and of a sample: whole bars
    beta: float = 1.0  # what a nat of the code weighs
    free_bits: float = 0.0  # bits of each window's code that cost nothing
    climb: float = 0.0  # the share of the steps in which beta climbs from 0
    codes: str = "own"  # or "other": while it learns, a window is written after another one's code

    def __post_init__(self):
        super().__post_init__()
        check_name("codes", self.codes, CODES)
        check_least(self, beta=0, free_bits=0)
        refuse(not 0 <= self.climb <= 1, f"climb is {self.climb}, a share of the steps: 0 to 1")
        refuse(
            self.beyond,
            "a code stands for a whole window, and nothing lies beyond it: leave beyond 0",
        )
        refuse(
            self.beta == 0 and self.free_bits,
            "with beta 0 every bit is free: free_bits moves nothing",
        )
        refuse(
            self.beta == 0 and self.climb,
            "with beta 0 there is nothing to climb to: climb moves nothing",
        )
        refuse(self.codes == "other" and self.batch < 2, "another code takes a batch of 2 or more")


class LatentGame(LikelihoodGame):
    """One :class:`~musicgan_lib.models.vae.LatentModel`: its loss is what the decoder pays given a code drawn by the
    encoder, and beta times what the code costs beyond its free bits.

    A subclass for music with something beside it says :meth:`cut` and :meth:`list_batches`; for measures of its own,
    :meth:`measure_music`.
    """

    Base = Config
    controls = ()

    def configure(self, request):
        """As :class:`LikelihoodGame`; ValueError for what is no whole number of bars."""
        config = super().configure(request)
        if config.tokens == "melody_events" and config.length % 16:
            raise ValueError(
                f"length is {config.length}: a window of melody events is whole bars of 16"
            )
        return config

    def cut(self, config, data, split: str) -> torch.Tensor:
        """``measure`` windows of a split, from the first to the last, as the network reads them."""
        found = spread_evenly(data.windows(split, config.length), config.measure)
        if len(found) < 2:
            check_length(data, config.length)
            raise ValueError(f"{split} music of {data.name} has no two windows of {config.length}")
        return torch.as_tensor(found)

    def list_batches(self, config, data):
        """A function of a state: the training windows of its next step, as the network reads them."""
        check_length(data, config.length)
        real = Batches(data, "train", config.length)
        return lambda state: real.draw(config.batch, state.generator, config.keys > 0)

    def loss(self, config, network, batch, generator, step: int) -> tuple[torch.Tensor, dict]:
        """What a step lowers, nats a window, and what of it is told."""
        mean, log_variance = network.encode(batch)
        z = draw_code(mean, log_variance, generator)
        if config.codes == "other":
            z = z.roll(1, 0)
        paid, kl = network.price(batch, z), price_code(mean, log_variance).sum(1)
        beta = config.beta * weigh(config, step)
        more = network.further(batch, z)
        whole = (paid + beta * spare(kl, config.free_bits) + more).mean()
        return whole, {"paid_batch": paid.mean().item(), "kl_batch": kl.mean().item()}

    def make_step(self, config, data, control: str | None = None):
        """One update on random windows, in a random key each where there are others."""
        self.check_control(config, control)
        draw = self.list_batches(config, data)

        def step(state: TrainingState) -> dict:
            network, optimiser = state.modules["network"].train(), state.optimisers["network"]
            batch = draw(state).to(device_of(network))
            loss, told = self.loss(config, network, batch, state.generator, state.step)
            # nats a token, so that clip bounds the same gradient at any length
            update(loss / config.length, network, optimiser, config.clip)
            step_schedule(state, "network")
            return told

        return step

    def make_evaluation(self, config, data):
        """The loss on validation windows, with the same noise each time; the best weights by it are remembered."""
        valid = self.cut(config, data, "valid")

        def evaluate(state: TrainingState) -> dict:
            network, dice = state.modules["network"].eval(), torch.Generator().manual_seed(0)
            with torch.no_grad():
                batch = valid.to(device_of(network))
                whole, _ = self.loss(config, network, batch, dice, config.steps)
            found = team.agree(whole.item() / config.length)
            keep_best(state, "network", found)
            return {"loss_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state: TrainingState, config, data, generator):
        """The bound and its two parts, and what the code is worth; with the samples after codes of the prior.

        ``bound_SPLIT`` nats a token: minus the evidence lower bound. ``paid_test`` nats a window that the decoder
        pays, ``kl_test`` nats a window that the code costs, ``worth_test`` nats a window that another window's code
        would cost more. ``active``: units that vary. What the music is like: :meth:`measure_music`.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found = {}
        for split in ("train", "valid", "test"):
            batch = self.cut(config, data, split).to(device_of(network))
            paid, kl = self.price(network, batch, generator)
            found[f"bound_{split}"] = (paid + kl).mean().item() / config.length
        mean, _ = network.encode(batch)
        own, other = network.price(batch, mean), network.price(batch, mean.roll(1, 0))
        found |= {"paid_test": paid.mean().item(), "kl_test": kl.mean().item()}
        found["worth_test"] = (other - own).mean().item()
        found["active"] = elbo.count_active(mean)
        found |= self.measure_music(network, config, data, batch, generator)
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, self.draw(network, config, config.measure, generator)

    def price(self, network, batch, generator) -> tuple:
        """What decoder and code cost, nats, ``(B,)`` each: the mean over :data:`DRAWS` codes of each window."""
        found = []
        for _ in range(DRAWS):
            noise = randn(len(batch), network.latent, generator=generator).to(batch.device)
            found.append(torch.stack(bound(network, batch, noise)))
        return tuple(torch.stack(found).mean(0))

    def measure_music(self, network, config, data, batch, generator) -> dict:
        """What a run is worth as music, on test windows: how much of them comes back, token by token (the likeliest)
        after the mean of their code (:func:`~musicgan_lib.games.latent_measures.compare_events`).
        """
        again = network.write(network.encode(batch)[0])
        return compare_events(batch.cpu().numpy(), again.cpu().numpy())

    def draw(self, module, config, n: int, generator, temperature: float = 1.0) -> np.ndarray:
        """``(n, length) int64`` tokens after codes of the prior."""
        z = randn(n, module.latent, generator=generator).to(device_of(module))
        return module.write(z, generator, temperature).cpu().numpy()


def weigh(config, step: int) -> float:
    """The share of beta at a step: climbing evenly over the first ``climb`` of the steps, then 1."""
    rising = config.climb * config.steps
    return min((step + 1) / rising, 1.0) if rising else 1.0
