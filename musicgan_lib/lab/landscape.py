"""What records show of each system of the survey: a state for every card of ``musicgan_lib.systems``.

A system's ``claim`` names the metric in which it has to beat its negative controls; a system without a claim is
``PARTIAL`` at most, so whoever builds one states its claim on its card.
"""

from ..experiments import records
from ..experiments.claims import find_unfit, read_all_records
from ..experiments.editions import mark_edition, pick_edition
from ..experiments.evidence import judge_claim
from ..systems import Claim, list_systems

STATES = ("WORKS", "PARTIAL", "VOID", "ABSENT")


def derive_state(claim: Claim | None, rows: list[dict]) -> str:
    """What the records of one system show about it: one of ``STATES``.

    ABSENT: nothing but controls and starting points, or nothing at all. PARTIAL: it was run, and its claim is not
    settled: none is stated, no control had the same budget, its starting point was not recorded, or
    seeds are too few or overlap. VOID: on average a control or the starting point does as well, so the check proves
    nothing. WORKS: :func:`judge_claim` says so of every control, and of the starting point.

    Only equal things are compared: the same corpus, split, profile, and with a control the same steps and variant.
    The largest profile with a control decides; of several comparisons the worst counts. A control that is known not to
    be what it is called (``claims.find_unfit``) can void a claim, and bears none out. Rows of an
    older edition of the music decide only where there are no others. Source: ours.
    """
    rows = pick_edition(rows)
    starts = claim.start if claim else {}
    if all(r["control"] is not None or r["variant"] in starts.values() for r in rows):
        return "ABSENT"
    if claim is None:
        return "PARTIAL"
    for profile in reversed(records.PROFILES):
        here = [r for r in rows if r["profile"] == profile and claim.metric in r["metrics"]]
        found = set(_judge_pairs(claim, starts, here))
        for state in ("VOID", "PARTIAL", "WORKS"):
            if state in found:
                return state
    return "PARTIAL"


def _judge_pairs(claim: Claim, starts: dict, rows: list[dict]):
    """The state of each comparison of a profile: with every control of a budget, and of what has one with its start."""
    groups, unfit = {}, set()
    for row in rows:
        place = tuple(row[k] for k in ("corpus", "split", "steps", "variant"))
        if find_unfit(row):
            unfit.add((place, row["control"]))
        seeds = groups.setdefault(place, {}).setdefault(row["control"], {})
        seeds[row["seed"]] = row["metrics"][claim.metric]  # a seed recorded again counts once
    for place, sides in groups.items():
        corpus, split, _, variant = place
        own, controls = sides.get(None, {}), {k: v for k, v in sides.items() if k is not None}
        if not own or not controls:
            continue
        start = starts.get(variant.split(",")[0])
        others = [
            of[None]
            for (c, s, _, name), of in groups.items()
            if (c, s, name) == (corpus, split, start) and None in of
        ]
        if start and not others:
            yield "PARTIAL"
        for name, other in [*controls.items(), *((start, o) for o in others)]:
            state = judge_claim(list(own.values()), list(other.values()), claim.better)
            yield "PARTIAL" if state == "WORKS" and (place, name) in unfit else state


def list_states(rows: list[dict] | None = None) -> dict[str, str]:
    """The state of every system by its id, from these records; by default from ``results/``."""
    rows = read_all_records() if rows is None else rows
    return {
        s.id: derive_state(s.claim, [r for r in rows if r["system"] == s.id])
        for s in list_systems()
    }


def list_marks(rows: list[dict] | None = None) -> dict[str, str]:
    """What has to stand behind a system's state, by its id: that all its rows are of an older edition, else nothing."""
    rows = read_all_records() if rows is None else rows
    return {s.id: mark_edition([r for r in rows if r["system"] == s.id]) for s in list_systems()}
