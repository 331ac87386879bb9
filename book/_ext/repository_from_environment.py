"""Launch and source buttons follow ``GITHUB_REPOSITORY``, so that a fork's pages open the fork."""

import os


def _follow(app, config):
    slug = os.environ.get("GITHUB_REPOSITORY")
    if slug:
        config.html_theme_options["repository_url"] = f"https://github.com/{slug}"


def setup(app):
    app.connect("config-inited", _follow, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
