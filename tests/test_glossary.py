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
        for cell in read(path):
            if not known and word.search(examined_by(cell)):
                found.append(f"{name(path)}: {cell.id}")
            known = known or bool(word.search(said_by(cell)))
            if known:
                return found
    return found


@each_term
def test_a_word_is_explained_before_it_is_examined(term):
    assert find_unexplained(pattern(TERMS[term][0])) == []


@each_term
def test_a_word_names_the_page_that_explains_it(term):
    words, _, page = TERMS[term]
    assert page in NAMES, f"{page} is no page of the book"
    place, word = NAMES.index(page), pattern(words)
    assert word.search(say(ORDER[place])), f"{page} does not say {term}"
    apart = re.findall(r"\*{1,2}([^*\n]+?)\*{1,2}|^#+ (.+)$", say(ORDER[place]), re.M)
    first = not any(word.search(say(path)) for path in ORDER[:place])
    assert first or any(word.search(" ".join(part)) for part in apart), (
        f"{page} is not the first page that says {term}, and does not set it apart"
    )
    before = [
        f"{NAMES[i]}: {c.id}"
        for i in range(place)
        for c in read(ORDER[i])
        if word.search(examined_by(c))
    ]
    assert before == [], f"{term} is examined before {page}"


def test_each_word_has_one_entry_of_at_most_two_sentences():
    words = [word.lower() for entry in TERMS.values() for word in entry[0]]
    assert len(words) == len(set(words)) >= 100
    for term, (_, said, _) in TERMS.items():
        told = said.split(" [")[0]
        assert told.endswith(".") and len(re.findall(r"[.!?](?= |$)", told)) <= 2, term


def test_each_part_of_the_glossary_is_in_order():
    for block in re.findall(r"```\{glossary\}\n(.*?)```", GLOSSARY.read_text(), re.S):
        firsts = [entry.split("\n")[0].lower() for entry in block.strip().split("\n\n")]
        assert firsts == sorted(firsts)


def test_symbols_of_the_glossary_are_those_of_the_notation():
    known = {part for cells in rows_of(PAGE.read_text()) for part in split_symbols(cells[0])}
    for term, (_, said, _) in TERMS.items():
        for symbol in split_symbols(said.rsplit("),", 1)[1]) if ")," in said else ():
            assert symbol in known, f"{term}: {symbol} is not in the notation"


def first_pages() -> dict[str, int]:
    """Symbol -> the place in reading order of the first page that the notation names for any of its meanings."""
    papers = next(i for i, page in enumerate(NAMES) if page.startswith("papers/"))
    places: dict[str, int] = {}
    for cells in rows_of(PAGE.read_text()):
        page = re.search(r"\((\S+\.ipynb)\)", cells[-1])
        if not page and cells[-1] != LATER:
            continue
        place = NAMES.index(page[1]) if page else papers
        for symbol in split_symbols(cells[0]):
            places[symbol] = min(place, places.get(symbol, place))
    return places


def letters_of(text: str) -> set[str]:
    """The symbols that stand alone in a text's formulas: letters with their indices, no numbers and no words."""
    maths = re.findall(
        r"\$([^$]+)\$", re.sub(r"\\(?:mathbb|mathrm|text|mathcal)\{[^}]*\}", "", text)
    )
    index = r"(?:_(?:\w|\\\w+|\{[^{}]*\}))?"
    found = {
        m[0]
        for part in maths
        for m in re.finditer(rf"(?<![\\\w])(?:\\[a-zA-Z]+|[a-zA-Z]){index}", part)
    }
    return {re.sub(r"_\{?[a-z]\}?$", "", letter) for letter in found}


def test_a_symbol_is_used_before_it_is_examined():
    places, found, asked = first_pages(), [], set()
    for place, path in enumerate(ORDER):
        for cell in read(path):
            letters = letters_of(examined_by(cell)) & set(places)
            asked |= letters
            found += [
                f"{name(path)}: {cell.id}: {letter}" for letter in letters if places[letter] > place
            ]
    assert found == [] and len(asked) >= 8


def test_the_order_is_noticed():
    cells = [
        chapters.nbformat.v4.new_markdown_cell(
            "★★ **Write** it, with a logit.\n\nA *logit* is a score."
        ),
        chapters.nbformat.v4.new_code_cell(
            'quiz(\n  "What is a logit?", {"a score": "Yes: a mask."}, answer="a score")'
        ),
        chapters.nbformat.v4.new_code_cell('Markdown("A mask is a row of zeros and ones.")'),
    ]
    asked, quiz, told = map(examined_by, cells)
    assert (
        "logit" in asked
        and "score" not in asked
        and "logit" in quiz
        and "mask" not in quiz
        and told == ""
    )
    assert "is a score" in said_by(cells[0]) and "Write" not in said_by(cells[0])
    assert said_by(cells[1]) == "" and "mask" in said_by(cells[2])
    assert pattern(("mode collapse",)).search("Mode\ncollapses") and not pattern(("bar",)).search(
        "barrier"
    )
    assert letters_of(r"$R_t = \sum_k \gamma^k r_k$, and $x$") >= {"R", r"\gamma", "r", "x", "k"}


@pytest.mark.browser
def test_every_built_page_leads_to_the_glossary():
    pages = [path for path in sorted(HTML.rglob("*.html")) if "_static" not in path.parts]
    assert len(pages) > len(CHAPTERS), "build it first: make book"
    for path in pages:
        text = path.read_text("utf-8")
        if 'http-equiv="Refresh"' in text:  # the door, which leads to the first page
            continue
        below = re.search(r'class="musicgan-words">.*?href="([^"#]*)[^"]*">Glossary<', text)
        assert below, f"{path.relative_to(HTML)} has no link"
        assert (path.parent / (below[1] or path.name)).resolve() == HTML / "book" / "glossary.html"
