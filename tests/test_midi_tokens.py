"""MIDI tokens: each kind brings a piece on the grid back, tells what it loses, and reads whatever a network draws."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
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
    for step, length, pitch, velocity, track in sorted(draw(st.lists(note, min_size=1, max_size=20))):
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


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "Octuple"])
@given(
    piece=bands(),
    metres=st.lists(st.tuples(st.sampled_from(list(METRES)), st.integers(1, 3)), min_size=1, max_size=4),
)
def test_metres_change_on_bar_lines(kind, piece, metres):
    changes, at = [], 0
    for metre, bars in metres:
        if not changes or metre != changes[-1][1:]:
            changes.append((at / 4, *metre))
        at += bars * METRES[metre]
    piece = piece.replace(metre=changes)
    again = TOKENS[kind].decode(TOKENS[kind].encode(piece))
    last = piece.notes["onset"].max()
    assert silent(again) == silent(piece)
    if kind != "MMM":
        assert [m for m in again.metre if m.onset <= last] == [m for m in piece.metre if m.onset <= last]
