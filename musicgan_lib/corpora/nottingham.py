"""The Nottingham tunes: melody and chords, from the original ABC or from the 2012 MIDI edition."""

import contextlib
import os
import re
import sys

from ..notes import Piece, Track
from .midi_folder import piece_from_score, read_files
from .splits import split_by_content


def load_nottingham(files) -> tuple[list[Piece], dict, str]:
    """All tunes of an archive: 14 ABC files, or MIDI in train / valid / test folders."""
    abc = [n for n in files.names if n.endswith(".abc") and "ABC_cleaned" not in n]
    if abc:
        pieces, failed = _read_abc(files, abc)
        splits = {"content": split_by_content(pieces)}
    else:
        midi = [n for n in files.names if re.search(r"/(train|valid|test)/[^/]+\.mid$", f"/{n}")]
        named, failed = read_files(files, midi)
        pieces = [_as_tune(piece) for _, piece in named]
        official = [re.search(r"(train|valid|test)/", name).group(1) for name, _ in named]
        splits = {"content": split_by_content(pieces), "icml2012": official}
    report = f"{len(pieces)} tunes, {len(failed)} failed" + (
        ": " + "; ".join(failed) if failed else ""
    )
    return pieces, splits, report


def _read_abc(files, names):
    from symusic import Score

    pieces, failed = [], []
    with _quiet():
        for name in names:
            for tune in re.split(r"\n(?=X:)", files.read(name).decode("latin1")):
                if not tune.lstrip().startswith("X:"):
                    continue
                title = re.search(r"^T:\s*(.+?)\s*$", tune, re.M)
                title = title.group(1) if title else name
                try:
                    piece = piece_from_score(Score.from_abc(tune), title)
                except (RuntimeError, ValueError) as reason:
                    failed.append(f"{title}: {reason}")
                    continue
                pieces.append(_as_tune(piece))
    return pieces, failed


def _as_tune(piece: Piece) -> Piece:
    """Melody on track 0, all chords on track 1; these files write velocities that mean nothing."""
    notes = piece.notes.copy()
    sounding = sorted(set(notes["track"].tolist()))
    notes["track"] = (notes["track"] != sounding[0]).astype("i2") if sounding else 0
    tracks = (Track("melody", 73), Track("chords", 0))
    return piece.replace(notes=notes, tracks=tracks, dynamics=False)


@contextlib.contextmanager
def _quiet():
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
