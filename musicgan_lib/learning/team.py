"""Several processes that train one network: what each has to hear of the others. Alone, every function is the identity.

All draw the same random numbers and keep rows of their own (:mod:`~musicgan_lib.models.draws`), so together they hold
the batch that one process would have drawn. A loss that is a mean over rows needs its slopes averaged, and no more.
What looks across rows is taken over those of all: the mean that is a baseline, matched moments, minibatch
discrimination, and every number by which somebody decides. Not as in one process, though as likely: dropout, which
negatives are noise or wrong pairs, which samples meet in which of several lessons of a discriminator, and roll-outs. A
policy's sampler and log-probabilities bypass ``forward``, and with it the wrapper that would average slopes unasked.
"""

import os
import signal
import threading
from contextlib import contextmanager

import torch
from torch import distributed

from ..models.draws import SharedGenerator

_working = False


def join(device=None):
    """Meet the processes that ``accelerate launch`` or ``torchrun`` started; returns this one's device, or ``device``
    if it is alone.

    ValueError where Accelerate is not installed, and where the launcher's variables are incomplete.
    """
    told = {name: os.environ.get(name) or None for name in ("WORLD_SIZE", "RANK", "MASTER_ADDR")}
    if told["WORLD_SIZE"] in (None, "1"):
        return device
    if None in told.values() or not told["WORLD_SIZE"].isdigit():
        raise ValueError(f"a launcher sets WORLD_SIZE, RANK and MASTER_ADDR; here they are {told}")
    try:
        from accelerate import PartialState
    except ImportError:
        raise ValueError(
            "several processes take Accelerate: pip install 'musicgan_lib[scale]'"
        ) from None
    return PartialState(cpu=str(device) == "cpu").device


@contextmanager
def working():
    """In here the processes work as one; outside each is alone, as the first one is when it measures."""
    global _working
    before, _working = _working, distributed.is_available() and distributed.is_initialized()
    try:
        yield
    finally:
        _working = before


@contextmanager
def listen_for_ctrl_c():
    """A list that is no longer empty once somebody has pressed Ctrl-C; the work in hand goes on to its end."""
    said: list = []
    main = threading.current_thread() is threading.main_thread()  # no other may listen
    before = signal.signal(signal.SIGINT, lambda *_: said.append(True)) if main else None
    try:
        yield said
    except KeyboardInterrupt:  # from elsewhere than the keyboard
        said.append(True)
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def size() -> int:
    """How many processes work as one."""
    return distributed.get_world_size() if _working else 1


def rank() -> int:
    """Which of them this is; the first, 0, writes the files."""
    return distributed.get_rank() if _working else 0


def share(generator: torch.Generator) -> torch.Generator:
    """The same generator for this process's rows."""
    if size() == 1:
        return generator
    own = SharedGenerator(generator.device).manual_seed(generator.initial_seed())
    own.rank, own.size = rank(), size()
    own.set_state(generator.get_state())
    return own


def update(loss, module, optimiser, clip: float) -> None:
    """One step of an optimiser on the slopes of all processes, their joint length clipped."""
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    average_slopes(module)
    torch.nn.utils.clip_grad_norm_(module.parameters(), clip)
    optimiser.step()


def average_slopes(module) -> None:
    """Give every process the mean of all processes' gradients, in one message."""
    if size() == 1:
        return
    slopes = [p.grad for p in module.parameters() if p.grad is not None]
    flat = torch.cat([s.reshape(-1) for s in slopes])
    distributed.all_reduce(flat)
    for slope, mean in zip(slopes, (flat / size()).split([s.numel() for s in slopes])):
        slope.copy_(mean.view_as(slope))


def over_all(fn, rows: torch.Tensor) -> torch.Tensor:
    """``fn`` of the rows of all processes, and of its result this process's rows; a slope finds its way back."""
    return fn(gather_rows(rows)).narrow(0, rank() * len(rows), len(rows))


def gather_rows(rows: torch.Tensor) -> torch.Tensor:
    """``(B, …)`` of each process -> ``(B * size, …)``, in their order, with a gradient."""
    return rows if size() == 1 else _Gather.apply(rows)


def mean(value: float) -> float:
    """The mean of a number over the processes, before somebody decides by it."""
    return sum(_ask_all(value)) / size()


def mean_numbers(numbers: dict) -> dict:
    """Name -> mean over the processes that have it."""
    told = [numbers] if size() == 1 else _ask_all(numbers)
    found = {name: [n[name] for n in told if name in n] for name in told[0]}
    return {name: float(sum(values)) / len(values) for name, values in found.items()}


def agree(value):
    """What the first process says, so that all do the same."""
    return _ask_all(value)[0]


def same(value) -> bool:
    """Whether all processes say the same."""
    return all(told == value for told in _ask_all(value))


def _ask_all(value) -> list:
    told = [value] * size()
    if size() > 1:
        distributed.all_gather_object(told, value)
    return told


class _Gather(torch.autograd.Function):
    """PyTorch's own (``torch.distributed.nn.functional.all_gather``) is deprecated from 2.13 on,
    for one in a private module.
    """

    @staticmethod
    def forward(ctx, rows):
        parts = [torch.empty_like(rows) for _ in range(size())]
        distributed.all_gather(parts, rows.contiguous())
        ctx.rows = len(rows)
        return torch.cat(parts)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, slope):
        slope = slope.contiguous()
        distributed.all_reduce(slope)  # what each process's loss says of these rows
        return slope.narrow(0, rank() * ctx.rows, ctx.rows)
