"""``load``: from a corpus's name to its pieces, wherever they are."""

import functools
import hashlib
import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from ..notes import Piece
from . import cache
from .archives import ArchiveError, Files, find_candidates
from .registry import MIDI_FOLDERS, SOURCES, Source

PACKAGE = Path(__file__).resolve().parents[1]


class CorpusUnavailable(LookupError):
    """A corpus that is not on this machine; the message says where it belongs and how to get it."""


class Corpus(Sequence):
    """Pieces in a fixed order, with where they come from.

    Attributes: ``name``, ``split``, ``scheme``, ``source`` (its :class:`Source`), ``report`` (what
    was read and what failed), ``data_hash`` (a sha256 over the music and what parsed it).
    """

    def __init__(self, pieces, name, split, scheme, source, report, data_hash):
        self._pieces = list(pieces)
        self.name, self.split, self.scheme = name, split, scheme
        self.source, self.report, self.data_hash = source, report, data_hash

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, i):
        return self._pieces[i]

    def __repr__(self) -> str:
        return f"Corpus({self.name!r}, split={self.split!r}, {len(self)} pieces)"


def load(name, split=None, *, scheme=None, limit=None) -> Corpus:
    """The pieces of a corpus.

    Parameters
    ----------
    name : one of ``SOURCES``, or the path of a folder or archive of MIDI files.
    split : ``"train"``, ``"valid"``, ``"test"`` (whatever the scheme has); None for all.
    scheme : which way of splitting; the first of the corpus's own by default. Chorales have
        ``"canonical"`` (the published one, in which tunes leak) and ``"tune_disjoint"``.
    limit : at most so many pieces, the first ones.

    It looks in the cache, then in ``$MUSICGAN_DATA`` (several folders as in ``$PATH``; archives and
    unpacked folders are recognised by what is in them), then downloads where the licence and the
    host allow it. The first reading is kept in the cache.

    Raises :class:`CorpusUnavailable` with what to do, and ValueError for an unknown split or scheme.
    """
    source = SOURCES.get(str(name))
    pieces, extra, key = _load_named(source) if source else _load_path(name)
    schemes = extra["splits"]
    chosen = scheme or next(iter(schemes))
    if chosen not in schemes:
        raise ValueError(f"{name} has no scheme {chosen!r}; it has {', '.join(schemes)}")
    labels = schemes[chosen]
    if split is not None:
        if split not in labels:
            known = ", ".join(sorted(set(labels)))
            raise ValueError(f"{name} has no split {split!r}; it has {known}")
        pieces = [p for p, label in zip(pieces, labels) if label == split]
    return Corpus(pieces[:limit], str(name), split, chosen, source, extra["report"], key)


def open_files(name) -> tuple:
    """The open :class:`Files` of a corpus of MIDI files, by its name or path, and the function that reads them.

    For corpora that are too large for :func:`load`. Raises :class:`CorpusUnavailable` as that does, and ValueError for a
    corpus that is no folder of files.
    """
    from .midi_folder import load_folder

    source = SOURCES.get(str(name))
    if source is None:
        _check_there(name)
        return Files(os.path.abspath(name)), load_folder
    if source.load is None:
        raise CorpusUnavailable(f"{source.name!r} is described only: {source.access}")
    if source.name not in MIDI_FOLDERS:
        raise ValueError(f"{name} is no folder of MIDI files: train on it by its name")
    return _find_local(source) or _download(source), source.load


def available(name: str) -> bool:
    """Whether ``load(name)`` would find the corpus without a download."""
    source = SOURCES.get(name)
    if source is None or source.load is None:
        return False
    if source.files is None or _find_cached(source):
        return True
    found = _find_local(source)
    if found is not None:
        found.close()
    return found is not None


def _load_named(source: Source):
    if source.load is None:
        raise CorpusUnavailable(f"{source.name!r} is described only: {source.access}")
    kept = _find_cached(source)
    if kept:
        found = cache.read_pieces(kept)
        if found:
            return *found, kept.stem.rsplit("-", 1)[1]
    if source.files is None:
        pieces, splits, report = source.load()
    else:
        with _find_local(source) or _download(source) as files:
            pieces, splits, report = source.load(files)
    publish = source.redistribute == "full"
    pieces = [p.replace(source=source.name, publishable=publish) for p in pieces]
    return _keep(source.name, pieces, splits, report)


def _keep(name, pieces: list[Piece], splits: dict, report: str):
    """Save what was read, under a key of the music and of what read it."""
    seen = hashlib.sha256(reader_versions().encode())
    for piece in pieces:
        seen.update(piece.notes.tobytes())
    key, extra = seen.hexdigest()[:16], {"splits": splits, "report": report}
    path = _cache_folder(SOURCES.get(name)) / f"{name}-{key}.npz"
    cache.save_pieces(path, pieces, extra)
    for old in path.parent.glob(f"{name}-*.npz"):
        if old != path:
            old.unlink(missing_ok=True)
    return pieces, extra, key


def _load_path(path):
    """A folder or archive that is nobody's in particular."""
    from .midi_folder import load_folder

    _check_there(path)
    with Files(path) as files:
        pieces, splits, report = load_folder(files)
    pieces = [p.replace(source=str(Path(path).name), publishable=False) for p in pieces]
    key = hashlib.sha256(b"".join(p.notes.tobytes() for p in pieces)).hexdigest()[:16]
    return pieces, {"splits": splits, "report": report}, key


def _check_there(path) -> None:
    if not Path(path).exists():
        raise CorpusUnavailable(
            f"{str(path)!r} is neither a corpus ({', '.join(SOURCES)}) nor a folder or archive here"
        )


def _find_cached(source: Source):
    found = sorted(_cache_folder(source).glob(f"{source.name}-*.npz"))
    return found[-1] if found else None


def _cache_folder(source: Source | None) -> Path:
    """Parsed corpora, apart for each state of the readers and, for archives, each place they are read from."""
    place = os.environ.get("MUSICGAN_DATA", "") if source is not None and source.files else ""
    name = hashlib.sha256(f"{reader_versions()},{place}".encode()).hexdigest()[:12]
    return cache.cache_folder() / "corpora" / name


@functools.cache
def reader_versions() -> str:
    """The parsers' versions and our readers' own source, so that no one has to think of raising a number."""
    ours = hashlib.sha256()
    for path in sorted(p for room in ("notes", "corpora") for p in (PACKAGE / room).rglob("*")):
        if path.suffix in (".py", ".json"):
            ours.update(path.read_bytes())
    parsers = [f"{name} {metadata.version(name)}" for name in ("symusic", "music21")]
    return ",".join([*parsers, ours.hexdigest()])


def _find_local(source: Source) -> Files | None:
    """The archive or folder under ``$MUSICGAN_DATA`` that holds this corpus, the preferred edition first."""
    folders = [f for f in os.environ.get("MUSICGAN_DATA", "").split(os.pathsep) if f]
    best, rank = None, 0
    for path in find_candidates(folders):
        try:
            files = Files(path)
        except ArchiveError:
            continue
        found = int(source.files(files.names))
        if found > rank:
            best, rank, files = files, found, best
        if files is not None:
            files.close()
    return best


def _download(source: Source) -> Files:
    place = f"put it, packed or unpacked, into a folder and name that folder in MUSICGAN_DATA ({source.access})"
    if not source.url or not source.sha256:
        raise CorpusUnavailable(f"{source.name!r} is not on this machine; {place}")
    import pooch

    try:
        path = pooch.retrieve(
            source.url, f"sha256:{source.sha256}", path=cache.cache_folder() / "downloads"
        )
    except Exception as reason:  # the many errors of a network
        raise CorpusUnavailable(
            f"{source.name!r} is not on this machine and could not be downloaded from {source.url} ({reason}); {place}"
        ) from reason
    return Files(path)
