"""Corpora that are folders of MIDI files: read what can be read, count and name what cannot."""

import itertools
import re
import tempfile
from pathlib import Path

import numpy as np

from ..notes import Piece, read_midi
from .apart import READER
from .archives import MIDI, ArchiveError
from .progress import follow
from .splits import split_by_content

#: Files that are handed to the reader together.
AT_ONCE = 32


def load_folder(
    files, pattern=".", dynamics=True, composer_from=None
) -> tuple[list[Piece], dict, str]:
    """Every MIDI file whose name matches, its split by content, and a report of what failed."""
    names = [
        n for n in files.names if n.lower().endswith(MIDI) and re.search(pattern, f"/{n}", re.I)
    ]
    named, failed = read_files(files, names)
    pieces = [p.replace(dynamics=dynamics, composer=_composer(n, composer_from)) for n, p in named]
    text = " ".join([report(len(names), failed), *(f"{t}." for t in files.left_out)])
    return pieces, {"content": split_by_content(pieces)}, text


def _composer(name: str, pattern) -> str:
    found = re.search(pattern, f"/{name}") if pattern else None
    return found.group(1) if found else ""


def report(total: int, failed: list[str]) -> str:
    """A sentence on how much of a corpus could be read; loud where more than one file in twenty was lost."""
    text = f"{total - len(failed)} of {total} files read"
    if not failed:
        return text + "."
    if len(failed) > 0.05 * total:
        text = f"WARNING: {100 * len(failed) / total:.0f} % of this corpus was lost. " + text
    return f"{text}; {len(failed)} skipped: " + "; ".join(failed)


def read_files(files, names) -> tuple[list[tuple[str, Piece]], list[str]]:
    """(name, piece) of every readable file, and a sentence for each other one.

    They are read by a process of their own (:mod:`~musicgan_lib.corpora.apart`), a few at a time.
    """
    done, failed = [], []
    waiting = follow(names, len(names), "MIDI files")
    while some := list(itertools.islice(waiting, AT_ONCE)):
        contents = {}
        for name in some:
            try:
                contents[name] = files.read(name)
            except ArchiveError as reason:
                failed.append(f"{name}: {reason}")
        for name, found in zip(contents, READER.read(list(contents.values()))):
            if isinstance(found, str):
                failed.append(f"{name}: {found}")
            else:
                done.append((name, found.replace(title=Path(name).stem)))
    return done, failed


def piece_from_score(score, title: str) -> Piece:
    """A Piece from what symusic parsed, by way of the one reader of MIDI there is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tune.mid"
        path.write_bytes(score.dumps_midi())
        return read_midi(path).replace(title=title)


def load_js_fakes(files) -> tuple[list[Piece], dict, str]:
    """The 500 chorales that people were asked about (split ``annotated``), and the 700 more (``extended``)."""
    names = [n for n in files.names if re.search(r"(^|/)(midi|jsf-extended)/[^/]+\.mid$", n)]
    named, failed = read_files(files, names)
    splits = ["extended" if "jsf-extended/" in n else "annotated" for n, _ in named]
    pieces = [p.replace(dynamics=False) for _, p in named]
    return pieces, {"publisher": splits}, report(len(names), failed)


def load_pop909(files) -> tuple[list[Piece], dict, str]:
    """POP909 in beats: each song's notes are placed by the table of beats beside it; without one it is left out."""
    names = [n for n in files.names if re.search(r"(^|/)(\d{3})/\2\.mid$", n)]
    named, failed = read_files(files, names)
    pieces, there = [], set(files.names)
    for name, piece in named:
        table = f"{name.rpartition('/')[0]}/beat_midi.txt"
        try:
            text = files.read(table).decode() if table in there else ""
            rows = np.array([row.split() for row in text.splitlines() if row.strip()], float)
            if rows.shape[1:] != (3,):
                raise ValueError(f"{table} is no table of three columns")
            pieces.append(place_by_beats(piece, rows[:, 0], choose_bars(rows[:, 1], rows[:, 2])))
        except ValueError as reason:
            failed.append(f"{name}: {reason}")
    return pieces, {"content": split_by_content(pieces)}, report(len(names), failed)


def choose_bars(simple, compound) -> np.ndarray:
    """Where bars begin, of the two columns of a table that say so: ``compound`` (two or more of the ``simple`` ones).

    Bars of six beats are the exception: the simple bars are taken, three quarters each. 29 songs are so. In the
    recordings of 25 the beats count to three and in none to six; in 28 chords change as readily on the fourth beat of
    six as on the first.
    """
    simple, compound = np.asarray(simple), np.asarray(compound)
    sizes = np.diff(np.flatnonzero(compound))
    return simple if 2 * np.sum(sizes == 6) > len(sizes) else compound


def place_by_beats(piece: Piece, times, flags, near: float = 1 / 48) -> Piece:
    """A performed piece in beats, a quarter each: the same notes, heard at the same seconds after the first beat.

    ``times`` (n,) are the beats' seconds, ``flags`` (n,) 1 where a bar begins and else 0: it lasts until the next such
    beat, the last one as long as the one before. What is nearer than ``near`` quarters to a sixteenth is moved onto it,
    what begins before the first beat begins with it, and after the last one beats go on as before. ValueError for times
    that do not rise evenly enough to be beats, fewer than two bars, or a table that begins after the music.
    """
    times, flags = np.asarray(times, float), np.asarray(flags, float)
    gaps, down = np.diff(times), np.flatnonzero(flags)
    if len(times) != len(flags) or not set(flags) <= {0, 1} or len(down) < 2:
        raise ValueError("each beat needs its second and a 0 or 1, and two of them begin bars")
    if not (np.isfinite(times).all() and gaps.min() > np.median(gaps) / 8):
        raise ValueError(
            f"seconds of beats rise by about {np.median(gaps):g}, not by {gaps.min():g}"
        )
    notes = piece.notes.copy()
    heard = piece.seconds(np.array([notes["onset"], notes["onset"] + notes["duration"]]))
    if np.sum(heard[0] < times[0] - 2 * np.median(gaps)) > 0.01 * len(notes):
        raise ValueError(f"the first beat, at {times[0]:g} s, comes after notes")
    beats = np.arange(len(times), dtype=float)
    both = np.interp(heard, times, beats) + np.clip(heard - times[-1], 0, None) / gaps[-1]
    grid = np.rint(4 * both) / 4
    onset, end = np.where(abs(both - grid) < near, grid, both)
    notes["onset"], notes["duration"] = onset, np.maximum(end - onset, near)
    begins = np.union1d(down, 0)
    sizes = np.diff(begins, append=2 * begins[-1] - begins[-2])
    metre = [(at, n, 4) for at, n, old in zip(begins, sizes, [0, *sizes]) if n != old]
    return piece.replace(notes=notes, metre=metre, tempo=list(zip(beats, 60 / gaps)))
