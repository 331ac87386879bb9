"""Files inside folders, zips and tars, read without ever unpacking them to disk."""

import contextlib
import lzma
import os
import tarfile
import zipfile
import zlib
from pathlib import Path

#: How the names of MIDI files end.
MIDI = (".mid", ".midi", ".rmi", ".kar")
#: How the names of scores end, which no corpus of MIDI files holds.
SCORES = (".abc", ".krn", ".mscz", ".musicxml", ".mxl", ".xml")
#: A MIDI or ABC file is small; anything larger is not one.
LARGEST = 64 * 2**20
#: Bytes of what a tar says of one file before it, such as a long name; and what all of it may take in memory, where
#: each file takes :data:`EACH` besides. A packed tar says a gigabyte in a few kilobytes.
LARGEST_HEAD, ROOM, EACH = 2**16, 450 * 2**20, 480

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


#: What a tar may say of the file that comes next.
_HEADS = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


class ArchiveError(ValueError):
    """An archive that is broken, or that tries to leave its folder; the message names it."""


class _Member(tarfile.TarInfo):
    """A file of a tar, of which no more is kept than its name; what would take memory without end is refused."""

    def _proc_member(self, tar):
        if self.type == tarfile.GNUTYPE_SPARSE or self.type in _HEADS and self.size > LARGEST_HEAD:
            self._refuse(tar)
        found = super()._proc_member(tar)
        if found.size < 0:  # whoever reads on from there never ends
            self._refuse(tar)
        found.pax_headers, found.uname, found.gname = {}, "", ""
        return found

    def _proc_gnusparse_10(self, _, __, tar):
        self._refuse(tar)

    def _refuse(self, tar):
        raise ArchiveError(
            f"{tar.name} cannot be read: what it says of a file is too long, or senseless"
        )


class Files:
    """The files below a folder, or inside an archive, or one MIDI file: ``names`` in order, ``read(name)`` gives bytes.

    A folder's own name stands first in its files' names, as in an archive made of it. Links in a folder are followed,
    each folder once; links in an archive are not. ``left_out`` tells what was not looked into, a sentence each.

    Raises ArchiveError for a truncated archive, for a file that is none, and for a member whose name leads outside.
    """

    def __init__(self, path):
        self.path = Path(os.path.abspath(path))  # "." and ".." have no name of their own
        self.left_out: list[str] = []
        self._zip = self._tar = None
        try:
            self._open()
        except DAMAGE as reason:
            told = str(reason).splitlines()
            why = "it is neither a zip nor a tar" if len(told) > 1 else reason
            raise ArchiveError(f"{self.path} cannot be read: {why}{_hint(self.path)}") from reason
        # "._song.mid" is what a Mac keeps about song.mid, beside it
        self.names = [n for n in self.names if not n.rpartition("/")[2].startswith("._")]
        for name in self.names:
            if name.startswith("/") or ".." in name.split("/"):
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
            found, self.left_out = list_files(self.path)
            self.names = sorted(f"{self.path.name}/{name}" for name in found)
        elif self.path.suffix.lower() in MIDI:
            self.names = [self.path.name]
        elif zipfile.is_zipfile(self.path):
            self._zip = zipfile.ZipFile(self.path)
            named = [i for i in self._zip.infolist() if i.filename]
            if nameless := len(self._zip.infolist()) - len(named):
                self.left_out.append(f"{nameless} files of the archive have no name")
            members = [i for i in named if not i.is_dir()]
            # some archives made on Windows part folders by a backslash
            self._members = {i.filename.replace("\\", "/"): i for i in members}
            self._tell_twice(len(members))
            self.names = sorted(self._members)
        else:
            self._tar = tarfile.open(self.path, tarinfo=_Member)
            try:
                members = self._list_tar()
            except BaseException:
                self._tar.close()
                raise
            self._members = {m.name: m for m in members if m.isfile()}
            self._tell_twice(sum(m.isfile() for m in members))
            links = sum(m.issym() or m.islnk() for m in members)
            if links:
                self.left_out.append(f"{links} links inside the archive are not followed")
            self.names = sorted(self._members)

    def _list_tar(self) -> list:
        """All that a tar holds; ArchiveError where to know so many files would take more than :data:`ROOM`."""
        room = ROOM
        for member in self._tar:
            room -= EACH + len(member.name) + len(member.linkname)
            if room < 0:
                raise ArchiveError(
                    f"{self.path} holds too many files to know them all: unpack it into a folder"
                )
        return self._tar.getmembers()

    def _tell_twice(self, members: int) -> None:
        if twice := members - len(self._members):
            self.left_out.append(
                f"{twice} files have the name of a later one in the archive, which is read"
            )

    def in_place(self) -> list[str]:
        """The names in the order that they lie in: a packed tar is read through once that way, not once a file."""
        return self.names if self._tar is None else list(self._members)

    def stamp(self, name: str) -> str:
        """What changes when a file does, without reading it: its size, and its checksum or the time it was written."""
        if self._zip is not None:
            found = self._members[name]
            return f"{found.file_size}-{found.CRC}"
        if self._tar is not None:
            return f"{self._members[name].size}-{self._members[name].mtime}"
        try:
            found = os.stat(os.path.join(self.path.parent, name))
        except OSError:  # a link that leads nowhere
            return "gone"
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
            return self._zip.open(self._members[name])
        if self._tar is not None:
            return self._tar.extractfile(self._members[name])
        return open(self.path.parent / name, "rb")


def list_files(folder: Path) -> tuple[list[str], list[str]]:
    """The names of all files below a folder, from it, with ``/``; and what could not be opened, a sentence each.

    A link to a folder is followed, but no folder is entered twice, so that a link to above ends. A link that leads
    nowhere is among the names: whoever reads it is told.
    """
    found, told, entered = [], [], set()
    inside, linked = [""], []
    while inside or linked:
        name = (inside or linked).pop()
        try:
            status = os.stat(folder / name)
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            with os.scandir(folder / name) as entries:
                entries = sorted(entries, key=lambda e: e.name)
        except OSError as reason:
            if not name:
                raise
            told.append(f"the folder {name.rstrip('/')} could not be opened ({reason.strerror})")
            continue
        for entry in entries:
            if _asks(entry.is_dir):
                (linked if entry.is_symlink() else inside).append(f"{name}{entry.name}/")
            elif _asks(entry.is_file) or entry.is_symlink() and not os.path.exists(entry.path):
                found.append(f"{name}{entry.name}")
    return found, told


def _asks(question) -> bool:
    """A question about a file; no, where it cannot be answered (a link to itself)."""
    try:
        return question()
    except OSError:
        return False


def _hint(path: Path) -> str:
    with contextlib.suppress(OSError), open(path, "rb") as file:
        if file.read(4) == b"MThd":
            return f"; it is a MIDI file: give it a name that ends in {MIDI[0]}"
    if path.suffix.lower() not in SCORES:
        return ""
    return (
        "; a score is read one by one, with notes.from_music21(music21.converter.parse(its path))"
    )
