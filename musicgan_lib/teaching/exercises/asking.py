"""How a judge asks: with copies, and with what was given, got and expected in every complaint."""

import copy

import numpy as np


def show(value, most: int = 90) -> str:
    """A value as a reader would type it, cut where it is long."""
    if hasattr(value, "tolist"):
        value = np.asarray(value)
        value = (np.round(value, 5) if value.dtype.kind == "f" else value).tolist()
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def tidy(numbers: np.ndarray) -> str:
    """Numbers as a reader would type them: whole ones without a point."""
    whole = np.isfinite(numbers).all() and (numbers == np.round(numbers)).all()
    return show(numbers.astype(int) if whole else numbers)


def call(attempt, *given):
    """What an attempt returns for copies of what is given.

    AssertionError where it stops with an error, or changes what it was given.
    """
    shown = ", ".join(map(show, given))
    lent = copy.deepcopy(given)
    try:
        with np.errstate(all="ignore"):
            found = attempt(*lent)
    except NotImplementedError:
        raise
    except Exception as error:
        kind = type(error).__name__
        raise AssertionError(f"given ({shown}) it stops with {kind}: {error}") from error
    for mine, yours in zip(given, lent):
        kept = np.array_equal(mine, yours) if isinstance(mine, np.ndarray) else mine == yours
        assert kept, f"leave what you are given alone: work on a copy of {show(mine)}"
    return found


def to_numbers(found) -> np.ndarray | None:
    """Lists, tuples, arrays and tensors as floats, None as nan; nothing where they are no numbers of one shape."""
    try:
        return np.asarray(found.detach() if hasattr(found, "detach") else found, float)
    except (TypeError, ValueError, RuntimeError):
        return None


def agree(got, wanted) -> bool:
    got, wanted = to_numbers(got), to_numbers(wanted)
    if got is None or got.shape != wanted.shape:
        return False
    return bool(np.allclose(got, wanted, equal_nan=True))


def expect(found, wanted, rule: str, slips: dict | None = None, what="numbers", given=()):
    """The found numbers, if they are those that are wanted.

    Otherwise AssertionError: with the sentence of the slip that would give just these, else about their
    shape, else with the rule. ``slips`` are sentences and the values that come of them.
    """
    if agree(found, wanted):
        return np.asarray(found.detach() if hasattr(found, "detach") else found, float)
    asked = f" (given {', '.join(map(show, given))})" if given else ""
    for sentence, value in (slips or {}).items():
        assert not agree(found, value), f"{sentence}{asked}"
    got, wanted = to_numbers(found), np.asarray(wanted, float)
    assert got is not None, f"return {what}, not {show(found)}{asked}"
    assert got.shape == wanted.shape, (
        f"return {what}, of shape {wanted.shape}, not of shape {got.shape}{asked}"
    )
    hole = "; it holds nan, no number" if np.isnan(got).any() > np.isnan(wanted).any() else ""
    raise AssertionError(f"{rule}: expected {tidy(wanted)}, got {tidy(got)}{asked}{hole}")


def check(attempt, given: tuple, wanted, rule: str, slips: dict | None = None, what="numbers"):
    """Call an attempt and expect numbers of it."""
    return expect(call(attempt, *given), wanted, rule, slips, what, given)
