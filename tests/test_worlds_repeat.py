"""A world gives the same numbers twice: nothing in it draws from a generator that its seed does not set."""

import pytest
import torch

from musicgan_lib.lab import worlds

SIZES = worlds.TINY | {"lm": 12, "more": 4, "d": 6, "rl": 2, "pool": 256}


@pytest.mark.parametrize("other", [1, 2])
def test_what_ran_before_does_not_change_a_row(other):
    def run(state):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(state)
            rows = worlds.run_oracle(3, SIZES, symbols=8, length=4, n=300)
            left = torch.get_rng_state()
            torch.manual_seed(state)
            assert torch.equal(left, torch.get_rng_state())  # and it changes nothing of others
        times = {"extra_cpu_s"}
        return [{k: v for k, v in r["metrics"].items() if k not in times} for r in rows]

    assert run(0) == run(other)
