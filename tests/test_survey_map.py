"""The map of systems: every card has a mark, asked by mouse and by keyboard, and filters fade the rest."""

from dataclasses import replace

import pytest

from musicgan_lib.lab import landscape, survey_map
from musicgan_lib.systems import list_families, list_systems

SYSTEMS = list_systems()
STATES = {card.id: landscape.STATES[i % 4] for i, card in enumerate(SYSTEMS)}
pytestmark = pytest.mark.filterwarnings("default")


def test_a_year_further_right_is_later():
    places = [survey_map.place(year) for year in [*range(1957, 2026), None]]
    assert places == sorted(places) and 0 <= places[0] and places[-1] <= 1


def test_a_state_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="no state MAYBE; all: WORKS"):
        survey_map.draw_map(SYSTEMS[:1], {SYSTEMS[0].id: "MAYBE"})


@pytest.fixture
def page(browser, tmp_path):
    wrong = []
    hostile = replace(
        SYSTEMS[0], name='</script><img src=x onerror="boom()">', mechanism="<b>bold</b>"
    )
    drawn = survey_map.draw_map((hostile, *SYSTEMS[1:]), STATES, depth=1)
    assert drawn.marks == len(SYSTEMS)
    path = tmp_path / "map.html"
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>Map</title>"
    head += "<meta name=viewport content='width=device-width'>"
    path.write_text(f"{head}<body><main><h1>Map</h1>{drawn._repr_html_()}</main></body></html>")
    context = browser.new_context(viewport={"width": 390, "height": 900}, offline=True)
    opened = context.new_page()
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: wrong.append(str(e)))
    opened.goto(path.as_uri(), wait_until="load")
    yield opened
    assert not wrong
    context.close()


@pytest.mark.browser
def test_every_system_is_on_the_map_and_can_be_asked(page):
    marks = page.locator(".mg-map button[data-id]")
    assert marks.count() == len(SYSTEMS)
    named = page.locator("[data-id='seqgan2017']")
    named.hover()
    card = page.locator(".mg-card")
    seqgan = next(c for c in SYSTEMS if c.id == "seqgan2017")
    assert seqgan.mechanism in card.inner_text() and STATES["seqgan2017"] in card.inner_text()
    assert card.locator("a").get_attribute("href") == f"../{seqgan.page}.html"
    page.locator("[data-filter=words]").focus()
    for _ in range(4):  # over the three other filters to the first mark
        page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.id")
    assert first and page.locator(f"[data-id='{first}'][aria-pressed=true]").count() == 1


@pytest.mark.browser
def test_words_of_a_card_are_no_markup(page):
    page.locator(f"[data-id='{SYSTEMS[0].id}']").hover()
    card = page.locator(".mg-card")
    assert "<b>bold</b>" in card.inner_text() and card.locator("b, img").count() == 0


@pytest.mark.browser
def test_filters_fade_what_does_not_fit(page):
    def left():
        return int(page.locator(".mg-map").get_attribute("data-left"))

    assert left() == len(SYSTEMS)
    page.locator("[data-filter=family]").select_option("I")
    assert left() == sum(c.family == "I" for c in SYSTEMS)
    page.locator("[data-filter=state]").select_option("VOID")
    assert left() == sum(c.family == "I" and STATES[c.id] == "VOID" for c in SYSTEMS)
    page.locator("[data-filter=family]").select_option("")
    page.locator("[data-filter=state]").select_option("")
    page.locator("[data-filter=data]").select_option("nottingham")
    assert left() == sum("nottingham" in c.corpora for c in SYSTEMS)
    page.locator("[data-filter=data]").select_option("")
    page.locator("[data-filter=words]").fill("mogren three")
    assert left() == 1 and "three tones" in page.locator(".mg-card").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.browser
def test_marks_do_not_hide_each_other(page):
    boxes = page.evaluate(
        """[...document.querySelectorAll('button[data-id]')].map(b => {
            const r = b.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })"""
    )
    for i, (a, b, c, d) in enumerate(boxes):
        for left, top, right, bottom in boxes[:i]:
            across = min(c, right) - max(a, left)
            down = min(d, bottom) - max(b, top)
            assert across < 8 or down < 4  # on a phone neighbours may touch


def test_each_page_of_a_card_is_in_the_book():
    from pathlib import Path

    contents = (Path(__file__).parents[1] / "_toc.yml").read_text()
    for card in SYSTEMS:
        assert not card.page or f"file: book/{card.page}\n" in contents
    assert set(list_families()) == {card.family for card in SYSTEMS}
