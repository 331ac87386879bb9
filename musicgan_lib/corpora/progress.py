"""How far a long reading has come, for whoever waits for it."""

import os
import sys
import time
from collections.abc import Iterable, Iterator


def follow(items: Iterable, total: int, what: str, patience: float = 1.0) -> Iterator:
    """The items one by one. After ``patience`` seconds a line on stderr counts them, and goes when they are done.

    Only where somebody watches: at a terminal or in a notebook, and never in a page that is being made.
    """
    began = shown = time.monotonic()
    line = ""
    try:
        for done, item in enumerate(items):
            now = time.monotonic()
            if now - began > patience and now - shown > 0.2 and _is_watched():
                line, shown = f"reading {what}: {done} of {total}", now
                sys.stderr.write(f"\r{line}")
                sys.stderr.flush()
            yield item
    finally:
        if line:
            sys.stderr.write(f"\r{' ' * len(line)}\r")
            sys.stderr.flush()


def _is_watched() -> bool:
    if os.environ.get("MUSICGAN_STATIC", "") not in ("", "0"):
        return False
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())
