"""Every chapter keeps to the template, and nothing shown in it is unchecked."""

import ast
import builtins
import re
import statistics

import pytest
import templates
from chapters import CHAPTERS, ROOT, code_cells, kinds, name, prose, read, tags

from musicgan_lib import systems

PARAMETERS = ("PROFILE", "SEED", "CORPUS", "VARIANT", "OUT")
each = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def parse(cell) -> ast.Module:
    return ast.parse(cell.source)


def names_in(tree) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def test_there_are_chapters():
    assert len(CHAPTERS) >= 12


def test_every_chapter_is_in_the_table_of_contents():
    assert set(CHAPTERS) <= kinds().keys(), set(CHAPTERS) - kinds().keys()


def test_every_page_has_a_short_title_in_the_sidebar():
    """Topic or paper, as links and readers call a page; its headline says what was found, and may be a riddle."""
    contents = (ROOT / "_toc.yml").read_text()
    listed = re.findall(r"- file: (\S+)\n(?: +title: (.+)\n)?", contents + "\n")
    assert len(listed) == len(kinds()) - 1  # the cover is the root
    titles = {page: title.strip('"') for page, title in listed}
    assert all(titles.values()), [page for page, title in titles.items() if not title]
    assert len(titles) == len(set(titles.values()))
    for page, title in titles.items():
        file = next(f for f in kinds() if f.with_suffix("") == ROOT / page)
        text = file.read_text() if file.suffix == ".md" else read(file)[0].source
        headline = text.split("\n")[0].removeprefix("# ")
        assert len(title) <= 48, f"{page}: {len(title)} characters are too long for the sidebar"
        assert title != headline or len(headline.split()) == 1, f"{page}: {title}"


def test_cell_ids_are_unique_over_the_book():
    ids = [c.id for path in CHAPTERS for c in read(path)]
    assert len(ids) == len(set(ids)), [i for i in set(ids) if ids.count(i) > 1]


@each
def test_it_follows_the_template_of_its_kind(path):
    known = {system.id: system.name for system in systems.list_systems()}
    assert templates.list_faults(kinds()[path], read(path), known) == []


def test_a_page_of_text_is_a_guide_with_one_headline():
    pages = [page for page in kinds() if page.suffix == ".md"]
    assert pages
    for page in pages:
        text = page.read_text()
        assert kinds()[page] == "guide" and text.startswith("# "), page.name
        assert len(re.findall(r"^# ", text, re.M)) == 1, page.name


def test_a_system_has_its_mechanism_on_one_page():
    shown = [s for path in CHAPTERS for c in code_cells(path) for s in templates.list_mechanisms(c)]
    assert len(shown) == len(set(shown)), [s for s in set(shown) if shown.count(s) > 1]
    assert set(shown) <= {system.id for system in systems.list_systems()}


@each
def test_parameters_are_literals_with_the_common_names(path):
    if kinds()[path] == "cover":
        return
    values = {}
    for line in parse(code_cells(path)[1]).body:
        assert isinstance(line, ast.Assign), "the parameters cell holds assignments alone"
        values[line.targets[0].id] = ast.literal_eval(line.value)
    assert tuple(values)[:5] == PARAMETERS
    assert values["PROFILE"] == "smoke" and values["OUT"] == ""


@each
def test_no_formula_has_a_line_break_where_a_command_is_meant(path):
    """Two backslashes before a letter break the line and print the command's name."""
    text = re.sub(r"```.*?```|`[^`]*`", "", prose(path), flags=re.S)
    assert not re.findall(r"\\\\[a-zA-Z]+", text)


@each
def test_every_equation_has_our_own_version_and_a_check(path):
    labels = re.findall(r"\\tag\{([A-Z]+-\d+)\}", prose(path))
    assert len(labels) == len(set(labels))
    assert len(labels) <= 4 or kinds()[path] == "family", "one page, at most four equations"
    cells = code_cells(path)
    own = {t.split(":")[1]: i for i, c in enumerate(cells) for t in tags(c) if t.startswith("own:")}
    checked = {
        t.split(":")[1]: i for i, c in enumerate(cells) for t in tags(c) if t.startswith("check:")
    }
    assert set(own) == set(checked) == set(labels)
    imported = library_names(cells)
    for label, i in own.items():
        source = cells[i].source
        assert i < checked[label] <= i + 2, f"{label}: the check follows its equation"
        assert label in source, f"{label}: a comment names the equation"
        assert len([s for s in source.splitlines() if s.strip()]) <= 18, f"{label}: too long"
        used = names_in(parse(cells[i])) & imported
        assert not used and "musicgan_lib" not in source, (
            f"{label} leans on {used or 'the library'}"
        )
        check = cells[checked[label]].source
        assert "assert" in check or "check_same(" in check, f"{label}: nothing is checked"


def library_names(cells) -> set[str]:
    found = set()
    for cell in cells:
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("musicgan_lib"):
                found |= {a.asname or a.name for a in node.names}
    return found


@each
def test_cells_are_short(path):
    cells = [c.source for c in code_cells(path)[1:] if "runs.begin(" not in c.source]
    lengths = [len(c.splitlines()) for c in cells]
    usual = 9 if kinds()[path] != "cover" else 25  # all of its code serves, and is folded
    assert max(lengths) <= 25 and statistics.median(lengths) <= usual, lengths
    for cell in code_cells(path):
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.ClassDef):
                assert node.end_lineno - node.lineno < 30


@each
def test_every_function_is_called_soon(path):
    cells = [c for c in code_cells(path)]
    for i, cell in enumerate(cells):
        if "exercise" in tags(cell):
            continue
        for node in parse(cell).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                rest = cell.source + "\n".join(c.source for c in cells[i + 1 : i + 3])
                assert len(re.findall(rf"\b{node.name}\b", rest)) >= 2, f"{node.name} is not used"


@each
def test_it_runs_anywhere(path):
    for cell in code_cells(path)[1:]:
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.ImportFrom):
                assert all(a.name != "*" for a in node.names)
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.match(
                    r"(\.\.?/|/(home|root|work|tmp|content)\b|https?://)", node.value
                ), node.value
        for word in (
            "manual_seed(42",
            "np.random.seed",
            "filterwarnings",
            "simplefilter",
            "!pip",
            "%pip",
            "drive.mount",
        ):
            assert word not in cell.source, word


@each
def test_no_knob_draws_before_it_is_turned(path):
    """What a widget captures while a program runs the notebook may keep that program waiting for ever."""
    for cell in code_cells(path):
        for node in ast.walk(parse(cell)) if "ipywidgets" in cell.source else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in ("interact", "interact_manual", "Output"), cell.id
                if node.func.attr == "interactive":
                    manual = ast.Dict([ast.Constant("manual")], [ast.Constant(True)])
                    assert ast.dump(manual) in map(ast.dump, node.args), cell.id


@each
def test_markdown_reads_the_same_everywhere(path):
    text = prose(path)
    assert not re.search(r"^(:::|```\{)", text, re.M), (
        "a Sphinx directive shows as raw text in Colab"
    )
    assert not re.search(r"\{(doc|ref|eq|cite|numref)\}`", text)
    for cell in read(path):
        if cell.cell_type == "markdown":  # amid a paragraph the page shows an equation's source
            for shown in re.finditer(r"\$\$.+?\$\$", cell.source, re.S):
                before, after = cell.source[: shown.start()], cell.source[shown.end() :]
                alone = re.search(r"(^|\n\n|>\n?) *$", before) and re.match(
                    r" *($|\n\n|\n?<)", after
                )
                assert alone, f"an empty line around {shown[0][:60]}"


@each
def test_links_lead_somewhere(path):
    for target in re.findall(r"\]\(([^)#:]+\.(?:ipynb|md))", prose(path)):
        assert (path.parent / target).resolve().is_file(), target


@each
def test_names_in_prose_resolve(path):
    """`musicgan_lib.room.thing`, or a name in code type that looks like a call, must exist."""
    import importlib

    for dotted in set(re.findall(r"`(musicgan_lib(?:\.\w+)+)", prose(path))):
        parts = dotted.split(".")
        for cut in range(len(parts), 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ImportError:
                continue
            for part in parts[cut:]:
                found = getattr(found, part)
            break
    code = "\n".join(c.source for c in code_cells(path))
    for called in set(re.findall(r"`(\w+)\(", prose(path))):
        known = hasattr(builtins, called) or re.search(rf"\b{called}\b", code)
        assert known, f"the prose speaks of {called}(), which the chapter never uses"


@each
def test_compared_cells_hold_what_they_are_compared_with(path):
    compared = [c for c in code_cells(path) if "nbval-check-output" in tags(c)]
    if path.parent.name in ("representations", "foundations"):
        assert compared, "no cell is compared with its stored output"
    for cell in compared:
        assert "keep_output" in tags(cell) and cell.outputs and cell.execution_count


def test_stored_outputs_are_kept_only_where_they_are_the_test():
    for path in CHAPTERS:
        for cell in code_cells(path):
            assert not cell.outputs or "keep_output" in tags(cell), (name(path), cell.id)
