"""Corpora that do not fit into memory: matrices of any number of MIDI files in ``.npy`` shards, read back where they lie."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from .rolls import RollData, encode_bars, tell

INDEX = "index.json"


@dataclass(frozen=True)
class Plan:
    """What is encoded, and how: all that a shard depends on, beside the files themselves.

    ``corpus`` is a corpus of MIDI files of ``corpora.SOURCES``, or the path of a folder or archive; ``files`` of them
    make a shard; the rest is that of ``rolls.encode_rolls``.
    """

    corpus: str
    low: int = 36
    high: int = 83
    per_track: bool = False
    least: int = 12
    files: int = 200

    @property
    def options(self) -> dict:
        return {"low": self.low, "high": self.high, "per_track": self.per_track}


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


def list_shards(plan: Plan, files=None) -> list[list[str]]:
    """The names of the MIDI files of each shard; ValueError where there is none."""
    from ..corpora.midi_folder import MIDI

    if files is None:
        with _open(plan)[0] as files:
            return list_shards(plan, files)
    names = [n for n in files.in_place() if n.lower().endswith(MIDI)]
    if not names:
        raise ValueError(f"{plan.corpus} holds no MIDI file")
    return [names[i : i + plan.files] for i in range(0, len(names), plan.files)]


def encode_shard(plan: Plan, number: int, names, out, opened=None) -> Path:
    """Read some files and write their matrices: ``shard-NNNNN.npy``, one under the other, and a table beside it.

    A shard of the same files and settings that is there whole is left as it is. None needs another, so any number may be
    written at once. Split by composer where pieces name one, else by content: what stands in two files under two names
    stands in one split. Returns the table's path.
    """
    table, bits = (Path(out) / f"shard-{number:05d}.{kind}" for kind in ("json", "npy"))
    key = hashlib.sha256(json.dumps([asdict(plan), list(names)]).encode()).hexdigest()[:16]
    if table.is_file() and bits.is_file() and json.loads(table.read_text())["key"] == key:
        return table
    if opened is None:
        with _open(plan)[0] as files:
            return encode_shard(plan, number, names, out, (files, _open(plan)[1]))
    files, read = opened
    pieces, _, report = read(Some(files, names))
    parts, spans, left = (
        [np.zeros((0, -(-(plan.high - plan.low + 1) // 4)), np.uint8)],
        [],
        Counter(),
    )
    for piece, split in zip(pieces, _splits(pieces)):
        found = encode_bars(piece, **plan.options, least=plan.least, left=left)
        spans += [[split, len(x), piece.title] for x in found]
        parts += [pack(x) for x in found]
    seen = hashlib.sha256(b"".join(p.notes.tobytes() for p in pieces)).hexdigest()[:16]
    about = {"key": key, "spans": spans, "left": left, "files": len(names), "pieces": len(pieces)}
    about |= {"data_hash": seen, "skipped": report.partition(" skipped: ")[2]}
    _write(bits, lambda file: np.save(file, np.concatenate(parts)))
    _write(table, lambda file: file.write(json.dumps(about).encode()))
    return table


def finish(plan: Plan, number: int, out) -> Path:
    """Write the index of so many shards; ValueError where some are missing."""
    out = Path(out)
    tables = [out / f"shard-{i:05d}.json" for i in range(number)]
    missing = [t.name for t in tables if not t.is_file()]
    if missing:
        raise ValueError(f"{out} lacks {len(missing)} shards, such as {missing[0]}: run it again")
    every = [json.loads(t.read_text()) for t in tables]
    about = {
        "plan": asdict(plan), "shards": [t.stem for t in tables],
        "files": sum(t["files"] for t in every), "pieces": sum(t["pieces"] for t in every),
        "skipped": [t["skipped"] for t in every if t["skipped"]],
        "left": sum((Counter(t["left"]) for t in every), Counter()),
        "data_hash": hashlib.sha256("".join(t["data_hash"] for t in every).encode()).hexdigest()[:16],
    }  # fmt: skip
    _write(out / INDEX, lambda file: file.write(json.dumps(about, indent=1).encode()))
    return out / INDEX


def encode(plan: Plan, out, on_shard=None) -> Path:
    """All shards, one after the other, and the index; goes on where an earlier call stopped.

    ``on_shard(done, all)`` hears of each. One shard is in memory at a time, whatever the number of files.
    """
    Path(out).mkdir(parents=True, exist_ok=True)
    files, read = _open(plan)
    with files:
        shards = list_shards(plan, files)
        for number, names in enumerate(shards):
            encode_shard(plan, number, names, out, (files, read))
            if on_shard:
                on_shard(number + 1, len(shards))
    return finish(plan, len(shards), out)


def load(folder, **options) -> RollData:
    """The matrices of an encoded folder, read from disk as they are used; numpy is all it takes.

    ``options``, such as ``low=36``, must be those that it was encoded with: ValueError with both where they are not, and
    FileNotFoundError where there is no index.
    """
    folder = Path(folder)
    about = json.loads((folder / INDEX).read_text())
    plan = Plan(**about["plan"])
    wrong = {k: v for k, v in options.items() if getattr(plan, k) != v}
    if wrong:
        has = {k: getattr(plan, k) for k in wrong}
        raise ValueError(f"{folder} was encoded with {has}, not {wrong}")
    pieces = {"train": [], "valid": [], "test": []}
    for name in about["shards"]:
        bits, at = np.load(folder / f"{name}.npy", mmap_mode="r"), 0
        for split, length, _ in json.loads((folder / f"{name}.json").read_text())["spans"]:
            rows = bits[at : (at := at + length)]
            pieces[split].append(PackedRoll(rows, plan.high - plan.low + 1))
    report = f"{about['pieces']} of {about['files']} files read. {tell(Counter(about['left']))}"
    return RollData(str(folder), pieces, plan.options, about["data_hash"], "content", report)


class Some:
    """A few of the files of an archive, and everything in it that is no MIDI file, such as its tables."""

    def __init__(self, files, names):
        from ..corpora.midi_folder import MIDI

        others = (n for n in files.names if not n.lower().endswith(MIDI))
        self.names, self.read = sorted([*others, *names]), files.read


def _open(plan):
    from ..corpora import loading

    return loading.open_files(plan.corpus)


def _splits(pieces):
    from ..corpora.splits import split_by_content

    return split_by_content(pieces, group=lambda p: p.composer or p.content_hash())


def _write(path: Path, write) -> None:
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        write(file)
    part.replace(path)
