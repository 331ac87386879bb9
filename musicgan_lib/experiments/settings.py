"""Settings of a run as words: the command that repeats it, and ``NAME=VALUE`` read back."""

import logging
import shlex

from ..games.settings import check_name

_LOG = logging.getLogger(__name__)


def command(preset, variant, profile, seed, corpus, control=None, changes=None) -> str:
    """The command that repeats a run."""
    words = f"musicgan train {preset} --variant {variant} --profile {profile} --seed {seed} "
    words += f"--corpus {shlex.quote(corpus)}"
    words += f" --control {control}" if control else ""
    told = {
        k: ",".join(map(str, v)) if isinstance(v, tuple) else v for k, v in (changes or {}).items()
    }
    return words + "".join(f" --set {k}={v}" for k, v in sorted(told.items()))


def read_setting(system, text: str):
    """``NAME=VALUE`` as a name and a value of the setting's own type; ValueError where either is none."""
    name, _, value = text.partition("=")
    settings = system.game.Config
    check_name("setting", name, list(settings.__dataclass_fields__))
    kind = type(getattr(settings(), name))
    try:
        if kind is tuple:
            return name, tuple(int(x) for x in value.split(","))
        return name, {"true": True, "false": False}[value.lower()] if kind is bool else kind(value)
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"{name} is a {kind.__name__}, and {value!r} is none") from None


def check_once(what: str, names) -> None:
    """ValueError where a name is given twice: one of the two would be forgotten without a word."""
    if twice := sorted({name for name in names if list(names).count(name) > 1}):
        raise ValueError(f"the {what} {', '.join(twice)} is given more than once: give it once")


def check_seed(seed) -> None:
    """ValueError for what is no whole number, 0 or more, that a generator of random numbers takes."""
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise ValueError(f"the seed is {seed!r}: it must be a whole number, 0 or more, below 2^63")


def choose_corpus(system) -> str:
    """The first corpus of a system whose music is on this machine, or that it makes itself."""
    from .. import corpora

    here = (c for c in system.corpora if c not in corpora.SOURCES or corpora.available(c))
    return next(here, system.corpora[0])


def choose_variant(system) -> str:
    """The variant of a system that is trained when nobody names one: its first, which the log says."""
    first = next(iter(system.variants))
    _LOG.info(f"{system.id}: variant {first}, the first of {', '.join(system.variants)}")
    return first
