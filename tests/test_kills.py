"""Whatever writes files is interrupted, a little at each commit; ``make kills`` does it some hundred times."""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))
import kills  # noqa: E402
from kill_writers import WRITERS  # noqa: E402

from musicgan_lib import files  # noqa: E402
from musicgan_lib.teaching import progress  # noqa: E402


def interrupt(*words) -> subprocess.CompletedProcess:
    """In a process of its own: its children are copies of it, and this one has threads."""
    words = [sys.executable, str(ROOT / "tools" / "kills.py"), *words]
    return subprocess.run(words, capture_output=True, text=True, timeout=250)


@pytest.mark.parametrize("name", ["progress", "records"])
def test_nothing_is_lost_half_read_or_done_twice(name):
    told = interrupt(name, "--rounds", "2", "--seed", "7")
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("name", ["corpus", "training"])
def test_killed_or_with_another_it_ends_alike(name):
    told = interrupt(name, "--rounds", "1", "--seed", "7", "--kinds", "killed", "together")
    assert told.returncode == 0, told.stdout + told.stderr


#: What a library without its protections does, and what the tool says of it.
WITHOUT = {
    "files.open_whole = lambda path: open(path, 'wb')": "is half a file",
    "progress.hold = lambda *_: contextlib.nullcontext()": "lost of what was done",
    "files.remove_parts.__code__ = (lambda path, age=0: None).__code__": "half written and left",
}


@pytest.mark.parametrize("broken", WITHOUT)
def test_a_library_without_protection_is_found_out(broken):
    code = (
        "import contextlib, sys; sys.path.insert(0, sys.argv[1]); import kills; "
        "from musicgan_lib import files; from musicgan_lib.teaching import progress; "
        f"{broken}; print(kills.interrupt('progress', 1, 6, ('killed', 'together')))"
    )
    words = [sys.executable, "-c", code, str(ROOT / "tools")]
    told = subprocess.run(words, capture_output=True, text=True, timeout=250)
    assert told.returncode == 0, told.stderr
    assert WITHOUT[broken] in told.stdout, told.stdout


def test_each_writer_has_its_share_of_a_whole_run():
    assert set(kills.PLAN) == set(WRITERS)


def test_the_recorded_run_lost_nothing():
    found = json.loads(kills.RECORD.read_text())
    assert set(found) == set(WRITERS)
    told = [counts for row in found.values() for counts in row["told"].values()]
    assert sum(counts.get("kills", 0) for counts in told) >= 200
    assert not any(counts.get("faults") for counts in told)
    for row in found.values():
        assert set(row["told"]) == set(kills.KINDS)
        assert row["told"]["full"]["refused"] and row["told"]["read_only"]["refused"]


def test_who_comes_later_waits_and_is_told(tmp_path, caplog):
    with files.hold(tmp_path), pytest.raises(OSError, match="another process has worked on"):
        with files.hold(tmp_path, seconds=1.2):
            raise AssertionError("two at once")
    assert "waiting for it" in caplog.text
    with files.hold(tmp_path, seconds=0) as waited:
        assert waited < 1


def test_a_killed_process_leaves_no_lock(tmp_path):
    code = (
        "import sys, time; from musicgan_lib import files\n"
        "with files.hold(sys.argv[1]): print('mine', flush=True); time.sleep(60)"
    )
    words = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        other.stdout.readline()
        with pytest.raises(OSError, match="another process"), files.hold(tmp_path, seconds=0):
            raise AssertionError("two at once")
        other.send_signal(signal.SIGKILL)
    with files.hold(tmp_path, seconds=0):
        pass


def test_what_was_half_written_goes_when_nobody_can_be_writing_it(tmp_path):
    old, new = (tmp_path / f".some.npz.{digit * 32}" for digit in "ab")
    others = [tmp_path / name for name in (".some.npz.lock", "some.npz", f"x.{'a' * 32}")]
    for path in (old, new, *others):
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    files.remove_parts(tmp_path)
    assert not old.exists() and new.exists()
    with files.hold(tmp_path):
        assert not new.exists() and all(path.exists() for path in others)


def test_what_the_cache_gets_is_made_by_one_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    within, together = [], []

    @files.hold_work
    def make(name):
        within.append(name)
        together.append(len(within))
        time.sleep(0.1)
        within.remove(name)
        return name

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, "aaaa")) == list("aaaa")
    assert together == [1, 1, 1, 1]


def test_a_full_disk_names_the_file(tmp_path):
    def fill():
        with files.open_whole(tmp_path / "some.npz"):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left on device: .*some.npz'"):
        fill()
    assert not list(tmp_path.iterdir())


def test_where_nothing_can_be_written_nobody_waits(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "no" / "folder"))
    with files.hold(tmp_path / "lacks" / "it", seconds=0):
        pass
    (tmp_path / "no").write_text("a file")
    assert "File exists" in progress.keep_exercise("some-exercise") or "Not a directory" in (
        progress.keep_exercise("some-exercise")
    )
