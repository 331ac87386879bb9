"""Corpora that are folders of MIDI files: read what can be read, count and name what cannot."""

import json
import re
import tempfile
from pathlib import Path

from ..notes import MidiError, Piece, read_midi
from .splits import split_by_content

MIDI = (".mid", ".midi", ".rmi", ".kar")


def load_folder(
    files, pattern=".", dynamics=True, composer_from=None
) -> tuple[list[Piece], dict, str]:
    """Every MIDI file whose name matches, its split by content, and a report of what failed."""
    names = [
        n for n in files.names if n.lower().endswith(MIDI) and re.search(pattern, f"/{n}", re.I)
    ]
    named, failed = read_files(files, names)
    pieces = [p.replace(dynamics=dynamics, composer=_composer(n, composer_from)) for n, p in named]
    return pieces, {"content": split_by_content(pieces)}, report(len(names), failed)


def _composer(name: str, pattern) -> str:
    found = re.search(pattern, f"/{name}") if pattern else None
    return found.group(1) if found else ""


def report(total: int, failed: list[str]) -> str:
    """A sentence on how much of a corpus could be read; loud where more than one file in twenty was lost."""
    text = f"{total - len(failed)} of {total} files read"
    if not failed:
        return text + "."
    if len(failed) > 0.05 * total:
        text = f"WARNING: {100 * len(failed) / total:.0f} % of this corpus was lost. " + text
    return f"{text}; {len(failed)} skipped: " + "; ".join(failed)


def read_files(files, names) -> tuple[list[tuple[str, Piece]], list[str]]:
    """(name, piece) of every readable file, and a sentence for each other one."""
    import warnings

    from .archives import ArchiveError

    done, failed = [], []
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a reader mends is in Piece.losses
        for name in names:
            path = Path(folder) / "file.mid"
            try:
                path.write_bytes(files.read(name))
                done.append((name, read_midi(path).replace(title=Path(name).stem)))
            except (MidiError, ArchiveError) as reason:
                failed.append(f"{name}: {str(reason).replace(str(path), '').strip(': ')}")
    return done, failed


def piece_from_score(score, title: str) -> Piece:
    """A Piece from what symusic parsed, by way of the one reader of MIDI there is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tune.mid"
        path.write_bytes(score.dumps_midi())
        return read_midi(path).replace(title=title)


def load_js_fakes(files) -> tuple[list[Piece], dict, str]:
    """The 500 chorales that people were asked about (split ``annotated``), and the 700 more (``extended``)."""
    names = [n for n in files.names if re.search(r"(^|/)(midi|jsf-extended)/[^/]+\.mid$", n)]
    named, failed = read_files(files, names)
    splits = ["extended" if "jsf-extended/" in n else "annotated" for n, _ in named]
    return (
        [p.replace(dynamics=False) for _, p in named],
        {"publisher": splits},
        report(len(names), failed),
    )


def load_maestro(files) -> tuple[list[Piece], dict, str]:
    """MAESTRO with its own split, read from the JSON file in its archive."""
    pieces, splits, text = load_folder(files)
    tables = [n for n in files.names if re.search(r"maestro-v[\d.]+\.json$", n)]
    if tables:
        table = json.loads(files.read(tables[0]))
        own = {Path(table["midi_filename"][k]).stem: v for k, v in table["split"].items()}
        translate = {"train": "train", "validation": "valid", "test": "test"}
        splits["publisher"] = [translate.get(own.get(p.title), "train") for p in pieces]
    return pieces, splits, text
