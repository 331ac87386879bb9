"""Files inside folders, zips and tars, read without ever unpacking them to disk."""

import lzma
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

#: A MIDI or ABC file is small; anything larger is not one.
LARGEST = 64 * 2**20

#: What zipfile and tarfile raise for archives that are damaged, encrypted, or of a kind they do not know.
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    UnicodeDecodeError,
)


class ArchiveError(ValueError):
    """An archive that is broken, or that tries to leave its folder; the message names it."""


class Files:
    """The files below a folder, or inside an archive: ``names`` in order, ``read(name)`` gives bytes.

    A folder's own name stands first in its files' names, as in an archive made of it.

    Raises ArchiveError for a truncated archive, and for a member whose name leads outside.
    """

    def __init__(self, path):
        self.path = Path(path)
        try:
            self._open()
        except DAMAGE as reason:
            raise ArchiveError(f"{self.path} cannot be read: {reason}") from reason
        for name in self.names:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                self.close()
                raise ArchiveError(f"{self.path} holds {name!r}, which leads outside; left alone")

    def close(self) -> None:
        """Let go of the archive."""
        for archive in (self._zip, self._tar):
            if archive is not None:
                archive.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _open(self):
        if self.path.is_dir():
            self._zip = self._tar = None
            found = (p for p in self.path.rglob("*") if p.is_file() and not p.is_symlink())
            self.names = sorted(p.relative_to(self.path.parent).as_posix() for p in found)
        elif zipfile.is_zipfile(self.path):
            self._zip, self._tar = zipfile.ZipFile(self.path), None
            self.names = sorted(i.filename for i in self._zip.infolist() if not i.is_dir())
        else:
            self._zip, self._tar = None, tarfile.open(self.path)
            try:
                self._members = {m.name: m for m in self._tar.getmembers() if m.isfile()}
            except BaseException:
                self._tar.close()
                raise
            self.names = sorted(self._members)

    def in_place(self) -> list[str]:
        """The names in the order that they lie in: a packed tar is read through once that way, not once a file."""
        return self.names if self._tar is None else list(self._members)

    def stamp(self, name: str) -> str:
        """What changes when a file does, without reading it: its size, and its checksum or the time it was written."""
        if self._zip is not None:
            found = self._zip.getinfo(name)
            return f"{found.file_size}-{found.CRC}"
        if self._tar is not None:
            return f"{self._members[name].size}-{self._members[name].mtime}"
        found = (self.path.parent / name).stat()
        return f"{found.st_size}-{found.st_mtime_ns}"

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises ArchiveError where they are damaged or far too many."""
        try:
            with self._opened(name) as file:
                content = file.read(LARGEST + 1)  # what a header says of the size may be a lie
        except DAMAGE as reason:
            raise ArchiveError(f"{name} in {self.path} cannot be read: {reason}") from reason
        if len(content) > LARGEST:
            raise ArchiveError(f"{name} in {self.path} is larger than any file of music")
        return content

    def _opened(self, name: str):
        if self._zip is not None:
            return self._zip.open(name)
        if self._tar is not None:
            return self._tar.extractfile(self._members[name])
        return open(self.path.parent / name, "rb")


def find_candidates(folders) -> list[Path]:
    """Every archive and every folder that may hold a corpus, right below the given folders, and they themselves."""
    found = []
    for folder in folders:
        folder = Path(folder)
        if not folder.is_dir():
            continue
        inside, packed = sorted(folder.iterdir()), (".zip", ".tar", ".tar.gz", ".tgz")
        found += [p for p in inside if p.is_dir() or p.name.endswith(packed)]
        if any(p.is_file() for p in inside):
            found.append(folder)
    return found
