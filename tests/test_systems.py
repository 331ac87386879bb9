"""Cards: what is known of each system stands once, and a card that says too little is refused with a sentence."""

import subprocess
import sys
import types
from dataclasses import replace

import pytest

from musicgan_lib import systems
from musicgan_lib.systems import Claim

CARD = systems.find("seqgan2017")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": "seqgan"}, "its id is 'seqgan': records would not find it"),
        ({"mechanism": ""}, "does not say what it does"),
        ({"citation": ""}, "where its mechanism stands"),
        ({"family": "Z"}, "no family 'Z', only A, B"),
        ({"plays": None}, "names no game"),
        ({"variants": {}}, "has no variants"),
        ({"corpora": ()}, "has no corpora"),
        ({"profiles": {"smoke": {}}}, "its profiles are smoke, and not smoke, cpu, gpu"),
        ({"claim": Claim("oracle_nll", "lower", {"seqgan": "mle"})}, "start names a variant"),
    ],
)
def test_a_card_that_says_too_little_is_refused(changes, why):
    with pytest.raises(ValueError, match=f"systems/seqgan2017.py is refused: .*{why}"):
        systems._check(replace(CARD, **changes), "seqgan2017")


def test_a_system_stands_in_one_place(monkeypatch):
    survey = systems._read_survey()
    row = {"id": CARD.id, "claim": None}
    with monkeypatch.context() as planned:
        planned.setattr(systems, "_read_survey", lambda: survey | {"systems": [row]})
        with pytest.raises(ValueError, match="stands in survey.json, too"):
            systems._check(CARD, CARD.id)
    with pytest.raises(ValueError, match="order in survey.json does not name it"):
        systems._check(replace(CARD, id="nobody1999"), "nobody1999")


def test_a_claim_has_a_direction():
    with pytest.raises(ValueError, match="no direction 'less'"):
        Claim("nll_valid", "less")


class Counting:
    """A game that measures one number, and one that is none."""

    def measure(self, state, config, data, generator):
        return {"nll_test": 2, "nll_beyond": float("nan")}, [[1, 2], [3, 4]]


def test_a_card_adds_its_own_measures_and_no_number_is_told(monkeypatch, caplog):
    own = types.SimpleNamespace(
        sum_up=lambda samples, data: {"total": sum(map(sum, samples)) + data}
    )
    monkeypatch.setitem(sys.modules, "musicgan_lib.metrics.made_up", own)
    card = replace(CARD, measures=("made_up.sum_up",))
    vars(card)["game"] = Counting()
    found, samples = card.measure(None, None, 100, None)
    assert found == {"nll_test": 2.0, "total": 110.0} and len(samples) == 2
    assert "no number for nll_beyond, so it is not recorded" in caplog.text
    own.sum_up = lambda samples, data: {"nll_test": 0}
    with pytest.raises(ValueError, match="sum_up measures nll_test, and so does another"):
        card.measure(None, None, 100, None)


@pytest.mark.parametrize("name", systems.names())
def test_every_card_configures_each_variant_at_each_profile_or_says_why_not(name):
    card = systems.find(name)
    for variant in card.variants:
        for profile in card.profiles:
            try:
                config = card.configure(variant, profile)
            except ValueError as reason:
                assert profile == "smoke" and "bars" in str(reason), (variant, profile)
                continue
            assert type(config) is card.game.Config and config.steps >= 0


def test_a_card_is_read_without_pytorch():
    code = "import sys; from musicgan_lib import systems; systems.list_systems(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
