"""What teachers are told holds: links and anchors lead somewhere, minutes add up, nothing comes too early."""

import json
import re

import pytest
from chapters import ROOT, code_cells, kinds, load_tools, read
from docutils.nodes import make_id

from musicgan_lib.teaching.exercise import list_exercises

TEACH = ROOT / "book" / "teach"
HTML = ROOT / "_build" / "html"
PAGES = sorted([*TEACH.glob("*.md"), *TEACH.glob("*.ipynb")])
PLANS = ("unit", "eight_weeks", "semester")


minutes, teach, contents = load_tools("page_minutes", "teach", "chapters")
BOOK = minutes.read_book()


def text_of(page) -> str:
    if page.suffix == ".md":
        return page.read_text()
    return "\n\n".join(cell.source for cell in read(page) if cell.cell_type == "markdown")


def list_anchors(page) -> set[str]:
    """What may follow a ``#`` in a link to a page: its headings as Sphinx names them, and its bets."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.M)
    plain = [re.sub(r"[`*$]|\\[a-zA-Z]+", "", h) for h in headings]
    bets = []
    if page.suffix == ".ipynb":
        bets = re.findall(r'\bslug="([^"]+)"', "\n".join(c.source for c in code_cells(page)))
    return {make_id(h) for h in plain} | {f"bet-{slug}" for slug in bets}


def list_targets(text: str) -> list[str]:
    """Links of Markdown and of HTML to other files."""
    return re.findall(r'(?:\]\(|<a href=")([^)"]+)[)"]', text)


def find_lost(page, text: str) -> list[str]:
    """Links of a page that lead nowhere: no such page, or no such heading on it."""
    lost = []
    for target in list_targets(text):
        file, _, anchor = target.partition("#")
        if "://" in file:
            continue
        source = (page.parent / file).with_suffix("") if file else page.with_suffix("")
        there = [
            f for f in (source.with_suffix(".ipynb"), source.with_suffix(".md")) if f.is_file()
        ]
        if not there or (anchor and anchor not in list_anchors(there[0])):
            lost.append(target)
    return lost


# -- pages ------------------------------------------------------------------------------------------


def test_there_are_pages_for_teachers():
    assert {p.stem for p in PAGES} >= {
        "guide",
        "workshop",
        "handout",
        "unit",
        "semester",
        "class",
        "projects",
    }
    assert all(kinds()[page] == "guide" for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_link_and_anchor_exists(page):
    assert len(list_targets(text_of(page))) >= 1
    assert find_lost(page, text_of(page)) == []


def test_a_lost_link_is_noticed():
    page = TEACH / "guide.md"
    for target in ("../lab/nowhere.ipynb", "../lab/claims.html#no-such-heading"):
        assert find_lost(page, f'[x]({target}) <a href="{target}">y</a>') == [target, target]
    assert find_lost(page, "[x](../lab/claims.ipynb)") == []


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_anchor_stands_in_the_built_page(page):
    built = HTML / page.relative_to(ROOT).with_suffix(".html")
    assert built.is_file(), "build it first: make book"
    for address in re.findall(r'<a href="(\.\./[^"#]+\.html)#([^"]+)"', text_of(page)):
        target, anchor = (built.parent / address[0]).resolve(), address[1]
        assert f'id="{anchor}"' in target.read_text(), f"{address[0]}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_has_its_glance_and_names_exercises_that_exist(page):
    text = text_of(page)
    assert re.search(r"^## At a glance$", text, re.M) and "| You will be able to |" in text
    named = set(re.findall(r"`([a-z_]+(?:-[a-z_]+)*-\d)`", text))
    assert named <= set(list_exercises()), named - set(list_exercises())
    assert named or page.stem not in ("guide", "workshop", *PLANS)


# -- verbs and minutes ------------------------------------------------------------------------------


def test_the_guide_has_the_verbs_and_minutes_of_every_page():
    guide = (TEACH / "guide.md").read_text()
    for part, name, title in minutes.list_contents():
        file = ROOT / "book" / f"{name}.ipynb"
        if not file.exists() or kinds()[file] == "guide" and name not in BOOK:
            continue
        page = BOOK[name]
        assert page.part == part and len(page.verbs) >= 1 and all(len(v) > 3 for v in page.verbs)
        assert f"- [{title}](../{name}.ipynb): {page.verbs[0]}" in guide, name
        assert f"| [{title}](../{name}.ipynb) | " in guide, name


def test_no_page_that_teaches_is_passed_over():
    taught = {page for page, kind in kinds().items() if kind not in ("guide", "cover")}
    listed = {ROOT / "book" / f"{name}.ipynb" for name in BOOK}
    assert taught <= listed and len(listed) >= 44
    assert {"run_this_book", "lab/compose"} <= set(BOOK)


def test_what_is_computed_stands_in_the_pages():
    wrong = [page.name for page, text in teach.stamped_pages().items() if page.read_text() != text]
    assert wrong == [], f"make stamp writes {', '.join(wrong)}"


def test_a_page_is_measured_by_hand_first():
    cells = [c for c in read(ROOT / "book" / "music_for_coders.ipynb")][:0]
    words = "one two three " * 60  # 180 words
    text = f"{words}\n\n$$ x \\tag{{XX-1}} $$\n\n★ **Predict.** Which?\n\n★★ **Write** it.\n\n★★★ **Find** out."
    told = minutes.measure("no such page", cells, text)
    more = len(text.split()) - 180
    assert told == minutes.Minutes(1 + more / 180 + 1, 0, 0, 0, 5 + 15)
    assert told.total == sum((told.reading, 20))
    assert (told + told).exercises == 40


def test_a_take_lasts_as_long_as_its_notes_and_its_tempo():
    take = {"n": "AINgPFAAg2CHQEBQAA==", "q": [[0, 500000]]}  # a quarter, then a half from beat 1
    assert minutes.seconds_of(take) == pytest.approx(1.5)
    take["q"] = [[0, 500000], [1, 1000000]]  # half as fast from the second quarter on
    assert minutes.seconds_of(take) == pytest.approx(2.5)


def test_recorded_listening_is_that_of_the_pages_as_they_were_built():
    known, measured = json.loads(minutes.LISTENING.read_text()), 0
    for name in BOOK:
        executed = contents.find_executed(ROOT / "book" / f"{name}.ipynb")
        if executed is None:
            continue
        takes = [s for of_cell in minutes.measure_music(executed).values() for s in of_cell]
        stem = name.rpartition("/")[2]
        assert stem in known, f"{name}: python tools/teach.py --record"
        near = abs(known[stem]["seconds"] - sum(takes)) <= 60
        assert near, f"{name} plays {sum(takes):.0f} s: python tools/teach.py --record"
        measured += 1
    if not measured:
        pytest.skip("no executed pages here: make book")


def test_a_page_without_its_row_is_refused():
    with pytest.raises(ValueError, match="has no row 'You need'"):
        minutes.read_row("## At a glance\n\n| You will be able to | see |\n", "You need", "x")


# -- the workshop -----------------------------------------------------------------------------------

STEP = re.compile(r"^## (\d):(\d\d) (.+) \((\d+) minutes\)$", re.M)


def list_steps(text: str) -> list[tuple[int, int, str]]:
    """(minute at which it begins, minutes, all that stands below it) of every step of the workshop."""
    found = list(STEP.finditer(text))
    ends = [m.start() for m in found[1:]] + [text.index("\n## Next")]
    return [
        (60 * int(m[1]) + int(m[2]), int(m[4]), text[m.end() : end]) for m, end in zip(found, ends)
    ]


def find_clock_faults(text: str) -> list[str]:
    steps, faults, clock = list_steps(text), [], 0
    for begins, lasts, _ in steps:
        if begins != clock:
            faults.append(f"a step begins at {begins}, and the one before ends at {clock}")
        clock = begins + lasts
    return faults + ([f"it lasts {clock} minutes"] if clock != 120 else [])


def test_the_workshop_fits_two_hours():
    text = (TEACH / "workshop.md").read_text()
    assert find_clock_faults(text) == [] and len(list_steps(text)) == 10
    assert find_clock_faults(text.replace("(15 minutes)", "(16 minutes)"))
    assert find_clock_faults(text.replace("0:30 Marks", "0:31 Marks"))


def test_the_parts_of_a_step_fit_the_step():
    """Parts that name their minutes use them up, or leave some to the others; each in a list counts."""
    for begins, lasts, below in list_steps((TEACH / "workshop.md").read_text()):
        named = [int(n) for n in re.findall(r"\((\d+) minutes\b(?! each)", below)]
        each = re.search(r"\((\d+) minutes each\)", below)
        exhibits = len(re.findall(r"^\d\. ", below, re.M))
        total = sum(named) + (int(each[1]) * exhibits if each else 0)
        assert total <= lasts, f"the step at {begins} has {total} minutes of parts in {lasts}"


def test_a_step_says_what_to_open_do_and_say():
    for begins, lasts, below in list_steps((TEACH / "workshop.md").read_text()):
        if "Break" in below or lasts == 8 and "Windows" in below:
            continue
        assert "**You say" in below and "**They do" in below, begins
        assert "<a href=" in below, begins
        assert "**If it fails.**" in below or begins == 114, begins


def test_the_music_of_a_step_leaves_time_to_talk():
    """Every take once is at most half of a step: most people hear it twice, or talk in between."""
    checked = 0
    for begins, lasts, below in list_steps((TEACH / "workshop.md").read_text()):
        hear = re.search(r"<!-- hear: ([^>]+) -->", below)
        for stem in {cell.split("-")[0] for cell in hear[1].split()} if hear else ():
            (page,) = (ROOT / "book").rglob(f"{stem}.ipynb")
            ids = {cell.id for cell in read(page)}
            wanted = [cell for cell in hear[1].split() if cell.split("-")[0] == stem]
            assert set(wanted) <= ids, set(wanted) - ids
            executed = contents.find_executed(page)
            if executed is None:
                continue
            played = minutes.measure_music(executed)
            seconds = sum(sum(played[cell]) for cell in wanted)
            assert 0 < seconds <= 60 * lasts / 2, (
                f"{begins}: {seconds:.0f} s of music in {lasts} min"
            )
            checked += 1
    if not checked:
        pytest.skip("no executed pages here: make book")


def test_the_handout_has_a_part_for_each_step_that_writes():
    handout, steps = (TEACH / "handout.md").read_text(), (TEACH / "workshop.md").read_text()
    parts = set(re.findall(r"^## (\d) · ", handout, re.M))
    assert parts == {str(n) for n in range(1, 9)}
    assert set(re.findall(r"\b[Pp]art (\d)\b", steps)) == parts


# -- the plans --------------------------------------------------------------------------------------


def find_early(weeks) -> list[str]:
    """Chapters that a plan teaches before one that they need, or twice, or that are none."""
    faults, known = [], set()
    for heading, chapters, _ in weeks:
        faults += [f"{heading}: {name} is no page" for name in chapters if name not in BOOK]
        faults += [f"{heading}: {name} came before" for name in chapters if name in known]
        for place, name in enumerate(chapters):
            before = known | set(chapters[:place])
            missing = [n for n in BOOK[name].needs if n not in before] if name in BOOK else []
            faults += [f"{heading}: {name} needs {n}" for n in missing]
        known |= set(chapters)
    return faults


@pytest.mark.parametrize("plan, weeks", [("unit", 6), ("eight_weeks", 8), ("semester", 13)])
def test_a_plan_has_its_weeks_in_an_order_that_can_be_learned(plan, weeks):
    found = teach.list_weeks((TEACH / f"{plan}.md").read_text())
    assert [heading.split(":")[0] for heading, *_ in found] == [
        f"Week {n + 1}" for n in range(weeks)
    ]
    assert all(chapters for _, chapters, _ in found)
    assert find_early(found) == []
    assert find_early(found[::-1]), "backwards nothing stands on what it needs"


@pytest.mark.parametrize("plan", PLANS)
def test_the_minutes_of_a_week_are_those_of_its_pages(plan):
    text = (TEACH / f"{plan}.md").read_text()
    told = [int(n) for n in re.findall(r": (\d+) in all \(", text)]
    for (heading, chapters, more), number in zip(teach.list_weeks(text), told, strict=True):
        own = sum(BOOK[name].minutes.total for name in chapters)
        assert abs(own + sum(more.values()) - number) <= 1, heading
        assert 120 <= number <= 660, f"{heading} asks for {number} minutes"
