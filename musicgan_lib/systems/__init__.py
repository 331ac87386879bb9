"""One card a system: its facts, its claim, its sizes and variants, and the game that it plays. Nothing happens here."""

import difflib
import functools
import importlib
import json
import pkgutil
from pathlib import Path

from .system import Claim, System

IMPORTS_BY_NAME = ("systems",)
PROFILES = ("smoke", "cpu", "gpu")
__all__ = [
    "Claim",
    "System",
    "find",
    "list_data_sets",
    "list_families",
    "list_mechanisms",
    "list_systems",
    "names",
]


def names() -> list[str]:
    """The ids of the systems that can be trained."""
    return [m.name for m in pkgutil.iter_modules(__path__) if m.name != "system"]


def find(name: str) -> System:
    """The card of a system that can be trained; ValueError with the nearest names where there is none."""
    if name not in names():
        near = difflib.get_close_matches(name, names(), 3, 0.3) or names()
        raise ValueError(f"no system {name!r}; near: {', '.join(near)}; all: {', '.join(names())}")
    card = importlib.import_module(f"{__name__}.{name}").CARD
    _check(card, name)
    return card


def _check(card: System, file: str) -> None:
    """ValueError for a card that says too little, or what another one says."""
    survey, families = _read_survey(), list_families()
    unbuilt = {row["id"] for row in survey["systems"]}
    idle = ", ".join(name for name, less in card.controls.items() if not less)
    starts = {*card.claim.start, *card.claim.start.values()} if card.claim else set()
    faults = [
        (card.id != file, f"its id is {card.id!r}: records would not find it, call the file so"),
        (card.id in unbuilt, "it stands in survey.json, too: delete the row there"),
        (card.id not in survey["order"], "order in survey.json does not name it"),
        (not card.mechanism, "it does not say what it does (mechanism)"),
        (not card.citation, "it does not say where its mechanism stands (citation)"),
        (
            card.family not in families,
            f"there is no family {card.family!r}, only {', '.join(families)}",
        ),
        (not card.plays, "it names no game (plays)"),
        (not card.corpora, "it has no corpora"),
        (not card.variants, "it has no variants"),
        (
            set(card.profiles) != set(PROFILES),
            f"its profiles are {', '.join(card.profiles)}, and not {', '.join(PROFILES)}",
        ),
        (idle, f"a control changes nothing: {idle}"),
        (not starts <= card.variants.keys(), "start names a variant that it has not"),
    ]
    for wrong, why in faults:
        if wrong:
            raise ValueError(f"the card systems/{file}.py is refused: {why}")


@functools.cache
def list_systems() -> tuple[System, ...]:
    """All systems, built or not, in the order of the survey and then of the papers."""
    table = _read_survey()
    cards = {card.id: card for card in map(find, names())}
    for row in table["systems"]:
        claim = row["claim"] and Claim(**row["claim"])
        cards[row["id"]] = System(**row | {"claim": claim})
    return tuple(cards[name] for name in table["order"])


def list_families() -> dict[str, str]:
    """Letter of a family -> its name."""
    return _read_survey()["families"]


def list_data_sets() -> list[str]:
    """The survey's twelve data sets, as names in ``corpora.SOURCES``."""
    return _read_survey()["data_sets"]


@functools.cache
def list_mechanisms() -> dict[str, str]:
    """Of each system whose mechanism a page shows in a checked cell: the page, below ``book/`` and without ending.

    ``make stamp`` writes the list from the cells tagged ``mechanism:<id>``.
    """
    return json.loads(Path(__file__).with_name("mechanisms.json").read_text("utf-8"))


@functools.cache
def _read_survey() -> dict:
    """What is known of systems that nobody built yet, and the order of all: ``survey.json``."""
    return json.loads(Path(__file__).with_name("survey.json").read_text("utf-8"))
