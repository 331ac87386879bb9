"""How long runs copy, beside how long real music repeats itself: by hand, and against what was recorded."""

import numpy as np
import pytest

from musicgan_lib.experiments import claims, editions
from musicgan_lib.lab import copying, recorded_music
from musicgan_lib.metrics.text import longest_copy
from musicgan_lib.notes import Piece

ROWS = claims.read_all_records()


def find(system, variant, corpus="chorales") -> dict:
    wanted = {"system": system, "variant": variant, "corpus": corpus, "profile": "cpu"}
    return next(r for r in ROWS if r["artifacts"] and all(r[k] == v for k, v in wanted.items()))


PRESETS = {
    "words": find("bjare2020", "nll"),
    "rolls": find("anokhin2018", "likelihood"),
    "tones": find("mogren2016", "density"),
}
each = pytest.mark.parametrize("row", PRESETS.values(), ids=PRESETS)


def test_eighths_by_hand():
    piece = Piece([(0, 0.5, 60), (0.5, 1, 62), (2, 0.5, 64)])
    assert copying.eighths(piece).tolist() == [62, 64, 1, 0, 66]  # a rest of one eighth


@each
def test_a_stretch_of_the_training_music_is_found_whole(row):
    opened = recorded_music.open_preset(row)
    made = opened.steps - opened.opening
    stretches = opened.data.windows("train", made)[:30]
    found = copying.repeat_real(opened, "train")[:30]
    whole = [len(copying.spell(opened, rows)) for rows in stretches]
    least = (
        [n - 1 for n in whole] if row is PRESETS["rolls"] else whole
    )  # no onset before the first
    assert all(a <= b <= c for a, b, c in zip(least, found, whole)) and len(found) == 30


@each
def test_held_out_music_repeats_less_and_never_more_than_it_holds(row):
    opened = recorded_music.open_preset(row)
    found = copying.repeat_real(opened)
    stretches = opened.data.windows("test", opened.steps - opened.opening)
    spelled = [copying.spell(opened, rows) for rows in stretches]
    assert len(found) == len(stretches)
    assert all(0 < n <= len(s) for n, s in zip(found, spelled)) and np.mean(found) < 20
    train = [copying.spell(opened, rows) for rows in opened.data.pieces["train"]]
    assert found[3] == longest_copy(spelled[3], train)


@pytest.mark.parametrize("kind", ["rolls", "tones"])
def test_real_music_repeats_as_long_as_was_recorded_beside_a_run(kind):
    """Other windows of the same pieces, so about as long; another spelling would be far off."""
    row = PRESETS[kind]
    here = np.mean(copying.repeat_real(recorded_music.open_preset(row)))
    assert here == pytest.approx(row["metrics"]["longest_copy_real"], rel=0.15)


def test_melodies_on_eighths_repeat_themselves():
    found = copying.repeat_eighths("chorales")
    assert len(found) > 90 and 0 < min(found) and max(found) <= 96
    short = copying.repeat_eighths("chorales", 16)
    assert len(short) > len(found) and max(short) <= 16


def row(system="s", corpus="chorales", copy=4.0, real=None, **changes) -> dict:
    metrics = {"longest_copy": copy} | ({"longest_copy_real": real} if real else {})
    own = {"system": system, "corpus": corpus, "variant": "v", "profile": "cpu", "metrics": metrics}
    return own | {"data_hash": "", "control": None} | changes


def test_shares_of_real_music_by_hand(monkeypatch):
    monkeypatch.setattr(editions, "list_editions", dict)
    rows = [
        row(copy=4.0, real=8.0),
        row(copy=6.0, real=8.0),
        row("other", copy=5.0),  # real music's is known here
        row("nobody", copy=5.0),  # and here it is not
        row(copy=48.0, real=8.0, variant="training"),
        row(copy=1.0, real=8.0, profile="smoke"),
        row(copy=3.0, real=8.0, corpus="oracle_50"),
        row() | {"metrics": {"nll": 1.0}},
    ]
    found = copying.compare_copies(rows, {("other", "chorales"): 10.0})
    assert found == {("other", "chorales"): [0.5], ("s", "chorales"): [0.5, 0.75]}
    assert copying.compare_copies(rows, {("s", "chorales"): 1.0})["s", "chorales"] == [0.5, 0.75]


def test_an_older_edition_counts_only_where_there_is_no_other(monkeypatch):
    present = {"chorales": {"data_hash": "new", "changed": "bars"}}
    monkeypatch.setattr(editions, "list_editions", lambda: present)
    old, new = row(copy=2.0, real=4.0, data_hash="old"), row(copy=3.0, real=4.0, data_hash="new")
    assert copying.compare_copies([old, new], {}) == {("s", "chorales"): [0.75]}
    assert copying.compare_copies([old], {}) == {("s", "chorales"): [0.5]}


def test_every_system_of_which_it_is_known_is_compared():
    found = copying.compare_copies(ROWS, {("bjare2020", "chorales"): 5.9})
    assert {system for system, _ in found} >= {
        "bjare2020",
        "anokhin2018",
        "mogren2016",
        "deepj2018",
        "biaxial2015",
    }
    assert sum(map(len, found.values())) > 200
