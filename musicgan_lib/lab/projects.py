"""A bank of projects: what records leave open of each system, and what the papers leave open themselves.

Which systems stand in it, in which state and why, is asked of :func:`~musicgan_lib.lab.landscape.explain_states`, so
a project ends by itself when somebody records what settles it. The papers' own open questions are written down in
:mod:`~musicgan_lib.lab.project_questions`.
"""

import json
import re
import statistics
from collections import Counter
from dataclasses import dataclass

from ..experiments import records
from ..experiments.claims import read_all_records
from ..systems import System, find, list_mechanisms, list_systems
from .landscape import explain_states
from .project_questions import QUESTIONS

#: Music that anybody has or can make: a first step needs no corpus of one's own.
AT_HAND = ("chorales", "motifs", "oracle_50", "oracle_500", "tunes")
#: The first three seeds that a project runs; records of this book begin here, too.
SEEDS = (21, 22, 23)
LEVELS = {"PARTIAL": 1, "VOID": 3}
#: How a reason begins where the runs are settled, and only a page is missing.
UNSHOWN = "No page shows its mechanism"
SHOW = "Which single cell shows the mechanism of {}, so that a mistake of one line turns it red?"
RUNS_CONVINCE = (
    "Each of three runs ahead of each of three runs of every control, at the same corpus, profile, variant and number "
    "of updates; and of its starting point, where it goes on from one. Or the reverse, as plainly."
)
CELL_CONVINCES = (
    "The runs are recorded. What is missing is a cell on a page that computes what the mechanism promises by hand and "
    "asserts that the network does the same, and one-line mistakes in the network that the cell notices."
)
_DECIDED = re.compile(r"(\w+)((?:,\w+=[^, ]+)*) on (\w+): ")


@dataclass(frozen=True)
class Project:
    """What a student is given: a question, why it is open, and where to begin.

    ``runs`` is how many training runs a full answer takes, ``minutes`` the median of the system's recorded runs at
    ``cpu`` (None where none was recorded). ``level`` is how hard it is, 1 to 3; ``pages`` are below ``book/``.
    """

    slug: str
    title: str
    question: str
    why: str
    first: str
    runs: int
    minutes: float | None
    convincing: str
    level: int
    pages: tuple[str, ...]

    def tell_compute(self) -> str:
        """What it costs: CPU minutes from records; nothing of it was recorded on a GPU."""
        if self.runs == 0:
            return "none: no training run"
        if self.minutes is None:
            return (
                f"{self.runs} runs; {records.NOT_RUN.lstrip('– ')} at `cpu`, so the first one tells"
            )
        return (
            f"{self.runs} runs at `cpu` of about {self.minutes:.0f} minutes each (median of the recorded ones), "
            f"{self.runs * self.minutes / 60:.1f} hours in all"
        )


def median_minutes(system: str, rows: list[dict]) -> float | None:
    """The median minutes of a system's recorded runs at the ``cpu`` profile."""
    seconds = [r["wall_s"] for r in rows if r["system"] == system and r["profile"] == "cpu"]
    return statistics.median(seconds) / 60 if seconds else None


def list_unsettled(rows: list[dict] | None = None) -> list[Project]:
    """One project for each system that was recorded and does not WORK, in the order of the survey."""
    rows = read_all_records() if rows is None else rows
    told = explain_states(rows)
    return [
        _settle(card, *told[card.id], rows) for card in list_systems() if told[card.id][0] in LEVELS
    ]


def _settle(card: System, state: str, why: str, rows: list[dict]) -> Project:
    variant, changes, corpus = read_decided(card, why, rows)
    start = find_start(card, why)
    controls = [] if start else name_controls(card, variant, why)
    command = f"musicgan train {card.id} --variant {start or variant}"
    command += "".join(f" --set {change}" for change in changes)
    if corpus:
        command += f" --corpus {corpus}"
    command += f" --profile smoke --seed {SEEDS[0]}"
    if controls:
        command += f" --control {controls[0]}"
    shown = not why.startswith(UNSHOWN)
    page = card.page or list_mechanisms().get(card.id)
    return Project(
        slug=card.id,
        title=f"{card.name}: {state}",
        question=_ask(card, state, controls, start) if shown else SHOW.format(card.name),
        why=why,
        first=command,
        runs=len(SEEDS) * (1 + (min(2, len(controls)) or bool(start))) if shown else 0,
        minutes=median_minutes(card.id, rows),
        convincing=RUNS_CONVINCE if shown else CELL_CONVINCES,
        level=LEVELS[state],
        pages=tuple(dict.fromkeys(filter(None, (page, "lab/landscape")))),
    )


def find_start(card: System, why: str) -> str:
    """The variant that a system goes on from, where that one decided; else an empty string."""
    starts = card.claim.start.values() if card.claim else ()
    return next((start for start in starts if f" of {start} " in why), "")


def _ask(card: System, state: str, controls: list[str], start: str) -> str:
    beaten = " or ".join(f"*{c.replace('_', ' ')}*" for c in controls[:2]) or "that you name first"
    beaten = f"starting point *{start.replace('_', ' ')}*" if start else f"control {beaten}"
    metric, better = (card.claim.metric, card.claim.better) if card.claim else ("", "")
    measured = (
        f"in `{metric}` ({better} is better)" if metric else "in a metric that you state first"
    )
    if state == "VOID":
        return f"What would it take for {card.name} to beat its {beaten} {measured}, which it does not?"
    return f"Does {card.name} beat its {beaten} {measured}?"


def name_controls(card: System, variant: str, why: str) -> list[str]:
    """The controls that a variant can be trained with, first the one that decided; others are refused."""
    found = []
    for name in card.list_controls():
        try:
            card.configure_control(name, variant, "smoke", _choose_corpus(card, ""))
        except ValueError:
            continue
        found.append(name)
    return sorted(found, key=lambda name: name not in why)


def read_decided(card: System, why: str, rows: list[dict]) -> tuple[str, list[str], str]:
    """Variant, changed settings and a corpus at hand of the comparison that decided.

    Where no comparison did, the variant is the one with a claim that was recorded most often.
    """
    found = _DECIDED.search(why)
    if found and found[1] in card.variants:
        return found[1], found[2].split(",")[1:], _choose_corpus(card, found[3])
    tried = Counter(r["variant"] for r in rows if r["system"] == card.id and r["control"] is None)
    claiming = list(card.claim.start) if card.claim else []
    return (
        max(claiming or list(card.variants), key=lambda name: tried[name]),
        [],
        _choose_corpus(card, ""),
    )


def _choose_corpus(card: System, decided: str) -> str:
    if decided in AT_HAND:
        return decided
    return next((name for name in AT_HAND if name in card.corpora), "")


def list_unrun(rows: list[dict] | None = None) -> list[System]:
    """Systems that can be trained here, and of which nothing was recorded."""
    told = explain_states(rows)
    return [card for card in list_systems() if card.plays and told[card.id][0] == "ABSENT"]


def list_unbuilt() -> list[System]:
    """Systems of the survey that nobody has built here and whose claim is stated."""
    return [card for card in list_systems() if not card.plays and card.claim]


def list_questions(rows: list[dict] | None = None) -> list[Project]:
    """What the four papers leave open, with the compute of our own runs of their systems."""
    rows = read_all_records() if rows is None else rows
    return [
        Project(
            **{k: v for k, v in one.items() if k != "system"},
            minutes=median_minutes(one["system"], rows),
        )
        for one in QUESTIONS
    ]


def check_command(command: str) -> None:
    """ValueError for a ``musicgan train`` command whose system, variant, settings, corpus or control there is not."""
    words = command.split()
    if words[:2] != ["musicgan", "train"]:
        raise ValueError(f"{command!r} trains nothing")
    card = find(words[2])
    given = dict(zip(words[3::2], words[4::2]))
    changes = [value for name, value in zip(words[3::2], words[4::2]) if name == "--set"]
    settings = {}
    for change in changes:
        name, _, value = change.partition("=")
        settings[name] = json.loads(value)
    corpus = given.get("--corpus", card.corpora[0])
    if corpus not in card.corpora:
        raise ValueError(f"{card.id} does not learn from {corpus}")
    card.configure_control(
        given.get("--control"), given["--variant"], given["--profile"], corpus, **settings
    )
