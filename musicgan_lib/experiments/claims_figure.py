"""All claims in one figure: a mark each, its shape and colour the verdict, its place how often luck does as well."""

from fractions import Fraction
from html import escape
from math import log

from .claims import VERDICTS, list_papers
from .claims_table import Table, count_verdicts, name_verdict, p_of, read_style, tell_luck

#: What stands beside a mark in the key.
MEANING = {
    "true": "the runs bear it out, and each control fails",
    "false": "the runs bear the opposite out",
    "void": "the runs bear it out, and a control does as well",
    "not settled": "runs overlap, or no control was seen to fail",
    "untestable here": "there is nothing that we could measure",
    "– not run": "nobody has run it yet",
}
#: Marks of one paper are at least so far apart, as a share of the width; nearer ones stand on each other.
APART = 0.042
#: Pixels from one level of marks to the next.
LEVEL = 17
#: Marks along the axis: one in so many.
ONE_IN = (1, 2, 5, 20, 100, 500)
#: How rare one claim alone has to be.
ALONE = Fraction(1, 20)


def draw_claims(judgements, level: Fraction = ALONE) -> Table:
    """Every claim as a mark that leads to its line in the table, paper by paper.

    Parameters
    ----------
    judgements : from ``claims.judge_all``.
    level : what one test alone has to reach. Holm's rule for the page asks it of the rarest, over the number of
        tests: every claim whose runs were compared is tested both ways.

    To the right the runs are rarer by luck, on a logarithmic scale. Claims without a number stand below. Source: ours.
    """
    bar = find_bar(judgements, level)
    edge = min([bar, *(p_of(j) for j in judgements if p_of(j) is not None)]) / 2
    papers, rows = list_papers(), []
    for paper in dict.fromkeys(j.claim.paper for j in judgements):
        own = [j for j in judgements if j.claim.paper == paper]
        rows.append(_draw_paper(papers[paper]["name"], own, {"alone": level, "holm": bar}, edge))
    marks = "".join(
        f'<span style="left:{_percent(place(Fraction(1, n), edge))}">{"1" if n == 1 else f"1 in {n}"}</span>'
        for n in ONE_IN
        if Fraction(1, n) > bar
    )
    marks += f'<span style="left:{_percent(place(bar, edge))}">1 in {round(1 / bar)}</span>'
    key = "".join(
        f'<li data-verdict="{name_verdict(v)}"><i class="mg-mark"></i>'
        f"<strong>{sum(j.verdict == v for j in judgements)} "
        f"{v.removeprefix('– ')}</strong>: {MEANING[v]}</li>"
        for v in VERDICTS
    )
    return Table(
        f'<div class="mg-claims mg-claims-figure"><style>{read_style()}</style><ul>{key}</ul>{"".join(rows)}'
        f'<div class="mg-claims-axis" aria-hidden="true">{marks}</div><p>{_tell_lines(level, bar)}</p></div>'
    )


def _tell_lines(level: Fraction, bar: Fraction) -> str:
    return (
        "A mark is a claim, and the farther to the right, the rarer luck does as well as its runs did. "
        f"Dashed line: {tell_luck(level)}, enough for one claim alone. "
        f"Blue line: 1 in {round(1 / bar)}, "
        f"what Holm's rule asks of the rarest on a page of {round(level / bar)} tests. "
        "Where a claim is a bound, such as at least 99 %, it is true if every run keeps it and false if every run "
        "breaks it; its p is that of a coin thrown for each run. In the rows without p stand claims that a proof or a "
        "count decides, and those that nothing decided."
    )


def find_bar(judgements, level: Fraction = ALONE) -> Fraction:
    """What Holm's rule asks of the rarest: the level over the number of tests, two for each claim that was compared.

    ValueError where nothing was compared.
    """
    tests = 2 * sum(j.luck is not None for j in judgements)
    if not tests:
        raise ValueError("no claim was compared with anything: there is no bar")
    return level / tests


def place(p: Fraction, edge: Fraction) -> float:
    """Where a p stands, from 0 (p = 1) to 1 (p = ``edge``), on a logarithmic scale."""
    return log(p) / log(edge)


def stack_marks(places: list[float]) -> list[int]:
    """The level of each mark, in the order given: the lowest on which nothing stands nearer than ``APART``.

    >>> stack_marks([0.1, 0.1, 0.5, 0.12])
    [0, 1, 0, 2]
    """
    taken: list[list[float]] = []
    levels = []
    for x in places:
        level = next(
            (k for k, row in enumerate(taken) if all(abs(x - other) >= APART for other in row)),
            len(taken),
        )
        if level == len(taken):
            taken.append([])
        taken[level].append(x)
        levels.append(level)
    return levels


def _draw_paper(name: str, judgements, lines: dict[str, Fraction], edge: Fraction) -> str:
    counted = sorted((j for j in judgements if p_of(j) is not None), key=p_of, reverse=True)
    others = [j for j in judgements if p_of(j) is None]
    places = [place(p_of(j), edge) for j in counted]
    levels = stack_marks(places)
    drawn = "".join(
        f'<b data-line="{k}" style="left:{_percent(place(p, edge))}"></b>' for k, p in lines.items()
    )
    drawn += "".join(
        _draw_mark(j, f"left:{_percent(x)};bottom:{LEVEL * k}px")
        for j, x, k in zip(counted, places, levels)
    )
    height = LEVEL * (1 + max(levels, default=0))
    rest = "".join(_draw_mark(j, "") for j in others)
    rest = f'<div class="mg-claims-rest"><small>no p:</small>{rest}</div>' if others else ""
    return (
        f'<div class="mg-claims-row" role="group" aria-label="{escape(name)}: {count_verdicts(judgements)}">'
        f'<span>{escape(name)}</span><div class="mg-claims-swarm" style="height:{height}px">{drawn}</div>{rest}</div>'
    )


def _draw_mark(j, where: str) -> str:
    p = f" (p {tell_luck(p_of(j))})" if p_of(j) is not None else ""
    told = escape(f"{j.verdict.removeprefix('– ')}: {j.claim.claim}{p}")
    style = f' style="{where}"' if where else ""
    return (
        f'<a class="mg-mark" href="#claim-{escape(j.claim.id)}" data-verdict="{name_verdict(j.verdict)}"{style} '
        f'title="{told}" aria-label="{told}" tabindex="-1"></a>'
    )


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"
