"""What papers claim, and what the records say to it: a verdict for each claim, derived and never typed.

The claims are ``claims.json`` beside this file; :func:`judge` says what a test there may hold.
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from math import comb, factorial
from pathlib import Path

from . import records
from .editions import is_older, mark
from .tables import NOT_RUN, row_of

VERDICTS = ("true", "false", "void", "not settled", "untestable here", NOT_RUN)

#: Runs on each side: three labels out of six fall so by luck one time in twenty.
SEEDS = 3


@dataclass(frozen=True)
class Claim:
    """One claim in our words: ``place`` says where the paper makes it, ``test`` how records decide it."""

    id: str
    paper: str
    place: str
    claim: str
    chapter: str
    test: dict


@dataclass(frozen=True)
class Judgement:
    """What became of a claim: one of ``VERDICTS``, the runs behind it, what its controls said, other corpora."""

    claim: Claim
    verdict: str
    evidence: str
    control: str = "none named"
    elsewhere: str = ""
    command: str = ""


def list_papers() -> dict[str, dict]:
    """Paper -> its title, and the corpus whose records decide its claims."""
    return _read()["papers"]


def list_claims(paper: str | None = None) -> list[Claim]:
    """Every claim, or one paper's, in the order of the paper."""
    return [Claim(**row) for row in _read()["claims"] if paper in (None, row["paper"])]


def _read() -> dict:
    return json.loads(resources.files(__package__).joinpath("claims.json").read_text("utf-8"))


def luck(*runs: int) -> Fraction:
    """How likely systems that do not differ come out in one given order, each run of each ahead of all of the next.

    ``runs`` is how many runs each system has: ``luck(3, 3)`` is 1/20. An upper bound where runs tie.
    Source: counting, the multinomial coefficient.
    """
    ways = factorial(sum(runs))
    for n in runs:
        ways //= factorial(n)
    return Fraction(1, ways)


def judge(claim: Claim, rows: list[dict], proofs: dict | None = None) -> Judgement:
    """The verdict on a claim from records, or from what was proved: ``proofs`` maps a name to True or False.

    A test is one of: ``untestable`` (why); ``proof`` (its name); a ``metric`` with ``order``, rows each of which
    has to beat the next, or ``own`` and ``than``, one row that has to beat each of the others, ``better`` says
    how; a ``metric`` with ``at_least`` or ``at_most``, which each run of each row in ``of`` has to keep. A row
    is a variant, or ``"variant + control"``, or one of another system: ``"system: variant"``. ``system`` (by
    default the paper) and ``corpus`` narrow it.

    ``true`` and ``false`` take :func:`judge_claim`'s rule: each run beats each run, and enough
    different values; or ``SEEDS`` runs on one side of a bound. Rows named in ``controls`` stand in for the row of
    their variant, else for the first: where the test comes out true all the same the claim is ``void``, and
    without the record of any control it is ``not settled``. The largest profile decides, on the paper's
    corpus where that was run, of this edition of the music before an older one, which is marked. Source: ours.
    """
    test = claim.test
    if "untestable" in test:
        return Judgement(claim, "untestable here", test["untestable"])
    if "proof" in test:
        found = (proofs or {}).get(test["proof"])
        verdict = NOT_RUN if found is None else "true" if found else "false"
        return Judgement(claim, verdict, f"decided without a run: {test['proof']}", "not needed")
    groups: dict = {}
    system = test.get("system", claim.paper)
    named = [
        *test.get("order", []),
        *test.get("of", []),
        *test.get("than", []),
        test.get("own", ""),
    ]
    systems = {system} | {name.split(": ")[0] for name in named if ": " in name}
    for row in rows:
        right = row["system"] in systems and test["metric"] in row["metrics"]
        if right and row["corpus"] == test.get("corpus", row["corpus"]):
            budget = records.PROFILES.index(row["profile"]), row["corpus"], row["split"]
            groups.setdefault((*budget, is_older(row)), []).append(row)
    found = {g: _decide(claim, g, members) for g, members in groups.items()}
    run = {g: j for g, j in found.items() if j.verdict != NOT_RUN}
    if not run:
        lacking = next((j.evidence for j in found.values()), f"no run of {system} has it")
        return Judgement(claim, NOT_RUN, f"{test['metric']}: {lacking}")
    home = list_papers()[claim.paper]["corpus"]
    run = {g: j for g, j in run.items() if not (g[3] and (*g[:3], False) in run)}  # run again since
    here = max(run, key=lambda g: (g[1] == home, not g[3], g[0], g[1:]))
    others = sorted(g for g in run if g != here)
    elsewhere = "; ".join(
        f"{g[1]} ({records.PROFILES[g[0]]}){mark(groups[g])}: {run[g].verdict}" for g in others
    )
    return Judgement(**vars(run[here]) | {"elsewhere": elsewhere})


def judge_all(rows: list[dict] | None = None, proofs: dict | None = None) -> list[Judgement]:
    """Every claim's judgement; the records are those below ``results/`` by default."""
    rows = read_all_records() if rows is None else rows
    return [judge(claim, rows, proofs) for claim in list_claims()]


def _decide(claim, budget, rows) -> Judgement:
    test, runs, steps = claim.test, {}, {}
    system = test.get("system", claim.paper)

    def row_name(row):
        return ("" if row["system"] == system else f"{row['system']}: ") + row_of(row)

    for row in rows:  # of a row that was recorded with several numbers of steps the longest counts
        steps[row_name(row)] = max(steps.get(row_name(row), 0), row["steps"])
    for row in rows:
        if row["steps"] == steps[row_name(row)]:
            runs.setdefault(row_name(row), {})[row["seed"]] = row["metrics"][test["metric"]]
    names = list(dict.fromkeys(test.get("order") or test.get("of") or [test["own"], *test["than"]]))
    if missing := [n for n in names if n not in runs]:
        return Judgement(claim, NOT_RUN, f"no run of {', '.join(missing)}")
    verdict, told = _compare(test, [list(runs[n].values()) for n in names]), []
    for control in test.get("controls", ()):
        variant = control.split(" + ")[0]
        place = names.index(variant) if variant in names else 0
        if control not in runs:
            told.append((control, NOT_RUN))
        elif control != variant and steps[control] != steps[names[place]]:
            told.append((control, "another budget, so it controls nothing"))
        else:
            stand_in = [*names[:place], control, *names[place + 1 :]]
            told.append((control, _compare(test, [list(runs[n].values()) for n in stand_in])))
    answers = [answer for _, answer in told]
    if verdict == "true" and "true" in answers:
        verdict = "void"
    elif verdict == "true" and told and not {"false", "not settled"} & set(answers):
        verdict = "not settled"  # no control was run
    means = [f"{n} {sum(v := runs[n].values()) / len(v):.3g} ({len(v)})" for n in names]
    behind = [row for row in rows if row_name(row) in names]
    where = f"{budget[1]}{mark(behind)}, {records.PROFILES[budget[0]]}"
    evidence = f"{where}; {test['metric']}: {', '.join(means)}"
    control = "; ".join(f"{c}: {v}" for c, v in told) or Judgement.control
    command = next(r["command"] for r in rows if row_name(r) == names[0])
    return Judgement(claim, verdict, evidence, control, command=command)


def _compare(test, sides) -> str:
    """``true``, ``false`` or ``not settled``, for the values of each row."""
    if "of" in test:
        low, high = test.get("at_least", float("-inf")), test.get("at_most", float("inf"))
        kept = [[low <= v <= high for v in side] for side in sides]
        if min(map(len, kept)) < SEEDS:
            return "not settled"
        return "true" if all(map(all, kept)) else "not settled" if all(map(any, kept)) else "false"
    pairs = list(zip(sides, sides[1:])) if "order" in test else [(sides[0], s) for s in sides[1:]]
    better = test["better"]
    if any(judge_claim(other, own, better) == "WORKS" for own, other in pairs):
        return "false"
    won = all(judge_claim(own, other, better) == "WORKS" for own, other in pairs)
    return "true" if won else "not settled"


def judge_claim(own, control, better: str = "lower") -> str:
    """Whether a system beats its control: WORKS where each of its runs beats each run of the control.

    Parameters
    ----------
    own, control : one number a seed, of the system and of its control.
    better : ``"lower"`` or ``"higher"``.

    WORKS needs so many *different* values that luck does it no more often than with ``SEEDS`` on each
    side, one time in twenty: three and three, or nineteen controls against a system that draws nothing
    and returns the same value for every seed. VOID is a control whose mean is no worse, or a value
    that is not a number; the rest is PARTIAL. Source: an exact permutation test; the names are ours.
    """
    sign = {"lower": -1, "higher": 1}[better]
    own, control = ([sign * value for value in side] for side in (own, control))
    if not sum(own) / len(own) > sum(control) / len(control):
        return "VOID"
    n, m = len(set(own)), len(set(control))
    enough = comb(n + m, n) >= comb(2 * SEEDS, SEEDS)
    return "WORKS" if enough and min(own) > max(control) else "PARTIAL"


def read_all_records() -> list[dict]:
    """Every record below ``results/``; JSON files that hold something else are left out.

    Raises ValueError for a file that looks like records and holds one that is none.
    """
    found = []
    for name in records.index():
        if not name.endswith(".json"):
            continue
        content = json.loads(Path(records.open(name)).read_text("utf-8"))
        if isinstance(content, list) and content and all(_looks_like_one(row) for row in content):
            found += [records.validate(row) for row in content]
    return found


def _looks_like_one(row) -> bool:
    return isinstance(row, dict) and {"system", "metrics"} <= row.keys()
