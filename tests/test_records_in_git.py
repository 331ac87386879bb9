"""A row's commit holds the code of its command, or the row says that it does not: asked of git, for every row."""

import functools
import subprocess
from pathlib import Path

import pytest

from musicgan_lib.experiments import claims, records
from musicgan_lib.experiments.commands import read_command

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = "musicgan_lib/experiments/records.py"


def git(*words) -> subprocess.CompletedProcess:
    return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)


@pytest.fixture(autouse=True)
def history():
    shallow = git("rev-parse", "--is-shallow-repository")
    if shallow.returncode or shallow.stdout.strip() != "false":
        pytest.skip("no whole history of the repository here: clone it without --depth")


@functools.cache
def is_known(commit: str) -> bool:
    """Whether a commit is one of this branch's own."""
    return git("merge-base", "--is-ancestor", commit, "HEAD").returncode == 0


@functools.cache
def has(commit: str, file: str) -> bool:
    return git("cat-file", "-e", f"{commit}:{file}").returncode == 0


@functools.cache
def names(commit: str, places: tuple[str, ...], word: str) -> bool:
    """Whether a word stands in one of the files or folders of a commit."""
    return not git("grep", "-qwF", "-e", word, commit, "--", *places).returncode


def list_lacking(row: dict) -> list[str]:
    """What the commit of a row lacks of the code that the row's command names."""
    lacking = []
    for step in read_command(row["command"]):
        if not any(has(row["commit"], file) for file in step.files):
            lacking.append(step.files[0])
            continue
        words = [n.split(",")[0] for n in step.names]  # of a variant with changed settings its name
        lacking += [w for w in words if not names(row["commit"], step.places, w)]
    return lacking


def test_every_commit_holds_the_code_of_its_command_or_the_row_says_dirty():
    rows = claims.read_all_records()
    wrong = {
        (row["system"], row["commit"][:8], *list_lacking(row))
        for row in rows
        if not row["dirty"] and (not is_known(row["commit"]) or list_lacking(row))
    }
    assert rows and not wrong


@functools.cache
def keeps(commit: str) -> bool:
    """Whether the code of a commit writes down where a row comes from."""
    return names(commit, (SCHEMA,), "processor")


def test_a_row_is_silent_on_its_origin_only_where_its_code_did_not_keep_it():
    rows = claims.read_all_records()
    silent = [r for r in rows if not r["processor"]]
    assert not [r["system"] for r in silent if keeps(r["commit"])]
    assert any(r["processor"] for r in rows) and keeps("HEAD")


def test_code_that_a_commit_lacks_is_found():
    first = git("rev-list", "--max-parents=0", "HEAD").stdout.split()[0]
    row = {"commit": first, "command": "musicgan train bjare2020 --variant merl --profile cpu"}
    assert list_lacking(row) == ["musicgan_lib/systems/bjare2020.py"]
    row["commit"] = git("rev-parse", "HEAD").stdout.strip()
    assert not list_lacking(row)
    row["command"] = row["command"].replace("merl", "no_such_variant,alpha=0.1")
    assert list_lacking(row) == ["no_such_variant"]
    assert not is_known("0" * 40) and records.UNKNOWN["processor"] == ""
