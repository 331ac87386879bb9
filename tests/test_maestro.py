"""MAESTRO: the publisher's split in each layout that its tables ever had."""

import csv
import io
import json

import numpy as np
import pytest

from musicgan_lib import corpora
from musicgan_lib.data import shards
from musicgan_lib.notes import Piece, write_midi

SPLITS = ["train", "train", "train", "validation", "test", "test"]
ROWS = [
    {"canonical_title": f"t{i}", "split": split, "midi_filename": f"{2004 + i}/piece{i}.midi"}
    for i, split in enumerate(SPLITS)
]
FIELDS = list(ROWS[0])


def as_csv(rows=ROWS):
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_columns(rows=ROWS):
    return json.dumps({f: {str(i): row[f] for i, row in enumerate(rows)} for f in FIELDS})


LAYOUTS = {
    "v1": {"maestro-v1.0.0.json": json.dumps(ROWS), "maestro-v1.0.0.csv": as_csv()},
    "v2": {"maestro-v2.0.0.json": json.dumps(ROWS)},
    "v3": {"maestro-v3.0.0.json": as_columns(), "maestro-v3.0.0.csv": as_csv()},
    "csv alone": {"maestro-v3.0.0.csv": "\ufeff" + as_csv()},
    "a broken json": {"maestro-v3.0.0.json": "[{]", "maestro-v3.0.0.csv": as_csv()},
    "capitals": {"MAESTRO-V2.0.0.JSON": json.dumps(ROWS)},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MUSICGAN_DATA", str(tmp_path / "data"))
    folder = tmp_path / "data" / "maestro"
    for i, row in enumerate(ROWS):
        write(folder / row["midi_filename"], i)
    return folder


def write(path, seed):
    path.parent.mkdir(parents=True, exist_ok=True)
    pitches = np.random.default_rng(seed).integers(40, 80, 60).tolist()
    write_midi(Piece([(i, 1, p) for i, p in enumerate(pitches)]), path)


def put(folder, tables):
    for name, text in tables.items():
        (folder / name).write_text(text)


def titles(split, scheme=None):
    return [p.title for p in corpora.load("maestro", split, scheme=scheme)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_split_is_the_publishers(folder, layout):
    put(folder, LAYOUTS[layout])
    assert corpora.load("maestro", "test").scheme == "publisher"
    assert titles("train") == ["piece0", "piece1", "piece2"]
    assert titles("valid") == ["piece3"] and titles("test") == ["piece4", "piece5"]
    assert len(corpora.load("maestro", scheme="content")) == 6


def test_a_broken_table_is_told_and_nothing_is_called_the_publishers(folder):
    put(folder, {"maestro-v3.0.0.json": '{"split": {}}'})
    whole = corpora.load("maestro")
    assert len(whole) == 6 and whole.scheme == "content"
    assert "maestro-v3.0.0.json cannot be read" in whole.report
    with pytest.raises(ValueError, match="no scheme 'publisher'"):
        corpora.load("maestro", "test", scheme="publisher")


def test_files_that_no_table_lists_are_left_out_and_named(folder):
    put(folder, {"maestro-v2.0.0.json": json.dumps(ROWS)})
    write(folder / "2004" / "stranger.midi", 77)
    whole = corpora.load("maestro")
    assert "stranger" not in titles(None) and len(whole) == 6
    assert "2004/stranger.midi" in whole.report and whole.report.startswith("WARNING")


def test_names_that_differ_in_ending_or_lie_flat_are_found(folder):
    for path in list(folder.rglob("*.midi")):
        path.rename(folder / f"{path.stem}.mid")
    put(folder, LAYOUTS["v3"])
    assert titles("test") == ["piece4", "piece5"]


def test_one_name_in_two_years_is_two_pieces(folder):
    rows = [*ROWS, ROWS[0] | {"midi_filename": "2009/piece0.midi", "split": "test"}]
    write(folder / "2009" / "piece0.midi", 7)
    put(folder, {"maestro-v2.0.0.json": json.dumps(rows)})
    assert titles("train").count("piece0") == titles("test").count("piece0") == 1


def test_a_later_edition_speaks_last(folder):
    changed = [row | {"split": "test"} for row in ROWS]
    put(folder, {"maestro-v1.0.0.json": json.dumps(changed), **LAYOUTS["v3"]})
    assert len(titles("test")) == 2


def test_shards_are_split_by_the_publisher_too(folder, tmp_path):
    put(folder, LAYOUTS["v2"])
    write(folder / "2004" / "stranger.midi", 77)
    about = shards.encode(shards.Plan("maestro", files=3), tmp_path / "shards")
    assert about["split_by"] == "publisher"
    data = shards.load(tmp_path / "shards")
    assert [len(data.pieces[s]) for s in ("train", "valid", "test")] == [3, 1, 2]
