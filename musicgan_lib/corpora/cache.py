"""Parsed corpora on disk: one file of notes and one of names, there whole or not at all."""

import json
import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..notes import NOTE, Piece


def cache_folder() -> Path:
    """``$MUSICGAN_CACHE``, else the user's cache folder."""
    if os.environ.get("MUSICGAN_CACHE"):
        return Path(os.environ["MUSICGAN_CACHE"])
    import pooch

    return Path(pooch.os_cache("musicgan"))


def save_pieces(path: Path, pieces: list[Piece], extra: dict) -> None:
    """Write pieces and what goes with them; a full disk leaves nothing behind.

    Raises OSError with a sentence that names the folder.
    """
    names = (
        "tracks",
        "metre",
        "tempo",
        "title",
        "composer",
        "dynamics",
        "source",
        "publishable",
        "losses",
    )
    about = json.dumps({"pieces": [{n: getattr(p, n) for n in names} for p in pieces]} | extra)
    notes = np.concatenate([p.notes for p in pieces]) if pieces else np.empty(0, NOTE)
    ends = np.cumsum([len(p) for p in pieces], dtype=np.int64)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(part, "wb") as file:
            np.savez(file, notes=notes, ends=ends, about=np.frombuffer(about.encode(), np.uint8))
        part.replace(path)
    except OSError as reason:
        raise OSError(
            f"{path.parent} could not be written ({reason}); set MUSICGAN_CACHE to another folder"
        ) from reason
    finally:
        part.unlink(missing_ok=True)


def read_pieces(path: Path) -> tuple[list[Piece], dict] | None:
    """The pieces and what was saved with them; None where there is no readable file."""
    try:
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            notes, ends, about = file["notes"], file["ends"], json.loads(file["about"].tobytes())
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    starts = [0, *ends[:-1].tolist()]
    pieces = [
        Piece(notes[a:b], **row) for a, b, row in zip(starts, ends.tolist(), about.pop("pieces"))
    ]
    return pieces, about
