"""Products of matrices in bf16: where a device computes them, and by which kernels."""

import functools
import warnings
from contextlib import contextmanager

import torch

PRECISIONS = ("fp32", "bf16")


@contextmanager
def rounding(precision: str, device):
    """In here products on ``device`` round to bf16; at ``"fp32"`` nothing does, whatever is asked for outside.

    PyTorch hands a bf16 LSTM on a CPU to oneDNN, whose kernel not every processor has. Without it the LSTM is
    computed by PyTorch's own: its products round, its sums and its memory stay fp32. ValueError for another
    precision, and for a kind of device that has no bf16.
    """
    check_precision(precision, device)
    kind, rounds = torch.device(device).type, precision == "bf16"
    fused = not rounds or kind != "cpu" or has_fused_lstm()
    before = torch.backends.mkldnn.enabled
    torch.backends.mkldnn.enabled = before and fused
    try:
        with torch.autocast(kind, torch.bfloat16, rounds):
            yield
    finally:
        torch.backends.mkldnn.enabled = before


def check_precision(precision: str, device) -> None:
    """ValueError for a precision that is not known, and for one that this kind of device does not have."""
    if precision not in PRECISIONS:
        raise ValueError(f"precision {precision!r} is not known; choose {' or '.join(PRECISIONS)}")
    kind = torch.device(device).type
    if precision == "bf16" and not _has_bf16(kind):
        raise ValueError(f"precision 'bf16': PyTorch rounds nothing on {kind}; choose fp32")


def tell_precision(precision: str, device) -> str:
    """The precision as a record names it, with the kernel where that is not the usual one."""
    own = precision == "bf16" and torch.device(device).type == "cpu" and not has_fused_lstm()
    return f"{precision} (LSTM: products alone)" if own else precision


@functools.cache
def has_fused_lstm() -> bool:
    """Whether this processor has oneDNN's LSTM in bf16, as those with AVX-512 have:
    one note is tried, forth and back.
    """
    with torch.random.fork_rng(devices=[]):
        net = torch.nn.LSTM(1, 1)
    try:
        with torch.autocast("cpu", torch.bfloat16):
            net(torch.zeros(1, 1, 1))[0].float().sum().backward()
    except RuntimeError:  # "could not create a primitive descriptor"
        return False
    return True


@functools.cache
def _has_bf16(kind: str) -> bool:
    try:
        with warnings.catch_warnings(action="error"):  # it warns, and then rounds nothing
            torch.autocast(kind, torch.bfloat16)
    except (RuntimeError, UserWarning):
        return False
    return True
