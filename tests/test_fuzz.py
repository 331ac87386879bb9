"""Broken input thrown at every reader, a little of it at each commit; ``make fuzz`` throws a million."""

import json
import sys
from pathlib import Path

import fuzz_inputs
import pytest
import raw_midi
from fuzz_worker import TARGETS

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))
import fuzz  # noqa: E402

#: A child that dies of its input 3, as the parser's would.
DEADLY = """
import json, os, sys
from pathlib import Path
name, seed, first, last, folder = sys.argv[1:]
for i in range(int(first), int(last)):
    (Path(folder) / "at").write_bytes(i.to_bytes(8, "little"))
    if i == 3:
        os.abort()
print(json.dumps({"ended": int(last), "told": {"read": int(last) - int(first)}}))
"""


@pytest.mark.parametrize("name", TARGETS)
def test_no_reader_does_more_than_read_or_refuse(name):
    told, faults = fuzz.throw(name, seed=7, executions=400)
    assert not faults, faults[:3]
    assert told["refused"] and told["read"], told


def test_each_target_has_its_share_of_a_whole_run():
    assert set(fuzz.PLAN) == set(TARGETS)
    assert sum(fuzz.PLAN.values()) >= 1_000_000


def test_an_input_is_the_same_wherever_it_is_made():
    seed = bytes(range(64))
    made = [
        [fuzz_inputs.mutate(seed, fuzz_inputs.draw_rng("x", 1, i)) for i in range(50)] for _ in "ab"
    ]
    assert made[0] == made[1] and len(set(made[0])) > 40


def test_an_input_that_ends_its_process_is_one_fault_and_the_rest_goes_on(tmp_path):
    (tmp_path / "deadly.py").write_text(DEADLY)
    told, faults = fuzz.throw("midi", 0, 8, command=[sys.executable, str(tmp_path / "deadly.py")])
    assert [fault["i"] for fault in faults] == [3] and "ended with" in faults[0]["fault"]
    assert told == {"read": 4, "lost": 3, "fault": 1}


def test_a_reader_that_answers_wrongly_is_found(monkeypatch, tmp_path):
    """The walk of the tests is asked of another file than the reader: every read input is a fault."""
    target = TARGETS["midi"](tmp_path)
    data = target.seeds[3]
    assert target.check(data) == "read"
    monkeypatch.setattr("fuzz_music.walk", lambda _: raw_midi.walk(target.seeds[5]))
    with pytest.raises(AssertionError, match="other notes"):
        target.check(data)


def test_the_recorded_run_found_nothing():
    found = json.loads(fuzz.RECORD.read_text())
    assert set(found) == set(TARGETS)
    assert sum(row["executions"] for row in found.values()) >= 1_000_000
    assert not any(row["told"].get("fault") or row["told"].get("lost") for row in found.values())
