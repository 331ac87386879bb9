"""Every chapter keeps to the template, and nothing shown in it is unchecked."""

import ast
import builtins
import re
import statistics

import pytest
from chapters import CHAPTERS, ROOT, code_cells, name, prose, read, tags

PARAMETERS = ("PROFILE", "SEED", "CORPUS", "VARIANT", "OUT")
SECTIONS = (
    "At a glance", "Listen first", "Quick quiz", "Exercises",
    "Five lines to keep", "Symbols used", "Next", "References",
)  # fmt: skip
#: These guide the reader instead of teaching one result; they need no quiz, exercise or symbols.
GUIDES = ("run_this_book", "compose")

each = pytest.mark.parametrize("path", CHAPTERS, ids=name)


def parse(cell) -> ast.Module:
    return ast.parse(cell.source)


def names_in(tree) -> set[str]:
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}


def test_there_are_chapters():
    assert len(CHAPTERS) >= 12


def test_every_chapter_is_in_the_table_of_contents():
    contents = (ROOT / "_toc.yml").read_text()
    for path in CHAPTERS:
        assert f"file: book/{name(path).removesuffix('.ipynb')}\n" in contents, name(path)


def test_cell_ids_are_unique_over_the_book():
    ids = [c.id for path in CHAPTERS for c in read(path)]
    assert len(ids) == len(set(ids)), [i for i in set(ids) if ids.count(i) > 1]


@each
def test_it_follows_the_template(path):
    cells, text = read(path), prose(path)
    assert cells[0].source.startswith("# ") and len(re.findall(r"^# ", text, re.M)) == 1
    wanted = SECTIONS[:1] if path.stem in GUIDES else SECTIONS
    found = re.findall(r"^## (.+?)\s*$", text, re.M)
    for section in wanted:
        assert section in found, f"lacks '## {section}'"
    code = code_cells(path)
    assert "bootstrap" in tags(code[0]) and "parameters" in tags(code[1])
    assert "runs.begin(" in code[2].source
    assert "provenance" in tags(code[-1]) and ".finish(" in code[-1].source
    listen = found.index("Listen first") if "Listen first" in found else 1
    assert listen <= 1, "listening comes before any definition"


@each
def test_parameters_are_literals_with_the_common_names(path):
    values = {}
    for line in parse(code_cells(path)[1]).body:
        assert isinstance(line, ast.Assign), "the parameters cell holds assignments alone"
        values[line.targets[0].id] = ast.literal_eval(line.value)
    assert tuple(values)[:5] == PARAMETERS
    assert values["PROFILE"] == "smoke" and values["OUT"] == ""


@each
def test_every_equation_has_our_own_version_and_a_check(path):
    labels = re.findall(r"\\tag\{([A-Z]+-\d+)\}", prose(path))
    assert len(labels) == len(set(labels)) <= 4
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
    assert max(lengths) <= 25 and statistics.median(lengths) <= 9, lengths
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
