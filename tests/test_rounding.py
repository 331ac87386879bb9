"""bf16 on every processor: products round, answers do not, and what a processor lacks is gone around and told."""

import json
import os
import subprocess
import sys

import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.experiments import machine
from musicgan_lib.learning import fit as loop
from musicgan_lib.learning import rounding

ROUNDED = {
    "bjare2020": ("actor_critic", {"hidden": 24, "length": 12, "batch": 8}),
    "anokhin2018": ("faithful", {"bars": 3}),
    "mogren2016": ("minibatch", {"hidden": 24, "length": 12, "batch": 4, "freezing": "off"}),
}
#: An Intel or AMD processor without AVX-512, as PyTorch and oneDNN see it
ORDINARY = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}


@pytest.mark.parametrize(
    ("preset", "kernel"), [*((p, "this processor's") for p in ROUNDED), ("bjare2020", "none")]
)
def test_bf16_rounds_products_and_leaves_answers_exact(preset, kernel, monkeypatch):
    """A game of each kind plays through; an opinion in bf16 would stand on a grid 2^-8 apart."""
    if kernel == "none":
        monkeypatch.setattr(rounding, "has_fused_lstm", lambda: False)
    system, (variant, changes) = systems.find(preset), ROUNDED[preset]
    sizes = {"pretrain": 2, "pretrain_discriminator": 2, "adversarial": 3}
    config = system.configure(variant, "smoke", "tunes", **sizes, **changes)
    data, curves = system.game.encode(config, "tunes"), {}
    for precision in ("fp32", "bf16"):
        state = system.game.build(config, data, 1)
        step = system.game.make_step(config, data)
        curves[precision] = loop.fit(
            state, step, config.steps, log_every=1, precision=precision
        ).history
    first = {p: list(curve[0].values())[2] for p, curve in curves.items()}
    assert first["fp32"] != first["bf16"] == pytest.approx(first["fp32"], rel=0.02)
    exact = torch.tensor(
        [r[k] for r in curves["bf16"] for k in ("discriminator_loss", "d_loss") if k in r]
    )
    assert not torch.equal(exact, exact.bfloat16().float())
    assert state.modules["discriminator"].decide.weight.dtype == torch.float32


def make_lstm():
    """An LSTM with weights that no bf16 number equals, and notes that bf16 holds exactly."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = torch.nn.LSTM(6, 5)
        return net, torch.randn(7, 2, 6).bfloat16().float()


def test_an_lstm_without_the_kernel_rounds_what_it_multiplies_and_not_its_memory(monkeypatch):
    monkeypatch.setattr(rounding, "has_fused_lstm", lambda: False)
    net, notes = make_lstm()
    plain = net(notes)[0]
    with rounding.rounding("bf16", "cpu"):
        rounded, (_, memory) = net(notes)
    with torch.no_grad():
        for name, weight in net.named_parameters():
            if "bias" not in name:
                weight.copy_(weight.bfloat16())
    with rounding.rounding("bf16", "cpu"):
        again = net(notes)[0]
    assert torch.equal(rounded, again)  # it saw the rounded weights before
    assert 0 < (rounded - plain).abs().max() < 0.02
    assert memory.dtype == torch.float32 and not torch.equal(memory, memory.bfloat16().float())


def test_fp32_rounds_nothing_wherever_it_is_asked_for():
    net, notes = make_lstm()
    plain = net(notes)[0]
    with torch.autocast("cpu", torch.bfloat16), rounding.rounding("fp32", "cpu"):
        assert torch.equal(net(notes)[0], plain)


def test_what_was_set_before_is_set_again(monkeypatch):
    monkeypatch.setattr(rounding, "has_fused_lstm", lambda: False)
    before = torch.backends.mkldnn.enabled
    with pytest.raises(KeyError), rounding.rounding("bf16", "cpu"):
        assert not torch.backends.mkldnn.enabled
        raise KeyError
    assert torch.backends.mkldnn.enabled == before
    assert not torch.is_autocast_enabled("cpu")


def test_asking_the_processor_draws_no_random_number():
    rounding.has_fused_lstm.cache_clear()
    before = torch.get_rng_state()
    asked = rounding.has_fused_lstm()
    assert torch.equal(torch.get_rng_state(), before) and asked in (True, False)


ASK = """
import json, torch
from musicgan_lib.experiments import machine
from musicgan_lib.learning import fit, rounding
net = torch.nn.LSTM(3, 4)
state = fit.TrainingState({"net": net}, {}, torch.Generator())
def step(state):
    loss = net(torch.ones(5, 2, 3))[0].float().square().mean()
    loss.backward()
    return {"loss": loss.item()}
try:
    with torch.autocast("cpu", torch.bfloat16):
        step(state)
    stops = False
except RuntimeError:
    stops = True
report = fit.fit(state, step, 2, precision="bf16")
told = machine.tell("cpu", "bf16")
print(json.dumps([stops, rounding.has_fused_lstm(), report.finished, told]))
"""


@pytest.mark.parametrize("environment", [{}, ORDINARY], ids=["this one", "an ordinary one"])
def test_the_processor_is_asked_and_a_record_says_what_it_answered(environment):
    """Where PyTorch alone stops, the loop goes on; where it does not, nothing is gone around."""
    reply = subprocess.run(
        [sys.executable, "-c", ASK], env=os.environ | environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    stops, fused, finished, told = json.loads(reply.stdout)
    assert finished and fused is not stops
    assert told == ("cpu, bf16 (LSTM: products alone)" if stops else "cpu, bf16")


def test_a_precision_that_is_none_is_refused_before_any_work():
    net = torch.nn.Linear(1, 1)
    state = loop.TrainingState({"net": net}, {}, torch.Generator())
    with pytest.raises(ValueError, match="precision 'fp16' is not known; choose fp32 or bf16"):
        loop.fit(state, lambda state: {}, 1, precision="fp16")
    with pytest.raises(ValueError, match="rounds nothing on meta; choose fp32"):
        loop.fit(
            loop.TrainingState({"net": net.to("meta")}, {}, torch.Generator()),
            lambda state: {}, 1, precision="bf16",
        )  # fmt: skip
    assert state.step == 0
    for bad in ("fp16", "BF16", ""):
        with pytest.raises(ValueError, match="is not known"):
            machine.choose_precision("smoke", "cpu", bad)
    assert machine.choose_precision("gpu", "cpu") == "fp32"
    assert machine.choose_precision("smoke", "cpu", "bf16") == "bf16"
