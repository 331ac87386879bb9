"""The claims as a page: folded paper by paper, filtered in the browser, and the same to read without JavaScript."""

from collections import Counter
from fractions import Fraction
from html import escape
from importlib import resources

from .claims import VERDICTS, list_papers


class Table(str):
    """HTML that a notebook shows as it is."""

    def _repr_html_(self) -> str:
        return str(self)


def name_verdict(verdict: str) -> str:
    """A verdict as an attribute of HTML: ``"not settled"`` is ``not-settled``."""
    return verdict.removeprefix("– ").replace(" ", "-")


def show_table(judgements, base: str = "../") -> Table:
    """The claims, folded paper by paper: a line each, which opens to its runs, controls and command.

    Parameters
    ----------
    judgements : from ``claims.judge_all``.
    base : what leads from the page to ``book/``, for links to the pages that treat a claim.

    A reader filters by verdict and by words. *p* is the exact luck of the claim as stated, or where it is ``false``
    of its opposite. Source: ours.
    """
    papers, parts = list_papers(), []
    for paper in dict.fromkeys(j.claim.paper for j in judgements):
        own = [j for j in judgements if j.claim.paper == paper]
        about = papers[paper]
        rows = "".join(_draw_claim(j, base) for j in own)
        parts.append(
            f'<details class="mg-claims-paper" data-paper="{escape(paper)}"><summary>'
            f"<strong>{escape(about['name'])}</strong> "
            f"<small>{count_verdicts(own)}</small></summary><p>{escape(about['title'])}</p>{rows}</details>"
        )
    script = "\n".join(
        line.strip()
        for line in _read("claims_table.js").splitlines()
        if not line.strip().startswith("//")
    )
    kinds = " ".join(map(name_verdict, VERDICTS))
    return Table(
        f'<div class="mg-claims" data-musicgan-claims data-kinds="{kinds}">'
        f'<style>{read_style()}</style><div data-role="ask"></div>'
        f"{''.join(parts)}<script>(() => {{\n{script}\n}})();</script></div>"
    )


def count_verdicts(judgements) -> str:
    """How many claims have which verdict, as words: ``2 true, 1 void``."""
    counts = Counter(j.verdict for j in judgements)
    return ", ".join(f"{counts[v]} {v.removeprefix('– ')}" for v in VERDICTS if counts[v])


def p_of(judgement) -> Fraction | None:
    """The exact luck of a claim as stated, of its opposite where it is ``false``; None where no runs were compared."""
    return judgement.luck_opposite if judgement.verdict == "false" else judgement.luck


def tell_luck(p) -> str:
    """A p as a reader counts it: ``1 in 20`` where it is one way of so many, else the fraction and two digits; a dash
    for None.

    >>> tell_luck(Fraction(1, 20)), tell_luck(Fraction(8, 33)), tell_luck(Fraction(1)), tell_luck(None)
    ('1 in 20', '8/33 = 0.24', '1', '–')
    """
    if p is None:
        return "–"
    if p.numerator == 1:
        return f"1 in {p.denominator}" if p.denominator > 1 else "1"
    return f"{p.numerator}/{p.denominator} = {float(p):.2g}"


def read_style() -> str:
    """The style of figure and table, on one line."""
    return "".join(line.strip() for line in _read("claims_table.css").splitlines())


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _draw_claim(j, base: str) -> str:
    c = j.claim
    alone = f"The runs alone say {j.runs_say}. " if j.runs_say not in ("", j.verdict) else ""
    facts = {"what was run": f"{alone}{escape(j.evidence)}"}
    facts |= {"elsewhere": escape(j.elsewhere)} if j.elsewhere else {}
    facts["control"] = _tell_controls(j)
    facts |= {"p": tell_luck(p_of(j))} if p_of(j) is not None else {}
    facts |= {"changed": f"<em>The test was changed. {escape(c.changed)}</em>"} if c.changed else {}
    facts |= {"command": f"<code>{escape(j.command)}</code>"} if j.command else {}
    facts["page"] = f'<a href="{base}{escape(c.chapter)}.html">{escape(c.chapter)}</a>'
    listed = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in facts.items())
    p = f" · p {tell_luck(p_of(j))}" if p_of(j) is not None else ""
    return (
        f'<details class="mg-claim" id="claim-{escape(c.id)}" data-verdict="{name_verdict(j.verdict)}"><summary>'
        f'<i class="mg-mark"></i><strong>{escape(j.verdict.removeprefix("– "))}</strong> '
        f"<span>{escape(c.claim)}</span> "
        f"<small>{escape(c.place)}{p}</small></summary><dl>{listed}</dl></details>"
    )


def _tell_controls(judgement) -> str:
    """Each control with what it said, and what it is."""
    takes = judgement.claim.test.get("controls", {})
    lines = []
    for part in judgement.control.split("; "):
        name = next((c for c in takes if part.startswith(f"{c}: ")), None)
        lines.append(escape(part) + (f" ({escape(takes[name])})" if name else ""))
    return "<br>".join(lines)
