"""What a run gets of this machine: a device, a precision, minutes, and its share of a batch."""

import os
from dataclasses import replace

import torch

from ..learning import rounding, team
from . import presets

GPU_MINUTES = 30  # of a run at the gpu profile


def choose_device(profile: str, device=None):
    """The device that was asked for, else the GPU for the profile of that name where there is one; one for each of several processes."""
    check_device(device or "cpu")
    if device is None:
        device = "cuda" if profile == "gpu" and torch.cuda.is_available() else "cpu"
    return team.join(device)


def choose_precision(profile: str, device, precision=None) -> str:
    """The precision that was asked for, else ``"bf16"`` at the gpu profile on a GPU that computes with it (compute capability 8 and above), else ``"fp32"``.

    ValueError for one that this device does not have.
    """
    if precision is not None:
        rounding.check_precision(precision, device)
        return precision
    on_gpu = profile == "gpu" and torch.device(device).type == "cuda"
    return "bf16" if on_gpu and torch.cuda.get_device_capability(device)[0] >= 8 else "fp32"


def choose_seconds(profile: str, seconds=None) -> float:
    """The time cap of a run: what was asked for, else ``MUSICGAN_BUDGET_MIN`` minutes where set, at the gpu profile 30, else none.

    ValueError where it is no number above 0; who asks for 0 seconds has what there is measured.
    """
    if seconds is not None:
        if not seconds >= 0:
            raise ValueError(f"a time cap of {seconds} seconds: give 0 or more")
        return seconds
    said = os.environ.get("MUSICGAN_BUDGET_MIN") or (GPU_MINUTES if profile == "gpu" else "inf")
    try:
        minutes = float(said)
    except ValueError:
        minutes = 0.0
    if not minutes > 0:
        raise ValueError(f"MUSICGAN_BUDGET_MIN is {said!r}: give minutes, a number above 0")
    return 60 * minutes


def share_batches(game, config):
    """The settings of one of several processes: batches divided by their number, all else as it is.

    ValueError for a preset that trains in one process, and for a batch that cannot be divided.
    """
    for name in getattr(game, "BATCHES", ()):
        whole = getattr(config, name)
        if whole % team.size():
            raise ValueError(f"{name} is {whole}: {team.size()} processes cannot share it evenly")
        config = replace(config, **{name: whole // team.size()})
    if team.size() > 1:
        _refuse_uneven(game, config)
    return config


def _refuse_uneven(game, own) -> None:
    """ValueError where processes could not hold equal parts of a batch's groups; ``own`` is one's part."""
    if not hasattr(game, "BATCHES"):
        raise ValueError(f"{game.__name__.rpartition('.')[2]} trains in one process")
    pool = getattr(own, "pool", 0)  # drawn in parts of 64
    if pool and (pool % team.size() or 64 % team.size()):
        raise ValueError(f"pool is {pool}: {team.size()} processes cannot share it evenly")
    if "rl_batch" in game.BATCHES and own.rl_batch % own.per_opening:
        raise ValueError(f"rl_batch: {own.rl_batch} a process is no multiple of per_opening")
    for name in ("noise", "mismatched"):
        for batch in (b for b in ("judge_batch", "rl_batch") if b in game.BATCHES):
            rows = getattr(own, name) * getattr(own, batch)
            if abs(rows - round(rows)) > 1e-9:
                raise ValueError(f"{name}: {rows:g} rows of a process's {batch}; choose others")


def tell(device, precision: str) -> str:
    """The device as a record names it, with what else the numbers depend on."""
    told = [str(device)]
    if precision != "fp32":
        told.append(rounding.tell_precision(precision, device))
    return ", ".join(told + ([f"{team.size()} processes"] if team.size() > 1 else []))


def check_device(device) -> None:
    """ValueError for a device that is not on this machine, with those that are."""
    here = {
        "cpu": True,
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
    }
    if torch.accelerator.is_available():  # of any other maker
        here[torch.accelerator.current_accelerator().type] = True
    kind, _, index = str(device).partition(":")
    presets.check_name("device", kind, [name for name, there in here.items() if there])
    if index and kind != "cpu":
        known = range(torch.get_device_module(kind).device_count())
        presets.check_name("device", str(device), [f"{kind}:{i}" for i in known])
