"""What papers claim, and what the records say to it: a verdict for each claim, derived and never typed.

The claims are ``claims.json`` beside this file; :func:`judge` says what a test there may hold.
"""

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from . import records
from .editions import is_older, mark, mark_edition
from .evidence import ask_control, compare, count_both_ways
from .records import NOT_RUN, row_of

VERDICTS = ("true", "false", "void", "not settled", "untestable here", NOT_RUN)

#: What a run's own discriminator says of that run. A weak discriminator pays well, so two runs are never compared by
#: it. (``begin_auc`` is not among them: there the discriminator is asked, not the music.)
OWN_DISCRIMINATOR = frozenset(
    ["reward_mean", "reward_std", "precision", "recall", "d_auc", "first_auc"]
    + [f"{who}_{of}" for who in ("d", "first", "begin") for of in ("human", "machine", "noise", "mismatched")]
)  # fmt: skip
UNEQUAL = "it had another number of updates"


@dataclass(frozen=True)
class Claim:
    """One claim in our words: ``place`` says where the paper makes it, ``test`` how records decide it.

    ``changed`` tells what of the test was changed after its first results were known; empty where nothing was.
    """

    id: str
    paper: str
    place: str
    claim: str
    chapter: str
    test: dict
    changed: str = ""


@dataclass(frozen=True)
class Judgement:
    """What became of a claim: one of ``VERDICTS``, the runs behind it, what its controls said, other corpora.

    ``runs_say`` is what the runs say before a control is asked: ``true``, ``false`` or ``not settled``.
    ``luck`` is the exact p of the claim as it is stated, ``luck_opposite`` that of its opposite, which a
    ``false`` stands on; None where no runs were compared.
    """

    claim: Claim
    verdict: str
    evidence: str
    control: str = "none named"
    elsewhere: str = ""
    command: str = ""
    runs_say: str = ""
    luck: Fraction | None = None
    luck_opposite: Fraction | None = None


def list_papers() -> dict[str, dict]:
    """Paper -> its title, and the corpus whose records decide its claims."""
    return _read()["papers"]


def list_claims(paper: str | None = None) -> list[Claim]:
    """Every claim, or one paper's, in the order of the paper."""
    return [Claim(**row) for row in _read()["claims"] if paper in (None, row["paper"])]


@cache
def _read() -> dict:
    return json.loads(Path(__file__).with_name("claims.json").read_text("utf-8"))


def judge(claim: Claim, rows: list[dict], proofs: dict | None = None) -> Judgement:
    """The verdict on a claim from records, or from what was proved: ``proofs`` maps a name to True or False.

    A test is one of: ``untestable`` (why); ``proof`` (its name); a ``metric`` with ``order``, rows each of which
    has to beat the next, or ``own`` and ``than``, one row that has to beat each of the others, ``better`` says
    how; a ``metric`` with ``at_least`` or ``at_most``, which each run of each row in ``of`` has to keep;
    ``beside`` names another metric that the evidence prints as well. A row
    is a variant, or ``"variant + control"``, or one of another system: ``"system: variant"``. ``system`` (by
    default the paper) and ``corpus`` narrow it.

    ``true`` and ``false`` take the rule of ``evidence.compare``. ``controls`` maps rows to what they are. A claim is
    ``true`` only if one of them was run with as many updates, and each of those *fails*; it is ``void`` if one
    *passes*, whatever its updates; else it is ``not settled``. ``evidence.ask_control`` says when a control does
    either. The largest profile decides, on the paper's corpus where that was run, of this edition of the music before
    an older one, which is marked. ValueError for a comparison of runs by what their own discriminators say. Source:
    ours.
    """
    test = claim.test
    if "untestable" in test:
        return Judgement(claim, "untestable here", test["untestable"])
    if "proof" in test:
        found = (proofs or {}).get(test["proof"])
        verdict = NOT_RUN if found is None else "true" if found else "false"
        return Judgement(claim, verdict, f"decided without a run: {test['proof']}", "not needed")
    if "of" not in test and test["metric"] in OWN_DISCRIMINATOR:
        raise ValueError(
            f"{claim.id} compares runs by {test['metric']}, which each run's own discriminator gives: "
            "a weak one pays well; compare them by an independent judge, such as judge_accuracy"
        )
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
        f"{g[1]} ({records.PROFILES[g[0]]}){mark_edition(groups[g])}: {run[g].verdict}"
        for g in others
    )
    return Judgement(**vars(run[here]) | {"elsewhere": elsewhere})


def judge_all(rows: list[dict] | None = None, proofs: dict | None = None) -> list[Judgement]:
    """Every claim's judgement; the records are those below ``results/`` by default."""
    rows = read_all_records() if rows is None else rows
    return [judge(claim, rows, proofs) for claim in list_claims()]


def _decide(claim, budget, rows) -> Judgement:
    """A claim at one budget: what its runs say, and what becomes of that by its controls."""
    test = claim.test
    found = _Found.read(claim, rows)
    names = list(dict.fromkeys(test.get("order") or test.get("of") or [test["own"], *test["than"]]))
    if missing := [n for n in names if n not in found.runs]:
        return Judgement(claim, NOT_RUN, f"no run of {', '.join(missing)}")
    sides = [list(found.runs[n].values()) for n in names]
    runs_say = compare(test, sides)
    told, fair = _ask_controls(test, names, sides, found)
    verdict = runs_say
    if verdict == "true" and "passes" in [answer for _, answer in told]:
        verdict = "void"
    elif verdict == "true" and set(fair) != {"fails"}:
        verdict = "not settled"
    behind = [row for name in names for row in found.rows[name]]
    where = f"{budget[1]}{mark(behind)}, {records.PROFILES[budget[0]]}"
    evidence = f"{where}; {test['metric']}: {_print_means(names, found.runs)}"
    if other := test.get("beside"):
        beside = {n: found.values(n, other) for n in names}
        evidence += f"; beside it {other}: {_print_means(names, beside)}"
    made = {row["commit"] for row in behind}
    evidence += f"; runs of {len(made)} states of the code" if len(made) > 1 else ""
    control = "; ".join(f"{c}: {v}" for c, v in told) or Judgement.control
    command = next(row["command"] for row in rows if found.name(row) == names[0])
    chances = count_both_ways(test, sides)
    return Judgement(claim, verdict, evidence, control, "", command, runs_say, *chances)


@dataclass
class _Found:
    """The rows that a claim reads, by the name of their row: ``runs`` are seed -> value of the metric of those with
    most ``steps``, ``unfit`` why one is not what its name says."""

    system: str
    rows: dict[str, list[dict]]
    steps: dict[str, int]
    runs: dict[str, dict]
    unfit: dict[str, str]

    @classmethod
    def read(cls, claim, rows) -> "_Found":
        found = cls(claim.test.get("system", claim.paper), {}, {}, {}, {})
        for row in rows:
            found.rows.setdefault(found.name(row), []).append(row)
        for name, group in found.rows.items():
            found.steps[name] = max(row["steps"] for row in group)
            longest = [row for row in group if row["steps"] == found.steps[name]]
            found.runs[name] = {
                row["seed"]: row["metrics"][claim.test["metric"]] for row in longest
            }
            if why := "".join(list(filter(None, map(find_unfit, longest)))[-1:]):
                found.unfit[name] = why
        return found

    def name(self, row: dict) -> str:
        """The name of a row's variant and control, with its system where that is not the claim's."""
        return ("" if row["system"] == self.system else f"{row['system']}: ") + row_of(row)

    def values(self, name: str, metric: str) -> dict:
        """Seed -> another metric, of whatever run has it."""
        return {
            row["seed"]: row["metrics"][metric]
            for row in self.rows[name]
            if metric in row["metrics"]
        }


def _ask_controls(test, names, sides, found) -> tuple[list[tuple[str, str]], list[str]]:
    """What each control of a test says, in words, and what those say that are fair."""
    told, fair = [], []
    for control in test.get("controls", ()):
        if control not in found.runs:
            told.append((control, NOT_RUN))
            continue
        variant = control.split(" + ")[0]
        place = names.index(variant) if variant in names and control not in names else 0
        answer = ask_control(test, sides, place, list(found.runs[control].values()))
        unequal = found.steps[control] != found.steps[names[place]]
        why = found.unfit.get(control) or (UNEQUAL if unequal else "")
        if not why:
            fair.append(answer)
        elif answer != "passes":
            answer = f"controls nothing, for {why}"
        told.append((control, answer))
    return told, fair


def _print_means(names, runs) -> str:
    """The mean of each row, with its number of seeds."""
    kept = {n: list(runs[n].values()) for n in names if runs[n]}
    return ", ".join(f"{n} {sum(v) / len(v):.3g} ({len(v)})" for n, v in kept.items())


def find_unfit(row: dict) -> str:
    """Why a recorded control is not what its name says, as ``unfit`` in ``claims.json`` tells; empty for all others.

    Such a row is made again; until then it proves nothing.
    """
    for known in _read()["unfit"]:
        if (row.get("system"), row_of(row)) == (known["system"], known["row"]):
            if row["commit"] in known["commits"]:
                return known["why"]
    return ""


def read_all_records() -> list[dict]:
    """Every record below ``results/``; JSON files that hold something else are left out.

    Raises ValueError for a file that looks like records and holds one that is none.
    """
    found = []
    for name in records.list_names():
        if not name.endswith(".json"):
            continue
        content = json.loads(Path(records.open(name)).read_text("utf-8"))
        if isinstance(content, list) and content and all(_looks_like_one(row) for row in content):
            found += [records.validate(row) for row in content]
    return found


def _looks_like_one(row) -> bool:
    return isinstance(row, dict) and {"system", "metrics"} <= row.keys()
