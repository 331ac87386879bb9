"""Corpora that are folders of MIDI files: read what can be read, count and name what cannot."""

import json
import re
import tempfile
from pathlib import Path

import numpy as np

from ..notes import MidiError, Piece, read_midi
from .splits import split_by_content

MIDI = (".mid", ".midi", ".rmi", ".kar")


def load_folder(
    files, pattern=".", dynamics=True, composer_from=None
) -> tuple[list[Piece], dict, str]:
    """Every MIDI file whose name matches, its split by content, and a report of what failed."""
    names = [
        n for n in files.names if n.lower().endswith(MIDI) and re.search(pattern, f"/{n}", re.I)
    ]
    named, failed = read_files(files, names)
    pieces = [p.replace(dynamics=dynamics, composer=_composer(n, composer_from)) for n, p in named]
    return pieces, {"content": split_by_content(pieces)}, report(len(names), failed)


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
    """(name, piece) of every readable file, and a sentence for each other one."""
    import warnings

    from .archives import ArchiveError

    done, failed = [], []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a reader mends is in Piece.losses
        for name in names:
            path = Path(folder) / "file.mid"
            try:
                path.write_bytes(files.read(name))
                done.append((name, read_midi(path).replace(title=Path(name).stem)))
            except (MidiError, ArchiveError) as reason:
                failed.append(f"{name}: {str(reason).replace(str(path), '').strip(': ')}")
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


def load_maestro(files) -> tuple[list[Piece], dict, str]:
    """MAESTRO with its own split, read from the JSON file in its archive."""
    pieces, splits, text = load_folder(files)
    tables = [n for n in files.names if re.search(r"maestro-v[\d.]+\.json$", n)]
    if tables:
        table = json.loads(files.read(tables[0]))
        own = {Path(table["midi_filename"][k]).stem: v for k, v in table["split"].items()}
        translate = {"train": "train", "validation": "valid", "test": "test"}
        splits["publisher"] = [translate.get(own.get(p.title), "train") for p in pieces]
    return pieces, splits, text


def load_pop909(files) -> tuple[list[Piece], dict, str]:
    """POP909 in beats: a song's notes are placed by the table of beats beside it; one without a table stays as it is."""
    from .archives import ArchiveError

    pieces, splits, text = load_folder(files, r"/(\d{3})/\1\.mid$")
    tables = {Path(n).parent.name: n for n in files.names if n.endswith("/beat_midi.txt")}
    for i, piece in enumerate(pieces):
        try:
            rows = [row.split() for row in files.read(tables[piece.title]).splitlines()]
            times, flags = np.array([[float(r[0]), float(r[-1])] for r in rows if r]).T
            pieces[i] = place_by_beats(piece, times, flags)
        except (KeyError, ValueError, ArchiveError):
            text += f" {piece.title} has no table of beats that can be read."
    return pieces, splits, text


def place_by_beats(piece: Piece, times, flags, near: float = 1 / 48) -> Piece:
    """A performed piece in beats, a quarter each: the same notes, heard at the same seconds after the first beat.

    ``times`` (n,) are the beats' seconds, ``flags`` (n,) 1 where a bar begins: it lasts until the next such beat. What is
    nearer than ``near`` quarters to a sixteenth is moved onto it, what begins before the first beat begins with it, and
    after the last one beats go on as before. ValueError for fewer than two beats, or times that do not rise.
    """
    times, down = np.asarray(times, float), np.flatnonzero(flags)
    if len(times) < 2 or (np.diff(times) <= 0).any():
        raise ValueError("the times of two beats or more are needed, one after the other")
    beats, more = np.arange(len(times), dtype=float), 10_000
    beats, times = (np.append(x, x[-1] + more * (x[-1] - x[-2])) for x in (beats, times))
    notes = piece.notes.copy()
    ends = notes["onset"] + notes["duration"]
    both = np.interp(piece.seconds(np.array([notes["onset"], ends])), times, beats)
    grid = np.rint(4 * both) / 4
    onset, end = np.where(abs(both - grid) < near, grid, both)
    notes["onset"], notes["duration"] = onset, np.maximum(end - onset, near)
    begins = np.union1d(down, 0)
    sizes = (
        np.diff(begins, append=2 * begins[-1] - begins[-2]) if len(begins) > 1 else np.array([4])
    )
    new = np.diff(sizes, prepend=0) != 0
    metre = [(at, n, 4) for at, n in zip(begins[new], sizes[new])]
    tempo = list(zip(beats[:-1], 60 / np.diff(times) * np.diff(beats)))
    return piece.replace(notes=notes, metre=metre, tempo=tempo)
