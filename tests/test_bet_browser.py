"""Bets in a real browser, from a file, without a network:
by mouse, by keys, kept, exported, and nothing told too early.
"""

import json
import re

import pytest

from musicgan_lib.teaching import bet, show_calibration

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

EVIL = "<img src=x onerror=window.hacked=1>\"'"
RUNS = {"results": {"ours": [0.25, 0.5, 0.3]}, "control": {"dice": [0.75, 0.8]}}
LISTED = show_calibration(
    {"first": ("page", "the first"), "second": ("page", "the second")}, base=""
)


def first(**changed):
    return bet("How far do ours go?", "nats", 0, 1, **(RUNS | {"slug": "first"} | changed))


def lay(*outputs) -> str:
    """Outputs as the book's pages have them: each in a cell of a section, prose and a smaller section after it."""
    cells = [
        f"<section id=part-{k}><h2>Part {k}</h2><div class='cell docutils'><div class=cell_output><div class=text_html>"
        f"{output._repr_html_()}</div></div></div><p class=prose>What was found: 0.35.</p>"
        f"<section id=below-{k}><h3>More</h3><div class=cell>A figure.</div></section></section>"
        for k, output in enumerate(outputs)
    ]
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Bets</title>"
        "<meta name=viewport content='width=device-width'></head><body><main><h1>Bets</h1>"
        f"{''.join(cells)}<h2>After</h2><p id=after>Seen by all.</p></main></body></html>"
    )


@pytest.fixture
def show(browser, tmp_path):
    """Open outputs as a page of their own; at the end nothing went wrong in it, nobody was asked, no text was run."""
    wrong, contexts = [], []

    def go(*outputs, width=900, address="", script="", **options):
        path = tmp_path / "page.html"
        path.write_text(lay(*(outputs or (first(), LISTED))))
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, accept_downloads=True, **options
        )
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.on(
            "request",
            lambda r: wrong.append(r.url) if not r.url.startswith(("file:", "blob:")) else None,
        )
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(path.as_uri() + address, wait_until="load")
        return page

    yield go
    for context in contexts:
        for page in context.pages:
            assert not page.evaluate("window.hacked")
        context.close()
    assert wrong == []


def state(page) -> str:
    return page.get_attribute("#bet-first", "data-state")


def told(page) -> str:
    return page.inner_text("#bet-first [data-role=told]")


def values(page) -> list[float]:
    handles = page.locator("#bet-first [data-handle]").all()
    return [float(h.get_attribute("aria-valuenow")) for h in handles if h.is_visible()]


def kept(page) -> dict:
    return json.loads(page.evaluate("localStorage.getItem('musicgan-bets') || '{}'")).get(
        "bets", {}
    )


def at(page, share):
    box = page.locator("#bet-first [data-role=track]").bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def drag(page, start, stop):
    page.mouse.move(*at(page, start))
    page.mouse.down()
    page.mouse.move(*at(page, (start + stop) / 2))
    page.mouse.move(*at(page, stop))
    page.mouse.up()


def press(page, action):
    page.click(f"[data-action={action}]")


def hidden(page) -> list[bool]:
    """Of the answer, the prose after it, the section below it, and what stands after the section of the bet."""
    places = ("#bet-first [data-role=answer]", "#part-0 > .prose", "#below-0 > .cell", "#after")
    return [not page.locator(place).is_visible() for place in places]


def test_the_result_is_hidden_before_and_shown_after(show):
    page = show()
    assert state(page) == "asked" and hidden(page) == [True, True, True, False]
    for word in ("0.35", "0.75", "ours 0", "What was found"):
        assert word not in page.inner_text("#part-0")
    assert page.is_disabled("[data-action=reveal]") and kept(page) == {}
    drag(page, 0.5, 0.6)
    assert hidden(page) == [True, True, True, False]  # a marker that was placed reveals nothing
    press(page, "reveal")
    assert state(page) == "open" and hidden(page) == [False] * 4
    assert "You said 0.60, and 0.35 came out: 0.25 too high, 25 % of the scale." in told(page)
    assert "interval" not in told(page)
    assert kept(page)["first"] == {
        "question": "How far do ours go?", "unit": "nats", "skipped": False, "low": 0, "high": 1, "digits": 2,
        "truth": pytest.approx(0.35), "guess": 0.6, "from": None, "to": None,
    }  # fmt: skip


def test_a_marker_is_dragged_by_mouse_and_an_interval_around_it(show):
    page = show()
    drag(page, 0.5, 0.4)
    assert values(page) == [0.4]
    press(page, "widen")
    assert values(page) == [0.3, 0.4, 0.5]
    drag(page, 0.5, 0.7)  # the upper end
    drag(page, 0.3, 0.2)  # the lower one
    assert values(page) == [0.2, 0.4, 0.7]
    drag(page, 0.4, 0.75)  # the marker takes the end with it
    assert values(page) == [0.2, 0.75, 0.75]
    drag(page, 0.2, 0.9)  # an end does not pass the marker
    assert values(page) == [0.75, 0.75, 0.75]
    drag(page, 0.75, 0.1)  # they lie on each other: the lower end can go down
    drag(page, 0.75, 1.5)  # and the upper one up, not beyond the scale
    assert values(page) == [0.1, 0.75, 1]
    press(page, "reveal")
    assert "Your interval holds it." in told(page)
    drag(page, 0.75, 0.3)  # a bet that was made stays
    assert kept(page)["first"]["guess"] == 0.75 and "You said 0.75" in told(page)


def test_a_click_on_the_scale_places_the_marker(show):
    page = show()
    page.mouse.click(*at(page, 0.13))
    assert values(page) == [0.13]


def test_it_works_by_keys_alone(show):
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.handle") == "guess"
    page.keyboard.press("ArrowRight")
    assert values(page) == [0.51]
    for key in ("ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowDown", "PageDown"):
        page.keyboard.press(key)
    assert values(page) == [0.39]
    page.keyboard.press("Home")
    assert values(page) == [0]
    page.keyboard.press("ArrowLeft")
    assert values(page) == [0]
    page.keyboard.press("PageUp")
    page.focus("[data-action=widen]")
    page.keyboard.press("Enter")
    assert values(page) == [0, 0.1, 0.2]
    page.focus("[data-handle=to]")
    page.keyboard.press("End")
    assert values(page) == [0, 0.1, 1]
    page.focus("[data-action=reveal]")
    page.keyboard.press("Space")
    assert state(page) == "open" and "0.25 too low" in told(page) and "holds it" in told(page)
    assert page.evaluate("document.activeElement.dataset.role") == "told"  # what is read out next


@pytest.mark.parametrize(
    "start, said",
    [(0.35, "You said 0.35, and exactly that came out."), (0.36, "0.01 too high, 1 % of")],
)
def test_it_says_how_far_the_bet_was(show, start, said):
    page = show()
    page.mouse.click(*at(page, start))
    press(page, "widen")
    drag(page, start + 0.1, start)
    drag(page, start - 0.1, start - 0.02)
    press(page, "reveal")
    assert said in told(page) and "Your interval holds it." in told(page)


@pytest.mark.parametrize("share, word", [(0.8, "misses"), (0.1, "misses"), (0.4, "holds")])
def test_it_says_whether_the_interval_holds(show, share, word):
    page = show()
    page.mouse.click(*at(page, share))
    press(page, "widen")
    press(page, "reveal")
    assert f"Your interval {word} it." in told(page)


def test_a_bet_is_still_there_after_a_reload_and_can_be_forgotten(show):
    page = show()
    page.mouse.click(*at(page, 0.2))
    press(page, "widen")
    press(page, "reveal")
    before = kept(page)
    page.reload()
    assert state(page) == "open" and hidden(page) == [False] * 4 and "You said 0.20" in told(page)
    assert values(page) == [0.1, 0.2, 0.3] and kept(page) == before
    press(page, "forget")
    assert state(page) == "asked" and hidden(page) == [True, True, True, False] and kept(page) == {}
    page.reload()
    assert state(page) == "asked" and page.is_disabled("[data-action=reveal]")


def test_whoever_does_not_bet_is_shown_it_and_is_not_counted(show):
    page = show()
    press(page, "skip")
    assert hidden(page) == [False] * 4 and told(page) == "Shown without a bet."
    page.reload()
    assert state(page) == "skipped" and hidden(page) == [False] * 4
    assert "You have made no bet yet" in page.inner_text(
        "#bets"
    ) and "shown without a bet" in page.inner_text("#bets")
    press(page, "forget")
    assert state(page) == "asked" and hidden(page)[:3] == [True] * 3


def test_a_link_to_what_is_hidden_shows_it_and_keeps_no_bet(show):
    page = show(address="#below-0")
    assert state(page) == "skipped" and hidden(page) == [False] * 4 and kept(page) == {}
    for address in ("#bet-first", "#part-0", "#after", "#part-1", "#none", "#%"):
        other = show(address=address) if address != "#%" else show()
        assert state(other) == "asked", address
    other.evaluate("location.hash = 'below-0'")
    other.wait_for_function("document.getElementById('bet-first').dataset.state == 'skipped'")


def test_without_scripts_and_on_paper_everything_is_shown(show):
    page = show(java_script_enabled=False)
    assert hidden(page) == [False] * 4 and "0.35" in page.inner_text("#bet-first")
    page = show()
    assert hidden(page)[:3] == [True] * 3
    page.emulate_media(media="print")
    assert hidden(page) == [False] * 4 and not page.is_visible("[data-action=reveal]")


def test_a_browser_that_keeps_nothing_still_plays(show):
    page = show(
        script="Object.defineProperty(window, 'localStorage', {get() {throw new Error('no')}})"
    )
    page.mouse.click(*at(page, 0.5))
    press(page, "reveal")
    assert state(page) == "open" and "This browser keeps nothing" in told(page)


def make_bets(page):
    """Two bets: one whose interval holds, one whose interval misses."""
    for slug, share in (("first", 0.4), ("second", 0.9)):
        box = page.locator(f"#bet-{slug} [data-role=track]").bounding_box()
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.click(f"#bet-{slug} [data-action=widen]")
        page.click(f"#bet-{slug} [data-action=reveal]")


def test_the_calibration_counts_what_held(show):
    page = show(first(), first(slug="second"), LISTED)
    make_bets(page)
    text = page.inner_text("#bets")  # at once, and after a reload
    page.reload()
    assert page.inner_text("#bets") == text
    assert "You made 2 bets. Your numbers were 30 % of the scale away" in text  # .05 and .55
    assert "1 of your 2 intervals held the truth (50 %), where 80 % should." in text
    assert "gets so few, or fewer, in 36 % of tries" in text  # 1 - .8 ** 2
    lines = page.locator("#bets li").all_inner_texts()
    assert "you said 0.40 (0.30 to 0.50), 0.35 came out; the interval held" in lines[0]
    assert "the interval missed" in lines[1]
    assert [e.get_attribute("data-held") for e in page.query_selector_all("#bets .mg-bet-own")] == [
        "yes",
        "no",
    ]
    assert page.get_attribute("#bets li a", "href") == "page.html#bet-first"


def test_bets_are_exported_forgotten_and_read_again(show, tmp_path):
    page = show(first(), first(slug="second"), LISTED)
    make_bets(page)
    page.reload()
    before = kept(page)
    with page.expect_download() as download:
        press(page, "export")
    path = tmp_path / "bets.json"
    download.value.save_as(path)
    assert json.loads(path.read_text())["bets"] == before and len(before) == 2
    press(page, "clear")
    assert kept(page) == before  # asked again first
    press(page, "clear")
    assert kept(page) == {} and "no bet yet" in page.inner_text("#bets")
    page.set_input_files("[data-action=import]", path)
    page.wait_for_function(
        "document.querySelector('#bets [data-role=said]').textContent.includes('2 bets came')"
    )
    assert kept(page) == before and "1 of your 2 intervals" in page.inner_text("#bets")
    changed = json.loads(path.read_text())
    changed["bets"]["first"]["guess"] = 0.45
    path.write_text(json.dumps(changed))
    page.set_input_files("[data-action=import]", path)
    page.wait_for_function(
        "document.querySelector('#bets [data-role=said]').textContent.includes('0 bets came')"
    )
    assert kept(page) == before  # what is here stays


GOOD = {
    "question": "q",
    "unit": "u",
    "low": 0,
    "high": 1,
    "truth": 0.5,
    "digits": 2,
    "guess": 0.5,
    "from": 0.25,
    "to": 0.75,
}


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("{", "it is not JSON"),
        ("null", "it holds no bets of this book"),
        ("[]", "it holds no bets of this book"),
        ('{"format": "musicgan bets", "version": 2, "bets": {}}', "it holds no bets of this book"),
        ('{"format": "musicgan bets", "version": 1, "bets": 3}', "none of its bets can be read"),
        (" " * (2**20 + 1), "it is larger than a megabyte"),
    ],
)
def test_a_file_that_holds_no_bets_is_refused_with_a_sentence(show, tmp_path, text, sentence):
    page = show()
    path = tmp_path / "other.json"
    path.write_text(text)
    page.set_input_files("[data-action=import]", path)
    page.wait_for_function(
        f"document.querySelector('#bets [data-role=said]').textContent.includes('{sentence}')"
    )
    assert kept(page) == {}


def test_of_a_file_only_what_is_a_bet_is_taken(show, tmp_path):
    page = show()
    wrong = [
        {"guess": 2}, {"guess": "0.5"}, {"truth": None}, {"low": 1}, {"from": 0.6}, {"to": None}, {"from": -1},
        {"digits": 30},
    ]  # fmt: skip
    bets = {f"w-{k}": GOOD | change for k, change in enumerate(wrong)}
    bets |= {
        "Not a slug": GOOD,
        "<img>": GOOD,
        "n": None,
        "s": "text",
        "evil": GOOD | {"question": EVIL, "unit": EVIL, "more": 1},
    }
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"format": "musicgan bets", "version": 1, "bets": bets}))
    page.set_input_files("[data-action=import]", path)
    page.wait_for_function(
        "document.querySelector('#bets [data-role=said]').textContent.includes('1 bet came')"
    )
    assert set(kept(page)) == {"evil"} and "more" not in kept(page)["evil"]
    item = page.locator("#bets li[data-own]")
    assert EVIL in item.inner_text() and item.locator("img").count() == 0


def test_what_is_kept_by_somebody_else_breaks_nothing(show):
    for text in (
        "{",
        "[1]",
        '{"bets": 1}',
        json.dumps({"format": "musicgan bets", "version": 1, "bets": {"first": {"guess": 1}}}),
    ):
        page = show(script=f"localStorage.setItem('musicgan-bets', {json.dumps(text)})")
        assert state(page) == "asked" and "no bet yet" in page.inner_text("#bets")


@pytest.mark.parametrize("version", [1, 9])
def test_bets_of_another_edition_are_told_and_never_lost(show, version):
    """Of a version that this page does not read, or with a bet that it does not understand."""
    theirs = json.dumps(
        {
            "format": "musicgan bets",
            "version": version,
            "bets": {"later": {"guess": [1, 2]} if version == 1 else {"skipped": True}},
        }
    )
    put = f"localStorage.getItem('musicgan-bets') ?? localStorage.setItem('musicgan-bets', {theirs!r})"
    page = show(script=put)
    assert state(page) == "asked" and "cannot read" in page.inner_text("#bets [data-role=said]")
    drag(page, 0.5, 0.6)
    press(page, "reveal")
    assert page.evaluate("localStorage.getItem('musicgan-bets-other')") == theirs
    assert set(kept(page)) == {"first"}
    press(page, "clear")
    press(page, "clear")
    assert page.evaluate("localStorage.getItem('musicgan-bets-other')") is None


@pytest.mark.parametrize("theirs", ["{", '{"bets": {"a": 1, "b', '{"format": 3, "bets": {"a": 2}}'])
def test_bets_that_nobody_can_read_are_moved_aside_beside_what_was_before(show, theirs):
    put = f"""if (localStorage.getItem('musicgan-bets-other') === null) {{
      localStorage.setItem('musicgan-bets-other', 'before');
      localStorage.setItem('musicgan-bets', {theirs!r});}}"""
    page = show(script=put)
    drag(page, 0.5, 0.6)
    press(page, "reveal")
    aside = "Object.entries(localStorage).filter(([k]) => k.includes('-other')).sort().map(([, text]) => text)"
    assert page.evaluate(aside) == ["before", theirs]
    assert set(kept(page)) == {"first"}
    press(page, "clear")
    press(page, "clear")
    assert page.evaluate(aside) == []


def test_hostile_words_stay_words(show):
    evil = bet(EVIL, EVIL, 0, 1, slug="first", results={EVIL: [0.5]}, control={EVIL + "2": [0.25]})
    page = show(evil, show_calibration({"second": ("page", EVIL)}, base=""))
    page.mouse.click(*at(page, 0.5))
    press(page, "reveal")
    page.reload()
    assert page.inner_text("#bet-first").count(EVIL) > 4
    assert page.inner_text("#bets").count(EVIL) == 2  # what the list says, and what was kept
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(show, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = show(first(), first(slug="second"), LISTED, color_scheme=theme)
    page.add_style_tag(
        content=f"body {{background: {'#121212' if theme == 'dark' else '#fff'}; color: #888}}"
    )
    for _ in range(2):  # asked, then open
        result = axe.Axe().run(page, context=".mg-bet").response
        serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
        if state(page) == "asked":
            make_bets(page)
            page.reload()


def test_a_phone_needs_no_sideways_scroll(show):
    page = show(first(), LISTED, width=340)
    page.mouse.click(*at(page, 0.4))
    press(page, "widen")
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= 340
        handle = page.locator("[data-handle=guess]").bounding_box()
        assert state(page) == "open" or min(handle["width"], handle["height"]) >= 24
        if state(page) == "asked":
            press(page, "reveal")
    assert re.search(r"0\.40 \(0\.30 to 0\.50\)", page.inner_text("#bet-first"))
