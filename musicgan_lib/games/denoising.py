"""Diffusion on latents: an autoencoder learns bars and is frozen, then a network learns rows of their latents."""

import math
from dataclasses import dataclass, replace

import torch

from ..data.encode import encode_tokens
from ..learning import diffusion, team
from ..learning.best import keep_best, restore_best
from ..learning.elbo import bound, draw_code, price_code
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine, step_schedule
from ..models.draws import randint, randn
from ..models.latent_rows import WRITERS, LatentRows
from .denoising_measures import compare_rows
from .denoising_rows import (
    cut_windows,
    draw_rows,
    mix_rows,
    shuffle_rows,
    take_latents,
    write_rows,
)
from .game import Game, device_of
from .latent_measures import compare_events
from .settings import check_least, check_length, check_name, refuse
from .token_material import Batches
from .word_measures import spread_evenly

ORDERS = ("own", "shuffled")
TARGETS = {"velocity": diffusion.price_velocity, "noise": diffusion.price_noise}


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    tokens: str = "melody_events"  # there are no others
    keys: int = 3  # semitones up and down in which training pieces stand, too
    bars: int = 8  # of a row; each is one latent
    latent: int = 16  # numbers of a latent
    width: int = 128  # numbers of a bar inside the autoencoder
    beta: float = 0.03  # what a nat of a latent weighs
    pretrain: int = 1000  # updates of the autoencoder, which is then frozen
    pretrain_batch: int = 128  # bars
    pretrain_lr: float = 3e-3
    model: str = "diffusion"  # or "autoregressive": latent after latent, each a mixture
    order: str = "own"  # or "shuffled": the latents of a training row come from different places of different pieces
    levels: int = 200  # of noise; 1: all noise is taken away in one step
    noise: str = "cosine"  # or "linear": how the levels follow one another
    target: str = "velocity"  # or "noise": what the model tells of a noisy row
    limit: float = 4.0  # what a guessed latent is cut at, in units of the spread of latents
    mixture: int = 8  # normal distributions of which the autoregressive model mixes a latent
    hidden: int = 64  # numbers a latent inside the model
    heads: int = 4  # that divide hidden
    layers: int = 2  # one above the other
    denoise: int = 1500  # updates of the model
    batch: int = 64  # rows
    lr: float = 3e-3
    clip: float = 1.0
    check_every: int = 100  # how often the validation rows are asked
    measure: int = 256  # rows that are made, and rows of test music beside them

    @property
    def steps(self) -> int:
        """Both phases together."""
        return self.pretrain + self.denoise

    @property
    def length(self) -> int:
        """Steps of a melody of ``bars``."""
        return 16 * self.bars

    def __post_init__(self):
        check_name("tokens", self.tokens, ("melody_events",))
        check_name("model", self.model, WRITERS)
        check_name("order", self.order, ORDERS)
        check_name("noise", self.noise, diffusion.SCHEDULES)
        check_name("target", self.target, TARGETS)
        check_least(self, keys=0, bars=2, latent=1, width=2, beta=0, pretrain=0, denoise=0)
        check_least(self, pretrain_batch=1, batch=1, check_every=1, measure=2)
        check_least(self, levels=1, mixture=1, hidden=2, heads=1, layers=1)
        for name in ("lr", "pretrain_lr", "clip", "limit"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(self.width % 2, f"width is {self.width}: choose an even number")
        refuse(
            self.hidden % self.heads, f"hidden is {self.hidden}: {self.heads} heads cannot share it"
        )
        idle = {"autoregressive": ("levels", "noise", "target", "limit"), "diffusion": ("mixture",)}
        moved = [k for k in idle[self.model] if getattr(self, k) != getattr(Config, k)]
        refuse(
            moved,
            f"a model that is {self.model} has no {', '.join(moved)}: they would move nothing",
        )

    def writer(self) -> dict:
        """The settings of the model itself."""
        own = {"mixture": self.mixture} if self.model == "autoregressive" else {}
        sizes = {"hidden": self.hidden, "heads": self.heads, "layers": self.layers}
        return {"model": self.model} | sizes | own


class DenoisingGame(Game):
    """A :class:`~musicgan_lib.models.latent_rows.LatentRows`: first its autoencoder learns, then its writer.

    The autoencoder never learns from rows, and what it learned stays as it is while the writer learns. The controls
    stand on the card: latents that are ``shuffled`` across pieces, and one level of noise alone.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.encode.encode_tokens`."""
        return encode_tokens(corpus, config.tokens, config.keys)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        check_length(data, config.length)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            shape = (data.sizes[0], data.stride, config.bars, config.latent, config.width)
            network = LatentRows(*shape, **config.writer())
        network.to(device)
        parts = {"autoencoder": network.autoencoder, "network": network.writer}
        rates = {"autoencoder": config.pretrain_lr, "network": config.lr}
        steps = {"autoencoder": config.pretrain, "network": config.denoise}
        optimisers = {k: torch.optim.Adam(m.parameters(), rates[k]) for k, m in parts.items()}
        generator = torch.Generator().manual_seed(seed)
        state = TrainingState({"network": network}, optimisers, generator)
        for name, n in steps.items():
            add_schedule(state, name, lambda step, n=n: fall_as_cosine(step / max(n, 1)))
        return state

    def shared_phase(self, config: Config) -> Config:
        """The autoencoder, which all that is learned on its latents has in common."""
        plain = ("order", "levels", "noise", "target", "limit", "batch", "lr", "measure")
        return replace(config, denoise=0, **{name: getattr(Config, name) for name in plain})

    def make_step(self, config: Config, data, control: str | None = None):
        """One update of the autoencoder on random bars; later one of the model on random rows of latents."""
        self.check_control(config, control)
        bars, windows = Batches(data, "train", data.stride), cut_windows(data, config)
        schedule, rows = diffusion.make_schedule(config.levels, config.noise), []

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            if state.step < config.pretrain:
                batch = bars.draw(config.pretrain_batch, state.generator, config.keys > 0)
                return self.learn_bars(state, config, batch.to(device_of(network)))
            network.freeze()
            if not rows:  # the same ones whenever a paused run goes on
                rows.append(take_latents(network, windows))
            drawn = draw_rows(rows[0], config, state.generator).to(device_of(network))
            loss = self.price(network, config, drawn, schedule, state.generator).mean()
            team.update(loss, network.writer, state.optimisers["network"], config.clip)
            step_schedule(state, "network")
            return {"loss_batch": loss.item()}

        return step

    def learn_bars(self, state: TrainingState, config: Config, batch) -> dict:
        """One update by the bound; nats a step of a bar."""
        vae = state.modules["network"].autoencoder
        mean, log_variance = vae.encode(batch)
        paid = vae.price(batch, draw_code(mean, log_variance, state.generator))
        kl = price_code(mean, log_variance).sum(1)
        loss = (paid + config.beta * kl).mean() / batch.shape[1]
        team.update(loss, vae, state.optimisers["autoencoder"], config.clip)
        step_schedule(state, "autoencoder")
        return {"paid_batch": paid.mean().item(), "kl_batch": kl.mean().item()}

    def price(self, network, config, rows, schedule, generator) -> torch.Tensor:
        """What the model lowers, ``(B,)``: squares of missed noise at a random level each, or nats a number."""
        if config.model == "autoregressive":
            return network.writer.price(rows) / rows[0].numel()
        level = 1 + randint(config.levels, len(rows), generator)
        noise = randn(*rows.shape, generator=generator)
        level, noise = level.to(rows.device), noise.to(rows.device)
        return TARGETS[config.target](network.writer, rows, level, noise, schedule)

    def make_evaluation(self, config: Config, data):
        """The loss of validation rows in their own order, with the same noise each time; the best model is kept."""
        schedule = diffusion.make_schedule(config.levels, config.noise)
        valid = torch.as_tensor(spread_evenly(data.windows("valid", config.length), config.measure))

        def evaluate(state: TrainingState) -> dict:
            network, dice = state.modules["network"].eval(), torch.Generator().manual_seed(0)
            with torch.no_grad():
                melodies = valid.to(device_of(network))
                if state.step <= config.pretrain:
                    paid, kl = bound(network.autoencoder, melodies.reshape(-1, network.bar))
                    return {"loss_valid": team.agree((paid + config.beta * kl).mean().item())}
                rows = shuffle_rows(network.encode(melodies), config, dice).repeat(4, 1, 1)
                found = self.price(network, config, rows, schedule, dice).mean().item()
            found = team.agree(found)
            keep_best(state, "network", found)
            return {"loss_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state: TrainingState, config: Config, data, generator):
        """What made melodies are like beside test music; the samples are the made ones, and no test music.

        Of ``made``, ``prior`` (latents of dice), ``swapped`` (real latents in random places) and ``back`` (real rows
        through the autoencoder): see :func:`~musicgan_lib.games.denoising_measures.compare_rows`. ``right_onsets`` and
        more: how test bars come back (:func:`~musicgan_lib.games.latent_measures.compare_events`).
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        network.freeze()
        test = data.windows("test", config.length, data.stride)
        real = spread_evenly(test, config.measure)
        rows = network.encode(torch.as_tensor(real).to(device_of(network)))
        start = randn(config.measure, *rows.shape[1:], generator=generator).to(rows)
        made = write_rows(network, config, config.measure, generator)
        swapped = mix_rows(rows, generator)
        drawn = {"made": made, "prior": start, "swapped": swapped, "back": rows}
        melodies = {k: network.decode(x).cpu().numpy() for k, x in drawn.items()}
        valid = spread_evenly(data.windows("valid", config.length, data.stride), config.measure)
        found = compare_rows(melodies, real, valid, cut_windows(data, config).numpy())
        found |= compare_events(real, melodies["back"])
        found["loss_valid"] = state.memory.get("best_value_network", math.nan)
        found["parameters"] = sum(p.numel() for p in network.writer.parameters())
        return found, melodies["made"]

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, T) int64``: made melodies; ``temperature`` spreads the noise that they begin with."""
        return module.decode(write_rows(module, config, n, generator, temperature)).cpu().numpy()
