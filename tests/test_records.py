"""Records: the schema refuses what is not a record; results are found, downloaded, and checked."""

import hashlib
import http.server
import json
import pathlib
import threading

import numpy as np
import pytest

from musicgan_lib.experiments import records, runs

ROW = {"system": "counts", "metrics": {"nll_valid": 0.5}}


def start(tmp_path, **changes):
    given = dict(profile="smoke", seed=0, corpus="tunes", variant="default", out=str(tmp_path))
    return runs.begin("chapter", corpora=("tunes", "chorales"), **given | changes)


def test_rows_are_completed_and_written(tmp_path):
    shown = start(tmp_path).finish([ROW, ROW | {"control": "shuffled"}])
    rows = records.read(tmp_path / "chapter.json")
    assert [r["control"] for r in rows] == [None, "shuffled"]
    assert rows[0]["corpus"] == "tunes" and "-p CORPUS tunes" in rows[0]["command"]
    assert "2 in chapter.json" in repr(shown) and "<table>" in shown._repr_html_()


@pytest.mark.parametrize(
    "change, words",
    [
        ({"profile": "huge"}, "smoke, cpu, gpu"),
        ({"corpus": "beatles"}, "tunes, chorales"),
        ({"variant": "x"}, "default"),
        ({"seed": -1}, "whole number"),
        ({"seed": 1.5}, "whole number"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_list(tmp_path, change, words):
    with pytest.raises(ValueError, match=words):
        start(tmp_path, **change)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [ROW, ROW],
        [{"system": "a"}],
        [{"system": "a", "metrics": None}],
        [{"system": "a", "metrics": {"x": "0.3"}}],
        [ROW | {"colour": "red"}],
    ],
)
def test_rows_that_are_no_records_are_refused_and_nothing_is_left(tmp_path, rows):
    with pytest.raises(ValueError):
        start(tmp_path).finish(rows)
    assert not list(tmp_path.iterdir())


def test_a_number_that_json_lacks_is_left_out(tmp_path):
    numbers = {"a": 0.5, "b": float("nan"), "c": np.float64("inf"), "d": np.float32("nan"), "e": 2}
    shown = start(tmp_path).finish([{"system": "counts", "metrics": numbers}])
    assert records.read(shown.path)[0]["metrics"] == {"a": 0.5, "e": 2}
    row = shown.rows[0] | {"metrics": {"b": float("nan")}}
    with pytest.raises(ValueError, match="JSON"):
        records.write([row], tmp_path / "other.json")
    assert [p.name for p in tmp_path.iterdir()] == ["chapter.json"]


def test_random_streams_differ_by_name_and_seed(tmp_path):
    run = start(tmp_path)
    draws = {
        run.rng("a").random(),
        run.rng("b").random(),
        start(tmp_path, seed=1).rng("a").random(),
    }
    assert len(draws) == 3 and run.rng("a").random() in draws


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A library without a checkout, and an address that serves one result."""
    content = json.dumps([]).encode()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.json").write_bytes(content)

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=str(tmp_path / "site"))

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(records, "root", lambda: None)
    monkeypatch.setattr(
        records, "_list_known", lambda: {"a.json": hashlib.sha256(content).hexdigest()}
    )
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSICGAN_RESULTS_URL", f"http://127.0.0.1:{server.server_port}")
    yield tmp_path
    server.shutdown()
    server.server_close()


def test_a_result_is_downloaded_once_and_kept(served):
    path = records.open("a.json")
    (served / "site" / "a.json").unlink()
    assert records.open("a.json") == path and path.read_bytes() == b"[]"


def test_what_was_kept_and_is_another_now_is_downloaded_again(served):
    path = records.open("a.json")
    path.write_bytes(b"[1]")
    assert records.open("a.json").read_bytes() == b"[]"
    path.write_bytes(b"[1]")
    (served / "site" / "a.json").unlink()
    with pytest.raises(records.ResultUnavailable):
        records.open("a.json")


def test_of_a_result_that_finds_no_room_nothing_is_kept(served, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pathlib.Path, "replace", full)
    with pytest.raises(OSError, match="No space left on device: .*a.json"):
        records.open("a.json")
    assert not [p for p in (served / "cache").rglob("*") if p.is_file()]


def test_other_bytes_are_refused_and_not_kept(served):
    (served / "site" / "a.json").write_bytes(b"[1]")
    with pytest.raises(records.ResultUnavailable, match="sha256"):
        records.open("a.json")
    assert not [p for p in (served / "cache").rglob("*") if p.is_file()]


def test_a_name_that_was_never_recorded_is_refused(served):
    with pytest.raises(records.ResultUnavailable, match="no result 'b.json'"):
        records.open("b.json")


def test_without_a_network_the_sentence_says_what_to_do(served, monkeypatch):
    monkeypatch.setenv("MUSICGAN_RESULTS_URL", "http://127.0.0.1:9")
    with pytest.raises(records.ResultUnavailable, match="MUSICGAN_RESULTS_URL"):
        records.open("a.json")


def test_every_committed_record_is_valid():
    for name in records.index():
        if name.endswith(".json") and not name.startswith("about/"):
            assert records.recorded(name.removesuffix(".json"))


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/hostname", "about/../../README.md"])
def test_nothing_outside_results_is_opened(name):
    with pytest.raises(records.ResultUnavailable):
        records.open(name)


def test_a_build_hears_what_a_page_asked_for_whether_it_is_there_or_not(tmp_path, monkeypatch):
    """A page is drawn again when one of these changes, or comes."""
    monkeypatch.setenv("MUSICGAN_ASKED", str(tmp_path / "asked"))
    records.recorded("lab/not_yet_recorded")
    assert records.exists("papers/neo2024/chorales.json") and not records.exists("nowhere.json")
    records.open("papers/seqgan2017/oracle_50.json")
    records.index()
    assert (tmp_path / "asked").read_text().splitlines() == [
        "lab/not_yet_recorded.json", "papers/neo2024/chorales.json", "nowhere.json",
        "papers/seqgan2017/oracle_50.json", records.WHOLE,
    ]  # fmt: skip
