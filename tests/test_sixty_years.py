"""Systems that go on from the same eight bars, and the runs that would settle what is open."""

import numpy as np
import pytest

from musicgan_lib import systems
from musicgan_lib.lab import continuing, settling
from musicgan_lib.lab.continuers import CONTINUERS, list_continuers
from musicgan_lib.notes import Piece

QUICK = [c for c in CONTINUERS if c.system in ("backoff", "bjare2020", "anokhin2018", "yang2017")]


@pytest.fixture(scope="module")
def whole():
    return continuing.find_opening()


def test_each_continuer_is_a_system_of_the_book_and_stands_in_the_order_of_the_years():
    years = [c.year or 0 for c in list_continuers()]
    assert years == sorted(years) and len({c.name + c.variant for c in CONTINUERS}) == len(years)
    assert all(c.variant in systems.find(c.system).variants for c in CONTINUERS)
    assert all(c.says.endswith(".") and c.says.count(".") == 1 for c in CONTINUERS)


def test_what_is_kept_is_of_all_of_them_and_within_the_four_bars():
    kept = continuing.list_kept()
    assert set(kept) == {f"{c.system}/{c.variant}" for c in CONTINUERS}
    for about in kept.values():
        assert len(about["pieces"]) == 4 and len(about["commit"]) == 40 and about["seed"] == 21
        for onset, duration, pitch in (n for notes in about["pieces"] for n in notes):
            assert 0 <= onset < continuing.WRITTEN and 0 < duration and 0 <= pitch < 128


@pytest.mark.parametrize("who", QUICK, ids=lambda c: f"{c.system}-{c.variant}")
def test_a_system_goes_on_behind_the_opening_and_the_same_seed_writes_the_same(who, whole):
    first, again = (continuing.draw_continuations(who, whole, 1, 5)[0] for _ in range(2))
    assert first == again and len(first)
    assert first.length <= continuing.WRITTEN + 1e-6 and first.source == "generated"


def test_the_given_bars_reach_the_system(whole):
    """Behind another opening it writes something else, with the same dice."""
    who = next(c for c in CONTINUERS if (c.system, c.variant) == ("bjare2020", "nll"))
    other = continuing.find_opening("BWV 397")
    ours, theirs = (continuing.draw_continuations(who, p, 1, 5)[0] for p in (whole, other))
    assert ours != theirs


@pytest.mark.parametrize("title", ["BWV 1", "", "BWV 281"])
def test_a_chorale_that_is_not_there_or_may_not_be_played_is_refused(title):
    with pytest.raises(ValueError, match="no held-out chorale"):
        continuing.find_opening(title)


def test_music_that_no_system_read_is_refused(whole):
    who = next(c for c in CONTINUERS if c.system == "backoff")
    with pytest.raises(LookupError, match="backoff reads no test piece"):
        continuing.draw_continuations(who, whole.transpose(1).window(7, 60), 1, 0)


def test_the_end_of_the_opening_leads_into_what_follows(whole):
    line = Piece([(0, 1, 60), (1, 3, 62)], source="generated")
    joined = continuing.lead_in(whole, line, 4.0)
    before = whole.window(28, 32)
    assert len(joined) == len(before) + 2 and joined.tempo == whole.tempo[:1]
    assert joined.notes["pitch"][-2:].tolist() == [60, 62]
    assert joined.notes["onset"][-2:].tolist() == [4, 5]


def test_the_top_line_is_what_nothing_sounds_above():
    piece = Piece([(0, 2, 60), (0, 1, 72), (1, 1, 55), (1, 1, 74), (3, 1, 50)])
    assert continuing.read_top(piece).tolist() == [2, -24]


def test_fit_is_counted_by_hand():
    given = Piece([(k / 2, 0.5, 60 + p) for k, p in enumerate([0, 2, 4, 5, 7, 9, 11] * 2)])
    made = Piece([(0, 1, 60), (1, 1, 66), (2, 1, 67), (3, 1, 61)])
    found = continuing.measure_fit(given, made)
    assert found == {"in_key": 0.5, "leaps": 2 / 3, "notes": 1.0}
    assert continuing.measure_fit(given, Piece([])) == {"in_key": 0, "leaps": 0, "notes": 0}


def run(control, seed, value, variant="plain", steps=100, profile="cpu"):
    metrics = {"expected_reward": value}
    same = {"system": "williams1992", "corpus": "tunes", "split": "all", "dirty": False}
    about = {"variant": variant, "control": control, "seed": seed, "steps": steps}
    return same | about | {"profile": profile, "metrics": metrics, "wall_s": 60.0, "data_hash": "x"}


def settle(rows):
    return next(s for s in settling.list_settlings(rows) if s.system == "williams1992")


def test_a_missing_control_is_asked_for():
    found = settle([run(None, k, 0.5 + k / 100) for k in range(3)])
    assert found.runs == 3 and "--control" in found.command and found.hours == pytest.approx(0.05)


def test_alike_controls_ask_for_nineteen_seeds():
    rows = [run(None, k, 0.5 + k / 100) for k in range(3)]
    rows += [run("dealt_reward", k, 0.0) for k in range(3)]
    found = settle(rows)
    assert found.state == "PARTIAL" and found.runs == 16 and "--profile cpu" in found.command


def test_what_is_void_is_asked_at_the_next_profile():
    rows = [run(None, k, 0.5 + k / 100) for k in range(3)]
    rows += [run("dealt_reward", k, 0.9) for k in range(3)]
    found = settle(rows)
    steps = systems.find("williams1992").configure("plain", "gpu", "tunes").steps
    assert found.state == "VOID" and "--profile gpu" in found.command and found.runs == 6
    assert found.hours == pytest.approx(6 * 60 * steps / 100 / 3600)


def test_every_open_system_of_the_records_has_a_command_that_is_understood():
    found = settling.list_settlings()
    for plan in found:
        words = plan.command.split()
        asked = dict(zip(words[3::2], words[4::2]))
        card = systems.find(words[2])
        card.configure_control(
            asked.get("--control"), asked["--variant"], asked["--profile"], asked["--corpus"]
        )
    assert np.all([plan.state in settling.OPEN for plan in found])
