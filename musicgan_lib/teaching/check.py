"""Is my version the library's version? Is this array the shape I think it is?"""

import numpy as np


class Checked(str):
    """A line that says what was compared; a notebook shows it as it is."""

    def __repr__(self) -> str:
        return str(self)


def check_same(mine, reference, *, values=None, cases=None, atol=1e-6, label="") -> Checked:
    """Say by how much two things differ; stop where they are not the same.

    Parameters
    ----------
    mine, reference : two functions, called with the same arguments; or two results.
    values : one argument a case, for functions of one argument.
    cases : a tuple of arguments a case.
    atol : the largest difference that still counts as the same, in the results' own unit.
    label : the equation's, such as ``"NM-1"``.

    Results may be numbers, arrays, tensors, pieces, or tuples, lists and dicts of them. NaN equals
    nothing, not even NaN, and shapes must agree; of pieces, also tracks, tempo and metre. Whole numbers
    of any size are compared exactly. Raises AssertionError that names the case, and ValueError where
    there is nothing to compare: no case, only empty results, or a function against a result.
    """
    head = f"{label}: " if label else ""
    if callable(mine) != callable(reference):
        raise ValueError(f"{head}one of the two is a function, the other is not")
    if not callable(mine):
        if values is not None or cases is not None:
            raise ValueError(f"{head}compare two functions on cases, or two results without any")
        pairs = [("the results", mine, reference)]
    else:
        arguments = (
            [(v,) for v in values] if values is not None else [tuple(c) for c in cases or ()]
        )
        if not arguments:
            raise ValueError(f"{head}no case was given, so nothing would be checked")
        pairs = [(f"case {i}", mine(*a), reference(*a)) for i, a in enumerate(arguments, 1)]
    worst = 0.0
    for name, one, other in pairs:
        difference = _difference(one, other, f"{head}{name}")
        if not difference <= atol:
            raise AssertionError(f"{head}{name} differs by {difference:.3g}, more than {atol:g}")
        worst = max(worst, difference)
    if all(_is_empty(one) for _, one, _ in pairs):
        raise ValueError(f"{head}all results are empty, so nothing was compared")
    count = f"{len(pairs)} case{'s' if len(pairs) > 1 else ''}"
    return Checked(
        f"{head}{count}, largest difference {worst:.1e}"
        if worst
        else f"{head}{count}, no difference"
    )


def check_shape(array, pattern: str, **sizes) -> dict:
    """Check an array's shape by the names of its axes, and learn the sizes of those not given.

    Parameters
    ----------
    pattern : names and numbers, one an axis: ``"B T 3"``.
    sizes : what a name must be, e.g. ``T=128``. A name that stands twice must be the same twice.

    Returns name -> size. Raises AssertionError that names the axis.
    """
    shape, axes = tuple(array.shape), pattern.split()
    if len(shape) != len(axes):
        raise AssertionError(f"expected {len(axes)} axes ({pattern}), the array has shape {shape}")
    known = dict(sizes)
    for axis, size in zip(axes, shape):
        wanted = int(axis) if axis.isdigit() else known.setdefault(axis, size)
        if size != wanted:
            raise AssertionError(
                f"axis {axis} should be {wanted}, is {size}: shape {shape}, expected {pattern}"
            )
    return known


def _difference(one, other, where: str) -> float:
    """The largest absolute difference; AssertionError where the two cannot be compared at all."""
    if hasattr(one, "notes") and hasattr(other, "notes"):
        return _of_pieces(one, other, where)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            raise AssertionError(f"{where}: keys {sorted(one)} against {sorted(other)}")
        return max((_difference(one[k], other[k], f"{where}, {k}") for k in one), default=0.0)
    if isinstance(one, str) and isinstance(other, str):
        return 0.0 if one == other else float("inf")
    a, b = _as_array(one), _as_array(other)
    if a is None or b is None:
        return _of_lists(one, other, where)
    return _of_arrays(a, b, where)


def _of_pieces(one, other, where: str) -> float:
    """Between two pieces: tracks, tempo and metre must be the same."""
    if len(one.notes) != len(other.notes):
        raise AssertionError(f"{where}: {len(one.notes)} notes against {len(other.notes)}")
    for name in ("tracks", "tempo", "metre"):
        ours, theirs = getattr(one, name), getattr(other, name)
        if ours != theirs:
            raise AssertionError(f"{where}: {name} {ours} against {theirs}")
    fields = one.notes.dtype.names
    return max((_difference(one.notes[f], other.notes[f], where) for f in fields), default=0.0)


def _of_lists(one, other, where: str) -> float:
    """Between two lists, part by part."""
    lists = isinstance(one, (list, tuple)) and isinstance(other, (list, tuple))
    if not lists or len(one) != len(other):
        raise AssertionError(f"{where}: {type(one).__name__} against {type(other).__name__}")
    parts = (_difference(x, y, f"{where}, part {i}") for i, (x, y) in enumerate(zip(one, other)))
    return max(parts, default=0.0)


def _of_arrays(a, b, where: str) -> float:
    """Between two arrays of numbers; what is no number in one alone is infinitely far."""
    if a.shape != b.shape:
        raise AssertionError(f"{where}: shape {a.shape} against {b.shape}")
    if a.size == 0:
        return 0.0
    exact = object if a.dtype.kind in "iuO" and b.dtype.kind in "iuO" else float
    a, b = a.astype(exact), b.astype(exact)  # Python's own integers know no rounding
    with np.errstate(invalid="ignore"):
        gap = np.where(a == b, 0.0, np.abs(a - b)).astype(float)  # inf equals inf
    return float("inf") if np.isnan(gap).any() else float(gap.max())


def _as_array(value):
    """A numeric array, or None where the value is not one."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        return None
    whole = array.dtype.kind == "O" and all(type(x) is int for x in array.flat)  # beyond 64 bits
    return array if whole or array.dtype.kind in "biuf" else None


def _is_empty(value) -> bool:
    """Whether there is no number, text or piece in a result."""
    if isinstance(value, dict):
        return all(map(_is_empty, value.values()))
    array = None if isinstance(value, str) or hasattr(value, "notes") else _as_array(value)
    if array is not None:
        return array.size == 0
    return isinstance(value, (list, tuple)) and all(map(_is_empty, value))
