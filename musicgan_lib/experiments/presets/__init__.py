"""One module a paper: its sizes, its variants, and the steps of its game."""

import difflib
import importlib
import pkgutil


def names() -> list[str]:
    """Every preset there is."""
    return [m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")]


def find(name: str):
    """The module of a preset; ValueError with the nearest names where there is none."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), 3, 0.3) or names()
        raise ValueError(f"no preset {name!r}; near: {', '.join(near)}; all: {', '.join(names())}")
    return importlib.import_module(f"{__name__}.{name}")


def check_name(kind: str, value, known) -> None:
    """ValueError with the nearest names and the whole list, unless the value is one of them."""
    if value not in known:
        known = [str(k) for k in known]
        near = difflib.get_close_matches(str(value), known, 3, 0.3)
        hint = f"near: {', '.join(near)}; " if near else ""
        raise ValueError(f"no {kind} {value!r}; {hint}all: {', '.join(known)}")


def check_least(config, **least) -> None:
    """ValueError naming the first setting of a config that is below its least value, or not a number."""
    for name, low in least.items():
        value = getattr(config, name)
        if not low <= value < float("inf"):
            raise ValueError(f"{name} is {value}, and has to be at least {low}")


def check_length(data, length: int) -> None:
    """ValueError where a split has no piece of ``length`` rows: nothing is joined or padded."""
    for split, part in data.pieces.items():
        longest = max(map(len, part), default=0)
        if longest < length:
            raise ValueError(
                f"the longest {split} piece of {data.name} has {longest} rows: choose length={longest} or less"
            )
