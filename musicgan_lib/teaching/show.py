"""The library's own lines, shown where they are spoken of."""

import inspect
from html import escape
from pathlib import Path


class Source:
    """The source of a function or class, with its place."""

    def __init__(self, lines: list[str], file: str, first: int, address: str):
        self.lines, self.file, self.first, self.address = lines, file, first, address

    @property
    def place(self) -> str:
        return f"{self.file}, lines {self.first}–{self.first + len(self.lines) - 1}"

    def __repr__(self) -> str:
        return f"# {self.place}\n{''.join(self.lines)}"

    def _repr_html_(self) -> str:
        link = (
            f'<p><a href="{escape(self.address)}">These lines in the repository</a></p>'
            if self.address
            else ""
        )
        code = escape("".join(self.lines).rstrip())
        return (
            f'<details class="musicgan-source"><summary>The library\'s version: {escape(self.place)}</summary>'
            f'<pre style="overflow-x:auto" tabindex="0"><code>{code}</code></pre>{link}</details>'
        )


def show_source(thing) -> Source:
    """Show the source of a library function as it is now, with a link to its lines.

    Raises TypeError for something that has no Python source, such as a number or a built-in.
    """
    thing = inspect.unwrap(thing)
    lines, first = inspect.getsourcelines(thing)
    path = Path(inspect.getsourcefile(thing)).resolve()
    package = Path(__file__).resolve().parents[1]
    if not path.is_relative_to(package):
        return Source(lines, path.name, first, "")
    file = path.relative_to(package.parent).as_posix()
    address = f"{_address()}/{file}#L{first}-L{first + len(lines) - 1}" if _address() else ""
    return Source(lines, file, first, address)


def _address() -> str:
    """Where the repository's files are read in a browser."""
    from ..checkout import commit, repository_slug

    return f"https://github.com/{repository_slug()}/blob/{commit() or 'main'}"
