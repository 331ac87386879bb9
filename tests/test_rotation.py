"""Nothing that is rotated by the commit is left out for good."""

import chapters
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
