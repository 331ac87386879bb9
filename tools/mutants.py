"""Break the library on purpose, one line at a time: each break must turn its named test red.

``tests/mutants.toml`` lists them: a file, the text to find (once), what to put there instead, and
the test, or the chapter, that has to notice. Work is done on a copy.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from chapters import ROOT

LEFT_OUT = shutil.ignore_patterns(
    ".venv", "_build", ".git", "__pycache__", ".hypothesis", ".*_cache"
)


def judge(copy: Path, target: str) -> bool:
    """Whether the test, or every cell of the chapter, passes in this copy."""
    if target.endswith(".ipynb"):
        command = [
            "papermill",
            str(copy / target),
            os.devnull,
            "-k",
            "python3",
            "--no-progress-bar",
        ]
    else:
        command = ["pytest", "-x", "-q", "-p", "no:cacheprovider", target]
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "MUSICGAN_STATIC": "1",
        "MUSICGAN_OUT": str(copy / "_build" / "rows"),
    }
    reply = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=copy,
        env=environment,
        capture_output=True,
        check=False,
    )
    return reply.returncode == 0


def main() -> int:
    mutants = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text())["mutant"]
    wanted = [
        m
        for m in mutants
        if not sys.argv[1:] or any(w in m["file"] + m["test"] for w in sys.argv[1:])
    ]
    healthy, survivors = {}, []
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        for number, mutant in enumerate(wanted, 1):
            file = copy / mutant["file"]
            text = file.read_text()
            if text.count(mutant["find"]) != 1:
                raise SystemExit(
                    f"{mutant['file']}: {mutant['find']!r} stands there {text.count(mutant['find'])} times"
                )
            if mutant["test"] not in healthy:
                healthy[mutant["test"]] = judge(copy, mutant["test"])
            if not healthy[mutant["test"]]:
                raise SystemExit(f"{mutant['test']} fails without any mutant")
            file.write_text(text.replace(mutant["find"], mutant["replace"]))
            noticed = not judge(copy, mutant["test"])
            file.write_text(text)
            survivors += [] if noticed else [mutant]
            print(
                f"{number}/{len(wanted)} {'noticed ' if noticed else 'SURVIVED'} {mutant['file']}: {mutant['replace']}"
            )
    print(f"{len(wanted) - len(survivors)} noticed, {len(survivors)} survived")
    return bool(survivors)


if __name__ == "__main__":
    raise SystemExit(main())
