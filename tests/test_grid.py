"""The grid: a bar by hand, every chorale exactly, what is no grid refused, and tokens that keep their voices."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib import corpora
from musicgan_lib.corpora.chorales import read_split_list
from musicgan_lib.data.grid import GridData, encode_grid
from musicgan_lib.games.token_material import Batches
from musicgan_lib.notes import Metre, Piece, Tempo
from musicgan_lib.representations import grid
from musicgan_lib.representations.grid import HOLD, REST, SINGERS

SPLITS = ("train", "valid", "test")
PACE = (Tempo(0.0, grid.PACE),)
#: Chorales with thirty-seconds, which the grid does not have.
THIRTY_SECONDS = ["BWV 432", "BWV 36.4-2", "BWV 185.6"]
#: Chorales whose bars come back, but not what they are called: 3/2, 3/2, and a bar of 4/4 cut to three quarters.
RENAMED = ["BWV 123.6", "BWV 27.6", "BWV 171.6"]


def sing(*rows, **more) -> Piece:
    """Four voices from ``(onset, duration, pitch, voice)``."""
    more = {"tracks": SINGERS, "tempo": PACE, "dynamics": False} | more
    return Piece([(a, b, p, 80, v) for a, b, p, v in rows], **more)


# -- by hand ----------------------------------------------------------------------------------------

#: A pickup of an eighth, then three quarters of 3/4. Soprano: two eighths, one held over a quarter; alto: the same tone
#: three times; tenor: a rest between; bass: silence until the second quarter.
BAR = sing(
    (0, 0.5, 72, 0), (0.5, 1.25, 74, 0), (1.75, 0.25, 76, 0),
    (0, 0.5, 67, 1), (0.5, 0.5, 67, 1), (1, 1, 67, 1),
    (0, 0.25, 60, 2), (0.75, 0.25, 62, 2),
    (1.5, 0.5, 48, 3),
    metre=(Metre(0, 1, 8), Metre(0.5, 3, 4)),
    annotations=[(0.5, "fermata", "", 0), (0, "fermata", "", 1), (0.5, "fermata", "", 1), (0.5, "fermata", "", 2),
                 (0.5, "chord", "C"), (1.5, "chord", "Am/C")],
)  # fmt: skip
H, R = HOLD, REST
CELLS = [
    [72, H, 74, H, H, H, H, 76],
    [67, H, 67, H, 67, H, H, H],
    [60, R, R, 62, R, R, R, R],
    [R, R, R, R, R, R, 48, H],
]
FERMATAS = [
    [0, 0, 1, 1, 1, 1, 1, 0],
    [1, 1, 1, 1, 0, 0, 0, 0],
    [0, 0, 1, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0],
]


def test_a_bar_by_hand():
    made = grid.encode(BAR)
    assert made.cells.dtype == np.int64 and made.cells.tolist() == CELLS
    assert made.position.tolist() == [4, 5, grid.BAR, 3, 4, 5, grid.BEAT, 3]
    assert made.fermata.tolist() == FERMATAS
    assert made.chord.tolist() == ["", "", "C", "C", "C", "C", "Am/C", "Am/C"]
    again = grid.decode(made)
    assert again.notes.tolist() == BAR.notes.tolist() and again.tracks == BAR.tracks
    assert again.annotations.tolist() == BAR.annotations.tolist()
    assert not again.dynamics and again.source == "generated"


@pytest.mark.parametrize(("metre", "expected"), [
    ([(0, 4, 4)], "0345 2345 1345 2345 0345"),
    ([(0, 3, 4)], "0345 2345 2345 0345"),
    ([(0, 2, 4)], "0345 2345 0345"),
    ([(0, 3, 2)], "0345 2345 2345 2345 2345 2345 0345"),
    ([(0, 6, 8)], "034523 134523 034523"),
    ([(0, 3, 8)], "034523 034523"),
    ([(0, 1, 4), (1, 4, 4)], "2345 0345 2345 1345"),
    ([(0, 2, 4), (2, 4, 4)], "1345 2345 0345"),
    ([(0, 1, 16), (0.25, 2, 4)], "5 0345 2345 0345"),
    ([(0, 4, 4), (5, 3, 4)], "0345 2345 1345 2345 0345 0345 2345 2345 0"),
])  # fmt: skip
def test_a_step_knows_its_place_in_the_bar(metre, expected):
    expected = [int(c) for c in expected.replace(" ", "")]
    metre = tuple(Metre(*m) for m in metre)
    assert grid.mark_positions(metre, len(expected)).tolist() == expected
    assert grid.mark_positions(metre, 0).shape == (0,)


def test_a_metre_is_read_from_its_bar_lines():
    for metre in (
        [(0, 4, 4)], [(0, 3, 4)], [(0, 5, 4)], [(0, 1, 4), (1, 4, 4)], [(0, 3, 8), (1.5, 3, 4)],
        [(0, 4, 4), (8, 3, 4), (14, 4, 4)],
    ):  # fmt: skip
        metre = tuple(Metre(*m) for m in metre)
        assert grid.read_metre(grid.mark_positions(metre, 23 * 4 + 2)) == metre
    assert grid.read_metre([]) == grid.read_metre([grid.BAR]) == (Metre(0, 4, 4),)
    assert grid.read_metre([grid.BEAT, grid.BAR]) == (Metre(0, 1, 16), Metre(0.25, 4, 4))
    assert grid.read_metre([grid.BEAT] * 20) == (Metre(0, 5, 4),)


# -- made-up voices ---------------------------------------------------------------------------------


@st.composite
def scores(draw):
    """Four lines of notes and rests, repeated notes among them, with fermatas on some of either."""
    rows, fermatas = [], []
    for voice in range(4):
        now, line = 0, draw(st.lists(st.tuples(st.integers(1, 9), st.integers(-3, 3)), max_size=9))
        for i, (length, tone) in enumerate(line):
            rest = tone < -1
            if not rest:
                rows.append((now / 4, length / 4, 60 + tone, voice))
            # a rest after a rest is one rest, and what follows the last note is nothing
            if draw(st.booleans()) and not (rest and (i == 0 or line[i - 1][1] < -1)):
                fermatas.append((now / 4, "fermata", "", voice))
            now += length
    end = max((a + b for a, b, *_ in rows), default=0.0)
    chords = draw(st.lists(st.sampled_from(["C", "F#m7/E", "N.C."]), max_size=3))
    beside = [f for f in fermatas if f[0] < end]
    beside += [
        (i / 2, "chord", c)
        for i, c in enumerate(chords)
        if i / 2 < end and (i == 0 or chords[i - 1] != c)
    ]
    pickup, beats = draw(st.integers(0, 2)), draw(st.integers(3, 5))
    metre = (Metre(0, pickup, 4), Metre(pickup, beats, 4)) if pickup else (Metre(0, beats, 4),)
    return sing(*rows, metre=metre, annotations=beside)


@given(scores())
def test_what_is_on_the_grid_comes_back(piece):
    again = grid.decode(grid.encode(piece))
    assert again.notes.tolist() == piece.notes.tolist()
    assert again.annotations.tolist() == piece.annotations.tolist()
    edges = piece.bars().tolist()
    if len(edges) > 3:  # a bar line after the first, so that the length of a bar is known
        assert again.metre == piece.metre
    assert grid.round_trip(piece).exact and grid.snap(piece) == piece


@given(scores(), st.data())
def test_a_cell_tells_what_sounds_and_what_begins(piece, data):
    """A second reading, cell by cell: the notes of a voice asked about one moment."""
    made = grid.encode(piece)
    if not made.cells.size:
        return
    voice, t = data.draw(st.integers(0, 3)), data.draw(st.integers(0, made.cells.shape[1] - 1))
    notes = piece.notes[piece.notes["track"] == voice]
    sounding = notes[(notes["onset"] <= t / 4) & (notes["onset"] + notes["duration"] > t / 4 + 0.1)]
    expected = REST
    if len(sounding):
        expected = sounding["pitch"][0] if sounding["onset"][0] == t / 4 else HOLD
    assert made.cells[voice, t] == expected


@given(st.lists(st.lists(st.sampled_from([0, 60, 127, HOLD, REST]), min_size=4, max_size=4)))
def test_any_row_of_symbols_is_music_and_is_settled_after_one_turn(rows):
    cells = np.array(rows, np.int64).reshape(-1, 4).T
    settled = cells.copy()
    for t in range(cells.shape[1]):
        silent = settled[:, t - 1] == REST if t else True
        settled[(cells[:, t] == HOLD) & silent, t] = REST
    steps = np.flatnonzero((settled != REST).any(0)).max(initial=-1) + 1
    piece = grid.decode(cells)
    assert grid.encode(piece).cells.tolist() == settled[:, :steps].tolist()
    assert grid.decode(settled) == piece


def test_a_hold_with_nothing_to_hold_is_silence():
    piece = grid.decode([[HOLD, 60, HOLD, REST, HOLD, 62]])
    assert piece.notes[["onset", "duration", "pitch"]].tolist() == [(0.25, 0.5, 60), (1.25, 0.25, 62)]  # fmt: skip
    assert [t.name for t in piece.tracks] == ["voice 1"]


@pytest.mark.parametrize("cells", [[1, 2], [[[1]]], [[60.0]], [[130]], [[-1]]])
def test_what_are_no_cells_is_refused(cells):
    with pytest.raises(ValueError, match=r"voices, steps|is no cell"):
        grid.decode(cells)


# -- refusals ---------------------------------------------------------------------------------------

ONE = (0, 1, 60, 0)


@pytest.mark.parametrize(("piece", "sentence"), [
    (sing(ONE, tracks=SINGERS[:3], title="A hymn"), r"A hymn has 3 tracks \(Soprano, Alto, Tenor\) where 4 voices"),
    (sing(ONE, tracks=(*SINGERS, SINGERS[0])), "5 tracks .* where 4 voices were expected"),
    (sing(ONE, tracks=(*SINGERS[:3], ("", 0, True))), "drums"),
    (sing((0.1, 0.9, 60, 2)), "a note begins in track 2 at 0.1 quarters, between two sixteenths: grid.snap"),
    (sing((0.5, 1 / 3, 60, 1)), "a note ends in track 1 at 0.833333 quarters"),
    (sing(ONE, (0.75, 1, 62, 0)), "two notes sound at once in track 0 at 0.75 quarters"),
    (sing(ONE, (0, 1, 62, 0)), "two notes sound at once in track 0 at 0 quarters"),
    (sing(ONE, (2, 0, 62, 3)), "the note at 2 quarters in track 3 lasts nothing"),
    (sing(ONE, metre=(Metre(0, 1, 32), Metre(0.125, 4, 4))), "1/32 at 0 has bar lines between two sixteenths"),
    (sing(ONE, metre=(Metre(0, 4, 4), Metre(0.3, 4, 4))), "4/4 at 0.3 has bar lines"),
    (sing(ONE, annotations=[(0.1, "fermata", "", 0)]), "a fermata stands in track 0 at 0.1"),
    (sing(ONE, annotations=[(0.1, "chord", "C")]), "a chord stands at 0.1"),
])  # fmt: skip
def test_what_is_off_the_grid_is_refused(piece, sentence):
    with pytest.raises(ValueError, match=sentence):
        grid.encode(piece)


def test_voices_may_be_another_number_and_may_be_silent():
    piece = Piece([(0, 1, 60, 80, 1)], SINGERS[:2])
    assert grid.encode(piece, voices=2).cells.tolist() == [[REST] * 4, [60, HOLD, HOLD, HOLD]]
    assert grid.encode(sing()).cells.shape == (4, 0)


def test_a_fermata_of_the_whole_piece_stands_in_every_voice_and_one_after_the_end_in_none():
    piece = sing(ONE, (0, 1, 55, 1), annotations=[(0.5, "fermata", ""), (1, "fermata", "", 0)])
    laid = grid.encode(piece).fermata
    assert laid.tolist() == [[0, 0, 1, 1]] * 4


def test_snapping_moves_by_half_a_step_at_most_and_drops_what_is_shorter():
    piece = sing(
        (0.0625, 0.5, 60, 0),
        (14.75, 0.125, 66, 0),
        (14.875, 0.125, 67, 0),
        annotations=[(0.0625, "chord", "C")],
    )
    snapped = grid.snap(piece)
    assert snapped.notes[["onset", "duration", "pitch"]].tolist() == [(0, 0.5, 60), (14.75, 0.25, 66)]  # fmt: skip
    assert snapped.annotations["onset"].tolist() == [0]
    trip = grid.round_trip(piece)
    assert (trip.kept, trip.lost, trip.added) == (2, 1, 0) and trip.max_onset_error == 0.0625
    assert trip.max_duration_error == 0.125


# -- chorales ---------------------------------------------------------------------------------------


def test_every_chorale_comes_back():
    """All of it: notes, voices, fermatas, and the metre, but for three whose bars are called otherwise."""
    refused, renamed = [], []
    for piece in corpora.load("chorales"):
        try:
            again = grid.decode(grid.encode(piece), like=piece)
        except ValueError as reason:
            assert "grid.snap" in str(reason)
            refused.append(piece.title)
            snapped = grid.snap(piece)
            assert grid.decode(grid.encode(snapped)) == snapped
            trip = grid.round_trip(piece)
            assert 1 <= trip.lost <= 2 and trip.added == 0 and trip.max_onset_error == 0
            continue
        assert again.bars().tolist() == piece.bars().tolist(), piece.title
        if again.metre != piece.metre:
            renamed.append(piece.title)
        assert again.replace(metre=piece.metre) == piece
        assert (again.title, again.source, again.publishable) == (
            piece.title,
            "chorales",
            piece.publishable,
        )
    assert sorted(refused) == sorted(THIRTY_SECONDS) and sorted(renamed) == sorted(RENAMED)


def test_fermatas_cover_the_notes_that_they_are_written_on():
    for piece in corpora.load("chorales"):
        laid = grid.encode(grid.snap(piece)).fermata
        expected = np.zeros_like(laid)
        for onset, _, voice, *_ in piece.annotated("fermata").tolist():
            for begin, duration, _, _, track in piece.notes.tolist():
                if track == voice and begin <= onset < begin + duration:
                    expected[voice, int(4 * onset) : int(4 * (begin + duration))] = 1
        assert laid.tolist() == expected.tolist(), piece.title


def test_fermatas_of_a_chorale_by_hand():
    """BWV 66.6: the soprano's six, as they are printed; the fifth stands on a half, the others on quarters."""
    piece = next(p for p in corpora.load("chorales") if p.title == "BWV 66.6")
    laid = np.flatnonzero(grid.encode(piece).fermata[0]).tolist()
    lengths = {3: 4, 7: 4, 11: 4, 19: 4, 27: 8, 35: 4}
    assert laid == [4 * q + k for q, length in lengths.items() for k in range(length)]


# -- as tokens --------------------------------------------------------------------------------------


class Part(list):
    """What ``corpora.load`` gives, of a made-up corpus."""

    data_hash = "made-up"


@pytest.fixture
def hymns(monkeypatch, tmp_path):
    """A made-up corpus: two hymns to learn from, one that stands beside the grid, one piece of three voices."""
    off = sing(*[(i + 0.1, 0.5, 60, 0) for i in range(4)])
    three = sing(ONE, tracks=SINGERS[:3])
    slow = sing(*[(i, 1, 40 + i, v) for v in range(4) for i in range(8)], annotations=[(3, "chord", "D")])  # fmt: skip
    parts = {"train": Part([BAR, off, three, slow]), "valid": Part([slow]), "test": Part([BAR])}
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    monkeypatch.setattr(corpora, "load", lambda name, split, scheme=None: parts[split])
    return parts


def test_tokens_by_hand(hymns):
    data = encode_grid("hymns", transpose=(-40, -2, 0, 60))
    assert data.lowest == 0 and data.sizes == (110,) and (data.hold, data.rest) == (108, 109)
    assert data.report == (
        "Left out: 1 off the grid, 1 that are not 4 single lines in bars of sixteenths. "
        "Some notes of 0 pieces were moved onto the grid."
    )
    first = data.pieces["train"][0]
    h, r = data.hold, data.rest
    assert first[:12].tolist() == [72, 67, 60, r, h, h, r, r, 74, 67, r, r]
    assert [len(others) for others in data.other_keys] == [2, 3], "76 + 60 is no pitch of MIDI"
    lower = data.other_keys[0][1]
    assert np.array_equal(lower, np.where(first < h, first - 2, first))
    again = data.decode(first, data.beside["train"][0])
    assert again.annotations.tolist() == BAR.annotations.tolist()
    assert (again.metre, data.decode(first).metre) == (
        (Metre(0, 1, 8), Metre(0.5, 4, 4)),
        (Metre(0, 4, 4),),
    )
    down = data.decode(lower, data.beside["key 0"][1])
    assert down.notes.tolist() == BAR.transpose(-2).notes.tolist()
    assert down.annotated("chord")["text"].tolist() == ["Bb", "Gm/Bb"]
    assert data.symbols_per_note(first) == 32 / 9, "nine notes begin in four voices of eight steps"
    assert data.symbols_per_note(first[:0]) == 0 and data.symbols_per_note([h, r]) == 2


def test_the_same_tokens_for_both_kinds_of_model(hymns):
    data = encode_grid("hymns")
    first = data.pieces["train"][0]
    voices = data.to_voices(first)
    assert voices.shape == (4, 8) and voices[1].tolist() == first[1::4].tolist()
    assert np.array_equal(data.to_tokens(voices), first)
    windows = data.windows("valid", 32, 16)
    assert windows.shape == (7, 32) and data.to_voices(windows).shape == (7, 4, 8)
    assert np.array_equal(data.to_tokens(data.to_voices(windows)), windows)
    beside = data.conditions("valid", 32, 16)
    assert beside.shape == (7, 8, 6) and data.conditions("valid", 4000).shape == (0, 1000, 6)
    assert data.windows("valid", 4000).shape == (0, 4000)
    slow = grid.encode(hymns["valid"][0])
    for i in range(7):
        assert beside[i, :, 0].tolist() == slow.position[4 * i : 4 * i + 8].tolist()
        chords = [data.chords[k] for k in beside[i, :, 1]]
        assert chords == slow.chord[4 * i : 4 * i + 8].tolist()
        heard = data.decode(windows[i], beside[i])
        assert heard.notes["pitch"][0] == 40 + i
        assert heard.annotated("chord")["text"].tolist() == ["D"] * ("D" in chords)


@pytest.mark.parametrize(("length", "step"), [(30, None), (32, 6), (0, None), (2, 4)])
def test_a_window_does_not_part_a_sixteenth(hymns, length, step):
    data = encode_grid("hymns")
    for cut in (data.windows, data.conditions):
        with pytest.raises(ValueError, match="multiple of 4"):
            cut("valid", length, step)


def test_tokens_that_are_no_whole_sixteenths_spell_nothing(hymns):
    with pytest.raises(ValueError, match="5 tokens are no whole sixteenths of 4 voices"):
        encode_grid("hymns").decode([0] * 5)


def test_a_game_draws_windows_that_begin_with_the_soprano(hymns):
    data = encode_grid("hymns")
    drawn = Batches(data, "valid", 8).draw(200, torch.Generator().manual_seed(0)).numpy()
    possible = {tuple(w) for w in data.windows("valid", 8, 4).tolist()}
    assert {tuple(w) for w in drawn.tolist()} == possible


def test_it_is_kept_and_read_back(hymns, tmp_path, monkeypatch):
    data = encode_grid("hymns", transpose=[1])
    (kept,) = (tmp_path / "grid").iterdir()
    monkeypatch.setattr(grid, "encode", None)  # nothing is encoded twice
    for again in (encode_grid("hymns", transpose=[1]), GridData.load(kept)):
        for name in GridData._ABOUT:
            assert getattr(again, name) == getattr(data, name), name
        for mine, theirs in ((data.pieces, again.pieces), (data.beside, again.beside)):
            assert mine.keys() == theirs.keys()
            for key in mine:
                assert [a.tolist() for a in mine[key]] == [a.tolist() for a in theirs[key]]
                assert all(a.dtype == np.int64 for a in theirs[key])
        assert len(again.other_keys) == len(data.other_keys) == 2
        for mine, theirs in zip(data.other_keys, again.other_keys):
            assert [a.tolist() for a in mine] == [a.tolist() for a in theirs]
    assert len(list((tmp_path / "grid").iterdir())) == 1


def test_a_split_without_a_piece_that_fits_is_refused(hymns):
    hymns["test"][:] = [hymns["train"][2]]
    with pytest.raises(ValueError, match="nothing is left in test. Left out: 1 off the grid, 2 that"):  # fmt: skip
        encode_grid("hymns")


def test_the_published_split_and_ours_hold_every_chorale():
    """229, 76 and 77 are published; music21 has no match for 9, 1 and 1 of them."""
    listed = read_split_list()
    published = [len(n) + len(listed["unmatched"][s]) for s, n in listed["splits"].items()]
    assert published == [229, 76, 77]
    canonical, ours = encode_grid("chorales", scheme="canonical"), encode_grid("chorales")
    assert [len(canonical.pieces[s]) for s in SPLITS] == [220, 75, 76]
    assert canonical.split_by == "piece" and ours.split_by == "tune"
    assert [len(ours.pieces[s]) for s in SPLITS] == [203, 97, 71]
    assert canonical.data_hash != ours.data_hash
    assert canonical.sizes == (81 - 36 + 3,) and canonical.lowest == 36, "as in the published set"
    assert "Some notes of 3 pieces" in canonical.report and "Left out: nothing." in canonical.report


def test_a_chorale_comes_back_from_its_tokens():
    data = encode_grid("chorales", scheme="canonical")
    for i, piece in enumerate(corpora.load("chorales", "test", scheme="canonical")[:10]):
        again = data.decode(data.pieces["test"][i], data.beside["test"][i])
        assert again == grid.snap(piece)


def sounding(data, tokens) -> np.ndarray:
    """What is heard in each cell, ``(V, T)``: holds replaced by what they hold."""
    voices = data.to_voices(tokens)
    last = np.where(voices == data.hold, 0, np.arange(voices.shape[1]))
    return np.take_along_axis(voices, np.maximum.accumulate(last, 1), 1)


def test_copying_the_cell_before_is_right_three_times_in_four():
    """The anchor of every likelihood on chorales: what a model that has learnt nothing but to wait gets right.

    In the published set (Jsb16thSeparated, 229 / 76 / 77 pieces, silence a symbol, first steps left out) it is 78.0,
    78.6 and 77.0 %; in the 371 pieces of it that music21 has, 77.8, 78.6 and 76.9 %. We read .3 to .4 points less,
    because of those 371 that set holds the last chord a quarter longer in 156 and writes repeats out in some 90, which
    we read once; and other editions differ in notes.
    """
    found = {}
    for scheme in ("canonical", "tune_disjoint"):
        data = encode_grid("chorales", scheme=scheme)
        for split in SPLITS:
            heard = [sounding(data, p) for p in data.pieces[split]]
            right = sum(int((h[:, 1:] == h[:, :-1]).sum()) for h in heard)
            found[scheme, split] = 100 * right / sum(h[:, 1:].size for h in heard)
    expected = {"canonical": (77.37, 78.27, 76.60), "tune_disjoint": (77.98, 76.28, 77.20)}
    for scheme, shares in expected.items():
        for split, share in zip(SPLITS, shares):
            assert found[scheme, split] == pytest.approx(share, abs=0.05), (scheme, split)


def test_a_hold_tells_repeated_notes_from_long_ones():
    """What the symbol is for: without it one note in seven, which begins on the pitch before it, is swallowed."""
    data = encode_grid("chorales", scheme="canonical")
    begins = repeats = 0
    for tokens in data.pieces["train"]:
        voices, heard = data.to_voices(tokens), sounding(data, tokens)
        struck = voices[:, 1:] < data.hold
        begins += struck.sum()
        repeats += (struck & (heard[:, 1:] == heard[:, :-1])).sum()
    assert repeats / begins == pytest.approx(0.1376, abs=0.001)
