"""Every event of a MIDI file: found in arrays, against a walk of one event after another."""

import os
import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_midi_channels import midi, number, off, on, program, read, tempo

from musicgan_lib.notes import MidiError, read_midi
from musicgan_lib.notes.midi_bytes import check_file
from musicgan_lib.notes.midi_events import list_events
from musicgan_lib.notes.midi_skim import skim_events


def slow_events(data, spans) -> list:
    """Chunk, tick, status and place of the data, event by event."""
    sizes = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}
    system = {0xF1: 1, 0xF2: 2, 0xF3: 1}
    found = []

    def read_number(at):
        value = 0
        while data[at] > 127:
            value, at = value << 7 | data[at] & 127, at + 1
        return value << 7 | data[at], at + 1

    for chunk, (at, stop) in enumerate(spans):
        tick = running = 0
        while at < stop:
            gap, at = read_number(at)
            tick += gap
            status = data[at] if data[at] > 127 else running
            at += data[at] > 127
            found.append((chunk, tick, status, at))
            if status == 0xFF:
                size, begin = read_number(at + 1)
                if data[at] == 0x2F:
                    break
                at = begin + size
            elif status in (0xF0, 0xF7):
                size, begin = read_number(at)
                at = begin + size
            elif status > 0xF0:
                at += system.get(status, 0)
            else:
                running, at = status, at + sizes[status >> 4]
    return found


def listed(data, spans) -> list:
    events = list_events(data, spans)
    return list(zip(*(column.tolist() for column in events[:4])))


def test_running_status_of_every_kind():
    pressure = b"\0\xd0\x01\x60\x02\x81\x00\x03\x83\x60\x04"
    body = (
        program(5).rjust(3, b"\0") + b"\x10\x06" + pressure
        + b"\0\x90\x3c\x50\x60\x3c\x00\x81\x48\x3e\x50" + b"\0" + tempo(500_000) + b"\x20\x3e\x00"
        + b"\0\xff\x01\x03abc\x10\x40\x50" + b"\0\xfe" + b"\0\xf0\x03\x01\x02\xf7" + b"\0\x80\x40\x00"
    )  # fmt: skip
    data = midi(body, body)
    _, spans, _ = check_file(data)
    assert listed(data, spans) == slow_events(data, spans)


@pytest.mark.data
def test_every_event_of_real_files():
    rng, seen = random.Random(3), 0
    for archive in ("crnngan_data.zip", "lakh_clean_midi_25.zip", "multitrack_standin.zip"):
        path = Path(os.environ["MUSICGAN_DATA"], archive)
        if not path.exists():
            continue
        with zipfile.ZipFile(path) as file:
            names = sorted(n for n in file.namelist() if n.endswith(".mid"))
            for name in rng.sample(names, 12):
                data = file.read(name)
                try:
                    _, spans, _ = check_file(data)
                except MidiError:
                    continue
                try:
                    right = slow_events(data, spans)
                except (
                    IndexError,
                    KeyError,
                ):  # bytes that make no sense: refused before it comes to this
                    continue
                assert listed(data, spans) == right, name
                seen += len(right)
    assert seen > 10_000 or not seen


# -- without a step for each event ------------------------------------------------------------------------

low = st.integers(0, 127)
times = st.one_of(low, st.integers(0, 2**21)).map(number)
metas = [b"\xff\x51\x03\x07\xff\x51", b"\xff\x51\x03\xff\x00\x05", b"\xff\x59\x02\xfd\x01"]
metas += [b"\xff\x01\x05\xff\x51\x03\xf0\x90", b"\xff\x03\x81\x00" + bytes(range(128, 256))]
metas += [b"\xf0\x03\x7e\x09\xf7"]
#: A status, or None for running status, and two bytes of data, the second unused where one is enough.
channel_events = st.tuples(st.sampled_from([None, 0x80, 0x91, 0xB9, 0xC0, 0xE3]), low, low)
some_events = st.lists(
    st.tuples(times, st.one_of(channel_events, st.sampled_from(metas))), max_size=25
)


def lay_out(events) -> bytes:
    """A track of these events; running status only where a status with two bytes of data may run."""
    body, running = b"", None
    for time, event in events:
        if isinstance(event, bytes):
            body += time + event
            running = None if event[0] == 0xF0 else running
            continue
        status, first, second = event
        status = None if status is None and running else status or 0x90
        body += time + bytes([status] if status else []) + bytes([first])
        running = status or running
        if running == 0xC0:
            running = None
        else:
            body += bytes([second])
    return body


def skimmed(data, spans):
    return skim_events(np.frombuffer(data + bytes(8), np.uint8), spans)


@given(st.lists(some_events, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_ordinary_files_need_no_walk(tracks):
    data = midi(*map(lay_out, tracks))
    spans = check_file(data)[1]
    right = slow_events(data, spans)
    assert listed(data, spans) == right
    # a time may look like a meta or system event; then the walk has to tell
    doubtful = any(byte in time for one in tracks for time, _ in one for byte in (0xFF, 0xF0))
    assert doubtful or skimmed(data, spans) is not None


@given(some_events, some_events, st.data())
@settings(max_examples=300, deadline=None)
def test_what_is_found_in_arrays_is_what_a_walk_finds(first, second, draw):
    data = bytearray(midi(lay_out(first), lay_out(second)))
    spans = check_file(bytes(data))[1]
    for _ in range(draw.draw(st.integers(1, 4))):
        start, stop = spans[draw.draw(st.integers(0, 1))]
        data[draw.draw(st.integers(start, stop - 1))] = draw.draw(st.integers(0, 255))
    found = skimmed(bytes(data), spans)
    if found is not None:
        right = slow_events(bytes(data), spans)
        assert [list(pair) for pair in zip(found[2].tolist(), found[0].tolist())] == [
            [status, place] for *_, status, place in right
        ]
        assert listed(bytes(data), spans) == right


def test_a_meta_event_of_a_size_that_is_not_its_own_is_left_to_the_walk():
    data = midi(b"\0\x90\x3c\x50" + b"\0\xff\x51\x04\x07\xa1\x20\x00" + b"\0\x3c\x00")
    spans = check_file(data)[1]
    assert skimmed(data, spans) is None
    assert listed(data, spans) == slow_events(data, spans)


def test_a_program_holds_from_its_own_place_on(tmp_path):
    pedal = bytes([0xB0, 64, 127])
    late = [(0, pedal), (0, on(60)), (9, off(60)), (9, program(7))]
    between = [
        (0, pedal),
        (0, program(5)),
        (0, on(62)),
        (4, off(62)),
        (4, program(6)),
        (4, on(62)),
        (9, off(62)),
    ]
    assert [t.program for t in read(tmp_path, late).tracks] == [0]
    assert [t.program for t in read(tmp_path, between).tracks] == [5, 6]


def test_the_clock_overflows_by_times_of_three_bytes(tmp_path):
    step = number(2**21 - 1)
    (tmp_path / "long.mid").write_bytes(midi((step + on(60) + b"\0" + off(60)) * 1100))
    with pytest.raises(MidiError, match="beyond 32 bits"):
        read_midi(tmp_path / "long.mid")


def test_an_end_that_comes_before_its_note_ends_nothing(tmp_path):
    pedal = bytes([0xB0, 64, 127])
    early = [(0, pedal), (0, on(62)), (0, off(60)), (0, on(60)), (480, off(62))]
    assert read(tmp_path, early).notes["pitch"].tolist() == [62]
