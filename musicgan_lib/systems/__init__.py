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
__all__ = ["Claim", "System", "find", "list_data_sets", "list_families", "list_systems", "names"]


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
    refused = {
        f"its id is {card.id!r}: records would not find it, call the file so": card.id != file,
        "it stands in survey.json, too: delete the row there": card.id in {row["id"] for row in survey["systems"]},
        "order in survey.json does not name it": card.id not in survey["order"],
        "it does not say what it does (mechanism) or where that stands (citation)": not (card.mechanism and card.citation),
        f"there is no family {card.family!r}, only {', '.join(families)}": card.family not in families,
        "it names no game (plays)": not card.plays,
        "it has no corpora, variants or profiles": not (card.corpora and card.variants and card.profiles),
        f"its profiles are {', '.join(card.profiles)}, and not {', '.join(PROFILES)}": set(card.profiles) != set(PROFILES),
        f"a control changes nothing: {', '.join(k for k, less in card.controls.items() if not less)}": not all(
            card.controls.values()
        ),
        "start names a variant that it has not": card.claim is not None
        and not {*card.claim.start, *card.claim.start.values()} <= card.variants.keys(),
    }  # fmt: skip
    for why, so in refused.items():
        if so:
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
def _read_survey() -> dict:
    """What is known of systems that nobody built yet, and the order of all: ``survey.json``."""
    return json.loads(Path(__file__).with_name("survey.json").read_text("utf-8"))
