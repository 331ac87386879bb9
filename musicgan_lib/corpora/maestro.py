"""MAESTRO with its publisher's own split, from the table that lies above its files."""

import csv
import io
import json
import re
from collections import Counter
from pathlib import PurePosixPath

from .archives import MIDI, ArchiveError
from .midi_folder import read_files, report
from .splits import split_by_content

_TABLE = re.compile(r"maestro-v[\d.]+\.(json|csv)$", re.I)
_SPLITS = {"train": "train", "validation": "valid", "test": "test"}


def load_maestro(files) -> tuple[list, dict, str]:
    """All pieces, their split by the publisher (``publisher``, the default) and by content, and a report.

    The table is CSV, JSON as columns (version 3) or JSON as rows (versions 1 and 2). A file that no table lists is left
    out and named, because it may be a test piece under another name; without a readable table all files are read and
    there is no ``publisher``.
    """
    names = [n for n in files.names if n.lower().endswith(MIDI)]
    listed, told = _read_tables(files)
    strangers = [n for n in names if _find(n, listed) is None] if listed else []
    if strangers:
        few = ", ".join(strangers[:5]) + (", \u2026" if len(strangers) > 5 else "")
        told.append(f"{len(strangers)} files stand in no table and are left out: {few}")
    named, failed = read_files(files, [n for n in names if n not in set(strangers)])
    pieces = [piece for _, piece in named]
    splits = {"content": split_by_content(pieces)}
    if listed:
        splits = {"publisher": [_find(n, listed) for n, _ in named]} | splits
    text = " ".join([report(len(names) - len(strangers), failed), *(f"{t}." for t in told)])
    loud = len(strangers) > 0.05 * len(names) and not text.startswith("WARNING")
    return pieces, splits, f"WARNING: {text}" if loud else text


def _read_tables(files) -> tuple[dict, list[str]]:
    """The split of every file that a table lists, by :func:`_key`; and a sentence for each table that cannot be read.

    A JSON is taken before the CSV of the same edition, and a later edition before an earlier one.
    """
    tables = [n for n in files.names if _TABLE.search(n)]
    tables.sort(key=lambda n: PurePosixPath(n).suffix.lower() == ".json")
    tables.sort(key=lambda n: PurePosixPath(n).stem.lower())  # later ones overwrite earlier ones
    listed, told = {}, []
    for name in tables:
        try:
            listed |= {
                _key(file): _SPLITS[split] for file, split in _read_table(files.read(name), name)
            }
        except (ArchiveError, ValueError, KeyError, TypeError, AttributeError) as reason:
            told.append(f"the table {name} cannot be read ({type(reason).__name__}: {reason})")
    often = Counter(stem for _, stem in listed)
    listed |= {("", stem): split for (_, stem), split in listed.items() if often[stem] == 1}
    return listed, told


def _read_table(content: bytes, name: str) -> list[tuple[str, str]]:
    """(file, split) of every row."""
    text = content.decode("utf-8-sig")
    if name.lower().endswith(".csv"):
        rows = list(csv.DictReader(io.StringIO(text)))
    else:
        rows = json.loads(text)
    if isinstance(rows, dict):  # columns, each a dictionary of row numbers
        files, splits = rows["midi_filename"], rows["split"]
        return [(files[number], splits[number]) for number in files]
    return [(row["midi_filename"], row["split"]) for row in rows]


def _key(name: str) -> tuple[str, str]:
    """The year's folder and the name without its ending, which editions spell differently (.mid, .midi)."""
    path = PurePosixPath(name)
    return path.parent.name, path.stem


def _find(name: str, listed: dict) -> str | None:
    """The split of a file; where it is not in its year's folder, that of the only row with its name."""
    key = _key(name)
    return listed.get(key) or listed.get(("", key[1]))
