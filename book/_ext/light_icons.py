"""Icons once: the theme draws them by a font and again by a script of half a megabyte, which is left empty here."""

from pathlib import Path

_SCRIPT = Path("_static") / "scripts" / "fontawesome.js"


def _empty(app, exception):
    script = Path(app.outdir) / _SCRIPT
    if exception is None and script.is_file():
        script.write_text("// The icons of this page are letters of a font.\n")


def setup(app):
    app.connect("build-finished", _empty)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
