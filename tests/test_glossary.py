"""A concept is used before it is examined: words of the glossary, and symbols of the notation, in reading order."""

import ast
import functools
import re

import chapters
import pytest
from chapters import CHAPTERS, ROOT, name, read
from test_book import HTML
from test_notation import LATER, PAGE, in_reading_order, rows_of, split_symbols

GLOSSARY = ROOT / "book" / "glossary.md"
ORDER = in_reading_order()
NAMES = [name(path) for path in ORDER]
#: What a page draws or tells by code is prose, too.
TOLD = ("Markdown", "show_figure")
#: What an exercise orders and does not ask about: "Return an array".
ORDERED = re.compile(r"\b[Rr]eturns? (?=the|an?|its|how|when|one)\b")


def read_terms() -> dict[str, tuple[tuple[str, ...], str, str]]:
    """The first word of an entry -> all its words, what it says, and the page that explains it."""
    entries = {}
    for block in re.findall(r"```\{glossary\}\n(.*?)```", GLOSSARY.read_text(), re.S):
        for entry in block.strip().split("\n\n"):
            lines = entry.split("\n")
            words = tuple(line for line in lines if not line.startswith(" "))
            said = " ".join(line.strip() for line in lines[len(words) :])
            page = re.search(r"\[[^]]+\]\((\S+\.ipynb)\)", said)
            assert page, f"{words[0]} names no page"
            entries[words[0]] = (words, said, page[1])
    return entries


TERMS = read_terms()
each_term = pytest.mark.parametrize("term", TERMS)


@functools.cache
def pattern(words: tuple[str, ...]):
    """Any of these words, in the singular or the plural, with spaces, hyphens or new lines between."""
    forms = "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in words)
    return re.compile(
        rf"(?<![\w-])(?:{forms})(?:s|es|'s)?(?!\w)", 0 if words[0].isupper() else re.I
    )


def strings_of(tree) -> str:
    return " ".join(
        n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )


@functools.cache
def parse(source: str):
    return list(ast.walk(ast.parse(re.sub(r"^\s*[%!].*$", "pass", source, flags=re.M))))


def calls(cell, names) -> list[ast.Call]:
    if cell.cell_type != "code" or not any(word in cell.source for word in names):
        return []
    found = (node for node in parse(cell.source) if isinstance(node, ast.Call))
    return [call for call in found if getattr(call.func, "id", "") in names]


def examined_by(cell) -> str:
    """What a cell asks: the question and the options of a quiz, or the exercises with two stars."""
    if cell.cell_type == "markdown":
        text = re.sub(r"<details>.*?</details>", "", cell.source, flags=re.S)
        return ORDERED.sub("", "\n".join(re.findall(r"^★★ .*?(?=^★|\n\n|\Z)", text, re.M | re.S)))
    asked = [
        call
        for call in calls(cell, ("quiz",))
        if len(call.args) == 2 and isinstance(call.args[1], ast.Dict)
    ]
    return "\n".join(
        strings_of(part) for call in asked for part in (call.args[0], *call.args[1].keys)
    )


def said_by(cell) -> str:
    """What a cell explains: its prose without exercises and what is folded, or the words that its code tells."""
    if cell.cell_type == "markdown":
        text = re.sub(r"<details>.*?</details>|<!--.*?-->", "", cell.source, flags=re.S)
        return re.sub(r"^★.*?(?=\n\n|\Z)", "", text, flags=re.M | re.S)
    # a text that code puts together, such as ``told = f"..."``, is told by the cell's Markdown(told)
    return (
        "\n".join(map(strings_of, parse(cell.source)[:1]))
        if calls(cell, TOLD) and not calls(cell, ("quiz",))
        else ""
    )


@functools.cache
def say(path) -> str:
    return "\n".join(map(said_by, read(path)))


def find_unexplained(word, pages=tuple(ORDER)) -> list[str]:
    """Where a pattern is examined, in ``(page, cells)`` order, before any prose has it."""
    known, found = False, []
    for path in pages:
        text = path.read_text("utf-8")
        if 'http-equiv="Refresh"' in text:  # the door, which leads to the first page
            continue
        below = re.search(r'class="musicgan-words">.*?href="([^"#]*)[^"]*">Glossary<', text)
        assert below, f"{path.relative_to(HTML)} has no link"
        assert (path.parent / (below[1] or path.name)).resolve() == HTML / "book" / "glossary.html"
