"""Diffusion: noise is added level by level, a network learns to tell it, and sampling takes it away again.

A *denoiser* is any function ``denoiser(noisy, level, **conditions) -> noise``: ``noisy (B, ...)``; ``level (B,) int64``
from 1 (hardly any noise) to T (nearly nothing else). Level 0 is clean. Sources: Ho, Jain and Abbeel (2020); Song, Meng
and Ermon (2021); the cosine is Nichol's and Dhariwal's (2021).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

from ..models.draws import randn

SCHEDULES = ("cosine", "linear")
#: The smallest share of the variance that is still the music's at the last level
LEAST = 1e-3


@dataclass(frozen=True)
class Schedule:
    """``kept (T + 1,) float64``: the share of the variance at each level that is the music's; 1 at level 0."""

    kept: torch.Tensor

    @property
    def steps(self) -> int:
        """T, the number of levels."""
        return len(self.kept) - 1

    def shares(self, level, like) -> tuple[torch.Tensor, torch.Tensor]:
        """Factors of music and of noise at levels ``(B,)``, shaped and typed to multiply ``like (B, ...)``."""
        kept = self.kept.to(level.device)[level].reshape(-1, *[1] * (like.dim() - 1))
        return kept.sqrt().to(like), (1 - kept).sqrt().to(like)


def make_schedule(steps: int, kind: str = "cosine") -> Schedule:
    """The levels of a forward process of so many steps.

    ``"cosine"``: the kept share falls along a squared cosine. ``"linear"``: the variance that a step adds rises evenly,
    so that about as much is left in the end. ValueError for no step, and for a kind that there is not.
    """
    if steps < 1:
        raise ValueError(f"{steps} steps of noise: choose 1 or more")
    if kind not in SCHEDULES:
        raise ValueError(f"no schedule {kind!r}; there are {', '.join(SCHEDULES)}")
    place = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    if kind == "cosine":
        bend = ((place + 0.008) / 1.008 * math.pi / 2).cos().square()
        kept = LEAST + (1 - LEAST) * bend / bend[0]
    else:
        kept = LEAST ** place.square()
    return Schedule(kept)


def add_noise(clean, level, noise, schedule: Schedule) -> torch.Tensor:
    """The forward process, straight to a level: ``sqrt(kept) clean + sqrt(1 - kept) noise``, ``(B, ...)``."""
    music, hiss = schedule.shares(level, clean)
    return music * clean + hiss * noise


def price_noise(denoiser: Callable, clean, level, noise, schedule, **conditions) -> torch.Tensor:
    """The loss of each row, ``(B,)``: how far the denoiser's noise is from the true one, a mean of squares."""
    told = denoiser(add_noise(clean, level, noise, schedule), level, **conditions)
    return (told - noise).square().flatten(1).mean(1)


def price_velocity(teller: Callable, clean, level, noise, schedule, **conditions) -> torch.Tensor:
    """The same for who tells the velocity, ``sqrt(kept) noise - sqrt(1 - kept) clean``: as hard at every level.

    Where little is kept, a small error of the noise is a large one of the clean rows; of the velocity it is not.
    Source: Salimans and Ho (2022).
    """
    music, hiss = schedule.shares(level, clean)
    told = teller(add_noise(clean, level, noise, schedule), level, **conditions)
    return (told - (music * noise - hiss * clean)).square().flatten(1).mean(1)


def tell_noise(velocity, noisy, level, schedule: Schedule) -> torch.Tensor:
    """The noise in noisy rows whose velocity is known."""
    music, hiss = schedule.shares(level, noisy)
    return hiss * noisy + music * velocity


def guess_clean(noisy, noise, level, schedule: Schedule, limit: float | None = None):
    """The clean rows that noisy ones and their noise add up to; no number of them beyond ``limit``, where given."""
    music, hiss = schedule.shares(level, noisy)
    clean = (noisy - hiss * noise) / music
    return clean if limit is None else clean.clamp(-limit, limit)


def step_back(noisy, noise, level, before, schedule, fresh, *, spread=1.0, limit=None):
    """From a level ``(B,)`` down to one ``before (B,)``: the guessed clean rows, with less noise.

    ``fresh (B, ...)``: new standard normal noise. ``spread`` 1: as much of it as the forward process would have left in
    doubt had the clean rows been known (ancestral sampling, the smaller of its two variances); 0: none, so that the way
    down is a function of where it began (DDIM).
    """
    clean = guess_clean(noisy, noise, level, schedule, limit)
    music, hiss = schedule.shares(level, noisy)
    less_music, less_hiss = schedule.shares(before, noisy)
    told = (noisy - music * clean) / hiss  # the noise, of which a clean guess was cut
    new = spread * less_hiss / hiss * (1 - (music / less_music).square()).clamp(min=0).sqrt()
    old = (less_hiss.square() - new.square()).clamp(min=0).sqrt()
    return less_music * clean + old * told + new * fresh


@torch.no_grad()
def sample(
    denoiser: Callable,
    start,
    schedule: Schedule,
    generator,
    *,
    steps: int | None = None,
    spread: float = 1.0,
    limit: float | None = None,
    known=None,
    held=None,
    watch: Callable | None = None,
    **conditions,
) -> torch.Tensor:
    """Rows from noise, ``(B, ...)``.

    Parameters
    ----------
    start : standard normal noise of the rows' shape, where the way down begins.
    steps : of the way down, at most T; by default all levels, one after the other.
    spread, limit : see :func:`step_back`.
    known, held : infilling. Where ``held`` (bool, of a shape that fits ``start``) is true, the rows are ``known`` with
        the noise of each level; at the end they are ``known`` exactly.
    watch : is called with each level that is reached and the rows there, ``watch(level, rows)``.
    conditions : what the denoiser is told besides.

    ValueError for noise that is no number, for steps that there are not, and for what is known of another shape.
    """
    _check(start, schedule, steps, spread, known, held)
    steps, rows = steps or schedule.steps, start
    levels = torch.linspace(schedule.steps, 0, steps + 1).round().long().tolist()
    for here, there in zip(levels, levels[1:]):
        level, before = (torch.full((len(rows),), k).to(rows.device) for k in (here, there))
        if held is not None:
            rows = torch.where(held, _noise_again(known, level, schedule, generator), rows)
        noise = denoiser(rows, level, **conditions)
        fresh = randn(*rows.shape, generator=generator).to(rows)
        rows = step_back(rows, noise, level, before, schedule, fresh, spread=spread, limit=limit)
        if watch is not None:
            watch(there, rows)
    return rows if held is None else torch.where(held, known, rows)


def _noise_again(known, level, schedule, generator):
    noise = randn(*known.shape, generator=generator).to(known)
    return add_noise(known, level, noise, schedule)


def _check(start, schedule, steps, spread, known, held) -> None:
    if not torch.isfinite(start).all():
        raise ValueError("the noise to begin with holds what is no number")
    if steps is not None and not 1 <= steps <= schedule.steps:
        raise ValueError(f"{steps} steps down: choose 1 to {schedule.steps}, the levels there are")
    if not 0 <= spread <= 1:
        raise ValueError(f"spread is {spread}, the share of new noise: 0 to 1")
    if (known is None) != (held is None):
        raise ValueError("to fill in takes both: the rows that are known, and where they are held")
    if known is not None and known.shape != start.shape:
        shapes = f"{tuple(known.shape)}, and what is to be filled in has {tuple(start.shape)}"
        raise ValueError(f"the known rows have the shape {shapes}")
    if known is not None and not torch.isfinite(known).all():
        raise ValueError("the known rows hold what is no number")


def tell_gaussian(noisy, level, mean, covariance, schedule: Schedule) -> torch.Tensor:
    """The best any denoiser can do where clean rows ``(B, D)`` are normally distributed: the expected noise.

    ``sqrt(1 - kept) (kept covariance + (1 - kept) I)^-1 (noisy - sqrt(kept) mean)``, ``(B, D)``; minus it over
    ``sqrt(1 - kept)`` is the score, the gradient of the log of the density of noisy rows.
    """
    music, hiss = schedule.shares(level, noisy)  # (B, 1)
    own = torch.eye(len(mean), dtype=noisy.dtype, device=noisy.device)
    whole = music[:, :, None].square() * covariance + hiss[:, :, None].square() * own  # (B, D, D)
    return hiss * torch.linalg.solve(whole, noisy - music * mean)
