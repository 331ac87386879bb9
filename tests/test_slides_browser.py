"""Decks in a browser without a network: every slide shows all of itself, players play, and both themes are legible."""

import functools
import re

import pytest
import rotation
from test_slides import LESSONS, find, read, slides

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

SHOWN = rotation.pick(LESSONS, 2)
browsed = pytest.mark.parametrize("name", [path.stem for path in SHOWN])


@pytest.fixture(scope="module")
def write(tmp_path_factory):
    """``write(name)`` gives a lesson's deck, written anew and once."""
    out = tmp_path_factory.mktemp("decks")
    slides.write_shared(out)
    return functools.cache(lambda name: slides.write_deck(find(name), out))


#: What is wrong with the slide that is shown: too tall, too wide, an equation left as it was written.
FAULTS = r"""() => {
  const slide = Reveal.getCurrentSlide(), fit = slide.firstElementChild, frame = slide.getBoundingClientRect();
  const found = [], scrolls = slide.classList.contains("tall");
  if (!scrolls && measure(slide, fit) > slide.clientHeight + 1) found.push("taller than the slide");
  if (fit.style.zoom < 0.5) found.push("too small to read");
  if (!fit.querySelector("h1, h2, h3")) found.push("no heading");
  for (const e of fit.querySelectorAll("p, li, pre, table, figure, canvas, mjx-container[display=true], svg, button")) {
    const box = e.getBoundingClientRect();
    if (box.width && !e.closest("details:not([open])") && (box.right > frame.right + 1 || box.left < frame.left - 1))
      found.push(`${e.localName} from ${Math.round(box.left)} to ${Math.round(box.right)}`);
  }
  const words = document.createTreeWalker(fit, NodeFilter.SHOW_TEXT), own = "pre, code, script, style, svg, figure";
  for (let n = words.nextNode(); n; n = words.nextNode())
    if (/\$[^$]+\$|\\(tag|frac|mathbb|sum)\b/.test(n.data) && !n.parentElement.closest(own))
      found.push("an equation as it was written: " + n.data.trim().slice(0, 60));
  return found;
}"""


@pytest.fixture(scope="module")
def opened(write, browser):
    """``open(name, theme)`` gives a deck offline, from a file, and what went wrong in it."""
    contexts = []

    def go(name, theme="light"):
        context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
        contexts.append(context)
        page, wrong = context.new_page(), []
        page.on(
            "request",
            lambda r: r.url.startswith(("file:", "data:", "blob:")) or wrong.append(r.url[:120]),
        )
        page.on("requestfailed", lambda r: wrong.append(f"request failed: {r.url[:120]}"))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(f"{write(name).as_uri()}?theme={theme}", wait_until="load")
        page.wait_for_selector("html[data-deck=ready]")
        return page, wrong

    yield go
    for context in contexts:
        context.close()


def turn_through(page):
    """Each slide in turn, whole: how many there are is the deck's own count."""
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.wait_for_timeout(80)
        yield number
        page.evaluate("Reveal.next()")
        while page.evaluate("Reveal.availableFragments().next"):
            page.evaluate("Reveal.nextFragment()")


@browsed
def test_every_slide_shows_all_of_itself(name, opened):
    page, wrong = opened(name)
    path = find(name)
    assert page.evaluate("Reveal.getTotalSlides()") == slides.count_slides(read(path))
    for number in turn_through(page):
        found = page.evaluate(FAULTS)
        assert found == [], f"slide {number + 1}: {found}"
    labels = len(re.findall(r"\\tag\{", "".join(c.source for c in read(path).cells)))
    assert page.evaluate("document.querySelectorAll('mjx-labels').length") == labels
    assert page.evaluate("document.querySelectorAll('aside.notes').length") > 3
    assert wrong == []


@browsed
def test_a_player_plays_on_its_slide_and_stops_when_the_slide_is_left(name, opened):
    page, wrong = opened(name)
    for _ in turn_through(page):
        if page.query_selector(".present [data-musicgan-player][data-ready]"):
            break
    player = page.query_selector(
        "section.present section.present [data-musicgan-player][data-ready]"
    )
    player.query_selector("[data-action=play]").click()
    page.wait_for_function("p => Number(p.dataset.time) > 0.15", arg=player)
    page.evaluate("Reveal.next()")
    page.wait_for_function("p => p.dataset.playing == 'false'", arg=player)
    page.evaluate("Reveal.prev()")
    page.set_viewport_size(
        {"width": 1920, "height": 1080}
    )  # a projector: drawn larger than it is laid out
    page.wait_for_timeout(300)
    box = player.query_selector("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    middle = page.evaluate("p => Number(p.dataset.time)", player)
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    quarter = page.evaluate("p => Number(p.dataset.time)", player)
    assert 0 < quarter < middle < 60 and wrong == []


@browsed
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_slides_are_legible_in_the_light_and_in_the_dark(name, theme, opened):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page, _ = opened(name, theme)
    faint = []
    for number in turn_through(page):
        if number % 3 == 0:
            rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
            found = (
                axe.Axe()
                .run(page, context="section.present section.present", options=rules)
                .response
            )
            faint += [
                node["html"][:120] for broken in found["violations"] for node in broken["nodes"]
            ]
    assert faint == []


def test_the_list_of_decks_leads_to_each(tmp_path, browser):
    slides.write_index(LESSONS, tmp_path)
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    links = page.eval_on_selector_all(
        "main a", "all => all.map(a => [a.getAttribute('href'), a.textContent])"
    )
    context.close()
    assert [link for link, _ in links] == [slides.name_deck(path) for path in LESSONS]
    assert links[0][1] == read(LESSONS[0]).cells[0].source.split("\n")[0].removeprefix("# ")
