"""The loop: stopping is not an event in a run's life, and a broken number or file is."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
import zipfile

import pytest
import torch

from musicgan_lib.learning import checkpoints
from musicgan_lib.learning import fit as loop


def make_state(seed=0):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = torch.nn.Sequential(
            torch.nn.Linear(4, 8), torch.nn.Dropout(0.5), torch.nn.Linear(8, 1)
        )
    optimiser = torch.optim.Adam(net.parameters(), 0.01)
    return loop.TrainingState({"net": net}, {"net": optimiser}, torch.Generator().manual_seed(seed))


def step(state):
    x = torch.randn(16, 4, generator=state.generator)
    loss = (state.modules["net"](x)[:, 0] - x.sum(1)).square().mean()
    state.optimisers["net"].zero_grad()
    loss.backward()
    state.optimisers["net"].step()
    return {"loss": loss.item()}


def run(folder, steps=60, **options):
    state = make_state()
    report = loop.fit(state, step, steps, folder=folder, save_every=7, **options)
    return loop.weights_hash(state.modules["net"]), report


def test_it_learns():
    report = loop.fit(make_state(), step, 200)
    assert report.finished and report.share == 1
    assert report.history[-1]["loss"] < 0.7 * report.history[0]["loss"]


@pytest.mark.parametrize("stop", [1, 7, 13, 59])
def test_a_stopped_run_ends_with_the_same_weights(tmp_path, stop):
    whole, _ = run(tmp_path / "whole")
    _, first = run(tmp_path / "parts", steps=stop)
    parts, second = run(tmp_path / "parts")
    assert parts == whole
    assert [r["step"] for r in second.history if r["step"] % 10 == 0] == [10, 20, 30, 40, 50, 60]


def test_a_run_that_forgets_its_noise_ends_elsewhere(tmp_path, monkeypatch):
    whole, _ = run(tmp_path / "whole")
    run(tmp_path / "parts", steps=13)
    monkeypatch.setattr(loop, "_set_noise", lambda *_: torch.manual_seed(0))
    assert run(tmp_path / "parts")[0] != whole


def test_a_run_that_forgets_its_draws_ends_elsewhere(tmp_path, monkeypatch):
    whole, _ = run(tmp_path / "whole")
    run(tmp_path / "parts", steps=13)
    again = loop.load_checkpoint

    def forget(state, *rest):
        again(state, *rest)
        state.generator.manual_seed(0)

    monkeypatch.setattr(loop, "load_checkpoint", forget)
    assert run(tmp_path / "parts")[0] != whole


KILLER = """
import json, os, random, signal, sys, time
sys.path.insert(0, sys.argv[2])
import test_fit as t
folder, kills, forgetful = sys.argv[1], int(sys.argv[3]), sys.argv[4] == "forgetful"
dice, at = random.Random(7), []
if forgetful:
    t.loop._set_noise = lambda *_: t.torch.manual_seed(0)
while len(at) < kills:
    child = os.fork()
    if not child:
        t.loop.fit(t.make_state(), t.step, 10**6, folder=folder, save_every=3)
    ticks = dice.randrange(1, 16)  # of its own CPU time, 10 ms each: other work on the machine does not count

    def used():
        with open(f"/proc/{child}/stat") as told:
            return sum(map(int, told.read().rsplit(")", 1)[1].split()[11:13]))

    while not os.waitpid(child, os.WNOHANG)[0] and used() < ticks:
        time.sleep(0.0005)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    state = t.make_state()
    if os.path.exists(folder + "/checkpoint.pt"):
        t.loop.load_checkpoint(state, folder + "/checkpoint.pt")
        at.append(state.step)
state = t.make_state()
t.loop.fit(state, t.step, at[-1] + 20, folder=folder, save_every=3)
print(json.dumps([at, t.loop.weights_hash(state.modules["net"])]))
"""


@pytest.mark.parametrize(("kills", "memory"), [(50, "whole"), (5, "forgetful")])
def test_killed_at_any_moment_it_resumes_to_the_same_weights(tmp_path, kills, memory):
    """kill -9, time after time, in steps and in the middle of writing; the control does not restore PyTorch's noise."""
    words = [sys.executable, "-c", KILLER, str(tmp_path), os.path.dirname(__file__), str(kills)]
    reply = subprocess.run(
        [*words, memory], capture_output=True, text=True, check=True, timeout=250
    )
    at, found = json.loads(reply.stdout)
    assert len(at) == kills and len(set(at)) > kills / 3 and at == sorted(at)
    state = make_state()
    loop.fit(state, step, at[-1] + 20)
    assert (found == loop.weights_hash(state.modules["net"])) == (memory == "whole")


def test_the_callers_randomness_is_left_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    loop.fit(make_state(), step, 5)
    assert torch.equal(torch.rand(3), expected)


def test_a_time_cap_stops_cleanly_and_says_how_far(tmp_path):
    def slow(state):
        time.sleep(0.01)
        return step(state)

    state = make_state()
    report = loop.fit(state, slow, 10_000, folder=tmp_path, seconds=0.2)
    assert not report.finished and 0 < report.share < 1
    again = make_state()
    loop.load_checkpoint(again, tmp_path / "checkpoint.pt")
    assert again.step == report.steps


@pytest.mark.parametrize(("bad", "cause"), [(float("nan"), "no number"), (1e9, "exploded")])
def test_a_broken_number_stops_the_run_and_keeps_the_last_checkpoint(tmp_path, bad, cause):
    def breaking(state):
        numbers = step(state)
        return {"loss": bad} if state.step == 16 else numbers

    with pytest.raises(loop.TrainingStopped, match=f"step 17: loss .* {cause}"):
        loop.fit(make_state(), breaking, 60, folder=tmp_path, save_every=7)
    kept = make_state()
    loop.load_checkpoint(kept, tmp_path / "checkpoint.pt")
    assert kept.step == 14


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("kind", ["loss", "gradient", "reward", "sample", "weight"])
def test_what_is_no_number_stops_the_run_and_is_named(tmp_path, kind, bad):
    """Step 17 makes one number that is none: the run ends there, or where it is first seen, and says which."""

    def breaking(state):
        numbers, net = step(state), state.modules["net"]
        if state.step != 16:
            return numbers
        last = net[2].weight
        if kind == "gradient":  # as a clipped norm of it makes of all weights
            last.grad[0, 3] = bad
            state.optimisers["net"].step()
        elif kind == "weight":
            with torch.no_grad():
                last[0, 3] = bad
        elif kind == "sample":
            with torch.no_grad():
                last[0, 3] = float("nan")  # of infinite logits PyTorch draws the largest
            logits = net(torch.ones(1, 4)).expand(1, 2)
            torch.multinomial(logits.softmax(1), 1, generator=state.generator)
        return {**numbers, kind: bad} if kind in ("loss", "reward") else numbers

    said = {
        "loss": "step 17: loss is ", "reward": "step 17: reward is ",
        "gradient": "step 18: loss is nan, no number; the gradient of net.0.weight is no number",
        "sample": "step 17: the weight of net.2.weight is no number", "weight": "step 18: .*of net.",
    }  # fmt: skip
    with pytest.raises(loop.TrainingStopped, match=said[kind]) as stopped:
        loop.fit(make_state(), breaking, 60, folder=tmp_path, save_every=7)
    assert str(stopped.value).startswith(("step 17:", "step 18:"))
    kept = make_state()
    loop.load_checkpoint(kept, tmp_path / "checkpoint.pt")
    assert kept.step == 14


def test_weights_that_are_no_numbers_are_not_kept(tmp_path):
    """The step after which they are written may be the one that broke them, and its loss be whole."""

    def breaking(state):
        numbers = step(state)
        if state.step == 13:
            with torch.no_grad():
                state.modules["net"][2].weight[0, 3] = float("nan")
        return numbers

    with pytest.raises(loop.TrainingStopped, match="step 14: the weight of net.2.weight is no"):
        loop.fit(make_state(), breaking, 60, folder=tmp_path, save_every=7)
    kept = make_state()
    loop.load_checkpoint(kept, tmp_path / "checkpoint.pt")
    assert kept.step == 7


def test_a_mistake_of_a_game_is_no_broken_number():
    def mistaken(state):
        raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ") as told:
        loop.fit(make_state(), mistaken, 3)
    assert not isinstance(told.value, loop.TrainingStopped)


def test_ctrl_c_loses_nothing(tmp_path):
    def interrupted(state):
        if state.step == 10:
            raise KeyboardInterrupt
        return step(state)

    report = loop.fit(make_state(), interrupted, 60, folder=tmp_path)
    assert report.steps == 10 and not report.finished
    assert run(tmp_path)[0] == run(tmp_path / "whole")[0]


def test_ctrl_c_waits_for_the_end_of_the_step(tmp_path):
    """In the middle of a step weights and random numbers have moved on, and the count has not."""

    def interrupted(state):
        if state.step == 10:
            torch.rand(3, generator=state.generator)
            state.generator.manual_seed(state.generator.initial_seed())
            os.kill(os.getpid(), signal.SIGINT)
        return step(state)

    def plain(state):
        if state.step == 10:
            state.generator.manual_seed(state.generator.initial_seed())
        return step(state)

    before = signal.getsignal(signal.SIGINT)
    state = make_state()
    report = loop.fit(state, interrupted, 60, folder=tmp_path)
    assert report.steps == 11 and not report.finished
    assert signal.getsignal(signal.SIGINT) is before
    loop.fit(state, plain, 60, folder=tmp_path)
    whole = make_state()
    loop.fit(whole, plain, 60)
    assert loop.weights_hash(state.modules["net"]) == loop.weights_hash(whole.modules["net"])


def test_a_checkpoint_of_other_code_is_refused(tmp_path):
    run(tmp_path, steps=10, code="one")
    with pytest.raises(loop.CheckpointRefused, match="other code"):
        run(tmp_path, code="another")


def test_a_truncated_checkpoint_is_refused(tmp_path):
    run(tmp_path, steps=10)
    file = tmp_path / "checkpoint.pt"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(loop.CheckpointRefused, match="truncated"):
        run(tmp_path)


class Bomb:
    def __reduce__(self):
        return os.system, ("touch bomb",)


@pytest.mark.parametrize("write", [torch.save, lambda o, p: p.write_bytes(pickle.dumps(o))])
def test_a_checkpoint_with_objects_is_refused_and_not_run(tmp_path, monkeypatch, write):
    monkeypatch.chdir(tmp_path)
    write({"format": 1, "code": "", "step": 3, "modules": Bomb()}, tmp_path / "checkpoint.pt")
    with pytest.raises(loop.CheckpointRefused):
        run(tmp_path)
    assert not (tmp_path / "bomb").exists()


def test_a_checkpoint_of_another_network_is_refused(tmp_path):
    run(tmp_path, steps=10)
    state = make_state()
    state.modules["net"] = torch.nn.Linear(4, 1)
    with pytest.raises(loop.CheckpointRefused, match="does not fit"):
        loop.load_checkpoint(state, tmp_path / "checkpoint.pt")


def test_a_checkpoint_in_which_a_byte_of_a_weight_changed_is_refused(tmp_path):
    run(tmp_path, steps=10)
    file = tmp_path / "checkpoint.pt"
    state = make_state()
    loop.load_checkpoint(state, file)
    weight = next(state.modules["net"].parameters()).detach().numpy().tobytes()
    data = file.read_bytes()
    file.write_bytes(data.replace(weight, bytes([weight[0] ^ 1]) + weight[1:]))
    assert file.read_bytes() != data
    with pytest.raises(loop.CheckpointRefused, match="checksum"):
        loop.load_checkpoint(state, file)


def test_of_a_refused_checkpoint_nothing_is_taken(tmp_path):
    run(tmp_path, steps=10)
    content = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    del content["noise"]
    torch.save(content, tmp_path / "checkpoint.pt")
    state = make_state()
    before = loop.weights_hash(state.modules["net"])
    with pytest.raises(loop.CheckpointRefused):
        loop.load_checkpoint(state, tmp_path / "checkpoint.pt")
    assert loop.weights_hash(state.modules["net"]) == before and state.step == 0


def pack(source, target):
    """The same archive with its parts packed, as PyTorch reads it, too."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))


@pytest.mark.parametrize("large", ["packed", "for these networks"])
def test_a_checkpoint_is_measured_before_it_is_read(tmp_path, monkeypatch, large):
    """Two megabytes may unpack to four gigabytes; and no network of 49 numbers needs a gigabyte."""
    run(tmp_path, steps=10)
    file = tmp_path / "checkpoint.pt"
    content = torch.load(file, weights_only=True)
    torch.save(content | {"memory": {"x": torch.zeros(10**6)}}, tmp_path / "large.pt")
    if large == "packed":
        pack(tmp_path / "large.pt", file)
        assert file.stat().st_size < 10**5
    else:
        (tmp_path / "large.pt").replace(file)
        monkeypatch.setattr(checkpoints, "ROOM", 10**6)
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was read"))
    told = "unpacks to more" if large == "packed" else "need [0-9]* at most"
    with pytest.raises(loop.CheckpointRefused, match=told):
        loop.load_checkpoint(make_state(), file)


def _widen(moments):
    """What takes 16 GB as soon as it is made a tensor of 32 bits, and 8 bytes in a file."""
    moments[0]["exp_avg"] = torch.zeros(1, dtype=torch.float64).expand(2**31)


WRONG = {
    "moments of another shape": (_widen, "exp_avg of the optimiser net has another shape"),
    "complex weights": (
        lambda c: c["0.weight"].to(torch.complex64),
        "0.weight is of torch.complex64",
    ),
    "whole weights": (lambda c: c["0.weight"].to(torch.int8), "0.weight is of torch.int8"),
    "no numbers": (lambda c: c["0.weight"] * float("nan"), "weight of net.0.weight is no number"),
    "a step before the first": (-5, "its step is -5"),
    "a step that is a text": ("x", "its step is 'x'"),
    "a step that is no number": (float("nan"), "its step is nan"),
    "a noise of another": ([torch.zeros(3)], "another generator"),
    "a memory of another": ([1], "its memory a list"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_does_not_fit_into_a_run_is_refused_before_it_is_taken(tmp_path, name):
    run(tmp_path, steps=10)
    file, (wrong, told) = tmp_path / "checkpoint.pt", WRONG[name]
    content = torch.load(file, weights_only=True)
    if name.startswith("moments"):
        wrong(content["optimisers"]["net"]["state"])
    elif callable(wrong):
        content["modules"]["net"]["0.weight"] = wrong(content["modules"]["net"])
    else:
        content[name.split()[1]] = wrong
    torch.save(content, file)
    state = make_state()
    before = loop.weights_hash(state.modules["net"])
    with pytest.raises(loop.CheckpointRefused, match=f"does not fit these networks: .*{told}"):
        loop.load_checkpoint(state, file)
    assert loop.weights_hash(state.modules["net"]) == before and state.step == 0


def test_a_checkpoint_of_another_layout_is_refused(tmp_path):
    run(tmp_path, steps=10)
    file = tmp_path / "checkpoint.pt"
    for layout in (2, "1", torch.tensor([1, 1])):
        torch.save(torch.load(file, weights_only=True) | {"format": layout}, file)
        with pytest.raises(loop.CheckpointRefused):
            loop.load_checkpoint(make_state(), file)


def test_a_log_that_ran_ahead_of_its_checkpoint_tells_each_step_once(tmp_path):
    """Between the two a process may be killed."""
    run(tmp_path, steps=20)
    with open(tmp_path / "log.jsonl", "a") as log:
        log.write('{"step": 30, "seconds": 1, "loss": 99.0}\n')
    _, report = run(tmp_path)
    assert [row["step"] for row in report.history] == [10, 20, 30, 40, 50, 60]
    assert all(row["loss"] < 99 for row in report.history)


def test_the_log_is_lines_of_numbers(tmp_path):
    run(tmp_path, steps=30)
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [r["step"] for r in rows] == [10, 20, 30] and all("loss" in r for r in rows)


def test_an_evaluation_changes_nothing_but_the_log(tmp_path):
    """It may draw from every generator and put networks into any mode."""

    def evaluate(state):
        state.modules["net"].eval()
        drawn = torch.randn(3, generator=state.generator).sum() + torch.randn(3).sum()
        return {"seen": drawn.item() * 0 + state.step}

    plain, _ = run(tmp_path / "plain")
    asked, report = run(tmp_path / "asked", evaluate=evaluate, evaluate_every=7)
    assert asked == plain
    said = [row["seen"] for row in report.history if "seen" in row]
    assert said == [7, 14, 21, 28, 35, 42, 49, 56, 60]
    _, again = run(tmp_path / "asked", evaluate=evaluate, evaluate_every=7)
    assert again.history == report.history


def test_an_evaluation_that_finds_no_number_ends_the_run():
    with pytest.raises(loop.TrainingStopped, match="step 7: seen is nan"):
        loop.fit(
            make_state(), step, 20, evaluate=lambda _: {"seen": float("nan")}, evaluate_every=7
        )
