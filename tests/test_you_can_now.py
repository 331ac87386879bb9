"""Each part ends with what a reader can do now, one thing to make, and a check that tells when it is made."""

import re

import pytest
import templates
from chapters import ROOT, code_cells, prose, read, tags

from musicgan_lib import teaching

TEACH = ROOT / "book" / "teach"
PAGES = sorted(TEACH.glob("you_can_now_*.ipynb"))
#: Choices of a reader who did the work, page by page.
CHOSEN = {
    "start_here": {"TUNE": "E4 G4 A4 G4 E4 D4 C4 G3 C4 E4 G4 E4 D4 C4 D4 C4", "LATER": 9},
    "music_as_data": {"PIECE": 1, "GUESS": "words"},
    "foundations": {"HAS_ONE_PEAK": 1.0, "BONUS": 0.05, "GUESS": 0.8},
    "papers": {"OWN": "repaired_kl", "CONTROL": "repaired_kl + random_reward", "GUESS": "WORKS"},
    "systems": {"OPENING": "D4 A4 G4 A4", "GUESS": "1989"},
    "lab": {"SWITCH": "pretrain", "A": "20", "B": "100"},
}
each = pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem.removeprefix("you_can_now_"))


#: The part that a reader does not work through: pages for teachers.
WITHOUT = "Teaching"


def list_parts() -> list[list[str]]:
    """Of each part that is worked through its pages, as they are named in ``book``."""
    parts = (ROOT / "_toc.yml").read_text().split("- caption: ")[1:]
    return [re.findall(r"- file: book/(\S+)", p) for p in parts if not p.startswith(WITHOUT)]


def name_of(path) -> str:
    return path.stem.removeprefix("you_can_now_")


def test_each_part_ends_with_its_page():
    last = [pages[-1] for pages in list_parts()]
    assert last == [f"teach/you_can_now_{name}" for name in CHOSEN]
    assert {name_of(path) for path in PAGES} == set(CHOSEN)


@each
def test_its_list_of_abilities_leads_to_every_page_of_its_part(path):
    (pages,) = (part for part in list_parts() if part[-1] == f"teach/{path.stem}")
    text = templates.split_sections(read(path))["You can now"].text
    linked = set(re.findall(r"\]\(\.\./([\w/]+)\.(?:ipynb|md)\)", text))
    assert linked == set(pages[:-1])
    for line in re.findall(r"^- (.+)$", text, re.M):
        assert re.match(r"\*\*[a-z, ]+\*\*", line), f"an ability begins with a verb: {line}"


@each
def test_one_thing_is_made_in_five_to_eight_steps_and_checked(path):
    steps = [int(n) for n in re.findall(r"^## (\d)\. ", prose(path), re.M)]
    assert steps == list(range(1, len(steps) + 1)) and 5 <= len(steps) <= 8
    checks = [cell for cell in code_cells(path) if "check_work(" in cell.source]
    assert len(checks) == 1 and f'"made-{name_of(path).replace("_", "-")}"' in checks[0].source
    plays = re.compile(r"player\(|blind_test\(|show_figure\(")
    shown = [cell for cell in code_cells(path) if plays.search(cell.source)]
    assert len(shown) >= (1 if name_of(path) == "papers" else 2)


def run_page(path, monkeypatch, tmp_path, **chosen):
    """Run a page's cells in this process with a reader's choices; gives what its check said."""
    said = []

    def check(*given):
        said.append(teaching.work.check_work(*given))
        return said[-1]

    monkeypatch.setenv("MUSICGAN_OUT", str(tmp_path))
    monkeypatch.setattr(teaching, "check_work", check)
    names = {"__name__": "page"}
    for cell in code_cells(path):
        if "bootstrap" not in tags(cell):
            exec(compile(cell.source, cell.id, "exec"), names)
            if "parameters" in tags(cell):
                assert set(chosen) <= set(names), "a choice is a parameter of the page"
                names |= chosen
    (work,) = said
    return work


@pytest.fixture
def torch_as_it_was():
    torch = pytest.importorskip("torch")
    kind, threads = torch.get_default_dtype(), torch.get_num_threads()
    yield
    torch.set_default_dtype(kind)
    torch.set_num_threads(threads)


@pytest.mark.filterwarnings("ignore")  # of figures that nobody closes
@pytest.mark.usefixtures("torch_as_it_was")
@each
def test_work_that_is_done_passes_and_what_the_page_came_with_does_not(path, monkeypatch, tmp_path):
    import matplotlib.pyplot as plt

    with monkeypatch.context() as patch:
        came_with = run_page(path, patch, tmp_path)
    with monkeypatch.context() as patch:
        done = run_page(path, patch, tmp_path, **CHOSEN[name_of(path)])
    plt.close("all")
    assert not came_with and any(holds for holds, _ in came_with.points), came_with
    assert done, done
    assert len({sentence for _, sentence in done.points}) == len(done.points) >= 4
