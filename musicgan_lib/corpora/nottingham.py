"""The Nottingham tunes: melody and chords, from the original ABC or from the 2012 MIDI edition."""

import contextlib
import itertools
import os
import re
import sys
from fractions import Fraction

import numpy as np

from ..notes import Metre, Piece, Track
from .midi_folder import piece_from_score, read_files
from .splits import split_by_content

_OFFICIAL = re.compile(r"/(train|valid|test)/[^/]+\.mid$")


def load_nottingham(files) -> tuple[list[Piece], dict, str]:
    """All tunes of an archive: 14 ABC files, or MIDI in train / valid / test folders."""
    abc = [n for n in files.names if n.endswith(".abc") and "ABC_cleaned" not in n]
    if abc:
        pieces, failed = _read_abc(files, abc)
        splits = {"content": split_by_content(pieces)}
    else:
        midi = [n for n in files.names if _OFFICIAL.search(f"/{n}")]
        named, failed = read_files(files, midi)
        pieces = [_as_tune(piece) for _, piece in named]
        official = [_OFFICIAL.search(f"/{name}").group(1) for name, _ in named]
        splits = {"content": split_by_content(pieces), "icml2012": official}
    report = f"{len(pieces)} tunes, {len(failed)} failed" + (
        ": " + "; ".join(failed) if failed else ""
    )
    return pieces, splits, report


def _read_abc(files, names):
    pieces, failed = [], []
    with quiet():
        for name in names:
            for tune in re.split(r"\n(?=X:)", files.read(name).decode("latin1")):
                if not tune.lstrip().startswith("X:"):
                    continue
                title = re.search(r"^T:\s*(.+?)\s*$", tune, re.M)
                title = title.group(1) if title else name
                try:
                    pieces.append(_read_tune(tune, title))
                except (RuntimeError, ValueError) as reason:
                    failed.append(f"{title}: {reason}")
    return pieces, failed


def _read_tune(abc: str, title: str) -> Piece:
    """One tune: its melody, its chord symbols as chords that last, its metre and pickup.

    The parser plays chord symbols as bass and strokes, starts every note one tick late and knows no
    pickup; all three are mended here.
    """
    from symusic import Score

    parts = re.match(r"(?ms)(.*?^M:\s*([1-9]\d*/[1248]+)\s.*?^K:[^\n]*\n)(.*)", abc)
    if not parts:
        raise ValueError("no metre, no key, or no tune after them")
    header, first, body = parts.groups()
    body = _modernise(body)
    together = "%%MIDI chordattack 0\n"  # else the tones of a double stop come one after the other
    score = Score.from_abc(header + together + _strokes(first) + body)
    tick = 1 / score.ticks_per_quarter
    piece = _as_tune(piece_from_score(score, title))
    notes = piece.notes.copy()
    notes["onset"] -= tick
    notes["duration"] += tick  # it also ends each note a tick before the next
    metre = (Metre(0.0, *map(int, first.split("/"))),)
    pickup = Score.from_abc(f"{header}{body.split('|')[0]}|\n").end() * tick
    if 0 < pickup < metre[0].bar_length:
        short = Fraction(pickup / 4).limit_denominator(64)
        metre = (Metre(0.0, short.numerator, short.denominator), metre[0]._replace(onset=pickup))
    losses = piece.losses
    if re.search(r"^M:", body, re.M):
        losses += ("changes of metre inside the tune",)
    piece = piece.replace(notes=notes, metre=metre, losses=losses)
    return piece.replace(notes=_join_strokes(piece))


def _modernise(body: str) -> str:
    """Brackets for the plus signs that once stood around double stops; metre changes on their own line."""
    lines = []
    for line in re.sub(r"\[(M:[^]]*)\]", r"\n\1\n", body).split("\n"):
        if not re.match(r"[A-Za-z]:|%", line):
            brackets = itertools.cycle("[]")
            line = re.sub(
                r'"[^"]*"|\+', lambda m, b=brackets: next(b) if m[0] == "+" else m[0], line
            )
        metre = re.match(r"M:\s*(\d+/\d+)", line)
        lines += [line, _strokes(metre.group(1)).strip()] if metre else [line]
    return "\n".join(lines)


def _strokes(metre: str) -> str:
    """Have the parser strike the whole chord on each beat, so that no change of chord is missed."""
    top, bottom = map(int, metre.split("/"))
    beats = top // 3 if bottom == 8 and top % 3 == 0 else max(1, 4 * top // bottom)
    return f"%%MIDI gchord {'c' * beats}\n"


def _join_strokes(piece: Piece) -> np.ndarray:
    """Notes in which strokes of one chord that follow each other within a bar are one long chord."""
    strokes = piece.notes[piece.notes["track"] == 1]
    bars, chords = piece.bars(), []
    for onset in np.unique(strokes["onset"]):
        here = strokes[strokes["onset"] == onset]
        what = (np.searchsorted(bars, onset + 1e-6), tuple(np.sort(here["pitch"])))
        if chords:  # what was held ends where the next chord begins, at the latest
            chords[-1][2] = min(chords[-1][2], onset)
        end = onset + here["duration"].max()
        if chords and chords[-1][0] == what and chords[-1][2] > onset - 0.1:
            chords[-1][2] = end
        else:
            chords.append([what, here, end])
    for _, here, end in chords:
        here["duration"] = end - here["onset"]
    melody = piece.notes[piece.notes["track"] == 0]
    return np.concatenate([melody, *[here for _, here, _ in chords]])


def _as_tune(piece: Piece) -> Piece:
    """Melody on track 0, all chords on track 1; these files write velocities that mean nothing."""
    notes = piece.notes.copy()
    sounding = sorted(set(notes["track"].tolist()))
    notes["track"] = (notes["track"] != sounding[0]).astype("i2") if sounding else 0
    tracks = (Track("melody", 73), Track("chords", 0))
    return piece.replace(notes=notes, tracks=tracks, dynamics=False)


@contextlib.contextmanager
def quiet():
    """Silence the ABC parser, which writes its doubts to the process's own stdout and stderr."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [(fd, os.dup(fd)) for fd in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for fd, _ in saved:
            os.dup2(nowhere, fd)
        yield
    finally:
        for fd, copy in saved:
            os.dup2(copy, fd)
            os.close(copy)
        os.close(nowhere)
