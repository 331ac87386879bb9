"""The table that every chapter on a paper ends in: what it printed, what we recorded, what you just ran."""

import math

import numpy as np

from .editions import NOT_ON_THIS_EDITION, is_older, mark, mark_edition, note, pick_edition
from .records import NOT_RUN, row_of

__all__ = [
    "NOT_ON_THIS_EDITION", "NOT_RUN", "Table", "bootstrap_interval", "by_seed", "compare", "differences",
    "mark", "mark_edition", "note", "pick_edition", "row_of", "tell_judge",
]  # fmt: skip


class Table(str):
    """Markdown that a notebook shows as a table."""

    def _repr_markdown_(self) -> str:
        return str(self)


def compare(paper_rows, records, columns, *, live=(), names=None) -> Table:
    """Paper, recorded runs and this run under one another, a model at a time.

    Parameters
    ----------
    paper_rows : row -> {metric: number}, in the order shown; None where the paper has no such row. A row is
        a variant (``"merl"``), or a variant and its control (``"reward_baseline + random_reward"``).
    records : recorded runs, see ``experiments.records``; they are shown as mean ± sd over seeds.
    columns : metric -> heading, or metric -> (heading, digits); two digits by default.
    live : rows of this run: dicts with ``variant``, ``metrics`` and perhaps ``control``.
    names : row -> what it is called; the row itself by default.

    A dash stands where a number does not exist: a column that the paper lacks, or a metric that is
    undefined there. Recorded cells of a row without any record say "– not run", and so does a run
    of this chapter that did not happen. ± is the standard deviation over seeds (n - 1); one seed has none.
    Rows of an older edition of the music are shown where a row has no other, marked, with a note below; a row
    whose commit lacks some of its code is marked, too.
    """
    shown = {m: h if isinstance(h, tuple) else (h, 2) for m, h in columns.items()}
    lines = ["model | whose | " + " | ".join(h for h, _ in shown.values())]
    lines.append("|".join(["---"] * (2 + len(shown))))
    told: list[dict] = []
    for row, printed in paper_rows.items():
        name = (names or {}).get(row, row)
        kept = pick_edition([r for r in records if row_of(r) == row])
        told += kept
        seen = [r["metrics"] for r in kept]
        here = [r["metrics"] for r in live if row_of(r) == row]
        n = f"{len(seen)} seed{'s' if len(seen) != 1 else ''}" if seen else "recorded"
        ours = f"ours, {n}{mark(kept)}"
        for whose, found in (("paper", [printed]), (ours, seen), ("this run", here)):
            if (whose == "this run" and not live) or found == [None]:
                continue
            cells = [_cell([f.get(m) for f in found], digits) for m, (_, digits) in shown.items()]
            lines.append(f"{name} | {whose} | " + " | ".join(cells))
            name = ""
    table = "\n".join(f"| {line} |" for line in lines)  # an empty first cell needs its bar
    return Table(table + note(told))


def by_seed(records, row: str, metric: str) -> dict[int, float]:
    """A metric of all records of a row, seed -> value; runs that lack it are left out.

    Of a row that was run on this edition of the music, older ones do not count.
    """
    of = [r for r in records if row_of(r) == row and metric in r["metrics"]]
    return {r["seed"]: r["metrics"][metric] for r in pick_edition(of)}


def differences(records, row: str, other: str, metric: str) -> np.ndarray:
    """``row`` minus ``other`` in the runs of the same seed, ``(n,)``: seeds are the unit of every claim.

    Both are of one edition of the music: the present one where it has such a pair, else the older.
    """
    editions = [[r for r in records if is_older(r) == older] for older in (False, True)]
    for runs in editions:
        a, b = by_seed(runs, row, metric), by_seed(runs, other, metric)
        if common := sorted(a.keys() & b.keys()):
            return np.array([a[seed] - b[seed] for seed in common])
    return np.array([])


def bootstrap_interval(values, rng, level: float = 0.95, times: int = 2000) -> tuple[float, float]:
    """Where the mean lies if these values were drawn again: ``(low, high)``, by resampling them.

    With ``values (n, k)`` whole rows are drawn again, so what belongs together (the steps of one
    sequence) stays together. One value is always drawn again itself. ValueError for no values. Source: Efron (1979),
    percentile interval.
    """
    from scipy import stats  # takes half a second: only where it is asked

    values = np.asarray(values, float)
    if not values.size:
        raise ValueError("there is no value to draw again")
    rows = values.reshape(len(values), -1).mean(1)
    if len(rows) == 1:
        return float(rows[0]), float(rows[0])
    found = stats.bootstrap(
        (rows,), np.mean, n_resamples=times, confidence_level=level, method="percentile", rng=rng
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def tell_judge(records, names) -> str:
    """What the independent judge makes of these rows, as a paragraph: its readings, or that nobody asked it.

    ``names``: row -> what it is called. Numbers of the first judge (``judge1_…``) are told of and not shown: its real
    music held the validation pieces, which chose the checkpoints.
    """
    read = {
        name: list(by_seed(records, row, "judge_accuracy").values()) for row, name in names.items()
    }
    readings = [f"{name} {_cell(found, 2)}" for name, found in read.items() if found]
    silent = [name for name, found in read.items() if not found]
    said = [f"The independent judge is right: {'; '.join(readings)}."] if readings else []
    if silent:
        whom = "; ".join(silent) if readings else "any of these rows"
        said.append(f"The independent judge was not asked about {whom}.")
    if any("judge1_accuracy" in r["metrics"] for r in records if row_of(r) in names):
        said.append(
            "An earlier one was, whose real music had chosen the checkpoints, too: nothing is concluded from it."
        )
    return " ".join(said)


def _cell(values, digits: int) -> str:
    """``mean ± sd`` of the numbers there are."""
    if not values:
        return NOT_RUN
    numbers = [v for v in values if v is not None and math.isfinite(v)]
    if not numbers:
        return "–"
    mean = f"{np.mean(numbers):.{digits}f}"
    return mean + (f" ±\u00a0{np.std(numbers, ddof=1):.{digits}f}" if len(numbers) > 1 else "")
