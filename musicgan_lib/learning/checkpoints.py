"""The file that a run goes on from: written whole, and taken whole or not at all. It comes from anywhere."""

import copy
import io
import zipfile
from pathlib import Path

import torch

from ..files import write_whole

#: A checkpoint's layout; another number is refused.
FORMAT = 1
#: A checkpoint holds a few times its networks' weights, and little besides: so many times, and so many bytes.
TIMES, ROOM = 16, 2**28


class CheckpointRefused(ValueError):
    """A checkpoint that is truncated, from other code or another run, or not plain tensors; it says which."""


def save_checkpoint(state, path, code: str = "") -> None:
    """Write a :class:`~musicgan_lib.learning.fit.TrainingState` as tensors and plain values, whole or not at all."""
    content = {"format": FORMAT, "code": code, **_hold(state)}
    held = io.BytesIO()
    torch.save(content, held)
    write_whole(path, held.getbuffer())


def load_checkpoint(state, path, code: str = "") -> None:
    """Set the state to what a checkpoint holds; :class:`CheckpointRefused` where it cannot be trusted.

    Its size and those of all that is in it are compared before there is made room for them, its shapes and kinds of
    numbers before any of it is taken. Of a refused one nothing is taken.
    """
    try:
        _check_file(state, Path(path))
        content = torch.load(path, map_location="cpu", weights_only=True)
        known = bool(content["format"] == FORMAT and content["code"] == code)
    except Exception as reason:  # torch raises many kinds for a broken or unsafe file
        cause = f"{reason}".strip().splitlines() or [type(reason).__name__]
        raise CheckpointRefused(
            f"{path} is truncated, is no checkpoint, or holds more than tensors ({cause[0][:120]}); "
            "delete it to begin again"
        ) from reason
    if not known:
        raise CheckpointRefused(
            f"{path} was written by other code or other settings; delete it to begin again, "
            "or give another folder"
        )
    before = copy.deepcopy(_hold(state))
    try:
        _check_content(state, content)
        _set(state, content)
        if broken := name_broken(state, kinds=("weight",)):
            raise ValueError(broken)
    except Exception as reason:  # of many kinds, where bytes were changed
        _set(state, before)
        raise CheckpointRefused(f"{path} does not fit these networks: {reason}") from reason


def name_broken(state, kinds=("gradient", "weight")) -> str:
    """Which gradient or weight is no number, the first one; empty where all are numbers."""
    for name, module in state.modules.items():
        for of, weight in module.named_parameters():
            for kind, x in (("gradient", weight.grad), ("weight", weight)):
                if kind in kinds and not (x is None or x.is_meta or x.isfinite().all()):
                    return f"the {kind} of {name}.{of} is no number"
    return ""


def _check_file(state, path: Path) -> None:
    """ValueError for a file that would unpack to more than it is, or is larger than such a run's."""
    weights = [w for m in state.modules.values() for w in m.state_dict().values()]
    most = ROOM + TIMES * sum(w.numel() * w.element_size() for w in weights)
    size = path.stat().st_size
    if size > most:
        raise ValueError(f"{size} bytes, and networks like these need {most} at most")
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > size:
            raise ValueError("it unpacks to more than it is")
        if broken := packed.testzip():  # torch itself compares no checksums
            raise ValueError(f"the checksum of {broken} differs")


def _check_content(state, content: dict) -> None:
    """ValueError for what is none of this run's: a count, a kind of number, a tensor of another shape."""
    step, memory, noise = content["step"], content["memory"], content["noise"]
    if type(step) is not int or step < 0 or not isinstance(memory, dict):
        raise ValueError(f"its step is {step!r}, its memory a {type(memory).__name__}")
    if noise is not None and (noise[0].dtype, noise[0].shape) != (
        torch.uint8,
        torch.get_rng_state().shape,
    ):
        raise ValueError("its noise is of another generator")
    for name, module in state.modules.items():
        kept = content["modules"][name]
        for of, own in module.state_dict().items():
            if isinstance(own, torch.Tensor) and kept[of].dtype != own.dtype:
                raise ValueError(f"{name}.{of} is of {kept[of].dtype}, not {own.dtype}")
    for name, optimiser in state.optimisers.items():
        _check_moments(name, optimiser, content["optimisers"][name])


def _check_moments(name: str, optimiser, kept: dict) -> None:
    """ValueError for what an optimiser remembers of a weight that has another shape: PyTorch takes it unseen."""
    weights = [weight for group in optimiser.param_groups for weight in group["params"]]
    numbers = [number for group in kept["param_groups"] for number in group["params"]]
    shapes = {number: weight.shape for number, weight in zip(numbers, weights, strict=True)}
    for number, moments in kept["state"].items():
        for of, x in moments.items():
            if isinstance(x, torch.Tensor) and x.shape not in (shapes[number], torch.Size()):
                raise ValueError(f"{of} of the optimiser {name} has another shape than its weight")


def _hold(state) -> dict:
    """Everything that a run goes on from."""
    return {
        "step": state.step,
        "modules": {k: m.state_dict() for k, m in state.modules.items()},
        "optimisers": {k: o.state_dict() for k, o in state.optimisers.items()},
        "schedules": {k: s.state_dict() for k, s in state.schedules.items()},
        "generator": state.generator.get_state(),
        "noise": state.noise,
        "memory": state.memory,
    }


def _set(state, content: dict) -> None:
    for name, module in state.modules.items():
        module.load_state_dict(content["modules"][name])
    for name, optimiser in state.optimisers.items():
        optimiser.load_state_dict(content["optimisers"][name])
    for name, schedule in state.schedules.items():
        schedule.load_state_dict(content["schedules"][name])
    state.generator.set_state(content["generator"])
    state.step, state.memory, state.noise = content["step"], content["memory"], content["noise"]
