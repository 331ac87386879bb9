"""Events of a MIDI file that count beyond their place: the last of a tick, all notes off, a channel's program."""

import struct
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_midi import walk

from musicgan_lib.notes import Piece, Track, read_midi, write_midi

EOT = b"\0\xff\x2f\0"


def midi(*tracks: bytes, division=480) -> bytes:
    head = struct.pack(">4sIHHH", b"MThd", 6, 1, len(tracks), division)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(t) + 4) + t + EOT for t in tracks)


def number(value: int) -> bytes:
    out = [value & 127]
    while value := value >> 7:
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def track(*events: tuple[int, bytes]) -> bytes:
    """Events at ticks, in the order given."""
    out, now = b"", 0
    for tick, event in events:
        out += number(tick - now) + event
        now = tick
    return out


def on(pitch, channel=0) -> bytes:
    return bytes([0x90 | channel, pitch, 80])


def off(pitch, channel=0) -> bytes:
    return bytes([0x80 | channel, pitch, 0])


def program(number, channel=0) -> bytes:
    return bytes([0xC0 | channel, number])


def quiet(channel=0, controller=123) -> bytes:
    return bytes([0xB0 | channel, controller, 0])


def read(folder, *tracks) -> Piece:
    path = folder / "piece.mid"
    path.write_bytes(midi(*(track(*events) for events in tracks)))
    return read_midi(path)


def ticks(piece) -> list:
    return [(round(o * 480), round(d * 480), p, t) for o, d, p, _, t in piece.notes.tolist()]


def tempo(micros: int) -> bytes:
    return b"\xff\x51\x03" + micros.to_bytes(3, "big")


def metre(numerator: int) -> bytes:
    return b"\xff\x58\x04" + bytes([numerator, 2, 24, 8])


# -- the last of several at one tick -------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 16, 17, 33, 100, 400])
@pytest.mark.parametrize("apart", [False, True], ids=["one chunk", "two chunks"])
def test_the_last_tempo_and_metre_of_a_tick_win(tmp_path, n, apart):
    moments = range(0, 480 * n, 480)
    first = [(t, event) for t in moments for event in (tempo(400_000 + t), metre(5 + t % 7))]
    last = [(t, event) for t in moments for event in (tempo(500_000 + t), metre(2 + t % 3))]
    notes = [(0, on(60)), (480 * n, off(60))]
    if apart:
        piece = read(tmp_path, first, last, notes)
    else:
        piece = read(tmp_path, sorted(first + last, key=lambda event: event[0]), notes)
    right = [60e6 / (500_000 + t) for t in moments]
    assert [t.bpm for t in piece.tempo] == pytest.approx(right, abs=0.01)
    assert all(m.numerator == 2 + round(m.onset * 480) % 3 for m in piece.metre)


def test_three_at_one_tick_and_equal_ones(tmp_path):
    heads = [(0, tempo(600_000)), (0, tempo(300_000)), (0, tempo(600_000)), (0, tempo(750_000))]
    piece = read(tmp_path, heads + [(0, on(60)), (480, off(60))])
    assert [t.bpm for t in piece.tempo] == [80]


# -- all notes off -------------------------------------------------------------------------------------


@pytest.mark.parametrize("controller", [120, 123, 124, 125, 126, 127])
def test_a_note_held_at_all_notes_off_ends_there(tmp_path, controller):
    piece = read(tmp_path, [(0, on(60)), (240, on(64)), (480, quiet(0, controller))])
    assert ticks(piece) == [(0, 480, 60, 0), (240, 240, 64, 0)]


def test_all_notes_off_ends_what_is_held_then_on_its_channel(tmp_path):
    again = [(0, on(60)), (480, quiet()), (960, on(60)), (1200, off(60))]
    assert ticks(read(tmp_path, again)) == [(0, 480, 60, 0), (960, 240, 60, 0)]
    late = [(0, on(60)), (480, quiet()), (960, off(60)), (960, on(62)), (970, off(62))]
    assert ticks(read(tmp_path, late)) == [(0, 480, 60, 0), (960, 10, 62, 0)]
    other = [(0, on(60)), (480, quiet(1)), (960, off(60))]
    assert ticks(read(tmp_path, other)) == [(0, 960, 60, 0)]
    before = [(0, quiet()), (0, on(60)), (480, off(60))]
    assert ticks(read(tmp_path, before)) == [(0, 480, 60, 0)]
    after = [(0, on(60)), (480, off(60)), (480, quiet())]
    assert ticks(read(tmp_path, after)) == [(0, 480, 60, 0)]
    hung = [(0, on(60)), (480, quiet()), (960, on(62))]  # the second is ended by nothing: no note
    assert ticks(read(tmp_path, hung)) == [(0, 480, 60, 0)]
    twice = [(0, on(60)), (100, on(60)), (200, off(60)), (480, quiet()), (480, quiet())]
    assert ticks(read(tmp_path, twice)) == [(0, 200, 60, 0), (100, 380, 60, 0)]
    others = [
        (0, quiet(0, 121)),
        (0, on(60)),
        (100, quiet(0, 122)),
        (100, quiet(0, 121)),
        (480, off(60)),
    ]
    assert ticks(read(tmp_path, others)) == [(0, 480, 60, 0)]


def test_all_notes_off_of_another_chunk_ends_what_was_struck_before_it(tmp_path):
    notes = [(0, on(60)), (480, on(62)), (960, off(62)), (960, on(64))]
    piece = read(tmp_path, [(0, quiet()), (480, quiet()), (1440, quiet())], notes)
    assert ticks(piece) == [(0, 480, 60, 0), (480, 480, 62, 0), (960, 480, 64, 0)]
    assert ticks(read(tmp_path, notes, [(0, quiet()), (480, quiet()), (1440, quiet())])) == ticks(
        piece
    )


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.integers(0, 3), st.sampled_from(["on", "off", "quiet", "program"]),
                st.integers(60, 61), st.integers(0, 1),
            ),
            max_size=14,
        ),
        min_size=1,
        max_size=3,
    )
)  # fmt: skip
def test_any_events_are_paired_as_by_the_slow_walk(tmp_path_factory, chunks):
    make = {
        "on": on, "off": off, "quiet": lambda _, channel: quiet(channel),
        "program": program,
    }  # fmt: skip
    bodies = []
    for events in chunks:
        at = np.cumsum([gap for gap, *_ in events]).tolist()
        bodies.append(track(*((t, make[kind](p, c)) for t, (_, kind, p, c) in zip(at, events))))
    data = midi(*bodies)
    path = tmp_path_factory.mktemp("midi") / "a.mid"
    path.write_bytes(data)
    piece = read_midi(path)
    found = Counter((o, d, p) for o, d, p, _ in ticks(piece))
    assert found == Counter(note[:3] for note in walk(data).notes)
    assert set(piece.notes["track"].tolist()) == set(range(len(piece.tracks))) or not len(piece)


# -- programs and tracks -------------------------------------------------------------------------------


def test_a_program_of_another_chunk_counts_where_none_is_named(tmp_path):
    notes = [(0, on(60)), (480, off(60))]
    assert read(tmp_path, [(0, program(40))], notes).tracks == (Track("", 40),)
    assert read(tmp_path, notes, [(0, program(40))]).tracks == (Track("", 40),)
    assert read(tmp_path, [(0, program(40, 1))], notes).tracks == (Track("", 0),)
    own = [(0, program(5)), *notes]
    assert [t.program for t in read(tmp_path, [(0, program(40))], own).tracks] == [5]
    assert [t.program for t in read(tmp_path, own, notes).tracks] == [5, 5]
    # a channel that is set anew in the middle is two tracks, as where its own chunk does it
    long = [(0, on(60)), (480, off(60)), (960, on(62)), (1440, off(62))]
    piece = read(tmp_path, [(0, program(40)), (960, program(41))], long)
    assert [t.program for t in piece.tracks] == [40, 41]
    assert ticks(piece) == [(0, 480, 60, 0), (960, 480, 62, 1)]
    late = read(tmp_path, [(960, program(41))], long)
    assert [t.program for t in late.tracks] == [0, 41]


def test_a_track_without_notes_is_no_voice(tmp_path):
    notes = [(0, on(60)), (480, off(60))]
    lyric, name = (0, b"\xff\x05\x02la"), (0, b"\xff\x03\x04song")
    hung = [(0, on(70, 3))]
    for extra in ([lyric], [name], [(0, program(3, 5))], hung, [(0, b"\xe4\0\0")], [lyric, *hung]):
        for piece in (read(tmp_path, notes, extra), read(tmp_path, extra, notes)):
            assert len(piece.tracks) == 1 and ticks(piece) == [(0, 480, 60, 0)]
    assert read(tmp_path, [lyric]).tracks == (Track(),)


def shared(programs, drums=()) -> Piece:
    tracks = [Track(str(i), p) for i, p in enumerate(programs)]
    tracks += [Track("kit", p, True) for p in drums]
    return Piece([(0, 1, 60, 80, i) for i in range(len(tracks))], tuple(tracks))


def channels(path) -> list[int]:
    data = path.read_bytes()
    return [note[5] for note in walk(data).notes]


@pytest.mark.parametrize(
    "programs, clashing",
    [
        (range(15), 0),
        (range(16), 2),
        (range(20), 10),
        ([0] * 40, 0),
        ([0, 1, 2] * 10, 0),
        ([*range(15), 3, 4, 5], 0),
    ],
)
def test_more_than_fifteen_instruments(tmp_path, programs, clashing):
    piece = shared(programs, drums=[0])
    said = write_midi(piece, tmp_path / "a.mid")
    assert len(said) == bool(clashing)
    assert not clashing or said[0].startswith(
        f"{clashing} tracks share a channel with another program"
    )
    assert read_midi(tmp_path / "a.mid") == piece
    used = channels(tmp_path / "a.mid")
    assert used[-1] == 9 and 9 not in used[:-1]
    assert len(set(used[:-1])) == min(15, len(programs))
    pairs = [(c, p) for c, p in zip(used, programs)]
    wrong = {c for c, p in pairs if any(c == d and p != q for d, q in pairs)}
    assert sum(c in wrong for c in used[:-1]) == clashing


def test_a_pedal_on_a_shared_channel_is_told(tmp_path):
    piece = shared([0] * 16).replace(annotations=[(0, "pedal", "", 0, 127)])
    said = write_midi(piece, tmp_path / "a.mid")
    assert said == ("1 tracks share a channel with one that has a pedal, which moves both",)
    again = read_midi(tmp_path / "a.mid")
    assert again.tracks == piece.tracks and again.annotations["track"].tolist() == [0, 15]


def test_a_gap_longer_than_a_time_can_say(tmp_path):
    piece = Piece([(0, 1, 60), (1_000_000, 1, 62), (2_000_000, 1, 64)])
    assert write_midi(piece, tmp_path / "a.mid") == ()
    assert read_midi(tmp_path / "a.mid") == piece
