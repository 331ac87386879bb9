"""Below every page stands a link to the glossary and one to the notation, wherever the page lies."""

PAGES = {"Glossary": "book/glossary", "Notation": "book/notation"}


def _link(app, pagename, templatename, context, doctree):
    links = [
        f'<a href="{context["pathto"](page)}">{name}</a>'
        for name, page in PAGES.items()
        if page in app.env.found_docs
    ]
    context["theme_extra_footer"] = (
        f'<p class="musicgan-words">Words and symbols: {", ".join(links)}</p>'
    )


def setup(app):
    app.connect("html-page-context", _link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
