"""The card of a system: what it is, what it claims, and in which sizes and variants it can be trained."""

import functools
import importlib
import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..games.settings import Request, check_name

IMPORTS_BY_NAME = ("games", "metrics")
_LOG = logging.getLogger(__name__)
BETTER = ("lower", "higher")
#: What a claim says that was stated late.
LATE = "The claim was put in this metric when runs of it were known."


@dataclass(frozen=True)
class Claim:
    """The metric in which a system has to beat its controls, and which direction is better.

    ``start`` says from which variant others go on: what a game did not improve was there before it. ``told`` is a
    sentence on what of the claim was decided when some of its runs were known; empty where nothing was.
    """

    metric: str
    better: str
    start: dict = field(default_factory=dict)
    told: str = ""

    def __post_init__(self):
        check_name("direction", self.better, BETTER)


@dataclass(frozen=True)
class System:
    """One system of the survey; its ``id`` is the ``system`` of its records.

    ``year`` is the one it is listed under, None where there is no single one; ``family`` a letter of
    :func:`~musicgan_lib.systems.list_families`; ``listed`` says by whom: ``survey``, ``papers`` or ``nearby``.
    ``plays`` names the class of its game in ``musicgan_lib.games``, such as ``"words.WordGame"``: PyTorch is imported
    when :attr:`game` is asked for. Without one it is not built yet, and has neither corpora, variants nor profiles.
    ``network`` names the class in ``musicgan_lib.models`` that a game trains where any will do
    (:mod:`~musicgan_lib.games.likelihood`). ``controls`` are those that take something away from the network or the
    music: the settings that each changes; what takes something away from the signal is the game's to know.
    ``measures`` names functions of ``musicgan_lib.metrics``, such as ``"motifs.count_repeats"``, that measure samples
    besides what the game does: ``(samples, data) -> {name: number}``. ``adapt`` gives what else a variant at a profile
    on a corpus changes, by their names. ``page`` is the chapter on it, below ``book/`` and without ending.
    """

    id: str
    name: str
    year: int | None
    family: str
    listed: str
    mechanism: str
    citation: str
    claim: Claim | None = None
    plays: str | None = None
    network: str | None = None
    controls: dict[str, dict] = field(default_factory=dict)
    corpora: tuple[str, ...] = ()
    variants: dict[str, dict] = field(default_factory=dict)
    profiles: dict[str, dict] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    adapt: Callable[[str, str, str], dict] | None = None
    page: str = ""

    @functools.cached_property
    def game(self):
        """The :class:`~musicgan_lib.games.game.Game` that it plays."""
        module, _, name = self.plays.rpartition(".")
        game = getattr(importlib.import_module(f"musicgan_lib.games.{module}"), name)
        return game(self.network) if self.network else game()

    def measure(self, state, config, data, generator) -> tuple[dict, Any]:
        """What a run is worth, by its game and by its own measures, and the samples that were measured.

        ValueError for two measures of one name. A number that is none, such as the likelihood of no window, is left
        out, and a warning names it.
        """
        found, samples = self.game.measure(state, config, data, generator)
        for name in self.measures:
            module, _, function = name.rpartition(".")
            more = getattr(importlib.import_module(f"musicgan_lib.metrics.{module}"), function)
            own = more(samples, data)
            if twice := found.keys() & own.keys():
                raise ValueError(f"{name} measures {', '.join(sorted(twice))}, and so does another")
            found |= own
        kept = {k: float(v) for k, v in found.items() if math.isfinite(v)}
        if left := sorted(found.keys() - kept.keys()):
            _LOG.warning(f"{self.id}: no number for {', '.join(left)}, so it is not recorded")
        return kept, samples

    def list_controls(self) -> tuple[str, ...]:
        """Everything that can be taken away: from the network or the music, and from the signal."""
        return (*self.controls, *self.game.controls)

    def choose_signal_control(self, control: str | None) -> str | None:
        """The control as a game's step takes it: None where it acts on the network or the music."""
        return None if control in self.controls else control

    def configure_control(
        self, control: str | None, variant: str, profile: str, corpus: str | None = None, **changes
    ):
        """The settings of a variant without what a control takes away.

        ValueError for a control that there is not, that changes nothing here, or that ``changes`` would undo.
        """
        plain = self.configure(variant, profile, corpus, **changes)
        if control is None or control not in self.controls:
            check_name("control", control, (None, *self.list_controls()))
            self.game.check_control(plain, control)
            return plain
        less = self.controls[control]
        if undone := less.keys() & changes.keys():
            raise ValueError(
                f"the control {control} sets {', '.join(sorted(undone))}: do not set it"
            )
        config = self.configure(variant, profile, corpus, **changes | less)
        if config == plain:
            raise ValueError(
                f"{control} takes nothing away from {variant}: its settings are the same"
            )
        return config

    def configure(self, variant: str, profile: str, corpus: str | None = None, **changes):
        """The settings of a variant at a profile on a corpus (the first one by default); ``changes`` are set last.

        ValueError for an unknown variant, profile, setting or value, with the ones there are.
        """
        corpus = corpus or self.corpora[0]
        check_name("variant", variant, self.variants)
        check_name("profile", profile, self.profiles)
        own = self.variants[variant]
        if self.adapt is not None:
            own = own | self.adapt(variant, profile, corpus)
        return self.game.configure(
            Request(variant, profile, corpus, own, self.profiles[profile], changes)
        )
