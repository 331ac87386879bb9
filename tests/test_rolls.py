"""Matrices of a corpus: whole bars of 4/4 on the grid, what was left out is said, what is kept comes back."""

from pathlib import Path

import numpy as np
import pytest

from musicgan_lib.data import rolls
from musicgan_lib.notes import Piece, write_midi
from musicgan_lib.representations import note_matrix


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


def a_piece(seed, bars=12, shift=0.0, low=40, **options):
    rng = np.random.default_rng(seed)
    rows = [
        (4 * bar + beat + shift, 0.75, low + int(rng.integers(40)))
        for bar in range(bars)
        for beat in range(4)
    ]
    return Piece(rows, **options)


def a_folder(tmp_path, pieces):
    folder = tmp_path / "music"
    folder.mkdir()
    for i, piece in enumerate(pieces):
        write_midi(piece, folder / f"piece {i}.mid")
    return str(folder)


def test_pieces_on_the_grid_come_back_and_the_cache_holds_the_same(tmp_path):
    folder = a_folder(tmp_path, [a_piece(i) for i in range(40)])
    data = rolls.encode_rolls(folder)
    kept = [r for part in data.pieces.values() for r in part]
    assert len(kept) == 40 and "nothing" in data.report
    assert all(r.shape == (12 * 16, 48, 3) and r.dtype == np.uint8 for r in kept)
    heard = sorted(data.decode(data.floats(r), dynamics=False).content_hash() for r in kept)
    assert heard == sorted(a_piece(i).content_hash() for i in range(40))
    again = rolls.encode_rolls(folder)
    assert isinstance(again, rolls.RollData) and again.options == data.options
    assert all((a == b).all() for a, b in zip(data.pieces["train"], again.pieces["train"]))


def test_what_is_left_out_is_counted_by_its_reason(tmp_path):
    good = [a_piece(i) for i in range(40)]
    waltz = a_piece(50, metre=((0, 3, 4),))
    changes = a_piece(51, metre=((0, 4, 4), (16, 3, 4)))
    folder = a_folder(
        tmp_path,
        [*good, waltz, changes, a_piece(52, shift=0.1), a_piece(53, 8), a_piece(54, low=0)],
    )
    report = rolls.encode_rolls(folder).report
    for told in (
        "2 in another metre",
        "1 off the grid",
        "1 shorter than 12 bars",
        "1 out of the range",
    ):
        assert told in report, report


def test_music_rewritten_in_another_metre_is_read_anew(tmp_path):
    folder = a_folder(tmp_path, [a_piece(i) for i in range(40)])
    rolls.encode_rolls(folder)
    for i in range(40):
        write_midi(a_piece(i, metre=((0, 3, 4),)), Path(folder) / f"piece {i}.mid")
    with pytest.raises(ValueError, match="in another metre"):
        rolls.encode_rolls(folder)


def test_the_last_bar_is_kept_however_short_its_notes():
    piece = a_piece(0)
    assert piece.length < 48
    assert rolls._whole_bars(piece, 36, 83, 12)[0] == "read"
    assert rolls._whole_bars(a_piece(0, 11), 36, 83, 12)[0] == "shorter than 12 bars"


def test_drums_and_near_silence_decide_nothing(tmp_path):
    def with_drums(seed):
        rows = [(*n.tolist()[:4], 0) for n in a_piece(seed).notes]
        rows += [(i * 1.1, 0.1, 35, 80, 1) for i in range(60)]  # low, and off the grid
        return Piece(rows, (("melody", 0), ("kit", 0, True)))

    data = rolls.encode_rolls(a_folder(tmp_path, [with_drums(i) for i in range(40)]))
    assert sum(map(len, data.pieces.values())) == 40
    lonely = Piece([(0, 1, 60), (160, 1, 60)])
    assert rolls._whole_bars(lonely, 36, 83, 12)[0] == "with fewer notes than bars"


def test_kept_rows_are_decoded_with_their_own_loudness(tmp_path):
    data = rolls.encode_rolls(a_folder(tmp_path, [a_piece(i) for i in range(40)]))
    piece = data.decode(data.pieces["train"][0])
    assert set(piece.notes["velocity"].tolist()) == {80}
    assert data.windows("train", 10_000).shape == (0, 10_000, 48, 3)


def test_a_pickup_is_cut_off():
    piece = a_piece(0, 13, metre=((0, 1, 4), (1, 4, 4)))
    why, rest = rolls._whole_bars(piece, 36, 83, 12)
    assert why == "read" and rest.notes["onset"][0] == 0
    assert len(rest.notes) == len(piece.notes) - 1


def test_tracks_are_read_one_by_one_where_asked(tmp_path):
    def of_two(seed):
        one, other = a_piece(seed), a_piece(seed + 1000)
        rows = [(*n.tolist()[:4], k) for k, p in enumerate((one, other)) for n in p.notes]
        return Piece(rows, (("one", 0), ("other", 1)))

    folder = a_folder(tmp_path, [of_two(i) for i in range(40)])
    apart = rolls.encode_rolls(folder, per_track=True)
    together = rolls.encode_rolls(folder)
    assert sum(map(len, apart.pieces.values())) == 2 * sum(map(len, together.pieces.values())) == 80


def test_a_corpus_without_a_bar_to_read_is_refused(tmp_path):
    folder = a_folder(tmp_path, [a_piece(i, metre=((0, 3, 4),)) for i in range(40)])
    with pytest.raises(ValueError, match="nothing is left in .*40 in another metre"):
        rolls.encode_rolls(folder)


@pytest.mark.data
def test_nottingham_strikes_again_what_still_sounds_and_the_published_rule_misses_it():
    from musicgan_lib import corpora

    data = rolls.encode_rolls("nottingham")
    assert len(data.pieces["train"]) > 350
    whole = np.concatenate(data.pieces["train"]) > 0
    before = np.concatenate([whole[:1] & False, whole[:-1]])[..., 0]
    struck = whole[..., 0] & (~before | whole[..., 1])
    assert whole[..., 1].sum() > 0.1 * struck.sum()
    theirs = [
        note_matrix.encode(p, as_published=True) for p in corpora.load("nottingham", "test")[:50]
    ]
    ours = [note_matrix.encode(p) for p in corpora.load("nottingham", "test")[:50]]
    assert sum(m[..., 1].sum() for m in theirs) < 0.02 * sum(m[..., 1].sum() for m in ours)


def test_the_longest_stretch_in_four_four_is_cut_out():
    rows = [(float(i), 0.5, 60 + i % 12) for i in range(40)]
    piece = Piece(rows, metre=[(0, 4, 4), (8, 2, 4), (10, 4, 4), (34, 3, 4)])
    cut = rolls.cut_stretch(piece)
    assert cut.notes["pitch"].tolist() == [60 + i % 12 for i in range(10, 34)]
    assert [tuple(m) for m in cut.metre] == [(0, 4, 4)] and cut.notes["onset"][0] == 0
    beyond = piece.replace(metre=[(0, 4, 4), (30, 2, 4), (32, 4, 4), (400, 3, 4)])
    assert len(rolls.cut_stretch(beyond)) == 30  # what is written after the end is no music
    waltz = piece.replace(metre=[(0, 3, 4)])
    assert rolls.cut_stretch(waltz) == waltz


@pytest.mark.data
def test_pop_songs_are_read_by_stretches():
    data = rolls.encode_rolls("pop909")
    assert sum(map(len, data.pieces.values())) > 500 and "in another metre" in data.report
    onsets = np.concatenate(data.pieces["test"])[..., 0].any(1)
    assert 0.5 < onsets.mean() < 1  # dense music, with rests
