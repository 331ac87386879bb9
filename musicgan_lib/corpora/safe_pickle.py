"""The one door for pickles that others made: numbers, text and lists of them come through, code and arrays do not.

Two published data sets are pickles: the chunks of Lee et al. (2017), lists of plain numbers, and what listeners
answered about the JS Fakes, in numpy's own numbers. To convert them would take a reader like this one, so they are
read as they are. What a pickle asks for by numpy's names is answered by the stand-ins below: a crafted dtype can
crash the interpreter.
"""

import io
import pickle
import pickletools
import re

import numpy as np


class UnsafePickle(ValueError):
    """A pickle that asks for more than data; the message names what it asked for."""


class _Kind:
    """A kind of number to be, and its byte order."""

    def __init__(self, code, *_):
        if not re.fullmatch(r"[biuf][1248]", str(code)):
            raise UnsafePickle(f"the pickle asks for {code!r}; only plain numbers are read")
        self.code, self.order = str(code), "="

    def __setstate__(self, state):
        if state[1] not in ("<", ">", "=", "|") or any(part is not None for part in state[2:5]):
            raise UnsafePickle("the pickle asks for records; only plain numbers are read")
        self.order = state[1]


def _read_number(kind, raw):
    """The number that these bytes are."""
    if not isinstance(kind, _Kind) or not isinstance(raw, bytes):
        raise UnsafePickle("the pickle holds a number of no plain kind")
    if len(raw) != int(kind.code[1:]):
        raise UnsafePickle("the pickle holds a number whose size and content disagree")
    return np.frombuffer(raw, kind.order + kind.code)[0]


_ALLOWED = {
    ("numpy", "dtype"): _Kind,
    ("numpy.core.multiarray", "scalar"): _read_number,
    ("numpy._core.multiarray", "scalar"): _read_number,
}


class _DataOnly(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ALLOWED:
            raise UnsafePickle(
                f"the pickle asks for {module}.{name}; only numbers, text and lists are read"
            )
        return _ALLOWED[module, name]


def load_pickle(data: bytes):
    """Read a pickle of plain data. Raises UnsafePickle for any other, before anything of it runs."""
    try:
        _check_sizes(data)
        return _DataOnly(io.BytesIO(data), encoding="latin1").load()
    except UnsafePickle:
        raise
    except Exception as reason:  # a broken pickle can raise nearly anything
        raise UnsafePickle(f"the pickle is broken: {reason}") from reason


def _check_sizes(data: bytes) -> None:
    """UnsafePickle for what would take more memory than the file has bytes to fill: a far place in the list of what was
    seen, which Python makes as long as the place is far; room for bytes that are not there."""
    for code, told, _ in pickletools.genops(data):
        far = code.name in ("PUT", "BINPUT", "LONG_BINPUT") and told > len(data)
        if far or code.name == "BYTEARRAY8":
            raise UnsafePickle(f"the pickle asks for room ({code.name}); it is no plain data")
