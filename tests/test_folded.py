"""Folded tables hold every number that they were asked for, and real music above them."""

import pytest

from musicgan_lib.experiments import folded, tables

METRICS = {f"m{i}": float(i) for i in range(6)}
REAL = {"m1_real": 11.0, "mean_w": 0.5, "mean_w_floor": 0.08}
RECORDS = [
    {"variant": "plain", "seed": s, "control": None, "metrics": METRICS | REAL} for s in (1, 2)
]
COLUMNS = {name: name.upper() for name in METRICS}


def rows_of(table):
    lines = [line for line in str(table).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_column_stands_in_one_of_its_parts():
    table = folded.fold_tables({"plain": "ours"}, RECORDS, COLUMNS, said="Look it up")
    rows = rows_of(table)
    heads = [row for row in rows if row[0] == "model"]
    assert [head[2:] for head in heads] == [["M0", "M1", "M2", "M3"], ["M4", "M5"]]
    own = [row for row in rows if row[0] == "ours"]
    said = [cell.split()[0] for row in own for cell in row[2:]]
    assert said == [f"{value:.2f}" for value in METRICS.values()]
    assert str(table).startswith("<details><summary>Look it up</summary>\n\n|")
    assert str(table).endswith("\n\n</details>")


def test_real_music_stands_above_with_its_own_numbers():
    table = folded.fold_tables({"plain": "ours"}, RECORDS, {"m1": "M1", "mean_w": "W"})
    real = rows_of(table)[2]
    assert real[0] == "real music" and real[2:] == ["11.00", "0.08"]
    bare = [r | {"metrics": METRICS} for r in RECORDS]
    assert "real music" not in folded.fold_tables({"plain": "ours"}, bare, {"m1": "M1"})
    assert folded.read_real_music([]) == []


def test_a_row_without_a_record_says_so():
    table = folded.fold_tables({"plain": "ours", "other": "another"}, RECORDS, {"m1": "M1"})
    assert rows_of(table)[-1] == ["another", "ours, recorded", tables.NOT_RUN]


def test_a_note_on_the_edition_stands_once(monkeypatch):
    monkeypatch.setattr(tables, "note", lambda rows: "\n\n*An older edition.*")
    table = str(folded.fold_tables({"plain": "ours"}, RECORDS, COLUMNS))
    assert table.count("An older edition") == 1
    assert table.endswith("\n\n*An older edition.*\n\n</details>")


def test_no_column_is_refused():
    with pytest.raises(ValueError, match="tells nothing"):
        folded.fold_tables({"plain": "ours"}, RECORDS, {})
