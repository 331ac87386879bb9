"""Run records: what one row of ``results/`` holds, and where the files of ``results/`` are found.

A record is one JSON object for one run of one system. Tables, figures and players of the
published book are drawn from records, so a number without one cannot be printed.
"""

import hashlib
import json
import os
from importlib import metadata, resources
from pathlib import Path

from ..checkout import commit, repository_slug, root

#: The fields of a record and their types. ``control`` is None for the thing itself, or names the
#: negative control; ``metrics`` is flat, name -> number; ``artifacts`` maps a path to its sha256.
SCHEMA = {
    "system": str,
    "variant": str,
    "control": (str, type(None)),
    "profile": str,
    "corpus": str,
    "split": str,
    "seed": int,
    "steps": int,
    "device": str,
    "commit": str,
    "wall_s": (int, float),
    "command": str,
    "metrics": dict,
    "artifacts": dict,
}
PROFILES = ("smoke", "cpu", "gpu")


class ResultUnavailable(FileNotFoundError):
    """A recorded result that is neither in the checkout, nor in the package, nor to be downloaded."""


def validate(record: dict) -> dict:
    """Return the record if it is one; ValueError names the first field that is not as it should be."""
    for name in record.keys() - SCHEMA.keys():
        raise ValueError(f"a record has no field {name!r}; its fields are {', '.join(SCHEMA)}")
    for name, kind in SCHEMA.items():
        if name not in record:
            raise ValueError(f"record of {record.get('system', '?')!r} lacks the field {name!r}")
        if not isinstance(record[name], kind) or isinstance(record[name], bool):
            raise ValueError(f"field {name!r} is {record[name]!r}, expected {kind}")
    if record["profile"] not in PROFILES:
        raise ValueError(f"profile {record['profile']!r} is not one of {', '.join(PROFILES)}")
    for name, value in record["metrics"].items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ValueError(f"metric {name!r} is {value!r}, not a number")
    return record


def write(rows: list[dict], path) -> Path:
    """Validate the rows and write them as one JSON file, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [validate(row) for row in rows]
    text = json.dumps(rows, indent=1, sort_keys=True, allow_nan=False)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        part.write_text(text + "\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path


def read(path) -> list[dict]:
    """The validated rows of one JSON file."""
    return [validate(row) for row in json.loads(Path(path).read_text())]


def recorded(name: str) -> list[dict]:
    """The rows recorded under ``results/<name>.json``; an empty list where none were recorded yet."""
    if f"{name}.json" not in index():
        return []
    return read(open(f"{name}.json"))


def index() -> dict[str, str]:
    """Every file of ``results/`` and its sha256: of the checkout where there is one, else the packaged list."""
    here = root()
    if here is not None:
        return list_results(here / "results")
    text = resources.files(__package__).joinpath("results_index.json").read_text()
    return json.loads(text)


def list_results(folder) -> dict[str, str]:
    """Path below ``folder`` -> sha256, for every file but the index itself."""
    folder = Path(folder)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "index.json")
    return {p.relative_to(folder).as_posix(): _sha256(p.read_bytes()) for p in files}


def open(name: str) -> Path:
    """Where a file of ``results/`` lies on this machine: in the checkout, else downloaded and checked.

    Parameters
    ----------
    name : its path below ``results/``, such as ``"foundations/likelihood_first.json"``.

    A download comes from the commit that the library was installed from (``MUSICGAN_RESULTS_URL``
    overrides the address), is compared with the sha256 shipped in the package, and kept in the
    cache. Raises :class:`ResultUnavailable` for an unknown name, a missing network, or bytes that
    are not the recorded ones.
    """
    here, known = root(), index()
    if name in known and here is not None:
        return here / "results" / name
    if name not in known:
        raise ResultUnavailable(
            f"no result {name!r} was recorded; there are {len(known)}, e.g. {sorted(known)[:3]}"
        )
    kept = cache_folder() / "results" / known[name][:16] / Path(name).name
    if kept.is_file() and _sha256(kept.read_bytes()) == known[name]:
        return kept
    return _download(name, known[name], kept)


def cache_folder() -> Path:
    """Where downloads are kept: ``$MUSICGAN_CACHE``, else the user's cache folder."""
    if os.environ.get("MUSICGAN_CACHE"):
        return Path(os.environ["MUSICGAN_CACHE"])
    import pooch

    return Path(pooch.os_cache("musicgan"))


def results_url() -> str:
    """The address that results are downloaded from: the commit this library was installed from."""
    if os.environ.get("MUSICGAN_RESULTS_URL"):
        return os.environ["MUSICGAN_RESULTS_URL"].rstrip("/")
    return f"https://raw.githubusercontent.com/{repository_slug()}/{commit() or 'main'}/results"


def _download(name: str, sha256: str, target: Path) -> Path:
    import urllib.request

    address = f"{results_url()}/{name}"
    try:
        with urllib.request.urlopen(address, timeout=30) as reply:
            content = reply.read()
    except OSError as reason:
        raise ResultUnavailable(
            f"{name!r} is not on this machine and {address} did not answer ({reason}); "
            "work from a checkout of the repository, or set MUSICGAN_RESULTS_URL"
        ) from reason
    if _sha256(content) != sha256:
        raise ResultUnavailable(
            f"{address} is not the recorded file: its sha256 differs, nothing was kept"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def versions() -> dict[str, str]:
    """The versions that a result may depend on."""
    names = ("musicgan_lib", "numpy", "torch", "symusic", "music21")
    return {n: metadata.version(n) for n in names if _installed(n)}


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
