"""Editions of a corpus: after its reader was mended the music is another one, and rows of the older one say so.

``results/about/editions.json`` holds for each corpus its present ``data_hash`` and, where the music has changed since
rows were first recorded, ``changed``: what was mended, in words. ``tools/editions.py`` writes it.
"""

import json

from . import records

OLDER = "older edition of the music"
NOT_ON_THIS_EDITION = "– not run on this edition"


def hash_corpus(name: str) -> str:
    """What the music of a corpus on this machine is known by; an empty string where it is not here, or is none."""
    from .. import corpora

    return corpora.load(name, limit=0).data_hash if corpora.available(name) else ""


def list_editions() -> dict[str, dict]:
    """Corpus -> its present edition: ``data_hash`` and perhaps ``changed``; empty where nothing was written down."""
    name = "about/editions.json"
    return json.loads(records.open(name).read_text()) if name in records.index() else {}


def is_older(row: dict, editions: dict | None = None) -> bool:
    """Whether a row was recorded on an older edition of its corpus than the present one.

    A row without a hash is from before hashes were kept: it is older where the music has changed since.
    """
    present = (list_editions() if editions is None else editions).get(row["corpus"], {})
    if row.get("data_hash"):
        return row["data_hash"] != present.get("data_hash", row["data_hash"])
    return "changed" in present
