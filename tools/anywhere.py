"""Run chapters and tests as they run elsewhere: on other processors, threads and versions, with other seeds.

    python tools/anywhere.py [PLACE ...] [--only PATTERN ...] [--jobs N]

Places are those of ``tools/places.py``. What passed is kept in ``_build/anywhere`` and not run again while its code
stays, so that the whole can be run in parts; ``--only 'book/*' tests/test_fit.py`` chooses chapters and test files.
Ends with a table of all places that were ever run, and with status 1 where anything of this call failed.
"""

import argparse
import fnmatch
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chapters import ROOT, hash_chapter, hash_everything, list_chapters
from places import PLACES, Place, environment_of, find_places, python_of

KEPT = ROOT / "_build" / "anywhere"
#: Tests of the built book, and those of the wheel, which are a place of their own
BUILT = ("test_book.py", "test_player_browser.py", "test_stored_outputs.py")
ELSEWHERE = "test_chapters_elsewhere.py"
MINUTES = 30  # of one chapter or one file of tests


def list_jobs(place: Place) -> list[str]:
    """The chapters and test files of a place, by their paths in the repository."""
    chapters = list_chapters() if place.chapters else []
    tests = sorted((ROOT / "tests").glob("test_*.py"))
    chosen = {
        "usual": [t for t in tests if t.name not in (*BUILT, ELSEWHERE)],
        "elsewhere": [t for t in tests if t.name == ELSEWHERE],
        "": [],
    }[place.tests]
    return [p.relative_to(ROOT).as_posix() for p in [*chapters, *chosen]]


def key_of(job: str, place: Place, state: str) -> str:
    """Another one when the job has to be run again."""
    path = ROOT / job
    own = [hash_chapter(path), state] if path.suffix == ".ipynb" else [state]
    if path.suffix == ".py":
        files = [f for f in sorted((ROOT / "tests").rglob("*.py")) if f.name[:5] != "test_"]
        own += [f.read_text() for f in [*files, path]]
    return hashlib.sha256("\n".join([*own, repr(place), sys.version]).encode()).hexdigest()


def run_job(job: str, place: Place, folder: Path, python: str) -> dict:
    """Run one chapter in an empty folder, or one file of tests; says whether it passed, and its last words."""
    began = time.perf_counter()
    environment = environment_of(place, folder)
    with tempfile.TemporaryDirectory() as empty:
        if job.endswith(".ipynb"):
            environment.pop("MUSICGAN_DATA", None)  # as for the book
            words = ["papermill", str(ROOT / job), f"{empty}/out.ipynb", "-k", "python3"]
            words += ["--no-progress-bar"]
            words += [w for k, v in place.parameters.items() for w in ("-p", k, str(v))]
        else:
            words = ["pytest", "-q", "-p", "no:cacheprovider", job]
        try:
            reply = subprocess.run(
                [python, "-m", *words], cwd=empty if job.endswith(".ipynb") else ROOT, env=environment,
                capture_output=True, text=True, check=False, timeout=60 * MINUTES,
            )  # fmt: skip
            passed, said = reply.returncode == 0, reply.stdout + reply.stderr
        except subprocess.TimeoutExpired:
            passed, said = False, f"more than {MINUTES} minutes"
    seconds = round(time.perf_counter() - began, 1)
    return {"passed": passed, "seconds": seconds, "said": "" if passed else said[-6000:]}


def run_place(name: str, patterns, jobs: int, state: str) -> bool:
    """Run what of a place is not done yet; whether all of it passed."""
    place, folder = PLACES[name], KEPT / name
    chosen = [j for j in list_jobs(place) if any(fnmatch.fnmatch(j, p) for p in patterns)]
    if not chosen:
        return True
    folder.mkdir(parents=True, exist_ok=True)
    python = python_of(place, folder)

    def do(job):
        told, key = file_of(folder, job), key_of(job, place, state)
        before = read(told)
        if before.get("key") == key and before["passed"]:
            return True
        found = run_job(job, place, folder, python) | {"job": job, "key": key}
        told.write_text(json.dumps(found, indent=1))
        print(f"{name:10} {'passed' if found['passed'] else 'FAILED'} {found['seconds']:7.1f} s  {job}")  # fmt: skip
        print(found["said"][-1500:], end="", file=sys.stderr, flush=True)
        return found["passed"]

    with ThreadPoolExecutor(jobs) as pool:
        return all(list(pool.map(do, chosen)))


def file_of(folder: Path, job: str) -> Path:
    return folder / f"{job.replace('/', '.')}.json"


def read(told: Path) -> dict:
    return json.loads(told.read_text()) if told.is_file() else {}


def summarise(state: str) -> str:
    """A line for each place: how many of its chapters and tests passed, failed, or were not run on this code."""
    lines = [f"{'place':10} {'passed':>7} {'failed':>7} {'not run':>8}  what it is"]
    for name, place in PLACES.items():
        jobs, failed, passed = list_jobs(place), [], 0
        for job in jobs:
            told = read(file_of(KEPT / name, job))
            if told.get("key") == key_of(job, place, state):
                passed += told["passed"]
                failed += [] if told["passed"] else [job]
        left = len(jobs) - passed - len(failed)
        lines.append(f"{name:10} {passed:7d} {len(failed):7d} {left:8d}  {place.about}")
        lines += [f"{'':10} FAILED  {job}" for job in failed]
    return "\n".join(lines)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("places", nargs="*", metavar="PLACE")
    options.add_argument("--only", nargs="+", default=["*"], metavar="PATTERN")
    options.add_argument("--jobs", type=int, default=2)
    chosen = options.parse_args()
    state = hash_everything()
    well = [run_place(p, chosen.only, chosen.jobs, state) for p in find_places(chosen.places)]
    print(summarise(state))
    return 0 if all(well) else 1


if __name__ == "__main__":
    raise SystemExit(main())
