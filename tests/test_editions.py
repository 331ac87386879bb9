"""Rows of an older edition of the music say so wherever they are shown, and are never mixed with those of this one."""

import importlib.util
import json
import os
from pathlib import Path

import pytest

from musicgan_lib import corpora
from musicgan_lib.experiments import claims, editions, records, runs, tables
from musicgan_lib.lab import landscape
from musicgan_lib.systems import Claim

TOOL = Path(__file__).resolve().parents[1] / "tools" / "editions.py"
spec = importlib.util.spec_from_file_location("write_editions", TOOL)
writer = importlib.util.module_from_spec(spec)
spec.loader.exec_module(writer)

PRESENT = {
    "nottingham": {"data_hash": "b2", "changed": "bar lines"},
    "chorales": {"data_hash": "c1"},
    "classical": {"data_hash": "d3", "same": ["d1", "d2"], "retouched": "programs"},
}
COLUMN = {"nll_valid": "NLL"}


@pytest.fixture(autouse=True)
def known(monkeypatch):
    monkeypatch.setattr(editions, "list_editions", lambda: PRESENT)


def row(variant="nll", seed=1, value=1.0, data_hash="", corpus="nottingham", **changes):
    own = {
        "system": "bjare2020", "variant": variant, "control": None, "profile": "cpu", "corpus": corpus,
        "split": "piece", "seed": seed, "steps": 1, "device": "cpu", "commit": "", "wall_s": 1.0, "artifacts": {},
        "command": "musicgan train bjare2020", "metrics": {"nll_valid": value}, "data_hash": data_hash,
    }  # fmt: skip
    return records.validate(own | changes)


@pytest.mark.parametrize(
    "corpus, data_hash, older",
    [
        ("nottingham", "", True),  # from before hashes were kept, and the music has changed since
        ("nottingham", "a1", True),
        ("nottingham", "b2", False),
        ("chorales", "", False),  # nothing has changed
        ("chorales", "c1", False),
        ("chorales", "c0", True),
        ("classical", "", False),  # retouched, not changed
        ("classical", "d1", False),
        ("classical", "d0", True),
        ("none", "", False),
        ("a folder", "d3", False),  # nobody wrote down what is present
    ],
)
def test_a_row_is_older_where_its_music_is_not_the_present_one(corpus, data_hash, older):
    assert editions.is_older(row(corpus=corpus, data_hash=data_hash)) is older


def test_a_table_marks_older_rows_and_says_what_was_not_run():
    old = [row(seed=1, value=2.0), row(seed=2, value=4.0), row("merl", value=9.0)]
    table = tables.compare({"nll": None, "merl": None}, old, COLUMN)
    assert str(table).count(editions.NOT_ON_THIS_EDITION) == 3 and "bar lines" in table
    assert "ours, 2 seeds (older edition of the music" in table and "3.00" in table
    again = [*old, row(seed=1, value=7.0, data_hash="b2")]
    shown = str(tables.compare({"nll": None, "merl": None}, again, COLUMN)).splitlines()
    (line,) = [x for x in shown if x.startswith("| nll |")]
    assert line == "| nll | ours, 1 seed | 7.00 |"  # the older two are not averaged into it
    assert editions.NOT_ON_THIS_EDITION in next(x for x in shown if x.startswith("| merl |"))
    fresh = tables.compare({"nll": None}, [row(data_hash="b2")], COLUMN)
    assert "older" not in fresh and not editions.mark([row(data_hash="b2")])


def test_no_difference_is_taken_between_two_editions():
    mixed = [row("merl", 1, 5.0, "b2"), row("nll", 1, 1.0), row("merl", 2, 3.0), row("nll", 2, 2.0)]
    assert tables.by_seed(mixed, "merl", "nll_valid") == {1: 5.0}
    assert tables.differences(mixed, "merl", "nll", "nll_valid").tolist() == [1.0]  # of the older
    mixed.append(row("nll", 3, 1.0, "b2"))
    mixed.append(row("merl", 3, 1.5, "b2"))
    assert tables.differences(mixed, "merl", "nll", "nll_valid").tolist() == [0.5]  # of this one


def test_a_claim_is_decided_on_one_edition_and_says_on_which():
    test = {"metric": "nll_valid", "better": "lower", "own": "nll", "than": ["merl"]}
    claim = claims.Claim("x", "bjare2020", "Table 1", "a sentence", "papers/x", test)
    old = [row("nll", k, 1 + k / 10) for k in range(3)]
    old += [row("merl", k, 2 + k / 10) for k in range(3)]
    assert editions.OLDER in claims.judge(claim, old).evidence
    new = [row("nll", k, 3 + k / 10, "b2") for k in range(3)]
    assert editions.OLDER in claims.judge(claim, old + new).evidence  # merl was not run again
    assert "merl 2.1 (3)" in claims.judge(claim, old + new).evidence
    new += [row("merl", k, 2 + k / 10, "b2") for k in range(3)]
    found = claims.judge(claim, old + new)
    assert (
        editions.OLDER not in found.evidence + found.elsewhere and "nll 3.1 (3)" in found.evidence
    )
    assert found.verdict == "false"
    there = claims.judge(claim, new + [r | {"profile": "smoke"} for r in old])
    assert editions.OLDER in there.elsewhere


def test_the_landscape_rests_on_one_edition_and_says_on_which():
    old = [row("nll", k, 1 + k / 10) for k in range(3)]
    assert editions.NOT_ON_THIS_EDITION in landscape.list_marks(old)["bjare2020"]
    claim = Claim("nll_valid", "lower")
    worse = [r | {"control": "zero_reward", "metrics": {"nll_valid": 0.1}} for r in old]
    assert landscape.derive_state(claim, old + worse) == "VOID"
    new = [r | {"data_hash": "b2"} for r in old]
    assert landscape.derive_state(claim, old + worse + new) == "PARTIAL"
    assert landscape.list_marks(old + new)["bjare2020"] == ""


def test_code_that_a_commit_lacks_is_told_beside_the_numbers():
    dirty = row(corpus="chorales", commit="a" * 40, dirty=True)
    assert editions.UNCOMMITTED in tables.compare({"nll": None}, [dirty], COLUMN)
    assert editions.mark([row(corpus="chorales")]) == ""


def test_a_chapter_writes_down_the_edition_of_each_rows_corpus(tmp_path):
    given = dict(profile="smoke", seed=0, corpus="tunes", variant="default", out=tmp_path)
    run = runs.begin("chapter", corpora=("tunes",), **given)
    more = {"system": "b", "corpus": "no corpus", "metrics": {"x": 1}}
    shown = run.finish([{"system": "a", "metrics": {"x": 1}}, more])
    assert [r["data_hash"] for r in shown.rows] == [corpora.load("tunes").data_hash, ""]


def test_an_edition_that_changes_needs_a_word_of_why():
    known = {"nottingham": {"data_hash": "a1"}, "folk": {"data_hash": "f1"}}
    with pytest.raises(ValueError, match="say what was mended"):
        writer.renew(known, {"nottingham": "b2"}, {}, {})
    said = writer.renew(known, {"nottingham": "b2", "tunes": "t1"}, {"nottingham": "bar lines"}, {})
    assert said["nottingham"] == {"data_hash": "b2", "changed": "bar lines"}
    assert said["folk"] == {"data_hash": "f1"} and said["tunes"] == {"data_hash": "t1"}
    assert known["nottingham"] == {"data_hash": "a1"}


def test_what_was_only_retouched_counts_and_is_told():
    old = [
        row(seed=1, value=2.0, corpus="classical"),
        row(seed=2, data_hash="d1", corpus="classical"),
    ]
    new = row(seed=3, value=3.0, data_hash="d3", corpus="classical")
    table = tables.compare({"nll": None}, [*old, new], COLUMN)
    assert "ours, 3 seeds |" in table and "2.00" in table and "older" not in table
    assert table.count("since rows of this table were recorded: programs.") == 1
    assert "programs" not in tables.compare({"nll": None}, [new], COLUMN)
    assert editions.note([row(corpus="classical", data_hash="d0")]).count("programs") == 0  # older


def test_hashes_that_a_retouch_leaves_behind_are_kept_until_the_music_changes():
    known = {"classical": {"data_hash": "d1"}}
    once = writer.renew(known, {"classical": "d2"}, {}, {"classical": "programs"})
    twice = writer.renew(once, {"classical": "d3"}, {}, {"classical": "programs, tempo"})
    assert twice["classical"] == {
        "data_hash": "d3", "same": ["d1", "d2"], "retouched": "programs, tempo",
    }  # fmt: skip
    changed = writer.renew(twice, {"classical": "d4"}, {"classical": "notes"}, {})
    assert changed["classical"] == {"data_hash": "d4", "changed": "notes"}
    assert writer.renew(known, {"classical": "d1"}, {}, {"classical": "annotations"}) == {
        "classical": {"data_hash": "d1", "retouched": "annotations"}
    }


@pytest.mark.data
@pytest.mark.skipif(not os.environ.get("MUSICGAN_DATA"), reason="MUSICGAN_DATA is not set")
def test_the_music_on_this_machine_is_the_edition_written_down():
    written = json.loads(writer.PLACE.read_text())
    named = {row["corpus"] for row in claims.read_all_records()}
    here = {name: seen for name in named if (seen := editions.hash_corpus(name))}
    assert here and here == {name: written.get(name, {}).get("data_hash") for name in here}
