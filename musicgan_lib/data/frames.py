"""Music as frames: which pitches sound when a quarter begins, one row of zeros and ones a quarter."""

from dataclasses import dataclass

import numpy as np

from .rows import RowData, split_corpus
from .words import TUNES_SHARED

#: The keys of a piano: a frame has at most so many numbers.
LOWEST, HIGHEST = 21, 108
PARTS = ("all", "top")


@dataclass
class FrameData(RowData):
    """The frames of a corpus, by split: one ``(T, P) uint8`` array a piece, 1 where pitch ``low + p`` sounds.

    ``options`` has ``low``, ``high`` and ``part``. A frame does not tell whether a pitch is struck or held.
    """

    @property
    def low(self) -> int:
        """The pitch of column 0."""
        return self.options["low"]

    def decode(self, rows) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that frames ``(T, P)`` spell: a quarter for each pitch of each frame, struck anew."""
        from ..notes import Piece

        quarters, pitches = np.nonzero(np.asarray(rows))
        notes = [(float(t), 1.0, self.low + int(p), 80, 0) for t, p in zip(quarters, pitches)]
        return Piece(notes, dynamics=False)


def encode_frames(corpus: str, spare: int = 0, part: str = "all") -> FrameData:
    """The frames of a corpus, from its lowest pitch to its highest.

    Parameters
    ----------
    corpus : a name that ``corpora.load`` knows. Splits are by tune where tunes recur (``rows.split_corpus``).
    spare : so many columns are left free above and below, for music moved into other keys.
    part : ``"all"`` pitches, or the ``"top"`` one of each frame.

    ``report`` counts what was left out: pieces without a note. ValueError for another part, for pitches outside of the
    88 keys of a piano, and where nothing is left of a split; CorpusUnavailable where the music is not here.
    """
    from .. import corpora

    if part not in PARTS:
        raise ValueError(f"part is {part!r}; choose {' or '.join(PARTS)}")
    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    whole = corpora.load(corpus, scheme=scheme)
    split, split_by = split_corpus(corpus, whole, scheme)
    full = {name: [p for p in pieces if len(p)] for name, pieces in split.items()}
    if empty := [name for name, pieces in full.items() if not pieces]:
        raise ValueError(f"{corpus}: no piece with a note is left in {', '.join(empty)}")
    wide = {name: [cut_frames(p, part=part) for p in pieces] for name, pieces in full.items()}
    used = np.any([f.any(0) for pieces in wide.values() for f in pieces], 0)
    first, last = np.flatnonzero(used)[[0, -1]]
    fit = [(0, 0), (spare, spare)]
    rows = {
        name: [np.pad(f[:, first : last + 1], fit) for f in pieces] for name, pieces in wide.items()
    }
    low, high = LOWEST + int(first) - spare, LOWEST + int(last) + spare
    left = len(whole) - sum(map(len, full.values()))
    return FrameData(
        str(corpus),
        rows,
        {"low": low, "high": high, "part": part},
        f"{whole.data_hash}-{split_by}",
        split_by,
        f"Left out: {left} pieces without a note or that stand elsewhere, too.",
    )


def cut_frames(piece, low: int = LOWEST, high: int = HIGHEST, part: str = "all") -> np.ndarray:
    """The frames of one piece, ``(T, high - low + 1) uint8``: row t is what sounds when quarter t begins.

    ValueError for a piece without notes, for a range that leaves a piano's keys, and for a pitch outside of the range.
    """
    if not len(piece):
        raise ValueError("a piece without notes has no frames: give one that has a note")
    if not LOWEST <= low <= high <= HIGHEST:
        raise ValueError(
            f"frames from {low} to {high} leave the keys of a piano: stay within {LOWEST} to {HIGHEST}"
        )
    outside = (piece.notes["pitch"] < low) | (piece.notes["pitch"] > high)
    if outside.any():
        pitch = int(piece.notes["pitch"][outside][0])
        raise ValueError(
            f"pitch {pitch} is outside of {low} to {high}: widen the range, or move the piece"
        )
    onset = np.ceil(piece.notes["onset"] - 1e-6).astype(int)
    stop = np.ceil(piece.notes["onset"] + piece.notes["duration"] - 1e-6).astype(int)
    frames = np.zeros((max(int(stop.max()), 1), high - low + 1), np.uint8)
    for first, last, pitch in zip(onset, stop, piece.notes["pitch"]):
        frames[first:last, pitch - low] = 1
    return keep_top(frames) if part == "top" else frames


def keep_top(frames) -> np.ndarray:
    """The highest pitch of each frame alone; a silent frame stays silent."""
    frames = np.asarray(frames)
    above = np.cumsum(frames[:, ::-1], 1)[:, ::-1]  # pitches from this one upwards
    return (frames * (above == 1)).astype(np.uint8)


def move(frames, semitones: int) -> np.ndarray:
    """Frames in another key, ``(…, T, P)``: every pitch so many semitones higher.

    ValueError where a pitch would leave the columns.
    """
    frames = np.asarray(frames)
    if abs(semitones) >= frames.shape[-1]:
        raise ValueError(f"{semitones} semitones leave {frames.shape[-1]} columns: move by less")
    lost = (
        frames[..., frames.shape[-1] - semitones :] if semitones > 0 else frames[..., :-semitones]
    )
    if semitones and lost.any():
        raise ValueError(
            f"{semitones} semitones push a pitch out of {frames.shape[-1]} columns: leave spare ones"
        )
    return np.roll(frames, semitones, -1)


def learn_frame_counts(pieces, valid) -> dict:
    """What is known of frames without any order: see :func:`price_frames`.

    ``pitch (P,)`` is the share of frames in which each pitch sounds (with half a count added to each side); ``seen``
    counts whole frames; ``trust`` is the weight of the counts that is best on the frames ``valid (n, P)``.
    """
    frames = np.concatenate(pieces)
    pitch = (frames.sum(0) + 0.5) / (len(frames) + 1)
    seen: dict = {}
    for frame in frames:
        seen[frame.tobytes()] = seen.get(frame.tobytes(), 0) + 1
    counts = {"pitch": pitch, "seen": seen, "frames": len(frames)}
    shares = np.linspace(0, 0.95, 20)
    paid = [price_frames(counts | {"trust": s}, valid).mean() for s in shares]
    return counts | {"trust": float(shares[int(np.argmin(paid))])}


def price_frames(counts: dict, frames) -> np.ndarray:
    """Nats for each frame ``(n, P) -> (n,)`` by how often it comes: a 1-gram of whole frames.

    ``trust`` of its probability goes by the counts of whole frames, the rest to all frames, each pitch by itself.
    With ``trust`` 0 pitches are independent.
    """
    frames = np.asarray(frames)
    alone = np.where(frames == 1, np.log(counts["pitch"]), np.log1p(-counts["pitch"])).sum(1)
    often = np.array([counts["seen"].get(f.tobytes(), 0) for f in frames]) / counts["frames"]
    return -np.log(counts["trust"] * often + (1 - counts["trust"]) * np.exp(alone))


def draw_in_keys(cutter, batch: int, keys: int, dice) -> np.ndarray:
    """``batch`` random windows of a :class:`~musicgan_lib.data.windows.WindowCutter`, ``(batch, T, P)``.

    Each is moved by semitones from ``-keys`` to ``keys``, all as likely; ``dice`` has ``integers(below, n)``.
    """
    windows = cutter.cut(*cutter.draw(batch, dice))
    moved_by = dice.integers(2 * keys + 1, batch) - keys
    return np.stack([move(window, int(k)) for window, k in zip(windows, moved_by)])
