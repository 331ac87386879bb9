"""A lesson on paper: nothing is cut off, nothing that only a screen can use is there, and the PDF holds the text."""

import re
import zlib

import chapters
import pytest
import rotation
from test_book import HTML, ROOT, title

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

LESSONS = [
    HTML / page.relative_to(ROOT).with_suffix(".html")
    for page, kind in chapters.kinds().items()
    if kind == "lesson"
]
SHOWN = rotation.pick(LESSONS, 3)
#: Pixels between the margins of a sheet, of which the style sheet takes 15 mm on each side.
WIDTHS = {"A4": round((210 - 30) / 25.4 * 96), "Letter": round((215.9 - 30) / 25.4 * 96)}
#: What no sheet shows: what is pressed, typed into, or leads elsewhere.
SCREEN = (
    ".bd-header-article",
    ".bd-sidebar-primary",
    ".bd-sidebar-secondary",
    ".prev-next-footer",
    ".bd-footer",
    ".copybtn",
    ".headerlink",
    ".mg-player [data-action=play]",
    ".mg-player input",
    ".mg-player select",
    ".mg-bet button",
    ".mg-bet [role=slider]",
    ".tag_hide-input .cell_input",
)
#: What is wider than the sheet, hidden beyond an edge, or to be scrolled to.
CUT = """() => {
  const found = [], article = document.querySelector("article.bd-article");
  for (const e of article.querySelectorAll("*")) {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e), words = e.textContent.trim().slice(0, 40);
    if (!box.width || !box.height || style.visibility == "hidden") continue;
    if (e.closest("mjx-assistive-mml, defs, clipPath, mjx-stretchy-v, mjx-stretchy-h")) continue;
    const name = `${e.localName}.${e.getAttribute("class") || ""}`.slice(0, 50);
    const far = e.closest("svg") && e.localName != "svg" ? 0 : Math.max(box.right - innerWidth, -box.left);
    if (far > 1.5) found.push(`${name} lies ${Math.round(far)} px beyond the sheet: ${words}`);
    if (e.localName.startsWith("mjx-")) continue; // a letter's box is smaller than its ink
    if (e.clientWidth && style.overflowX != "visible" && e.scrollWidth > e.clientWidth + 2)
      found.push(`${name} hides ${e.scrollWidth - e.clientWidth} px: ${words}`);
    if (e.clientHeight && style.overflowY != "visible" && e.scrollHeight > e.clientHeight + 4)
      found.push(`${name} hides ${e.scrollHeight - e.clientHeight} px below: ${words}`);
  }
  return found.slice(0, 8);
}"""

each = pytest.mark.parametrize("path", SHOWN, ids=title)


@pytest.fixture(scope="module")
def printed(browser):
    """``printed(path, width, theme)`` gives a page as the printer lays it out."""
    contexts = []

    def go(path, width, theme="light"):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
        contexts.append(context)
        context.add_init_script(
            f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
        )
        page = context.new_page()
        page.goto(path.as_uri(), wait_until="load")
        if page.query_selector("div.math"):
            page.wait_for_selector("mjx-container")
        page.wait_for_timeout(1800)  # scrolls.js has measured the equations
        page.emulate_media(media="print")
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(300)
        return page

    yield go
    for context in contexts:
        context.close()


def test_the_lessons_are_built():
    assert len(LESSONS) >= 26 and all(path.exists() for path in LESSONS)


@each
@pytest.mark.parametrize("paper", WIDTHS)
def test_nothing_is_cut_off_on_paper(path, paper, printed):
    page = printed(path, WIDTHS[paper])
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[paper] + 2


@each
def test_paper_shows_what_paper_can_use(path, printed):
    page = printed(path, WIDTHS["A4"])
    for what in SCREEN:
        shown = page.eval_on_selector_all(
            what, "all => all.filter(e => e.getClientRects().length).length"
        )
        assert shown == 0, f"{what} is on the sheet"
    # a plain equation is no taller than a line of text, and nothing that is there is flatter than its letters
    kept = "all => all.filter(e => e.getBoundingClientRect().height > parseFloat(getComputedStyle(e).fontSize)).length"
    # a roll of the compose panel is hidden until somebody has composed
    written = "all => all.filter(e => !e.closest('[hidden]')).length"
    for what in (
        "article h1",
        "article figure",
        ".mg-player canvas",
        "mjx-container[display=true]",
    ):
        there = page.eval_on_selector_all(what, written)
        assert page.eval_on_selector_all(what, kept) == there, f"some {what} is missing"
    options = page.eval_on_selector_all(
        ".musicgan-quiz summary", "all => all.filter(e => e.offsetHeight).length"
    )
    assert options == len(page.query_selector_all(".musicgan-quiz summary")) > 0
    answers = ".musicgan-quiz details > p, article details:not(.above-input) > div"
    assert (
        page.eval_on_selector_all(
            answers,
            "all => all.filter(e => e.checkVisibility({contentVisibilityAuto: true})).length",
        )
        == 0
    )


#: Words on white that are lighter than a mid grey.
PALE = """() => [...document.querySelectorAll("article :is(h1, h2, p, li, td, th, pre span, pre, figcaption, summary)")]
  .filter(e => e.getClientRects().length && e.textContent.trim())
  .map(e => [getComputedStyle(e).color.match(/[\\d.]+/g).map(Number), e.textContent.trim().slice(0, 40)])
  .filter(([c]) => 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] > 150)
  .map(([c, words]) => `rgb(${c.slice(0, 3)}): ${words}`).slice(0, 5)"""


@each
def test_ink_is_dark_whatever_the_screen_was(path, printed):
    page = printed(path, WIDTHS["A4"], "dark")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(PALE) == []


def read_pdf(data: bytes) -> tuple[int, int, int]:
    """Pages, pieces of text, and pictures of a PDF."""
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    pictures = len(re.findall(rb"/Subtype\s*/Image\b", data))
    words = 0
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.S):
        try:
            words += len(re.findall(rb"\bT[jJ]\b", zlib.decompress(stream)))
        except zlib.error:
            continue
    return pages, words, pictures


@each
def test_the_pdf_holds_the_page(path, printed):
    page = printed(path, 1280)
    pages, words, pictures = read_pdf(page.pdf(format="A4", print_background=True))
    assert 3 <= pages <= 60
    assert words > 60 * pages, "the sheets are nearly empty"
    assert pictures >= len(page.query_selector_all(".mg-player canvas"))
