"""Train a system into a run folder: plan, resume, run, record. A call goes on where the one before it stopped."""

import contextlib
import json
import logging
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch

from ..data.tokens import write_arrays
from ..files import cache_folder, hold, write_whole
from ..games.controls import MUSIC
from ..learning import fit as loop
from ..learning import team
from . import machine, records
from .origin import Origin
from .plan import Plan, hash_code, make_plan
from .run_folder import (
    JUDGED,
    draw,
    evaluate,
    load_weights,
    open_run,
    read_json,
    sample,
    save_weights,
)
from .settings import command, read_setting

__all__ = [
    "JUDGED",
    "command",
    "draw",
    "evaluate",
    "load_weights",
    "open_run",
    "read_setting",
    "sample",
    "save_weights",
    "train",
]
_LOG = logging.getLogger(__name__)
SAMPLES = 64  # that are kept with a run: the first ones, never chosen


def train(
    system,
    variant=None,
    profile="smoke",
    seed=0,
    *,
    corpus=None,
    control=None,
    folder=None,
    changes=None,
    data=None,
    device=None,
    seconds=None,
    precision=None,
    on_log=None,
) -> Path | None:
    """Train, or go on training, and measure; returns the run folder; of several processes, only to the first.

    Parameters
    ----------
    system, variant, profile, seed : such as ``"bjare2020", "merl", "cpu", 0``; by default the system's first variant,
        which the log names. A seed is a whole number, 0 or more.
    corpus : one of the system's; its first one where the music is here, else the first that is. Systems on note
        matrices also read the path of a folder or archive of MIDI files, or of shards (``musicgan data encode``).
    control : None, or what is taken away (``"zero_reward"`` …).
    folder : where the run is kept; by default below the user's cache.
    changes : settings to change, name -> value; they become part of the variant's name.
    data : the encoded corpus, where it was encoded before: no MIDI library is needed then.
    device, seconds, precision : where, the time cap of this call, and ``"fp32"`` or ``"bf16"``; by default what
        ``machine.choose_device``, ``choose_seconds`` and ``choose_precision`` say of the profile.

    The folder holds ``config.json``, ``log.jsonl``, ``checkpoint.pt``, ``weights.safetensors``,
    ``samples.npz`` and ``record.json``. A finished run is not run again; one whose time was up is measured, too, its
    metrics hold the ``share`` of its steps that were done, and the same call goes on. Of several processes
    (``accelerate launch``) each computes its rows of every batch; the first one measures and writes. While another
    call trains in this folder this one waits, at most its own time, and takes what that one has finished; OSError
    where it has not.
    Raises ValueError for a name or value that does not exist, with the nearest ones.
    """  # fmt: skip
    plan = make_plan(
        system, variant, profile, seed, corpus, control, folder, changes, data, device, seconds, precision
    )  # fmt: skip
    origin = Origin()
    if _is_finished(plan):
        return plan.folder
    plan.folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        with team.working():
            _wait_for(plan.folder, plan.seconds, held)
            if team.agree(_is_finished(plan)):  # another call was faster
                return None if team.rank() else plan.folder
            plan = replace(plan, began=time.perf_counter())  # who waits does not work
            before = team.agree(read_json(plan.folder / "config.json"))
            (plan.folder / "record.json").unlink(missing_ok=True)  # of a call whose time was up
            state = plan.game.build(plan.config, plan.data, seed, plan.device)
            state.generator = team.share(state.generator)
            done = _run(plan, state, before, None if team.rank() else on_log)
            where = machine.tell(plan.device, plan.precision)
            if team.rank():
                return None
        told = origin.fields(where, plan.data.data_hash.partition("-")[0])
        return _record(plan, state, done, told)


def _is_finished(plan: Plan) -> bool:
    """Whether the folder holds this very run, all its steps done and measured."""
    before = read_json(plan.folder / "config.json")
    same = before.get("code") == plan.code and before.get("share") == 1
    return same and (plan.folder / "record.json").is_file()


def _wait_for(folder: Path, seconds: float, held: contextlib.ExitStack) -> float:
    """Let nobody else train in a folder while ``held`` is open; the first of several processes does so for all.

    Returns the seconds that were waited for another call.
    """
    waited = 0.0 if team.rank() else held.enter_context(hold(folder, seconds))
    return team.agree(waited)


@dataclass(frozen=True)
class Done:
    """What a call did: the loop's ``report``, and ``seconds`` of the run in all.

    ``shares``: its checkpoint is of the phase that other runs share, and goes on there.
    """

    report: loop.FitReport
    seconds: float
    shares: bool


def _run(plan: Plan, state, before: dict, on_log) -> Done:
    """Take over what there is, a shared phase or a checkpoint, and train until all steps are done or time is up."""
    spent, shares, left = before.get("seconds", 0.0), False, plan.seconds
    options = {"code": plan.code, "precision": plan.precision, "on_log": on_log}
    checkpoint = plan.folder / "checkpoint.pt"
    if team.agree(before.get("shares") or not checkpoint.exists()):
        if before.get("shares") and not team.rank():  # its checkpoint goes on elsewhere
            _write(plan.folder / "config.json", before | {"shares": False})
            checkpoint.unlink(missing_ok=True)
        team.agree(None)  # nobody goes on before that
        first = plan.game, plan.config, plan.about, plan.data, plan.folder, plan.device
        shared = _begin_with_shared(state, *first, options | {"seconds": plan.seconds})
        spent += 0.0 if spent else shared  # a paused call has counted it
        phase = _shared(plan.game, plan.config, plan.about["control"])
        shares = phase is not None and state.step < phase.steps  # time is up, or Ctrl-C
        left = 0.0 if shares else plan.seconds - (time.perf_counter() - plan.began)
    config = plan.game.share(plan.config, team.size())
    control = plan.system.choose_signal_control(plan.about["control"])
    step = plan.game.make_step(config, plan.data, control)
    evaluate, every = plan.game.make_evaluation(config, plan.data)
    report = loop.fit(
        state,
        step,
        plan.config.steps,
        folder=plan.folder,
        seconds=left,
        evaluate=evaluate,
        evaluate_every=every,
        **options,
    )
    return Done(report, spent, shares)


def _record(plan: Plan, state, done: Done, origin: dict) -> Path:
    """Measure, and write what is kept of a run into its folder.

    ``config.json`` comes last: without it nothing is finished.
    """
    loop.save_checkpoint(state, plan.folder / "checkpoint.pt", plan.code)
    generator = torch.Generator().manual_seed(10_000 + plan.about["seed"])
    metrics, samples = plan.system.measure(state, plan.config, plan.data, generator)
    seconds = done.seconds + time.perf_counter() - plan.began
    save_weights(state.modules[plan.game.generator], plan.folder / "weights.safetensors")
    words = torch.as_tensor(samples[:SAMPLES]).cpu()
    write_arrays(plan.folder / "samples.npz", words=np.asarray(words))
    if not done.report.finished:
        metrics["share"] = done.report.share
        told = f"{plan.system.id} {plan.about['variant']} stopped at {done.report.share:.0%} of its steps"
        _LOG.warning(f"{told}; the same call goes on from there")
    row = {
        **{k: plan.about[k] for k in ("system", "variant", "control", "profile", "corpus", "seed")},
        "split": plan.data.split_by, "steps": state.step, "artifacts": {}, "metrics": metrics,
        **origin, "wall_s": round(seconds, 3), "command": plan.command,
    }  # fmt: skip
    records.write([row], plan.folder / "record.json")
    told = {
        "code": plan.code, "share": done.report.share, "shares": done.shares, "precision": plan.precision,
        "versions": records.versions(), "left_out": plan.data.report, "seconds": seconds,
    }  # fmt: skip
    _write(plan.folder / "config.json", plan.about | told)
    return plan.folder


def _begin_with_shared(state, game, config, about, data, folder, device, options) -> float:
    """Take over the phase that several variants have in common, trained once a seed.

    The state afterwards is the one that this run would have reached alone, to the bit, where time was up, too.
    Returns the seconds that the phase cost when it was trained, less those of this call.
    """
    shared = _shared(game, config, about["control"])
    if shared is None:
        return 0.0
    own = {k: about[k] for k in ("system", "seed", "corpus", "data_hash")}
    code = hash_code(own | {"config": asdict(shared)})
    place = cache_folder() / "training" / about["system"] / f"shared-{code}"
    place.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:  # several variants may be trained at once
        waited = _wait_for(place, options["seconds"], held)
        options = options | {"seconds": options["seconds"] - waited}
        cost = _train_shared(state, shared, code, place, game, about, data, folder, device, options)
    return cost - waited


def _train_shared(state, shared, code, place, game, about, data, folder, device, options) -> float:
    """Take the shared phase over from its own folder ``place``, where it is trained first if need be.

    Returns what it had cost before this call.
    """
    before, began = read_json(place / "config.json").get("seconds", 0.0), time.perf_counter()
    first = game.build(shared, data, about["seed"], device)
    first.generator = team.share(first.generator)
    if not team.agree((place / "checkpoint.pt").exists()):  # it may share a phase of its own
        before += _begin_with_shared(first, game, shared, about, data, place, device, options)
    inner = _shared(game, shared)
    if inner is None or first.step >= inner.steps or (place / "checkpoint.pt").exists():
        left = options["seconds"] - (time.perf_counter() - began)
        options = options | {"code": code, "seconds": left}
        own = game.share(shared, team.size())
        evaluate, every = game.make_evaluation(own, data)
        options = options | {"evaluate": evaluate, "evaluate_every": every}
        loop.fit(first, game.make_step(own, data), shared.steps, folder=place, **options)
        spent = before + time.perf_counter() - began
        if not team.rank():
            _write(place / "config.json", {"seconds": spent, "config": asdict(shared)})
    for name, module in first.modules.items():
        state.modules[name].load_state_dict(module.state_dict())
    for name, optimiser in first.optimisers.items():
        state.optimisers[name].load_state_dict(optimiser.state_dict())
    for name, schedule in first.schedules.items():
        state.schedules[name].load_state_dict(schedule.state_dict())
    state.generator.set_state(first.generator.get_state())
    state.step, state.memory, state.noise = first.step, first.memory, first.noise
    if not team.rank() and (place / "log.jsonl").exists():
        write_whole(folder / "log.jsonl", (place / "log.jsonl").read_bytes())
    return before


def _shared(game, config, control=None):
    """The settings of the phase that a run has in common with others, or None.

    Under a control on the music there is none: it learns from other music from its first step on.
    """
    shared = None if control in MUSIC else game.shared_phase(config)
    return None if shared is None or not shared.steps or shared == config else shared


def _write(path: Path, content: dict) -> None:
    write_whole(path, json.dumps(content, indent=1, sort_keys=True).encode())
