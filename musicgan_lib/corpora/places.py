"""Where corpora lie under ``$MUSICGAN_DATA``, and what a place looks like from outside, so that a change is noticed."""

import contextlib
import hashlib
import json
import os
from pathlib import Path

from ..files import write_whole
from .archives import ArchiveError, Files
from .registry import SOURCES, Source

PACKED = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
#: At an archive's end stands what is in it: of a zip its files' names and checksums, of a packed tar its own checksum.
TAIL = 2**16


def find_candidates() -> list[Path]:
    """Every archive and every folder that may hold a corpus:
    right below the folders of ``$MUSICGAN_DATA``, and they.
    """
    found = []
    for place in filter(None, os.environ.get("MUSICGAN_DATA", "").split(os.pathsep)):
        place = Path(place)
        with contextlib.suppress(OSError):  # what may not be opened holds no corpus for us
            if place.is_file():
                found.append(place)
            if place.is_dir():
                inside = sorted(place.iterdir())
                found += [p for p in inside if p.is_dir() or p.name.lower().endswith(PACKED)]
                found += [place] * any(p.is_file() for p in inside)
    return found


def find_place(source: Source, memory: Path) -> Path | None:
    """The archive or folder that holds this corpus, the preferred edition first; None where there is none.

    An archive is opened once: what was found in it is kept in the file ``memory``.
    """
    best, rank = None, 0
    known = _Memory(memory)
    for path in find_candidates():
        try:
            found = known.recognise(path)[source.name] if path.is_file() else _look(source, path)
        except (ArchiveError, OSError):
            continue
        if found > rank:
            best, rank = path, found
    known.save()
    return best


def stamp_place(path: Path) -> str:
    """What changes when the music at a place does: of an archive its size, time and end, of a folder each file's.

    No file of a folder is opened. Raises OSError where it went away, ArchiveError where it cannot be opened.
    """
    if path.is_file():
        return _hash(str(path), _stamp_archive(path))
    with Files(path) as files:
        return _hash(str(path), *(f"{name} {files.stamp(name)}" for name in files.names))


def _stamp_archive(path: Path) -> str:
    status = path.stat()
    with open(path, "rb") as file:
        file.seek(max(0, status.st_size - TAIL))
        end = hashlib.sha256(file.read(TAIL)).hexdigest()
    return f"{status.st_size} {status.st_mtime_ns} {end}"


def _hash(*lines: str) -> str:
    seen = hashlib.sha256()
    for line in lines:
        seen.update(os.fsencode(f"{line}\n"))  # a name of a file need not be text
    return seen.hexdigest()[:16]


def _look(source: Source, path: Path) -> int:
    """How well the names at a place fit a corpus; 0: it is another."""
    with Files(path) as files:
        return int(source.files(files.names))


class _Memory:
    """Which corpora each archive holds, as far as it was ever opened and is still the same."""

    def __init__(self, path: Path):
        self.path, self.changed = path, False
        try:
            self.known = dict(json.loads(path.read_text()))
        except (OSError, ValueError, TypeError):  # none yet, or a broken one
            self.known = {}

    def recognise(self, path: Path) -> dict[str, int]:
        key = _hash(str(path), _stamp_archive(path))
        if key not in self.known:
            try:
                with Files(path) as files:
                    fits = {n: int(s.files(files.names)) for n, s in SOURCES.items() if s.files}
            except ArchiveError:
                fits = {n: 0 for n, s in SOURCES.items() if s.files}
            self.known[key], self.changed = fits, True
        return self.known[key]

    def save(self) -> None:
        """Keep it; where that fails, archives are opened again next time."""
        if self.changed:
            with contextlib.suppress(OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self.path, json.dumps(self.known).encode())
