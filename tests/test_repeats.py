"""The same seed gives the same bits: after other numbers were drawn, and in a process that hashes words otherwise.

Four families at each commit, all where ``MUSICGAN_WEEKLY`` is set.
"""

import hashlib
import json
import os
import random
import subprocess
import sys

import families
import numpy as np
import pytest
import rotation
import torch
from chapters import ROOT

from musicgan_lib import systems
from musicgan_lib.learning import fit

CHOSEN = rotation.pick(families.every(), 4)


def digest(name, variant) -> list[str]:
    """What a short run comes to: its weights, its samples and its metrics, each as a hash."""
    system = systems.find(name)
    _, config = families.cut(system, variant, **families.loosen(system, variant))
    data = system.game.encode(config, families.choose_corpus(system))
    state = system.game.build(config, data, 3)
    fit.fit(state, system.game.make_step(config, data, None), config.steps)
    weights = [fit.weights_hash(module) for _, module in sorted(state.modules.items())]
    metrics, samples = system.game.measure(state, config, data, torch.Generator().manual_seed(0))
    return [*weights, _hash(samples), _hash(sorted(metrics.items()))]


def _hash(value) -> str:
    told = hashlib.sha256()
    _feed(told, value)
    return told.hexdigest()


def _feed(told, value) -> None:
    if isinstance(value, torch.Tensor):
        value = value.numpy()
    if isinstance(value, np.ndarray):
        told.update(f"{value.dtype} {value.shape}".encode())
        told.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, (list, tuple)):
        for part in value:
            _feed(told, part)
    else:
        told.update(repr(value).encode())


def digest_after(elsewhere: int, name, variant) -> list[str]:
    """The same, in a process whose own dice stand elsewhere."""
    torch.manual_seed(elsewhere)
    np.random.seed(elsewhere)  # noqa: NPY002 - the one that nobody may use
    random.seed(elsewhere)
    return digest(name, variant)


@pytest.mark.parametrize(("name", "variant"), CHOSEN)
def test_a_run_does_not_hear_what_was_drawn_before_it(name, variant):
    assert digest_after(0, name, variant) == digest_after(1, name, variant)


def test_a_number_from_dice_that_are_nobody_s_is_noticed(monkeypatch):
    game = type(systems.find("williams1992").game)
    measure = game.measure

    def careless(self, *given):
        found, samples = measure(self, *given)
        return found | {"luck": torch.rand(()).item()}, samples

    monkeypatch.setattr(game, "measure", careless)
    variant = next(iter(systems.find("williams1992").variants))
    one, other = (digest_after(k, "williams1992", variant) for k in (0, 1))
    assert one[:-1] == other[:-1] and one[-1] != other[-1]


def test_another_process_comes_to_the_same():
    code = f"import json, test_repeats as t; print(json.dumps([t.digest(*pair) for pair in {CHOSEN[:3]}]))"
    told = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT / "tests",
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    ]
    one, other = (json.loads(text.splitlines()[-1]) for text in told)
    assert one == other and all(one)
