"""Exercises that grade themselves, and say which property fails."""

import difflib
import importlib
import pkgutil
from html import escape

from . import progress

_CHECKERS = {}


def checker(name: str):
    """Register a function as the judge of an exercise.

    It is called with the reader's function and raises AssertionError, whose message names the
    property that fails. Judges live in ``teaching/exercises/<chapter>.py``.
    """

    def register(judge):
        if name in _CHECKERS and _CHECKERS[name].__module__ != judge.__module__:
            raise ValueError(f"two judges for the exercise {name!r}")
        _CHECKERS[name] = judge
        return judge

    return register


class Verdict:
    """What became of an attempt: ``passed``, and a sentence. False in a condition where it did not pass."""

    def __init__(self, name: str, passed: bool, sentence: str):
        self.name, self.passed, self.sentence = name, passed, sentence

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"{self.name}: {self.sentence}"

    def _repr_html_(self) -> str:
        mark = "✓" if self.passed else "·"
        name = escape(self.name)
        return (
            f'<p data-exercise="{name}"><strong>{mark} {name}</strong> {escape(self.sentence)}</p>'
        )


def exercise(name: str, attempt) -> Verdict:
    """Try your function on an exercise: passed, not done yet, or the property that fails.

    In a notebook, what was passed is kept on this machine (:func:`show_progress`). Raises KeyError for an exercise
    that does not exist, with the names that are near.
    """
    judges = list_exercises()
    if name not in judges:
        near = difflib.get_close_matches(name, judges, 3) or sorted(judges)[:5]
        raise KeyError(f"no exercise {name!r}; near: {', '.join(near)}")
    try:
        judges[name](attempt)
    except NotImplementedError as stub:
        return Verdict(name, False, f"not done yet ({stub})")
    except AssertionError as reason:
        return Verdict(name, False, f"not yet right: {reason or 'a property fails'}")
    except Exception as error:
        return Verdict(name, False, f"it stopped with {type(error).__name__}: {error}")
    lost = progress.keep_exercise(name) if progress.is_kept_here() else ""
    return Verdict(
        name, True, f"passed, every property holds{f' (not kept: {lost})' if lost else ''}"
    )


def list_exercises() -> dict:
    """Every exercise and its judge."""
    from . import exercises

    for module in pkgutil.iter_modules(exercises.__path__):
        importlib.import_module(f"{exercises.__name__}.{module.name}")
    return _CHECKERS
