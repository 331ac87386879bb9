"""Where a training step spends its time: commands counted,
seconds measured side by side, and the bounds of a device.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class _Counter(TorchDispatchMode):
    count = 0

    def __torch_dispatch__(self, command, types, args=(), kwargs=None):
        given = [r.alias_info for r in command._schema.returns]
        looks = command is torch.ops.aten._unsafe_view.default or bool(given) and None not in given
        self.count += command._schema.is_mutable or not looks
        return command(*args, **(kwargs or {}))


def count_commands(fn: Callable, *given) -> int:
    """How many tensor operations ``fn(*given)`` gives out, on any device; one that only looks at a tensor in another
    shape is none.

    On a GPU most of them start one kernel each. What numpy computes is not seen.
    """
    with _Counter() as counter:
        fn(*given)
    return counter.count


def read_clock(device="cpu") -> float:
    """Seconds: of this process's processor time on a CPU, which others' work hardly touches;
    of a GPU, once it has finished all.
    """
    if torch.device(device).type == "cpu":
        return time.process_time()
    torch.get_device_module(device).synchronize()
    return time.perf_counter()


def measure_side_by_side(tasks: dict, repeats: int, device="cpu") -> dict[object, np.ndarray]:
    """Name -> ``(repeats,)`` seconds. All tasks are done once in each round, after one round that does not count."""
    spent = {name: [] for name in tasks}
    for _ in range(repeats + 1):
        for name, task in tasks.items():
            began = read_clock(device)
            task()
            spent[name].append(read_clock(device) - began)
    return {name: np.array(seconds[1:]) for name, seconds in spent.items()}


@contextmanager
def time_parts(parts: dict, device="cpu"):
    """In here, seconds pile up in the yielded dict: ``parts`` is name -> list of (class or module, name of its
    function).

    A part called by another part counts for the outer one.
    """
    spent, inside, before = dict.fromkeys(parts, 0.0), [], []

    def watch(part, function):
        def timed(*given, **named):
            if inside:
                return function(*given, **named)
            inside.append(part)
            began = read_clock(device)
            try:
                return function(*given, **named)
            finally:
                spent[part] += read_clock(device) - began
                inside.pop()

        return timed

    for part, functions in parts.items():
        for owner, name in functions:
            before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, watch(part, getattr(owner, name)))
    try:
        yield spent
    finally:
        for owner, name, function in reversed(before):
            setattr(owner, name, function)


def fit_line(sizes, seconds) -> tuple[float, float]:
    """``(a, b)`` of the line a + b * size with the least sum of squared errors; GT-1."""
    sizes, seconds = np.asarray(sizes, float), np.asarray(seconds, float)
    apart = sizes - sizes.mean()
    slope = (apart * (seconds - seconds.mean())).sum() / (apart**2).sum()
    return seconds.mean() - slope * sizes.mean(), slope


def bound_seconds(commands, operations, moved, launch, peak, bandwidth) -> float:
    """The least time on a device that starts a command in ``launch`` seconds, computes ``peak`` operations a second
    and moves ``bandwidth`` bytes a second: whichever of the three takes longest; GT-2.

    Source: the roofline of Williams, Waterman and Patterson (2009); the term of the commands is ours.
    """
    return max(commands * launch, operations / peak, moved / bandwidth)
