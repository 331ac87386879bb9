"""The built pages as their readers meet them: nothing is cut off at any width, nothing bars a reader, search finds."""

import contextlib
import functools
import gzip
import http.server
import re
import threading

import pytest
import rotation
from test_book import HTML, PAGES, ROOT, title, visit

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

WIDTHS = (1300, 1000, 390)
#: A page's own bytes; its figures are in it. A page of the lab, which shows all recorded runs, may have more where a
#: server packs it into a third of that.
OWN_BYTES = 300_000
#: What is cut off: a table, an equation or a picture wider than the box that it stands in, which cannot be scrolled to.
CUT = """() => {
  const found = [], slack = 2;
  const page = document.querySelector("article.bd-article");
  const frame = page.getBoundingClientRect();
  for (const e of page.querySelectorAll('mjx-container[display="true"], table, svg, canvas, pre')) {
    const box = e.getBoundingClientRect();
    if (!box.width || e.closest("details:not([open])") || e.closest("[hidden]")) continue;
    let left = -Infinity, right = Infinity, scrolls = false;
    for (let up = e.parentElement; up && up !== page.parentElement; up = up.parentElement) {
      const style = getComputedStyle(up), of = up.getBoundingClientRect();
      if (["auto", "scroll"].includes(style.overflowX)) {
        scrolls = true;
        // what lies to the left of where scrolling begins can never be reached
        const start = of.left + up.clientLeft - up.scrollLeft;
        if (box.left < start - slack) found.push(`${e.localName} begins ${Math.round(start - box.left)} px too early`);
        break;
      }
      if (["hidden", "clip"].includes(style.overflowX) && of.width) {
        left = Math.max(left, of.left); right = Math.min(right, of.right);
      }
    }
    if (scrolls) continue;
    left = Math.max(left, Math.min(frame.left, 0)); right = Math.min(right, innerWidth);
    if (box.left < left - slack || box.right > right + slack)
      found.push(`${e.localName} of ${Math.round(box.width)} px is cut off`);
    else if (e.scrollWidth > e.clientWidth + slack && e.clientWidth
        && ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
      found.push(`${e.localName} hides ${e.scrollWidth - e.clientWidth} px`);
  }
  return found;
}"""

each = pytest.mark.parametrize("path", PAGES, ids=title)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", rotation.pick(PAGES, 14), ids=title)
def test_nothing_is_cut_off(path, width, browser):
    with visit(browser, path, width) as (page, _):
        if page.query_selector("div.math"):
            page.wait_for_selector("mjx-container", timeout=15000)
        assert page.evaluate(CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


WIDE = """() => [...document.querySelectorAll("div.math")]
  .filter(e => e.scrollWidth > e.clientWidth + 2 && !e.closest("details:not([open])"))
  .map(e => `${e.innerText.trim().slice(-8)}: ${e.scrollWidth - e.clientWidth} px too wide`)"""


@pytest.mark.parametrize("path", rotation.pick(PAGES, 14), ids=title)
def test_equations_break_before_they_are_wider_than_the_column(path, browser):
    with visit(browser, path, 1300) as (page, _):
        if page.query_selector("div.math"):
            page.wait_for_selector("mjx-container", timeout=15000)
        assert page.evaluate(WIDE) == []


@each
def test_a_page_has_few_bytes_of_its_own(path):
    content = path.read_bytes()
    packed = len(gzip.compress(content)) if path.parent.name == "lab" else len(content)
    assert len(content) <= OWN_BYTES or packed <= OWN_BYTES // 3


def list_sounding() -> list:
    return [page for page in PAGES if b"<audio" in page.read_bytes()]


def test_clips_of_sound_lie_beside_their_pages_and_load(browser):
    """From a disk, too; none is larger than a reader on the road can bear."""
    assert len(list_sounding()) >= 3
    for path in list_sounding():
        assert b"data:audio" not in path.read_bytes(), path.name
        page = browser.new_page()
        page.goto(path.as_uri(), wait_until="load")
        clips = page.eval_on_selector_all("audio", "all => all.map(a => a.getAttribute('src'))")
        assert clips and all((path.parent / c).stat().st_size <= 200_000 for c in clips)
        page.wait_for_function("[...document.querySelectorAll('audio')].every(a => a.duration > 0)")
        page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", rotation.pick(PAGES, 12), ids=title)
def test_axe_finds_nothing_serious(path, theme, browser):
    """The lesson alone: what the theme puts around it is the theme's."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    context = browser.new_context(
        viewport={"width": 1300, "height": 900}, color_scheme=theme, offline=True
    )
    page = context.new_page()
    page.add_init_script(
        f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')"
    )
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(400)
    found = axe.Axe().run(page, context="article.bd-article").response["violations"]
    context.close()
    serious = [v for v in found if v["impact"] in ("serious", "critical")]
    assert [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:160]) for v in serious] == []


@pytest.fixture(scope="module")
def site():
    """The book from a server on this machine, as it is published."""
    serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(HTML))
    serve.func.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextlib.contextmanager
def open_site(browser, address):
    """A page of the served book; gives the page, and the list of what was asked of other hosts or went wrong."""
    context, wrong = browser.new_context(viewport={"width": 1300, "height": 900}), []
    page = context.new_page()
    page.on("requestfailed", lambda r: wrong.append(f"failed: {r.url}"))
    page.on("response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    page.on(
        "request",
        lambda r: (
            wrong.append(f"asks {r.url}")
            if "//127.0.0.1:" not in r.url and r.url[:4] == "http"
            else None
        ),
    )
    page.goto(address, wait_until="load")
    yield page, wrong
    context.close()


@pytest.mark.parametrize("path", rotation.pick(PAGES, 6), ids=title)
def test_a_served_page_asks_nothing_of_strangers(path, site, browser):
    with open_site(browser, f"{site}/{path.relative_to(HTML).as_posix()}") as (page, wrong):
        page.wait_for_timeout(300)
        assert wrong == []


#: What a reader types, and a page that has to be among the first five answers.
SEARCHES = {
    "SeqGAN": "papers/seqgan",
    "C-RNN-GAN": "papers/crnn_gan",
    "mode collapse": "failure_museum",
    "REINFORCE": "foundations/policy_gradient",
    "maximum entropy": "maximum_entropy",
    "Music Transformer": "lab/",
    "Nottingham": "",
    "temperature": "",
}


@pytest.mark.parametrize("words", SEARCHES)
def test_search_finds(words, site, browser):
    with open_site(browser, f"{site}/search.html?q={words.replace(' ', '+')}") as (page, wrong):
        page.wait_for_selector(
            "#search-results ul.search li a, #search-results .search-summary", timeout=15000
        )
        page.wait_for_timeout(1500)
        found = page.evaluate(
            "[...document.querySelectorAll('ul.search li > a')].map(a => a.getAttribute('href'))"
        )
        assert found and any(SEARCHES[words] in href for href in found[:5]), found[:8]
        assert wrong == []


FIRST_VISIT = 1_200_000


def measure_visit(browser, site, path) -> int:
    """Bytes that a first visit fetches, packed as a server packs them."""
    context, asked = browser.new_context(viewport={"width": 1300, "height": 900}), []
    page = context.new_page()
    page.on("response", lambda reply: asked.append(reply.url))
    page.goto(f"{site}/{path.relative_to(HTML).as_posix()}", wait_until="load")
    page.wait_for_timeout(1500)
    context.close()
    total = 0
    for name in {url.removeprefix(site).partition("?")[0].partition("#")[0] for url in asked}:
        content = (HTML / name.lstrip("/")).read_bytes()
        packed = name.endswith((".png", ".woff", ".woff2"))
        total += len(content if packed else gzip.compress(content))
    return total


@pytest.mark.parametrize("path", rotation.pick(PAGES, 4, [HTML / "book" / "index.html"]), ids=title)
def test_a_first_visit_is_light(path, site, browser):
    assert 50_000 < measure_visit(browser, site, path) <= FIRST_VISIT


def test_the_icons_are_drawn(browser):
    with visit(browser, HTML / "book" / "index.html", 1300) as (page, _):
        icon = page.locator("header .fa-bars, .article-header-buttons .fa-expand").first
        assert icon.evaluate("e => getComputedStyle(e, '::before').content.length") > 2
        assert page.evaluate(
            "document.fonts.ready.then(() => document.fonts.check('900 1em \"Font Awesome 6 Free\"'))"
        )


def test_a_shared_link_says_what_the_page_is():
    """Its title and the first sentence of its own, as text and never as markup."""
    for path in PAGES:
        text = path.read_text()
        found = re.findall(
            r'<meta (?:property|name)="(og:title|description)" content="([^"]*)"', text
        )
        told = {name: words for name, words in found}
        assert len(told["og:title"]) > 5 and 40 < len(told["description"]) < 230, title(path)
        assert "<" not in told["description"], title(path)


def test_pictures_of_readme_are_there_and_small():
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    assert len(named) >= 2
    for file in [*named, "book/_static/card.png"]:
        assert 5_000 < (ROOT / file).stat().st_size < 80_000, file
