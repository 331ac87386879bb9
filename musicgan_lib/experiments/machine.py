"""What a run gets of this machine: a device, a precision, minutes, and its share of a batch."""

import os

import torch

from ..games.settings import check_name
from ..learning import rounding, team

GPU_MINUTES = 30  # of a run at the gpu profile


def choose_device(profile: str, device=None):
    """The device that was asked for, else the GPU for the profile of that name where there is one;
    one for each of several processes.
    """
    check_device(device or "cpu")
    if device is None:
        device = "cuda" if profile == "gpu" and torch.cuda.is_available() else "cpu"
    return team.join(device)


def choose_precision(profile: str, device, precision=None) -> str:
    """The precision that was asked for, else ``"bf16"`` at the gpu profile on a GPU that computes with it (compute
    capability 8 and above), else ``"fp32"``.

    ValueError for one that this device does not have.
    """
    if precision is not None:
        rounding.check_precision(precision, device)
        return precision
    on_gpu = profile == "gpu" and torch.device(device).type == "cuda"
    return "bf16" if on_gpu and torch.cuda.get_device_capability(device)[0] >= 8 else "fp32"


def choose_seconds(profile: str, seconds=None) -> float:
    """The time cap of a run: what was asked for, else ``MUSICGAN_BUDGET_MIN`` minutes where set, at the gpu profile
    30, else none.

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
    check_name("device", kind, [name for name, there in here.items() if there])
    if index and kind != "cpu":
        known = range(torch.get_device_module(kind).device_count())
        check_name("device", str(device), [f"{kind}:{i}" for i in known])
