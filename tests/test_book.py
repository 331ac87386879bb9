"""The built book, opened from the file system by a real browser without a network."""

import base64
import contextlib
import html
import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
import rotation

from musicgan_lib import corpora
from musicgan_lib.data.encode import MADE

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
PAGES = [p for p in sorted(HTML.rglob("book/**/*.html"))]

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


def title(path):
    return path.relative_to(HTML / "book").as_posix()


each = pytest.mark.parametrize("path", PAGES, ids=title)


@contextlib.contextmanager
def visit(browser, path, width):
    """Open a page offline; gives the page, and the list that takes what goes wrong."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True)
    page, wrong = context.new_page(), []

    def note(words):
        wrong.append(words[:200])

    page.on("requestfailed", lambda r: note(f"request failed: {r.url[:120]}"))
    page.on("console", lambda m: note(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: note(str(e)))
    page.goto(path.as_uri(), wait_until="load")
    page.wait_for_timeout(400)
    for bet in page.query_selector_all("[data-musicgan-bet] [data-action=skip]"):
        bet.click()  # what a bet hides is looked at, too
    yield page, wrong
    context.close()


@pytest.fixture(scope="module", params=rotation.pick(PAGES, 20), ids=title)
def opened(request, browser):
    """A share of the pages in turn, opened once: its path, the page, and what went wrong so far."""
    with visit(browser, request.param, 1280) as (page, wrong):
        yield request.param, page, wrong


def test_the_book_is_built():
    assert len(PAGES) >= 13, "build it first: make book"


def test_a_page_opens_offline_and_whole(opened):
    path, page, wrong = opened
    assert wrong == []
    body = page.inner_text("main")
    assert len(body) > 500, "almost nothing on the page"
    if "math notranslate" in path.read_text():
        # each formula, in a fold or not
        page.wait_for_function(
            "[...document.querySelectorAll('main .math.notranslate')].every(m => m.querySelector('mjx-container'))",
            timeout=15000,
        )
        assert page.query_selector("main mjx-container")
        assert "\\tag" not in page.inner_text("main") and "$$" not in body
    for kind in ("img", "canvas"):
        for element in page.query_selector_all(f"main {kind}"):
            box = element.bounding_box()
            assert box is None or box["width"] > 20, f"a blank {kind}"


def test_every_player_on_the_page_plays(opened):
    path, page, wrong = opened
    players = page.query_selector_all("[data-musicgan-player]")
    if path.parent.name in ("representations", "foundations", "systems"):
        assert players or page.query_selector("main audio"), "a chapter about music without any"
    for player in players[:3]:
        button = player.query_selector("[data-action=play]")
        button.scroll_into_view_if_needed()
        button.click()
        page.wait_for_function("p => Number(p.dataset.time) > 0.15", arg=player, timeout=8000)
        button.click()
    assert wrong == []


BETTING = [p for p in PAGES if "data-musicgan-bet" in p.read_text()]


@pytest.mark.parametrize("path", BETTING, ids=title)
def test_a_bet_hides_the_rest_of_its_section_until_it_is_made(path, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(path.as_uri(), wait_until="load")
    follow = (
        "[...document.querySelectorAll('.mg-bet-waits ~ *')].map(e => e.getClientRects().length)"
    )
    before = page.evaluate(follow)
    assert before and not any(before)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.focus("[data-handle=guess]")
    page.keyboard.press("ArrowRight")
    page.click("[data-action=reveal]")
    assert page.evaluate(follow) == []
    assert page.evaluate("document.documentElement.scrollHeight") > height + 200
    context.close()


def test_there_are_bets():
    assert len(BETTING) >= 9


COMPOSING = [p for p in PAGES if "data-musicgan-compose" in p.read_text()]


def test_chapters_on_papers_compose_or_say_why_not():
    papers = [p for p in PAGES if p.parent.name == "papers"]
    assert {p.stem for p in COMPOSING} >= {"compose", "crnn_gan", "gan_rl", "biaxial_generator"}
    for path in papers:
        assert path in COMPOSING or "do not compose in the page" in path.read_text(), title(path)


@pytest.mark.parametrize("path", COMPOSING, ids=title)
def test_a_panel_on_the_page_composes(path, browser):
    with visit(browser, path, 1280) as (page, wrong):
        panel = page.wait_for_selector("[data-musicgan-compose][data-ready]", timeout=8000)
        panel.scroll_into_view_if_needed()
        panel.query_selector("[data-action=compose]").click()
        page.wait_for_function("p => p.dataset.written !== undefined", arg=panel, timeout=60000)
        counts = [int(n) for n in panel.get_attribute("data-written").split()]
        assert counts and min(counts) > 8 and wrong == []


def test_models_of_panels_lie_beside_the_pages_and_are_small():
    asked = set()
    for path in COMPOSING:
        for packed in re.findall(r"data-compose='([^']*)'", path.read_text()):
            asked |= {m["file"] for m in json.loads(html.unescape(packed))["models"]}
    there = {f"models/{f.name}": f for f in (HTML / "_static" / "models").glob("*.js")}
    assert asked == set(there) and len(asked) > 8
    assert max(f.stat().st_size for f in there.values()) <= 4_000_000


def test_the_site_is_small():
    assert sum(f.stat().st_size for f in HTML.rglob("*") if f.is_file()) <= 90_000_000


@pytest.mark.parametrize("path", rotation.pick(PAGES, 12), ids=title)
def test_a_phone_needs_no_sideways_scroll(path, browser):
    with visit(browser, path, 390) as (page, _):
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@each
def test_a_table_is_drawn_as_one(path):
    """A stray bar in a cell leaves the whole table as text."""
    assert "<p>|" not in path.read_text()


@each
def test_no_page_needs_a_kernel_or_a_stranger(path):
    text = path.read_text()
    assert "widget-view+json" not in text
    assert len(text) < 1_500_000, "the page's own bytes"
    for address in re.findall(r"<(?:script|img|audio|iframe)[^>]+src=\"(https?://[^\"]+)", text):
        raise AssertionError(f"the page loads {address}")


def test_the_page_of_all_runs_is_light():
    page = HTML / "book" / "lab" / "leaderboard.html"
    assert len(page.read_bytes()) <= 300_000


def test_only_music_that_may_be_published_is_in_the_pages():
    for path in PAGES:
        for source in re.findall(r'data-source="([^"]*)"', path.read_text()):
            assert may_publish(source), f"{title(path)} plays {source!r}"


def test_no_page_plays_a_piece_whose_file_reserves_its_rights():
    """Eight chords in a row of one of them, at any pitch, from any bar; a hymn tune alone has many harmonisations."""
    kept = [p for p in corpora.load("chorales") if not p.publishable]
    own = {p.title: runs_of(list_chords(p.notes["onset"], p.notes["pitch"])) for p in kept}
    assert len(own) == 3 and min(map(len, own.values())) > 20
    heard = 0
    for path in PAGES:
        for music in re.findall(r"data-music='([^']*)'", path.read_text()):
            for packed in json.loads(html.unescape(music))["p"]:
                runs = runs_of(list_chords(*unpack_notes(packed)))
                heard += bool(runs)
                for name, theirs in own.items():
                    assert not runs & theirs, f"{title(path)} plays {name}"
    assert heard > 20, "pages play music in chords"


def list_chords(onsets, pitches) -> list[tuple]:
    """Of each onset the sixteenths since the one before, and the semitones above the lowest note."""
    at = np.rint(4 * np.asarray(onsets)).astype(int)
    moments = np.unique(at)
    chords = [np.unique(np.asarray(pitches)[at == moment]).astype(int) for moment in moments]
    gaps = np.diff(moments, prepend=moments[:1])
    return [(int(gap), *(c - c[0]).tolist()) for gap, c in zip(gaps, chords)]


def runs_of(chords, n=8) -> set[tuple]:
    """Eight chords in a row, most of which are chords; the gap before the first does not count."""
    runs = [(chords[i][1:], *chords[i + 1 : i + n]) for i in range(len(chords) - n + 1)]
    return {run for run in runs if sum(len(c) > 2 for c in run) > n // 2}


def unpack_notes(packed: dict) -> tuple[np.ndarray, np.ndarray]:
    """Onsets in quarters and pitches of a piece as the player holds it: steps, lengths, pitches, velocities, tracks."""
    values, value = [], 0
    for byte in base64.b64decode(packed["n"]):
        value = value << 7 | byte & 127
        if not byte & 128:
            values.append(value)
            value = 0
    rows = np.array(values, int).reshape(-1, 5)
    return np.cumsum(rows[:, 0]) / 480, rows[:, 2]


def may_publish(source: str) -> bool:
    if source in ("", "generated"):  # notes typed in the chapter; a file that was read has its name
        return True
    if source in MADE:  # on the spot, by rules
        return True
    return source in corpora.SOURCES and corpora.SOURCES[source].redistribute == "full"


def test_only_music_and_weights_that_may_be_published_are_in_results():
    results = ROOT / "results"
    owners = {}
    for file in results.rglob("*.json"):
        rows = json.loads(file.read_text())
        for row in rows if isinstance(rows, list) else []:
            for artifact in row.get("artifacts", {}):
                owners[artifact] = row["corpus"]
    for file in results.rglob("*"):
        if file.suffix in (".mid", ".midi", ".npz", ".safetensors", ".wav", ".mp3"):
            name = file.relative_to(results).as_posix()
            assert name in owners, f"{name} belongs to no record"
            if owners[name] in MADE:  # nobody's music
                continue
            source = corpora.SOURCES[owners[name]]
            if file.suffix == ".safetensors":
                assert source.weights == "publish", f"weights from {source.name}"
            else:
                assert source.redistribute == "full", f"music from {source.name}"


def test_launch_buttons_open_the_notebook_itself():
    from musicgan_lib.checkout import repository_slug

    slug = os.environ.get("GITHUB_REPOSITORY") or repository_slug()
    page = (HTML / "book" / "representations" / "midi_as_data.html").read_text()
    wanted = (
        f"colab.research.google.com/github/{slug}/blob/main/book/representations/midi_as_data.ipynb"
    )
    assert wanted in page
