"""Whether a page is being made, and what it says where music may not be passed on."""

import os


def is_static() -> bool:
    """Is a page being made (MUSICGAN_STATIC=1), rather than a notebook being used?"""
    return os.environ.get("MUSICGAN_STATIC", "") not in ("", "0")


def withheld_sentence(pieces) -> str:
    """Why some music is missing from a published page, and how to hear it."""
    names = sorted({p.title or "untitled" for p in pieces})[:3]
    sources = sorted({p.source for p in pieces})
    return (
        f"Not in this page: {', '.join(names)}. The licence of {', '.join(sources) or 'its source'} "
        "forbids passing the music on. Run this notebook where that corpus is, and it plays here."
    )
