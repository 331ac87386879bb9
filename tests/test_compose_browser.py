"""The panel in a real browser, from a file, without a network:
composing by mouse and keyboard, and what it must not do.
"""

import dataclasses
import json
import urllib.parse

import numpy as np
import pytest

from musicgan_lib.experiments import page_models
from musicgan_lib.listening import player, render
from musicgan_lib.listening.compose import panel, write_static
from musicgan_lib.listening.synth import LOUDNESS, match_gain, measure_loudness
from musicgan_lib.notes import Piece, Track, read_midi
from musicgan_lib.notes.midi_writing import encode_midi

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
WORDS, MERL, BARS, TONES = (
    page_models.find(n)
    for n in ("bjare2020/nll", "bjare2020/merl", "anokhin2018/likelihood", "mogren2016/density")
)
MODELS = (WORDS, MERL, BARS, TONES)
EVIL = "<img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder as the book's is: pages, and the models beside them."""
    folder = tmp_path_factory.mktemp("site")
    write_static(folder / "_static", MODELS)
    return folder


@pytest.fixture
def show(browser, site, monkeypatch):
    """Open panels as a page of their own; at the end nothing may have gone wrong in it, and nobody else been asked."""
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    wrong, contexts = [], []

    def go(*outputs, width=1000, address="", script="", **options):
        outputs = outputs or (panel(MODELS),)
        path = site / "page.html"
        path.write_text(
            "<!doctype html><html lang=en data-content_root='./'><head><meta charset=utf-8><title>Compose</title>"
            "<meta name=viewport content='width=device-width'></head>"
            f"<body><main><h1>Compose</h1>{''.join(o._repr_html_() for o in outputs)}</main></body></html>"
        )
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, accept_downloads=True, **options
        )
        contexts.append(context)
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda r: page.asked.append(r.url[:120]))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(path.as_uri() + address, wait_until="load")
        page.wait_for_selector("[data-musicgan-compose][data-ready]")
        return page, page.query_selector("[data-musicgan-compose]")

    go.wrong = wrong
    yield go
    for context in contexts:
        for page in context.pages:
            assert not page.evaluate("window.hacked")
            strangers = [u for u in page.asked if u.split(":")[0] not in ("file", "blob", "data")]
            assert strangers == []
        context.close()
    assert wrong == []


def written(page):
    page.wait_for_function(
        "document.querySelector('[data-musicgan-compose]').dataset.written !== undefined",
        timeout=60000,
    )


def compose(page):
    page.click("[data-action=compose]")
    written(page)


def pieces(root) -> list[list[tuple]]:
    """The notes of each take: tick, ticks, pitch, whether they were given."""
    return root.evaluate(
        "p => p.takes.filter(t => t.about).map(t => t.piece('').notes.map(n => [n.tick, n.ticks, n.pitch, n.given]))"
    )


def status(page) -> str:
    return page.inner_text("[data-role=status]")


def choose(page, model, beside=None):
    page.select_option("[data-action=model]", model.name)
    page.select_option("[data-action=beside]", beside.name if beside else "")


def type_opening(page, text):
    page.evaluate("document.querySelector('details[data-role=opening]').open = true")
    page.fill("[data-action=opening]", "")
    page.type("[data-action=opening]", text)  # key by key
    page.press("[data-action=opening]", "Tab")


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_it_composes_and_plays_by_mouse(show, model):
    page, root = show()
    choose(page, model)
    assert not [u for u in page.asked if "models/" in u]  # weights come when they are asked for
    compose(page)
    assert (
        [u for u in page.asked if "models/" in u]
        == [u for u in page.asked if u.endswith(f"{model.name}.js")]
        != []
    )
    (notes,) = pieces(root)
    assert len(notes) > 8 and not any(given for *_, given in notes)
    page.wait_for_function("p => p.dataset.time > 0.3", arg=root)
    assert root.get_attribute("data-playing") == "true"
    page.click("[data-action=play]")
    assert root.get_attribute("data-playing") == "false"
    label = page.get_attribute("canvas[data-take='0']", "aria-label")
    assert f"{len(notes)} notes" in label
    drawn = page.evaluate(
        """() => {const c = document.querySelector("canvas[data-take='0']"), g = c.getContext("2d");
        const d = g.getImageData(0, 0, c.width, c.height).data;
        return new Set(Array.from({length: d.length / 4}, (_, i) => d.slice(4 * i, 4 * i + 4).join())).size;}"""
    )
    assert drawn > 4


def test_it_composes_by_keyboard_alone(show):
    page, root = show()
    page.focus("[data-action=model]")
    page.keyboard.press("ArrowDown")  # the second model
    page.focus("[data-action=seed]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("7")
    page.focus("summary")
    page.keyboard.press("Enter")
    page.focus("[data-action=board]")
    for key in ("Enter", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", " "):
        page.keyboard.press(key)
    assert "D4 at quarter 2: set" in status(page)
    page.keyboard.press("ArrowLeft")
    assert "D4 at quarter 1.5: empty" in status(page)
    assert page.input_value("[data-action=opening]") == "C4:0.5 r:0.5 D4:0.5"
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.action") == "compose":
            break
    page.keyboard.press("Enter")
    written(page)
    (notes,) = pieces(root)
    assert [n for n in notes if n[3]] == [[0, 240, 60, True], [480, 240, 62, True]]
    assert page.evaluate("document.querySelector('[data-musicgan-compose]').takes[0].seed") == 7
    page.focus("[data-action=play]")
    page.wait_for_function("p => p.dataset.time > 0.2", arg=root)
    page.keyboard.press("Enter")
    assert root.get_attribute("data-playing") == "false"
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert float(root.get_attribute("data-time")) == 0


def test_every_control_can_be_reached_and_shows_its_focus(show):
    page, _ = show()
    choose(page, WORDS, MERL)
    page.click("summary")
    compose(page)
    page.click("[data-action=play]")
    wanted = set(
        page.evaluate(
            """[...document.querySelectorAll(
                "[data-musicgan-compose] :is(button, input, select, canvas[tabindex], summary)")]
            .filter(e => e.offsetParent && !e.disabled).map(e => e.dataset.action + (e.dataset.take || ""))"""
        )
    )
    page.focus("[data-action=model]")
    reached = {"model"}
    for _ in range(40):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            """() => {const e = document.activeElement; return [e.dataset.action + (e.dataset.take || ""),
            getComputedStyle(e).outlineStyle];}"""
        )
        assert (
            name == "undefined"
            and page.evaluate("document.activeElement === document.body")
            or outline != "none"
        )
        reached.add(name)
    assert wanted <= reached and {"compose", "hear1", "board", "dice"} <= wanted


# --- the same piece again


@pytest.mark.parametrize("pair", [(WORDS, MERL), (BARS, TONES)], ids=["words", "others"])
def test_a_link_reproduces_the_piece_to_the_note(show, pair):
    page, root = show()
    choose(page, *pair)
    page.fill("[data-action=seed]", "4294967295")
    page.evaluate(
        "e => {e.value = 1.2; e.dispatchEvent(new Event('input'))}",
        page.query_selector("[data-action=temperature]"),
    )
    page.select_option("[data-action=length]", str(pair[0].lengths[1]))
    type_opening(page, "C4 E4+G4:2 @0 C3:3 r:1/3 F#4:0.5")
    compose(page)
    first = pieces(root)
    page.click("[data-action=link]")
    link = page.input_value("[data-role=link]")
    assert page.url == link and "seed=4294967295" in link
    page, root = show(address=link[link.index("#") :])
    written(page)
    assert pieces(root) == first and len(first[0]) > 5 and len(first) == 2
    assert root.get_attribute("data-playing") == "false"  # a page that is opened keeps silent
    assert page.input_value("[data-action=temperature]") == "1.2"


def test_seed_and_temperature_change_what_is_written(show):
    page, root = show()
    found = {}
    for seed, temperature in ((1, 1), (1, 1), (2, 1), (1, 0.5)):
        page.fill("[data-action=seed]", str(seed))
        page.evaluate(
            "([e, t]) => {e.value = t; e.dispatchEvent(new Event('input'))}",
            [page.query_selector("[data-action=temperature]"), temperature],
        )
        compose(page)
        found.setdefault((seed, temperature), []).append(json.dumps(pieces(root)))
    assert found[1, 1][0] == found[1, 1][1]
    assert len({v[0] for v in found.values()}) == 3
    page.click("[data-action=dice]")
    assert page.input_value("[data-action=seed]") != "1"


HOSTILE_LINKS = (
    {"model": EVIL},
    {"model": WORDS.name, "beside": EVIL},
    {"model": WORDS.name, "seed": "-1"},
    {"model": WORDS.name, "seed": "1e99"},
    {"model": WORDS.name, "temperature": "NaN"},
    {"model": WORDS.name, "temperature": "0"},
    {"model": WORDS.name, "length": "99999999"},
    {"model": WORDS.name, "length": "33"},
    {"model": WORDS.name, "opening": EVIL},
    {"model": "__proto__"},
)


@pytest.mark.parametrize("asked", HOSTILE_LINKS, ids=lambda a: str(a)[:60])
def test_a_broken_link_changes_nothing_and_says_so(show, asked):
    words = urllib.parse.urlencode({"compose": "compose", "seed": 7, **asked})
    page, root = show(address=f"#{words}")
    assert status(page).endswith(".") and len(status(page)) > 20
    assert page.query_selector("img") is None
    assert page.input_value("[data-action=seed]") == "21"
    assert page.input_value("[data-action=opening]") == "" and pieces(root) == []


def test_a_link_of_another_edition_is_refused_and_says_so(show):
    """Its notes would be others; a link says which weights it was made with."""
    page, root = show()
    compose(page)
    page.click("[data-action=link]")
    link = page.input_value("[data-role=link]")
    edition = urllib.parse.parse_qs(link[link.index("#") + 1 :])["edition"][0]
    assert edition == MODELS[0].edition
    other = link[link.index("#") :].replace(edition, "0" * 8).replace("seed=21", "seed=22")
    page, root = show(address=other)
    assert "another edition of this book" in status(page)
    assert page.input_value("[data-action=seed]") == "21" and pieces(root) == []


def test_a_network_with_another_weight_is_another_edition():
    name, array = next(iter(WORDS.tensors.items()))
    other = np.array(array)
    other.flat[0] += 1
    changed = dataclasses.replace(WORDS, tensors=WORDS.tensors | {name: other})
    assert changed.edition != WORDS.edition == dataclasses.replace(WORDS, label="called so").edition


def test_a_link_of_another_panel_is_not_followed(show):
    page, root = show(address=f"#compose=other&model={WORDS.name}")
    page.wait_for_timeout(300)
    assert pieces(root) == []


# --- the opening


def test_typed_text_never_becomes_markup(show):
    page, _ = show()
    for text in (EVIL, f"C4 {EVIL}", "C4:<b>", "</script><script>window.hacked=1</script>"):
        type_opening(page, text)
        page.press("[data-action=opening]", "Enter")
        assert "is no " in status(page)
        page.fill("[data-action=seed]", EVIL)
        page.click("[data-action=compose]")
        assert page.query_selector("[data-musicgan-compose] :is(img, b, script)") is None
        page.fill("[data-action=seed]", "21")


def test_an_opening_is_clicked_and_taken_away(show):
    page, _ = show()
    choose(page, BARS)
    page.click("summary")
    box = page.query_selector("[data-action=board]").bounding_box()
    low, high = BARS.keys
    page.select_option("[data-action=size]", label="quarter")

    def press(column, pitch):
        lane = box["height"] / (high - low + 1)
        page.mouse.click(
            box["x"] + (column + 0.5) * box["width"] / 16, box["y"] + (high - pitch + 0.5) * lane
        )

    press(0, 60)
    press(2, 64)
    press(2, 67)
    assert page.input_value("[data-action=opening]") == "C4 E4+G4"
    press(3, 64)  # the second half of the same note
    assert page.input_value("[data-action=opening]") == "C4 G4"
    page.click("[data-action=clear]")
    assert page.input_value("[data-action=opening]") == ""


def test_the_generator_goes_on_from_the_opening(show):
    page, root = show()
    choose(page, BARS)
    page.evaluate("document.querySelector('details').open = true")
    page.click("[data-action=example]")
    compose(page)
    (notes,) = pieces(root)
    given = [n for n in notes if n[3]]
    assert len(given) > 20 and max(t + n for t, n, *_ in given) >= 8 * 480
    assert all(t >= 8 * 480 for t, _, _, g in notes if not g)
    assert max(t + n for t, n, *_ in notes) == (2 + BARS.lengths[0]) * 4 * 480


DROP = """([root, name, bytes]) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name));
  for (const kind of ["dragover", "drop"])
    root.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""


def drop(page, root, name, data):
    page.evaluate(DROP, [root, name, list(data)])


def test_a_dropped_file_is_the_opening(show):
    page, root = show()
    rows = [(0, 1, 60), (1, 1, 62), (2, 2, 64)]
    drop(page, root, "mine.mid", encode_midi(Piece(rows))[0])
    page.wait_for_function("document.querySelector('[data-action=opening]').value !== ''")
    assert page.input_value("[data-action=opening]") == "C4 D4 E4:2"
    assert status(page) == "3 notes from mine.mid."
    compose(page)
    assert [n[2] for n in pieces(root)[0] if n[3]] == [60, 62, 64]


def test_a_chosen_file_is_the_opening(show, tmp_path):
    page, _ = show()
    path = tmp_path / "long.mid"
    path.write_bytes(encode_midi(Piece([(i, 1, 60 + i % 5) for i in range(50)]))[0])
    page.click("summary")
    with page.expect_file_chooser() as chooser:
        page.click("[data-action=file]")
    chooser.value.set_files(path)
    page.wait_for_function("document.querySelector('[data-action=opening]').value !== ''")
    assert "32 notes from long.mid, the first 32 quarters of it" in status(page)


def test_hostile_names_in_files_are_text(show):
    page, root = show()
    evil = Piece([(0, 1, 60)], tracks=(Track(EVIL, 0),), title=EVIL)
    drop(page, root, f"{EVIL}.mid", encode_midi(evil)[0])
    page.wait_for_function("document.querySelector('[data-action=opening]').value !== ''")
    assert EVIL in status(page)  # the file's name, as it is
    page.wait_for_timeout(200)
    assert page.query_selector("img") is None


@pytest.mark.parametrize(
    "data", [b"", b"MThd", b"\xff" * 5000, EVIL.encode(), bytes(2**20 + 9)], ids=len
)
def test_a_file_that_is_no_music_changes_nothing(show, data):
    page, root = show()
    type_opening(page, "C4 D4")
    drop(page, root, f"{EVIL}.mid", data)
    page.wait_for_function("document.querySelector('[data-role=status]').textContent !== ''")
    assert "MIDI" in status(page) and page.query_selector("img") is None
    assert page.input_value("[data-action=opening]") == "C4 D4"


def test_what_is_dropped_may_be_no_file(show):
    page, root = show()
    page.evaluate(
        """root => {const data = new DataTransfer(); data.setData("text/plain", "x");
        root.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));}""",
        root,
    )
    page.wait_for_function("document.querySelector('[data-role=status]').textContent !== ''")
    assert "is no file" in status(page)


# --- two models, sound, files


def test_two_models_write_from_one_seed_and_are_switched_at_the_same_moment(show):
    page, root = show()
    choose(page, WORDS, MERL)
    type_opening(page, "C5 B4 A4")
    compose(page)
    page.wait_for_function("p => p.dataset.time > 0.4", arg=root)
    one, other = pieces(root)
    assert one[:3] == other[:3] and one != other
    before = float(root.get_attribute("data-time"))
    page.click("[data-action=hear][data-take='1']")
    assert root.get_attribute("data-playing") == "true"
    assert before <= float(root.get_attribute("data-time")) < before + 3
    assert page.get_attribute("[data-take='1'][aria-pressed]", "aria-pressed") == "true"
    box = page.query_selector("canvas[data-take='1']").bounding_box()
    page.click("[data-action=play]")
    page.click("[data-action=hear][data-take='0']")
    page.keyboard.press("Tab")
    page.focus("[data-action=seek]")
    page.keyboard.press("Home")
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 30)
    shown = min(30, float(page.get_attribute("[data-action=seek]", "max")))
    assert float(root.get_attribute("data-time")) == pytest.approx(shown / 4, abs=0.2)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_takes_are_as_loud_as_every_piece(show, model):
    page, root = show()
    choose(page, model)
    compose(page)
    gain = root.evaluate("p => p.takes[0].gain")
    rows = [(t / 480, n / 480, pitch, 80) for t, n, pitch, _ in pieces(root)[0]]
    piece = Piece(rows, tracks=(Track("", model.program),))
    assert 20 * np.log10(gain / match_gain(piece)[0]) == pytest.approx(0, abs=0.2)
    raw = measure_loudness(render(piece, loudness=None))
    assert raw + 20 * np.log10(gain) == pytest.approx(LOUDNESS, abs=0.2)


@pytest.mark.parametrize("model", [WORDS, BARS], ids=lambda m: m.name)
def test_the_midi_download_holds_the_same_notes(show, tmp_path, model):
    page, root = show()
    choose(page, model)
    compose(page)
    with page.expect_download() as download:
        page.click("[data-action=midi]")
    assert download.value.suggested_filename == f"{model.name}-21.mid"
    path = tmp_path / "out.mid"
    download.value.save_as(path)
    read = read_midi(path)
    found = sorted(
        (round(n["onset"] * 480), round(n["duration"] * 480), int(n["pitch"])) for n in read.notes
    )
    assert found == sorted((t, n, p) for t, n, p, _ in pieces(root)[0])
    assert read.tracks[0].program == model.program


def test_a_player_and_a_panel_never_sound_at_once(show):
    slow = Piece([(0, 20, 60)], source="generated")
    page, root = show(panel(MODELS), player(slow))
    page.click("[data-musicgan-player] [data-action=play]")
    compose(page)
    page.wait_for_function("p => p.dataset.playing === 'true'", arg=root)
    assert page.get_attribute("[data-musicgan-player]", "data-playing") == "false"
    page.click("[data-musicgan-player] [data-action=play]")
    assert root.get_attribute("data-playing") == "false"


def test_writing_can_be_stopped(show):
    page, root = show()
    choose(page, BARS)
    page.select_option("[data-action=length]", str(max(BARS.lengths)))
    page.click("[data-action=compose]")
    page.wait_for_function("p => p.takes[0].notes.length > 3", arg=root)
    assert page.inner_text("[data-action=compose]") == "Stop"
    page.click("[data-action=compose]")
    written(page)
    length = max(t + n for t, n, *_ in pieces(root)[0])
    assert 0 < length < max(BARS.lengths) * 4 * 480
    page.wait_for_timeout(400)
    assert max(t + n for t, n, *_ in pieces(root)[0]) == length


# --- what it must not do


def busiest(browser, page, act) -> float:
    """Milliseconds of processor time of the longest task of the page's own thread while something is done.

    A long task is one of 50 ms on the clock; on a machine that does other things, too, the clock says more than the
    page did.
    """
    browser.start_tracing(
        page=page, categories=["toplevel", "disabled-by-default-devtools.timeline"]
    )
    act()
    events = json.loads(browser.stop_tracing())["traceEvents"]
    names = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    main = [thread for thread, name in names.items() if name == "CrRendererMain"]
    tasks = [e for e in events if e["name"].endswith("RunTask") and (e["pid"], e["tid"]) in main]
    assert len(tasks) > 50
    return max(e.get("tdur", 0) for e in tasks) / 1000


@pytest.mark.parametrize("worker", [True, False], ids=["a worker", "in the page"])
def test_composing_never_blocks_the_page(show, browser, worker):
    """The calmest of three pages is judged: a machine can be busy once, code that blocks does so each time."""
    tasks = {}
    for _ in range(3):
        page, root = show(script="" if worker else "delete window.Worker")
        choose(page, BARS, WORDS)

        def write_and_play(page=page, root=root):
            compose(page)
            page.wait_for_function("p => p.dataset.time > 0.5", arg=root)
            page.click("[data-action=play]")

        for weights in ("on their way", "here"):
            found = busiest(browser, page, write_and_play)
            assert found > 0
            tasks[weights] = min(found, tasks.get(weights, found))
        if max(tasks.values()) < 50:
            return
    raise AssertionError(f"milliseconds of the longest task, by where the weights are: {tasks}")


def test_a_page_that_forbids_workers_composes_the_same(show):
    page, root = show()
    compose(page)
    wanted = pieces(root)
    page, root = show(script="window.Worker = class {constructor() {throw new Error('no')}}")
    compose(page)
    assert pieces(root) == wanted


def test_a_worker_that_never_begins_is_replaced(show):
    script = """window.Worker = class {constructor() {setTimeout(() => this.onerror({}), 300)} postMessage() {}}"""
    page, root = show(script=script)
    compose(page)
    assert len(pieces(root)[0]) > 8


def test_weights_that_are_missing_are_named(show, site):
    page, root = show()
    kept = site / "_static" / "models" / f"{WORDS.name}.js"
    hidden = kept.rename(kept.with_suffix(".hidden"))
    try:
        page.click("[data-action=compose]")
        page.wait_for_function(
            "document.querySelector('[data-role=status]').textContent.includes('not found')"
        )
        assert f"models/{WORDS.name}.js" in status(page)
        assert page.inner_text("[data-action=compose]") == "Compose"
        show.wrong[:] = [w for w in show.wrong if "ERR_FILE_NOT_FOUND" not in w]
    finally:
        hidden.rename(kept)
    compose(page)  # they are there again
    assert len(pieces(root)[0]) > 8


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(show, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page, _ = show(color_scheme=theme)
    page.add_style_tag(
        content=f"body {{background: {'#121212' if theme == 'dark' else '#fff'}; color: #888}}"
    )
    choose(page, WORDS, MERL)
    page.click("summary")
    compose(page)
    page.click("[data-action=link]")
    result = axe.Axe().run(page, context=".mg-compose").response
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []


def test_a_phone_needs_no_sideways_scroll(show):
    page, _ = show(width=390)
    choose(page, WORDS, MERL)
    page.click("summary")
    compose(page)
    page.click("[data-action=link]")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    tall = page.evaluate(
        "[...document.querySelectorAll('.mg-compose button')].filter(b => b.offsetParent).map(b => b.offsetHeight)"
    )
    assert min(tall) >= 24


def test_without_scripts_it_says_what_to_do(browser, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(panel([TONES])._repr_html_())
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    assert "trust the notebook" in page.inner_text("body")
    context.close()


def test_in_a_notebook_it_composes_in_a_frame_of_unknown_origin(show, monkeypatch):
    """Weights travel inside the output, as a frame that belongs to nobody can load none."""
    page, _ = show()
    monkeypatch.delenv("MUSICGAN_STATIC")
    page.evaluate(
        """html => {const f = document.createElement("iframe"); f.sandbox = "allow-scripts"; f.height = 500;
        f.srcdoc = html; document.body.append(f);}""",
        panel([TONES])._repr_html_(),
    )
    page.wait_for_timeout(300)
    frame = page.frames[1]
    frame.wait_for_selector("[data-action=compose]").click()
    frame.wait_for_function(
        "document.querySelector('[data-musicgan-compose]').dataset.written > 8", timeout=60000
    )
