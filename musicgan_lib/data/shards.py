"""Corpora beyond memory: matrices of any number of MIDI files in ``.npy`` shards, read back where they lie."""

import functools
import hashlib
import json
import re
import threading
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .. import cluster
from ..files import lock, open_whole, remove_parts
from . import rolls
from .rolls import STEPS_PER_BAR, RollData
from .tokens import SPLITS

INDEX = "musicgan-shards.json"


@dataclass(frozen=True)
class Plan:
    """What is encoded, and how.

    ``corpus`` is a corpus of MIDI files of ``corpora.SOURCES``, or the path of a folder or archive; ``files`` of them
    make a shard; the rest is that of ``rolls.encode_rolls``. ValueError for numbers that make no sense.
    """

    corpus: str
    low: int = 36
    high: int = 83
    per_track: bool = False
    least: int = 12
    files: int = 500

    def __post_init__(self):
        if not (0 <= self.low and self.low + 11 <= self.high <= 127):
            raise ValueError(f"keys {self.low} to {self.high} are no octave or more of 0 to 127")
        if min(self.files, self.least) < 1:
            raise ValueError("files of a shard and least bars of a piece are numbers from 1 on")

    @property
    def options(self) -> dict:
        return {"low": self.low, "high": self.high, "per_track": self.per_track}

    @property
    def width(self) -> int:
        """Bytes of a step."""
        return -(-(self.high - self.low + 1) // 4)


class PackedRoll:
    """A matrix ``(T, N, 2) uint8`` of play and replay, kept as bits on disk and unpacked where it is read."""

    def __init__(self, bits, notes: int):
        self.bits, self.shape = bits, (len(bits), notes, 2)

    def __len__(self) -> int:
        return len(self.bits)

    def __getitem__(self, key) -> np.ndarray:
        first, *rest = key if isinstance(key, tuple) else (key,)
        if not isinstance(first, slice):
            return np.asarray(self)[key]
        return np.asarray(PackedRoll(self.bits[first], self.shape[1]))[(slice(None), *rest)]

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        cells = np.unpackbits(self.bits, axis=1, count=2 * self.shape[1])
        return cells.reshape(self.shape).astype(dtype or np.uint8)


def pack(rows) -> np.ndarray:
    """The bits of a matrix ``(T, N, 2 or more)``: ``(T, ceil(N / 4)) uint8``, the inverse of :class:`PackedRoll`."""
    return np.packbits((rows[..., :2] > 0).reshape(len(rows), -1), axis=1)


def encode(plan: Plan, out, on_shard=None, scheduler=None, workers=1) -> dict:
    """Write all shards and the index, and return it; goes on where an earlier call of the same plan stopped.

    ``on_shard(done, all)`` hears of each. One worker has one shard in memory at a time, whatever the number of files;
    what has changed since (files, settings, this program) is written anew. By default this process does it all; with
    more ``workers``, or the address of a Dask ``scheduler``, shards are spread as by ``cluster.spread``, to the same
    bytes: workers see corpus and ``out`` under the same paths. Each of them opens the corpus once, and where it is a
    packed tar unpacks all that lies before what it reads: a folder or a zip spreads better.

    ValueError where a split has nothing left, and for a worker with another edition of this library; OSError with the
    path where a shard cannot be written, and while another call writes into ``out``. Finished shards are kept.
    """
    from ..corpora import loading
    from ..corpora.midi_folder import MIDI

    files, read = loading.open_files(plan.corpus)
    with files:
        names = [n for n in files.in_place() if n.lower().endswith(MIDI)]
        if not names:
            raise ValueError(f"{plan.corpus} holds no MIDI file")
        parts = [names[i : i + plan.files] for i in range(0, len(names), plan.files)]
        out, tables = Path(out).resolve(), {}
        out.mkdir(parents=True, exist_ok=True)
        with _lock(out):
            if scheduler is None and workers == 1:
                jobs = ((plan, i, some, out, files, read) for i, some in enumerate(parts))
                ended = ((job[1], encode_shard(*job), None) for job in jobs)
            else:
                where = (str(files.path), uuid.uuid4().hex, _programs())
                jobs = [(plan, i, some, str(out), *where) for i, some in enumerate(parts)]
                ended = cluster.spread(_encode_there, jobs, scheduler, workers)
            for number, table, reason in ended:
                if reason:
                    raise OSError(f"shard {number} is not done: {reason}") from reason
                tables[number] = table
                if on_shard:
                    on_shard(len(tables), len(parts))
            return _finish(plan, [tables[i] for i in sorted(tables)], out)


def encode_shard(plan: Plan, number: int, names, out, files, read) -> dict:
    """Read some of the open ``files`` and write ``shard-NNNNN.npy``, their matrices one under the other, and its table.

    A shard that is there whole, of the same files and settings, is left as it is. Shards need nothing of each other.
    Returns the table: where each matrix ends and to which split it belongs, by the publisher's own split where there
    is one, else by composer, else by content, so that what stands in two files stands in one split.
    """
    table, bits = (Path(out) / f"shard-{number:05d}.{kind}" for kind in ("json", "npy"))
    seen = [{k: v for k, v in asdict(plan).items() if k != "corpus"}, _programs()]
    some = Subset(files, names)
    key = _hash(json.dumps([seen, [(n, files.stamp(n)) for n in some.names]]).encode())
    if before := _read_whole(plan, table, bits, key):
        return before
    for old in (Path(out) / INDEX, table):
        old.unlink(missing_ok=True)  # they would tell of another shard
    from ..corpora.loading import hash_music

    pieces, splits, report = read(some)
    parts, spans, left = [np.zeros((0, plan.width), np.uint8)], [], Counter()
    dealt, by = _split(pieces, splits)
    if plan.corpus in rolls.STRETCHED:
        pieces = [rolls.cut_stretch(p) for p in pieces]
    for piece, split in zip(pieces, dealt):
        found = rolls.encode_bars(piece, **plan.options, least=plan.least, left=left)
        spans += [[split, len(x)] for x in found]
        parts += [pack(x) for x in found]
    about = {
        "key": key,
        "music": hash_music(pieces, {"split": dealt}),
        "shard": table.stem,
        "spans": spans,
        "left": left,
        "split_by": by,
        "pieces": len(pieces),
        "files": int(re.search(r"of (\d+) files read", report)[1]),
        "skipped": report.partition(" skipped: ")[2],
    }
    _write(bits, lambda file: np.save(file, np.concatenate(parts)))
    _write(table, lambda file: file.write(json.dumps(about).encode()))
    return about


def _finish(plan, tables, out) -> dict:
    left = sum((Counter(t["left"]) for t in tables), Counter())
    many, read = (sum(t[k] for t in tables) for k in ("files", "pieces"))
    report = f"{read} of {many} files read. {rolls.tell(left)}"
    if many - read > 0.05 * many:
        report = f"WARNING: {1 - read / many:.0%} of the files were lost. {report}"
    used = {split for t in tables for split, _ in t["spans"]}
    if empty := [s for s in SPLITS if s not in used]:
        raise ValueError(f"{plan.corpus}: nothing is left in {', '.join(empty)}. {report}")
    remove_parts(out)  # what a killed worker left half written
    for old in out.glob("*shard-*"):
        if old.stem not in {t["shard"] for t in tables}:
            old.unlink(missing_ok=True)
    about = {
        "plan": asdict(plan),
        "shards": {t["shard"]: t["key"] for t in tables},
        "report": report,
        "skipped": [t["skipped"] for t in tables if t["skipped"]],
        "data_hash": _hash("".join(t["music"] for t in tables).encode()),
        "split_by": " and ".join(sorted({name for t in tables for name in t["split_by"]})),
    }
    _write(out / INDEX, lambda file: file.write(json.dumps(about, indent=1).encode()))
    return about


def load(folder, low=None, high=None, per_track=None, least=None) -> RollData:
    """The matrices of an encoded folder, read from disk as they are used; numpy is all it takes.

    Those shorter than ``least`` bars are left out; by default none. ValueError where keys or tracks are not those that
    were encoded, where pieces of ``least`` bars were left out, and where a shard is damaged or of another run;
    FileNotFoundError without an index, OSError for more shards than files may be open at once (``ulimit -n``).
    """
    folder = Path(folder)
    try:
        about = json.loads((folder / INDEX).read_text())
        plan = Plan(**about["plan"])
    except (KeyError, TypeError, json.JSONDecodeError) as reason:
        raise ValueError(f"{folder / INDEX} is no index of shards ({reason!r})") from None
    least = plan.least if least is None else least
    has, bars = asdict(plan) | {"bars": plan.least}, min(least, plan.least)
    wanted = {"low": low, "high": high, "per_track": per_track, "bars": bars}
    if wrong := {k: v for k, v in wanted.items() if v not in (None, has[k])}:
        raise ValueError(f"{folder} was encoded with { {k: has[k] for k in wrong} }, not {wrong}")
    pieces = {split: [] for split in SPLITS}
    for name, key in about["shards"].items():
        table, bits = (folder / f"{Path(name).name}.{kind}" for kind in ("json", "npy"))
        if (told := _read_whole(plan, table, bits, key)) is None:
            raise ValueError(f"{bits} is damaged, or of another run: repeat musicgan data encode")
        rows, at = np.load(bits, mmap_mode="r"), 0
        for split, length in told["spans"]:
            if length > STEPS_PER_BAR * (least - 1):
                roll = PackedRoll(rows[at : at + length], plan.high - plan.low + 1)
                pieces[split].append(roll)
            at += length
    named = (about["data_hash"], about.get("split_by", "unknown"), about["report"])
    return RollData(str(folder), pieces, plan.options, *named)


class Subset:
    """A few of the files of an archive, in their order, its tables (.json, .csv), and texts beside these files."""

    def __init__(self, files, names):
        beside = {n.rpartition("/")[0] for n in names}
        texts = (n for n in files.names if n.endswith(".txt") and n.rpartition("/")[0] in beside)
        self.names = [*(n for n in files.names if n.endswith((".json", ".csv"))), *texts, *names]
        self.read, self.left_out = files.read, []


def _split(pieces, splits):
    """The split of each piece, and what no two splits share."""
    from ..corpora.splits import split_by_content

    own = splits.get("publisher")
    if own and set(own) <= set(SPLITS):
        return own, ["publisher"]
    dealt = split_by_content(pieces, group=lambda p: p.composer or p.content_hash())
    return dealt, sorted({"composer" if p.composer else "content" for p in pieces})


@functools.lru_cache(maxsize=64)
def _open(corpus, place, call, thread):
    """A corpus opened once by each thread of a worker (it has one place where it reads), and anew by every call."""
    from ..corpora import SOURCES, archives, midi_folder

    named = SOURCES.get(corpus)
    return archives.Files(place), named.load if named else midi_folder.load_folder


def _encode_there(plan, number, names, out, place, call, programs):
    if _programs() != programs:
        raise ValueError("a worker has another musicgan_lib, symusic or music21: install the same")
    opened = _open(str(plan.corpus), place, call, threading.get_ident())
    return encode_shard(plan, number, names, out, *opened)


def _lock(out):
    """The open file that says who writes here."""
    if (file := lock(out / "musicgan-shards.lock")) is None:
        raise OSError(f"another call writes into {out}: wait, or choose another folder")
    return file


def _programs() -> str:
    """What reads and writes: another edition of it may write something else."""
    from ..corpora import loading

    matrices = Path(__file__).resolve().parents[1] / "representations" / "note_matrix.py"
    sources = [Path(s).read_bytes() for s in (__file__, rolls.__file__, matrices)]
    return _hash(b"".join([loading.reader_versions().encode(), *sources]))


def _read_whole(plan, table, bits, key):
    """The table of a shard that is of this key and there whole, else None."""
    try:
        told, shape = json.loads(table.read_text()), np.load(bits, mmap_mode="r").shape
        steps = sum(length for _, length in told["spans"])
        return told if told["key"] == key and shape == (steps, plan.width) else None
    except (FileNotFoundError, ValueError, EOFError, TypeError, KeyError):  # none, or a broken one
        return None


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _write(path: Path, write) -> None:
    try:
        with open_whole(path) as file:
            write(file)
    except OSError as reason:
        raise OSError(f"{path} cannot be written ({reason}); all before it is kept") from None
