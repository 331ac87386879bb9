"""A token asks for major or minor: a transformer learns by likelihood, then by another that judges token and tune."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data.encode import encode_tokens
from ..data.moods import MOODS, read_moods
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.draws import randint
from ..models.relaxed_transformer import RowDiscriminator, WishedTransformer
from .game import Game, device_of
from .settings import check_least, refuse


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates of the generator."""

    adversary: float = (
        0.3  # what the discriminator's verdict weighs beside likelihood; 0: there is none
    )
    mismatched: bool = True  # whether true melodies with the other token are false, too
    shuffled: bool = False  # whether melodies are taught with the tokens of others
    soft: float = 0.7  # temperature of the relaxed choice on the way back
    width: int = 48
    heads: int = 4
    layers: int = 2
    dropout: float = 0.1
    batch: int = 32
    pretrain: int = 200  # updates by likelihood alone
    steps: int = 500  # updates in all
    lr: float = 2e-3
    game_lr: float = 5e-4  # of the generator after pre-training
    discriminator_lr: float = 1e-3
    clip: float = 1.0
    measure: int = 2000  # melodies, half of them asked for in minor

    def __post_init__(self):
        check_least(self, adversary=0, width=2, heads=1, layers=1, batch=2, pretrain=0, steps=0)
        check_least(self, measure=4)
        for name in ("soft", "lr", "game_lr", "discriminator_lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            not 0 <= self.dropout < 1,
            f"dropout is {self.dropout}, a share that is thrown away: 0 or more, below 1",
        )
        refuse(
            self.width % self.heads, f"width is {self.width}: {self.heads} heads cannot share it"
        )


class MoodGame(Game):
    """The last sixteen notes of melodies in C major or A minor, after a token for major or minor.

    The token of a melody is what :func:`~musicgan_lib.data.moods.read_moods` reads from its notes, and by the same
    reading it is measured whether a token is obeyed.
    """

    Config = Config
    generator = "generator"
    batches = ("batch",)

    def encode(self, config: Config, corpus: str):
        return encode_tokens(corpus, "endings")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        symbols, length = data.sizes[0], len(data.pieces["train"][0])
        size = {"width": config.width, "heads": config.heads, "layers": config.layers}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            writer = WishedTransformer(symbols, len(MOODS), length, dropout=config.dropout, **size)
            discriminator = RowDiscriminator(symbols, len(MOODS), **size)
        writer.notes = length
        modules = {"generator": writer.to(device)}
        optimisers = {"generator": torch.optim.Adam(writer.parameters(), config.lr)}
        if config.adversary:
            modules["discriminator"] = discriminator.to(device)
            rate = {"lr": config.discriminator_lr, "betas": (0.5, 0.999)}
            optimisers["discriminator"] = torch.optim.Adam(discriminator.parameters(), **rate)
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """One update by likelihood, and after pre-training by the discriminator's verdict, too."""
        self.check_control(config, control)
        melodies = torch.as_tensor(np.stack(data.pieces["train"]))
        moods = torch.as_tensor(read_moods(melodies.numpy()))

        def step(state: TrainingState) -> dict:
            writer = state.modules["generator"].train()
            if state.step == config.pretrain:
                state.optimisers["generator"].param_groups[0]["lr"] = config.game_lr
            which = randint(len(melodies), config.batch, state.generator)
            asked = moods[which].roll(1) if config.shuffled else moods[which]
            notes, asked = (x.to(device_of(writer)) for x in (melodies[which], asked))
            loss = writer.nll(torch.cat([asked[:, None] + writer.written, notes], 1))
            numbers = {"nll_batch": loss.item()}
            if config.adversary and state.step >= config.pretrain:
                discriminator = state.modules["discriminator"]
                made = writer.write(asked, notes.shape[1], state.generator, soft=config.soft)
                numbers |= self.teach(state, config, asked, notes, made.detach())
                loss = loss + config.adversary * F.softplus(-discriminator(asked, made)).mean()
            update(loss, writer, state.optimisers["generator"], config.clip)
            return numbers

        return step

    def teach(self, state: TrainingState, config: Config, asked, notes, made) -> dict:
        """One lesson: true melodies with their tokens, against what was written for these, and against other tokens."""
        discriminator = state.modules["discriminator"].train()
        real = F.one_hot(notes, made.shape[-1]).to(made.dtype)
        loss = F.softplus(-discriminator(asked, real)).mean()
        false = F.softplus(discriminator(asked, made)).mean()
        if config.mismatched:
            false = (false + F.softplus(discriminator(1 - asked, real)).mean()) / 2
        update(loss + false, discriminator, state.optimisers["discriminator"], config.clip)
        return {"discriminator_loss": (loss + false).item() / 2}

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Whether the token is obeyed, and what melodies are like.

        ``obeyed``: the share of melodies in which the mood that was asked for is read; ``obeyed_other``: the share in
        which a token of another melody, any of them, is. ``mood_gain``: the first less the second. ``nll_test``,
        ``nll_test_other``: nats a note of test melodies after their token, and after the other one. ``unique``: the
        share of melodies that were drawn once. ``parameters``. The samples are asked for in major and minor in turn.
        """
        writer = state.modules["generator"].eval()
        drawn = self.draw(writer, config, config.measure, generator)
        asked, read = np.arange(config.measure) % 2, read_moods(drawn)
        found = {"obeyed": (asked == read).mean(), "obeyed_other": (asked[:, None] == read).mean()}
        found["mood_gain"] = found["obeyed"] - found["obeyed_other"]
        test = np.stack(data.pieces["test"])
        told = read_moods(test)
        with torch.no_grad():
            for name, token in (("nll_test", told), ("nll_test_other", 1 - told)):
                rows = np.concatenate([token[:, None] + writer.written, test], 1)
                found[name] = writer.nll(torch.as_tensor(rows).to(device_of(writer))).item()
        _, often = np.unique(drawn, axis=0, return_counts=True)
        found["unique"] = (often == 1).sum() / len(drawn)
        found["parameters"] = sum(p.numel() for p in writer.parameters())
        return {name: float(value) for name, value in found.items()}, drawn

    @torch.no_grad()
    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, notes) int64`` pitches as tokens, asked for in major and in minor in turn."""
        asked = torch.arange(n).to(device_of(module)) % 2
        return module.write(asked, module.notes, generator, temperature).argmax(-1).cpu().numpy()
