"""Break the library on purpose, one line at a time: each break must turn its named test red.

    python tools/mutants.py [--jobs 2] [--narrow] [WORD ...]

``tests/mutants.toml`` lists them: a file, the text to find (once), what to put there instead, and
the test, or the chapter, that has to notice. ``WORD`` narrows the list to mutants whose file or test
holds it. Work is done on copies, one a job.

``--narrow`` writes into that list which test of a file noticed a mistake, so that the next run asks this test alone.

What was noticed is remembered in ``_build/mutants`` for as long as the file and the test stay as they are, so that a
run may be stopped and goes on; ``--again`` forgets that. A test is asked first whether it passes as it is.
"""

import argparse
import hashlib
import itertools
import json
import os
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(
    ".venv", "_build", ".git", "__pycache__", ".hypothesis", ".*_cache"
)
BUILT = ("executed", "html")
PYTEST = (
    "-x",
    "-q",
    "-rf",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
PAPERMILL = ("-k", "python3", "--no-progress-bar")


def list_mutants(root: Path = ROOT) -> list[dict]:
    """Every mutant of ``tests/mutants.toml``; ValueError names those whose text does not stand in its file once."""
    mutants = tomllib.loads((root / "tests" / "mutants.toml").read_text())["mutant"]
    lost = []
    for mutant in mutants:
        times = (root / mutant["file"]).read_text().count(mutant["find"])
        if times != 1:
            lost.append(f"{mutant['file']}: {mutant['find']!r} stands there {times} times")
        if not (root / mutant["test"].split("::")[0]).is_file():
            lost.append(f"{mutant['test']} is no test")
    if lost:
        raise ValueError("\n".join(lost))
    return mutants


def remember(root: Path, mutant: dict) -> Path:
    """The file that is there once a mutant was noticed, by this test in this file."""
    seen = hashlib.sha256(repr(sorted(mutant.items())).encode())
    for name in (mutant["file"], mutant["test"].split("::")[0]):
        seen.update((root / name).read_bytes())
    return root / "_build" / "mutants" / seen.hexdigest()[:24]


class Copy:
    """A copy of the project that may be broken, and a process in it that asks one test after another."""

    def __init__(self, folder: Path):
        self.root = folder / "copy"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)
        (self.root / "_build").mkdir()
        for built in BUILT:  # some tests look at what was built
            if (ROOT / "_build" / built).is_dir():
                shutil.copytree(ROOT / "_build" / built, self.root / "_build" / built)
        self._said = folder / "said"
        self._write_times = itertools.count(int(time.time()))
        self._environment = os.environ | {
            "PYTHONPATH": str(self.root),
            "MUSICGAN_WEEKLY": "1",  # a copy has no commit that would choose
            "MUSICGAN_OUT": str(self.root / "_build" / "rows"),
        }
        self._asker = self._begin_asking()

    def _begin_asking(self) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "warm_pytest.py"), str(self._said), *PYTEST],
            cwd=self.root,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def write(self, name: str, text: str) -> None:
        """Write a file of the copy; compiled code of another text is never taken for it, however soon this comes."""
        file = self.root / name
        file.write_text(text)
        seconds = next(self._write_times)
        os.utime(file, (seconds, seconds))

    def fails(self, target: str) -> tuple[str, bool]:
        """The end of what a test, or a chapter, says in this copy where it does not pass, empty where it does; and
        whether it came so far as to be asked: a test that cannot be collected has noticed nothing.
        """
        ask = self._run_chapter if target.endswith(".ipynb") else self._ask_test
        status, said = ask(target)
        asked = status <= 1 and "error during collection" not in said
        return (said[-2000:] or "failed" if status else ""), asked

    def _ask_test(self, target: str) -> tuple[int, str]:
        self._asker.stdin.write(f"{target}\n")
        self._asker.stdin.flush()
        status = self._asker.stdout.readline()
        if not status:  # a mistake that ends whoever asks
            self._asker = self._begin_asking()
            return -1, "the process that asks has ended"
        return int(status), self._said.read_text(errors="replace")

    def _run_chapter(self, target: str) -> tuple[int, str]:
        reply = subprocess.run(
            [sys.executable, "-m", "papermill", str(self.root / target), os.devnull, *PAPERMILL],
            cwd=self.root,
            env=self._environment | {"MUSICGAN_STATIC": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return reply.returncode, reply.stdout


def name_test(said: str, target: str) -> str:
    """The test of a file that failed, by what pytest said; the target itself where none is named."""
    named = re.findall(r"^FAILED (\S.*?)(?: - .*)?$", said, re.MULTILINE)
    return named[-1] if len(named) == 1 and named[0].startswith(target) else target


def narrow(text: str, noticed: dict[tuple, str]) -> str:
    """The text of ``mutants.toml`` where each mistake of ``noticed`` (the values of its row) names another test."""
    blocks = re.split(r"(?m)^(?=\[\[mutant\]\])", text)
    for at, block in enumerate(blocks[1:], 1):
        mutant = tomllib.loads(block)["mutant"][0]
        was, test = mutant["test"], noticed.get(tuple(mutant.values()))
        if test:
            blocks[at] = block.replace(
                f'test = "{was}"', f"test = {json.dumps(test, ensure_ascii=False)}"
            )
    return "".join(blocks)


def try_target(copy: Copy, target: str, mutants: list[dict], noticed: dict) -> list[str]:
    """What becomes of the mutants that one test has to notice; a line each: ``SURVIVED`` where it does not,
    ``CRASHED`` where the mistake leaves no test to ask.
    """
    said, _ = copy.fails(target)
    if said:
        return [f"SURVIVED {target} fails without any mutant: {said}"]
    told = []
    for mutant in mutants:
        text = (copy.root / mutant["file"]).read_text()
        copy.write(mutant["file"], text.replace(mutant["find"], mutant["replace"]))
        said, asked = copy.fails(target)
        copy.write(mutant["file"], text)
        word = "SURVIVED" if not said else "noticed " if asked else "CRASHED "
        told.append(f"{word} {mutant['file']}: {mutant['replace'].strip()}")
        if word.strip() == "noticed":
            test = name_test(said, target)
            noticed[tuple(mutant.values())] = test
            for same in (mutant, mutant | {"test": test}):
                kept = remember(ROOT, same)
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.touch()
    return told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--narrow", action="store_true", help="write down which test noticed")
    parser.add_argument("--again", action="store_true", help="those that were noticed before, too")
    chosen = parser.parse_args()
    known = 0
    targets: dict[str, list[dict]] = {}
    for mutant in list_mutants():
        if chosen.words and not any(w in mutant["file"] + mutant["test"] for w in chosen.words):
            continue
        if remember(ROOT, mutant).is_file() and not chosen.again:
            known += 1
        else:
            targets.setdefault(mutant["test"], []).append(mutant)
    done, lines, noticed = 0, [], {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(chosen.jobs) as jobs:
        copies: queue.Queue = queue.Queue()
        for job in range(chosen.jobs):
            copies.put(Copy(Path(folder) / str(job)))

        def work(target: str) -> list[str]:
            copy = copies.get()
            try:
                return try_target(copy, target, targets[target], noticed)
            finally:
                copies.put(copy)

        order = sorted(targets, key=lambda t: (t.endswith(".ipynb"), -len(targets[t])))
        for told in jobs.map(work, order):
            lines += told
            done += 1
            print(f"{done} of {len(targets)} tests", *told, sep="\n  ", flush=True)
            if chosen.narrow:
                listed = ROOT / "tests" / "mutants.toml"
                listed.write_text(narrow(listed.read_text(), noticed))
    left = [line for line in lines if not line.startswith("noticed")]
    before = f", {known} were noticed before" if known else ""
    print(f"{len(lines) - len(left)} noticed, {len(left)} not{before}", *left, sep="\n")
    return bool(left)


if __name__ == "__main__":
    raise SystemExit(main())
