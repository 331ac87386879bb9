"""Every system on an accelerator that is none: what a GPU would refuse turns red here, where no GPU is."""

import functools

import families
import numpy as np
import pytest
import rotation
import standin
import torch

from musicgan_lib import systems
from musicgan_lib.experiments import machine, records, training
from musicgan_lib.learning import fit as loop

DEVICE = standin.NAME
pytestmark = pytest.mark.filterwarnings("ignore:.*lazyInitDevice.*")


@functools.cache
def encode(name, variant):
    system = systems.find(name)
    _, config = families.cut(system, variant, **families.loosen(system, variant))
    return system, config, system.game.encode(config, families.choose_corpus(system))


def play(name, variant, device):
    """Three steps of each phase; the game, its settings, data and state, and the numbers of each step."""
    system, config, data = encode(name, variant)
    state = system.game.build(config, data, 3, device)
    step = system.game.make_step(config, data)
    report = loop.fit(state, step, config.steps, log_every=1)
    numbers = [{k: v for k, v in row.items() if k != "seconds"} for row in report.history]
    return system, config, data, state, numbers


@pytest.mark.parametrize(("name", "variant"), families.chosen())
def test_every_family_plays_measures_and_samples_on_a_device(name, variant):
    with standin.StandIn():
        system, config, data, state, numbers = play(name, variant, DEVICE)
        assert len(numbers) == config.steps
        metrics, samples = system.game.measure(
            state, config, data, torch.Generator().manual_seed(0)
        )
        drawn = training.draw(system, state, config, 2, torch.Generator().manual_seed(0))
    assert metrics and len(samples) and isinstance(drawn, np.ndarray) and len(drawn) == 2
    trained = {p.device.type for m in state.modules.values() for p in m.parameters()}
    assert trained == {DEVICE}


def list_network_controls():
    """What a card takes away from its network: a system, a family that has it, the control."""
    return [(n, find_variant(n, c), c) for n in systems.names() for c in systems.find(n).controls]


def find_variant(name, control):
    """The first family, from the one of most steps on, from which a control takes something away."""
    system = systems.find(name)
    found = [families.fullest(name), *families.find_families(name), *system.variants]
    for variant in found:
        larger = families.loosen(system, variant)
        try:
            system.configure_control(
                control, variant, "smoke", families.choose_corpus(system), **larger
            )
        except ValueError:
            continue
        return variant
    raise ValueError(f"{control} takes nothing away from any variant of {name}")


@pytest.mark.parametrize(("name", "variant", "control"), rotation.pick(list_network_controls(), 3))
def test_a_network_without_what_its_control_takes_away_plays_on_a_device(name, variant, control):
    system = systems.find(name)
    larger = families.loosen(system, variant)
    changes, _ = families.cut(system, variant, **larger)
    kept = {k: v for k, v in changes.items() if k not in system.controls[control]}
    corpus = families.choose_corpus(system)
    config = system.configure_control(control, variant, "smoke", corpus, **kept)
    with standin.StandIn():
        data = system.game.encode(config, corpus)
        state = system.game.build(config, data, 3, DEVICE)
        report = loop.fit(state, system.game.make_step(config, data), 3, log_every=1)
        metrics, _ = system.measure(state, config, data, torch.Generator().manual_seed(0))
    assert report.steps == 3 and metrics


@pytest.mark.parametrize("name", rotation.pick(systems.names(), 3))
def test_a_run_is_kept_and_goes_on_where_it_was_trained_on_a_device(name, tmp_path, monkeypatch):
    """``musicgan train``, stopped on its way:
    checkpoint, weights and samples are files, and its record names the device.
    """
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    system, variant = systems.find(name), families.fullest(name)
    changes, config = families.cut(system, variant, **families.loosen(system, variant))
    corpus, data = families.choose_corpus(system), encode(name, variant)[2]
    options = {"corpus": corpus, "changes": changes, "data": data, "device": DEVICE}
    with standin.StandIn():
        training.train(name, variant, folder=tmp_path / "run", seconds=0.0, **options)
        folder = training.train(name, variant, folder=tmp_path / "run", **options)
    (row,) = records.read(folder / "record.json")
    assert row["steps"] == config.steps and row["device"] == DEVICE and row["metrics"]
    assert np.load(folder / "samples.npz")["words"].size
    *_, state, _ = training.open_run(folder)  # on the CPU
    assert state.step == config.steps


def test_the_device_computes_what_the_cpu_computes():
    *_, on_cpu = play("bjare2020", "merl", "cpu")
    with standin.StandIn():
        *_, there = play("bjare2020", "merl", DEVICE)
    for a, b in zip(on_cpu, there, strict=True):
        assert a == pytest.approx(b, rel=1e-4)


@pytest.mark.parametrize("kind", [torch.nn.LSTM, torch.nn.GRU])
@pytest.mark.parametrize("whole", [True, False])
def test_recurrent_networks_have_the_same_slopes_there(kind, whole):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        net = kind(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        x = torch.randn(2, 5, 3)
    net(x)[0].square().sum().backward()
    slopes = [p.grad.clone() for p in net.parameters()]
    net.zero_grad()
    with standin.StandIn(), torch.backends.cudnn.flags(enabled=whole):
        net.to(DEVICE)
        net(x.to(DEVICE))[0].square().sum().backward()
        found = [p.grad.cpu() for p in net.parameters()]
    for a, b in zip(slopes, found, strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def second_derivative(net, x):
    x = x.to(DEVICE).requires_grad_()
    (slope,) = torch.autograd.grad(net(x)[0].square().sum(), x, create_graph=True)
    slope.square().sum().backward()


REFUSED = {
    "two devices": lambda net, x: x + x.to(DEVICE),
    "two devices in place": lambda net, x: x.add_(x.to(DEVICE)),
    "weights elsewhere": lambda net, x: net(x),
    "a module elsewhere": lambda net, x: torch.nn.Linear(3, 2)(x.to(DEVICE)),
    "a table elsewhere": lambda net, x: x.to(DEVICE) @ torch.eye(3),
    "joined": lambda net, x: torch.cat([x, x.to(DEVICE)]),
    "memory read as numpy": lambda net, x: x.to(DEVICE).numpy(),
    "memory read by numpy": lambda net, x: np.asarray(x.to(DEVICE)),
    "a generator of the CPU": lambda net, x: torch.randn(
        3, device=DEVICE, generator=torch.Generator()
    ),
    "a draw by one": lambda net, x: x.to(DEVICE).exp().multinomial(1, generator=torch.Generator()),
    "filled by one": lambda net, x: x.to(DEVICE).uniform_(generator=torch.Generator()),
    "a second derivative of cuDNN's": second_derivative,
}


@pytest.mark.parametrize("wrong", REFUSED)
def test_what_a_gpu_refuses_is_refused(wrong):
    with standin.StandIn():
        net, x = torch.nn.LSTM(3, 4).to(DEVICE), torch.ones(2, 3)
        with pytest.raises((RuntimeError, TypeError), match="device|numpy|generator|twice"):
            REFUSED[wrong](net, x)


def test_what_a_gpu_allows_is_allowed():
    with standin.StandIn():
        x = torch.arange(6.0, device=DEVICE)
        assert (x * torch.tensor(2.0)).sum().item() == 30  # a single number of the CPU
        assert x[torch.tensor([1, 3])].tolist() == [1, 3]  # indices, too
        assert x.cpu().numpy().shape == (6,) and float(x[2]) == 2
        own = torch.empty(6).copy_(x)
        assert own.device.type == "cpu" and torch.equal(own.to(DEVICE).cpu(), own)


def test_the_library_knows_the_device_by_asking_pytorch():
    assert machine.choose_device("smoke", DEVICE) == DEVICE
    machine.check_device(f"{DEVICE}:0")
    with pytest.raises(ValueError, match=f"no device '{DEVICE}:3'; near: {DEVICE}:0"):
        machine.check_device(f"{DEVICE}:3")
    with pytest.raises(ValueError, match=f"no device 'gpu'; .*all: cpu.*{DEVICE}"):
        machine.check_device("gpu")


def test_every_setting_of_a_preset_is_met_by_a_family():
    """What no family has is on no device: families leave out none that would be met for the first time."""
    for name in systems.names():
        families_of = families.find_families(name)
        assert families_of and set(families_of) <= set(systems.find(name).variants)
    assert any(len(families.find_families(name)) > 1 for name in systems.names())
