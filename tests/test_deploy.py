"""The image of a student's machine keeps step with what this book is tested with, and spares a student's work."""

import re
import subprocess

from chapters import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"


def read_steps() -> list[tuple[str, str]]:
    """(instruction, words) of the Dockerfile, lines that go on joined."""
    joined = DOCKERFILE.read_text().replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(None, 1)) for line in lines]


def test_the_image_has_the_python_and_the_pins_of_this_book():
    pins = (ROOT / "requirements.txt").read_text()
    (python,) = re.findall(r"tested with \(Python ([\d.]+)\)", pins)
    steps = read_steps()
    assert ("ARG", f"PYTHON={python}") in steps and ("FROM", "python:${PYTHON}-slim") in steps
    installs = [words for step, words in steps if step == "RUN" and "pip install" in words]
    assert len(installs) == 2
    pinned, own = installs
    assert "-r requirements.txt" in pinned and "https://download.pytorch.org/whl/cpu" in pinned
    assert re.findall(r"(\S+)==", " ".join(installs)) == ["jupyterhub"], (
        "pins stand in requirements.txt"
    )
    assert "--no-deps" in own and "--no-build-isolation" in own and "hatchling==" in pins
    for package in re.findall(r"^([A-Za-z0-9_.-]+)==", pins, re.M):
        assert not re.search(rf"(?<![\w-]){re.escape(package)}(?![\w-])", " ".join(installs)), (
            package
        )


def test_what_the_image_copies_is_there_and_before_it_is_needed():
    steps = read_steps()
    copied = [words.split()[:-1] for step, words in steps if step == "COPY"]
    for source in (s for words in copied for s in words):
        assert (ROOT / source).exists(), source
        assert source not in (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text().split()
    names = [source for words in copied for source in words]
    for needed in (
        "requirements.txt",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "musicgan_lib",
        "results",
        "book",
    ):
        assert needed in names
    order = [i for i, (step, words) in enumerate(steps) if "pip install" in words]
    assert steps.index(("COPY", "requirements.txt ./")) < order[0]
    assert steps.index(("COPY", "results ./results")) < order[1]  # the wheel carries their index


def test_a_start_brings_new_chapters_and_touches_no_work(tmp_path):
    book, home = tmp_path / "from", tmp_path / "home"
    (book / "lab").mkdir(parents=True)
    (home / "book").mkdir(parents=True)
    (book / "one.ipynb").write_text("new")
    (book / "lab" / "a page.ipynb").write_text("new")
    (home / "book" / "one.ipynb").write_text("a student's work")
    reply = subprocess.run(
        ["sh", str(ROOT / "deploy" / "start.sh"), "echo", "started"],
        env={"HOME": str(home), "BOOK_FROM": str(book), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert reply.stdout == "started\n"
    assert (home / "book" / "one.ipynb").read_text() == "a student's work"
    assert (home / "book" / "lab" / "a page.ipynb").read_text() == "new"
