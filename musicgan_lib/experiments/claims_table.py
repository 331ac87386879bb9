"""The claims as a page: a table that a click sorts, and that reads the same without JavaScript."""

from html import escape

from .claims import VERDICTS, list_papers


class Table(str):
    """HTML that a notebook shows as it is."""

    def _repr_html_(self) -> str:
        return str(self)


HEAD = ("verdict", "paper", "place", "claim", "runs behind it", "control behind it", "chapter")
#: Makes each heading a button; without it the table reads the same, in the order of the papers.
SORT = """for (const table of document.querySelectorAll("table[data-sort]:not([data-ready])")) {
  const body = table.tBodies[0]; table.dataset.ready = "";
  [...table.tHead.rows[0].cells].forEach((head, i, all) => {
    const button = document.createElement("button"); button.append(...head.childNodes); head.append(button);
    const key = row => row.cells[i].dataset.key ?? row.cells[i].textContent;
    button.onclick = () => {
      const up = head.getAttribute("aria-sort") == "ascending" ? -1 : 1;
      all.forEach(h => h.removeAttribute("aria-sort")); head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
      body.append(...[...body.rows].sort((a, b) => up * key(a).localeCompare(key(b), "en", {numeric: true})));
    };
  });
}"""


def show_table(judgements) -> Table:
    """The claims as a table that sorts by each column on a click, and reads the same without JavaScript."""
    papers, lines = list_papers(), []
    for j in judgements:
        c = j.claim
        runs = escape(j.evidence) + (f"; elsewhere: {escape(j.elsewhere)}" if j.elsewhere else "")
        runs += f"<br><code>{escape(j.command)}</code>" if j.command else ""
        texts = (papers[c.paper]["name"], c.place, c.claim)
        cells = [f'<td data-key="{VERDICTS.index(j.verdict)}"><strong>{j.verdict}</strong></td>']
        cells += [f"<td>{escape(t)}</td>" for t in texts]
        cells += [f"<td>{runs}</td>", f"<td>{escape(j.control)}</td>", f"<td>{c.chapter}</td>"]
        lines.append(f'<tr id="claim-{c.id}">{"".join(cells)}</tr>')
    head = "".join(f'<th scope="col">{h}</th>' for h in HEAD)
    return Table(
        f'<div style="overflow-x:auto"><table data-sort><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div><script>{SORT}</script>"
    )
