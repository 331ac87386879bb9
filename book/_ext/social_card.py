"""What a page says of itself where somebody shares it: its title, its first sentence, and the book's picture.

The picture needs the address that the book is published at, ``MUSICGAN_SITE``; without one the words stand alone.
"""

import os
from html import escape

from docutils import nodes


def _find_sentence(doctree) -> str:
    """The first paragraph of a page, at most two hundred letters of it."""
    if doctree is None:
        return ""
    words = next((p.astext() for p in doctree.findall(nodes.paragraph) if len(p.astext()) > 40), "")
    words = " ".join(words.split())
    return words if len(words) <= 200 else words[:200].rsplit(" ", 1)[0] + " …"


def _describe(app, pagename, templatename, context, doctree):
    told = {
        "og:type": "article",
        "og:site_name": app.config.project,
        "og:title": context.get("title", ""),
    }
    told["og:description"] = _find_sentence(doctree)
    site = os.environ.get("MUSICGAN_SITE", "").rstrip("/")
    if site:
        told |= {"og:image": f"{site}/_static/card.png", "og:url": f"{site}/{pagename}.html"}
    lines = [f'<meta property="{k}" content="{escape(v)}">' for k, v in told.items() if v]
    if told["og:description"]:
        lines.append(f'<meta name="description" content="{escape(told["og:description"])}">')
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)


def setup(app):
    app.connect("html-page-context", _describe)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
