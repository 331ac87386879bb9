"""The table of runs: every record is in it, asked by mouse and by keyboard;
what a reader adds is checked, never markup.
"""

import json
import re

import numpy as np
import pytest

from musicgan_lib.experiments import claims, editions
from musicgan_lib.lab import landscape, leaderboard
from musicgan_lib.notes import Piece

ROWS = claims.read_all_records()
SONG = Piece([(0, 1, 60), (1, 1, 64), (2, 1, 67), (3, 1, 72)], source="generated")
HOSTILE = '</script><img src=x onerror="boom()">'
pytestmark = pytest.mark.filterwarnings("default")


def of(**wanted) -> list[int]:
    return [i for i, row in enumerate(ROWS) if all(row[k] == v for k, v in wanted.items())]


MERL = of(system="bjare2020", variant="merl", corpus="chorales", profile="cpu")
MINE = ROWS[MERL[0]] | {"variant": HOSTILE, "seed": 7, "metrics": {"entropy": 0.125}}


def test_a_number_is_short_and_a_whole_one_whole():
    cases = {
        0.1234567: 0.1235,
        2.0: 2,
        123456: 123456,
        -0.0001234567: -0.0001235,
        1234567: 1235000.0,
    }
    for number, wanted in cases.items():
        assert leaderboard.shorten(number) == wanted


def test_what_is_known_against_a_row_is_said():
    marked = {mark for row in ROWS for mark in leaderboard.list_marks(row)}
    assert {editions.OLDER, editions.UNCOMMITTED, leaderboard.RETOUCHED} <= marked
    assert any(mark.startswith("controls nothing") for mark in marked)
    unkept = [row for row in ROWS if editions.UNCOMMITTED in leaderboard.list_marks(row)]
    assert unkept == [row for row in ROWS if row["dirty"]]
    older = next(row for row in ROWS if editions.is_older(row))
    assert editions.OLDER in leaderboard.list_marks(older)
    clean = next(row for row in ROWS if row["dirty"] is False and row["corpus"] == "chorales")
    assert leaderboard.list_marks(clean) == []


@pytest.mark.parametrize(
    "content, words",
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "no list of rows"),
        ("[]", "no list of rows"),
        ("[1]", "no list of rows"),
        ('[{"system": 3}]', "no record: field 'system' is 3"),
        (json.dumps([MINE | {"colour": "<b>"}]), "has no field 'colour'"),
        (json.dumps([MINE | {"metrics": {"entropy": float("nan")}}]), "no number to rank by"),
        (json.dumps([MINE | {"metrics": {"entropy": 10**400}}]), "no number to rank by"),
        (json.dumps([MINE | {"wall_s": 10**400}]), "seconds of the work, above 0"),
        (json.dumps([MINE | {"metrics": {"extra_cpu_s": 10**400}}]), "it misses the work"),
        ('[{"seed": ' + "9" * 5000 + "}]", "mine.json is not JSON"),
    ],
)
def test_a_file_that_holds_no_rows_is_refused_with_a_sentence(tmp_path, content, words):
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(ValueError, match=re.escape(words)):
        leaderboard.read_mine(path)


def test_a_file_of_rows_is_read_and_no_file_is_none(tmp_path):
    assert leaderboard.read_mine("") == []
    with pytest.raises(ValueError, match="nowhere.json' is no file"):
        leaderboard.read_mine(tmp_path / "nowhere.json")
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([MINE]))
    assert leaderboard.read_mine(path) == [MINE]


def test_a_metric_and_a_corpus_that_no_row_has_are_refused():
    with pytest.raises(ValueError, match="no row has the metric 'beauty'"):
        leaderboard.draw_leaderboard(ROWS, metric="beauty")
    with pytest.raises(ValueError, match="no row has the corpus 'beatles'"):
        leaderboard.draw_leaderboard(ROWS, corpus="beatles")


def test_numbers_are_spelled_to_the_last_digit():
    asked = [0, -1.5, 123456, -999999, 1e299, -2.289e-300, 0.1]
    told = leaderboard.spell_numbers(asked)
    for i, number in enumerate(asked):
        own = told[i :: len(asked)]
        digits, power = int.from_bytes(own[:4], "big"), int.from_bytes(own[4:], "big")
        assert float(f"{digits - 2**31}e{power - 2**15}") == number


def test_music_that_a_page_may_not_play_is_not_in_it(monkeypatch):
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    kept = SONG.replace(source="classical", publishable=False)
    with pytest.raises(ValueError, match="forbids passing the music on"):
        leaderboard.draw_leaderboard(ROWS, music={0: kept})


@pytest.fixture
def page(browser, tmp_path):
    """The table of all records and one row of a reader's, on a phone, from a file; nothing may go wrong in it."""
    wrong = []
    drawn = leaderboard.draw_leaderboard(
        ROWS, mine=[MINE], music={MERL[0]: SONG}, corpus="chorales", base="../"
    )
    assert (drawn.runs, drawn.heard) == (len(ROWS) + 1, 1)
    html = drawn._repr_html_()
    assert len(html) < 170_000  # the page around it takes its own share of 300 kB
    path = tmp_path / "board.html"
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>Runs</title>"
    head += "<meta name=viewport content='width=device-width'>"
    path.write_text(f"{head}<body><main><h1>Runs</h1>{html}</main></body></html>")
    context = browser.new_context(viewport={"width": 390, "height": 900}, offline=True)
    opened = context.new_page()
    opened.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: wrong.append(str(e)))
    opened.goto(path.as_uri(), wait_until="load")
    opened.wait_for_selector("[data-musicgan-board][data-ready]")
    yield opened
    assert not wrong
    context.close()


def left(page) -> int:
    return int(page.locator("[data-musicgan-board]").get_attribute("data-left"))


def choose(page, name, value):
    page.locator(f"[data-filter={name}]").select_option(value)


def numbers(page) -> list[str]:
    return page.locator("tbody tr[data-place]:not([data-mine]) > td:last-child").all_inner_texts()


@pytest.mark.browser
def test_filters_leave_what_fits(page):
    mine = 1
    assert left(page) == len(of(corpus="chorales")) + mine
    choose(page, "corpus", "")
    assert left(page) == len(ROWS) + mine
    for name, value in (
        ("corpus", "nottingham"), ("system", "SeqGAN with maximum entropy"), ("variant", "merl"), ("profile", "cpu"),
    ):  # fmt: skip
        choose(page, name, value)
    found = of(corpus="nottingham", system="bjare2020", variant="merl", profile="cpu")
    assert left(page) == len(found) > 0
    choose(page, "control", leaderboard.ITSELF)
    assert left(page) == len([i for i in found if ROWS[i]["control"] is None])
    state = landscape.explain_states()["bjare2020"][0]
    choose(page, "state", state)
    assert left(page) == len([i for i in found if ROWS[i]["control"] is None])
    assert (
        f"{left(page)} of {len(ROWS) + mine:,} runs" in page.locator("[role=status]").inner_text()
    )
    assert page.locator("[data-filter=state] option").all_inner_texts()[1:] == [
        f"{state} ({left(page)})"
    ]


@pytest.mark.browser
def test_words_and_music_are_asked_for(page):
    page.locator("[data-filter=words]").fill("maximum DENSE")
    wanted = [i for i in of(system="bjare2020", corpus="chorales") if "dense" in ROWS[i]["variant"]]
    assert left(page) == len(wanted) > 0
    page.locator("[data-filter=words]").fill("")
    page.locator("[data-filter=heard]").check()
    assert left(page) == 1


@pytest.mark.browser
def test_each_order_puts_the_rows_so(page):
    choose(page, "metric", "nll_test")
    values = [float(v) for v in numbers(page) if v != "–"]
    wanted = sorted(ROWS[i]["metrics"]["nll_test"] for i in of(corpus="chorales")
                    if "nll_test" in ROWS[i]["metrics"])  # fmt: skip
    assert values == [leaderboard.shorten(v) for v in wanted[: len(values)]]
    page.locator("[data-action=turn]").click()
    assert float(numbers(page)[0]) == leaderboard.shorten(wanted[-1])
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("nll_test")
    for name in ("variant", "control", "profile", "state", "corpus", "system", "seed"):
        choose(page, "order", name)
        assert page.locator("tbody tr").first.get_attribute("data-mine") == "1"
    choose(page, "order", "seed")
    assert "seed 0" in page.locator("tbody tr").nth(1).inner_text()
    page.locator("[data-action=turn]").click()
    assert "seed 0" not in page.locator("tbody tr").nth(1).inner_text()


@pytest.mark.browser
def test_what_lacks_the_number_comes_last_either_way(page):
    choose(page, "metric", "bleu")
    for _ in range(2):
        assert "–" not in numbers(page)
        page.locator("[data-action=turn]").click()
    while page.locator("[data-action=more]").is_visible():
        page.locator("[data-action=more]").click()
    shown = numbers(page)
    have = sum("bleu" in ROWS[i]["metrics"] for i in of(corpus="chorales"))
    assert "–" not in shown[:have] and set(shown[have:]) == {"–"}
    assert len(shown) + 1 == left(page)


@pytest.mark.browser
def test_a_row_opens_by_keyboard_and_tells_the_rest(page):
    choose(page, "system", "SeqGAN with maximum entropy")
    choose(page, "variant", "merl")
    choose(page, "profile", "cpu")
    button = page.locator("tbody [data-action=open]").nth(1)
    button.focus()
    page.keyboard.press("Enter")
    opened = page.locator("tr.mg-detail")
    assert "musicgan train bjare2020 --variant merl" in opened.inner_text()
    assert opened.locator("a").get_attribute("href") == "../papers/seqgan_three_generators.html"
    assert button.get_attribute("aria-expanded") == "true"
    assert button.get_attribute("aria-controls") == opened.get_attribute("id")
    page.keyboard.press("Space")
    assert page.locator("tr.mg-detail").count() == 0


@pytest.mark.browser
def test_headings_sort_by_keyboard_and_more_rows_come_on(page):
    page.locator("th[data-order=system] button").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").get_attribute("data-order") == "system"
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=descending]").get_attribute("data-order") == "system"
    before = page.locator("tbody tr").count()
    page.locator("[data-action=more]").focus()
    page.keyboard.press("Enter")
    assert page.locator("tbody tr").count() == 2 * before
    line = page.evaluate(
        "[...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr'))"
    )
    assert line == before  # the first of those that came


@pytest.mark.browser
def test_a_run_plays_in_its_place(page):
    page.locator("[data-filter=heard]").check()
    page.locator(".mg-play").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "Number(document.querySelector('.mg-detail [data-musicgan-player]')?.dataset.time) > 0.15",
        timeout=10_000,
    )
    notes = "document.querySelector('.mg-detail [data-musicgan-player]').getAttribute('data-music')"
    assert json.loads(page.evaluate(notes))["p"][0]["l"] == ""


def test_without_a_script_a_readers_names_are_text_too():
    row = MINE | {"system": HOSTILE, "command": MINE["command"]}
    html = leaderboard.draw_leaderboard([], mine=[row])._repr_html_()
    assert "&lt;img" in html and "<img" not in html


def test_half_a_pair_of_characters_is_shown_as_unknown():
    board = leaderboard.draw_leaderboard([], mine=[MINE | {"variant": "a\ud800b"}])
    board._repr_html_().encode()


@pytest.mark.browser
def test_a_readers_row_stands_first_and_is_no_markup(page):
    first = page.locator("tbody tr").first
    assert first.get_attribute("data-mine") == "1" and "yours" in first.inner_text()
    assert HOSTILE in first.inner_text() and page.locator("img").count() == 0
    first.locator("[data-action=open]").click()
    assert page.locator("img").count() == 0


@pytest.mark.browser
def test_rows_carry_their_marks(page):
    choose(page, "corpus", "nottingham")
    marked = page.locator(".mg-mark").all_inner_texts()
    assert any(editions.OLDER in mark for mark in marked)


@pytest.mark.browser
def test_a_phone_shows_it_whole(page):
    page.locator("tbody [data-action=open]").nth(2).click()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    cut = page.evaluate(
        "[...document.querySelectorAll('.mg-board *')]"
        ".filter(e => e.getBoundingClientRect().right > innerWidth + 1).length"
    )
    assert cut == 0


@pytest.mark.browser
def test_without_scripts_the_runs_are_counted(browser, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(leaderboard.draw_leaderboard(ROWS)._repr_html_())
    context = browser.new_context(java_script_enabled=False, offline=True)
    plain = context.new_page()
    plain.goto(path.as_uri())
    text = plain.inner_text("body")
    assert f"{len(ROWS):,} runs" in text and f"bjare2020 {len(of(system='bjare2020'))}" in text
    context.close()


@pytest.mark.browser
def test_axe_finds_nothing_serious(page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.locator("tbody [data-action=open]").nth(1).click()
    result = axe.Axe().run(page, context=".mg-board").response
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []


def test_ten_thousand_runs_fit_into_a_page():
    """Copies of the recorded runs with other seeds and other numbers, so that they pack no better than true ones."""
    rng, rows = np.random.default_rng(0), []
    while len(rows) < 10_000:
        row = ROWS[len(rows) % len(ROWS)]
        metrics = {k: float(v * rng.uniform(0.9, 1.1)) for k, v in row["metrics"].items()}
        rows.append(row | {"seed": len(rows), "metrics": metrics})
    drawn = leaderboard.draw_leaderboard(rows)
    assert drawn.runs == 10_000 and len(drawn._repr_html_()) < 1_400_000
