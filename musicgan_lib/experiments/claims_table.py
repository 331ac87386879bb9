"""The claims as a page: a table that a click sorts, and that reads the same without JavaScript."""

from html import escape

from .claims import VERDICTS, list_papers


class Table(str):
    """HTML that a notebook shows as it is."""

    def _repr_html_(self) -> str:
        return str(self)


HEAD = ("verdict", "paper", "claim", "luck", "runs behind it", "control behind it", "chapter")
#: Makes each heading a button; without it the table reads the same, in the order of the papers.
SORT = """for (const table of document.querySelectorAll("table[data-sort]:not([data-ready])")) {
  const body = table.tBodies[0]; table.dataset.ready = "";
  [...table.tHead.rows[0].cells].forEach((head, i, all) => {
    const button = document.createElement("button"); button.append(...head.childNodes); head.append(button);
    const key = row => row.cells[i].dataset.key ?? row.cells[i].textContent;
    button.onclick = () => {
      const up = head.getAttribute("aria-sort") == "ascending" ? -1 : 1;
      all.forEach(h => h.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
      body.append(...[...body.rows].sort((a, b) => up * key(a).localeCompare(key(b), "en", {numeric: true})));
    };
  });
}"""


def show_table(judgements) -> Table:
    """The claims as a table that sorts by each column on a click, and reads the same without JavaScript.

    *Luck* is the exact p of the claim as stated, or where it is ``false`` of its opposite.
    """
    papers, lines = list_papers(), []
    for j in judgements:
        c = j.claim
        alone = f"the runs alone say {j.runs_say}; " if j.runs_say not in ("", j.verdict) else ""
        runs = (
            alone
            + escape(j.evidence)
            + (f"; elsewhere: {escape(j.elsewhere)}" if j.elsewhere else "")
        )
        runs += f"<br><code>{escape(j.command)}</code>" if j.command else ""
        paper = f"{escape(papers[c.paper]['name'])}<br>{escape(c.place)}"
        said = escape(c.claim)
        said += f"<br><em>The test was changed. {escape(c.changed)}</em>" if c.changed else ""
        p = j.luck_opposite if j.verdict == "false" else j.luck
        key = "2" if p is None else f"{float(p):.9f}"
        cells = [f'<td data-key="{VERDICTS.index(j.verdict)}"><strong>{j.verdict}</strong></td>']
        cells += [f"<td>{paper}</td>", f"<td>{said}</td>"]
        cells += [f'<td data-key="{key}">{tell_luck(p)}</td>', f"<td>{runs}</td>"]
        cells += [f"<td>{_tell_controls(j)}</td>", f"<td>{c.chapter}</td>"]
        lines.append(f'<tr id="claim-{c.id}">{"".join(cells)}</tr>')
    head = "".join(f'<th scope="col">{h}</th>' for h in HEAD)
    return Table(
        f'<div style="overflow-x:auto"><table data-sort><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div><script>{SORT}</script>"
    )


def tell_luck(p) -> str:
    """A p as a reader counts it: ``1 in 20`` where it is one way of so many, else two digits; a dash for None."""
    if p is None:
        return "–"
    return f"1 in {p.denominator}" if p.numerator == 1 < p.denominator else f"{float(p):.2g}"


def _tell_controls(judgement) -> str:
    """Each control with what it said, and what it is."""
    takes = judgement.claim.test.get("controls", {})
    lines = []
    for part in judgement.control.split("; "):
        name = next((c for c in takes if part.startswith(f"{c}: ")), None)
        lines.append(escape(part) + (f" ({escape(takes[name])})" if name else ""))
    return "<br>".join(lines)
