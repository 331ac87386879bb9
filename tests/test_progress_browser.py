"""Progress in a real browser: kept over a reload, shown on the cover, exported, imported, refused and forgotten."""

import importlib.util
import json

import pytest
from chapters import ROOT

from musicgan_lib.teaching import bet, progress, quiz
from musicgan_lib.teaching.exercise import Verdict

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

EVIL = "<img src=x onerror=window.hacked=1>\"'</script>"
SCRIPT = ROOT / "book" / "_static" / "progress.js"
ASKED = {
    name: quiz(f"{name}?", {"right": "yes", "wrong": EVIL}, answer="right")
    for name in ("First", "Second")
}
STUB = Verdict("mine-1", False, "not done yet (mine-1: return it)")
BETTING = bet("How far?", "nats", 0, 1, slug="far", results={"ours": [0.25, 0.5]})
REFUSED = "Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('no', 'SecurityError')}});"
PANEL = importlib.util.spec_from_file_location(
    "progress_panel", ROOT / "book" / "_ext" / "progress_panel.py"
)
panel = importlib.util.module_from_spec(PANEL)
PANEL.loader.exec_module(panel)


def lay(body: str, name: str) -> str:
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{name}</title>"
        f'<meta name=viewport content="width=device-width"><script defer src="{SCRIPT.as_uri()}"></script></head>'
        f"<body><main><article class=bd-article><h1>{name}</h1><p>Prose.</p>{body}</article>"
        "<div style='height:3000px'></div><footer class=prev-next-footer>next</footer></main></body></html>"
    )


LESSON = "".join(f"<div>{x._repr_html_()}</div>" for x in (*ASKED.values(), STUB, BETTING))


@pytest.fixture
def book(browser, tmp_path):
    """A book of two pages and a cover in a fresh browser; at the end nothing went wrong, and no text was run."""
    folder, wrong, contexts = tmp_path / "book", [], []
    (folder / "part").mkdir(parents=True)
    (folder / "part" / "lesson.html").write_text(lay(LESSON, "Lesson"))
    (folder / "part" / "other.html").write_text(lay("", "Other"))
    pages = [
        panel.count_page("part/lesson", f"The lesson {EVIL}", LESSON),
        panel.count_page("part/other", "The other", ""),
    ]
    parts = [{"part": "Start", "pages": pages[:1]}, {"part": f"Next {EVIL}", "pages": pages[1:]}]
    (folder / "index.html").write_text(lay(panel.draw_panel(parts), "Cover"))

    def start(script="", **options):
        context = browser.new_context(offline=True, accept_downloads=True, **options)
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))

        def go(name):
            page.goto((folder / f"{name}.html").as_uri(), wait_until="load")
            return page

        return go

    yield start
    for context in contexts:
        for page in context.pages:
            assert not page.evaluate("window.hacked")
        context.close()
    assert wrong == []


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('musicgan-progress')") or "{}")


def told(page, name) -> str:
    return page.inner_text(f"[data-quiz='{ASKED[name].name}'] [role=status]")


def row(page, at=0) -> list[str]:
    return page.locator("tbody tr").nth(at).locator("td").all_inner_texts()


def read_to_the_end(page):
    page.evaluate("scrollTo(0, 1e6)")
    page.wait_for_function(
        "JSON.parse(localStorage.getItem('musicgan-progress') || '{}').pages?.length"
    )


def upload(page, content):
    content = content if isinstance(content, str) else json.dumps(content)
    file = {"name": f"{EVIL[:20]}.json", "mimeType": "application/json", "buffer": content.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_function("document.querySelector('[data-role=said]').textContent")
    return page.inner_text("[data-role=said]")


def pack(**changed) -> dict:
    return {"format": "musicgan progress", "version": 1, **progress.make_empty(), **changed}


def test_the_first_option_opened_by_mouse_or_key_is_the_answer_and_stays(book):
    page = book()("part/lesson")
    assert told(page, "First") == "" and kept(page) == {}
    page.click("text=wrong >> nth=0")
    assert told(page, "First") == "You chose another option first."
    page.click("text=right >> nth=0")  # too late
    page.focus(f"[data-quiz='{ASKED['Second'].name}'] summary >> nth=0")
    page.keyboard.press("Enter")
    assert told(page, "Second") == "You chose the right option first."
    page.reload()
    assert told(page, "First") == "You chose another option first."
    assert told(page, "Second") == "You chose the right option first."
    answers = {ASKED["First"].name: False, ASKED["Second"].name: True}
    assert kept(page)["quizzes"] == answers and kept(page)["version"] == 1


def test_an_option_that_a_program_opens_is_no_answer(book):
    """As before a page is printed, or where the browser finds a word."""
    page = book()("part/lesson")
    page.evaluate("document.querySelectorAll('details').forEach(e => {e.open = true;})")
    assert kept(page) == {}
    page.click("text=right >> nth=0")  # which closes it
    assert kept(page) == {}


def test_an_exercise_is_ticked_by_hand_and_unticked(book):
    page = book()("part/lesson")
    tick = page.get_by_label("I passed mine-1 in a notebook")
    tick.check()
    assert kept(page)["exercises"] == ["mine-1"]
    page.reload()
    assert tick.is_checked()
    tick.uncheck()
    assert kept(page)["exercises"] == []


def test_a_page_is_read_when_its_end_was_seen_and_the_cover_goes_on_from_there(book):
    go = book()
    page = go("index")
    assert page.is_visible("table") and "Nothing yet" in page.inner_text(".mg-progress")
    assert row(page) == ["0 of 1", "0 of 1", "0 of 2", "0 of 1"] and row(page, 1)[1] == "–"
    assert page.is_hidden("[data-role=back]") and page.is_disabled("[data-action=export]")
    assert EVIL in page.locator("tbody th").nth(1).inner_text()
    page = go("part/lesson")
    page.wait_for_timeout(200)
    assert kept(page) == {}  # it was opened, and not read
    read_to_the_end(page)
    page.click("text=right >> nth=0")
    page.focus("[data-handle=guess]")
    page.keyboard.press("ArrowRight")
    page.click("[data-action=reveal]")
    page = go("index")
    assert row(page) == ["1 of 1", "0 of 1", "1 of 2", "1 of 1"]
    assert row(page, 1) == ["0 of 1", "–", "–", "–"]
    assert "Of 1 quiz you chose the right option first in 1." in page.inner_text(".mg-progress")
    back = page.locator("[data-role=back]")
    assert back.is_visible() and "Go on with The other" in back.inner_text()
    assert back.evaluate("e => e.previousElementSibling.localName") == "h1"
    page.click("[data-role=next] a")
    assert page.url.endswith("/book/part/other.html")
    read_to_the_end(page)
    page.wait_for_function(
        "JSON.parse(localStorage.getItem('musicgan-progress')).pages.length == 2"
    )
    page = go("index")
    assert page.is_hidden("[data-role=back]") and page.is_hidden("[data-role=next]")


def test_what_is_exported_is_read_in_a_notebook_and_what_comes_from_there_here(
    book, tmp_path, monkeypatch
):
    go = book()
    page = go("part/lesson")
    read_to_the_end(page)
    page.click("text=right >> nth=0")
    page.click("[data-action=skip]")
    page = go("index")
    with page.expect_download() as download:
        page.click("[data-action=export]")
    assert download.value.suggested_filename == "progress.json"
    download.value.save_as(tmp_path / "progress.json")
    found = progress.read_file(tmp_path / "progress.json")
    assert found["pages"] == ["part/lesson"] and found["quizzes"] == {ASKED["First"].name: True}
    assert found["bets"]["far"]["skipped"] is True

    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))
    assert progress.keep_exercise("mine-1") == ""
    written = progress.write(progress.merge(progress.read(), found), tmp_path / "both.json")
    other = book()("index")
    assert "The file was read" in upload(other, written.read_text())
    assert row(other) == ["1 of 1", "1 of 1", "1 of 2", "0 of 1"]  # a bet that was skipped is none


def test_a_file_changes_nothing_that_is_here(book):
    go = book()
    page = go("part/lesson")
    page.click("text=wrong >> nth=0")
    page = go("index")
    upload(page, pack(quizzes={ASKED["First"].name: True, ASKED["Second"].name: True}))
    assert kept(page)["quizzes"] == {ASKED["First"].name: False, ASKED["Second"].name: True}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "it is not JSON"),
        ("null", "it holds no progress"),
        ("[]", "it holds no progress"),
        ({"format": "musicgan bets", "version": 1}, "it holds no progress"),
        (pack(version=2), "it is not of version 1"),
        (pack(pages=["x" * (1 << 20)]), "it is larger than a megabyte"),
    ],
    ids=range(6),
)
def test_a_file_that_is_none_is_refused_with_its_reason(content, reason, book):
    page = book()("index")
    assert f"The file was not read: {reason}" in upload(page, content)
    assert kept(page) == {} and row(page)[0] == "0 of 1"


def test_a_hostile_file_is_data_and_never_markup(book):
    go = book()
    page = go("index")
    names = [EVIL, "__proto__", "constructor", "part/lesson", 7, None, {}, "x" * 500]
    quizzes = {EVIL: True, "constructor": False, "hasOwnProperty": True, ASKED["First"].name: "yes"}
    bets = {EVIL: {"guess": 1}, "far": {"question": EVIL, "guess": EVIL}, "constructor": 1}
    content = json.dumps(pack(pages=names, exercises=names, quizzes=quizzes, bets=bets))
    upload(page, content.replace('"version"', '"__proto__": {"polluted": 1}, "version"'))
    assert kept(page) == {
        "format": "musicgan progress",
        "version": 1,
        "pages": ["constructor", "part/lesson"],
        "exercises": ["constructor", "part/lesson"],
        "quizzes": {"constructor": False},
    }
    assert row(page) == ["1 of 1", "0 of 1", "0 of 2", "0 of 1"]
    assert page.evaluate("({}).polluted") is None and page.locator("img").count() == 0
    page = go("part/lesson")
    assert page.locator("img").count() == 0
    assert page.get_attribute("#bet-far", "data-state") == "asked"  # what was no bet is none


@pytest.mark.parametrize(
    "stored", ["{", "7", "[]", '"x"', '{"version": 9, "pages": ["part/lesson"]}']
)
def test_what_stands_in_the_store_may_be_anything(stored, book):
    page = book(f"localStorage.setItem('musicgan-progress', {json.dumps(stored)})")("index")
    assert row(page)[0] == "0 of 1" and page.is_visible("table")


def test_what_another_edition_kept_is_not_counted_told_and_never_lost(book):
    theirs = json.dumps({"format": "musicgan progress", "version": 9, "pages": ["part/lesson"]})
    put = f"localStorage.getItem('musicgan-progress') ?? localStorage.setItem('musicgan-progress', {theirs!r})"
    go = book(put)
    page = go("index")
    assert row(page)[0] == "0 of 1" and "cannot read" in page.inner_text("[data-role=said]")
    page = go("part/lesson")
    page.click("text=right >> nth=0")
    assert page.evaluate("localStorage.getItem('musicgan-progress-other')") == theirs
    assert page.evaluate("JSON.parse(localStorage.getItem('musicgan-progress')).version") == 1
    page = go("index")
    assert "cannot read" in page.inner_text("[data-role=said]")


@pytest.mark.parametrize("theirs", ["{", '{"version": 1, "pages": ["part/l', "7", '{"version": 8}'])
def test_what_nobody_can_read_is_told_and_moved_aside_beside_what_was_before(book, theirs):
    put = f"""if (localStorage.getItem('musicgan-progress-other') === null) {{
      localStorage.setItem('musicgan-progress-other', '{{"version": 9}}');
      localStorage.setItem('musicgan-progress', {theirs!r});}}"""
    go = book(put)
    page = go("index")
    assert row(page)[0] == "0 of 1" and "cannot read" in page.inner_text("[data-role=said]")
    page = go("part/lesson")
    page.click("text=right >> nth=0")
    aside = "Object.entries(localStorage).filter(([k]) => k.includes('-other')).sort().map(([, text]) => text)"
    assert page.evaluate(aside) == ['{"version": 9}', theirs]
    assert page.evaluate("JSON.parse(localStorage.getItem('musicgan-progress')).version") == 1


@pytest.mark.parametrize(
    "script",
    [
        REFUSED,
        "Storage.prototype.setItem = () => {throw new DOMException('full', 'QuotaExceededError')};",
    ],
    ids=["refused", "full"],
)
def test_without_a_store_all_works_until_the_page_is_left(script, book):
    go = book(script)
    page = go("index")
    upload(page, pack(pages=["part/lesson"]))
    assert row(page)[0] == "1 of 1"
    assert "This browser keeps nothing for this page" in page.inner_text("[data-role=said]")
    page = go("part/lesson")
    page.click("text=right >> nth=0")
    assert told(page, "First") == "You chose the right option first."
    page.click("text=wrong >> nth=0")
    assert told(page, "First") == "You chose the right option first."
    tick = page.get_by_label("I passed mine-1 in a notebook")
    tick.check()
    assert tick.is_checked()


def test_everything_is_forgotten_after_asking_twice(book):
    go = book()
    page = go("index")
    bets = {
        "far": {
            "question": "",
            "unit": "",
            "low": 0,
            "high": 1,
            "truth": 0.3,
            "guess": 0.5,
            "digits": 2,
        }
    }
    upload(page, pack(pages=["part/lesson"], exercises=["mine-1"], bets=bets))
    assert row(page) == ["1 of 1", "1 of 1", "0 of 2", "1 of 1"]
    page.click("[data-action=forget]")
    assert row(page)[0] == "1 of 1" and "Press again" in page.inner_text("[data-action=forget]")
    page.click("[data-action=forget]")
    assert row(page) == ["0 of 1", "0 of 1", "0 of 2", "0 of 1"]
    assert page.evaluate("localStorage.length") == 0 and page.is_disabled("[data-action=forget]")
    assert "Everything is forgotten" in page.inner_text("[data-role=said]")
