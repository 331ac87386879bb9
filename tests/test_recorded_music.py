"""What is heard of recorded runs: only where it may travel, the machine's own notes, the first sample, never chosen."""

from dataclasses import replace

import numpy as np
import pytest

from musicgan_lib import corpora
from musicgan_lib.experiments import claims, records
from musicgan_lib.lab import recorded_music as recorded
from musicgan_lib.notes import Piece, read_midi

ROWS = claims.read_all_records()


def find(**wanted) -> dict:
    return next(r for r in ROWS if r["artifacts"] and all(r[k] == v for k, v in wanted.items()))


ROLLS = find(system="anokhin2018", variant="likelihood")
ALONE = find(system="anokhin2018", variant="unconditional")
WORDS = find(system="bjare2020", variant="nll")
HEARD = find(system="boulanger2012", control="disconnected")
MIDI = find(system="bjare2020", variant="reward_baseline", profile="smoke")


def allow(monkeypatch, **changes):
    source = replace(corpora.SOURCES["chorales"], **changes)
    monkeypatch.setitem(corpora.SOURCES, "chorales", source)


def test_music_is_taken_before_weights_and_only_where_it_may_travel(monkeypatch):
    assert recorded.find_music(ROLLS).endswith("-samples.npz")
    assert recorded.find_music(WORDS).endswith(".safetensors")
    assert recorded.find_music(MIDI).endswith(".mid")
    for corpus in ("classical", "none", "a folder"):
        assert recorded.find_music(ROLLS | {"corpus": corpus}) == ""
        assert recorded.draw_music(ROLLS | {"corpus": corpus}) == []
    assert recorded.find_music(WORDS | {"artifacts": {"lab/nowhere.mid": "0" * 64}}) == ""
    (of_a_page,) = (n for n in HEARD["artifacts"] if n.endswith(recorded.OF_A_PAGE))
    assert records.exists(of_a_page) and recorded.find_music(HEARD) == ""
    allow(monkeypatch, weights="local")
    assert recorded.find_music(ROLLS).endswith("-samples.npz")
    assert recorded.find_music(WORDS) == ""
    allow(monkeypatch, redistribute="none")
    assert recorded.find_music(ROLLS) == recorded.find_music(MIDI) == ""


def test_every_run_that_is_heard_is_of_music_that_may_be():
    heard = [row for row in ROWS if recorded.find_music(row)]
    assert {row["system"] for row in heard} >= {"bjare2020", "anokhin2018", "mogren2016"}
    assert all(corpora.SOURCES[row["corpus"]].redistribute == "full" for row in heard)


def test_an_opening_of_real_music_is_cut_off():
    kept = np.load(records.open(recorded.find_music(ROLLS)))
    data = recorded.open_preset(ROLLS).data
    (piece,) = recorded.draw_music(ROLLS)
    assert np.array_equal(piece.notes, data.decode(kept["likelihood-21"][0][32:]).notes)
    assert piece.length <= 40  # ten bars, without the two of Bach's
    (alone,) = recorded.draw_music(ALONE)
    assert np.array_equal(alone.notes, data.decode(kept["unconditional-21"][0]).notes)


def test_a_recorded_file_is_played_as_it_is():
    (piece,) = recorded.draw_music(MIDI, 3)
    written = read_midi(records.open("lab/ablations/alpha-0.mid"))
    assert np.array_equal(piece.notes, written.notes) and piece.source == "generated"


def test_weights_draw_the_same_first_sample_every_time():
    (one,) = recorded.draw_music(WORDS, 1)
    three = recorded.draw_music(WORDS, 3)
    assert len(three) == 3 and np.array_equal(one.notes, three[0].notes)
    assert not np.array_equal(three[0].notes, three[1].notes)
    other = recorded.draw_music(WORDS | {"seed": 22})[0]
    assert not np.array_equal(one.notes, other.notes)  # the run's own seed draws


def test_moves_of_a_top_line_by_hand():
    line = [60, 62, 64, 65, 67, 69, 71, 72, 74, 76]
    chords = [(t, 1, p) for t, top in enumerate(line) for p in (top, top - 24)]
    assert recorded.list_moves(Piece(chords)) == {
        (2, 2, 1, 2, 2, 2, 1, 2),
        (2, 1, 2, 2, 2, 1, 2, 2),
    }
    assert recorded.list_moves(Piece(chords[:16])) == set()  # eight notes make seven moves
    assert recorded.list_moves(Piece(chords).transpose(5)) == recorded.list_moves(Piece(chords))


each = pytest.mark.parametrize("row", [WORDS, ROLLS, find(system="mogren2016", variant="density")])


@each
def test_real_music_is_held_out_and_as_long_as_a_sample(row):
    opened = recorded.open_preset(row)
    real, steps = recorded.draw_real(row, 6), opened.steps
    assert len(real) == 6 and {p.source for p in real} == {"chorales"}
    long = [rows for rows in opened.data.pieces["test"] if len(rows) >= steps]
    first = opened.data.decode(long[0][opened.opening : steps])
    assert np.array_equal(real[0].notes, first.notes)
    assert len({p.notes.tobytes() for p in real}) == 6


def test_real_music_of_four_voices_in_a_row_is_as_long_as_a_sample():
    """A sixteenth of a grid is four tokens: what its settings call its length is a quarter of a sample."""
    for name in ("hadjeres2016", "huang2019"):
        row = find(system=name, seed=21)
        (sample,), real = recorded.draw_music(row), recorded.draw_real(row, 3)
        assert abs(sample.length - real[0].length) < 1 and len(real) == 3, name


def test_real_bars_are_as_many_as_are_painted():
    row = find(system="yang2017", seed=21)
    (sample,), real = recorded.draw_music(row), recorded.draw_real(row, 3)
    assert len(real) == 3 and 12 < real[0].length <= 16 and sample.length <= 16


@each
def test_what_its_file_withholds_is_not_heard(row, monkeypatch):
    chorales = corpora.load("chorales")
    withheld = [p for p in chorales if not p.publishable]
    assert len(withheld) == 3
    known = recorded.list_withheld_moves(chorales)
    assert known == recorded.list_withheld_moves(withheld) and len(known) > 60
    every = recorded.draw_real(row, 10_000)
    assert not any(recorded.list_moves(p) & known for p in every)
    some = [p.replace(publishable=False) for p in chorales[::2]]
    moves = recorded.list_withheld_moves(some)
    monkeypatch.setattr(recorded, "_list_withheld", lambda corpus: moves)
    fewer = recorded.draw_real(row, 10_000)
    assert len(fewer) <= 0.7 * len(every)
    assert not any(recorded.list_moves(p) & moves for p in fewer)
