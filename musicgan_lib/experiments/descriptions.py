"""What a system can be asked, in words: its variants, corpora,
profiles and controls, and every setting with its note.
"""

import ast
import inspect
import io
import re
import textwrap
import tokenize
from dataclasses import dataclass

from .settings import choose_corpus

WIDTH = 110


@dataclass(frozen=True)
class Note:
    """What the source says of a setting: the ``heading`` that it stands below,
    and its own ``text``; both may be empty.
    """

    heading: str = ""
    text: str = ""


def read_notes(config_type: type) -> dict[str, Note]:
    """The notes of a dataclass's fields, by their names: the comments that stand beside them in its source.

    A comment behind a field is of that field, and so is one of ``#:`` lines above it; other lines of comment are a
    heading of the fields below them, up to the next one. Of a class that was made while running, and so has no source,
    the notes are those of its bases.
    """
    notes = {}
    for base in reversed(config_type.__mro__[:-1]):
        try:
            notes |= _read_own_notes(base)
        except (OSError, TypeError, IndexError):  # no source
            continue
    return notes


def _read_own_notes(config_type: type) -> dict[str, Note]:
    source = textwrap.dedent(inspect.getsource(config_type))
    comments = {
        token.start[0]: token.string
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    notes, heading, read = {}, "", 0
    for node in ast.parse(source).body[0].body:
        lines = [comments.get(number, "") for number in range(read + 1, node.lineno)]
        read = node.end_lineno
        if not isinstance(node, ast.AnnAssign):
            continue
        own = [line.removeprefix("#:").strip() for line in lines if line.startswith("#:")]
        above = [line.removeprefix("#").strip() for line in lines if line and line[:2] != "#:"]
        heading = " ".join(above) or heading
        behind = [comments[read].removeprefix("#").strip()] if read in comments else []
        notes[node.target.id] = Note(heading, " ".join(own + behind))
    return notes


def read_parameters(network: type) -> dict[str, Note]:
    """The notes of a network's own settings:
    lines ``name, name : text`` below *Parameters* in the class's docstring.
    """
    _, _, listed = (inspect.getdoc(network) or "").partition("Parameters\n----------\n")
    heading, notes = f"of the network, {network.__name__}", {}
    lines = re.finditer(r"^(\w+(?:, \w+)*) : (.*(?:\n[ ]+.*)*)", listed.partition("\n\n")[0], re.M)
    for line in lines:
        text = re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"\1", " ".join(line[2].split()))
        notes |= {name: Note(heading, text.replace("``", "")) for name in line[1].split(", ")}
    return notes


def describe(system, variant=None, profile="smoke", corpus=None, changes=None) -> str:
    """A system and all that it can be asked, with the settings of one run: by default its first variant's at smoke.

    ValueError for a variant, profile or setting that there is not.
    """
    corpus = corpus or choose_corpus(system)
    variant = variant or next(iter(system.variants))
    config = system.configure(variant, profile, corpus, **(changes or {}))
    known = {
        "variants": f"{', '.join(system.variants)} (by default the first)",
        "corpora": f"{', '.join(system.corpora)} (here by default {choose_corpus(system)})",
        "profiles": f"{', '.join(system.profiles)} (by default the first)",
        "controls": f"{', '.join(system.list_controls())} (by default none)",
    }
    lines = [f"{system.name} ({system.citation})", *textwrap.wrap(system.mechanism, WIDTH), ""]
    for name, words in known.items():
        lines += _fill(f"{name}: ".ljust(10), words)
    lines += ["", f"settings, here of {variant} at {profile} on {corpus}; --set NAME=VALUE changes one:"]  # fmt: skip
    notes, heading = read_notes(type(config)), ""
    unsaid = Note()
    if system.network:
        network = system.game.network
        notes = read_parameters(network) | notes  # the game's own word on what both know
        unsaid = Note(f"of the network, {network.__name__}")
    for name in config.__dataclass_fields__:
        note = notes.get(name, unsaid)
        if note.heading != heading:
            heading = note.heading
            lines += textwrap.wrap(heading, WIDTH, initial_indent="  ", subsequent_indent="  ")
        lines += _fill(f"    {name:17} {spell(getattr(config, name)):15} ", note.text)
    return "\n".join(lines)


def spell(value) -> str:
    """A setting's value as ``--set`` takes it; ``none`` where there is none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ",".join(map(str, value)) or "none"
    return "none" if value in (None, "") else str(value)


def _fill(start: str, words: str) -> list[str]:
    """Words behind their start, wrapped below each other."""
    filled = textwrap.wrap(words, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
    return filled or [start.rstrip()]
