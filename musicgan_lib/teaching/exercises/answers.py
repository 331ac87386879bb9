"""How judges ask: what a function is given stays as it was, and an answer is held against those of known mistakes."""

import inspect

import numpy as np


def ask(attempt, *given):
    """What a reader's function answers. Raises AssertionError where it changes what it was given."""
    before = [_print_of(x) for x in given]
    got = attempt(*given)
    changed = [i for i, x in enumerate(given) if _print_of(x) != before[i]]
    assert not changed, (
        f"leave {_name_of(attempt, changed[0])} alone: your function changed what it was given, "
        "so work on a copy"
    )
    return got


def expect(got, wanted, said: str, mistakes: dict | None = None, atol: float = 1e-9) -> None:
    """Assert that an answer is the wanted one: a number or an array, from any container of numbers.

    Parameters
    ----------
    said : the property that is asked, a sentence. What was wanted and what came are added behind it.
    mistakes : a sentence -> what whoever makes that mistake answers (a tuple: one of these). Such an answer
        hears its sentence.
    """
    got, wanted = as_numbers(got), np.asarray(wanted, float)
    if _is_same(got, wanted, atol):
        return
    for sentence, wrong in (mistakes or {}).items():
        several = wrong if isinstance(wrong, tuple) else (wrong,)
        if any(_is_same(got, np.asarray(one, float), atol) for one in several):
            raise AssertionError(f"{sentence} ({said}): {tell(wanted, got)}")
    raise AssertionError(f"{said}: {tell(wanted, got)}")


def expect_word(got, wanted, said: str, mistakes: dict | None = None) -> None:
    """The same for an answer that is a word, a list of places or None: it has to equal the wanted one."""
    for sentence, wrong in (mistakes or {}).items():
        if not _equals(wrong, wanted) and _equals(got, wrong):
            raise AssertionError(f"{sentence} ({said}): {wanted!r}, not {got!r}")
    assert _equals(got, wanted), f"{said}: {wanted!r}, not {got!r}"


def as_numbers(got) -> np.ndarray:
    """An array of what the reader returned: numbers, fractions, lists or tensors of them."""
    assert got is not None, "your function returns nothing: end it with `return`"
    if hasattr(got, "detach"):
        got = got.detach().cpu().numpy()
    try:
        return np.asarray(got, float)
    except (TypeError, ValueError):
        raise AssertionError(f"return numbers, not {got!r}") from None


def tell(wanted: np.ndarray, got: np.ndarray) -> str:
    """What was wanted and what came; of long arrays the first place where they differ."""
    if got.shape != wanted.shape:
        return f"an answer of shape {wanted.shape}, not {got.shape}"
    if wanted.size <= 9:
        return f"{show(wanted)}, not {show(got)}"
    differ = ~np.isclose(wanted, got, atol=1e-9, equal_nan=True)
    place = tuple(int(i[0]) for i in np.nonzero(differ))
    return f"at {list(place)} {show(wanted[place])}, not {show(got[place])}"


def show(x) -> str:
    """Numbers as a reader would write them, four digits long."""
    return f"{round(float(x), 9) + 0:.4g}" if np.ndim(x) == 0 else f"[{', '.join(map(show, x))}]"


def _is_same(one, other, atol: float) -> bool:
    return one.shape == other.shape and np.allclose(one, other, atol=atol, equal_nan=True)


def _equals(one, other) -> bool:
    return (one is None) == (other is None) and one == other


def _name_of(attempt, place: int) -> str:
    names = list(inspect.signature(attempt).parameters)
    return f"`{names[place]}`" if place < len(names) else "what it is given"


def _print_of(x):
    """What an argument looks like; it changes when the argument does."""
    x = x.detach().numpy() if hasattr(x, "detach") else x
    if isinstance(x, np.ndarray):
        return x.shape, x.tobytes()
    if isinstance(x, dict):
        return [(name, _print_of(value)) for name, value in x.items()]
    return list(map(_print_of, x)) if isinstance(x, (list, tuple)) else repr(x)
