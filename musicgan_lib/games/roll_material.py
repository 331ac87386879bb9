"""Note matrices as networks read them: windows, continuations of openings, likelihoods."""

import numpy as np
import torch
from torch.nn import functional as F

from ..data.rolls import STEPS_PER_BAR
from ..data.windows import WindowCutter
from ..learning import losses, team
from ..models.draws import Dice, rand, randint
from .game import device_of
from .material import Material

PART = 64  # of a pool: so many openings are continued at once


class Windows:
    """The windows of a split that begin with a bar.

    A piece is as likely as any other, whatever its length. ``styles`` thirds of the training pieces by density are the
    styles of a model that has some: composers, which DeepJ has, are what our splits keep apart. ValueError where no
    piece is as long as a window.
    """

    def __init__(self, data, split: str, length: int, channels: int = 2, styles: int = 0):
        self.data, self.channels = data, channels
        self.pieces = [p for p in data.pieces[split] if len(p) >= length]
        if not self.pieces:
            longest = max(map(len, data.pieces[split]), default=0)
            raise ValueError(
                f"no {split} piece of {data.name} has {length} steps: choose length={longest} or less"
            )
        self.cutter = WindowCutter(self.pieces, length, "piece", STEPS_PER_BAR)
        self.styles = _styles(data, self.pieces, styles) if styles else None

    def draw(self, n: int, generator) -> tuple:
        """``n`` windows ``(n, T, N, C) float32``, and their styles or None."""
        which, starts = self.cutter.draw(n, Dice(generator))
        return self.cut(which, starts), self.styles_of(which)

    def spread(self, n: int, seed: int = 0) -> tuple:
        """``n`` windows from all pieces alike, at starts drawn with a seed: the pieces' numbers and the starts."""
        which, starts = self.cutter.spread(n, np.random.default_rng(seed), together=True)
        return which.tolist(), starts.tolist()

    def cut(self, which, starts) -> torch.Tensor:
        rows = self.data.floats(self.cutter.cut(which, starts))
        return torch.as_tensor(rows[..., : self.channels])

    def styles_of(self, which):
        return None if self.styles is None else self.styles[which]


class Rolls(Material):
    """Windows of bars ``(B, T, N, C)``: the first half is X, an opening, and the second half Y, what continues it.

    A *fake* is an opening with the generator's continuation, ``(B, T, N, 2)``: play and replay.
    """

    learner = "policy"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.windows, held = (
            Windows(data, split, config.length, config.channels, config.styles)
            for split in ("train", "valid")
        )
        which, starts = held.spread(min(config.measure, 64))
        #: Validation windows and their styles
        self.valid = held.cut(which, starts), held.styles_of(which)

    def real(self, n, generator):
        return self.windows.draw(n, generator)[0]

    def fakes(self, state, lessons, reading):
        """In the game the turn's continuations, again and again; before it, those of a pool that is drawn once."""
        if reading is not None:
            return [reading.fakes] * lessons
        if "pool" not in state.memory:
            state.memory["pool"] = self.fill_pool(state)
        pool, n = state.memory["pool"], self.config.discriminator_batch
        return [pool[randint(len(pool), n, state.generator)].float() for _ in range(lessons)]

    def fill_pool(self, state) -> torch.Tensor:
        """``pool`` openings and their continuations, ``uint8``; of several processes, those of all."""
        parts, left = [], self.config.pool
        while left > 0:
            some = min(left, PART)
            openings = self.real(some // team.size(), state.generator)
            made = continue_openings(
                state.modules["policy"], self.config, openings, state.generator
            )
            parts.append(team.gather_rows(pair(openings, made).to(torch.uint8)))
            left -= some
        return torch.cat(parts)

    def score(self, discriminator, batch):
        """One of continuations alone does not hear X."""
        x, y = (half.to(device_of(discriminator)) for half in split_halves(batch))
        return discriminator.score(y, x)

    def lesson(self, discriminator, real, fake, generator):
        """Among the fakes are noise and wrong pairs: the shares ``noise`` and ``mismatched``."""
        device, n = device_of(discriminator), len(fake)
        x, y = (half.to(device) for half in split_halves(real))
        x_made, y_made = (half.to(device) for half in split_halves(fake))
        noisy, wrong = (round(s * n) for s in (self.config.noise, self.config.mismatched))
        if noisy:  # each with a density of its own, as published
            y_made = torch.cat([draw_noise(y_made[:noisy], generator), y_made[noisy:]])
        if wrong:  # real music after another opening
            x_made = torch.cat([x_made[: n - wrong], x[:wrong]])
            y_made = torch.cat([y_made[: n - wrong], y.roll(1, 0)[:wrong]])
        of_real, of_made = discriminator.score(y, x), discriminator.score(y_made, x_made)
        loss = losses.discriminator_loss(of_real, of_made)
        numbers = {"d_loss": loss.item()}
        for name, logits in (("d_human", of_real), ("d_machine", of_made)):
            numbers[name] = logits.detach().sigmoid().mean().item()
        return loss, numbers

    def pretraining_loss(self, state):
        """Nats a cell, of a model with styles in the windows' own."""
        policy = state.modules["policy"]
        roll, style = self.windows.draw(self.config.batch, state.generator)
        return policy.loss(roll.to(device_of(policy)), style)

    def tell_pretraining(self, loss):
        return {"cross_entropy": loss}

    def likelihood(self, state, weight):
        policy = state.modules["policy"]
        real = self.real(self.config.ce_batch, state.generator)
        return weight * policy.loss(real.to(device_of(policy)))


def draw_noise(like, generator) -> torch.Tensor:
    """Rolls of dice in the shape of others, each with a density of its own between 0 and 1."""
    density = rand(len(like), 1, 1, 1, generator=generator)
    return (rand(*like.shape, generator=generator) < density).float().to(like.device)


def continue_openings(policy, config, roll, generator) -> torch.Tensor:
    """The generator's Y after each X, ``(B, T/2, N, C)``: by its own steps, from silence, or after the real steps."""
    half, roll = config.length // 2, roll.to(device_of(policy))
    if config.context == "real":
        policy.eval()
        with torch.no_grad():
            chance = policy.logits(roll)[..., :2].sigmoid()
        drawn = (rand(*chance.shape, generator=generator).to(chance.device) < chance).float()
        return (drawn * _counts(drawn, roll))[:, half:]
    if not config.conditional:
        return policy.sample(len(roll), half, generator).actions
    whole = policy.sample(len(roll), config.length, generator, prefix=roll[:, :half])
    return whole.actions[:, half:]


def log_prob_of(policy, config, roll, said) -> torch.Tensor:
    """Log-probability of each step of Y, ``(B, T/2)``, in the context that it was drawn in."""
    half = config.length // 2
    if config.context == "real":
        whole = torch.cat([roll[:, :half, :, :2], said[..., :2]], 1)
        cells = -F.binary_cross_entropy_with_logits(
            policy.logits(roll)[..., :2], whole, reduction="none"
        )
        return (cells * _counts(whole, roll)).sum((2, 3))[:, half:]
    if not config.conditional:
        return policy.log_prob(said).log_prob
    return policy.log_prob(torch.cat([roll[:, :half], said], 1)).log_prob[:, half:]


def _counts(drawn, roll):
    """Where a one-step sample says something: play everywhere, replay where it sounds and the real step before did."""
    play = drawn[..., 0]
    before = F.pad(roll[..., 0], (0, 0, 1, 0))[:, :-1]
    return torch.stack([torch.ones_like(play), play * before], -1)


def split_halves(roll: torch.Tensor) -> tuple:
    """X and Y as a discriminator sees them: the two halves of a window, play and replay."""
    half = roll.shape[1] // 2
    return roll[:, :half, :, :2], roll[:, half:, :, :2]


def pair(roll, made) -> torch.Tensor:
    """Openings and their continuations as a discriminator sees them, ``(B, T, N, 2)``, without a gradient."""
    return torch.cat([split_halves(roll)[0].to(made.device), made[..., :2]], 1).detach()


def some_of(pieces, most: int = 2000) -> list:
    """At most so many pieces, evenly spread: counts of a corpus that does not fit into memory are counts of these."""
    return [pieces[i * len(pieces) // most] for i in range(most)] if len(pieces) > most else pieces


def _styles(data, pieces, n: int) -> torch.Tensor:
    """One-hot ``(pieces, n)``: which n-th of the training pieces each belongs to by cells that sound."""
    bounds = np.quantile([_filled(p) for p in some_of(data.pieces["train"])], np.arange(1, n) / n)
    numbers = np.searchsorted(bounds, [_filled(p) for p in pieces])
    return torch.nn.functional.one_hot(torch.as_tensor(numbers), n).float()


def _filled(rows) -> float:
    return float((rows[..., 0] > 0).mean())
