"""A results table says whose number it is, over how many seeds, and where nobody ran anything."""

import numpy as np
import pytest

from musicgan_lib.experiments import tables


def record(variant, seed, control=None, **metrics):
    return {"variant": variant, "seed": seed, "control": control, "metrics": metrics}


RECORDS = [
    record("nll", 1, nll=2.0),
    record("nll", 2, nll=3.0, entropy=1.5),
    record("merl", 2, nll=5.0),
    record("merl", 3, nll=6.0),
    record("merl", 2, control="random_reward", nll=9.0),
]


def cells(table, whose):
    return [
        [c.strip() for c in line.strip("|").split("|")]
        for line in str(table).splitlines()
        if whose in line
    ]


def test_mean_and_deviation_are_those_done_by_hand():
    table = tables.compare({"nll": {"nll": 2.58}}, RECORDS, {"nll": "NLL", "entropy": ("H", 1)})
    assert cells(table, "paper") == [["nll", "paper", "2.58", "–"]]
    # 2 and 3: mean 2.5, squared distances 0.25 + 0.25 over n - 1 = 1, root of 0.5; one entropy has no spread
    assert cells(table, "ours") == [["", "ours, 2 seeds", "2.50 ±\u00a00.71", "1.5"]]
    assert not cells(table, "this run")
    assert str(table).splitlines()[0] == "| model | whose | NLL | H |"


def test_what_nobody_ran_says_so_and_no_record_strays_into_another_row():
    rows = {"ordinary": {"nll": 3.81}, "merl": {}, "merl + random_reward": None}
    table = tables.compare(
        rows, RECORDS, {"nll": "NLL"}, live=[record("merl", 0, nll=4.0)], names={"merl": "MERL"}
    )
    assert cells(table, "ours") == [
        ["", "ours, recorded", tables.NOT_RUN],
        ["", "ours, 2 seeds", "5.50 ±\u00a00.71"],
        ["merl + random_reward", "ours, 1 seed", "9.00"],
    ]
    assert [c[2] for c in cells(table, "this run")] == [tables.NOT_RUN, "4.00", tables.NOT_RUN]
    assert [c[0] for c in cells(table, "paper")] == ["ordinary", "MERL"]
    assert [c[2] for c in cells(table, "paper")] == ["3.81", "–"]


def test_an_undefined_metric_is_a_dash_never_a_zero():
    table = tables.compare({"nll": {}}, [record("nll", 1, p=float("nan"))], {"p": "p"})
    assert cells(table, "ours") == [["", "ours, 1 seed", "–"]]


def test_it_shows_as_a_table_in_a_notebook():
    table = tables.compare({"nll": {}}, RECORDS, {"nll": "NLL"})
    assert table._repr_markdown_() == str(table)
    assert len({line.count("|") for line in str(table).splitlines()}) == 1


def test_differences_pair_the_runs_of_one_seed():
    assert tables.differences(RECORDS, "merl", "nll", "nll").tolist() == [2.0]  # seed 2 alone
    assert tables.differences(RECORDS, "merl", "ordinary", "nll").size == 0
    assert tables.by_seed(RECORDS, "nll", "entropy") == {2: 1.5}


def test_the_interval_covers_the_mean_as_often_as_it_says():
    rng, hits = np.random.default_rng(0), 0
    for _ in range(200):
        low, high = tables.bootstrap_interval(rng.normal(1.0, 2.0, 40), rng, times=300)
        hits += low <= 1.0 <= high
    assert 0.88 <= hits / 200 <= 0.99


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_an_interval_is_that_of_means_drawn_by_hand(n):
    """What was recorded with this very stream of draws stays as it is."""
    values = np.random.default_rng(2).normal(size=n)
    found = tables.bootstrap_interval(values, np.random.default_rng(3), level=0.9, times=500)
    rng = np.random.default_rng(3)
    means = [values[rng.integers(0, n, n)].mean() for _ in range(500)]
    assert found == pytest.approx(np.quantile(means, [0.05, 0.95]), abs=1e-12)
    assert tables.bootstrap_interval([2.0] * n, rng) == (2.0, 2.0)


def test_rows_that_belong_together_are_drawn_together():
    rng = np.random.default_rng(1)
    rows = np.repeat(rng.normal(size=(20, 1)), 50, axis=1)  # 50 copies are no 50 observations
    low, high = tables.bootstrap_interval(rows, rng)
    alone = tables.bootstrap_interval(rows[:, 0], rng)
    assert high - low == pytest.approx(alone[1] - alone[0], rel=0.15)
    with pytest.raises(ValueError, match="no value"):
        tables.bootstrap_interval([], rng)


def test_the_judge_is_told_of_by_what_it_said_and_by_whom_nobody_asked():
    rows = [record("nll", 1, judge_accuracy=0.6), record("nll", 2, judge_accuracy=0.7)]
    names = {"nll": "likelihood", "merl": "MERL"}
    told = tables.tell_judge([*rows, record("merl", 1, nll=5.0)], names)
    assert told == (
        "The independent judge is right: likelihood 0.65 ±\u00a00.07. The independent judge was not asked about MERL."
    )
    assert tables.tell_judge(rows, {"nll": "likelihood"}).endswith("0.07.")
    first = record("merl", 1, judge1_accuracy=0.9)
    told = tables.tell_judge([first], names)
    assert told.startswith("The independent judge was not asked about any of these rows.")
    assert "0.9" not in told and "nothing is concluded from it" in told
    assert "earlier" not in tables.tell_judge([first], {"nll": "likelihood"})
