"""Run records: what one row of ``results/`` holds, and where the files of ``results/`` are found.

A record is one JSON object for one run of one system. Tables, figures and players of the
published book are drawn from records, so a number without one cannot be printed.
"""

import builtins
import contextlib
import hashlib
import json
import os
import re
from pathlib import Path

from ..checkout import commit, repository_slug, root
from ..files import cache_folder, write_whole
from .commands import check_numbers

#: The fields of a record and their types. ``control`` is None for the thing itself, or names the
#: negative control; ``metrics`` is flat, name -> number; ``artifacts`` maps a path to its sha256.
#: ``commit`` is that of the code which ran, an empty string where there is none; ``dirty`` says whether the
#: code was other than that commit's. ``processor`` is its kind, ``data_hash`` names the music of the corpus,
#: empty where there is none. ``wall_s`` is of the whole run that the row is of.
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
    "dirty": (bool, type(None)),
    "processor": str,
    "data_hash": str,
    "wall_s": (int, float),
    "command": str,
    "metrics": dict,
    "artifacts": dict,
}
PROFILES = ("smoke", "cpu", "gpu")
#: Seconds of a hundred years: no run took so long.
LONGEST_S = 3.2e9
#: What a row says in the fields that rows did not always have: nobody wrote it down.
UNKNOWN = {"dirty": None, "processor": "", "data_hash": ""}
#: Stands for the list of all results, where what was asked for is told.
WHOLE = "*"
#: Stands where a number would, had anybody run for it.
NOT_RUN = "– not run"


class ResultUnavailable(FileNotFoundError):
    """A recorded result that is neither in the checkout, nor in the package, nor to be downloaded."""


def validate(record: dict) -> dict:
    """The record if it is one; ValueError names the first field that is not as it should be.

    A row from before the fields of ``UNKNOWN`` existed gets them as unknown.
    """
    for name in record.keys() - SCHEMA.keys():
        raise ValueError(f"a record has no field {name!r}; its fields are {', '.join(SCHEMA)}")
    record = UNKNOWN | record
    for name, kind in SCHEMA.items():
        if name not in record:
            raise ValueError(f"record of {record.get('system', '?')!r} lacks the field {name!r}")
        value = record[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and name != "dirty"):
            raise ValueError(f"field {name!r} is {value!r}, expected {kind}")
    if record["profile"] not in PROFILES:
        raise ValueError(f"profile {record['profile']!r} is not one of {', '.join(PROFILES)}")
    for name, value in record["metrics"].items():
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            raise ValueError(f"metric {name!r} is {value!r}, not a number")
    for name in ("seed", "steps"):
        if record[name] < 0:
            raise ValueError(f"{name} is {record[name]}: 0 or more")
    _check_origin(record)
    check_numbers(record["command"], record["metrics"], record["artifacts"])
    return record


def row_of(record: dict) -> str:
    """The row of a table that a record belongs to: its variant, with its control where it has one."""
    control = record.get("control")
    return record["variant"] + (f" + {control}" if control else "")


def _check_origin(record: dict) -> None:
    """ValueError for a row that does not say where it comes from."""
    written, dirty = record["commit"], record["dirty"]
    if not re.fullmatch(r"([0-9a-f]{40})?", written):
        raise ValueError(f"commit {written!r} is not the 40 digits of a commit, nor empty")
    if not written and dirty is not None:
        raise ValueError(f"dirty is {dirty} without a commit: only None can be said of it")
    if written and dirty is None and record["processor"]:
        raise ValueError("dirty is None: say whether the commit holds the code that ran")
    if not re.fullmatch(r"\w*", record["data_hash"]):
        raise ValueError(f"data_hash {record['data_hash']!r} is no hash")
    for path, digest in record["artifacts"].items():
        if not re.fullmatch(r"[0-9a-f]{64}", str(digest)):
            raise ValueError(f"artifact {path!r}: {digest!r} is no sha256")
    wall, work = record["wall_s"], record["metrics"].get("extra_cpu_s", 0.0)
    if not 0 < wall < LONGEST_S:  # nor is NaN, nor a whole number that no float holds
        raise ValueError(f"wall_s is {str(wall)[:20]}: seconds of the work, above 0")
    if work > wall + 0.05:  # both are rounded
        raise ValueError(
            f"wall_s is {wall}, less than extra_cpu_s {str(work)[:20]}: it misses the work"
        )


def write(rows: list[dict], path) -> Path:
    """Validate the rows and write them as one JSON file, whole or not at all.

    ValueError for a row that lacks a field, those of ``UNKNOWN`` included: a run says where it comes from.
    """
    path = Path(path)
    for row in rows:
        if lacking := [name for name in UNKNOWN if name not in row]:
            raise ValueError(f"a row of {row.get('system', '?')!r} lacks {', '.join(lacking)}")
    rows = [validate(row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(rows, indent=1, sort_keys=True, allow_nan=False)
    return write_whole(path, f"{text}\n".encode())


def read(path) -> list[dict]:
    """The validated rows of one JSON file."""
    return [validate(row) for row in json.loads(Path(path).read_text())]


def recorded(name: str) -> list[dict]:
    """The rows recorded under ``results/<name>.json``; an empty list where none were recorded yet."""
    return read(open(f"{name}.json")) if exists(f"{name}.json") else []


def exists(name: str) -> bool:
    """Whether ``results/`` has a file of this name."""
    _tell_asked(name)
    here, parts = root(), Path(name).parts
    if here is None or name == "index.json" or ".." in parts or Path(name).is_absolute():
        return name in _list_known()
    return (here / "results" / name).is_file()


def index() -> dict[str, str]:
    """Every file of ``results/`` and its sha256: of the checkout where there is one, else the packaged list."""
    _tell_asked(WHOLE)
    return _list_known()


def list_names() -> list[str]:
    """Every file of ``results/``: :func:`index` without reading what is in them."""
    _tell_asked(WHOLE)
    here = root()
    return list(_list_known()) if here is None else _list_files(here / "results")


def _tell_asked(name: str) -> None:
    """Write down what was asked for, where ``$MUSICGAN_ASKED`` names a file: a change of it draws a page again."""
    if os.environ.get("MUSICGAN_ASKED"):
        with builtins.open(os.environ["MUSICGAN_ASKED"], "a") as file:
            file.write(f"{name}\n")


def _list_known() -> dict[str, str]:
    here = root()
    if here is not None:
        return list_results(here / "results")
    from importlib import resources

    text = resources.files(__package__).joinpath("results_index.json").read_text()
    return json.loads(text)


def list_results(folder) -> dict[str, str]:
    """Path below ``folder`` -> sha256, for every file but the index itself."""
    folder = Path(folder)
    return {name: _sha256((folder / name).read_bytes()) for name in _list_files(folder)}


def _list_files(folder: Path) -> list[str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "index.json")
    return [p.relative_to(folder).as_posix() for p in files]


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
    here = root()
    if exists(name) and here is not None:
        return here / "results" / name
    known = _list_known()
    if name not in known:
        raise ResultUnavailable(
            f"no result {name!r} was recorded; there are {len(known)}, e.g. {sorted(known)[:3]}"
        )
    kept = cache_folder() / "results" / known[name][:16] / Path(name).name
    if kept.is_file() and _sha256(kept.read_bytes()) == known[name]:
        return kept
    return _download(name, known[name], kept)


def results_url() -> str:
    """The address that results are downloaded from: the commit this library was installed from."""
    if os.environ.get("MUSICGAN_RESULTS_URL"):
        return os.environ["MUSICGAN_RESULTS_URL"].rstrip("/")
    return f"https://raw.githubusercontent.com/{repository_slug()}/{commit() or 'main'}/results"


def _download(name: str, sha256: str, target: Path) -> Path:
    from .download import fetch

    address = f"{results_url()}/{name}"
    try:
        content = fetch(address)
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
    return write_whole(target, content)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def versions() -> dict[str, str]:
    """The versions that a result may depend on."""
    from importlib import metadata

    found = {}
    for name in ("musicgan_lib", "numpy", "torch", "symusic", "music21"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found
