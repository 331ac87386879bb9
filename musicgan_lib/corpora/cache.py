"""Parsed corpora on disk: one file of notes and one of names, there whole or not at all."""

import gc
import io
import json
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from ..files import open_whole
from ..notes import ANNOTATION, NOTE, Piece


def save_pieces(path: Path, pieces: list[Piece], extra: dict) -> None:
    """Write pieces and what goes with them; a full disk leaves nothing behind.

    Raises OSError with a sentence that names the folder.
    """
    names = ("tracks", "metre", "title", "composer", "dynamics", "source", "publishable", "losses")
    beside, texts = gather([p.annotations for p in pieces])
    rows = [{n: getattr(p, n) for n in names} for p in pieces]
    about = json.dumps({"pieces": rows, "texts": texts} | extra)
    # performances hold hundreds of tempos each: as an array they load ten times as fast as from JSON
    tempos = [np.array(p.tempo, float) for p in pieces]
    arrays = {
        "notes": np.concatenate([p.notes for p in pieces]) if pieces else np.empty(0, NOTE),
        "ends": np.cumsum([len(p) for p in pieces], dtype=np.int64),
        "tempos": np.concatenate(tempos) if pieces else np.empty((0, 2)),
        "tempo_ends": np.cumsum([len(t) for t in tempos], dtype=np.int64),
        "beside": beside,
        "beside_ends": np.cumsum([len(p.annotations) for p in pieces], dtype=np.int64),
        "about": np.frombuffer(about.encode(), np.uint8),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_whole(path) as file:
            np.savez(file, **arrays)
    except OSError as reason:
        raise OSError(
            f"{path.parent} could not be written ({reason}); set MUSICGAN_CACHE to another folder"
        ) from reason


def gather(beside: list[np.ndarray]) -> tuple[np.ndarray, list]:
    """Annotations of several pieces as one array without their texts, and ``[place, text]`` of each that has one."""
    together = np.concatenate([np.empty(0, ANNOTATION), *beside])
    texts = [[i, text] for i, text in enumerate(together["text"].tolist()) if text]
    bare = np.empty(len(together), ANNOTATION.descr[:-1])
    for name in bare.dtype.names:
        bare[name] = together[name]
    return bare, texts


def ungather(bare: np.ndarray, texts: list) -> np.ndarray:
    """What :func:`gather` took apart, read-only."""
    together = np.empty(len(bare), ANNOTATION)
    for name in bare.dtype.names:
        together[name] = bare[name]
    together["text"] = ""
    for i, text in texts:
        together["text"][i] = text
    together.flags.writeable = False
    return together


def read_pieces(path: Path) -> tuple[list[Piece], dict] | None:
    """The pieces and what was saved with them; None where there is no whole and readable file."""
    collecting = gc.isenabled()
    gc.disable()  # hundreds of thousands of new tuples, none of them garbage: collecting doubles the time
    try:
        with ZipFile(path) as archive:
            names = ("notes", "ends", "tempos", "tempo_ends", "beside", "beside_ends", "about")
            notes, ends, tempos, tempo_ends, beside, beside_ends, about = (
                _read_array(archive, n) for n in names
            )
        about, tempos = json.loads(about.tobytes()), tempos.tolist()
        beside = ungather(beside, about.pop("texts"))
        pieces = [
            Piece.restore(notes=notes[a:b], tempo=tempos[c:d], annotations=beside[e:f], **row)
            for row, a, b, c, d, e, f in zip(
                about.pop("pieces"), *_spans(ends), *_spans(tempo_ends), *_spans(beside_ends)
            )
        ]
    except Exception:  # a damaged zip fails in a dozen ways, and each means: read the music anew
        return None
    finally:
        if collecting:
            gc.enable()
    return pieces, about


def _read_array(archive: ZipFile, name: str) -> np.ndarray:
    """One array of an .npz; numpy itself stops reading before the checksum is compared."""
    content = archive.read(f"{name}.npy")
    head = io.BytesIO(content[:4096])
    if np.lib.format.read_magic(head) != (1, 0):
        raise ValueError("not written by this module")
    shape, _, dtype = np.lib.format.read_array_header_1_0(head)
    return np.frombuffer(content, dtype, offset=head.tell()).reshape(shape)


def _spans(ends) -> tuple[list[int], list[int]]:
    stops = ends.tolist()
    return [0, *stops[:-1]], stops
