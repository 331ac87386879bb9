"""The ground floor: where files are kept between calls, and that each is written whole or not at all."""

import contextlib
import hashlib
import os
from pathlib import Path


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
    The folder has to exist. OSError as any writing.
    """
    path = Path(path)
    # a long name may have no room for more
    part = path.with_name(f".{path.name[:40]}.{os.urandom(16).hex()}")
    try:
        with open(part, "wb") as file:
            yield file
        part.replace(path)
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
