"""What records show of each system of the survey: a state for every card of ``musicgan_lib.systems``.

A system's ``claim`` names the metric in which it has to beat its negative controls; a system without a claim is
``PARTIAL`` at most, so whoever builds one states its claim on its card.
"""

from ..experiments import records
from ..experiments.claims import find_unfit, read_all_records
from ..experiments.editions import mark_edition, pick_edition
from ..experiments.evidence import judge_claim
from ..systems import Claim, list_mechanisms, list_systems

STATES = ("WORKS", "PARTIAL", "VOID", "ABSENT")


def derive_state(claim: Claim | None, rows: list[dict]) -> str:
    """What the records of one system show about it: one of ``STATES``; :func:`explain_state` says why, too."""
    return explain_state(claim, rows)[0]


def explain_state(claim: Claim | None, rows: list[dict]) -> tuple[str, str]:
    """What the records of one system show about it, one of ``STATES``, and the comparison that decided, in a sentence.

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
        return (
            "ABSENT",
            "Nothing of it was recorded but controls." if rows else "Nothing was recorded.",
        )
    if claim is None:
        return "PARTIAL", "It was recorded, and it claims nothing that a control could take away."
    for profile in reversed(records.PROFILES):
        here = [r for r in rows if r["profile"] == profile and claim.metric in r["metrics"]]
        found = dict(reversed(list(_judge_pairs(claim, starts, here))))  # of each state the first
        for state in ("VOID", "PARTIAL", "WORKS"):
            if state in found:
                words = f"{found[state]} ({claim.metric}, {claim.better} is better)."
                return state, f"{words} {claim.told}".rstrip()
    return "PARTIAL", f"No control was recorded with the same number of updates ({claim.metric})."


def _judge_pairs(claim: Claim, starts: dict, rows: list[dict]):
    """State and words of each comparison of a profile: with every control of a budget, and of what has one with its
    start.
    """
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
        where = f"{variant} on {corpus}"
        if start and not others:
            yield "PARTIAL", f"{where}: {start}, which it goes on from, was not recorded"
        for name, other in [*controls.items(), *((start, o) for o in others)]:
            state = judge_claim(list(own.values()), list(other.values()), claim.better)
            if state == "WORKS" and (place, name) in unfit:
                yield "PARTIAL", f"{where}: the recorded {name} is not what its name says"
            else:
                yield (
                    state,
                    f"{where}: {_compare(name, list(own.values()), list(other.values()), state)}",
                )


def _compare(name: str, own: list[float], other: list[float], state: str) -> str:
    """Two sides in words, such as ``each of 3 runs (.680 to .681) beats each of 3 without positions (2.6 to 3)``."""
    mine, theirs = (f"({min(side):.4g} to {max(side):.4g})" for side in (own, other))
    n, other_side = len(own), f"{len(other)} of {name} {theirs}"
    if state == "PARTIAL" and (min(own) > max(other) or max(own) < min(other)):
        alike = (
            "runs that come out alike count as one"
            if len({*own, *other}) < n + len(other)
            else "they are too few"
        )
        return f"each of {n} runs {mine} beats each of {other_side}, but {alike}, so luck is not ruled out"
    return {
        "WORKS": f"each of {n} runs {mine} beats each of {other_side}",
        "VOID": f"{n} runs {mine} are on average no better than {other_side}",
        "PARTIAL": f"{n} runs {mine} are on average better than {other_side}, by too little to settle it",
    }[state]


def list_states(rows: list[dict] | None = None) -> dict[str, str]:
    """The state of every system by its id, from these records; by default from ``results/``."""
    return {name: state for name, (state, _) in explain_states(rows).items()}


def explain_states(rows: list[dict] | None = None) -> dict[str, tuple[str, str]]:
    """The state of every system by its id, and why.

    A system WORKS where its records say so and a page shows its mechanism
    (:func:`~musicgan_lib.systems.list_mechanisms`); without that it is PARTIAL.
    """
    rows = read_all_records() if rows is None else rows
    shown, told = list_mechanisms(), {}
    for s in list_systems():
        state, why = explain_state(s.claim, [r for r in rows if r["system"] == s.id])
        if state == "WORKS" and s.id not in shown:
            state, why = "PARTIAL", f"No page shows its mechanism yet. {why}"
        told[s.id] = state, why
    return told


def list_marks(rows: list[dict] | None = None) -> dict[str, str]:
    """What has to stand behind a system's state, by its id: that all its rows are of an older edition, else nothing."""
    rows = read_all_records() if rows is None else rows
    return {s.id: mark_edition([r for r in rows if r["system"] == s.id]) for s in list_systems()}
