"""Which runs would settle a claim that recorded runs left open, and what they would cost at the pace of those."""

from dataclasses import dataclass
from math import comb
from statistics import median

from .. import systems
from ..experiments import records
from ..experiments.claims import read_all_records
from ..experiments.evidence import SEEDS
from .landscape import explain_states

OPEN = ("PARTIAL", "VOID")


@dataclass(frozen=True)
class Settling:
    """What would settle one system: its state, and why; ``asks``, in words; one ``command``; ``runs`` like it; their
    cost in ``hours``, all together.

    Hours are those of the recorded run times the number of updates that is asked for; None where no time is known.
    """

    system: str
    state: str
    why: str
    asks: str
    command: str
    runs: int
    hours: float | None


def list_settlings(rows: list[dict] | None = None) -> list[Settling]:
    """A line for each system that is PARTIAL or VOID, in the order of their years."""
    rows = read_all_records() if rows is None else rows
    found = []
    for name, (state, why) in explain_states(rows).items():
        if state in OPEN:
            own = [r for r in rows if r["system"] == name]
            found.append(_settle(systems.find(name), state, why, own))
    return sorted(found, key=lambda s: systems.find(s.system).year or 0)


def _settle(card, state: str, why: str, rows: list[dict]) -> Settling:
    place = _read_place(why, rows)
    variant, corpus, profile = place
    here = [r for r in rows if (r["variant"], r["corpus"], r["profile"]) == place]
    own = [r for r in here if r["control"] is None]
    each = median(r["wall_s"] for r in own) if own else None
    controls = sorted({r["control"] for r in here if r["control"]}) or list(card.list_controls())
    control = next((c for c in controls if c in why), controls[0])
    command = f"musicgan train {card.id} --variant {variant.split(',')[0]} --corpus {corpus}"
    if "No control was recorded" in why:
        asks, runs = f"{SEEDS} runs of {control}, as long as its own", SEEDS
        command += f" --control {control}"
    elif "come out alike" in why:
        asks, runs = "more seeds of its own, since its control comes out alike", _count_more(here)
    elif state == "PARTIAL":
        asks, runs = f"{SEEDS} more seeds of it and of {control}, said beforehand", 2 * SEEDS
    elif profile != records.PROFILES[-1]:
        more = records.PROFILES[records.PROFILES.index(profile) + 1]
        asks, runs = f"both sides at the {more} profile, {SEEDS} seeds each", 2 * SEEDS
        each = each and each * _count_steps(card, variant, more, corpus) / max(own[0]["steps"], 1)
        profile = more
    else:
        asks, runs = "another idea: at the largest profile its control does as well", 0
    hours = None if each is None else each * runs / 3600
    return Settling(card.id, state, why, asks, f"{command} --profile {profile}", runs, hours)


def _read_place(why: str, rows: list[dict]) -> tuple[str, str, str]:
    """Variant, corpus and profile of the comparison that decided; of the most runs where none was made."""
    groups = {}
    for r in rows:
        if r["control"] is None:
            groups.setdefault((r["variant"], r["corpus"], r["profile"]), []).append(r)
    said = [p for p in groups if why.startswith(f"{p[0]} on {p[1]}:")]
    largest = max(groups, key=lambda p: (records.PROFILES.index(p[2]), len(groups[p])))
    return max(said, key=lambda p: records.PROFILES.index(p[2])) if said else largest


def _count_more(here: list[dict]) -> int:
    """Seeds of its own that lack, if those of its control go on to come out as one."""
    have = sum(r["control"] is None for r in here)
    enough = next(n for n in range(1, 99) if comb(n + 1, n) >= comb(2 * SEEDS, SEEDS))
    return max(enough - have, 0)


def _count_steps(card, variant: str, profile: str, corpus: str) -> int:
    return card.configure(variant.split(",")[0], profile, corpus).steps
