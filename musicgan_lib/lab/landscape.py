"""The survey as data: 64 systems, twelve data sets, and a state for each system that records decide.

The table is ``landscape.json`` beside this file. A system's ``id`` is the ``system`` of its records. Its
``claim`` names the metric in which it has to beat its negative controls; a system without a claim is
``PARTIAL`` at most, so whoever builds one states its claim there.
"""

import json
from dataclasses import dataclass
from importlib import resources

from ..experiments import records
from ..experiments.claims import find_unfit, read_all_records
from ..experiments.evidence import judge_claim

STATES = ("WORKS", "PARTIAL", "VOID", "ABSENT")


@dataclass(frozen=True)
class System:
    """One system of the survey.

    ``year`` is the one it is listed under, None where there is no single one; ``family`` a letter of
    :func:`list_families`; ``listed`` says by whom: ``survey``, ``papers`` or ``nearby``; ``claim`` is
    None, or ``{"metric": name, "better": "lower" | "higher"}``.
    """

    id: str
    year: int | None
    name: str
    family: str
    listed: str
    mechanism: str
    citation: str
    claim: dict | None


def list_systems() -> list[System]:
    """The 64 systems, in the order of the survey and then of the papers."""
    return [System(**row) for row in _read_table()["systems"]]


def list_families() -> dict[str, str]:
    """Letter of a family -> its name."""
    return _read_table()["families"]


def list_data_sets() -> list[str]:
    """The survey's twelve data sets, as names in ``corpora.SOURCES``."""
    return _read_table()["data_sets"]


def _read_table() -> dict:
    return json.loads(resources.files(__package__).joinpath("landscape.json").read_text("utf-8"))


def derive_state(claim: dict | None, rows: list[dict]) -> str:
    """What the records of one system show about it: one of ``STATES``.

    ABSENT: nothing but controls, or nothing at all. PARTIAL: it was run, and its claim is not settled:
    none is stated, or no control had the same budget, or seeds are too few or overlap. VOID: on average
    a control does as well, so the check proves nothing. WORKS: :func:`judge_claim` says so of every control.

    Only equal things are compared: the same corpus, split, profile, steps and variant. The largest
    profile with a control decides; of several comparisons the worst counts. Source: ours.
    """
    if all(r["control"] is not None for r in rows):
        return "ABSENT"
    if claim is None:
        return "PARTIAL"
    for profile in reversed(records.PROFILES):
        pairs = _comparisons(claim["metric"], [r for r in rows if r["profile"] == profile])
        found = {judge_claim(own, control, claim["better"]) for own, control in pairs}
        for state in ("VOID", "PARTIAL", "WORKS"):
            if state in found:
                return state
    return "PARTIAL"


def _comparisons(metric: str, rows: list[dict]):
    """(values of the system, values of one of its controls) for every budget that has both."""
    groups = {}
    for row in rows:
        if metric in row["metrics"]:
            budget = tuple(row[k] for k in ("corpus", "split", "steps", "variant"))
            seeds = groups.setdefault(budget, {}).setdefault(row["control"], {})
            seeds[row["seed"]] = row["metrics"][metric]  # a seed recorded again counts once
    for sides in groups.values():
        own = sides.pop(None, {})
        yield from ((list(own.values()), list(c.values())) for c in sides.values() if own)


def list_states(rows: list[dict] | None = None) -> dict[str, str]:
    """The state of every system by its id, from these records; by default from ``results/``."""
    rows = read_all_records() if rows is None else rows
    return {
        s.id: derive_state(s.claim, [r for r in rows if r["system"] == s.id])
        for s in list_systems()
    }
