"""Build the book: execute each chapter once, hand its outputs to jupyter-book, build with warnings as errors.

Executed chapters are kept in ``_build/executed`` and used again while neither their cells nor what these reach of the
library, the records that they asked for, or pins have changed; ``--clean`` starts from nothing. ``--record`` writes the
seconds that each chapter took to ``results/about/run_times.json``. Generators that compose in the pages are written
from their recorded weights into ``_static/models``.
"""

import argparse
import ast
import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from chapters import (
    EXECUTED,
    ROOT,
    drop_waiting,
    find_executed,
    list_chapters,
    name_executed,
    tell_used,
)
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn

from musicgan_lib.experiments import page_models
from musicgan_lib.listening.compose import write_static

BUILD = ROOT / "_build"
SOUND = re.compile(r'src="data:audio/wav;base64,([^"]+)"')


def execute(notebook: Path) -> tuple[Path, float]:
    """Run one chapter in an empty folder, or find it already run; returns it and its seconds."""
    if found := find_executed(notebook):
        return found, json.loads(found.with_suffix(".json").read_text())["seconds"]
    kept = name_executed(notebook)
    began = time.perf_counter()
    part = kept.with_suffix(".part.ipynb")
    environment = os.environ | {
        "MUSICGAN_STATIC": "1",
        "MUSICGAN_OUT": str(BUILD / "rows"),
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
    }
    environment.pop(
        "MUSICGAN_DATA", None
    )  # what is published must not depend on this machine's corpora
    with tempfile.TemporaryDirectory() as place:
        empty, asked = Path(place) / "empty", Path(place) / "asked"
        empty.mkdir()
        asked.touch()
        environment["MUSICGAN_ASKED"] = str(asked)
        command = [sys.executable, "-m", "papermill", str(notebook), str(part), "-k", "python3"]
        reply = subprocess.run(
            [*command, "--no-progress-bar", "--execution-timeout", "300"],
            cwd=empty, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        used = tell_used(set(asked.read_text().splitlines()))
    seconds = round(time.perf_counter() - began, 1)
    if reply.returncode != 0:
        raise SystemExit(f"{notebook.relative_to(ROOT)} failed:\n{reply.stderr[-4000:]}")
    for old in EXECUTED.glob(f"{notebook.stem}.*"):
        if old != part:
            old.unlink()
    kept.with_suffix(".json").write_text(json.dumps({"seconds": seconds, "used": used}, indent=1))
    part.replace(kept)
    return kept, seconds


def fill_cache(notebook: Path, executed: Path, seconds: float, cache) -> None:
    """Give jupyter-book the outputs, so that it executes nothing."""
    source = nbformat.read(notebook, as_version=4)
    outputs = [c for c in nbformat.read(executed, as_version=4).cells if c.cell_type == "code"]
    for cell, done in zip((c for c in source.cells if c.cell_type == "code"), outputs, strict=True):
        cell.outputs = [say_plainly(said) for said in drop_waiting(done.outputs)]
        cell.execution_count = done.execution_count
    cache.cache_notebook_bundle(
        CacheBundleIn(source, str(notebook), data={"execution_seconds": seconds}),
        check_validity=False,
        overwrite=True,
    )


def say_plainly(said):
    """An output as a reader reads it: a sentence without Python's quotes, a table of names and values a line each."""
    data = said.get("data", {})
    if set(data) != {"text/plain"}:
        return said
    try:
        value = ast.literal_eval(data["text/plain"])
    except (SyntaxError, ValueError):
        return said
    if isinstance(value, str):
        text = value
    elif isinstance(value, dict) and value:
        text = "\n".join(f"{name}: {_say(one)}" for name, one in value.items())
    else:
        return said
    return nbformat.from_dict(said | {"data": {"text/plain": text}})


def _say(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_say(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def prepare_corpora() -> None:
    """Parse the default corpus once, before chapters that run side by side ask for it."""
    code = "from musicgan_lib import corpora; corpora.load('chorales')"
    subprocess.run([sys.executable, "-c", code], check=True)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--clean", action="store_true", help="start from nothing")
    options.add_argument(
        "--record", action="store_true", help="keep the chapters' seconds in results/"
    )
    options.add_argument("--execute-only", action="store_true", help="do not build the pages")
    options.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    chosen = options.parse_args()
    if chosen.clean:
        shutil.rmtree(BUILD, ignore_errors=True)
    EXECUTED.mkdir(parents=True, exist_ok=True)
    prepare_corpora()
    notebooks = list_chapters()
    with ThreadPoolExecutor(chosen.jobs) as pool:
        jobs = [pool.submit(execute, n) for n in notebooks]
        done = [job.result() for job in jobs]
    for notebook, (_, seconds) in zip(notebooks, done):
        print(f"{seconds:7.1f} s  {notebook.relative_to(ROOT)}")
    if chosen.record:
        record_times(notebooks, [seconds for _, seconds in done])
    if chosen.execute_only:
        return 0
    for name in ("html", ".doctrees", ".jupyter_cache", "jupyter_execute"):
        shutil.rmtree(BUILD / name, ignore_errors=True)
    cache = get_cache(str(BUILD / ".jupyter_cache"))
    for notebook, (executed, seconds) in zip(notebooks, done):
        fill_cache(notebook, executed, seconds, cache)
    command = [
        Path(sys.executable).with_name("jupyter-book"),
        "build",
        ROOT,
        "-W",
        "-n",
        "--keep-going",
        "--quiet",
    ]
    code = subprocess.run(command, check=False).returncode
    if code == 0:
        write_static(BUILD / "html" / "_static", map(page_models.find, page_models.names()))
        part_sounds(BUILD / "html")
    return code


def part_sounds(html: Path) -> None:
    """Put the clips of each page into files of their own, so that a page is light and a clip is loaded when played."""
    folder = html / "_static" / "sounds"
    folder.mkdir(parents=True, exist_ok=True)
    for page in html.rglob("*.html"):
        text = page.read_text("utf-8")
        to_root = "../" * len(page.relative_to(html).parts[:-1])

        def keep(found, to_root=to_root) -> str:
            clip = base64.b64decode(found[1])
            name = f"{hashlib.sha256(clip).hexdigest()[:16]}.wav"
            (folder / name).write_bytes(clip)
            return f'src="{to_root}_static/sounds/{name}"'

        parted = SOUND.sub(keep, text)
        if parted != text:
            page.write_text(parted, "utf-8")


def record_times(notebooks, seconds) -> None:
    path = ROOT / "results" / "about" / "run_times.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    times = json.loads(path.read_text()) if path.exists() else {}
    for notebook, s in zip(notebooks, seconds):
        times[notebook.stem] = {"smoke": s}
    path.write_text(json.dumps(times, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
