"""The player in a real browser: offline, from a file, measured instead of listened to."""

import base64
import html
import json
import re
import time

import numpy as np
import pytest

from musicgan_lib.listening import answers_needed, blind_test, guessing_tail, player, render
from musicgan_lib.notes import Metre, Piece, Tempo, Track, read_midi

RATE = 22050
PITCHES = (60, 64, 67, 72, 71, 65, 62, 48)

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


def probe() -> Piece:
    """Eight notes, half a second each with a gap, on two tracks in turn, with a change of tempo."""
    rows = [(i + 0.0, 0.5, pitch, 60 + 8 * i, i % 2) for i, pitch in enumerate(PITCHES)]
    return Piece(
        rows,
        tracks=(Track("high", 0), Track("low", 52)),
        metre=(Metre(0, 1, 4), Metre(1, 3, 4)),
        tempo=(Tempo(0, 120), Tempo(4, 60)),
        title="Probe & <eight>",
        source="generated",
    )


PROBE = probe()
ONSETS = PROBE.seconds(PROBE.notes["onset"])
LONG = PROBE.replace(tempo=(Tempo(0, 40),), title="Slow", source="tunes")


@pytest.fixture
def show(browser, tmp_path):
    """Open outputs as a page of their own; at the end nothing may have gone wrong in it."""
    wrong, contexts = [], []

    def go(*players, width=1000, **options):
        outputs = "".join(p._repr_html_() for p in players)
        path = tmp_path / "page.html"
        path.write_text(
            "<!doctype html><html lang=en><head><meta charset=utf-8><title>Players</title>"
            "<meta name=viewport content='width=device-width'></head>"
            f"<body><main><h1>Players</h1>{outputs}</main></body></html>"
        )
        context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, accept_downloads=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("requestfailed", lambda r: wrong.append(f"request failed: {r.url[:120]}"))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_function(
            "n => document.querySelectorAll('[data-musicgan-player][data-ready]').length == n",
            arg=len(players),
        )
        return page, page.query_selector_all("[data-musicgan-player]")

    yield go
    for context in contexts:
        context.close()
    assert wrong == []


EVIL = '"><img src=x onerror="boom()"><b>&\u202e\'</b>'


def test_titles_tracks_and_marks_of_strangers_are_text(show):
    """Names come from MIDI files: quotes, tags and marks that turn the writing round are shown as they are."""
    piece = PROBE.replace(title=EVIL, tracks=(Track(EVIL, 0), Track("low", 52)), source="generated")
    page, (root,) = show(
        player(piece, piece, labels=(EVIL, f"other {EVIL}"), title=EVIL, markers=[(0, EVIL)])
    )
    assert page.locator("img, [onerror]").count() == 0 and root.query_selector("b b") is None
    for role in ("title", "takes", "tracks", "marks"):
        assert EVIL in root.query_selector(f"[data-role={role}]").inner_text(), role


def sound(root, *args) -> np.ndarray:
    """What the page would play, as samples; as text, since numbers one by one are slow."""
    text = root.evaluate(
        """async (p, a) => {
            const bytes = new Uint8Array((await p.renderOffline(...a)).samples.buffer);
            let text = "";
            for (let i = 0; i < bytes.length; i += 8192)
                text += String.fromCharCode(...bytes.subarray(i, i + 8192));
            return btoa(text);
        }""",
        [RATE, *args],
    )
    return np.frombuffer(base64.b64decode(text), "<f4").astype(float)


def unpack(output) -> dict:
    """What a player was given."""
    found = re.search(r"data-music='([^']*)'", output._repr_html_())
    return json.loads(html.unescape(found.group(1)))


def press(root, action, more=""):
    root.query_selector(f"[data-action={action}]{more}").click()


def seconds(root) -> float:
    return float(root.get_attribute("data-time"))


def wait(page, root, condition):
    page.wait_for_function(
        f"p => {{const t = Number(p.dataset.time); return {condition}}}", arg=root, timeout=8000
    )


def heard_pitch(samples, second) -> float:
    """MIDI number of the strongest frequency in the 0.2 s after ``second``."""
    part = samples[round((second + 0.03) * RATE) :][: RATE // 5]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 17))
    return 69 + 12 * np.log2(np.argmax(spectrum) * RATE / (1 << 17) / 440)


def found_onsets(samples) -> np.ndarray:
    """Where sound begins after a rest, in seconds (5 ms steps)."""
    step = RATE // 200
    blocks = np.abs(samples[: len(samples) // step * step]).reshape(-1, step).max(1)
    loud = blocks > 0.02 * blocks.max()
    starts = np.flatnonzero(loud & ~np.roll(loud, 1))
    return starts[np.diff(starts, prepend=-100) > 20] / 200


def test_every_note_sounds_at_its_time_and_its_pitch(show):
    _, (root,) = show(player(PROBE))
    samples = sound(root, 0)
    assert np.abs(found_onsets(samples) - ONSETS).max() < 0.03
    heard = [heard_pitch(samples, t) for t in ONSETS]
    assert np.abs(np.array(heard) - PITCHES).max() < 0.3


def test_the_browser_and_numpy_make_the_same_sound(show):
    _, (root,) = show(player(PROBE))
    page, ours = sound(root, 0), render(PROBE, RATE)
    n = min(len(page), len(ours))
    assert np.sqrt(np.mean((page[:n] - ours[:n]) ** 2)) < 0.05 * np.sqrt(np.mean(ours**2))


def test_a_muted_track_is_silent(show):
    page, (root,) = show(player(PROBE))
    press(root, "mute", "[data-track='1']")
    samples = sound(root, 0)
    assert np.abs(found_onsets(samples) - ONSETS[::2]).max() < 0.03
    press(root, "mute", "[data-track='0']")
    assert not sound(root, 0).any()
    page.focus("[data-track='0']")
    page.keyboard.press("Space")
    assert sound(root, 0).any()


def test_it_plays_pauses_and_seeks_by_mouse(show):
    page, (root,) = show(player(LONG, markers=[(4, "the turn")]))
    press(root, "play")
    wait(page, root, "t > 0.3")
    press(root, "play")
    assert root.get_attribute("data-playing") == "false"
    stopped = seconds(root)
    page.wait_for_timeout(200)
    assert seconds(root) == stopped
    box = root.query_selector("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 40)
    assert abs(seconds(root) - LONG.seconds(LONG.length) / 2) < 0.1
    press(root, "mark")
    assert seconds(root) == pytest.approx(LONG.seconds(4), abs=0.01)
    assert abs(heard_pitch(sound(root), 0) - PITCHES[4]) < 0.3


def test_it_plays_and_seeks_by_keyboard(show):
    page, (root,) = show(player(LONG))
    page.focus("[data-action=play]")
    page.keyboard.press("Enter")
    wait(page, root, "t > 0.2")
    page.keyboard.press("Space")
    assert root.get_attribute("data-playing") == "false"
    before = seconds(root)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert before < seconds(root) < before + 0.2
    page.keyboard.press("Home")
    assert seconds(root) == 0


def test_a_loop_comes_back(show):
    page, (root,) = show(player(LONG, loop=(2, 3)))
    start, stop = LONG.seconds(2), LONG.seconds(3)
    samples = sound(root, float(start), 4.0)
    assert np.abs(found_onsets(samples) - [0.0, 1.5, 3.0]).max() < 0.03
    assert np.abs(np.array([heard_pitch(samples, t) for t in (0, 1.5, 3)]) - PITCHES[2]).max() < 0.3
    root.query_selector("[data-action=seek]").evaluate(
        f"e => {{e.value = {stop - 0.3}; e.dispatchEvent(new Event('input'))}}"
    )
    press(root, "play")
    wait(page, root, f"t > {stop - 0.2}")
    wait(page, root, f"t < {stop - 0.3} && t >= {start}")


def test_dragging_over_the_picture_chooses_the_loop(show):
    page, (root,) = show(player(LONG))
    box = root.query_selector("canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40, steps=4)
    page.mouse.up()
    assert root.query_selector("[data-action=loop]").get_attribute("aria-pressed") == "true"
    assert abs(seconds(root) - LONG.seconds(LONG.length) / 4) < 0.1


def test_speed_changes_time_and_not_pitch(show):
    page, (root,) = show(player(LONG))
    root.query_selector("[data-action=speed]").select_option("2")
    press(root, "play")
    wait(page, root, "t > 0.1")
    clocks = page.evaluate(
        """p => new Promise(done => {
            const read = [];  // both clocks in the same moment: a slow machine delays neither
            new MutationObserver((_, watch) => {
                read.push([window.musicganAudio.currentTime, Number(p.dataset.time)]);
                if (read.at(-1)[0] - read[0][0] > .5) {watch.disconnect(); done(read);}
            }).observe(p, {attributes: true, attributeFilter: ["data-time"]});
        })""",
        root,
    )
    audio, piece = np.array(clocks).T
    assert np.polyfit(audio, piece, 1)[0] == pytest.approx(2, abs=0.1)


def test_two_players_never_sound_at_once(show):
    page, (one, two) = show(player(LONG), player(PROBE))
    press(one, "play")
    wait(page, one, "t > 0.2")
    press(two, "play")
    wait(page, two, "t > 0.2")
    assert [p.get_attribute("data-playing") for p in (one, two)] == ["false", "true"]


def test_versions_are_switched_at_the_same_moment(show):
    up = LONG.transpose(5)
    page, (root,) = show(player(LONG, up, labels=["as written", "a fourth up"]))
    press(root, "play")
    wait(page, root, "t > 0.4")
    began, before = time.monotonic(), seconds(root)
    press(root, "take", "[data-take='1']")
    now = seconds(root)  # it went on playing while we pressed, and no faster
    assert before <= now < before + (time.monotonic() - began) + 0.3
    assert root.get_attribute("data-playing") == "true"
    assert abs(heard_pitch(sound(root, 0), 0) - PITCHES[0] - 5) < 0.3
    page.focus("[data-take='0']")
    page.keyboard.press("Enter")
    assert abs(heard_pitch(sound(root, 0), 0) - PITCHES[0]) < 0.3


@pytest.mark.parametrize("width", [1000, 360])
def test_versions_on_a_map_are_walked_with_the_arrow_keys(show, width):
    steps = (0, 2, 4, 5, 7, 9)  # two rows of three
    places = [PROBE.transpose(k) for k in steps]
    page, (root,) = show(player(*places, labels=[f"+{k}" for k in steps], columns=3), width=width)
    boxes = [b.bounding_box() for b in root.query_selector_all("[data-take]")]
    assert [b["y"] for b in boxes] == [boxes[0]["y"]] * 3 + [boxes[3]["y"]] * 3
    assert boxes[3]["y"] > boxes[0]["y"] and boxes[3]["x"] == boxes[0]["x"]
    assert max(b["x"] + b["width"] for b in boxes) <= width
    page.focus("[data-take='0']")
    walked = {"ArrowRight": 1, "ArrowDown": 4, "ArrowUp": 1, "End": 1, "ArrowLeft": 0}
    for key, place in walked.items():
        page.keyboard.press(key)
        pressed = root.query_selector_all("[data-take][aria-pressed=true]")
        assert [b.get_attribute("data-take") for b in pressed] == [str(place)], key
        assert page.evaluate("document.activeElement.dataset.take") == str(place)
    page.keyboard.press("ArrowLeft")  # there is nothing beyond an edge
    press(root, "take", "[data-take='2']")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.take") == "2"
    page.keyboard.press("ArrowDown")
    assert abs(heard_pitch(sound(root, 0), 0) - PITCHES[0] - 9) < 0.3


def test_a_map_of_one_column_is_walked_up_and_down(show):
    places = [PROBE.transpose(k) for k in (0, 2)]
    page, _ = show(player(*places, labels=["+0", "+2"], columns=1))
    page.focus("[data-take='0']")
    for key, place in (("ArrowRight", "0"), ("ArrowDown", "1"), ("ArrowUp", "0")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.dataset.take") == place, key


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_blind_test_tells_nothing_before_the_guess(show, by, seed):
    up = PROBE.transpose(5)
    page, (root,) = show(blind_test(PROBE, up, labels=("Zelter", "Quux"), seed=seed))
    visible = root.inner_text() + root.query_selector("canvas").get_attribute("aria-label")
    assert "Quux" not in visible and visible.count("Zelter") == 1  # in the question alone
    assert not root.query_selector("[data-action=midi]").is_visible()
    press(root, "take", "[data-take='0']")
    truth = 0 if abs(heard_pitch(sound(root, 0), 0) - PITCHES[0]) < 0.3 else 1
    if by == "mouse":
        press(root, "guess", f"[data-guess='{truth}']")
    else:
        page.focus(f"[data-guess='{truth}']")
        page.keyboard.press("Enter")
    assert "Right: " in root.inner_text() and f"{'AB'[truth]} is Zelter" in root.inner_text()
    assert root.get_attribute("data-right") == "1"
    assert root.query_selector("[data-action=midi]").is_visible()


def test_a_blind_test_deals_anew_each_time(show):
    up = PROBE.transpose(5)
    firsts = set()
    for _ in range(12):
        _, (root,) = show(blind_test(PROBE, up))
        firsts.add(round(heard_pitch(sound(root, 0), 0)) - PITCHES[0])
        if len(firsts) == 2:
            break
    assert firsts == {0, 5}


@pytest.mark.parametrize(
    "right", [(1, 1, 1), (1, 0, 1, 1, 1), (1, 1, 1, 1, 1), (0, 0, 1, 0, 1, 1, 1, 1, 0, 1)]
)
def test_several_pairs_are_scored_after_the_last_against_a_coin(show, right):
    up, n = PROBE.transpose(5), len(right)
    test = blind_test([PROBE] * n, [up] * n, seed=3)
    page, (root,) = show(test)
    firsts = [order[0] for order in unpack(test)["f"]]
    for trial, wanted in enumerate(right):
        truth = firsts[trial]  # A is the first side where this is 0, and then A is the right answer
        press(root, "guess", f"[data-guess='{truth if wanted else 1 - truth}']")
        said = root.query_selector("[data-role=status]").inner_text()
        assert said.startswith("Right: " if wanted else "Not this time: ")
        if trial < n - 1:
            assert not re.search(r"\d", said) and "coin" not in said  # no score on the way
            press(root, "next")
    needed = answers_needed(n)
    verdict = f"{needed} were needed" if needed else f"with {n} pairs no score is enough"
    coin = f"a coin does as well with probability {guessing_tail(sum(right), n):.3f}"
    assert said.endswith(f" {sum(right)} of {n} right; {verdict}: {coin}.")


def test_a_preference_is_neither_right_nor_wrong(show):
    test = blind_test(PROBE, PROBE, labels=("Zelter", "Quux"), question="Which?", scored=False)
    _, (root,) = show(test)
    press(root, "guess", "[data-guess='1']")
    said = root.query_selector("[data-role=status]").inner_text()
    assert "You chose B" in said and "Right" not in said and "coin" not in said


def test_the_midi_download_holds_the_same_notes(show, tmp_path):
    page, (root,) = show(player(PROBE))
    with page.expect_download() as download:
        press(root, "midi")
    path = tmp_path / "out.mid"
    download.value.save_as(path)
    read = read_midi(path)
    for field in ("onset", "duration", "pitch", "velocity", "track"):
        assert np.allclose(read.notes[field], PROBE.notes[field], atol=1 / 480), field
    assert read.metre == PROBE.metre and read.tempo == PROBE.tempo
    assert [t.name for t in read.tracks] == ["high", "low"]
    assert [t.program for t in read.tracks] == [0, 52]


def test_the_musicxml_download_holds_the_same_notes(show, tmp_path):
    music21 = pytest.importorskip("music21")
    chord = [(0, 6, 48, 80, 0), (0, 1, 60, 80, 0), (0, 1, 64, 80, 0), (1.5, 4, 66, 80, 0)]
    chord += [(6, 1, p, 80, 0) for p in (61, 63, 68, 70)]
    piece = PROBE.replace(notes=[*PROBE.notes.tolist(), *[(9 + n[0], *n[1:]) for n in chord]])
    page, (root,) = show(player(piece))
    with page.expect_download() as download:
        press(root, "xml")
    path = tmp_path / "out.musicxml"
    download.value.save_as(path)
    score = music21.converter.parse(path, forceSource=True)
    found = []
    for k, part in enumerate(score.parts):
        segments = []
        for sounding in part.flatten().notes:
            for note in getattr(sounding, "notes", [sounding]):  # each of a chord has its own tie
                tie = note.tie.type if note.tie else ""
                start, length = float(sounding.offset), float(sounding.quarterLength)
                segments.append((start, length, note.pitch.midi, tie))
        found += join_tied(sorted(segments), k)
    wanted = [(n["onset"], n["duration"], n["pitch"], n["track"]) for n in piece.notes]
    assert sorted(found) == sorted((float(a), float(b), int(c), int(d)) for a, b, c, d in wanted)


def join_tied(segments, track):
    """Notes from the segments that bar lines cut them into: (onset, duration, pitch, track)."""
    notes, held = [], {}
    for onset, length, pitch, tie in segments:
        if tie in ("stop", "continue"):
            note = held.pop((pitch, onset))
            note[1] += length
        else:
            note = [onset, length, pitch, track]
            notes.append(note)
        if tie in ("start", "continue"):
            held[pitch, onset + length] = note
    assert not held, "a tie that leads nowhere"
    return [tuple(n) for n in notes]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(show, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    pieces = (PROBE, PROBE.transpose(2))
    page, (first, _, blind) = show(
        player(PROBE, title="One", markers=[(2, "here")], loop=(1, 3)),
        player(*pieces, labels=["as written", "higher"]),
        blind_test(*pieces),
        color_scheme=theme,
    )
    page.add_style_tag(
        content=f"body {{background: {'#121212' if theme == 'dark' else '#fff'}; color: #888}}"
    )
    press(first, "mute", "[data-track='0']")
    press(blind, "guess", "[data-guess='0']")
    result = axe.Axe().run(page, context=".mg-player").response
    serious = [v for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []


def test_a_phone_needs_no_sideways_scroll(show):
    named = PROBE.replace(title="A rather long title for a small screen, with a subtitle after it")
    page, _ = show(
        player(
            named, markers=[(i, f"something to listen for, {i}") for i in range(4)], loop=(0, 2)
        ),
        player(PROBE, PROBE, PROBE, labels=["the first of all", "another version", "the last"]),
        blind_test(PROBE, PROBE),
        width=390,
    )
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_it_says_what_to_do(show, browser, tmp_path):
    path = tmp_path / "plain.html"
    path.write_text(player(PROBE)._repr_html_())
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())
    assert "trust the notebook" in page.inner_text("body")
    context.close()


def test_it_plays_in_a_frame_of_unknown_origin(show):
    """Colab shows an output in a sandboxed frame that belongs to nobody."""
    page, _ = show()
    page.evaluate(
        """html => {const f = document.createElement("iframe"); f.sandbox = "allow-scripts";
        f.srcdoc = html; document.body.append(f);}""",
        player(PROBE)._repr_html_(),
    )
    page.wait_for_timeout(300)
    frame = page.frames[1]
    frame.wait_for_selector("[data-action=play]").click()
    frame.wait_for_function(
        "Number(document.querySelector('[data-musicgan-player]').dataset.time) > 0.2", timeout=8000
    )


def test_it_wakes_when_its_script_runs_before_it_is_in_the_page(show):
    """JupyterLab runs an output's script while the output is not yet attached."""
    page, _ = show()
    page.evaluate(
        """html => {const host = document.createElement("div"); host.innerHTML = html;
        for (const old of host.querySelectorAll("script")) {
            const s = document.createElement("script"); s.textContent = old.textContent;
            old.replaceWith(s); document.head.append(s);}
        setTimeout(() => document.querySelector("main").append(host), 350);}""",
        player(PROBE)._repr_html_(),
    )
    page.wait_for_selector("[data-action=play]", timeout=5000)
    root = page.query_selector("[data-musicgan-player]")
    press(root, "play")
    wait(page, root, "t > 0.2")
