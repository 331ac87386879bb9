"""The cover's panel of what a reader has done: what there is to do is counted on the built pages, part by part.

``progress.js`` on every page keeps what was done; here it is told which pages, quizzes, exercises and bets there are.
"""

import html
import json
import re
from pathlib import Path

from sphinx import addnodes
from sphinx.util import logging

#: Stands on the cover where the panel is to be.
PLACE = '<div data-musicgan-progress=""></div>'
_KINDS = {
    "quizzes": re.compile(r'data-quiz="([0-9a-f]+)"'),
    "exercises": re.compile(r'data-exercise="([\w-]+)"'),
    "bets": re.compile(r'id="bet-([a-z0-9-]+)" data-musicgan-bet'),
}
_COLUMNS = {"pages": "pages read", "exercises": "exercises", "quizzes": "quizzes", "bets": "bets"}
_NOTE = """<details><summary>What is kept, and where</summary>
<p>All of it stays in this browser, in its local storage under <code>musicgan-progress</code> and
<code>musicgan-bets</code>; nothing is sent anywhere. A page is read when its end has been on your screen. Of a quiz,
this browser keeps whether the option that you opened first was right. An exercise runs in a notebook: once you passed
it, tick it on its page, or write <code>musicgan progress --export progress.json</code> in the terminal where your
notebooks run, and read that file here. The other way, <code>musicgan progress --import progress.json</code> reads a
file of this panel.</p>
<p><em>Forget everything</em> deletes all of it from this browser, and <code>musicgan progress --forget</code> deletes
what your notebooks kept.</p></details>"""


def count_page(name: str, title: str, text: str) -> dict:
    """What a built page offers to do."""
    found = {kind: list(dict.fromkeys(of.findall(text))) for kind, of in _KINDS.items()}
    return {"name": name, "title": title, **found}


def draw_panel(parts: list[dict]) -> str:
    """The panel as HTML, hidden until ``progress.js`` fills it; ``parts`` are ``{"part": name, "pages": [...]}``."""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("part", *_COLUMNS.values()))
    cells = "".join(f'<td data-kind="{kind}"></td>' for kind in _COLUMNS)
    rows = "".join(f'<tr><th scope="row">{html.escape(p["part"])}</th>{cells}</tr>' for p in parts)
    index = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return (
        '<div class="mg-progress" data-musicgan-progress hidden>'
        '<p class="mg-progress-back" data-role="back" hidden>Welcome back. Go on with <a></a>, or see '
        '<a href="#where-you-are">where you are</a>.</p>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        '<p data-role="told"></p><p data-role="next" hidden>Next: <a></a></p>'
        '<div class="mg-progress-buttons"><button type="button" data-action="export">Keep as a file</button>'
        '<label>Read from a file <input type="file" accept="application/json,.json"></label>'
        '<button type="button" data-action="forget">Forget everything</button></div>'
        '<a data-role="file" download="progress.json" hidden></a><p role="status" data-role="said"></p>'
        f'{_NOTE}<script type="application/json" data-role="index">{index}</script></div>'
    )


def list_parts(env, root: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each part of the table of contents its caption, and the title and the name of each of its pages."""
    return [
        (
            node["caption"],
            [(title or env.titles[doc].astext(), doc) for title, doc in node["entries"]],
        )
        for node in env.get_doctree(root).findall(addnodes.toctree)
    ]


def _fill(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    root = app.config.root_doc
    folder, cover = Path(app.outdir), Path(app.outdir) / f"{root}.html"
    parts = []
    for caption, entries in list_parts(app.env, root):
        pages = [
            count_page(
                doc.removeprefix("book/"), title, (folder / f"{doc}.html").read_text("utf-8")
            )
            for title, doc in entries
        ]
        parts.append({"part": caption, "pages": pages})
    text = cover.read_text("utf-8")
    if text.count(PLACE) == 1:
        cover.write_text(text.replace(PLACE, draw_panel(parts)), "utf-8")
    else:
        logging.getLogger(__name__).warning("%s has not one place for the panel", cover.name)


def setup(app):
    app.add_js_file("progress.js", loading_method="defer")
    app.connect("build-finished", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
