"""What a MIDI file says beside its notes: texts and pedal become annotations, the rest is told."""

import re

import numpy as np

from .annotations import ANNOTATION
from .midi_events import Events, walk_events

#: Where a text, lyric, marker or cue may begin.
_TEXT = re.compile(rb"\xff[\x01\x05\x06\x07]")
LYRIC, TEXT, MARKER, CUE, NAME = 0x05, 0x01, 0x06, 0x07, 0x03
#: A text event that begins so is a chord symbol: what :func:`write_midi` makes of one.
CHORD = "chord "
PEDAL = 64
#: Reset all controllers: the pedal goes up (MIDI's recommended practice 15).
RESET = 121
#: Controllers that set up others or the mode of a channel: banks, data entry, parameter numbers, modes.
_SETUP = (0, 6, 32, 38, *range(96, 102), *range(120, 128))
_HEARD = np.array([number not in (PEDAL, *_SETUP) for number in range(256)])


def find_texts(data: bytes, spans) -> tuple[list[tuple[int, int]], bool]:
    """The parts of tracks in which texts may stand, and whether one of them may belong to a track."""
    parts, owned = [], False
    for start, stop in spans:
        found = [m.start() for m in _TEXT.finditer(data, start, stop)]
        if found:
            parts.append((start, found[-1] + 1))
            owned = owned or any(data[i + 1] == LYRIC for i in found)
            owned = owned or data.find(CHORD.encode(), start, parts[-1][1] + 8) >= 0
    return parts, owned


def decode_text(content: bytes) -> str:
    """UTF-8 where it is, else Latin-1, in which older files are written."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")


def read_texts(events: Events, track_of: dict[int, int], tpq: int) -> list:
    """Texts as rows of ``ANNOTATION``. ``track_of``: the one track of a chunk, where it has one.

    Lyrics and chord symbols belong to that track, else to the whole piece; markers always do.
    """
    rows = []
    for chunk, tick, kind, content in events.metas(TEXT, LYRIC, MARKER, CUE):
        text = decode_text(content)
        name, track = "marker", -1
        if kind == LYRIC:
            name, track = "lyric", track_of.get(chunk, -1)
        elif kind == TEXT and text.startswith(CHORD):
            name, text, track = "chord", text.removeprefix(CHORD), track_of.get(chunk, -1)
        rows.append((tick / tpq, name, track, 0.0, text))
    return rows


def read_marks(data: bytes, parts, tpq: int) -> list:
    """Texts of the whole piece alone, from the beginnings of tracks: most files say who made them there."""
    return read_texts(walk_events(data, parts), {}, tpq)


def read_pedal(events: Events, owners, tpq: int, losses: list[str]) -> np.ndarray:
    """The sustain pedal as annotations. ``owners``: the (chunk, channel) of each track, in order.

    A track has the pedal of its channel in its own chunk, or where that has none, in the others. *Reset all
    controllers* is told where the pedal is down: a player lifts it there, and here it stays.
    """
    at = events.find(0xB0, PEDAL, RESET)
    pedal = events.first[at] == PEDAL
    chunk, channel = events.chunk[at], events.channel[at]
    parts, used, lifted = [], np.zeros(len(at), bool), 0
    own = set(zip(chunk[pedal].tolist(), channel[pedal].tolist()))
    for where, which in owners:
        mine = channel == which
        if (where, which) in own:
            mine &= chunk == where
        used |= mine
        parts.append(at[mine & pedal])
        lifted += _count_lifted(events, at[mine]) if not pedal.all() else 0
    if lifted:
        losses.append(f"{lifted} resets of controllers would lift the pedal and are left out")
    if unused := np.count_nonzero(~used & pedal):
        losses.append(f"{unused} pedal events of channels without notes are left out")
    moves = np.concatenate([at[:0], *parts])
    rows = np.empty(len(moves), ANNOTATION)
    rows["onset"], rows["value"] = events.tick[moves] / tpq, events.second[moves]
    rows["track"] = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    rows["kind"], rows["text"] = "pedal", ""
    return rows


def _count_lifted(events: Events, at) -> int:
    """How many of these resets of controllers come while the pedal is down."""
    at = at[np.argsort(events.tick[at], kind="stable")]
    value = np.where(events.first[at] == PEDAL, events.second[at], 0)
    before = np.append(0, value)[:-1]
    return np.count_nonzero((events.first[at] == RESET) & (before > 0))


def tell_unkept(score, tracks, steers: bool, losses: list[str]) -> None:
    """Say what of the parsed file a Piece has no place for, where it would be heard.

    ``steers``: whether the file may hold controllers at all.
    """
    if keys := len(score.key_signatures):
        losses.append(f"{keys} key signatures are left out")
    bent = [t.pitch_bends.numpy()["value"] for t in tracks if len(t.pitch_bends)]
    if bends := sum(map(np.count_nonzero, bent)):
        losses.append(f"{bends} pitch bends are left out")
    steered = [
        (i, t.controls.numpy()) for i, t in enumerate(tracks) if steers and len(t.controls) > 1
    ]
    if not steered:
        return
    number = np.concatenate([c["number"] for _, c in steered])
    heard = _HEARD[number]
    if np.count_nonzero(heard) < 2:
        return
    track = np.repeat([i for i, _ in steered], [len(c["number"]) for _, c in steered])
    key = (track << 7 | number)[heard]
    order = np.argsort(key, kind="stable")
    key, value = key[order], np.concatenate([c["value"] for _, c in steered])[heard][order]
    first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
    moves = np.maximum.reduceat(value, first) != np.minimum.reduceat(value, first)
    if moves.any():
        n = np.diff(np.append(first, len(key)))[moves].sum()
        which = ", ".join(map(str, sorted(set((key[first[moves]] & 127).tolist()))))
        losses.append(f"{n} events of controllers that move are left out (CC {which})")
