"""The orders that are claimed of Bjare and Meredith's four models can each be denied,
and by nearly every exchange of names.
"""

import pytest

from musicgan_lib.experiments import records
from musicgan_lib.lab.three_generators import (
    MODELS,
    NOT_CLAIMED,
    ORDERS,
    TABLE_1,
    list_failures,
    list_unnoticed,
    relabel,
)

RUNS = [*MODELS, "without_pretraining"]


def make_run(variant, loss, entropy, seed=0, control=None):
    metrics = {"nll_train": loss, "entropy": entropy}
    about = {"corpus": "none", "data_hash": "0", "seed": seed, "control": control}
    return about | {"variant": variant, "metrics": metrics}


def make_runs(seed=0, **changed):
    """Runs in which every claim holds, but for the (loss, entropy) of the variants that are named."""
    held = {"nll": (1, 1), "ordinary": (2, 1), "reward_baseline": (2, 1), "merl": (3, 2)}
    held |= {"without_pretraining": (5, 5)}
    return [make_run(v, *numbers, seed) for v, numbers in (held | changed).items()]


def test_what_holds_in_every_seed_is_not_denied():
    assert list_failures(make_runs(0) + make_runs(1)) == []
    assert list_failures([]) == []


@pytest.mark.parametrize("order", ORDERS)
def test_each_claim_is_denied_by_one_seed_that_ties(order):
    place = ("nll_train", "entropy").index(order.metric)
    runs = {r["variant"]: list(r["metrics"].values()) for r in make_runs()}
    runs[order.higher][place] = runs[order.lower][place] + order.margin - 1e-9
    assert order in list_failures(make_runs(0) + make_runs(1, **runs))


def test_an_exchange_of_names_is_noticed_but_for_the_one_that_is_not_claimed():
    assert list_unnoticed(make_runs()) == [NOT_CLAIMED]
    swapped = {r["variant"]: r["metrics"]["nll_train"] for r in relabel(make_runs(), NOT_CLAIMED)}
    assert swapped == {"nll": 1, "ordinary": 2, "reward_baseline": 2, "merl": 3}
    with pytest.raises(ValueError, match="no run of merl, nll"):
        list_unnoticed(make_runs()[1:3])


def test_a_control_is_not_taken_for_its_model():
    dice = make_run("nll", 9.0, 9.0, control="random_reward")
    assert list_failures([*make_runs(), dice]) == []
    assert len(relabel([*make_runs(), dice], NOT_CLAIMED)) == 4


@pytest.mark.parametrize("corpus", ["chorales", "nottingham"])
def test_the_recorded_runs_bear_the_claims_out(corpus):
    runs = records.recorded(f"papers/bjare2020/{corpus}")
    assert list_failures(runs) == [] and list_unnoticed(runs) == [NOT_CLAIMED]


def test_the_papers_numbers_are_within_their_bounds():
    assert list(TABLE_1) == list(MODELS)
    for row in TABLE_1.values():
        assert all(0 <= v <= 1 for k, v in row.items() if k not in ("nll_valid", "own_nll"))
