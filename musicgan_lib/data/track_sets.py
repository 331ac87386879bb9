"""Tracks of a score as a set: bars of every track side by side, in any order. numpy alone.

A window is ``(bars, tracks, rows, fields)``: of each bar of each track the row that opens it and a row an event, as
:mod:`~musicgan_lib.data.track_bars` numbers them. No row says which track it is.
"""

import numpy as np

from . import track_bars as music

#: What a row says: what it is, its length, where in the bar it begins and ends, its bar, and how many notes of the bar
#: have begun with it
FIELDS = ("what", "length", "at", "until", "bar", "count")
_WHERE = [music.FIELDS.index(name) for name in FIELDS]
#: The tracks of a chorale, from the highest voice down
TRACKS = ("soprano", "alto", "tenor", "bass")


def list_sizes(alphabet: music.Alphabet, bars: int) -> tuple[int, ...]:
    """How many values each of :data:`FIELDS` has."""
    sizes = alphabet.list_sizes(1, bars)
    return tuple(sizes[k] for k in _WHERE)


def read_order(names, tracks=TRACKS) -> list[int]:
    """The numbers of tracks that are named in some order; all of them, each once.

    ValueError for a name that there is not, for one that comes twice or lacks, and for more tracks than there are.
    """
    names, known = list(names), ", ".join(tracks)
    if len(names) > len(tracks):
        raise ValueError(
            f"{len(names)} tracks are more than the {len(tracks)} that there are: {known}"
        )
    for name in names:
        if name not in tracks:
            raise ValueError(f"no track is called {name!r}; there are {known}")
    if len(set(names)) < len(tracks):
        raise ValueError(f"name each track once: {known}")
    return [tracks.index(name) for name in names]


def write_rows(cells, tracks: int, alphabet: music.Alphabet) -> tuple[np.ndarray, np.ndarray]:
    """A window's cells, in the order of :func:`~musicgan_lib.data.track_bars.read_window`, as rows and targets.

    ``(bars, tracks, N, 6)`` rows, of which shorter cells have some that are nothing, and ``(bars, tracks, N)``, the
    token that follows each row, -1 where none does. A cell that is not whole yet has no end.
    """
    bars = len(cells) // tracks
    longest = 1 + max(map(len, cells))
    nothing = [alphabet.kind("nothing"), *[0] * (len(FIELDS) - 1)]
    rows = np.tile(np.array(nothing, np.int64), (bars, tracks, longest, 1))
    targets = np.full((bars, tracks, longest), -1, np.int64)
    for k, cell in enumerate(cells):
        track, bar = divmod(k, bars)
        made = np.array(music.name_tokens(cell, alphabet, 0, bar, 0, "bar"), np.int64)[:, _WHERE]
        rows[bar, track, : len(made)] = made
        told = [alphabet.to_token(*event) for event in cell]
        whole = sum(length for _, length in cell) == music.BAR
        told = [*told, alphabet.end] if whole else told
        targets[bar, track, : len(told)] = told
    return rows, targets


def stack_windows(windows: list, alphabet: music.Alphabet) -> tuple[np.ndarray, np.ndarray]:
    """Rows and targets of several windows as two arrays, ``(B, bars, tracks, N, 6)`` and ``(B, bars, tracks, N)``."""
    longest = max(rows.shape[2] for rows, _ in windows)
    bars, tracks = windows[0][0].shape[:2]
    all_rows = np.zeros((len(windows), bars, tracks, longest, len(FIELDS)), np.int64)
    all_rows[..., 0] = alphabet.kind("nothing")
    targets = np.full(all_rows.shape[:-1], -1, np.int64)
    for b, (rows, told) in enumerate(windows):
        all_rows[b, :, :, : rows.shape[2]] = rows
        targets[b, :, :, : rows.shape[2]] = told
    return all_rows, targets
