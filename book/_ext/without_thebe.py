"""Pages without sphinx-thebe: jupyter-book and its theme both add it, which is an error in every reader's console.

Nothing here uses it: a page is run in JupyterLab or Colab.
"""


def _is_thebe(file) -> bool:
    attributes = getattr(file, "attributes", {})
    return "thebe" in f"{getattr(file, 'filename', file)} {attributes}".lower()


def _drop(app, pagename, templatename, context, doctree):
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context.get(kind, []) if not _is_thebe(file)]


def setup(app):
    app.connect("html-page-context", _drop, priority=990)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
