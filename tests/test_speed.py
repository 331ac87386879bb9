"""Commands are counted exactly, parts add up, the line and the bound are those of the formulas.

No second is compared with another machine's.
"""

import numpy as np
import pytest
import torch

from musicgan_lib.lab import speed


def test_looking_is_no_command_and_writing_is_one():
    x = torch.zeros(2, 3)
    assert speed.count_commands(lambda: x.T.reshape(6).unsqueeze(0)) == 1  # the copy of a transpose
    assert speed.count_commands(lambda: x.view(6)[1:].expand(2, 5)) == 0
    assert speed.count_commands(lambda: x.add_(1)) == 1
    assert speed.count_commands(lambda: (x + 1) @ x.T) == 2
    assert speed.count_commands(lambda: x.exp().sum()) == 2


def test_tasks_take_turns():
    order = []
    found = speed.measure_side_by_side({k: lambda k=k: order.append(k) for k in "ab"}, 3)
    assert "".join(order) == "abababab" and {k: v.shape for k, v in found.items()} == {
        "a": (3,),
        "b": (3,),
    }
    assert min(v.min() for v in found.values()) >= 0


def test_a_part_within_a_part_counts_once_and_all_is_put_back(monkeypatch):
    class Work:
        def outer(self):
            return self.inner() + 1

        def inner(self):
            return 1

    ticks = iter(range(100))
    monkeypatch.setattr(speed, "read_clock", lambda device: float(next(ticks)))
    before = Work.outer, Work.inner
    with (
        pytest.raises(ZeroDivisionError),
        speed.time_parts({"outer": [(Work, "outer")], "inner": [(Work, "inner")]}) as spent,
    ):
        assert Work().outer() == 2
        assert dict(spent) == {"outer": 1.0, "inner": 0.0}  # one tick, not the two of both
        Work().inner()
        raise ZeroDivisionError
    assert spent == {"outer": 1.0, "inner": 1.0}
    assert (Work.outer, Work.inner) == before


def test_the_line_is_found():
    sizes = [1, 2, 8, 64]
    assert speed.fit_line(sizes, [5 + 0.25 * n for n in sizes]) == pytest.approx((5, 0.25))
    seconds = np.random.default_rng(0).random(4)
    assert speed.fit_line(sizes, seconds) == pytest.approx(np.polyfit(sizes, seconds, 1)[::-1])


@pytest.mark.parametrize(
    ("of_which", "seconds"), [((3, 0, 0), 6), ((0, 10, 0), 2), ((0, 0, 21), 3), ((1, 10, 21), 3)]
)
def test_the_slowest_of_three_decides(of_which, seconds):
    assert speed.bound_seconds(*of_which, launch=2, peak=5, bandwidth=7) == seconds
