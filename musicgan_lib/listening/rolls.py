"""A piece as a picture: time goes right, pitch goes up, a bar of colour is a note."""

import numpy as np

from ..notes import Piece
from ..notes.metre import count_bars
from .figures import BAR
from .style import TRACKS

#: Bar lines of more bars than this are not drawn.
MOST_BARS = 10_000
NAMES = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")


def pitch_name(pitch: int) -> str:
    """What a musician calls a MIDI number: 60 is C4, 61 is C♯4. Source: ours (one spelling a key)."""
    return f"{NAMES[pitch % 12]}{pitch // 12 - 1}"


def piano_roll(
    piece: Piece,
    ax=None,
    *,
    start: float = 0.0,
    stop: float | None = None,
    colours=None,
    title: str | None = None,
    legend: bool | None = None,
):
    """Draw the notes as bars, one colour a track, with the bar lines; gives the matplotlib axes.

    Parameters
    ----------
    start, stop : the part to show, in quarter lengths; to the end by default.
    colours : one colour for all notes, or one for each track.
    title : above the picture; the piece's own by default.
    legend : names of the tracks; shown by default where there are two to six named ones.

    Source: ours.
    """
    import matplotlib.pyplot as plt

    if ax is None:
        _, ax = plt.subplots(figsize=(5.4, 2.5))
    stop = max(piece.length, start + 1.0) if stop is None else stop
    colours = [colours] if isinstance(colours, str) else list(colours or TRACKS)
    notes = piece.notes[
        (piece.notes["onset"] < stop) & (piece.notes["onset"] + piece.notes["duration"] > start)
    ]
    for t, track in enumerate(piece.tracks):
        mine = notes[notes["track"] == t]
        ax.barh(
            mine["pitch"],
            # a hair of space keeps repeated notes apart
            np.maximum(mine["duration"] - 0.06, 0.06),
            left=mine["onset"],
            height=0.86,
            color=colours[t % len(colours)],
            label=track.name or f"track {t + 1}",
            linewidth=0,
        )
    many = (
        count_bars(piece.metre, piece.length) > MOST_BARS
    )  # lines closer than pixels, or more than memory holds
    edges = np.zeros(0) if many else piece.bars()
    for bar in edges[(edges >= start) & (edges <= stop)]:
        ax.axvline(bar, color=BAR, linewidth=0.8, zorder=0)
    low, high = _pitch_range(notes["pitch"])
    ax.set(xlim=(start, stop), ylim=(low - 0.7, high + 0.7), xlabel="quarter lengths")
    ticks = [p for p in range(low, high + 1) if p % 12 == 0]
    ax.set_yticks(ticks, [pitch_name(p) for p in ticks])
    ax.grid(False, axis="x")
    ax.set_title(piece.title if title is None else title)
    named = [t.name for t in piece.tracks if t.name]
    if legend or (legend is None and 2 <= len(named) <= 6):
        ax.legend(
            loc="upper left", bbox_to_anchor=(0.0, -0.2), ncols=6, handlelength=1, columnspacing=1
        )
    return ax


def _pitch_range(pitches: np.ndarray) -> tuple[int, int]:
    """From lowest to highest, at least an octave."""
    if not len(pitches):
        return 60, 72
    low, high = int(pitches.min()), int(pitches.max())
    spare = max(0, 12 - (high - low))
    return low - (spare + 1) // 2, high + spare // 2
