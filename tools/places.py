"""The places that ``tools/anywhere.py`` runs the book in: what each sets, and the environments of other versions."""

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from chapters import ROOT

#: What builds and opens pages: no chapter and none of the tests that are run elsewhere needs it
PAGES = (
    "jupyter-book", "sphinx-book-theme", "sphinx-mathjax-offline", "playwright", "axe-playwright-python",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where chapters and tests are run: environment variables, chapter parameters, and whose Python."""

    about: str
    environment: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    versions: str = ""  # "oldest" or "newest": an environment of its own
    chapters: bool = True
    tests: str = "usual"  # "usual", "elsewhere" (chapters from a wheel) or "" for none


PLACES = {
    "avx2": Place(
        "a processor without AVX-512",
        {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"},
    ),
    "default": Place(
        "a processor without vector units that PyTorch knows",
        {"ONEDNN_MAX_CPU_ISA": "SSE41", "ATEN_CPU_CAPABILITY": "default"},
    ),
    "threads-1": Place("one thread", {"OMP_NUM_THREADS": "1", "MUSICGAN_WEEKLY": "1"}),
    "threads-2": Place("two threads", {"OMP_NUM_THREADS": "2"}),
    "oldest": Place("the oldest versions that pyproject.toml allows", versions="oldest"),
    "newest": Place("the newest versions", versions="newest"),
    "colab": Place(
        "Colab's versions, chapters from a wheel",
        {"MUSICGAN_COLAB": "1", "MUSICGAN_WEEKLY": "1"},
        chapters=False, tests="elsewhere",
    ),
    **{f"seed-{n}": Place(f"SEED {n}", {}, {"SEED": n}, tests="") for n in (0, 1, 2, 7)},
}  # fmt: skip
#: Several places under one name
PARTS = {
    "threads": ("threads-1", "threads-2"),
    "seeds": tuple(name for name in PLACES if name.startswith("seed-")),
}


def find_places(names) -> list[str]:
    """The places of these names and parts, all where none is named; SystemExit for one that is not known."""
    known = [*PLACES, *PARTS]
    if wrong := [name for name in names if name not in known]:
        raise SystemExit(f"no place {wrong[0]!r}; there are {', '.join(known)}")
    return [p for name in names or PLACES for p in PARTS.get(name, (name,))]


def declared() -> list[str]:
    """What pyproject.toml asks for, extras and all, such as ``"numpy>=1.26"``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(need for extra in extras for need in extra)]


def name_of(need: str) -> str:
    return re.match(r"[\w.-]+", need).group().lower()


def oldest_versions() -> list[str]:
    """Each dependency at its lower bound, ``"numpy==1.26"``; but PyTorch as it is here."""
    return [
        re.sub(r"\[.*?\]", "", need).replace(">=", "==")
        for need in declared()
        if name_of(need) != "torch"
    ] + [f"torch=={metadata.version('torch')}"]


def newest_versions() -> list[str]:
    """Nothing held but PyTorch."""
    return [f"torch=={metadata.version('torch')}"]


def tools() -> list[str]:
    """What tests and chapters take beside the library, in versions that fit: requirements.txt without its pins."""
    ours = {name_of(need) for need in declared()} | set(PAGES)
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    names = [name_of(line) for line in lines if line and not line.startswith("#")]
    return [name for name in names if name not in ours]


def python_of(place: Place, folder: Path) -> str:
    """The Python to run with:
    this one, or that of an environment made for the place (once, while its versions stay).
    """
    if not place.versions:
        return sys.executable
    bounds = {"oldest": oldest_versions, "newest": newest_versions}[place.versions]()
    wanted = hashlib.sha256("\n".join([*bounds, *tools(), sys.version]).encode()).hexdigest()
    home = folder / "environment"
    python, made = home / "bin" / "python", home / "made"
    if made.is_file() and made.read_text() == wanted:
        return str(python)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
    _take_torch(python)
    (home / "bounds.txt").write_text("\n".join(bounds) + "\n")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    library = f"{ROOT}[{','.join(extras['optional-dependencies'])}]"
    subprocess.run(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]
        + ["--upgrade-strategy", "eager", "-c", str(home / "bounds.txt"), "-e", library, *tools()],
        check=True,
    )
    made.write_text(wanted)
    return str(python)


def _take_torch(python: Path) -> None:
    """Link the PyTorch that is here into another environment: it is the same, and gigabytes are not fetched again."""
    ask = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    there = Path(subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip())
    files = metadata.distribution("torch").files or []
    here = Path(sysconfig.get_path("purelib"))
    for top in sorted({f.parts[0] for f in files if f.parts[0] not in ("..", "__pycache__")}):
        (there / top).symlink_to(here / top)


def environment_of(place: Place, folder: Path) -> dict:
    """The variables of the place; what was trained or read elsewhere is not found here."""
    own = {
        "PYTHONPATH": str(ROOT),
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "MUSICGAN_STATIC": "1",
        "MUSICGAN_CACHE": str(folder / "cache"),
        "MUSICGAN_OUT": str(folder / "rows"),
    }
    return os.environ | own | place.environment
