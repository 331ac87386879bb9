"""Note matrices that travel: the bars of a corpus on a grid of sixteenths, encoded once, then read with numpy alone."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .rows import RowData, split_corpus
from .words import TUNES_SHARED

STEPS_PER_BAR = 16
#: The share of a piece's onsets that must lie on the grid, and of its notes within the range.
ON_GRID, INSIDE = 0.95, 0.95
#: Corpora whose pieces change metre for a bar or two: of each, the longest stretch in 4/4 is read.
STRETCHED = ("pop909",)


@dataclass
class RollData(RowData):
    """The matrices of a corpus, by split: ``pieces[split]`` has one ``(T, N, 3) uint8`` array a piece or a track.

    T is a whole number of bars of 16 steps; the channels are play, replay, and velocity as in MIDI. ``options`` has
    ``low``, ``high`` and ``per_track``.
    """

    def floats(self, rows) -> np.ndarray:
        """What a network reads: the same with velocity between 0 and 1, ``float32``."""
        rows = np.asarray(rows, np.float32)
        return rows / np.array([1, 1, 127], np.float32)[: rows.shape[-1]]

    def decode(self, rows, **options) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that a matrix ``(T, N, 2 or 3)`` spells: of numbers between 0 and 1, or as it is kept."""
        from ..representations import note_matrix

        rows = np.asarray(rows)
        rows = self.floats(rows) if rows.dtype == np.uint8 else rows
        return note_matrix.decode(rows, self.options["low"], **options)


@hold_work
def encode_rolls(corpus, low=36, high=83, per_track=False, least=12) -> RollData:
    """The matrices of a corpus; from the cache where they were encoded before.

    Read are pieces that stay in 4/4 from their first whole bar on (a pickup is cut off; of ``STRETCHED`` corpora the
    longest stretch that does), with 95 % of their onsets on
    the grid of sixteenths and 95 % of their notes in the range, that last ``least`` bars and have as many notes as
    bars. ``per_track`` reads each track as a piece of its own, as it must be done where tracks are many: laid over
    each other they fuse. Splits and errors are those of ``rows.encode_tones``; ``report`` counts what was left out
    and why.
    """
    from .. import corpora
    from ..representations import note_matrix

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    whole = corpora.load(corpus, scheme=scheme)
    options = {"low": low, "high": high, "per_track": per_track}
    parts, split_by = _split(corpus, whole, scheme)
    dealt = []  # the pieces of a corpus that has no splits of its own
    read = hashlib.sha256(corpora.loading.reader_versions().encode())
    for source in (__file__, note_matrix.__file__):
        read.update(Path(source).read_bytes())
    key = (Path(str(corpus)).name, *options.values(), least, whole.data_hash, read.hexdigest()[:8])
    kept = cache_folder() / "rolls" / f"{'-'.join(map(str, key))}.npz"
    try:
        return RollData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    pieces, left = {split: [] for split in parts}, Counter()
    for split, part in parts.items():
        for piece in map(cut_stretch, part) if corpus in STRETCHED else part:
            song = encode_bars(piece, low, high, per_track, least, left)
            pieces[split] += song
            dealt += [song] * bool(song)
    if split_by == "deal":
        pieces, split_by = _deal(dealt), "piece"
    report = tell(left)
    if empty := [s for s, part in pieces.items() if not part]:
        raise ValueError(f"{corpus}: nothing is left in {', '.join(empty)}. {report}")
    data = RollData(str(corpus), pieces, options, f"{whole.data_hash}-{split_by}", split_by, report)
    data.save(kept)
    return data


def encode_bars(piece, low, high, per_track, least, left: Counter) -> list[np.ndarray]:
    """The matrices of one piece, ``(T, N, 3) uint8`` each: none where it cannot be read, one, or one a track.

    ``left`` counts why not, and what was read. The other arguments are those of :func:`encode_rolls`.
    """
    from ..representations import note_matrix

    found = []
    for voice in _voices(piece) if per_track else [_without_drums(piece)]:
        why, voice = _whole_bars(voice, low, high, least)
        left[why] += 1
        if why == "read":
            rows = note_matrix.encode(voice, low, high)
            rest = -len(rows) % STEPS_PER_BAR  # the last bar is filled with silence
            rows = np.pad(rows, ((0, rest), (0, 0), (0, 0)))
            rows[..., 2] *= 127
            found.append(np.rint(rows).astype(np.uint8))
    return found


def cut_stretch(piece):
    """The longest stretch of a piece in 4/4 that holds music; the piece itself where there is none."""
    ends = [min(m.onset, piece.length) for m in piece.metre[1:]] + [piece.length]
    spans = [(m.onset, e) for m, e in zip(piece.metre, ends) if m[1:] == (4, 4) and e > m.onset]
    return piece.window(*max(spans, key=lambda s: s[1] - s[0])) if spans else piece


def tell(left: Counter) -> str:
    """A sentence on what :func:`encode_bars` left out."""
    told = [f"{n} {why}" for why, n in left.items() if why != "read"]
    return f"Left out: {', '.join(told) or 'nothing'}."


def _split(corpus, whole, scheme):
    """Pieces by split. What has no validation part of its own, and the tunes,
    of which few are in 4/4, is dealt later.
    """
    if corpus != "tunes":
        try:
            return split_corpus(corpus, whole, scheme)
        except ValueError as reason:
            if "has no split" not in str(reason):
                raise
    return {"train": whole, "valid": [], "test": []}, "deal"


def _deal(songs) -> dict:
    """Of the songs that could be read every tenth goes to test and every tenth to validation, and at least one each."""
    step = min(10, max(len(songs), 1))
    names = {step - 1: "test", step - 2: "valid"}
    parts = {"train": [], "valid": [], "test": []}
    for i, song in enumerate(songs):
        parts[names.get(i % step, "train")] += song
    return parts


def _voices(piece):
    used = np.unique(piece.notes["track"]).tolist()
    return [piece.select(t) for t in used if not piece.tracks[t].is_drum]


def _without_drums(piece):
    drums = np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]
    return piece.replace(notes=piece.notes[~drums])


def _whole_bars(piece, low, high, least):
    """Why a piece is left out, or "read"; and the piece from its first whole bar of 4/4 on."""
    metres = list(piece.metre)
    if (
        len(metres) > 1
        and metres[0].bar_length < 4
        and metres[1].onset <= metres[0].bar_length + 1e-6
    ):
        metres = metres[1:]  # a pickup
    if any((m.numerator, m.denominator) != (4, 4) for m in metres):
        return "in another metre", None
    piece = piece.window(metres[0].onset, piece.length)
    notes = piece.notes
    if piece.length <= 4 * (least - 1):  # its last bar need not be full
        return f"shorter than {least} bars", None
    if len(notes) < piece.length / 4:
        return "with fewer notes than bars", None
    inside = (notes["pitch"] >= low) & (notes["pitch"] <= high)
    if inside.mean() < INSIDE:
        return "out of the range", None
    steps = notes["onset"] * (STEPS_PER_BAR / 4)
    if (np.abs(steps - np.rint(steps)) < 1e-3).mean() < ON_GRID:
        return "off the grid", None
    return "read", piece
