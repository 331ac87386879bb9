"""The command line says what it finds, and what to do where it finds nothing."""

import os
import subprocess
import sys

import pytest

from musicgan_lib import cli, corpora


def test_list_names_every_corpus_with_its_licence(capsys):
    assert cli.main(["data", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(corpora.SOURCES)
    assert any(line.startswith("tunes ") and " here " in line for line in lines)


def test_prepare_counts_pieces(capsys):
    assert cli.main(["data", "prepare", "tunes"]) == 0
    assert "tunes: 8 pieces" in capsys.readouterr().out


def test_a_corpus_that_is_not_here_is_a_sentence_and_exit_code_1(capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("MUSICGAN_DATA", raising=False)
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path))
    assert cli.main(["data", "prepare", "maestro"]) == 1
    assert "MUSICGAN_DATA" in capsys.readouterr().err


def test_an_unknown_verb_is_refused():
    with pytest.raises(SystemExit):
        cli.main(["data", "delete"])


def test_what_is_given_twice_is_refused(capsys, tmp_path):
    assert (
        cli.main(["train", "bjare2020", "--corpus", "none", "--set", "batch=2", "--set", "batch=3"])
        == 1
    )
    assert "the setting batch is given more than once" in capsys.readouterr().err
    assert (
        cli.main(["sweep", "none", "-p", "SEED", "0", "-p", "SEED", "1", "--out", str(tmp_path)])
        == 1
    )
    assert "the parameter SEED is given more than once" in capsys.readouterr().err


def test_whoever_reads_a_few_lines_and_goes_is_told_nothing_more():
    """As ``musicgan data list | head -1`` does: the pipe is closed before anything is written."""
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "musicgan_lib.cli", "data", "list"]
    said = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (said.stderr, said.returncode) == (b"", 1)
