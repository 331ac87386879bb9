"""What is asked of a game, and how a setting is refused; it needs no PyTorch, so that cards are read at once."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """What is asked of a game, by names and by settings.

    ``own`` are the settings of the variant, ``size`` those of the profile; ``changes`` win over both.
    """

    variant: str
    profile: str
    corpus: str
    own: dict
    size: dict
    changes: dict


class FromNoise:
    """Of the settings of an adversarial game whose generator is given noise alone: the game is all there is."""

    @property
    def pretrain(self) -> int:
        """None: noise has no right answer to learn before the game."""
        return 0

    @property
    def pretrain_discriminator(self) -> int:
        """None: the critic has its lessons before each update anyway."""
        return 0

    @property
    def steps(self) -> int:
        """Updates of the generator."""
        return self.adversarial


def check_name(kind: str, value, known) -> None:
    """ValueError with the nearest names and the whole list, unless the value is one of them."""
    if value not in known:
        known = [str(k) for k in known]
        near = difflib.get_close_matches(str(value), known, 3, 0.3)
        hint = f"near: {', '.join(near)}; " if near else ""
        raise ValueError(f"no {kind} {value!r}; {hint}all: {', '.join(known)}")


def check_settings(names, config_type) -> None:
    """ValueError for a name that is no setting of a game."""
    for name in names:
        check_name("setting", name, list(config_type.__dataclass_fields__))


def check_least(config, **least) -> None:
    """ValueError naming the first setting of a config that is below its least value, or not a number."""
    for name, low in least.items():
        value = getattr(config, name)
        if not low <= value < float("inf"):
            raise ValueError(f"{name} is {value}, and has to be at least {low}")


def check_above(config, *names: str) -> None:
    """ValueError naming the first setting of a config that is 0, below it, or not a number."""
    for name in names:
        value = getattr(config, name)
        if not 0 < value < float("inf"):
            raise ValueError(f"{name} is {value}, and has to be above 0")


def check_length(data, length: int, name: str = "length") -> None:
    """ValueError where a split has no piece of ``length`` rows, which ``name`` sets: nothing is joined or padded."""
    for split, part in data.pieces.items():
        longest = max(map(len, part), default=0)
        if longest < length:
            raise ValueError(
                f"the longest {split} piece of {data.name} has {longest} rows: choose {name}={longest} or less"
            )


def refuse(when, why: str) -> None:
    """ValueError with a sentence, where something holds."""
    if when:
        raise ValueError(why)
