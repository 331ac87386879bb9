"""The book speaks with one set of symbols, and every equation has one label, one version, one check."""

import re

import pytest
from chapters import CHAPTERS, ROOT, code_cells, name, prose, read, tags

PAGE = ROOT / "book" / "notation.md"
TAG = re.compile(r"\\tag\{([^}]*)\}")
#: A label as prose and docstrings write it; the look-behind passes over CC-BY-4 and C-RNN-GAN-3.
LABEL = re.compile(r"(?<![\w-])[A-Z]{2}-\d{1,2}\b")
#: Words that name a unit or nothing, and so cannot show that two meanings are one.
EMPTY = set(
    "quarter quarters midi number numbers note that which where when with from those "
    "the and its their for all how one many".split()
)
LATER = "later"

each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def in_reading_order() -> list:
    """The chapters in the order of the table of contents."""
    contents = re.findall(r"(?:file|root): book/(\S+)", (ROOT / "_toc.yml").read_text())
    return sorted(CHAPTERS, key=lambda path: contents.index(name(path).removesuffix(path.suffix)))


def split_symbols(cell: str) -> list[str]:
    r"""The symbols of a table's first cell: ``$\ell, h$, `onset` `` is three; indices do not count."""
    found = []
    for maths, code in re.findall(r"\$([^$]+)\$|`([^`]+)`", cell):
        maths = re.sub(r"\\[,;! ]", "", maths)  # space in a formula
        parts = re.split(r",(?![^(\[{]*[)\]}])", maths) if maths else [code]
        found += [re.sub(r"_\{?[a-z]\}?$", "", part.strip()) for part in parts]
    return found


def words_of(meaning: str) -> set[str]:
    """The beginnings of the words that carry a meaning: *probability* and *probabilities* are one."""
    plain = re.sub(r"\$[^$]*\$|`[^`]*`", " ", meaning.lower()).replace("quarter length", " ")
    return {w.removesuffix("s")[:5] for w in re.findall(r"[^\W\d_]{3,}", plain) if w not in EMPTY}


def rows_of(markdown: str) -> list[list[str]]:
    """The cells of every row of the tables whose first heading is *symbol*; lists count as rows."""
    rows, inside = [], False
    for line in markdown.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            inside = inside or cells[0].lower() == "symbol"
            if inside and cells[0].lower() != "symbol" and not set(cells[0]) <= set(":- "):
                rows.append(cells)
        else:
            inside = False
            item = re.match(r"[-*] ((?:(?:\$[^$]+\$|`[^`]+`)[\s,;]*)+)(.*)", line)
            rows += [[item[1], item[2]]] if item else []
    return rows


def symbols_section(path) -> str:
    found = re.search(r"^## Symbols used\s*\n(.*?)(?=^## |\Z)", prose(path), re.S | re.M)
    return found[1] if found else ""


def symbols_of(path) -> list[tuple[str, str]]:
    """(symbol, meaning) for all that a chapter lists under *Symbols used*."""
    return [pair for cells in rows_of(symbols_section(path)) for pair in pair_up(*cells[:2])]


def pair_up(cell: str, meaning: str) -> list[tuple[str, str]]:
    """Each symbol with its own part of the meaning, where there are as many parts as symbols."""
    symbols = split_symbols(cell)
    for separator in (";", ","):
        parts = meaning.split(separator)
        if len(parts) == len(symbols):
            return [(s, part if words_of(part) else meaning) for s, part in zip(symbols, parts)]
    return [(s, meaning) for s in symbols]


def notation() -> list[tuple[list[str], str, str]]:
    """(symbols, meaning, where one of them is first used) for every row of notation.md."""
    tables = PAGE.read_text().split("## Music and time", 1)[1]
    rows = [cells for cells in rows_of("## Music and time" + tables) if len(cells) == 4]
    return [(split_symbols(row[0]), row[1], row[3]) for row in rows]


def share_a_word(meaning: str, other: str) -> bool:
    return bool(words_of(meaning) & words_of(other))


def labels_of(path) -> list[str]:
    return TAG.findall(prose(path))


def prefix_of(path) -> str:
    return labels_of(path)[0].split("-")[0] if labels_of(path) else ""


# -- symbols ----------------------------------------------------------------------------------------


def test_the_parsing_itself():
    assert split_symbols(r"$n(c, s)$, $k(c)$, `pitch % 12`") == ["n(c, s)", "k(c)", "pitch % 12"]
    assert split_symbols(r"$\ell, h$, $o_i$, $q_\delta$, $n_1$, $x_{t}$") == [
        r"\ell", "h", "o", r"q_\delta", "n_1", "x",
    ]  # fmt: skip
    assert share_a_word("number of steps", "how many steps there are")
    assert not share_a_word("temperature", "number of steps")
    assert not share_a_word("duration (quarter lengths)", "depth (quarter lengths)")
    assert pair_up("$p$, $q$", "pitch; tempo") == [("p", "pitch"), ("q", " tempo")]
    assert pair_up("$p$, $q$", "pitch and tempo") == [
        ("p", "pitch and tempo"),
        ("q", "pitch and tempo"),
    ]
    table = "| Symbol | Meaning |\n|---|---|\n| $a$ | one |\n\n- $b$, $c$: two\n"
    assert [split_symbols(cells[0]) for cells in rows_of(table)] == [["a"], ["b", "c"]]
    assert len(notation()) > 50 and sum(len(symbols_of(p)) for p in CHAPTERS) > 50


@each_chapter
def test_the_symbols_of_a_chapter_are_those_of_the_book(path):
    listed = symbols_of(path)
    assert listed or not re.search(r"\$", symbols_section(path)), "its list of symbols is not read"
    assert listed or not labels_of(path), "a chapter with equations lists its symbols"
    book = notation()
    for symbol, meaning in listed:
        meanings = [m for symbols, m, _ in book if symbol in symbols]
        assert meanings, f"{symbol!r} ({meaning}) is not in notation.md"
        assert any(share_a_word(meaning, m) for m in meanings), (
            f"{symbol!r} means '{meaning}' in {name(path)}, but in notation.md {meanings}"
        )


def test_no_symbol_has_the_same_meaning_twice():
    rows = [(symbol, meaning) for symbols, meaning, _ in notation() for symbol in symbols]
    assert len(rows) == len(set(rows)), [row for row in rows if rows.count(row) > 1]


@pytest.mark.parametrize("symbols, meaning, place", notation())
def test_it_is_first_used_where_the_page_says(symbols, meaning, place):
    users = [
        path
        for path in in_reading_order()
        if any(s in symbols and share_a_word(meaning, m) for s, m in symbols_of(path))
    ]
    if place == LATER:
        assert not users, f"{symbols} is used now: link {name(users[0])} in place of '{LATER}'"
        return
    label, target = re.fullmatch(r"\[(\w+)\]\((\S+)\)", place).groups()
    linked = PAGE.parent / target
    assert linked in CHAPTERS, f"{target} is no chapter"
    assert label == prefix_of(linked), f"the equations of {target} are {prefix_of(linked)}-1…"
    if users:
        assert linked == users[0], f"{symbols} is first listed in {name(users[0])}, not in {target}"
    else:  # a chapter need not list what it defines on the spot
        maths = " ".join(re.findall(r"\$\$?([^$]+)\$", prose(linked)))
        for symbol in symbols:
            found = re.search(rf"(?<![A-Za-z]){re.escape(symbol)}(?![A-Za-z])", maths)
            assert found, f"{target} does not use {symbol!r} at all"


def test_the_page_is_a_reference():
    text = PAGE.read_text()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (PAGE.parent / target).is_file(), f"notation.md links to {target}"
    for word in ("C4 = 60", "nats", "quarter lengths", r"\tilde{x}", "not run", "–"):
        assert word in text, f"notation.md does not explain {word}"


def test_the_words_of_the_tables_are_explained():
    from musicgan_lib.lab import landscape

    shown = dict(re.findall(r"^\| ([A-Z]{4,}) \| (.+) \|$", PAGE.read_text(), re.M))
    assert tuple(shown) == landscape.STATES


# -- equations --------------------------------------------------------------------------------------


def test_every_label_of_the_book_is_its_own():
    labels = [label for path in CHAPTERS for label in labels_of(path)]
    assert len(labels) >= 20
    assert len(labels) == len(set(labels)), [x for x in labels if labels.count(x) > 1]
    prefixes = [prefix_of(path) for path in CHAPTERS if labels_of(path)]
    assert len(prefixes) == len(set(prefixes)), f"two chapters share a prefix: {prefixes}"


@each_chapter
def test_labels_count_up_in_one_prefix(path):
    labels = labels_of(path)
    assert labels == [f"{prefix_of(path)}-{i}" for i in range(1, len(labels) + 1)]
    assert all(LABEL.fullmatch(label) for label in labels), "two capitals and a number: NM-1"


@pytest.mark.parametrize("kind", ["own", "check"])
def test_every_label_has_one_cell_of_each_kind(kind):
    cells = {}
    for path in CHAPTERS:
        for cell in code_cells(path):
            for tag in tags(cell):
                if tag.startswith(f"{kind}:"):
                    cells.setdefault(tag.removeprefix(f"{kind}:"), []).append(cell.id)
    labels = {label for path in CHAPTERS for label in labels_of(path)}
    assert not labels - set(cells), f"no `{kind}:` cell for {sorted(labels - set(cells))}"
    assert not set(cells) - labels, (
        f"`{kind}:` cells without equation: {sorted(set(cells) - labels)}"
    )
    assert all(len(ids) == 1 for ids in cells.values()), {k: v for k, v in cells.items() if v[1:]}


def test_every_label_that_is_spoken_of_exists():
    """In chapters, on this page, and in the library: a docstring cites no equation that is not there."""
    labels = {label for path in CHAPTERS for label in labels_of(path)}
    texts = {name(path): "\n".join(c.source for c in read(path)) for path in CHAPTERS}
    written = [*(ROOT / "book").rglob("*.md"), *(ROOT / "musicgan_lib").rglob("*.py")]
    texts |= {p.relative_to(ROOT).as_posix(): p.read_text() for p in written}
    wrong = {where: set(LABEL.findall(text)) - labels for where, text in texts.items()}
    wrong = {where: sorted(found) for where, found in wrong.items() if found}
    assert not wrong, f"equations cited that no chapter has: {wrong}"
