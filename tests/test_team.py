"""Several processes: together they train the network that one process would have trained,
and what is left out breaks it.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import rotation
import torch

from musicgan_lib import systems
from musicgan_lib.learning import fit, team
from musicgan_lib.models import draws

sys.path.insert(0, str(Path(__file__).parent))
import team_worker

PHASES = {"pretrain": 3, "pretrain_discriminator": 3, "adversarial": 4}
SMALL = {"hidden": 24, "discriminator_steps": 1, "batch": 8, "length": 12}
EVERY = {
    # the mean and deviation of the batch are its baseline
    "words": ("bjare2020", "merl", {**PHASES, **SMALL, "pretrain_batch": 8, "likelihood": 0.5}, 10),
    "a critic": ("bjare2020", "actor_critic", {**PHASES, **SMALL, "pretrain_batch": 8}, 10),
    "matrices": ("anokhin2018", "right_pairs_alone", {**PHASES, "bars": 3}, 10),
    "groups": (
        "anokhin2018",
        "monte_carlo",
        {**PHASES, "bars": 3, "mismatched": 0.0, "rl_batch": 8},
        10,
    ),
    "the report's rule": ("anokhin2018", "gap_rule", {**PHASES, "bars": 3, "mismatched": 0.0}, 10),
    # every song is told how far away the others of its batch are; the means of features are matched
    "a minibatch": (
        "mogren2016",
        "minibatch",
        {
            "batch": 4,
            "hidden": 24,
            "length": 12,
            "pretrain": 2,
            "adversarial": 6,
            "freezing": "balanced",
        },
        8,
    ),
    "symbols": (
        "mogren2016",
        "repaired_by_moments",
        {**PHASES, "hidden": 24, "length": 12, "batch": 4},
        10,
    ),
}
#: Those that the negative controls need, and one of the others by the commit
CASES = {
    name: EVERY[name]
    for name in rotation.pick(EVERY, 1, always=["words", "matrices", "a minibatch"])
}


def launch(folder, runs, n=2):
    """Start ``n`` processes as ``accelerate launch`` would, and read what each has found of each run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, team_worker.__file__, str(folder), json.dumps(runs)]
    whole = {
        "WORLD_SIZE": n,
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": port,
        "LOCAL_WORLD_SIZE": n,
    }
    work = []
    for rank in range(n):
        own = {k: str(v) for k, v in (whole | {"RANK": rank, "LOCAL_RANK": rank}).items()}
        work.append(
            subprocess.Popen(words, env=os.environ | own, stderr=subprocess.PIPE, text=True)
        )
    said = [w.communicate(timeout=240)[1] for w in work]
    assert all(w.returncode == 0 for w in work), said[0][-2000:] + said[-1][-2000:]
    return [json.loads((folder / f"found-{r}.json").read_text()) for r in range(n)]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    forward = torch.nn.Dropout.forward
    yield team_worker.run(CASES, tmp_path_factory.mktemp("alone"))
    torch.nn.Dropout.forward = forward


#: What is kept from the others, and where that has to show
CONTROLS = {
    "slopes": ["words", "matrices"],
    "over all": ["words", "a minibatch"],
    "rows": ["a slope"],
    "draws": ["words", "matrices", "a slope"],
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    runs = [(None, CASES | {"a slope": None})]
    runs += [(b, {c: CASES.get(c) for c in of}) for b, of in CONTROLS.items()]
    found = launch(tmp_path_factory.mktemp("together"), runs)
    return [dict(zip((broken for broken, _ in runs), of)) for of in found]


#: Means over a process's own rows of what is not linear in them: shown, never learned from
NOT_LINEAR = ("seconds", "pretrain_rmse", "confidence", "eb", "upc", "qn", "density")


def distance(one, other) -> float:
    """The largest difference of two curves, in units of the number where it is above 1."""
    assert [r["step"] for r in one] == [r["step"] for r in other]
    apart = [0.0]
    for a, b in zip(one, other):
        assert a.keys() == b.keys()
        apart += [abs(a[k] - b[k]) / max(1, abs(a[k])) for k in a if k not in NOT_LINEAR]
    return max(apart)


@pytest.mark.parametrize("case", CASES)
def test_two_processes_draw_the_curve_of_one(alone, told, case):
    first, second = (of[None][case] for of in told)
    assert distance(alone[case]["curve"], first["curve"]) < 1e-4
    assert first["weights"] == second["weights"]
    # by which a rule decides who rests: those of all rows, not of a process's own
    assert first["losses"] == second["losses"] == pytest.approx(alone[case]["losses"], rel=1e-4)


@pytest.mark.parametrize(("broken", "case"), [(b, c) for b, of in CONTROLS.items() for c in of])
def test_what_they_keep_to_themselves_shows(alone, told, broken, case):
    """The negative controls: without one of the messages the weights drift apart, or the curve is another one."""
    found = told[0][broken][case]
    if case == "a slope":
        assert max(abs(a - b) for a, b in zip(found, team_worker.slope_of_moments())) > 1e-3
        return
    if broken == "slopes":
        assert "processes hold different weights" in found["stopped"]
    else:
        assert distance(alone[case]["curve"], found["curve"]) > 1e-3


def test_a_gradient_finds_its_way_through_the_rows_of_all(told):
    exact = torch.tensor(team_worker.slope_of_moments())
    for of in told:
        torch.testing.assert_close(torch.tensor(of[None]["a slope"]), exact)


def test_a_run_of_one_is_finished_by_two(alone, tmp_path):
    """The number of processes is no part of a run: its checkpoint fits another number."""
    preset, variant, changes, steps = CASES["matrices"]
    first = team_worker.run({"matrices": (preset, variant, changes, 7)}, tmp_path / "None")[
        "matrices"
    ]
    assert first["curve"] == [
        r | {"seconds": s["seconds"]} for r, s in zip(alone["matrices"]["curve"], first["curve"])
    ]
    found = launch(tmp_path, [(None, {"matrices": CASES["matrices"]})])[0][0]["matrices"]
    assert [r["step"] for r in found["curve"]] == list(range(1, steps + 1))
    assert distance(alone["matrices"]["curve"], found["curve"]) < 1e-4


def test_the_rows_of_all_are_the_draws_of_one():
    def generator(rank=0, size=1):
        made = draws.SharedGenerator().manual_seed(4)
        made.rank, made.size = rank, size
        return made

    whole = draws.rand(6, 3, generator=torch.Generator().manual_seed(4))
    parts = [draws.rand(2, 3, generator=generator(r, 3)) for r in range(3)]
    assert torch.equal(torch.cat(parts), whole)
    across = [draws.rand(3, 2, generator=generator(r, 3), dim=1) for r in range(3)]
    assert torch.equal(torch.cat(across, 1), draws.rand(3, 6, generator=generator()))
    numbers = [draws.randint(50, 2, generator(r, 3)) for r in range(3)]
    assert torch.equal(torch.cat(numbers), draws.randint(50, 6, generator()))


def test_alone_every_message_is_the_identity():
    rows = torch.rand(3, 2)
    assert team.size() == 1 and team.rank() == 0 and team.join("cpu") == "cpu"
    assert team.gather_rows(rows) is rows and team.agree("x") == "x" and team.mean(2.5) == 2.5
    assert torch.equal(team.over_all(lambda x: x - x.mean(0), rows), rows - rows.mean(0))
    generator = torch.Generator()
    assert team.share(generator) is generator
    assert team.mean_numbers({"a": 1.0}) == {"a": 1.0}


def test_a_batch_that_cannot_be_shared_is_refused():
    system = systems.find("bjare2020")
    with pytest.raises(ValueError, match="batch is 8: 3 processes cannot share it evenly"):
        system.game.share(system.configure("merl", "smoke", "chorales", batch=8), 3)
    system = systems.find("neo2024")
    with pytest.raises(ValueError, match="NoteGame trains in one process"):
        system.game.share(system.configure("repaired", "smoke", "chorales"), 3)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"per_opening": 4, "rl_batch": 8, "baseline": "leave_one_out"},
            "no multiple of per_opening",
        ),
        ({"mismatched": 0.125}, "mismatched: 0.5 rows of a process's discriminator_batch"),
        ({"pool": 34}, "pool is 34: 4 processes cannot share it evenly"),
    ],
)
def test_groups_that_processes_would_tear_apart_are_refused(changes, said):
    system = systems.find("anokhin2018")
    sizes = {"mismatched": 0.0, "discriminator_batch": 16, "rl_batch": 16, "ce_batch": 4} | changes
    with pytest.raises(ValueError, match=said):
        system.game.share(system.configure("repaired", "smoke", "chorales", **sizes), 4)


@pytest.mark.parametrize("told", [{"WORLD_SIZE": "2"}, {"WORLD_SIZE": "two", "RANK": "0"}])
def test_half_a_launcher_is_refused(monkeypatch, told):
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match="a launcher sets WORLD_SIZE, RANK and MASTER_ADDR"):
        team.join("cpu")


def test_a_checkpoint_holds_no_trace_of_how_many(tmp_path):
    """Alone, a state saved with a shared generator is read with a plain one."""
    own = draws.SharedGenerator().manual_seed(3)
    state = fit.TrainingState({}, {}, own)
    draws.rand(3, generator=own)
    fit.save_checkpoint(state, tmp_path / "checkpoint.pt")
    again = fit.TrainingState({}, {}, torch.Generator())
    fit.load_checkpoint(again, tmp_path / "checkpoint.pt")
    assert torch.equal(draws.rand(3, generator=own), draws.rand(3, generator=again.generator))
