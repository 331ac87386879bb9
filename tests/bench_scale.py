"""What Dask adds and what it brings: shards by two workers against one, a sweep's own time beside its notebooks'.

Not a test: run by `make bench`. Wall time, so it means something on a machine with two idle cores only; the runs of one
worker and of two take turns. `python tests/bench_scale.py 10` makes the jobs of the sweep 10 s long instead of 30.
"""

import csv
import os
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat

from musicgan_lib import cluster
from musicgan_lib.data import shards
from musicgan_lib.experiments import sweep

JOBS = 4
BURN = """
import pathlib, time, json
began, total = time.perf_counter(), 0
for i in range(int(ROUNDS)):
    total += i * i
row = {"system": "loop", "variant": "plain", "control": None, "metrics": {"own": time.perf_counter() - began}}
pathlib.Path(OUT).mkdir(parents=True)
pathlib.Path(OUT, "loop.json").write_text(json.dumps([row]))
"""


def main(seconds=30.0) -> None:
    archive = next(
        (
            path
            for folder in os.environ.get("MUSICGAN_DATA", "").split(os.pathsep)
            if (path := Path(folder or ".", "crnngan_data.zip")).exists()
        ),
        None,
    )
    if archive is None:
        print("MUSICGAN_DATA holds no crnngan_data.zip: encoding is left out")
    else:
        bench_encoding(archive)
    bench_sweep(seconds)


def bench_encoding(archive: Path, copies=3, files=100, times=2) -> None:
    """Ten thousand files, each track by itself, from the first line to the index: Dask's own start counts.

    They are the 3,451 of an archive three times over: of those alone Dask's start would be a third.
    """
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as packed:
        path = Path(folder, "files.zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
            for name in (n for n in packed.namelist() if n.lower().endswith(".mid")):
                for copy in range(copies):
                    out.writestr(f"{copy}/{name}", packed.read(name))
        measure_encoding(path, files, times)


def measure_encoding(archive: Path, files: int, times: int) -> None:
    plan, took = shards.Plan(str(archive), per_track=True, files=files), {1: [], 2: []}
    for _ in range(times):
        for workers, seconds in took.items():
            with tempfile.TemporaryDirectory() as folder:
                began = time.perf_counter()
                index = shards.encode(plan, folder, workers=workers)
                seconds.append(time.perf_counter() - began)
    one, two = (min(s) for s in took.values())
    began = time.perf_counter()
    cluster.connect(workers=2).close()
    start = time.perf_counter() - began
    print(
        f"encoding, two workers against one: {one / two:.2f} times as fast (wanted: at least 1.6); {one:.1f} s and "
        f"{two:.1f} s, {len(index['shards'])} shards of {files} files, the least of {times}; "
        f"of the second {start:.1f} s are Dask's start"
    )


def bench_sweep(seconds: float) -> None:
    """Notebooks that count for a while, each on one core."""
    rounds = int(seconds * count_in_a_second())
    with tempfile.TemporaryDirectory() as folder:
        cell = nbformat.v4.new_code_cell("SEED = 0\nROUNDS = 1\nOUT = ''")
        cell.metadata["tags"] = ["parameters"]
        page = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_code_cell(BURN)])
        page.metadata["kernelspec"] = {"name": "python3", "display_name": "p", "language": "python"}
        nbformat.write(page, Path(folder, "loop.ipynb"))
        grid, took, own = {"SEED": list(range(JOBS)), "ROUNDS": [rounds]}, {}, {}
        for workers in (1, 2):
            began = time.perf_counter()
            out = Path(folder, str(workers))
            sweep.sweep(Path(folder, "loop.ipynb"), grid, out, workers=workers)
            took[workers] = time.perf_counter() - began
            with open(out / "table.csv") as file:
                own[workers] = sum(float(row["own"]) for row in csv.DictReader(file))
    print(
        f"sweep overhead: {took[1] / own[1] - 1:.1%} of the notebooks' own time (wanted: at most 10 %); {JOBS} jobs of "
        f"{own[1] / JOBS:.0f} s of one core, one worker"
    )
    print(
        f"sweep, two workers against one: {took[1] / took[2]:.2f} times as fast; {took[1]:.0f} s and {took[2]:.0f} s"
    )


def count_in_a_second(rounds=3_000_000) -> float:
    began, total = time.perf_counter(), 0
    for i in range(rounds):
        total += i * i
    return rounds / (time.perf_counter() - began)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
