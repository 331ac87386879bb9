"""Every corpus the book speaks of: where it is, what its licence allows, and how it is recognised.

Sizes and addresses are as their hosts or publishers state them, unless a statement says that we counted.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module, resources


@dataclass(frozen=True)
class Source:
    """One corpus.

    ``redistribute``: may its music be heard in a published page, ``"full"`` or ``"none"``.
    ``weights``: may weights trained on it be published, ``"publish"`` or ``"local"``.
    ``withheld``: titles of pieces whose own files reserve rights that the others do not: learned from like the others,
    and heard on your machine, but in no published page.
    ``files``: tells from the names in an archive whether it is this corpus (above 1: a preferred
    edition); None where the music comes with the library or with music21. ``load``: reads it; None where it is
    described only.
    """

    name: str
    title: str
    licence: str
    citation: str
    redistribute: str
    weights: str
    access: str
    statement: str
    size: str = ""
    url: str = ""
    sha256: str = ""
    dynamics: bool = False
    withheld: tuple[str, ...] = ()
    files: Callable | None = None
    load: Callable | None = None


def _has(pattern: str, at_least: int = 1) -> Callable:
    """Whether enough of an archive's file names look like this."""
    look = re.compile(pattern, re.I)
    return lambda names: sum(bool(look.search(f"/{n}")) for n in names) >= at_least


def _nottingham_edition(names) -> int:
    """2 for the original ABC, which is preferred; 1 for the MIDI edition of 2012; 0 for neither."""
    if _has(r"/(reelsa-c|jigs)\.abc$")(names):
        return 2
    return int(_has(r"_simple_chords_\d+\.mid$", 20)(names))


def _tunes():
    from .tunes import load_tunes

    pieces, splits = zip(*load_tunes())
    return list(pieces), {"by_tune": list(splits)}, f"{len(pieces)} tunes, entered for this book."


def _reader(module: str, name: str, **options) -> Callable:
    """A function of this room, imported when it is called."""
    return lambda *f: getattr(import_module(f".{module}", __package__), name)(*f, **options)


_folder = partial(_reader, "midi_folder", "load_folder")


_GIANTMIDI = r"(giantmidi|surname_checked_midis|midis_for_evaluation)"
_LAKH = r"(clean_midi/|lmd_(full|matched))"
#: How an archive is recognised, and how a corpus is read; the rest of a row is in ``registry.json``.
_FILES = {
    "nottingham": _nottingham_edition,
    "classical": _has(r"/classical/[^/]+/[^/]+\.mid$", 20),
    "piano_midi_de": _has(r"/(chpn[-_]p\d+|burg_\w+|schuim-\d)[^/]*\.mid$", 4),
    "maestro": _has(r"maestro-v[\d.]+\.(json|csv)$"),
    "pop909": _has(r"/\d{3}/\d{3}\.mid$", 20),
    "giantmidi": _has(_GIANTMIDI, 20),
    "lakh": _has(_LAKH),
    "js_fakes": _has(r"(jsf-extended/|js-fakes)", 20),
}
#: Corpora whose files can be read a few at a time
MIDI_FOLDERS = ("classical", "piano_midi_de", "maestro", "pop909", "giantmidi", "lakh", "js_fakes")
_LOADERS = {
    "chorales": _reader("chorales", "load_chorales"),
    "palestrina": _reader("palestrina", "load_palestrina"),
    "tunes": _tunes,
    "folk": _reader("folk", "load_folk"),
    "nottingham": _reader("nottingham", "load_nottingham"),
    "classical": _folder(pattern=r"/classical/", composer_from=r"/classical/([^/]+)/"),
    "piano_midi_de": _folder(),
    "maestro": _reader("maestro", "load_maestro"),
    "pop909": _reader("midi_folder", "load_pop909"),
    "giantmidi": _folder(pattern=_GIANTMIDI),
    "lakh": _folder(pattern=_LAKH),
    "js_fakes": _reader("midi_folder", "load_js_fakes"),
}


def _read() -> dict[str, Source]:
    rows = json.loads(resources.files(__package__).joinpath("registry.json").read_text("utf-8"))
    return {r["name"]: _source(r) for r in rows}


def _source(row: dict) -> Source:
    row = row | {"withheld": tuple(row.get("withheld", ()))}
    return Source(**row, files=_FILES.get(row["name"]), load=_LOADERS.get(row["name"]))


SOURCES = _read()


def data_statement(name: str) -> str:
    """What one should know of a corpus before using it, as Markdown."""
    s = SOURCES[name]
    heard = "yes" if s.redistribute == "full" else "no"
    if s.withheld:
        heard += f", but for {', '.join(s.withheld)}"
    lines = [
        f"**{s.title}** (`{s.name}`)",
        "",
        s.statement,
        "",
        f"- Size: {s.size or 'not stated'}",
        f"- Licence: {s.licence}; music in our pages: {heard}; "
        f"weights trained on it: {'may be published' if s.weights == 'publish' else 'stay with you'}",
        f"- Source: {s.citation}",
        f"- How to get it: {s.access}" if s.load else f"- Described only; {s.access}",
    ]
    return "\n".join(lines)
