"""The study in a browser: blind until the end, by mouse and by keyboard,
kept or not, exported, pooled, never markup.
"""

import json
from collections import Counter

import numpy as np
import pytest

from musicgan_lib.lab import listening_pool, listening_study, recorded_music
from musicgan_lib.lab.listening_pool import Heard
from musicgan_lib.lab.listening_study import Clip
from musicgan_lib.listening.synth import LOUDNESS, measure_loudness, render
from musicgan_lib.notes import Piece

HOSTILE = "</script><img src=x onerror=boom()>"
pytestmark = pytest.mark.filterwarnings("default")


def tune(start, length=8) -> Piece:
    return Piece([(t, 1, start + t % 5) for t in range(length)], title="Zelter", source="generated")


def make_clips() -> list[Clip]:
    clips = []
    for kind, base in (("words", 50), ("rolls", 70)):
        for i in range(4):
            piece = tune(base + i, 9 + i).replace(source="chorales")
            clips.append(Clip(Heard("real", "real", kind, i), "by Grelber", piece))
        for system, variant in (("quux", "one"), ("quux", "two"), ("other", "one")):
            for i in range(2):
                name = f"{system} {HOSTILE}"
                clips.append(Clip(Heard(system, variant, kind, i), name, tune(base + 7 + i)))
    return clips


CLIPS = make_clips()


def test_a_kind_needs_real_music_and_something_else():
    for some in ([c for c in CLIPS if c.heard.system != "real"], CLIPS[:4], []):
        with pytest.raises(ValueError, match="needs real music and another system"):
            listening_study.draw_study(some)


def test_music_that_a_page_may_not_play_is_refused(monkeypatch):
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    kept = [Clip(c.heard, c.name, c.piece.replace(publishable=False)) for c in CLIPS[:1]]
    with pytest.raises(ValueError, match="forbids passing the music on"):
        listening_study.draw_study([*kept, *CLIPS[1:]])


def test_clips_of_a_kind_are_equally_long_and_equally_loud():
    longer = [Clip(CLIPS[0].heard, "real music", tune(50, 99)), *CLIPS[1:]]
    levelled = listening_study._level(longer)
    assert [c.heard for c in levelled] == [c.heard for c in longer]
    for kind in ("words", "rolls"):
        own = [c.piece for c in levelled if c.heard.kind == kind]
        lengths = {float(p.seconds(p.length)) for p in own}
        assert max(lengths) - min(lengths) < 1e-9 and max(lengths) <= listening_study.LONGEST
        assert {p.title for p in own} == {""}
    sound = render(levelled[0].piece, 22050)
    assert measure_loudness(sound, 22050) == pytest.approx(LOUDNESS, abs=0.1)


def test_the_page_says_nowhere_what_is_whose():
    html = listening_study.draw_study(CLIPS)._repr_html_()
    for word in ("quux", "Grelber", "Zelter", "onerror"):
        assert word not in html
    spans = html.count("data-source=")
    assert spans == 2  # the licences of all together, not clip by clip


def test_shuffled_music_has_the_same_notes_in_another_order():
    real = [tune(60, 20), tune(62, 20), tune(64, 20)]
    clips = listening_study.frame_real("words", real, np.random.default_rng(0), 2)
    assert Counter(c.heard.system for c in clips) == {"real": 3, "shuffled": 2}
    for clip, piece in zip(clips[3:], real[1:]):
        assert np.array_equal(np.sort(clip.piece.notes["pitch"]), np.sort(piece.notes["pitch"]))
        assert np.array_equal(clip.piece.notes["onset"], piece.notes["onset"])
        assert not np.array_equal(clip.piece.notes["pitch"], piece.notes["pitch"])


def test_clips_are_gathered_from_every_run_that_may_be_heard(monkeypatch):
    rows = [
        {"system": "s", "variant": "v", "profile": "cpu", "seed": 1},
        {"system": "s", "variant": "w", "profile": "cpu", "seed": 1},
        {"system": "s", "variant": "x", "profile": "smoke", "seed": 1},
        {"system": "t", "variant": "v", "profile": "cpu", "seed": 1},
    ]
    monkeypatch.setattr(recorded_music, "find_music", lambda row: row["system"] == "s")
    monkeypatch.setattr(recorded_music, "draw_music", lambda row, n: [tune(60)] * n)
    monkeypatch.setattr(recorded_music, "draw_real", lambda row, n: [tune(70)] * n)
    clips = listening_study.gather_clips(rows, {"s": "The S"}, np.random.default_rng(0), 3, 5)
    found = Counter((c.heard.system, c.heard.variant) for c in clips)
    assert found == {("s", "v"): 3, ("s", "w"): 3, ("real", "real"): 5, ("shuffled", "shuffled"): 3}
    assert {c.name for c in clips} == {"The S", "real music", "real music, shuffled"}


@pytest.fixture
def visit(browser, tmp_path):
    """Open the study from a file; at the end nothing may have gone wrong."""
    wrong, contexts = [], []
    path = tmp_path / "study.html"

    def go(page=None, *, setup="", clips=CLIPS, sizes=(2, 12), **options):
        if page is None:
            html = listening_study.draw_study(clips, sizes=sizes, seed=5)._repr_html_()
            head = "<!doctype html><html lang=en><meta charset=utf-8><title>Study</title>"
            head += "<meta name=viewport content='width=device-width'>"
            path.write_text(
                f"{head}<body><main><h1>Study</h1><h2>Listen</h2>{html}</main></body></html>"
            )
            options = {"viewport": {"width": 390, "height": 900}} | options
            context = browser.new_context(offline=True, accept_downloads=True, **options)
            contexts.append(context)
            if setup:
                context.add_init_script(setup)
            page = context.new_page()
            page.on("requestfailed", lambda r: wrong.append(f"request failed: {r.url[:120]}"))
            page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
            page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_selector("[data-musicgan-study][data-ready]")
        return page

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


def hear_both(page):
    page.wait_for_selector(".mg-study [data-action=play]").click()
    for take in ("0", "1"):
        assert page.locator("fieldset[disabled]").count() == 2  # one alone is not enough
        page.locator(f"[data-take='{take}']").click()
        page.wait_for_timeout(1300)
    page.wait_for_selector("fieldset[data-question=person]:not([disabled])", timeout=15_000)


def answer(page, prefers="first", person="second"):
    page.locator(f"[name=mg-prefers][value={prefers}]").check()
    page.locator(f"[name=mg-person][value={person}]").check()
    page.locator("[data-action=answer]").click()


def finish(page, pairs=2):
    page.locator(f"[data-size='{pairs}']").click()
    for _ in range(pairs):
        hear_both(page)
        answer(page)
    page.wait_for_selector("[data-role=score]")


def text(page) -> str:
    return page.locator(".mg-study").inner_text()


@pytest.mark.browser
def test_nothing_is_told_before_the_last_answer_and_everything_after(visit):
    page = visit()
    page.locator("[data-size='2']").click()
    for number in (1, 2):
        page.wait_for_selector(".mg-study [data-action=play]")
        assert f"Pair {number} of 2" in text(page)
        shown = text(page) + page.locator(".mg-study").evaluate("e => e.innerHTML")
        assert not any(word in shown for word in ("quux", "Grelber", "Zelter"))
        assert not page.locator(".mg-study canvas").is_visible()
        assert not page.locator(".mg-study [data-action=midi]").is_visible()
        assert page.locator("fieldset[disabled]").count() == 2
        assert page.locator("[data-action=answer]").is_disabled()
        hear_both(page)
        page.locator("[name=mg-prefers][value=first]").check()
        assert page.locator("[data-action=answer]").is_disabled()  # the other question is open
        answer(page)
    page.locator("summary").click()
    told = text(page)
    assert "You liked A and took B for a person's." in told and "quux" in told
    key = page.locator("[data-musicgan-study]").evaluate("e => e.study.key")
    assert told.count("by Grelber") == 1 and len(key) == len(CLIPS)
    assert HOSTILE in told and page.locator(".mg-study img").count() == 0
    found = page.locator("[data-musicgan-study]").get_attribute("data-found")
    right, pairs = map(int, found.split("/"))
    assert pairs == 1 and f"{right} of 1: " in told  # half of two pairs hold real music


@pytest.mark.browser
def test_it_is_done_by_keyboard_alone(visit):
    page = visit()
    page.locator("[data-size='2']").focus()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.wait_for_function("document.activeElement?.dataset.action === 'play'")
        page.keyboard.press("Enter")
        for take in ("0", "1"):
            page.focus(f"[data-take='{take}']")
            page.keyboard.press("Enter")
            page.wait_for_timeout(1300)
        page.wait_for_selector("fieldset[data-question=prefers]:not([disabled])")
        page.focus("[name=mg-prefers][value=first]")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator("[name=mg-prefers][value=second]").is_checked()
        assert page.locator("[name=mg-person][value=first]").is_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement?.textContent === 'What was heard'")


@pytest.mark.browser
def test_answers_are_kept_over_a_visit_and_forgotten_when_asked(visit):
    page = visit()
    page.locator("[data-size='2']").click()
    hear_both(page)
    answer(page)
    visit(page)
    page.wait_for_selector(".mg-study [data-action=play]")
    assert "Pair 2 of 2" in text(page)
    hear_both(page)
    answer(page)
    visit(page)
    assert "What was heard" in text(page)
    page.locator("[data-action=again]").click()
    assert "How many pairs?" in text(page)
    visit(page)
    assert "How many pairs?" in text(page)


@pytest.mark.browser
@pytest.mark.parametrize(
    "kept", ["{", '{"pairs": [[0, 999]], "answers": [], "listener": "a"}', "null", '{"pairs": 3}']
)
def test_what_is_kept_and_broken_begins_anew(visit, kept):
    page = visit()
    page.locator("[data-size='2']").click()
    name = page.evaluate("Object.keys(localStorage).find(k => k.startsWith('musicgan-study'))")
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept])
    visit(page)
    assert "How many pairs?" in text(page)


@pytest.mark.browser
def test_without_a_place_to_keep_answers_it_says_so_and_works(visit):
    page = visit(
        setup="Object.defineProperty(window, 'localStorage', {get() {throw new DOMException('no', 'SecurityError')}})"
    )
    assert "hear all pairs in one sitting" in text(page)
    finish(page)
    assert "What was heard" in text(page)


@pytest.mark.browser
def test_an_export_is_what_the_notebook_reads_and_a_class_is_pooled(visit, tmp_path):
    page = visit()
    finish(page)
    with page.expect_download() as download:
        page.locator("[data-action=export]").click()
    path = tmp_path / "out.json"
    download.value.save_as(path)
    session = listening_pool.read_session(path)
    assert [(a.prefers, a.person) for a in session.answers] == [("first", "second")] * 2
    played = {clip.heard for clip in CLIPS}
    assert all(side in played for a in session.answers for side in (a.first, a.second))
    other = json.loads(path.read_text()) | {"listener": "another-one"}
    files = [
        {
            "name": "other.json",
            "mimeType": "application/json",
            "buffer": json.dumps(other).encode(),
        },
        {"name": "own.json", "mimeType": "application/json", "buffer": path.read_bytes()},
    ]
    page.locator("[data-action=import]").set_input_files(files)
    page.wait_for_function(
        "document.querySelector('[data-musicgan-study]').dataset.sessions === '2'"
    )
    told = text(page)
    assert "2 listeners found" in told and "own.json: the answers of listener" in told
    assert " of 2: " in page.locator("[data-role=score]").inner_text()


@pytest.mark.browser
def test_what_is_no_answer_is_refused_as_the_notebook_refuses_it(visit):
    from test_listening_pool import BROKEN

    page = visit()
    files = [
        {"name": f"<img src=x>{i}.json", "mimeType": "application/json", "buffer": content.encode()}
        for i, (content, _) in enumerate([*BROKEN, ("{", ""), (" " * 1_000_001, "")])
    ]
    page.locator("[data-action=import]").set_input_files(files)
    page.wait_for_function(
        f"document.querySelector('.mg-study [role=status]').textContent.includes('x>{len(files) - 1}.json')"
    )
    told = page.locator(".mg-study [role=status]").inner_text()
    assert "Imported: 0." in told and page.locator(".mg-study img").count() == 0
    for i, (_, words) in enumerate(BROKEN):
        assert words in told.split(f"<img src=x>{i}.json: ")[1].split("<img")[0], i
    assert "it is not JSON" in told and "larger than 1000 kB" in told


@pytest.mark.browser
def test_names_that_scripts_know_are_names(visit):
    """A file may call a system __proto__ or constructor."""
    page = visit()
    real = {"system": "real", "variant": "real", "kind": "words", "sample": 0}
    answers = [
        {"first": real, "second": real | {"system": name}, "prefers": "first", "person": "second"}
        for name in ("__proto__", "constructor", "toString")
    ]
    export = {"format": listening_pool.FORMAT, "version": 1, "listener": "abcd", "answers": answers}
    page.locator("[data-action=import]").set_input_files(
        [{"name": "x.json", "mimeType": "application/json", "buffer": json.dumps(export).encode()}]
    )
    page.wait_for_selector("[data-role=score]")
    assert page.evaluate("Object.prototype[0] === undefined && ({}).length === undefined")
    rows = page.locator(".mg-study tbody tr").all_inner_texts()
    assert sum("__proto__" in row for row in rows) == 2 and "One listener" in text(page)
    assert "0 of 3: 0 %" in page.locator("[data-role=score]").inner_text()


@pytest.mark.browser
def test_pairs_are_of_one_kind_half_with_real_music_and_spread_over_the_systems(visit):
    page = visit()
    key = page.locator("[data-musicgan-study]").evaluate("e => e.study.key")
    pairs = page.locator("[data-musicgan-study]").evaluate("e => e.study.plan(24)")
    told = [[key[i] for i in pair] for pair in pairs]
    assert all(a[2] == b[2] and a[:2] != b[:2] for a, b in told)
    assert Counter(a[2] for a, _ in told) == {"words": 12, "rolls": 12}
    assert sum("real" in (a[0], b[0]) for a, b in told) == 12
    assert 4 <= sum(a[0] == "real" for a, _ in told) <= 8  # on either side
    machines = Counter(tuple(x[:2]) for pair in told for x in pair if x[0] != "real")
    assert max(machines.values()) - min(machines.values()) <= 2 and len(machines) == 3
    assert max(Counter(i for pair in pairs for i in pair).values()) <= 4


@pytest.mark.browser
def test_another_visit_hears_other_pairs(browser, tmp_path):
    path = tmp_path / "study.html"
    path.write_text(listening_study.draw_study(CLIPS)._repr_html_())
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.wait_for_selector("[data-musicgan-study][data-ready]")
    root = page.locator("[data-musicgan-study]")
    drawn = {json.dumps(root.evaluate("e => e.study.plan(10)")) for _ in range(5)}
    assert len(drawn) == 5
    context.close()


@pytest.mark.browser
def test_a_phone_needs_no_sideways_scroll_and_axe_finds_nothing_serious(visit):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = visit()

    def look():
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        result = axe.Axe().run(page, context=".mg-study").response
        serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []

    look()
    page.locator("[data-size='2']").click()
    for _ in range(2):
        hear_both(page)
        look()
        answer(page)
    page.locator("summary").click()
    look()
