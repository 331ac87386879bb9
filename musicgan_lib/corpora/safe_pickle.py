"""The one door for pickles that others made: numbers, text, lists and arrays come through, code does not.

Nothing of numpy's own is handed to a pickle: a crafted dtype or buffer can crash the interpreter.
What a pickle asks for by numpy's names is answered by the stand-ins below, which check it first.
"""

import io
import math
import pickle
import re

import numpy as np


class UnsafePickle(ValueError):
    """A pickle that asks for more than data; the message names what it asked for."""


class _Kind:
    """A dtype to be: a plain kind of number or text, and its byte order."""

    def __init__(self, code, *_):
        if not re.fullmatch(r"[biufSU]\d{1,4}", str(code)):
            raise UnsafePickle(
                f"the pickle asks for an array of {code!r}; only numbers and text are read"
            )
        self.code, self.order = str(code), "="

    def __setstate__(self, state):
        if state[1] not in ("<", ">", "=", "|") or any(part is not None for part in state[2:5]):
            raise UnsafePickle("the pickle asks for an array of records; only plain ones are read")
        self.order = "" if state[1] == "|" else state[1]

    def dtype(self) -> np.dtype:
        return np.dtype(self.order + self.code)


class _Array(np.ndarray):
    """An array that takes its content only where the sizes agree."""

    def __setstate__(self, state):
        _, shape, kind, fortran, raw = state
        raw = raw.encode("latin1") if isinstance(raw, str) else raw
        dtype = _plain(kind)
        if not isinstance(raw, bytes) or math.prod(shape) * dtype.itemsize != len(raw):
            raise UnsafePickle("the pickle holds an array whose size and content disagree")
        super().__setstate__((1, tuple(map(int, shape)), dtype, bool(fortran), raw))


def _plain(kind) -> np.dtype:
    if not isinstance(kind, _Kind):
        raise UnsafePickle("the pickle holds an array of no plain kind")
    return kind.dtype()


def _name_of_array(*_):
    raise UnsafePickle("the pickle makes an array from memory that it names; only content is read")


def _reconstruct(kind, *_):
    if kind is not _name_of_array:
        raise UnsafePickle("the pickle asks for an array of a class of its own")
    return np.ndarray.__new__(_Array, (0,), "b")


def _scalar(kind, raw):
    raw = raw.encode("latin1") if isinstance(raw, str) else raw
    dtype = _plain(kind)
    if not isinstance(raw, bytes) or len(raw) != dtype.itemsize:
        raise UnsafePickle("the pickle holds a number whose size and content disagree")
    return np.frombuffer(raw, dtype)[0]


def _encode(text, codec="latin1", *_):
    if codec not in ("latin1", "latin-1", "iso-8859-1"):
        raise UnsafePickle(f"the pickle asks for the codec {codec!r}")
    return str(text).encode("latin1")


_ALLOWED = {
    ("numpy", "ndarray"): _name_of_array,
    ("numpy", "dtype"): _Kind,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "scalar"): _scalar,
    ("numpy._core.multiarray", "scalar"): _scalar,
    ("_codecs", "encode"): _encode,
}


class _DataOnly(pickle.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in _ALLOWED:
            raise UnsafePickle(
                f"the pickle asks for {module}.{name}; only numbers, text, lists and arrays are read"
            )
        return _ALLOWED[module, name]


def load_pickle(data: bytes):
    """Read a pickle of plain data. Raises UnsafePickle for any other, before anything of it runs."""
    try:
        return _DataOnly(io.BytesIO(data), encoding="latin1").load()
    except UnsafePickle:
        raise
    except Exception as reason:  # a broken pickle can raise nearly anything
        raise UnsafePickle(f"the pickle is broken: {reason}") from reason
