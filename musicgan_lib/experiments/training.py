"""Train a preset into a run folder, go on where it stopped, sample from it, measure it."""

import hashlib
import json
import logging
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from ..evaluation.judge_run import judge_run
from ..learning import fit as loop
from ..learning import team
from . import machine, presets, records
from .origin import Origin
from .settings import check_seed, choose_corpus, choose_variant, command, read_setting

__all__ = ["command", "draw", "evaluate", "load_weights", "open_run", "read_setting", "sample", "save_weights", "train"]  # fmt: skip
_LOG = logging.getLogger(__name__)
SAMPLES = 64  # that are kept with a run: the first ones, never chosen
JUDGED = 1024  # that the independent judges see


def train(
    preset,
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
    preset, variant, profile, seed : such as ``"bjare2020", "merl", "cpu", 0``; by default the preset's first variant,
        which the log names. A seed is a whole number, 0 or more.
    corpus : one of the preset's; its first one where the music is here, else the first that is. Presets of note matrices
        also read the path of a folder or archive of MIDI files, or of shards (``musicgan data encode``).
    control : None, or what is taken away (``"zero_reward"`` …).
    folder : where the run is kept; by default below the user's cache.
    changes : settings to change, name -> value; they become part of the variant's name.
    data : the encoded corpus, where it was encoded before: no MIDI library is needed then.
    device, seconds, precision : where, the time cap of this call, and ``"fp32"`` or ``"bf16"``; by default what
        ``machine.choose_device``, ``choose_seconds`` and ``choose_precision`` say of the profile.

    The folder holds ``config.json``, ``log.jsonl``, ``checkpoint.pt``, ``weights.safetensors``,
    ``samples.npz`` and ``record.json``. A finished run is not run again; one whose time was up is measured, too, its
    metrics hold the ``share`` of its steps that were done, and the same call goes on. Of several processes
    (``accelerate launch``) each computes its rows of every batch; the first one measures and writes.
    Raises ValueError for a name or value that does not exist, with the nearest ones.
    """  # fmt: skip
    game, changes = presets.find(preset), changes or {}
    check_seed(seed)
    variant = variant or choose_variant(game)
    corpus = corpus or choose_corpus(game)
    if corpus not in game.CORPORA and hasattr(game, "READS_FOLDERS") and Path(corpus).exists():
        corpus = str(Path(corpus).resolve())
    else:
        presets.check_name("corpus", corpus, game.CORPORA)
    device = machine.choose_device(profile, device)
    seconds = machine.choose_seconds(profile, seconds)
    precision = machine.choose_precision(profile, device, precision)
    config = game.configure(variant, profile, corpus, **changes)
    game.check_control(config, control)
    label = ",".join([variant, *(f"{k}={v}" for k, v in sorted(changes.items()))])
    data = data or game.encode(config, corpus)
    about = {
        "system": preset, "variant": label, "control": control, "profile": profile, "seed": seed,
        "corpus": corpus, "config": asdict(config), "data_hash": data.data_hash,
    }  # fmt: skip
    code, began, origin = _code(about), time.perf_counter(), Origin()
    folder = Path(folder) if folder else default_folder(about, code)
    before = _read(folder / "config.json")
    recorded = folder / "record.json"
    if before.get("code") == code and before.get("share") == 1 and recorded.is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    recorded.unlink(missing_ok=True)  # of a call whose time was up
    state = game.build(config, data, seed, device)
    spent, shares = before.get("seconds", 0.0), False
    with team.working():
        state.generator = team.share(state.generator)
        on_log = None if team.rank() else on_log
        options = {"code": code, "seconds": seconds, "precision": precision, "on_log": on_log}
        if team.agree(before.get("shares") or not (folder / "checkpoint.pt").exists()):
            if before.get("shares") and not team.rank():  # its checkpoint goes on elsewhere
                _write(folder / "config.json", before | {"shares": False})
                (folder / "checkpoint.pt").unlink(missing_ok=True)
            team.agree(None)  # nobody goes on before that
            shared = _begin_with_shared(state, game, config, about, data, folder, device, options)
            spent += 0.0 if spent else shared  # a paused call has counted it
            phase = _shared(game, config)
            shares = phase is not None and state.step < phase.steps  # time is up, or Ctrl-C
            options["seconds"] = 0.0 if shares else seconds - (time.perf_counter() - began)
        step = game.make_step(machine.share_batches(game, config), data, control)
        report = loop.fit(state, step, config.steps, folder=folder, **options)
        where = machine.tell(device, precision)
        if team.rank():
            return None
    loop.save_checkpoint(state, folder / "checkpoint.pt", code)
    about |= {
        "code": code, "share": report.share, "shares": shares, "precision": precision, "versions": records.versions(),
        "left_out": getattr(data, "report", ""),
    }  # fmt: skip
    generator = torch.Generator().manual_seed(10_000 + seed)
    metrics, samples = game.measure(state, config, data, generator)
    about["seconds"] = spent + time.perf_counter() - began
    save_weights(state.modules[_generator(game)], folder / "weights.safetensors")
    np.savez_compressed(folder / "samples.npz", words=torch.as_tensor(samples[:SAMPLES]).cpu())
    metrics = {k: float(v) for k, v in metrics.items() if np.isfinite(v)}
    if not report.finished:
        metrics["share"] = report.share
        told = f"{preset} {label} stopped at {report.share:.0%} of its steps"
        _LOG.warning(f"{told}; the same call goes on from there")
    row = {
        **{k: about[k] for k in ("system", "variant", "control", "profile", "corpus", "seed")},
        "split": getattr(data, "split_by", "piece"), "steps": state.step, "artifacts": {}, "metrics": metrics,
        **origin.fields(where, data.data_hash.partition("-")[0]), "wall_s": round(about["seconds"], 3),
        "command": command(preset, variant, profile, seed, corpus, control, changes),
    }  # fmt: skip
    records.write([row], recorded)
    _write(folder / "config.json", about)  # the last word: without it nothing is finished
    return folder


def _begin_with_shared(state, game, config, about, data, folder, device, options) -> float:
    """Take over the phase that several variants have in common, trained once a seed.

    The state afterwards is the one that this run would have reached alone, to the bit, where time was up, too. Returns the
    seconds that the phase cost when it was trained, less those of this call.
    """
    shared = _shared(game, config)
    if shared is None:
        return 0.0
    own = {k: about[k] for k in ("system", "seed", "corpus", "data_hash")}
    code = _code(own | {"config": asdict(shared)})
    place = records.cache_folder() / "training" / about["system"] / f"shared-{code}"
    before, began = _read(place / "config.json").get("seconds", 0.0), time.perf_counter()
    first = game.build(shared, data, about["seed"], device)
    first.generator = team.share(first.generator)
    if not team.agree((place / "checkpoint.pt").exists()):  # it may share a phase of its own
        place.mkdir(parents=True, exist_ok=True)
        before += _begin_with_shared(first, game, shared, about, data, place, device, options)
    inner = _shared(game, shared)
    if inner is None or first.step >= inner.steps or (place / "checkpoint.pt").exists():
        left = options["seconds"] - (time.perf_counter() - began)
        options = options | {"code": code, "seconds": left}
        step = game.make_step(machine.share_batches(game, shared), data)
        loop.fit(first, step, shared.steps, folder=place, **options)
        spent = before + time.perf_counter() - began
        if not team.rank():
            _write(place / "config.json", {"seconds": spent, "config": asdict(shared)})
    for name, module in first.modules.items():
        state.modules[name].load_state_dict(module.state_dict())
    for name, optimiser in first.optimisers.items():
        state.optimisers[name].load_state_dict(optimiser.state_dict())
    state.generator.set_state(first.generator.get_state())
    state.step, state.memory, state.noise = first.step, first.memory, first.noise
    if not team.rank() and (place / "log.jsonl").exists():
        loop.write_whole(folder / "log.jsonl", (place / "log.jsonl").read_bytes())
    return before


def _shared(game, config):
    """The settings of the phase that a run has in common with others, or None."""
    shared = game.shared_phase(config)
    return None if shared is None or not shared.steps or shared == config else shared


def open_run(folder, device="cpu"):
    """What a run folder holds, ready to use: ``(game, config, data, state, about)``.

    Raises FileNotFoundError for a folder that is no run, CheckpointRefused for a checkpoint that cannot be
    trusted.
    """
    folder = Path(folder)
    about = _read(folder / "config.json")
    if "system" not in about or not (folder / "checkpoint.pt").is_file():
        raise FileNotFoundError(f"{folder} is no run folder: it lacks config.json or checkpoint.pt")
    game = presets.find(about["system"])
    lists = {k: tuple(v) for k, v in about["config"].items() if isinstance(v, list)}
    config = game.Config(**about["config"] | lists)
    data = game.encode(config, about["corpus"])
    if data.data_hash != about["data_hash"]:
        raise ValueError(f"{folder} was trained on another edition of {about['corpus']}")
    state = game.build(config, data, about["seed"], device)
    loop.load_checkpoint(state, folder / "checkpoint.pt", about["code"])
    # what was measured is not always the last step's
    if (folder / "record.json").is_file():
        load_weights(state.modules[_generator(game)], folder / "weights.safetensors")
    return game, config, data, state, about


def sample(folder, n: int, seed=0, temperature=1.0, out=".") -> list[Path]:
    """Write ``n`` new pieces of a run as MIDI files; returns their paths."""
    from ..notes import write_midi

    check_seed(seed)
    game, config, data, state, about = open_run(folder)
    drawn = draw(game, state, config, n, torch.Generator().manual_seed(seed), temperature)
    paths = [Path(out) / f"{about['system']}-{about['variant']}-{seed}-{i}.mid" for i in range(n)]
    Path(out).mkdir(parents=True, exist_ok=True)
    for events, path in zip(drawn, paths):
        write_midi(data.decode(events), path)
    return paths


def draw(game, state, config, n: int, generator, temperature=1.0) -> np.ndarray:
    """``n`` samples of a run's generator, as its representation writes them: words, or rows of numbers."""
    if n < 1 or not 0 < temperature < float("inf"):
        raise ValueError(f"n is {n} and temperature {temperature}; both have to be above 0")
    module = state.modules[_generator(game)].eval()
    if hasattr(game, "draw"):
        return game.draw(module, config, n, generator, temperature)
    from ..models.seqgan import Sampler

    return Sampler(module).run(n, config.length, generator, temperature).actions.cpu().numpy()


def _generator(game) -> str:
    """What a preset calls its music's module."""
    return getattr(game, "GENERATOR", "policy")


def evaluate(folder, judge_seeds: int = 0) -> dict:
    """Measure a run from its checkpoint: the metrics of its record, and the independent judge's where asked."""
    game, config, data, state, about = open_run(folder)
    generator = torch.Generator().manual_seed(10_000 + about["seed"])
    metrics, _ = game.measure(state, config, data, generator)
    if judge_seeds:
        drawn = draw(game, state, config, JUDGED, torch.Generator().manual_seed(7))
        if hasattr(game, "as_words"):  # judges read symbols
            data, drawn = game.as_words(data, drawn)
        elif drawn.ndim > 2:
            raise ValueError("this judge reads words; of note matrices judge_auc is a fresh one's")
        metrics |= judge_run(drawn, data, judge_seeds)
    return {k: float(v) for k, v in metrics.items() if np.isfinite(v)}


def save_weights(module, path, half: bool = False) -> Path:
    """Weights as safetensors; ``half`` rounds them to fp16, as those that travel with the book are."""
    from safetensors.torch import save_file

    tensors = {k: v.detach().cpu().contiguous() for k, v in module.state_dict().items()}
    if half:
        tensors = {k: v.half() if v.is_floating_point() else v for k, v in tensors.items()}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(path))
    return Path(path)


def load_weights(module, path):
    """Set a module's weights from safetensors; CheckpointRefused where the file is broken or does not fit."""
    from safetensors.torch import load_file

    try:
        module.load_state_dict({k: v.float() for k, v in load_file(str(path)).items()})
    except Exception as reason:  # safetensors and torch raise kinds of their own
        first = str(reason).splitlines()[0][:160]
        raise loop.CheckpointRefused(f"{path} is broken or of another model: {first}") from reason
    return module


def default_folder(about: dict, code: str) -> Path:
    """Where a run is kept when nobody says: after a change of the library, a new place."""
    corpus = Path(about["corpus"]).name
    parts = [about["variant"], about["control"], about["profile"], corpus, about["seed"]]
    name = "-".join(str(p) for p in [*parts, code[:8]] if p is not None)
    return records.cache_folder() / "training" / about["system"] / name


def _code(about) -> str:
    """A name of the settings and of the program: a checkpoint of another one is not resumed."""
    seen = hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode())
    library = Path(__file__).resolve().parents[1]
    rooms = ("models", "learning", "metrics", "representations", "experiments/presets")
    files = [f for room in rooms for f in sorted((library / room).glob("*.py"))]
    own = (Path(__file__).with_name(f"{n}.py") for n in ("encode", "tones", "rolls", "shards"))
    for file in [*files, *own]:
        seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


def _read(path: Path) -> dict:
    return json.loads(path.read_text()) if path.is_file() else {}


def _write(path: Path, content: dict) -> None:
    loop.write_whole(path, json.dumps(content, indent=1, sort_keys=True).encode())
