"""Editions of a corpus: after its reader was mended the music is another one, and rows of the older one say so.

``results/about/editions.json`` holds for each corpus its present ``data_hash`` and, where the music has changed since
rows were first recorded, ``changed``: what was mended, in words. A mend of things that rows do not read, or hardly, is
``retouched`` instead, and ``same`` holds the hashes that it left behind: their rows count, and a note tells of it.
``tools/editions.py`` writes the file. What pages show goes through :func:`pick_edition`, :func:`mark` and :func:`note`;
tables, claims and the landscape do so by themselves.
"""

import functools
import json

from . import records

NOT_ON_THIS_EDITION = "– not run on this edition"
OLDER = f"older edition of the music {NOT_ON_THIS_EDITION}"
CHANGED = "the music is another one"
UNCOMMITTED = "not all code in its commit"


def hash_corpus(name: str) -> str:
    """What the music of a corpus on this machine is known by; an empty string where it is not here, or is none."""
    from .. import corpora

    return corpora.load(name, limit=0).data_hash if corpora.available(name) else ""


@functools.cache
def list_editions() -> dict[str, dict]:
    """Corpus -> its present edition: ``data_hash`` and perhaps ``changed``; empty where nothing was written down."""
    name = "about/editions.json"
    return json.loads(records.open(name).read_text()) if records.exists(name) else {}


def is_older(row: dict) -> bool:
    """Whether a row was recorded on an older edition of its corpus than the present one.

    A row without a hash is from before hashes were kept: it is older where the music has changed since.
    """
    present = list_editions().get(row.get("corpus"), {})
    if seen := row.get("data_hash"):
        return seen not in (present.get("data_hash", seen), *present.get("same", ()))
    return "changed" in present


def is_retouched(row: dict) -> bool:
    """Whether the music has been retouched since this row of the present edition was recorded."""
    present = list_editions().get(row.get("corpus"), {})
    retouched = "retouched" in present and row.get("data_hash") != present["data_hash"]
    return retouched and not is_older(row)


def pick_edition(rows: list[dict]) -> list[dict]:
    """The rows of the present edition; where there is none of it, all of them, which are older: never both."""
    return [row for row in rows if not is_older(row)] or list(rows)


def mark_edition(rows: list[dict]) -> str:
    """What has to stand behind a name of rows of an older edition: ``" (older edition …)"``; else an empty string.

    Of several editions :func:`pick_edition` chooses, here as in what is shown.
    """
    return _bracket([OLDER] if any(map(is_older, pick_edition(rows))) else [])


def mark(rows: list[dict]) -> str:
    """The same, and whether the commit of some of these rows is known to lack some of their code."""
    rows = pick_edition(rows)
    said = [OLDER] if any(map(is_older, rows)) else []
    return _bracket(said + [UNCOMMITTED] * any(row.get("dirty") for row in rows))


def _bracket(said: list[str]) -> str:
    return f" ({'; '.join(said)})" if said else ""


def note(rows: list[dict]) -> str:
    """A paragraph for under a table of these rows: which corpora were mended since, and how; empty where none was."""
    older = sorted({row["corpus"] for row in rows if is_older(row)})
    told = [
        f"*{c}: {OLDER}, in which {list_editions()[c].get('changed', CHANGED)}.*" for c in older
    ]
    touched = sorted({row["corpus"] for row in rows if is_retouched(row)})
    told += [
        f"*{c}, since rows of this table were recorded: {list_editions()[c]['retouched']}.*"
        for c in touched
    ]
    return "".join(f"\n\n{sentence}" for sentence in told)
