"""The training loop: budget, log, checkpoint, and a resume that cannot be told from no pause. It knows no game."""

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from ..files import write_whole
from . import team
from .checkpoints import CheckpointRefused, load_checkpoint, name_broken, save_checkpoint
from .rounding import rounding

__all__ = [
    "CheckpointRefused",
    "FitReport",
    "TrainingState",
    "TrainingStopped",
    "fit",
    "load_checkpoint",
    "save_checkpoint",
    "weights_hash",
]


class TrainingStopped(RuntimeError):
    """Training cannot go on: a number that is none, or one that exploded. The last checkpoint is whole."""


@dataclass
class TrainingState:
    """Everything that changes while training, so that saving it saves the run.

    ``modules`` and ``optimisers`` by name; ``generator`` draws the batches and samples; ``memory`` holds
    plain numbers, strings and lists of them. ``schedules`` move the rates of optimisers
    (:mod:`~musicgan_lib.learning.schedules`). Dropout draws from PyTorch's own generator, which
    :func:`fit` seeds, keeps aside and saves as well.
    """

    modules: dict[str, nn.Module]
    optimisers: dict[str, torch.optim.Optimizer]
    generator: torch.Generator
    step: int = 0
    memory: dict = field(default_factory=dict)
    noise: list | None = None  # PyTorch's own generators, between two calls of fit
    schedules: dict[str, torch.optim.lr_scheduler.LRScheduler] = field(default_factory=dict)


@dataclass
class FitReport:
    """What became of a call of :func:`fit`: ``steps`` done in all, their ``share`` of the plan, ``seconds`` of
    this call, ``finished``, and the ``history`` of logged numbers."""

    steps: int
    share: float
    seconds: float
    finished: bool
    history: list[dict]


def fit(
    state: TrainingState,
    step_fn: Callable[[TrainingState], dict],
    steps: int,
    *,
    folder=None,
    code: str = "",
    seconds: float = math.inf,
    log_every: int = 10,
    save_every: int = 100,
    explode: float = 1e6,
    on_log: Callable[[dict], None] | None = None,
    precision: str = "fp32",
    evaluate: Callable[[TrainingState], dict] | None = None,
    evaluate_every: int = 100,
) -> FitReport:
    """Call ``step_fn`` until ``steps`` are done or ``seconds`` have passed.

    Parameters
    ----------
    step_fn : takes the state, changes it by one step, returns name -> number.
    steps : of the whole run, earlier calls included; of a system that needs no training 0, and then it is finished.
    folder : where ``checkpoint.pt`` and ``log.jsonl`` go; a checkpoint found there is resumed. None keeps
        nothing. The resumed run ends with the same weights as one that was never stopped.
    code : a name of the program and its settings; a checkpoint made under another one is refused.
    seconds : the time cap of this call. It stops cleanly, checkpoint and all, and ``share`` says how
        far it came.
    on_log : is given each logged row, for progress.
    precision : ``"bf16"`` lets products of matrices round to eight bits of mantissa; weights, sums and losses stay
        ``"fp32"``. See :func:`~musicgan_lib.learning.rounding.rounding`, also for what is refused.
    evaluate : looks at the state every ``evaluate_every`` steps and after the last one; returns name -> number for
        the log. It draws what it likes, and may keep things in ``memory`` (:mod:`~musicgan_lib.learning.best`): all
        generators and the networks' modes are put back, so how often it looks changes no weight.

    Where several processes train together (:mod:`~musicgan_lib.learning.team`) each makes its rows of every batch,
    all do the same steps, and the first writes the files, which all have to see.

    Ctrl-C ends the call like the time cap, after the step. :class:`TrainingStopped` with step, number and tensor where
    one is NaN or beyond ``explode``; the checkpoint before it stays. :class:`CheckpointRefused` where the one found
    cannot be trusted.
    """
    began, folder = time.perf_counter(), None if folder is None else Path(folder)
    history = [] if folder is None else _resume(state, folder, code)
    saved, devices, until = state.step, _devices(state), began + seconds
    with team.working(), torch.random.fork_rng(devices=devices):
        _begin_noise(state, devices)
        with team.listen_for_ctrl_c() as said:
            while state.step < steps and team.agree(not said and time.perf_counter() < until):
                numbers = _step(step_fn, state, precision)
                state.step += 1
                last = state.step == steps
                looks = evaluate is not None and (last or state.step % evaluate_every == 0)
                if looks:
                    numbers = numbers | _look(evaluate, state, devices)
                _refuse_bad(numbers, state, explode)
                if looks or last or state.step % log_every == 0:
                    row = {"step": state.step, "seconds": round(time.perf_counter() - began, 2)}
                    history.append(row | team.mean_numbers(numbers))
                    if on_log is not None:
                        on_log(history[-1])
                if folder is not None and state.step % save_every == 0:
                    state.noise = _get_noise(devices)
                    _save(state, folder, code, history)
                    saved = state.step
        state.noise = _get_noise(devices)
        if folder is not None and (state.step > saved or not steps):
            _save(state, folder, code, history)
    spent = time.perf_counter() - began
    share = state.step / steps if steps else 1.0
    return FitReport(state.step, share, spent, state.step >= steps, history)


def _step(step_fn, state, precision: str) -> dict:
    """One step; where it fails because a tensor holds what is no number, the reason is that tensor."""
    try:
        with rounding(precision, _device(state)):
            return step_fn(state)
    except (
        RuntimeError,
        ValueError,
    ) as reason:  # so PyTorch refuses to draw from what is no distribution
        if broken := name_broken(state):
            raise TrainingStopped(f"step {state.step + 1}: {broken} ({reason})") from reason
        raise


def _resume(state, folder: Path, code: str) -> list[dict]:
    """Set the state to what a checkpoint in the folder holds; returns the log up to there."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "checkpoint.pt").exists():
        load_checkpoint(state, folder / "checkpoint.pt", code)
    return _read_log(folder / "log.jsonl", state.step)


def _look(evaluate, state, devices) -> dict:
    """What an evaluation says; it leaves every generator and every network's mode as they were."""
    kept, training = state.generator.get_state(), {k: m.training for k, m in state.modules.items()}
    with torch.random.fork_rng(devices=devices):
        numbers = evaluate(state)
    state.generator.set_state(kept)
    for name, module in state.modules.items():
        module.train(training[name])
    return numbers


def weights_hash(module: nn.Module) -> str:
    """A sha256 over the names and exact values of a module's weights."""
    seen = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        seen.update(name.encode())
        seen.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return seen.hexdigest()


def _save(state, folder: Path, code: str, history: list[dict]) -> None:
    if broken := name_broken(state, kinds=("weight",)):
        raise TrainingStopped(f"step {state.step}: {broken}")
    held = [weights_hash(m) for m in state.modules.values()] if team.size() > 1 else None
    if not team.same(held):
        raise TrainingStopped(f"step {state.step}: the processes hold different weights")
    if team.rank():
        return
    text = "".join(json.dumps(row) + "\n" for row in history).encode()
    write_whole(folder / "log.jsonl", text)  # ahead of the checkpoint, never behind
    save_checkpoint(state, folder / "checkpoint.pt", code)


def _read_log(path: Path, step: int) -> list[dict]:
    rows = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [row for row in rows if row["step"] <= step]


def _refuse_bad(numbers: dict, state, explode: float) -> None:
    for name, value in numbers.items():
        if not (math.isfinite(value) and abs(value) <= explode):
            tell = "{:.3g}, it exploded" if math.isfinite(value) else "{}, no number"
            said = "; ".join(filter(None, (tell.format(float(value)), name_broken(state))))
            raise TrainingStopped(f"step {state.step}: {name} is {said}")


def _get_noise(devices) -> list[torch.Tensor]:
    return [torch.get_rng_state(), *(torch.cuda.get_rng_state(d) for d in devices)]


def _begin_noise(state, devices) -> None:
    """PyTorch's own generators as they were left, or from the state's seed; each further process has its own."""
    if state.noise is None:
        torch.manual_seed(state.generator.initial_seed())
    else:
        _set_noise(state.noise, devices)
    if team.rank():  # a checkpoint holds the first one's
        torch.manual_seed(state.generator.initial_seed() + 1000 * state.step + team.rank())


def _set_noise(noise: list[torch.Tensor], devices) -> None:
    torch.set_rng_state(noise[0])
    for device, kept in zip(devices, noise[1:]):
        torch.cuda.set_rng_state(kept, device)


def _device(state):
    """Where the networks are; the CPU for a game without weights."""
    return next((p.device for m in state.modules.values() for p in m.parameters()), "cpu")


def _devices(state) -> list:
    found = {p.device for m in state.modules.values() for p in m.parameters()}
    return [d for d in found if d.type == "cuda"]
