"""One picture from another: a painter learns from true pairs, and from a discriminator that is shown pairs."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data.column_pairs import cut_pairs, shuffle_partners, write_tokens
from ..data.grid import encode_grid
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.draws import Dice, rand
from ..models.unet import MULTIPLE, PatchDiscriminator, UNet
from .game import Game, device_of
from .settings import check_least, check_length, check_name, refuse
from .word_measures import spread_evenly

LOSSES = ("l1", "cross_entropy")


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates of both networks."""

    loss: str = "cross_entropy"  # what holds a picture to its partner: l1 or cross_entropy, summed over a column
    likeness: float = 1.0  # what that loss weighs beside the discriminator's
    adversary: float = 1.0  # what the discriminator's verdict weighs; 0: there is none
    shuffled: bool = False  # whether pictures are paired with partners of other windows
    noise: float = 0.25  # the share that dropout throws away, while the network is used, too
    every: int = 4  # sixteenths a column of a picture stands for
    length: int = 16  # columns of a picture
    filters: int = 24  # of the painter after its first halving
    discriminator_filters: int = 24  # of the discriminator
    halvings: int = 1  # of the discriminator: how large a patch it sees
    batch: int = 16  # pairs
    steps: int = 600
    lr: float = 3e-3
    discriminator_lr: float = 5e-4
    clip: float = 5.0
    measure: int = 128  # test pairs by which a run is measured

    def __post_init__(self):
        check_name("loss", self.loss, LOSSES)
        check_least(self, likeness=0, adversary=0, every=1, length=MULTIPLE, filters=8)
        check_least(self, discriminator_filters=1, halvings=0, batch=2, steps=0, measure=2)
        for name in ("lr", "discriminator_lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            not 0 <= self.noise < 1,
            f"noise is {self.noise}, a share that is thrown away: 0 or more, below 1",
        )
        for name in ("length", "filters"):
            refuse(
                getattr(self, name) % MULTIPLE,
                f"{name} is {getattr(self, name)}: choose a multiple of {MULTIPLE}",
            )
        refuse(
            not self.likeness and not self.adversary,
            "without likeness and without an adversary nothing is learned: keep one of them",
        )


class ImagePairGame(Game):
    """A picture is a roll of a voice, 0 or 1 for each pitch and quarter; its partner has one for each voice below.

    The painter is a :class:`~musicgan_lib.models.unet.UNet`. What it paints are the chances of pixels, and the
    discriminator sees these chances beside the picture they were painted from; of a true pair it sees zeros and ones.
    """

    Config = Config
    generator = "generator"
    batches = ("batch",)

    def encode(self, config: Config, corpus: str):
        return encode_grid(corpus, one_key=True)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Both networks and their optimisers; ``painter.columns`` are the test windows that :meth:`draw` sets."""
        below = data.voices - 1
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            wide = data.hold + -data.hold % MULTIPLE
            painter = UNet(1, below, wide, config.filters, config.noise)
            begin_with_counts(painter, data, config)
            discriminator = PatchDiscriminator(
                data.voices, config.discriminator_filters, config.halvings
            )
        test = cut_pairs(data, "test", config.length, config.every)
        painter.columns = torch.as_tensor(test.cut(*test.every()))
        painter.pitches = data.hold
        modules = {"generator": painter.to(device)}
        rates = {"generator": config.lr}
        if config.adversary:
            modules["discriminator"] = discriminator.to(device)
            rates["discriminator"] = config.discriminator_lr
        optimisers = {
            name: torch.optim.Adam(
                modules[name].parameters(), rate, betas=(0.5, 0.999), foreach=True
            )
            for name, rate in rates.items()
        }
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """One lesson of the discriminator, and one of the painter, on the same pairs."""
        self.check_control(config, control)
        check_length(data, config.length * config.every * data.voices, "length, of so many tokens,")
        cutter = cut_pairs(data, "train", config.length, config.every)

        def step(state: TrainingState) -> dict:
            painter = state.modules["generator"].train()
            columns = cutter.cut(*cutter.draw(config.batch, Dice(state.generator)))
            columns = shuffle_partners(columns) if config.shuffled else columns
            given, wanted = paint(columns, data.hold, device_of(painter))
            logits = painter(given, state.generator)
            loss = config.likeness * measure_likeness(config.loss, logits, wanted)
            numbers = {"likeness": loss.item()}
            if config.adversary:
                made = logits.sigmoid()
                numbers |= self.teach(state, config, given, wanted, made.detach())
                verdict = judge(state.modules["discriminator"], given, made)
                loss = loss + config.adversary * F.softplus(-verdict).mean()
            update(loss, painter, state.optimisers["generator"], config.clip)
            return numbers

        return step

    def teach(self, state: TrainingState, config: Config, given, wanted, made) -> dict:
        """One lesson: true pairs against a true picture with a painted partner. Its loss is halved, as published."""
        discriminator = state.modules["discriminator"].train()
        real, fake = (discriminator(torch.cat([given, partner], 1)) for partner in (wanted, made))
        loss = (F.softplus(-real).mean() + F.softplus(fake).mean()) / 2
        update(loss, discriminator, state.optimisers["discriminator"], config.clip)
        return {"discriminator_loss": loss.item()}

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What test pictures become, each painted once, pixels drawn by their chances.

        ``f1``, ``f1_stranger``: agreement with the voices that Bach set to the picture, and with those of another
        window; ``f1_gain``, the first less the second. ``f1_likeliest``: of pixels that are likelier lit than not.
        ``lit`` and ``lit_real``: pixels a column. ``entropy``: nats a column of the chances, 0 for true pictures.
        ``silent``: of columns, those without a pixel that is likelier lit than not. ``change``: of lit pixels, those
        that another throw of the noise paints elsewhere. ``parameters``. The samples are tokens.
        """
        painter = state.modules["generator"].eval()
        columns = spread_evenly(painter.columns.numpy(), config.measure)
        given, wanted = paint(columns, data.hold, device_of(painter))
        stranger = wanted.roll(1, 0)
        with torch.no_grad():
            chances, again = (painter(given, generator).sigmoid() for _ in range(2))
        drawn = throw(chances, generator)
        sure, other = (c > 0.5 for c in (chances, again))
        nats = F.binary_cross_entropy(chances, chances, reduction="none")
        found = {
            "f1": agree(drawn, wanted),
            "f1_stranger": agree(drawn, stranger),
            "f1_likeliest": agree(sure, wanted),
            "lit": drawn.sum((1, 3)).float().mean(),
            "lit_real": wanted.sum((1, 3)).mean(),
            "entropy": nats.sum((1, 3)).mean(),
            "silent": (sure.sum((1, 3)) == 0).float().mean(),
            "change": 1 - agree(sure, other) if sure.any() else math.nan,
            "parameters": sum(p.numel() for p in painter.parameters()),
        }
        found = {name: float(value) for name, value in found.items()}
        found["f1_gain"] = found["f1"] - found["f1_stranger"]
        return found, self.write(config, columns, chances, drawn, data.hold)

    def write(self, config: Config, columns, chances, drawn, hold: int) -> np.ndarray:
        """Tokens ``(n, …)`` of pictures: each voice sings the likeliest of its pixels that came out lit, or rests."""
        lit = (chances * drawn).cpu()
        below = torch.where(lit.amax(-1) > 0, lit.argmax(-1), hold)  # (n, V - 1, T)
        both = np.concatenate([columns[..., :1], below.transpose(1, 2).numpy()], -1)
        return write_tokens(both, config.every, hold)

    @torch.no_grad()
    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, length * every * V) int64`` tokens: test pictures and what became of them, in turn."""
        columns = module.columns.numpy()[np.arange(n) % len(module.columns)]
        given, _ = paint(columns, module.pitches, device_of(module))
        chances = (module(given, generator) / temperature).sigmoid()
        return self.write(config, columns, chances, throw(chances, generator), module.pitches)


def paint(columns, pitches: int, device) -> tuple[torch.Tensor, torch.Tensor]:
    """Windows ``(B, T, V)`` as pictures: of the highest voice ``(B, 1, T, P)``, of those below ``(B, V - 1, T, P)``.

    P is ``pitches``, filled up to a multiple of what halvings need; a rest is a column without a lit pixel.
    """
    wide = pitches + -pitches % MULTIPLE
    numbers = torch.as_tensor(columns).to(device)
    numbers = torch.where(numbers == pitches, wide, numbers)
    rolls = F.one_hot(numbers, wide + 1)[..., :-1].transpose(1, 2).float()  # (B, V, T, P)
    return rolls[:, :1], rolls[:, 1:]


def judge(discriminator, given, made) -> torch.Tensor:
    """Verdicts on painted partners, ``(B, t, p)``: the painter's slope goes through them, the weights get none."""
    discriminator.requires_grad_(False)
    verdict = discriminator(torch.cat([given, made], 1))
    discriminator.requires_grad_(True)
    return verdict


def begin_with_counts(painter, data, config) -> None:
    """Let each voice begin with how often training music lights its pitches: a short run would spend itself on that."""
    cutter = cut_pairs(data, "train", config.length, config.every)
    _, below = paint(cutter.cut(*cutter.every()), data.hold, "cpu")
    share = (below.sum((0, 2)) + 0.5) / (len(below) * config.length + 1)
    painter.height.data.copy_(share.logit()[:, None])


def measure_likeness(name: str, logits, wanted) -> torch.Tensor:
    """How far chances are from a true picture: a sum over the pixels of a column, all voices; the mean over columns."""
    if name == "l1":
        apart = (logits.sigmoid() - wanted).abs()
    else:
        apart = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return apart.sum((1, 3)).mean()


def throw(chances, generator) -> torch.Tensor:
    """Pixels drawn by their chances, each for itself."""
    return rand(*chances.shape, generator=generator).to(chances.device) < chances


def agree(lit, wanted) -> float:
    """F1 of lit pixels against a true picture's: twice those lit in both over all that are lit in either; 1 is best."""
    lit, wanted = lit > 0, wanted > 0
    both, all_lit = (lit & wanted).sum(), lit.sum() + wanted.sum()
    return float(2 * both / all_lit) if all_lit else math.nan
