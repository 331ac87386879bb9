"""Nothing that is rotated by the commit is left out for good."""

from pathlib import Path

import chapters
import conftest
import pytest
import rotation

from musicgan_lib import checkout


@pytest.fixture
def commits(monkeypatch):
    """Hashes one after the other, with no week's turn between them."""
    monkeypatch.delenv("MUSICGAN_WEEKLY", raising=False)

    def go(number):
        monkeypatch.setattr(checkout, "commit", lambda: f"{number:08x}" + "0" * 32)

    return go


@pytest.mark.parametrize(("things", "n"), [(33, 6), (46, 6), (4, 6), (400, 3)])
def test_every_thing_has_its_turn_and_no_push_sees_more_than_so_many(commits, things, n):
    met, others = [], things - 1
    for number in range(others):
        commits(number)
        picked = rotation.pick(range(things), n, always=[2])
        assert picked[0] == 2 and min(n, others) // 2 <= len(picked) - 1 <= n
        met += picked[1:]
    assert set(met) == set(range(things)) - {2}


def test_weekly_is_everything(commits, monkeypatch):
    commits(1)
    monkeypatch.setenv("MUSICGAN_WEEKLY", "1")
    assert rotation.pick(range(9), 3, always=[2]) == list(range(9))
    assert chapters.executed_by_nbval() == chapters.CHAPTERS


def test_the_real_commit_takes_a_turn(monkeypatch):
    monkeypatch.delenv("MUSICGAN_WEEKLY", raising=False)
    assert 0 <= rotation.turn(7) < 7
    assert 3 <= len(chapters.executed_by_nbval()) <= 6


def test_what_rests_runs_with_the_next_commit(commits, monkeypatch):
    for place in range(5):
        rested = []
        for number in (6, 7):
            commits(number)
            rested.append(rotation.rests(place))
        assert sorted(rested) == [False, True]
    monkeypatch.setenv("MUSICGAN_WEEKLY", "1")
    assert not any(map(rotation.rests, range(5)))


def test_files_that_take_turns_are_there_and_take_no_others_along():
    """A list of files that were renamed would rest nothing, and say so nowhere."""
    here = Path(__file__).parent
    assert all((here / name).is_file() for name in (*conftest.LONG, *conftest.IN_TURN))
    assert len(set(conftest.IN_TURN)) == len(conftest.IN_TURN)
