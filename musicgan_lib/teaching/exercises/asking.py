"""How a judge asks: with copies, and with what was given, expected and got in every complaint."""

import copy
import dataclasses
import inspect
import re

import numpy as np


def show(value, most: int = 90) -> str:
    """A value as a reader would type it, cut where it is long; whole numbers without a point."""
    if hasattr(value, "shape") and np.prod(value.shape) > 60:
        return f"an array of shape {tuple(value.shape)}"
    text = _type(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def list_given(attempt, given: tuple) -> str:
    """What an attempt is given, by the names that its own signature has."""
    names = _names_of(attempt, len(given))
    return ", ".join(f"{name}={show(x)}" if name else show(x) for name, x in zip(names, given))


def call(attempt, *given):
    """What an attempt returns for copies of what is given.

    AssertionError where it stops with an error, or changes what it was given.
    """
    lent = copy.deepcopy(given)
    try:
        with np.errstate(all="ignore"):
            found = attempt(*lent)
    except NotImplementedError:
        raise
    except Exception as error:
        kind = type(error).__name__
        shown = list_given(attempt, given)
        raise AssertionError(f"given ({shown}) it stops with {kind}: {error}") from error
    for name, mine, yours in zip(_names_of(attempt, len(given)), given, lent):
        assert _print_of(mine) == _print_of(yours), (
            f"leave {f'`{name}`' if name else 'what you are given'} alone: your function changed it, "
            f"so work on a copy of {show(mine)}"
        )
    return found


def to_numbers(found, what="numbers", shape: tuple | None = None) -> np.ndarray:
    """Numbers, fractions, lists, arrays or tensors as floats, None in them as nan.

    AssertionError where nothing was returned, or no numbers of one shape, or not of the shape that is asked.
    """
    assert found is not None, f"your function returns nothing: end it with a `return` of {what}"
    got = _read(found)
    assert got is not None, f"return {what}, not {show(found)}"
    if shape is not None:
        assert got.shape == shape, f"return {what}, {_form(shape)}, not {_form(got.shape)}"
    return got


def to_list(found, what="a list") -> list:
    """What was returned one by one; AssertionError where it is a word or nothing that could be gone through."""
    try:
        assert not isinstance(found, str)
        return list(found)
    except (AssertionError, TypeError):
        raise AssertionError(f"return {what}, not {show(found)}") from None


def agree(found, wanted, atol: float = 1e-8) -> bool:
    """Whether two answers hold the same numbers in the same shape."""
    got, wanted = _read(found), _read(wanted)
    if got is None or got.shape != wanted.shape:
        return False
    return bool(np.allclose(got, wanted, atol=atol, equal_nan=True))


def expect(
    found, wanted, rule: str, slips: dict | None = None, what="numbers", given="", atol=1e-8
):
    """The found numbers, if they are those that are wanted.

    Otherwise AssertionError: with the sentence of the slip that would give just these, else about their
    shape, else with the rule.

    Parameters
    ----------
    slips : a sentence -> the value that comes of this slip, or a tuple of several values.
    what : what to return, said where the answer has another shape.
    given : what the attempt was given, as ``list_given`` tells it.
    """
    if agree(found, wanted, atol):
        return _read(found)
    asked = f" (given {given})" if given else ""
    got, wanted = _read(found), _read(wanted)
    for sentence, values in (slips or {}).items():
        for value in values if isinstance(values, tuple) else (values,):
            assert not agree(found, value, atol), f"{sentence}{_compare(wanted, got)}{asked}"
    try:
        to_numbers(found, what, wanted.shape)
    except AssertionError as reason:
        raise AssertionError(f"{reason}{asked}") from None
    raise AssertionError(f"{rule}{_compare(wanted, got)}{asked}")


def expect_word(found, wanted, rule: str, slips: dict | None = None, given=""):
    """The same for an answer that is a word, a list of places or None: it has to equal what is wanted."""
    if _equals(found, wanted):
        return found
    asked = f" (given {given})" if given else ""
    sentence = next((s for s, value in (slips or {}).items() if _equals(found, value)), rule)
    raise AssertionError(f"{sentence}; expected {show(wanted)}, got {show(found)}{asked}")


def check(
    attempt, given: tuple, wanted, rule: str, slips: dict | None = None, what="numbers", atol=1e-8
):
    """Call an attempt and expect numbers of it."""
    shown = list_given(attempt, given)
    return expect(call(attempt, *given), wanted, rule, slips, what, shown, atol)


def check_word(attempt, given: tuple, wanted, rule: str, slips: dict | None = None):
    """Call an attempt and expect a word, a list of places or None."""
    return expect_word(call(attempt, *given), wanted, rule, slips, list_given(attempt, given))


def _compare(wanted: np.ndarray, got: np.ndarray) -> str:
    """What was expected and what came; of many numbers the first that differs, of other shapes the shapes."""
    if got.shape != wanted.shape:
        return f"; expected {_form(wanted.shape)}, got {_form(got.shape)}"
    if wanted.size <= 12:
        return f"; expected {show(wanted, 200)}, got {show(got, 200)}"
    differ = ~np.isclose(wanted, got, equal_nan=True)
    place = tuple(int(i[0]) for i in np.nonzero(differ)) if differ.any() else (0,) * got.ndim
    return f"; at {list(place)} expected {show(wanted[place])}, got {show(got[place])}"


def _read(found) -> np.ndarray | None:
    """An array of floats, or nothing where these are no numbers of one shape."""
    if found is None:  # which numpy takes for nan
        return None
    try:
        return np.asarray(found.detach().cpu() if hasattr(found, "detach") else found, float)
    except (TypeError, ValueError, RuntimeError):
        return None


def _form(shape: tuple) -> str:
    return f"an array of shape {shape}" if shape else "a single number"


def _equals(one, other) -> bool:
    one, other = (x.tolist() if hasattr(x, "tolist") else x for x in (one, other))
    return (one is None) == (other is None) and one == other


def _type(value) -> str:
    """A value as text, of long ones the beginning: numbers have five digits, functions no address."""
    if hasattr(value, "tolist"):
        value = (value[:60] if np.ndim(value) else value).tolist()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e9 else f"{value:.5g}"
    if type(value) in (list, tuple):
        opens, closes = "[]" if type(value) is list else "()"
        return f"{opens}{', '.join(map(_type, value[:60]))}{closes}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name!r}: {_type(x)}' for name, x in value.items())}}}"
    return "a function" if callable(value) else repr(value)


def _names_of(attempt, number: int) -> list[str]:
    """The names of the arguments, empty where the signature does not tell."""
    try:
        names = list(inspect.signature(attempt).parameters.values())
    except (TypeError, ValueError):
        names = []
    plain = [x.name for x in names if x.kind in (x.POSITIONAL_ONLY, x.POSITIONAL_OR_KEYWORD)]
    return (plain + [""] * number)[:number]


def _print_of(x):
    """What an argument looks like; it changes when the argument does."""
    x = x.detach().cpu().numpy() if hasattr(x, "detach") else x
    if isinstance(x, np.ndarray):
        return x.shape, x.tolist() if x.dtype.hasobject else x.tobytes()
    if dataclasses.is_dataclass(x):
        return [_print_of(getattr(x, field.name)) for field in dataclasses.fields(x)]
    if isinstance(x, dict):
        return [(name, _print_of(value)) for name, value in x.items()]
    if isinstance(x, (list, tuple)):
        return list(map(_print_of, x))
    return re.sub("0x[0-9a-fA-F]+", "", repr(x))  # without its address
