"""Rows of latents: where a game takes them from, in which order they are learned, and how they are written."""

import numpy as np
import torch

from ..data.windows import WindowCutter
from ..learning import diffusion
from ..models.draws import randint, randn
from .game import device_of
from .settings import refuse

#: Windows that the autoencoder reads at once
AT_ONCE = 1024


def cut_windows(data, config) -> torch.Tensor:
    """All training windows of ``bars``, at each bar and in each key, ``(N, T) int64``."""
    groups = [data.pieces["train"]]
    if config.keys:
        groups.append([moved for piece in data.other_keys for moved in piece])
    cutters = [WindowCutter(g, config.length, stride=data.stride) for g in groups]
    cut = [c.cut(*c.every(data.stride)) for c in cutters]
    return torch.as_tensor(np.concatenate(cut))


def take_latents(network, windows) -> torch.Tensor:
    """Rows of latents of all windows, on the CPU; the network remembers their mean and spread."""
    network.eval()
    device, parts = device_of(network), windows.split(AT_ONCE)
    latents = torch.cat([network.read_bars(part.to(device)).cpu() for part in parts])
    network.settle(latents.to(device))
    network.train()
    return (latents - network.centre.cpu()) / network.spread.cpu()


def draw_rows(rows, config, generator) -> torch.Tensor:
    """Random training rows ``(batch, R, Z)``; or each latent from a random place of a random row."""
    if config.order == "own":
        return rows[randint(len(rows), config.batch, generator)]
    flat = rows.flatten(0, 1)
    return flat[randint(len(flat), config.batch * rows.shape[1], generator)].unflatten(
        0, (-1, rows.shape[1])
    )


def mix_rows(rows, generator) -> torch.Tensor:
    """The same latents in random places: each comes from any place of any row, ``(n, R, Z)``."""
    order = torch.randperm(len(rows) * rows.shape[1], generator=generator).to(rows.device)
    return rows.flatten(0, 1)[order].reshape(rows.shape)


def shuffle_rows(rows, config, generator) -> torch.Tensor:
    """Rows as the run learns them."""
    return rows if config.order == "own" else mix_rows(rows, generator)


@torch.no_grad()
def write_rows(network, config, n: int, generator, temperature=1.0, **held) -> torch.Tensor:
    """Rows of latents, ``(n, R, Z)``. ``held``: ``known`` and ``held`` of ``learning.diffusion.sample``.

    ValueError where something is to be held by a model that writes from left to right.
    """
    if config.model == "autoregressive":
        refuse(held, "a model that writes from left to right holds nothing that is known before")
        return network.writer.write(n, generator, temperature)
    shape = (n, network.bars, network.latent)
    start = temperature * randn(*shape, generator=generator).to(device_of(network))
    schedule = diffusion.make_schedule(config.levels, config.noise)
    denoiser = make_denoiser(network, config, schedule)
    return diffusion.sample(denoiser, start, schedule, generator, limit=config.limit, **held)


def make_denoiser(network, config, schedule):
    """What tells the noise in noisy rows: the writer, or what follows from its velocity."""
    if config.target == "noise":
        return network.writer

    def denoise(noisy, level):
        return diffusion.tell_noise(network.writer(noisy, level), noisy, level, schedule)

    return denoise
