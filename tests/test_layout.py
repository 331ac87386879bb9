"""The house stands: imports go down, the library stays thin, and importing it is cheap."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from musicgan_lib.reach import list_imported

LIBRARY = Path(__file__).resolve().parents[1] / "musicgan_lib"
FILES = sorted(LIBRARY.rglob("*.py"))
#: What a room may import of ours, apart from itself. `teaching.exercises` holds answers, so it may look down.
MAY_IMPORT = {
    "notes": set(),
    "corpora": {"notes"},
    "representations": {"notes"},
    "data": {"notes", "corpora", "representations"},
    "metrics": {"notes"},
    "listening": {"notes"},
    "teaching": {"teaching.exercises"},
    "teaching.exercises": {
        "notes",
        "corpora",
        "representations",
        "metrics",
        "listening",
        "teaching",
    },
    "models": set(),
    "learning": {"models"},
    "evaluation": {"notes", "data", "metrics", "models", "learning"},
    "games": {"data", "metrics", "models", "learning", "evaluation"},
    "systems": {"games"},
    "experiments": {
        "systems",
        "games",
        "notes",
        "corpora",
        "representations",
        "data",
        "metrics",
        "listening",
        "models",
        "learning",
        "evaluation",
    },
    "lab": {
        "systems",
        "games",
        "notes",
        "corpora",
        "data",
        "metrics",
        "listening",
        "models",
        "learning",
        "evaluation",
        "experiments",
    },
}
NO_TORCH = ("notes", "corpora", "representations", "data", "metrics", "listening")


def room(file: Path) -> str:
    parts = file.relative_to(LIBRARY).parts[:-1]
    return (
        "teaching.exercises"
        if parts[:2] == ("teaching", "exercises")
        else (parts[0] if parts else "")
    )


def imports(file: Path) -> set[str]:
    """Full names of the modules that a file imports, relative ones resolved."""
    package = ["musicgan_lib", *file.relative_to(LIBRARY).parts[:-1]]
    return list_imported(file.read_text(), ".".join(package))


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(LIBRARY).as_posix())
def test_imports_go_down_only(file):
    own = room(file)
    if own == "":
        return
    for target in imports(file):
        parts = target.split(".")
        if parts[0] == "torch":
            assert own not in NO_TORCH, f"{own} imports torch"
        if parts[0] == "musicgan_lib" and len(parts) > 1:
            other = "teaching.exercises" if parts[1:3] == ["teaching", "exercises"] else parts[1]
            if other != own and (LIBRARY / parts[1]).is_dir():
                assert other in MAY_IMPORT[own], f"{own} reaches for {other}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.relative_to(LIBRARY).as_posix())
def test_a_file_is_read_in_one_sitting(file):
    assert len(file.read_text().splitlines()) <= 300


def test_importing_it_pulls_in_nothing_heavy():
    heavy = "{'torch', 'scipy', 'music21', 'symusic', 'matplotlib', 'pretty_midi', 'IPython'}"
    rooms = "musicgan_lib, musicgan_lib.notes, musicgan_lib.corpora, "
    rooms += "musicgan_lib.metrics.music, musicgan_lib.metrics.distribution"
    code = f"import sys, {rooms}; print(sorted(set(sys.modules) & {heavy}))"
    reply = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert reply.stdout.strip() == "[]"


def test_a_machine_without_midi_libraries_can_train():
    """Learning rooms import with numpy, torch and safetensors alone."""
    blocked = (
        "symusic",
        "mido",
        "pretty_midi",
        "music21",
        "pooch",
        "ipywidgets",
        "matplotlib",
        "IPython",
    )
    rooms = [
        r
        for r in ("data", "models", "learning", "games", "systems", "experiments")
        if (LIBRARY / r).is_dir()
    ]
    code = (
        f"import sys\nfor name in {blocked}: sys.modules[name] = None\n"
        + "\n".join(f"import musicgan_lib.{r}" for r in rooms)
        + "\nimport musicgan_lib.experiments.records, musicgan_lib.experiments.runs"
        + "\nfrom musicgan_lib import systems\n[systems.find(name).game for name in systems.names()]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    "kind", [DeprecationWarning, PendingDeprecationWarning, FutureWarning, ResourceWarning]
)
def test_a_warning_of_ours_is_an_error_of_the_test(kind):
    with pytest.raises(kind):
        warnings.warn("old", kind, stacklevel=1)
