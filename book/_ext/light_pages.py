"""Pages of fewer bytes that look the same.

The theme draws its icons by a font and again by a script of half a megabyte, which is left empty. Code is coloured word
by word; names, signs and spaces have the colour of the text around, so they need no element of their own.
"""

import re
from pathlib import Path

_ICONS = Path("_static") / "scripts" / "fontawesome.js"
#: What keeps its lines as they are, or lines with nothing on them
_EMPTY = re.compile(r"(<(pre|script|textarea|style)\b.*?</\2>)|\n(?:[ \t]*\n)+", re.S)
_PLAIN = re.compile(r'<span class="(?:n|o|p|w)">([^<]*)</span>')


def _lighten(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    if (out / _ICONS).is_file():
        (out / _ICONS).write_text("// The icons of this page are letters of a font.\n")
    for page in out.rglob("*.html"):
        text = _EMPTY.sub(lambda m: m[1] or "\n", page.read_text("utf-8"))
        page.write_text(_PLAIN.sub(r"\1", text).replace("<span></span>", ""), "utf-8")


def setup(app):
    app.connect("build-finished", _lighten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
