"""Classifier-free guidance (Ho and Salimans 2022): what a text changes in a denoiser's answer, made larger or not."""

import math
from collections.abc import Callable

import torch

from .diffusion import LEAST, Schedule, add_noise


def lay_levels(steps: int) -> Schedule:
    """So many levels of noise: the share that is kept falls along a squared cosine and is cut off at ``LEAST``.

    :func:`~musicgan_lib.learning.diffusion.make_schedule` falls to the same share without a corner.
    """
    place = torch.linspace(0, 1, steps + 1, dtype=torch.float64)
    bend = ((place + 0.008) / 1.008 * math.pi / 2).cos().square()
    return Schedule((bend / bend[0]).clamp(min=LEAST))


def guide(denoiser: Callable, weight: float, empty: dict) -> Callable:
    """A denoiser that goes ``weight`` times as far from the answer without a text as the answer with it lies.

    ``without + weight * (with - without)``: weight 0 hears no text, 1 is the denoiser as it is, more overstates the
    text. ``empty`` are the conditions that say nothing, by their names; the others are passed on. ValueError for a
    weight that is no number.
    """
    if not math.isfinite(weight):
        raise ValueError(f"guidance is {weight}: choose a number, such as 0, 1 or 3")

    def guided(noisy, level, **conditions) -> torch.Tensor:
        if weight == 1:
            return denoiser(noisy, level, **conditions)
        without = denoiser(noisy, level, **conditions | empty)
        if weight == 0:
            return without
        return without + weight * (denoiser(noisy, level, **conditions) - without)

    return guided


def price_velocity(network: Callable, clean, level, noise, schedule: Schedule, **conditions):
    """The loss of each row, ``(B,)``: the mean square between what a network tells and the *velocity*.

    The velocity is ``sqrt(kept) noise - sqrt(1 - kept) clean``: where hardly anything is noise it asks for the noise,
    and where nearly all is, for the music. The network is told the share of the variance that is noise. Source:
    Salimans and Ho (2022).
    """
    music, hiss = schedule.shares(level, clean)
    noisy = add_noise(clean, level, noise, schedule)
    told = network(noisy, share_of_noise(schedule, level, clean), **conditions)
    return (told - (music * noise - hiss * clean)).square().flatten(1).mean(1)


def tell_noise(network: Callable, schedule: Schedule) -> Callable:
    """A network that tells velocities as a denoiser: its noise is ``sqrt(1 - kept) noisy + sqrt(kept) velocity``."""

    def denoiser(noisy, level, **conditions) -> torch.Tensor:
        music, hiss = schedule.shares(level, noisy)
        return hiss * noisy + music * network(
            noisy, share_of_noise(schedule, level, noisy), **conditions
        )

    return denoiser


def share_of_noise(schedule: Schedule, level, like) -> torch.Tensor:
    """How much of the variance is noise at levels ``(B,)``, ``(B,)`` of the type of ``like``."""
    return (1 - schedule.kept.to(level.device)[level]).to(like.dtype)


def guide_gaussians(weight: float, empty: tuple, told: tuple, level, schedule: Schedule) -> tuple:
    """What guidance aims at where rows without and with a text are normally distributed, ``(mean, covariance)``.

    ``empty`` and ``told`` are mean ``(D,)`` and covariance ``(D, D)`` of clean rows; the answer is of noisy rows at one
    ``level``. Guided scores are those of the density ``empty^(1 - weight) told^weight``: of such Gaussians precisions
    add up, and so do precisions times means. ValueError where that density has no finite sum.
    """
    kept, one = schedule.kept[level], torch.eye(len(told[0]), dtype=told[0].dtype)
    whole, pulled = 0.0, 0.0
    for share, (mean, covariance) in ((1 - weight, empty), (weight, told)):
        precision = torch.linalg.inv(kept * covariance + (1 - kept) * one)
        whole, pulled = whole + share * precision, pulled + share * precision @ (kept.sqrt() * mean)
    if (torch.linalg.eigvalsh(whole) <= 0).any():
        raise ValueError(f"guidance {weight} leaves no distribution: its density grows without end")
    covariance = torch.linalg.inv(whole)
    return covariance @ pulled, covariance
