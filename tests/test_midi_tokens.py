"""MIDI tokens: each kind brings a piece on the grid back, tells what it loses, and reads whatever a network draws."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib import corpora
from musicgan_lib.data.midi_tokens import MidiTokenData, encode_midi_tokens
from musicgan_lib.notes import Piece, Track
from musicgan_lib.representations.midi_tokens import DRUMS, KINDS, MidiTokens

TOKENS = {kind: MidiTokens(kind) for kind in KINDS}
LOUD = {kind: MidiTokens(kind, velocities=127, tempos=211) for kind in KINDS}
BAND = (Track("bass", 32), Track("piano", 0), Track("kit", 0, True))
#: Metres in which a beat is a quarter or finer, with how many sixteenths fill their bar.
METRES = {(4, 4): 16, (3, 4): 12, (1, 4): 4, (6, 8): 12, (5, 8): 10, (12, 4): 48}


@st.composite
def bands(draw, longest=24):
    """A few bars of bass, piano and drums on sixteenths: rests, chords, repeated notes, notes of many bars.

    No note overlaps another of its pitch on its track, which MIDI-like could not tell apart.
    """
    rows, ends = [], {}
    note = st.tuples(
        st.integers(0, 100),
        st.integers(1, longest),
        st.sampled_from([0, 36, 60, 61, 127]),
        st.integers(1, 127),
        st.integers(0, 2),
    )
    for step, length, pitch, velocity, track in sorted(
        draw(st.lists(note, min_size=1, max_size=20))
    ):
        if step >= ends.get((pitch, track), 0):
            ends[pitch, track] = step + length
            rows.append((step / 4, length / 4, pitch, velocity, track))
    return Piece(rows, BAND)


def sounding(piece) -> list:
    """The notes of a piece, by instrument."""
    kit = [DRUMS if t.is_drum else t.program for t in piece.tracks]
    fields = ("onset", "duration", "pitch", "velocity")
    return sorted((kit[n["track"]], *(n[f].item() for f in fields)) for n in piece.notes)


def silent(piece) -> list:
    return [row[:-1] for row in sounding(piece)]


@pytest.mark.parametrize("kind", KINDS)
@given(piece=bands(), metre=st.sampled_from(list(METRES)))
def test_a_piece_on_the_grid_comes_back(kind, piece, metre):
    piece = piece.replace(metre=((0, *metre),))
    ids = TOKENS[kind].encode(piece)
    again = TOKENS[kind].decode(ids)
    assert silent(again) == silent(piece) and again.metre == piece.metre
    assert not again.dynamics and set(again.notes["velocity"].tolist()) == {80}
    assert ids.dtype == np.int64 and np.array_equal(ids, MidiTokens(kind).encode(piece))


@pytest.mark.parametrize("kind", KINDS)
@given(piece=bands(), bpm=st.integers(40, 250))
def test_loudness_and_tempo_come_back_where_they_have_tokens(kind, piece, bpm):
    piece = piece.replace(tempo=((0, bpm),))
    again = LOUD[kind].decode(LOUD[kind].encode(piece))
    assert sounding(again) == sounding(piece) and again.dynamics
    if kind != "Octuple" or not piece.notes["onset"][0]:  # it has a tempo from the first note on
        assert again.tempo == piece.tempo


@pytest.mark.parametrize("kind", KINDS)
@given(
    piece=bands(),
    metres=st.lists(
        st.tuples(st.sampled_from(list(METRES)), st.integers(1, 3)), min_size=1, max_size=4
    ),
)
def test_metres_change_on_bar_lines(kind, piece, metres):
    changes, at = [], 0
    for metre, bars in metres:
        if not changes or metre != changes[-1][1:]:
            changes.append((at / 4, *metre))
        at += bars * METRES[metre]
    piece = piece.replace(metre=changes)
    try:
        again = TOKENS[kind].decode(TOKENS[kind].encode(piece))
    except ValueError as why:  # never a wrong time: rather none
        assert kind == "Octuple" and "the metre changes where no note says so" in str(why)
        return
    last = piece.notes["onset"].max()
    assert silent(again) == silent(piece)
    if kind not in ("MMM", "Octuple"):  # as far as its first track goes; from a note on
        assert [m for m in again.metre if m.onset <= last] == [
            m for m in piece.metre if m.onset <= last
        ]


def test_a_bar_by_hand():
    bar = Piece([(0, 1, 60), (1, 0.5, 64), (1, 0.5, 67), (2.75, 1.25, 62)], (Track("lead", 73),))
    remi = MidiTokens("REMI", velocities=4, programs=False)
    assert remi.spell(remi.encode(bar)) == [
        *("Bar_None", "TimeSig_4/4"),
        *("Position_0", "Pitch_60", "Velocity_95", "Duration_1.0.4"),
        *("Position_4", "Pitch_64", "Velocity_95", "Duration_0.2.4"),
        *("Pitch_67", "Velocity_95", "Duration_0.2.4"),
        *("Position_11", "Pitch_62", "Velocity_95", "Duration_1.1.4"),
    ]
    octuple = MidiTokens("Octuple", programs=[73])
    assert octuple.fields == ("Pitch", "Position", "Bar", "Duration", "Program", "TimeSig")
    assert octuple.spell(octuple.encode(bar))[-1] == (
        "Pitch_62", "Position_11", "Bar_0", "Duration_1.1.4", "Program_73", "TimeSig_4/4",
    )  # fmt: skip


def test_times_go_to_the_nearest_step_and_touching_notes_still_touch():
    played = Piece([(0.1, 0.6, 60), (0.7, 0.05, 60), (0.9, 40, 60), (0.9, 0.2, 72)])
    again = TOKENS["TSD"].decode(TOKENS["TSD"].encode(played))
    expected = [(0, 0.75, 60), (0.75, 0.25, 60), (1.0, 12, 60), (1.0, 0.25, 72)]
    assert [(n["onset"], n["duration"], n["pitch"]) for n in again.notes] == expected
    longer = MidiTokens("TSD", longest=40)
    assert longer.decode(longer.encode(played)).length == 41
    jig = Piece([(0.125, 0.375, 60)], metre=((0, 6, 8),))
    assert TOKENS["TSD"].round_trip(jig).exact, "a beat is an eighth, so there are 32nds"
    fine = MidiTokens("TSD", per_beat=24)
    assert fine.round_trip(Piece([(1 / 3, 1 / 6, 60), (0.5, 1 / 8, 62)])).exact


def test_losses_are_told():
    tracks = (Track("a", 40), Track("b", 40), Track("kit", 0, True), Track("quiet", 9))
    piece = Piece(
        [(0.05, 20, 60, 50, 0), (0, 1, 60, 90, 1), (1, 1, 36, 90, 2)],
        tracks, metre=((0, 2, 2),), tempo=((0, 90),), annotations=[(0, "lyric", "la", 0)],
    )  # fmt: skip
    assert TOKENS["REMI"].losses(piece) == (
        "1 annotations are left out",
        "notes begin up to 0.05 quarters off",
        "lengths change by up to 8 quarters",
        "velocities change by 16.7 on average",
        "1 tracks without notes are left out",
        "3 tracks become 2",
        "the tempo 90 becomes 120",
        "the metre 2/2 becomes 4/4",
    )
    unison = Piece([(0, 2, 60, 80, 0), (0, 1, 60, 80, 1)], tracks[:2], dynamics=False)
    assert TOKENS["REMI"].losses(unison) == ("2 tracks become 1",)
    assert TOKENS["MMM"].losses(unison) == ()
    nested = Piece([(0, 4, 60), (1, 1, 60)], dynamics=False)
    assert TOKENS["MIDI-like"].losses(nested) == ("lengths change by up to 2 quarters",)
    assert TOKENS["TSD"].losses(nested) == ()


def test_tracks_of_mmm_stay_as_they_are():
    piece = Piece(
        [(0, 1, 60, 80, 0), (0, 1, 60, 80, 1), (1, 1, 64, 80, 2)], (*BAND[:1] * 2, BAND[1])
    )
    again = TOKENS["MMM"].decode(TOKENS["MMM"].encode(piece))
    assert [t.program for t in again.tracks] == [32, 32, 0] and np.array_equal(
        again.notes, piece.notes
    )


@pytest.mark.parametrize("kind", KINDS)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(0, 60))
def test_whatever_a_network_draws_is_a_piece(kind, seed, length):
    rng = np.random.default_rng(seed)
    for tokens in (TOKENS[kind], LOUD[kind], MidiTokens(kind, programs=[DRUMS, 3])):
        shape = (length,) if len(tokens.sizes) == 1 else (length, len(tokens.sizes))
        piece = tokens.decode(rng.integers(0, tokens.sizes, shape))
        assert piece.source == "generated" and len(piece) <= length


@pytest.mark.parametrize("kind", KINDS)
def test_no_notes_are_no_tokens(kind):
    ids = TOKENS[kind].encode(Piece([]))
    assert (
        ids.shape[0] == 0
        and len(TOKENS[kind].decode(ids)) == 0
        and TOKENS[kind].losses(Piece([], dynamics=False)) == ()
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: MidiTokens("REMI+"), "did you mean REMI"),
        (lambda: MidiTokens("MMM", programs=False), "names the instrument"),
        (lambda: MidiTokens("TSD", bars=3), "TSD does not count bars"),
        (lambda: MidiTokens("TSD", per_beat=0), "1 or more"),
        (lambda: MidiTokens("TSD", velocities=128), "0 to 127"),
        (lambda: MidiTokens("TSD", tempos=1), "2 to 1000"),
        (lambda: TOKENS["TSD"].decode([0.5]), "whole numbers"),
        (lambda: TOKENS["TSD"].decode([[1]]), r"shape \(N,\)"),
        (lambda: TOKENS["TSD"].decode([1, -1]), "row 1: -1 is no Token of TSD"),
        (lambda: TOKENS["CPWord"].decode([[3, 0, 0, 0, 0, 0]]), "row 0: 3 is no Family of CPWord, which has 0 to 2"),
        (lambda: TOKENS["REMI"].encode(Piece([(0, 1, 60)], metre=((0, 17, 16),))), "metre 17/16"),
        (lambda: TOKENS["REMI"].encode(Piece([(1e6, 1, 60)])), "100,000 bars"),
        (lambda: MidiTokens("REMI", pitches=(21, 108)).encode(Piece([(0, 1, 20)])), "pitch 20: tokens are for 21"),
        (lambda: MidiTokens("REMI", programs=[0]).encode(Piece([(0, 1, 60)], BAND[:1])), "instrument 32"),
        (lambda: MidiTokens("REMI", programs=False).encode(Piece([(0, 1, 60)], BAND[2:])), "has drums"),
        (lambda: MidiTokens("Octuple", bars=2).encode(Piece([(0, 1, 60), (8, 1, 60)])), "cannot be written as Octuple"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_importing_the_room_imports_no_torch():
    code = "import sys, musicgan_lib.representations.midi_tokens; print({'torch', 'miditok'} & set(sys.modules))"
    reply = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert reply.stdout.strip() == "set()"


@pytest.mark.data
@pytest.mark.parametrize("kind", KINDS)
def test_chorales_come_back(kind):
    for piece in list(corpora.load("chorales", "test"))[:8]:
        on_grid = not np.any(piece.notes["onset"] % 0.25) and not np.any(
            piece.notes["duration"] % 0.25
        )
        trip = TOKENS[kind].round_trip(piece)
        # in MIDI-like, voices of one instrument that cross on a pitch swap their ends
        assert trip.exact or not on_grid or (kind == "MIDI-like" and trip.max_onset_error == 0)
        assert trip.lost == trip.added == 0 and trip.metre_kept


@pytest.mark.data
def test_performances_lose_what_is_off_the_grid():
    piece = corpora.load("pop909", "test")[0]
    for per_beat in (4, 12):
        trip = MidiTokens("REMI", per_beat=per_beat).round_trip(piece)
        assert trip.lost == trip.added == 0 and 0 < trip.max_onset_error <= 0.5 / per_beat + 1e-9


@pytest.mark.parametrize("kind", KINDS)
def test_a_corpus_is_encoded_once_and_read_with_numpy(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    data = encode_midi_tokens("tunes", kind, velocities=2)
    tunes = corpora.load("tunes", "valid")
    monkeypatch.setattr(MidiTokens, "encode", None)
    again = encode_midi_tokens("tunes", kind, velocities=2)
    assert (
        again.sizes == data.sizes
        and again.symbols == data.symbols
        and again.options == {"velocities": 2}
    )
    for split, pieces in data.pieces.items():
        for mine, other in zip(pieces, again.pieces[split], strict=True):
            assert mine.dtype == other.dtype == np.int64 and np.array_equal(mine, other)
    assert data.report == "" and len(data.pieces["valid"]) == len(tunes)
    assert silent(again.decode(again.pieces["valid"][0])) == silent(tunes[0])
    tokens = data.pieces["valid"][0]
    assert data.symbols_per_word(tokens) == pytest.approx(len(tokens) / len(tunes[0]))
    code = (
        "import sys\nfor n in ('miditok', 'symusic', 'torch'): sys.modules[n] = None\n"
        "from musicgan_lib.data.midi_tokens import MidiTokenData\n"
        f"print(len(MidiTokenData.load({str(data.save(tmp_path / 'd.npz'))!r}).pieces['valid'][0]))"
    )
    reply = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(reply.stdout) == len(tokens)


def test_tokens_of_another_miditok_are_not_decoded(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    data = encode_midi_tokens("tunes", "TSD")
    data.symbols[0][1] = "Pitch_-1"
    with pytest.raises(ValueError, match="encode the corpus again"):
        data.decode([1])


def test_what_has_no_token_is_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    data = encode_midi_tokens("tunes", "REMI", pitches=(0, 70), all_keys=True)
    total = sum(len(corpora.load("tunes", s)) for s in ("train", "valid", "test"))
    kept = sum(map(len, data.pieces.values()))
    assert 0 < kept < total and data.report.startswith(
        f"{total - kept} of {total} pieces are left out: "
    )
    assert (
        len(data.other_keys) == len(corpora.load("tunes", "train"))
        and max(map(len, data.other_keys)) >= 5
    )
    with pytest.raises(ValueError, match="64 bits"):
        encode_midi_tokens(
            "tunes", "Octuple", velocities=127, tempos=1000, bars=10**4, per_beat=100
        )
    assert isinstance(data, MidiTokenData)
