"""Sound and pictures, measured: pitch, onsets, loudness, sizes, and what a page may not hold."""

import html
import json
import re

import numpy as np
import pytest

from musicgan_lib.listening import (
    COLOURS,
    answers_needed,
    blind_test,
    explore,
    guessing_tail,
    measure_loudness,
    piano_roll,
    pitch_name,
    player,
    render,
    score,
    to_wav,
    use_style,
)
from musicgan_lib.listening.explore import change_piece
from musicgan_lib.listening.synth import LOUDNESS, from_wav
from musicgan_lib.notes import Piece, Tempo, Track

RATE = 22050


def four_voices(seconds=30, seed=0) -> Piece:
    """As many notes as half a minute of a chorale has, at 120 quarters a minute."""
    rng = np.random.default_rng(seed)
    rows, at = [], np.zeros(4)
    for track, low in enumerate((67, 62, 55, 45)):
        while at[track] < seconds * 2:
            length = float(rng.choice([0.5, 0.5, 1.0]))
            rows.append((at[track], length, int(low + rng.integers(10)), 80, track))
            at[track] += length
    names = ("Soprano", "Alto", "Tenor", "Bass")
    return Piece(
        rows, tracks=[Track(n, 52) for n in names], title="Four voices", source="generated"
    )


def melody(pitches=(60, 64, 67), program=0, velocity=80, **more) -> Piece:
    rows = [(i, 0.5, p, velocity) for i, p in enumerate(pitches)]
    return Piece(rows, tracks=(Track("melody", program),), source="generated", **more)


def unpack(output) -> dict:
    return json.loads(
        html.unescape(re.search(r"data-music='([^']*)'", output._repr_html_()).group(1))
    )


# --- sound


@pytest.mark.parametrize("program", [0, 52])
def test_a_note_sounds_at_its_frequency(program):
    samples = render(melody((69,), program), RATE)
    spectrum = np.abs(np.fft.rfft(samples[: RATE // 4], 1 << 17))
    assert np.argmax(spectrum) * RATE / (1 << 17) == pytest.approx(440, abs=1)


def test_notes_begin_when_the_tempo_says():
    piece = melody(tempo=(Tempo(0, 60), Tempo(1, 120)))
    samples = np.abs(render(piece, RATE))
    for second in piece.seconds(piece.notes["onset"]):
        at = round(float(second) * RATE)
        before = samples[max(at - 400, 0) : at]
        assert samples[at : at + 400].max() > 0.05
        assert before.max(initial=0) < 0.01


def test_every_piece_is_equally_loud():
    levels = [
        measure_loudness(render(p, RATE), RATE)
        for p in (melody(), melody(velocity=20), melody(program=52), four_voices(5))
    ]
    assert np.allclose(levels, LOUDNESS, atol=0.01)


def test_loudness_of_a_sine_by_hand():
    t = np.arange(RATE) / RATE
    sine = np.sin(2 * np.pi * 440 * t)
    assert measure_loudness(sine, RATE) == pytest.approx(10 * np.log10(0.5), abs=1e-3)
    half = measure_loudness(sine / 2, RATE)
    assert measure_loudness(sine, RATE) - half == pytest.approx(20 * np.log10(2), abs=1e-9)


def test_rests_do_not_count_as_softness():
    sine = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    spaced = np.concatenate([sine, np.zeros(3 * RATE), sine])
    assert measure_loudness(spaced, RATE) == pytest.approx(measure_loudness(sine, RATE), abs=1e-6)
    assert measure_loudness(np.zeros(RATE), RATE) == -np.inf
    assert measure_loudness(np.zeros(0), RATE) == -np.inf


def test_a_harder_touch_is_louder():
    soft, hard = (render(melody((60,), velocity=v), RATE, loudness=None) for v in (40, 80))
    assert measure_loudness(hard) - measure_loudness(soft) == pytest.approx(
        40 * np.log10(2), abs=0.01
    )


def test_no_notes_are_silence():
    assert not render(Piece([]), RATE).any()
    assert not render(melody(velocity=0), RATE).any()
    assert "data-musicgan-player" in player(Piece([]))._repr_html_()


def test_drums_are_no_pitches():
    drums = Piece([(0, 1, 38, 100), (1, 1, 36, 100)], tracks=(Track("kit", 0, True),))
    samples = render(drums, RATE)
    spectrum = np.abs(np.fft.rfft(samples[: RATE // 4]))
    assert spectrum.max() < 12 * spectrum.mean()  # a burst of noise has no one frequency
    tone = np.abs(np.fft.rfft(render(melody((38,)), RATE)[: RATE // 4]))
    assert tone.max() > 12 * tone.mean()


def test_a_wav_comes_back(tmp_path):
    samples = render(melody(), RATE)
    data = to_wav(samples, RATE, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == data
    back, rate = from_wav(data)
    assert rate == RATE and np.abs(back - samples).max() < 1e-4


# --- the player's output


def test_half_a_minute_of_four_tracks_is_small():
    piece = four_voices()
    assert len(piece) > 250
    assert len(player(piece)._repr_html_().encode()) <= 20_000


def test_the_output_asks_nobody_for_anything():
    text = player(melody())._repr_html_()
    from musicgan_lib.listening.player import script

    for source in (text, script()):
        assert not re.search(r"https?://|import\(|fetch\(|XMLHttpRequest", source)


def test_pieces_of_a_player_are_equally_loud_even_if_one_would_clip():
    # a struck chord of many notes has a high peak for its loudness
    chord = Piece([(0, 4, p, 127) for p in range(36, 96, 4)], source="generated")
    packed = unpack(player(chord, melody()))["p"]
    raw = [measure_loudness(render(p, loudness=None)) for p in (chord, melody())]
    played = [level + 20 * np.log10(p["g"]) for level, p in zip(raw, packed)]
    assert played[0] == pytest.approx(played[1], abs=0.02)
    assert np.abs(render(chord, loudness=None)).max() * packed[0]["g"] <= 0.98


def test_names_cannot_break_the_page():
    evil = "</script><img src=x onerror=alert(1)>'\"&"
    piece = melody().replace(title=evil, source=evil, tracks=(Track(evil),))
    text = player(piece, labels=[evil], title=evil, markers=[(0, evil)])._repr_html_()
    assert "<img" not in text and text.count("</script>") == 1
    assert unpack(player(piece))["p"][0]["d"] == evil


def test_each_piece_names_its_source():
    text = player(melody(), melody().replace(source="chorales"))._repr_html_()
    assert re.findall(r'data-source="([^"]*)"', text) == ["generated", "chorales"]


def test_music_under_a_forbidding_licence_stays_out_of_a_page(monkeypatch):
    kept = melody().replace(publishable=False, source="lakh", title="Some song")
    assert "data-music=" in player(kept)._repr_html_()
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    for output in (
        player(melody(), kept),
        player(kept, blind=True),
        blind_test(melody(), kept),
        score(kept),
    ):
        text = output._repr_html_()
        assert "data-music" not in text and "<svg" not in text and "data-source" not in text
        assert "licence" in text and "lakh" in text
    assert "data-music=" in player(melody())._repr_html_()


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="at least one piece"):
        player()
    with pytest.raises(ValueError, match="2 labels"):
        player(melody(), labels=["a", "b"])
    with pytest.raises(ValueError, match="'organ'"):
        player(melody(), engine="organ")
    for columns in (0, 2):
        with pytest.raises(ValueError, match=f"3 versions do not fill rows of {columns}"):
            player(melody(), melody(), melody(), columns=columns)
    for given in ({"markers": [(0, "here")]}, {"loop": (0, 1)}, {"columns": 1}):
        with pytest.raises(ValueError, match="does nothing with blind"):
            player(melody(), melody(), blind=True, **given)
    idle = {"blind": True, "loop": (0, 1), "decibels": (0, 0), "markers": [(0, "here")]}
    idle |= {"columns": 2}
    for name, value in idle.items():
        with pytest.raises(ValueError, match=f"{name} does nothing with engine='timbres'"):
            player(melody(), melody(), engine="timbres", **{name: value})
    with pytest.raises(ValueError, match="1 pieces against 2"):
        blind_test([melody()], [melody(), melody()])


def test_real_timbres_are_for_live_use_only(monkeypatch):
    pytest.importorskip("midirenderer")
    pytest.importorskip("pretty_midi")
    text = player(melody(), engine="timbres")._repr_html_()
    samples = text.split("base64,")[1].split('"')[0]
    assert len(samples) > 50_000 and "<audio" in text
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    with pytest.raises(RuntimeError, match="published page"):
        player(melody(), engine="timbres")


# --- blind tests


def test_a_blind_test_cuts_a_pair_to_one_length():
    slow = melody((60, 62, 64, 65), tempo=(Tempo(0, 60), Tempo(2, 30)))  # notes end at 5 s
    fast = melody((60, 62, 64, 65, 67, 69))  # notes end at 2.75 s
    packed = unpack(blind_test(slow, fast))["p"]
    from musicgan_lib.listening.player import cut_to_shortest

    lengths = [float(p.seconds(p.length)) for p in cut_to_shortest([slow, fast])]
    assert max(lengths) <= 2.75 + 1e-9 and len(cut_to_shortest([slow, fast])[0]) == 3
    assert packed[0]["l"] == "real" and packed[1]["l"] == "generated"


def test_a_seed_fixes_the_order_and_both_orders_happen():
    pairs = [melody()] * 8, [melody()] * 8
    orders = unpack(blind_test(*pairs, seed=1))["f"]
    assert orders == unpack(blind_test(*pairs, seed=1))["f"]
    assert [0, 1] in orders and [1, 0] in orders
    assert "f" not in unpack(blind_test(*pairs))


def test_an_unfair_player_is_as_unfair_as_it_says():
    gains = [
        p["g"] for p in unpack(blind_test([melody()] * 2, [melody()] * 2, decibels=(3, 0)))["p"]
    ]
    assert 20 * np.log10(np.divide(gains[::2], gains[1::2])) == pytest.approx([3, 3], abs=0.01)
    alone = unpack(player(melody(), melody(), decibels=(0, -6)))["p"]
    assert 20 * np.log10(alone[1]["g"] / alone[0]["g"]) == pytest.approx(-6, abs=0.01)


def test_guessing_by_hand_and_by_enumeration():
    assert guessing_tail(3, 3) == 1 / 8
    assert guessing_tail(0, 7) == 1
    coins = [bin(i).count("1") for i in range(2**10)]
    for right in range(11):
        assert guessing_tail(right, 10) == sum(c >= right for c in coins) / 2**10
    with pytest.raises(ValueError, match="4 right of 3"):
        guessing_tail(4, 3)


def test_how_many_right_answers_beat_a_coin():
    assert answers_needed(4) is None
    assert answers_needed(5) == 5
    assert answers_needed(10) == 9
    assert answers_needed(20) == 15


# --- pictures, scores, controls


def test_a_piano_roll_shows_each_note_where_it_is():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    use_style()
    piece = four_voices(4)
    ax = piano_roll(piece)
    bars = ax.patches
    assert len(bars) == len(piece)
    shown = sorted((round(b.get_x(), 6), round(b.get_y() + b.get_height() / 2)) for b in bars)
    assert shown == sorted(zip(piece.notes["onset"].tolist(), piece.notes["pitch"].tolist()))
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [t.name for t in piece.tracks]
    one = piano_roll(piece, colours=COLOURS["real"], start=2, stop=4)
    assert one.get_xlim() == (2, 4)
    assert len({b.get_facecolor() for b in one.patches}) == 1
    piano_roll(Piece([]))
    plt.close("all")


def test_pitches_have_their_names():
    assert [pitch_name(p) for p in (60, 61, 69, 21)] == ["C4", "C♯4", "A4", "A0"]


def test_a_score_is_drawn_or_says_what_it_needs(monkeypatch):
    import sys

    pytest.importorskip("music21")
    monkeypatch.setitem(sys.modules, "verovio", None)
    assert "pip install verovio" in score(melody())._repr_html_()
    monkeypatch.undo()
    pytest.importorskip("verovio")
    drawn = score(melody())._repr_html_()
    assert drawn.count('class="note"') == 3 and "<script" not in drawn


def test_changing_key_and_tempo():
    piece = melody((2, 64, 126))
    assert change_piece(piece, 1).notes["pitch"].tolist() == [3, 65, 127]
    assert change_piece(melody((60, 126)), 7).notes["pitch"].tolist() == [55, 121]
    wide = melody((2, 126))
    for step in (7, -7):
        assert change_piece(wide, step).notes["pitch"].tolist() == [2, 126]
    assert len(change_piece(Piece([]), 7)) == len(change_piece(Piece([]), -7)) == 0
    kit = Piece([(0, 1, 60), (0, 1, 1, 80, 1)], tracks=(Track(), Track("kit", 0, True)))
    assert change_piece(kit, -12).notes["pitch"].tolist() == [48, 1]
    two = melody(tempo=(Tempo(0, 60), Tempo(1, 90)))
    assert [t.bpm for t in change_piece(two, bpm=120).tempo] == [120, 180]


def test_controls_are_live_and_a_page_gets_a_player(monkeypatch):
    ipywidgets = pytest.importorskip("ipywidgets")
    pieces = {"ours": [melody(), melody((62,))], "more": [melody((70,))]}
    seen = []
    box = explore(pieces, show=lambda p: seen.append(p))
    assert isinstance(box, ipywidgets.VBox)
    corpus, piece, key, tempo, _ = box.children
    key.value = 3
    assert seen[-1].notes["pitch"].tolist() == [63, 67, 70]
    piece.value = 1
    assert seen[-1].notes["pitch"].tolist() == [65]
    tempo.value = 60
    assert seen[-1].tempo[0].bpm == 60
    corpus.value = "more"
    assert seen[-1].notes["pitch"].tolist() == [73]
    assert tempo.value == 120
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    assert "data-musicgan-player" in explore(pieces)._repr_html_()


def test_another_piece_begins_at_its_own_tempo():
    pytest.importorskip("ipywidgets")
    at = [melody((60 + i,), tempo=(Tempo(0, bpm),)) for i, bpm in enumerate((100, 50, 400, 500))]
    seen = []
    _, piece, _, tempo, _ = explore({"a": at, "b": at[1:]}, bpm=77, show=seen.append).children
    assert seen[-1].tempo[0].bpm == 77
    for i, bpm in enumerate((100, 50, 300, 300)):
        piece.value, n = (i + 1) % 4, len(seen)
        piece.value = i
        assert len(seen) > n and seen[-1].notes["pitch"][0] == 60 + i
        assert seen[-1].tempo[0].bpm == pytest.approx(bpm) and tempo.value == bpm


def test_what_is_no_number_or_no_character_never_reaches_the_page():
    piece = Piece([(0, 1, 60)], title="half \ud800 pair")
    player(piece).html.encode()
    for options in ({"markers": [(float("nan"), "x")]}, {"loop": (0, float("inf"))}):
        with pytest.raises(ValueError):
            player(piece, **options)


def test_players_of_a_published_page_share_one_script(monkeypatch):
    """In a notebook an output carries its script; on a page it asks for the one in ``_static``."""
    tune = Piece([(0, 1, 60, 80)])
    alone = player(tune)._repr_html_()
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    published = player(tune)._repr_html_()
    assert "_static/player.js" in published and "_static" not in alone
    assert len(published) < 1500 < 10_000 < len(alone)
