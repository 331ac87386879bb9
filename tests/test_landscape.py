"""The survey's table is whole, and a state is what records prove: no more, and never typed."""

import itertools
import json
import re
from collections import Counter
from dataclasses import replace

import chapters
import pytest

from musicgan_lib import corpora, systems
from musicgan_lib.experiments import claims, records
from musicgan_lib.lab import landscape
from musicgan_lib.systems import Claim

CLAIM = Claim("nll_play_valid", "lower")
REAL, CONTROL = (1.0, 1.1, 0.9), (2.0, 2.1, 1.9)


def record(value, seed, control=None, **changes):
    own = {
        "system": "deepj2018",
        "variant": "faithful",
        "control": control,
        "profile": "cpu",
        "corpus": "chorales",
        "split": "valid",
        "seed": seed,
        "steps": 100,
        "device": "cpu",
        "commit": "",
        "wall_s": 1.0,
        "command": "musicgan train deepj2018",
        "metrics": {"nll_play_valid": value},
        "artifacts": {},
    }
    return records.validate(own | changes)


def runs(values, control=None, **changes):
    return [record(v, seed, control, **changes) for seed, v in enumerate(values)]


def test_the_table_holds_64_systems_and_twelve_data_sets():
    cards = systems.list_systems()
    assert len({s.id for s in cards}) == len(cards) == 64
    assert {s.listed for s in cards} == {"survey", "papers", "nearby"}
    assert {s.family for s in cards} == set(systems.list_families())
    for s in cards:
        assert s.year is None or 1950 < s.year < 2025, s
        assert s.mechanism.endswith(".") and 30 < len(s.mechanism) <= 220 and s.citation, s
        assert s.claim is None or s.claim.better in ("lower", "higher"), s
    assert len(set(systems.list_data_sets())) == 12
    assert set(systems.list_data_sets()) <= corpora.SOURCES.keys()
    assert {"anokhin2018", "bjare2020", "neo2024", "mogren2016"} <= {s.id for s in cards}


def test_a_system_that_beats_its_control_on_three_seeds_works():
    assert landscape.derive_state(CLAIM, runs(REAL) + runs(CONTROL, "shuffled")) == "WORKS"
    higher = Claim("nll_play_valid", "higher")
    assert landscape.derive_state(higher, runs(CONTROL) + runs(REAL, "shuffled")) == "WORKS"


def test_a_control_in_the_systems_place_does_not_work():
    """Swapped labels, controls alone, and controls renamed to be the system."""
    assert landscape.derive_state(CLAIM, runs(CONTROL) + runs(REAL, "shuffled")) == "VOID"
    assert landscape.derive_state(CLAIM, runs(CONTROL, "shuffled")) == "ABSENT"
    assert landscape.derive_state(CLAIM, runs(CONTROL)) == "PARTIAL"
    assert landscape.derive_state(CLAIM, runs(CONTROL) + runs(CONTROL, "shuffled")) == "VOID"


def test_of_all_ways_to_hand_out_the_labels_only_the_true_one_works():
    values = [*REAL, *CONTROL]
    states = []
    for own in itertools.combinations(range(6), 3):
        rest = [i for i in range(6) if i not in own]
        rows = runs([values[i] for i in own]) + runs([values[i] for i in rest], "shuffled")
        states.append(landscape.derive_state(CLAIM, rows))
    assert states[0] == "WORKS" and states.count("WORKS") == 1


@pytest.mark.parametrize(
    "name, rows",
    [
        ("two seeds", runs(REAL[:2]) + runs(CONTROL[:2], "shuffled")),
        ("one control", runs(REAL) + runs(CONTROL[:1], "shuffled")),
        ("one seed three times", [record(v, 0) for v in REAL] + runs(CONTROL, "shuffled")),
        ("other variant", runs(REAL) + runs(CONTROL, "shuffled", variant="repaired")),
        ("other steps", runs(REAL) + runs(CONTROL, "shuffled", steps=1)),
        ("other corpus", runs(REAL) + runs(CONTROL, "shuffled", corpus="tunes")),
        ("other profile", runs(REAL) + runs(CONTROL, "shuffled", profile="smoke")),
        ("other metric", runs(REAL) + runs(CONTROL, "shuffled", metrics={"bleu": 1.0})),
        ("a seed disagrees", runs((1.0, 1.0, 2.5)) + runs(CONTROL, "shuffled")),
    ],
)
def test_what_is_not_settled_is_partial(name, rows):
    assert landscape.derive_state(CLAIM, rows) == "PARTIAL", name


def test_a_system_without_chance_is_one_run_however_often_it_is_recorded():
    same = runs([1.0] * 3)
    assert landscape.derive_state(CLAIM, same + runs(CONTROL, "shuffled")) == "PARTIAL"
    controls = [2 + k / 100 for k in range(19)]
    assert landscape.derive_state(CLAIM, same + runs(controls[:18], "shuffled")) == "PARTIAL"
    assert landscape.derive_state(CLAIM, same + runs(controls, "shuffled")) == "WORKS"


def test_one_control_that_does_as_well_voids_the_rest():
    rows = runs(REAL) + runs(CONTROL, "shuffled") + runs(REAL, "frozen_discriminator")
    assert landscape.derive_state(CLAIM, rows) == "VOID"
    assert landscape.derive_state(CLAIM, runs([float("nan")] * 3) + runs(REAL, "x")) == "VOID"


def test_the_larger_profile_decides():
    small = runs(REAL, profile="smoke") + runs(CONTROL, "shuffled", profile="smoke")
    large = runs(CONTROL, profile="gpu") + runs(REAL, "shuffled", profile="gpu")
    assert landscape.derive_state(CLAIM, small) == "WORKS"
    assert landscape.derive_state(CLAIM, small + large) == "VOID"


def test_a_system_without_a_claim_is_partial_at_most():
    assert landscape.derive_state(None, runs(REAL) + runs(CONTROL, "shuffled")) == "PARTIAL"


def test_states_come_from_the_files_of_results(tmp_path, monkeypatch):
    """Fake records in a folder of their own: the row of their system changes, and no other."""
    monkeypatch.setattr(records, "root", lambda: tmp_path)
    monkeypatch.setattr(landscape, "list_mechanisms", lambda: {"deepj2018": "papers/one"})
    assert set(landscape.list_states().values()) == {"ABSENT"}
    records.write(runs(REAL), tmp_path / "results" / "papers" / "one.json")
    (tmp_path / "results" / "settings.json").write_text(json.dumps({"not": "records"}))
    assert landscape.list_states()["deepj2018"] == "PARTIAL"
    records.write(runs(CONTROL, "shuffled"), tmp_path / "results" / "papers" / "two.json")
    states = landscape.list_states()
    assert states.pop("deepj2018") == "WORKS" and set(states.values()) == {"ABSENT"}
    (tmp_path / "results" / "bad.json").write_text(json.dumps([{"system": "x", "metrics": {}}]))
    with pytest.raises(ValueError, match="lacks the field"):
        landscape.list_states()


def test_the_states_of_this_repository_are_derived():
    """Whatever results/ holds now, no file of the library or the book spells a state beside a system."""
    table = repr([(s.id, s.name, s.mechanism, s.citation, s.claim) for s in systems.list_systems()])
    assert not any(state in table for state in landscape.STATES)
    assert set(landscape.list_states().values()) <= set(landscape.STATES)


#: A system that goes on from likelihood: its claim names where it starts.
GAME = replace(CLAIM, start={"faithful": "nll"})


@pytest.mark.parametrize(
    "name, start, state",
    [
        ("worse than each run of it", runs((3.0, 3.1, 2.9), variant="nll", steps=50), "WORKS"),
        ("no better than its start", runs(REAL, variant="nll", steps=50), "VOID"),
        ("worse than its start", runs((0.5, 0.6, 0.4), variant="nll", steps=50), "VOID"),
        ("better on average", runs((1.05, 3.1, 2.9), variant="nll", steps=50), "PARTIAL"),
        ("two seeds of the start", runs((3.0, 3.1), variant="nll", steps=50), "PARTIAL"),
        ("a start elsewhere", runs((3.0, 3.1, 2.9), variant="nll", corpus="tunes"), "PARTIAL"),
        ("a start of another size", runs((3.0, 3.1, 2.9), variant="nll", profile="gpu"), "PARTIAL"),
        ("a control of the start", runs((3.0, 3.1, 2.9), "shuffled", variant="nll"), "PARTIAL"),
        ("no start", [], "PARTIAL"),
    ],
)  # fmt: skip
def test_a_game_has_to_beat_its_own_starting_point(name, start, state):
    """Whatever its controls say: a loss that any game brings down was there before."""
    rows = runs(REAL) + runs(CONTROL, "shuffled")
    assert landscape.derive_state(CLAIM, rows) == "WORKS"
    assert landscape.derive_state(GAME, rows + start) == state, name
    set_back = [r | {"variant": "faithful,alpha=1"} for r in rows] + start  # a setting changed
    assert landscape.derive_state(GAME, set_back) == state, name


def test_a_starting_point_alone_is_not_the_system():
    assert landscape.derive_state(GAME, runs(REAL, variant="nll")) == "ABSENT"
    assert landscape.derive_state(GAME, runs(REAL, variant="nll") + runs(REAL)) == "PARTIAL"
    both = runs(REAL) + runs((3.0, 3.1, 2.9), variant="nll", steps=50)
    assert landscape.derive_state(GAME, both) == "PARTIAL"  # a start is no control


def test_every_preset_is_a_row_and_every_game_names_its_start():
    """Whoever records a system under another id, or states a claim for a game without its start, is told here."""
    cards = {s.id: s for s in systems.list_systems()}
    assert set(systems.names()) <= cards.keys()
    recorded = {r["system"] for r in claims.read_all_records()}
    assert recorded & set(systems.names()) <= cards.keys() and len(recorded) > 5
    for name in systems.names():
        system = systems.find(name)
        if not system.claim:
            continue
        named = system.claim.start
        plays = {v: system.configure(v, "cpu") for v in system.variants}
        goes_on = {v for v, c in plays.items() if getattr(c, "adversarial", 0) and c.pretrain}
        assert set(named) == goes_on, name
        for start in set(named.values()):
            assert not plays[start].adversarial, (name, start)


def test_a_claim_is_in_a_metric_that_its_records_hold():
    rows = claims.read_all_records()
    for s in systems.list_systems():
        own = [r for r in rows if r["system"] == s.id]
        if (
            s.claim and own and s.claim.metric != "judge_accuracy"
        ):  # asked of a run when it is collected
            assert any(s.claim.metric in r["metrics"] for r in own), s.id


def test_a_system_works_only_where_a_page_shows_its_mechanism(monkeypatch):
    rows = runs(REAL) + runs(CONTROL, "shuffled")
    monkeypatch.setattr(landscape, "list_mechanisms", dict)
    state, why = landscape.explain_states(rows)["deepj2018"]
    assert state == "PARTIAL" and why.startswith("No page shows its mechanism")
    monkeypatch.setattr(landscape, "list_mechanisms", lambda: {"deepj2018": "papers/one"})
    state, why = landscape.explain_states(rows)["deepj2018"]
    assert state == "WORKS"
    assert "each of 3 runs (0.9 to 1.1) beats each of 3 of shuffled (1.9 to 2.1)" in why
    state, why = landscape.explain_states(runs(CONTROL) + runs(REAL, "shuffled"))["deepj2018"]
    assert (
        state == "VOID" and "3 runs (1.9 to 2.1) are on average no better than 3 of shuffled" in why
    )


def test_a_state_is_told_with_its_reason():
    for rows, why in (
        ([], "Nothing was recorded."),
        (runs(REAL, "shuffled"), "Nothing of it was recorded but controls."),
        (runs(REAL), "No control was recorded with the same number of updates"),
        (
            runs(REAL[:1]) + runs(CONTROL[:1], "shuffled"),
            "they are too few, so luck is not ruled out",
        ),
        (runs([1, 1, 1]) + runs([2, 2, 2], "shuffled"), "runs that come out alike count as one"),
    ):
        assert why in landscape.explain_state(CLAIM, rows)[1]
    assert "claims nothing" in landscape.explain_state(None, runs(REAL))[1]


def test_a_control_that_is_known_not_to_be_one_bears_nothing_out(monkeypatch):
    monkeypatch.setattr(landscape, "list_mechanisms", lambda: {"deepj2018": "papers/one"})
    rows = runs(REAL) + runs(CONTROL, "shuffled")
    assert landscape.list_states(rows)["deepj2018"] == "WORKS"
    monkeypatch.setattr(landscape, "find_unfit", lambda row: "it is none" if row["control"] else "")
    assert landscape.list_states(rows)["deepj2018"] == "PARTIAL"
    assert landscape.list_states(runs(CONTROL) + runs(REAL, "shuffled"))["deepj2018"] == "VOID"


def test_the_totals_of_the_map_are_told_where_they_are_asked_for():
    (stamp,) = chapters.load_tools("stamp")
    found = Counter(state for state, _ in landscape.explain_states().values())
    told = stamp.tell_states("Around them: <!-- states -->Of 3 systems 2 ran. And more.")
    assert told.endswith(" And more.") and "Of 3" not in told
    counts = [int(n) for n in re.findall(r"\d+", told)]
    assert counts[0] == found.total() and counts[-3:] == [
        found[state] for state in ("WORKS", "PARTIAL", "VOID")
    ]
    assert stamp.tell_states(told) == told and stamp.tell_states("nothing") == "nothing"
