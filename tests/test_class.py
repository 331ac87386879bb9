"""A class's bets and costs: counted by hand first, and what is no bet is refused with a sentence."""

import json

import numpy as np
import pytest

from musicgan_lib.experiments import claims
from musicgan_lib.lab import bets_pool, class_costs

BET = {"low": 0, "high": 4, "truth": 2.656, "guess": 3, "digits": 2, "from": 2.66, "to": 3.5}
WORDS = {"question": "How many?", "unit": "nats", "skipped": False}


def export(**bets) -> dict:
    return {"format": bets_pool.FORMAT, "version": 1, "bets": bets}


def test_a_class_is_told_by_hand(tmp_path):
    guesses = {"a": (1.0, 0.5, 2.0), "b": (3.0, 2.5, 3.5), "c": (2.0, None, None)}
    for name, (guess, low, high) in guesses.items():
        one = BET | WORDS | {"guess": guess, "from": low, "to": high}
        (tmp_path / f"{name}.json").write_text(json.dumps(export(seqgan=one)))
    (tmp_path / "notes.txt").write_text("not asked")
    pool = bets_pool.read_bets(tmp_path)
    assert repr(pool) == "3 readers, 3 bets, 0 files refused"
    told = bets_pool.tell_bets(pool.readers)["seqgan"]
    assert (told.bets, told.median, told.truth, told.held, told.intervals) == (3, 2.0, 2.656, 1, 2)
    low, high = told.share_held()
    assert low == pytest.approx(1 - 0.975**0.5) and high == pytest.approx(0.975**0.5)


def test_an_interval_holds_what_was_printed():
    """2.656 is printed as 2.66, so an interval that begins there holds it, as on the page."""
    (bet,) = bets_pool.check_bets(export(seqgan=BET | WORDS))
    assert bet.held()
    (other,) = bets_pool.check_bets(export(seqgan=BET | WORDS | {"from": 2.67}))
    assert not other.held()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("[]", "no bets of this book"),
        ("nonsense", "not JSON"),
        (json.dumps(export(a=BET) | {"format": "another"}), "no bets of this book"),
        (json.dumps(export(a=BET) | {"version": 2}), "not of version 1"),
        (json.dumps(export(a=BET) | {"bets": []}), "no 0 to 500 bets"),
        (json.dumps(export(**{f"a{i}": BET for i in range(501)})), "no 0 to 500 bets"),
        (json.dumps(export()), "none of its bets"),
        (json.dumps(export(a={"skipped": True})), "none of its bets"),
        (json.dumps(export(a=BET | {"guess": 5})), "none of its bets"),
        (json.dumps(export(a=BET | {"truth": None})), "none of its bets"),
        (json.dumps(export(a=BET | {"from": 3.2})), "none of its bets"),
        (json.dumps(export(a=BET | {"to": True})), "none of its bets"),
        (json.dumps(export(a=BET | {"digits": 1.5})), "none of its bets"),
        (" " * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_is_none_is_refused_and_says_why(tmp_path, content, why):
    (tmp_path / "a.json").write_text(content)
    pool = bets_pool.read_bets(tmp_path)
    assert pool.readers == () and why in pool.refused["a.json"]
    assert why in pool._repr_html_()


def test_a_file_that_is_handed_in_twice_counts_once(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text(json.dumps(export(seqgan=BET | WORDS)))
    pool = bets_pool.read_bets(tmp_path)
    assert len(pool.readers) == 1 and "same bets" in pool.refused["b.json"]
    with pytest.raises(ValueError, match="is no folder"):
        bets_pool.read_bets(tmp_path / "nowhere")


def test_bets_on_an_older_truth_are_left_out():
    new, old = (bets_pool.check_bets(export(a=BET | {"truth": t})) for t in (3.0, 2.0))
    told = bets_pool.tell_bets([new, new, old])["a"]
    assert (told.truth, told.bets) == (3.0, 2)


def test_intervals_that_are_built_to_hold_four_times_in_five_do():
    rng = np.random.default_rng(0)
    readers = bets_pool.simulate_class(rng, {"a": 1.0, "b": 5.0}, 2000, 1.2816, 1.0)
    for told in bets_pool.tell_bets(readers).values():
        assert abs(told.held / told.intervals - 0.8) < 0.03
    narrow = bets_pool.simulate_class(rng, {"a": 1.0}, 2000, 0.1, 1.0)
    assert bets_pool.tell_bets(narrow)["a"].held < 0.2 * 2000


def row(system, seed, wall_s, **changes):
    own = {"system": system, "variant": "v", "control": None, "corpus": "c", "seed": seed}
    return own | {"profile": "cpu", "device": "cpu", "wall_s": wall_s} | changes


def test_costs_are_counted_by_run_and_device():
    rows = [
        row("neo2024", 1, 60),
        row("neo2024", 1, 60),
        row("neo2024", 2, 180),
        row("neo2024", 3, 240),
    ]
    rows.append(row("neo2024", 4, 30, device="cuda:0 (H200)", profile="gpu"))
    rows.append(row("no system", 1, 9999))
    on_cpu, on_gpu = class_costs.list_costs(rows)
    assert (on_cpu.runs, on_cpu.median, on_cpu.longest, on_cpu.device) == (3, 3.0, 4.0, "CPU")
    assert (on_gpu.runs, on_gpu.median, on_gpu.device, on_gpu.profile) == (1, 0.5, "GPU", "gpu")


def test_no_gpu_minutes_are_told_of_what_ran_on_none():
    rows = claims.read_all_records()
    told = {cost.device for cost in class_costs.list_costs(rows)}
    assert told == {class_costs.name_device(r["device"]) for r in rows}


def test_a_class_in_rounds():
    assert class_costs.project_class(4, 30, 2, 16) == (240, 16)  # 60 runs, four rounds
    assert class_costs.project_class(4, 30, 2, 60) == (240, 4)
    assert class_costs.project_class(4, 1, 1, 1) == (4, 4)
    with pytest.raises(ValueError, match="a class has people"):
        class_costs.project_class(4, 0, 2, 16)


def test_names_of_files_that_were_refused_are_text(tmp_path):
    (tmp_path / "<img src=x onerror=boom()>.json").write_text("{")
    shown = bets_pool.read_bets(tmp_path)._repr_html_()
    assert "&lt;img" in shown and "<img" not in shown
