"""``load``: from a corpus's name to its pieces, wherever they are."""

import contextlib
import functools
import hashlib
import json
import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import numpy as np

from ..files import cache_folder, hold
from ..notes import Piece
from . import cache, places
from .archives import MIDI, SCORES, Files
from .registry import MIDI_FOLDERS, SOURCES, Source

PACKAGE = Path(__file__).resolve().parents[1]


class CorpusUnavailable(LookupError):
    """A corpus that is not on this machine; the message says where it belongs and how to get it."""


class Corpus(Sequence):
    """Pieces in a fixed order, with where they come from.

    Attributes: ``name``, ``split``, ``scheme``, ``source`` (its :class:`Source`), ``report`` (what
    was read and what failed), ``data_hash`` (names this edition: see :func:`hash_music`).
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
    name : one of ``SOURCES``, or the path of a MIDI file, or of a folder or archive of them.
    split : ``"train"``, ``"valid"``, ``"test"`` (whatever the scheme has); None for all.
    scheme : which way of splitting; the first of the corpus's own by default. Chorales have
        ``"canonical"`` (the published one, in which tunes leak) and ``"tune_disjoint"``; MAESTRO has ``"publisher"``
        (where its table is there) and ``"content"``.
    limit : at most so many pieces, the first ones.

    It looks in the cache, then in ``$MUSICGAN_DATA`` (several folders as in ``$PATH``; archives and
    unpacked folders are recognised by what is in them), then downloads where the licence and the
    host allow it. The first reading is kept in the cache, until the files that it was made from change.

    Raises :class:`CorpusUnavailable` with what to do, ValueError for an unknown split or scheme, and ArchiveError (a
    ValueError) for the path of a file that is broken or holds no music.
    """
    if limit is not None and not (isinstance(limit, int) and limit >= 0):
        raise ValueError(f"the limit is {limit!r}: it must be a whole number, 0 or more, or None")
    source = SOURCES.get(str(name))
    pieces, extra = _load_named(source) if source else _load_path(name)
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
    return Corpus(
        pieces[:limit], str(name), split, chosen, source, extra["report"], extra["data_hash"]
    )


def open_files(name) -> tuple:
    """The open :class:`Files` of a corpus of MIDI files, by its name or path, and the function that reads them.

    For corpora that are too large for :func:`load`. Raises :class:`CorpusUnavailable` as that does, and ValueError
    for a corpus that is no folder of files.
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
    if source.files is None or _find_place(source):
        return True
    return bool(source.sha256) and _kept(source, source.sha256).is_file()


def _load_named(source: Source):
    if source.load is None:
        raise CorpusUnavailable(f"{source.name!r} is described only: {source.access}")
    place = _find_place(source) if source.files else None
    # the stamp is taken before the files are read: what changes meanwhile is read anew next time
    kept = _kept(source, places.stamp_place(place) if place else source.sha256)
    known = place or source.sha256 or not source.files
    if known and (found := cache.read_pieces(kept)):
        return found
    with contextlib.suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
    with hold(kept):
        if known and (found := cache.read_pieces(kept)):  # another process was faster
            return found
        return _read_source(source, place, kept)


def _read_source(source: Source, place: Path | None, kept: Path):
    """Read a corpus from its files, and keep it where ``kept`` says."""
    if source.files is None:
        pieces, splits, report = source.load()
    else:
        with Files(place) if place else _download(source) as files:
            pieces, splits, report = source.load(files)
    if not pieces:
        raise CorpusUnavailable(f"{source.name!r} holds no music that can be read: {report}")
    pieces = [p.replace(source=source.name, publishable=may_publish(source, p)) for p in pieces]
    extra = {"splits": splits, "report": report, "data_hash": hash_music(pieces, splits)}
    cache.save_pieces(kept, pieces, extra)
    for old in kept.parent.glob(f"{source.name}-*.npz"):
        if old != kept:
            with contextlib.suppress(OSError):  # another process reads it, or was faster
                old.unlink()
    return pieces, extra


def may_publish(source: Source, piece: Piece) -> bool:
    """Whether this piece of a corpus may be heard in a published page."""
    return source.redistribute == "full" and piece.title not in source.withheld


def hash_music(pieces: list[Piece], splits: dict) -> str:
    """A name for an edition of a corpus: its pieces in order (notes, tracks, metre, tempo, annotations), and its
    splits.

    Titles and what read the music do not count: the same music from another reader is the same edition.
    """
    seen = hashlib.sha256()
    for piece in pieces:
        seen.update(len(piece).to_bytes(8, "little"))
        seen.update(piece.notes.tobytes())
        seen.update(json.dumps([piece.tracks, piece.metre]).encode())
        seen.update(np.array(piece.tempo).tobytes())
        beside = piece.annotations
        for field in ("onset", "kind", "track", "value"):
            seen.update(beside[field].tobytes())
        texts = beside["text"].tolist()
        seen.update(json.dumps(texts if any(texts) else []).encode())
    seen.update(json.dumps(splits, sort_keys=True).encode())
    return seen.hexdigest()[:16]


def _load_path(path):
    """A folder, an archive or a file that is nobody's in particular."""
    from .midi_folder import load_folder

    _check_there(path)
    with Files(path) as files:
        pieces, splits, report = load_folder(files)
        if not pieces:
            raise CorpusUnavailable(
                f"{files.path} holds no MIDI file that can be read: {_tell_other(files, report)}"
            )
    pieces = [p.replace(source=files.path.name, publishable=False) for p in pieces]
    return pieces, {"splits": splits, "report": report, "data_hash": hash_music(pieces, splits)}


def _tell_other(files: Files, report: str) -> str:
    """What there is instead of music, with the way out."""
    report = report.split("lost. ")[-1]
    packed = [n for n in files.names if n.lower().endswith(places.PACKED)]
    scores = [n for n in files.names if n.lower().endswith(SCORES)]
    if packed:
        report += f" {len(packed)} archives in it are not looked into, such as {packed[0]}: "
        report += "load them by their own path."
    if scores:
        report += f" {len(scores)} scores in it, such as {scores[0]}, are no MIDI files ({', '.join(MIDI)})."
    return report


def _check_there(path) -> None:
    if not os.path.exists(path):  # of a text that can be no name, too
        raise CorpusUnavailable(
            f"{str(path)!r} is neither a corpus ({', '.join(SOURCES)}) nor a folder, archive or file here"
        )


def _kept(source: Source, stamp: str) -> Path:
    """Where a corpus is kept that was read from files with this stamp by the readers as they are."""
    stamp = hashlib.sha256(stamp.encode()).hexdigest()[:16]
    return _cache_folder(source) / f"{source.name}-{stamp}.npz"


def _cache_folder(source: Source) -> Path:
    """Parsed corpora, apart for each state of the readers and, for archives, each place they are read from."""
    place = os.environ.get("MUSICGAN_DATA", "") if source.files else ""
    name = hashlib.sha256(os.fsencode(f"{reader_versions()},{place}")).hexdigest()[:12]
    return cache_folder() / "corpora" / name


@functools.cache
def reader_versions() -> str:
    """The parsers' versions and our readers' own source, so that no one has to think of raising a number."""
    ours = hashlib.sha256()
    for path in sorted(p for room in ("notes", "corpora") for p in (PACKAGE / room).rglob("*")):
        if path.suffix in (".py", ".json"):
            ours.update(path.read_bytes())
    parsers = [f"{name} {metadata.version(name)}" for name in ("symusic", "music21")]
    return ",".join([*parsers, ours.hexdigest()])


def _find_place(source: Source) -> Path | None:
    return places.find_place(source, _cache_folder(source) / "places.json")


def _find_local(source: Source) -> Files | None:
    """The archive or folder under ``$MUSICGAN_DATA`` that holds this corpus, opened."""
    place = _find_place(source)
    return Files(place) if place else None


def _download(source: Source) -> Files:
    place = f"put it, packed or unpacked, into a folder and name that folder in MUSICGAN_DATA ({source.access})"
    if not source.url or not source.sha256:
        raise CorpusUnavailable(f"{source.name!r} is not on this machine; {place}")
    import pooch

    try:
        path = pooch.retrieve(
            source.url, f"sha256:{source.sha256}", path=cache_folder() / "downloads"
        )
    except Exception as reason:  # the many errors of a network
        raise CorpusUnavailable(
            f"{source.name!r} is not on this machine and could not be downloaded from {source.url} ({reason}); {place}"
        ) from reason
    return Files(path)
