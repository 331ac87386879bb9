"""What a run folder holds, opened again: to sample from, to measure, to take weights from."""

import json
from pathlib import Path

import numpy as np
import torch

from .. import systems
from ..evaluation.judge_run import judge_run
from ..files import shorten_name, write_whole
from ..learning import fit as loop
from .settings import check_seed

JUDGED = 1024  # samples that the independent judges see
#: What a run folder says of itself, at least.
_RUN = {"system", "config", "corpus", "data_hash", "seed", "code"}
#: What safetensors calls the numbers of counts and of weights, by whether they are fractions.
_KINDS = {False: ("I64", "I32", "BOOL", "U8"), True: ("F16", "BF16", "F32")}


def open_run(folder, device="cpu"):
    """What a run folder holds, ready to use: ``(system, config, data, state, about)``.

    Raises FileNotFoundError for a folder that is no run, ValueError for one of another edition of the library or of
    its music, CheckpointRefused for a checkpoint that cannot be trusted.
    """
    folder = Path(folder)
    try:
        about = read_json(folder / "config.json")
    except (ValueError, RecursionError) as reason:
        raise FileNotFoundError(
            f"{folder} is no run folder: its config.json is no JSON"
        ) from reason
    if not _RUN <= set(about) or not (folder / "checkpoint.pt").is_file():
        raise FileNotFoundError(f"{folder} is no run folder: it lacks config.json or checkpoint.pt")
    system = systems.find(about["system"])
    game = system.game
    try:
        lists = {k: tuple(v) for k, v in about["config"].items() if isinstance(v, list)}
        config = game.Config(**about["config"] | lists)
    except (TypeError, AttributeError) as reason:
        raise ValueError(
            f"{folder} was trained by another edition of the library: {reason}"
        ) from reason
    data = game.encode(config, about["corpus"])
    if data.data_hash != about["data_hash"]:
        raise ValueError(f"{folder} was trained on another edition of {about['corpus']}")
    state = game.build(config, data, about["seed"], device)
    loop.load_checkpoint(state, folder / "checkpoint.pt", about["code"])
    # what was measured is not always the last step's
    if (folder / "record.json").is_file():
        load_weights(state.modules[game.generator], folder / "weights.safetensors")
    return system, config, data, state, about


def sample(folder, n: int, seed=0, temperature=1.0, out=".") -> list[Path]:
    """Write ``n`` new pieces of a run as MIDI files, or as WAV where it makes sound; returns their paths."""
    from ..listening.synth import to_wav
    from ..notes import write_midi
    from ..notes.sound import Sound

    check_seed(seed)
    system, config, data, state, about = open_run(folder)
    drawn = draw(system, state, config, n, torch.Generator().manual_seed(seed), temperature)
    run = shorten_name(f"{about['system']}-{about['variant']}")  # a variant tells every setting
    Path(out).mkdir(parents=True, exist_ok=True)
    paths = []
    for i, events in enumerate(drawn):
        made = data.decode(events)
        heard = isinstance(made, Sound)
        paths.append(Path(out) / f"{run}-{seed}-{i}.{'wav' if heard else 'mid'}")
        if heard:
            to_wav(made.samples, made.rate, paths[-1])
        else:
            write_midi(made, paths[-1])
    return paths


def draw(system, state, config, n: int, generator, temperature=1.0) -> np.ndarray:
    """``n`` samples of a run's generator, as its music is encoded: tokens, rows of numbers, or matrices."""
    if n < 1 or not 0 < temperature < float("inf"):
        raise ValueError(f"n is {n} and temperature {temperature}; both have to be above 0")
    module = state.modules[system.game.generator].eval()
    return system.game.draw(module, config, n, generator, temperature)


def evaluate(folder, judge_seeds: int = 0) -> dict:
    """Measure a run from its checkpoint: the metrics of its record, and the independent judge's where asked."""
    system, config, data, state, about = open_run(folder)
    generator = torch.Generator().manual_seed(10_000 + about["seed"])
    metrics, _ = system.measure(state, config, data, generator)
    if judge_seeds:
        drawn = draw(system, state, config, JUDGED, torch.Generator().manual_seed(7))
        data, drawn = system.game.as_tokens(data, drawn)
        judged = judge_run(drawn, data, judge_seeds)
        metrics |= {k: float(v) for k, v in judged.items() if np.isfinite(v)}
    return metrics


def save_weights(module, path, half: bool = False) -> Path:
    """Weights as safetensors, whole or not at all; ``half`` rounds to fp16, as those that travel with the book are."""
    from safetensors.torch import save as pack

    tensors = {k: v.detach().cpu().contiguous() for k, v in module.state_dict().items()}
    if half:
        tensors = {k: v.half() if v.is_floating_point() else v for k, v in tensors.items()}
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    return write_whole(path, pack(tensors))


def load_weights(module, path):
    """Set a module's weights from safetensors; CheckpointRefused where the file is broken or does not fit.

    Names, shapes and kinds of numbers are compared before any of it is read.
    """
    from safetensors import safe_open

    try:
        with safe_open(str(path), "pt") as file:
            _check_fits(module.state_dict(), file)
            weights = {name: file.get_tensor(name).float() for name in file.keys()}
        for name, _ in module.named_parameters():
            if not weights[name].isfinite().all():
                raise ValueError(f"{name} holds what is no number")
        module.load_state_dict(weights)
    except Exception as reason:  # safetensors and torch raise kinds of their own
        first = f"{reason}".splitlines()[0][:160]
        raise loop.CheckpointRefused(f"{path} is broken or of another model: {first}") from reason
    return module


def _check_fits(own: dict, file) -> None:
    """ValueError where a file of safetensors holds other names, shapes or kinds of numbers than a network's own."""
    if other := set(own) ^ set(file.keys()):
        raise ValueError(f"{min(other)} is in one of the two alone")
    for name, weight in own.items():
        there = file.get_slice(name)
        if there.get_shape() != list(weight.shape):
            raise ValueError(f"{name} has shape {there.get_shape()}, not {list(weight.shape)}")
        if there.get_dtype() not in _KINDS[weight.is_floating_point()]:
            raise ValueError(f"{name} is of {there.get_dtype()}")


def read_json(path: Path) -> dict:
    """What a file says; nothing where there is none."""
    return json.loads(path.read_text()) if path.is_file() else {}
