"""The ground floor: where files are kept between calls, each written whole or not at all, and by one at a time."""

import contextlib
import functools
import hashlib
import logging
import math
import os
import re
import time
from pathlib import Path

_LOG = logging.getLogger(__name__)
#: A file that somebody is writing: ``.NAME.`` and 32 digits.
_PART = re.compile(r"\..*\.[0-9a-f]{32}")


def cache_folder() -> Path:
    """Where music that was read, runs and downloads are kept: ``$MUSICGAN_CACHE``, else the user's cache folder."""
    if os.environ.get("MUSICGAN_CACHE"):
        return Path(os.environ["MUSICGAN_CACHE"])
    import pooch

    return Path(pooch.os_cache("musicgan"))


@contextlib.contextmanager
def open_whole(path):
    """A binary file to write into, beside its place; when the block ends it is renamed to ``path``.

    Where the block fails nothing is left, and what stood there before stays; several processes may write the same.
    The folder has to exist. OSError as any writing, with the path.
    """
    path = Path(path)
    # a long name may have no room for more
    part = path.with_name(f".{path.name[:40]}.{os.urandom(16).hex()}")
    try:
        with open(part, "wb") as file:
            yield file
        part.replace(path)
    except OSError as reason:
        if reason.errno and reason.filename in (None, str(part)):  # a full disk names no file
            raise OSError(reason.errno, reason.strerror, str(path)) from reason
        raise
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def shorten_name(name: str, longest: int = 120) -> str:
    """A name that any file system takes: as it is up to ``longest`` bytes, else its beginning and a hash of it all."""
    whole = name.encode()
    if len(whole) <= longest:
        return name
    digest = hashlib.sha256(whole).hexdigest()[:8]
    return f"{whole[: longest - 9].decode(errors='ignore')}-{digest}"


def write_whole(path, content) -> Path:
    """Write bytes by :func:`open_whole`; returns the path."""
    with open_whole(path) as file:
        file.write(content)
    return Path(path)


def lock(path):
    """The open file that says who works here; None where another process, or another thread, has it.

    The system takes the lock away when its process ends, however it ends. Where a system or a folder knows no locks,
    or nothing can be written, there is none, and nobody is held up.
    """
    try:
        file = open(path, "a")
    except OSError:  # a read-only folder: whatever is to be written says so better
        return contextlib.nullcontext()
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    except (ImportError, OSError):  # Windows, and network folders that know no locks
        pass
    return file


@contextlib.contextmanager
def hold(path, seconds: float = math.inf, kept=None):
    """Keep others from what stands at ``path``, a file or a folder, while the block works; whoever comes later waits.

    Gives the seconds that were waited. After one second a line of the log says for what. What a killed process left
    half written there is thrown away. OSError where ``seconds`` have passed and another still works. ``kept`` is the
    lock's own file; by default it stands in the folder, or beside the file.
    """
    path, began, told = Path(path), time.monotonic(), False
    if kept is None:
        name = f".{shorten_name(path.name)}.lock"
        kept = path / ".lock" if path.is_dir() else path.with_name(name)
    while (file := lock(kept)) is None:
        waited = time.monotonic() - began
        if waited > seconds:
            raise OSError(
                f"another process has worked on {path} for {waited:.0f} s and still does: "
                "wait for it, end it, or choose another folder"
            )
        if waited > 1 and not told:
            told = True
            _LOG.warning(f"another process works on {path}: waiting for it")
        time.sleep(0.05)
    with file:
        remove_parts(path, 0)
        yield time.monotonic() - began


def hold_work(function):
    """A function that keeps what it makes in the cache, called by one process at a time for the same arguments."""

    @functools.wraps(function)
    def held(*given, **named):
        told = f"{given} {sorted(named.items())}"
        with hold(function.__name__, kept=place_lock(f"{function.__name__} {told}")):
            return function(*given, **named)

    return held


def place_lock(name: str) -> Path:
    """A lock's own file in the cache, for what has no place, or one where nothing else may stand."""
    folder = cache_folder() / "locks"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder / hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:16]


def remove_parts(path, age: float = 3600.0) -> None:
    """Throw away what killed processes left half written in a folder, or in the place of a file.

    A part that was written to within the last ``age`` seconds may have a living writer; 0 is for whoever holds the
    place. Nothing is raised: what cannot be removed stays.
    """
    path, now = Path(path), time.time()
    folder, begin = (path, ".") if path.is_dir() else (path.parent, f".{path.name[:40]}.")
    with contextlib.suppress(OSError):
        for old in list(os.scandir(folder)):
            if old.name.startswith(begin) and _PART.fullmatch(old.name):
                if now - old.stat().st_mtime >= age:
                    Path(old.path).unlink(missing_ok=True)
