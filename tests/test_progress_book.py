"""Progress in the built book: the cover knows every page, answers arrive on it, and it is whole on a phone."""

import json
import re
from pathlib import Path

import pytest
from chapters import ROOT
from test_book import HTML, PAGES, title, visit
from test_progress_browser import pack

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

COVER = HTML / "book" / "index.html"


def read_index() -> list[dict]:
    text = COVER.read_text()
    (found,) = re.findall(r'data-role="index">(.*?)</script>', text, re.S)
    return json.loads(found)


def test_the_cover_knows_every_page_and_what_there_is_to_do():
    parts = read_index()
    listed = re.findall(r"caption: (.+)|- file: book/(\S+)", (ROOT / "_toc.yml").read_text())
    assert [p["part"] for p in parts] == [caption for caption, _ in listed if caption]
    pages = [page for part in parts for page in part["pages"]]
    assert [p["name"] for p in pages] == [name for _, name in listed if name]
    for kind, pattern in (("quizzes", 'class="musicgan-quiz"'), ("bets", "data-musicgan-bet ")):
        for page in pages:
            text = (HTML / "book" / f"{page['name']}.html").read_text()
            assert len(page[kind]) == text.count(pattern), (page["name"], kind)
    for kind, least in (("quizzes", 80), ("exercises", 60), ("bets", 9)):
        names = [name for page in pages for name in page[kind]]
        assert len(names) >= least and len(names) == len(set(names)), kind


def test_answers_on_a_built_page_are_on_the_built_cover(browser):
    path = next(p for p in PAGES if p.stem == "policy_gradient")
    with visit(browser, path, 1280) as (page, wrong):
        options = page.locator("[data-quiz] summary")
        options.first.scroll_into_view_if_needed()
        options.first.click()
        page.locator(".mg-tick input").first.check()
        page.evaluate("scrollTo(0, 1e6)")
        page.wait_for_function(
            "localStorage.getItem('musicgan-progress')?.includes('policy_gradient')"
        )
        page.goto(COVER.as_uri(), wait_until="load")
        line = page.locator("tbody tr", has_text="Foundations").first.inner_text()
        known = next(p for p in read_index() if p["part"] == "Foundations")["pages"]
        numbers = [len(known)] + [sum(len(p[k]) for p in known) for k in ("exercises", "quizzes")]
        assert [int(n) for n in re.findall(r"1 of (\d+)", line)] == numbers
        assert "Baselines and critics" in page.inner_text("[data-role=back]")
        assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_panel_is_whole_on_a_phone_and_open_to_all(theme, browser):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, color_scheme=theme, offline=True
    )
    page = context.new_page()
    some = json.dumps(pack(pages=["run_this_book", "foundations/policy_gradient"]))
    page.add_init_script(
        f"for (const k of ['mode', 'theme']) localStorage.setItem(k, '{theme}');"
        f"localStorage.setItem('musicgan-progress', {json.dumps(some)});"
    )
    page.goto(COVER.as_uri(), wait_until="load")
    assert (
        page.locator(".mg-progress").is_visible() and page.locator("[data-role=back]").is_visible()
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    table = page.locator(".mg-progress table")
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
    for context_ in (".mg-progress", "[data-role=back]"):
        found = axe.Axe().run(page, context=context_).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
    context.close()


MADE = [p for p in PAGES if p.parent.name == "teach" and 'data-exercise="made-' in p.read_text()]


@pytest.mark.parametrize("path", MADE, ids=title)
def test_a_page_of_work_shows_what_holds_and_what_does_not(path):
    """As it is published, nobody has made anything yet."""
    text = path.read_text()
    assert "✓" in text and "Not yet." in text


def test_each_part_ends_with_a_page_of_work():
    worked = [part for part in read_index() if part["part"] != "Teaching"]
    assert len(MADE) == len(worked)
    for part in worked:
        assert Path(part["pages"][-1]["name"]).name.startswith("you_can_now_"), part["part"]
