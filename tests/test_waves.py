"""Sound: codes, instruments, clips with known facts, captions, measures, files and the player."""

import numpy as np
import pytest

from musicgan_lib.data import captions, instruments, waves
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.experiments import run_folder
from musicgan_lib.listening import sounds
from musicgan_lib.listening.synth import to_wav
from musicgan_lib.metrics import sound as measures
from musicgan_lib.notes import Sound, read_sound
from musicgan_lib.representations import mu_law

SCALE = np.array([(i * 0.25, 0.24, p) for i, p in enumerate((60, 62, 64, 65, 67, 69, 71, 72))])


@pytest.fixture(scope="module")
def data():
    return encode_tokens("chorales", "wave.8000")


def bend(samples):
    return np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log(256)


def test_codes_come_back_and_samples_to_half_a_step_of_the_bent_scale():
    codes = np.arange(256)
    assert (mu_law.encode(mu_law.decode(codes)) == codes).all()
    assert mu_law.encode([0.0, -1, 1, 7]).tolist() == [128, 0, 255, 255]
    line = np.linspace(-1, 1, 10_001)
    back = mu_law.decode(mu_law.encode(line)).astype(float)
    assert np.abs(bend(back) - bend(line)).max() <= 1 / 255 + 1e-6
    soft = np.linspace(-0.01, 0.01, 1001)
    even = 1 / 255  # half a step of 256 even ones
    assert np.abs(mu_law.decode(mu_law.encode(soft)) - soft).max() < even / 10


@pytest.mark.parametrize("bad", [[float("nan")], [float("inf")]])
def test_a_sample_that_is_no_number_is_refused(bad):
    with pytest.raises(ValueError, match="no number"):
        mu_law.encode(bad)
    with pytest.raises(ValueError, match="0 to 255"):
        mu_law.decode([256])


@pytest.mark.parametrize("name", instruments.NAMES)
@pytest.mark.parametrize("octave", [-12, 0])
def test_each_pitch_of_each_instrument_is_found(name, octave):
    line = SCALE + (0, 0, octave)
    found = measures.find_pitches(instruments.play_line(line, name, 8000, 2.0), 8000, 80)
    middles = np.rint((SCALE[:, 0] + 0.12) * 100).astype(int)
    assert found[middles].tolist() == line[:, 2].tolist()
    assert (instruments.read_pitches(line, 8000, 80, 200)[middles] == line[:, 2]).all()
    assert measures.share_in_key(found) == 1


def test_silence_has_no_pitch():
    assert (measures.find_pitches(np.zeros(8000), 8000, 80) == -1).all()
    assert np.isnan(measures.share_in_key([-1]))


def test_the_error_of_spectra_is_0_for_the_same_and_1_for_silence():
    line = instruments.play_line(SCALE, "flute", 8000, 2.0)
    assert measures.spectral_error(line, line) == 0
    assert measures.spectral_error(0 * line, line) == pytest.approx(1)
    with pytest.raises(ValueError, match="cannot be compared"):
        measures.spectral_error(line[1:], line)


def test_clips_say_what_they_are(data):
    labels, made = data.labels("test"), data.waves("test")
    assert labels.shape == (len(made), 4) and made.shape[1] == 2 * data.rate
    assert all(len(np.unique(c)) == len(v) for c, v in zip(labels.T, waves.FACTS.values()))
    for clip, line in zip(made[:20], data.lines("test")):
        found = measures.find_pitches(clip, data.rate, 80)
        middle = np.rint((line[:, 0] + line[:, 1] / 2) * 100).astype(int)
        assert np.mean(found[middle] == line[:, 2]) > 0.9


def test_no_melody_is_in_two_splits(data):
    """Tunes recur among chorales: the splits are by tune."""
    assert data.split_by == "tune"


def test_one_instrument_of_each_combination_is_held_out():
    every = np.stack(np.meshgrid(*map(np.arange, (4, 2, 2, 2)), indexing="ij"), -1).reshape(-1, 4)
    held = every[waves.is_held_out(every)]
    assert len(held) == 8 and len(np.unique(held[:, 1:], axis=0)) == 8
    assert all(len(np.unique(c)) == len(v) for c, v in zip(held.T, waves.FACTS.values()))


def test_clips_come_back_from_a_file(data, tmp_path):
    again = waves.WaveData.load(data.save(tmp_path / "clips.npz"))
    assert again.rate == data.rate
    assert all((a == b).all() for a, b in zip(again.pieces["test"], data.pieces["test"]))
    assert (again.labels("test") == data.labels("test")).all()


@pytest.mark.parametrize(
    "tokens, words", [("wave.100", "2000 to"), ("wave.x", "wave.RATE"), ("wave", "wave.RATE")]
)
def test_an_odd_rate_is_refused(tokens, words):
    with pytest.raises(ValueError, match=words):
        encode_tokens("chorales", tokens)


def test_captions_are_read_back(data):
    rng = np.random.default_rng(1)
    for labels in data.labels("test"):
        for form in captions.FORMS:
            text = captions.write_caption(labels, form, rng)
            ids = captions.read_caption(text)
            assert " ".join(captions.WORDS[i] for i in ids if i) == text
    with pytest.raises(ValueError, match="'accordion' is not one of"):
        captions.read_caption("a slow accordion")
    with pytest.raises(ValueError, match="1 to"):
        captions.read_caption("")


@pytest.fixture
def clip():
    return instruments.play_line(SCALE, "guitar", 16000, 1.0)


def test_other_rates_and_channels_are_converted_and_told(tmp_path, clip):
    import soundfile

    soundfile.write(tmp_path / "two.wav", np.stack([clip, 0 * clip], 1), 16000)
    read = read_sound(tmp_path / "two.wav", 8000)
    assert len(read.samples) == 8000 and read.rate == 8000
    assert "2 channels" in read.report and "16000 samples a second became 8000" in read.report
    found = measures.find_pitches(read.samples, 8000, 80)
    assert found[12] == 60


def test_clipped_sound_is_told(tmp_path, clip):
    (tmp_path / "loud.wav").write_bytes(to_wav(100 * clip, 16000))
    assert "clipped" in read_sound(tmp_path / "loud.wav", 16000).report


@pytest.mark.parametrize("what", ["empty", "text", "nan", "none"])
def test_what_is_no_sound_is_refused_with_a_sentence(tmp_path, clip, what):
    import soundfile

    path = tmp_path / "x.wav"
    if what == "empty":
        path.write_bytes(to_wav(clip[:0], 8000))
    elif what == "text":
        path.write_text("no sound")
    elif what == "nan":
        soundfile.write(path, np.full(10, np.nan, np.float32), 8000, subtype="FLOAT")
    with pytest.raises((ValueError, FileNotFoundError), match="x.wav"):
        read_sound(path)


def test_a_small_wav_is_read_by_another_program(tmp_path, clip):
    """libsndfile knows the law of telephones, too."""
    for made in (clip, np.linspace(-1, 1, 1001), clip[:0], np.array([0.0, 1, -1, 0.01])):
        (tmp_path / "x.wav").write_bytes(sounds.write_telephone_wav(made, 16000))
        if not len(made):
            continue
        back = read_sound(tmp_path / "x.wav", 16000).samples
        assert len(back) == len(made)
        assert (
            np.abs(back - made).max() < 0.035
            and np.abs(back - made)[np.abs(made) < 0.02].max() < 1e-3
        )


def test_a_browser_plays_a_small_wav(browser, clip):
    page = browser.new_page()
    page.set_content(sounds.play_sounds(Sound(clip, 16000)).html)
    wait = "document.querySelector('audio').readyState >= 1"
    page.wait_for_function(wait)
    assert abs(page.evaluate("document.querySelector('audio').duration") - len(clip) / 16000) < 0.01
    page.close()


def test_sounds_play_with_the_name_escaped(clip):
    shown = sounds.play_sounds(Sound(clip, 16000, '<b>&"'), title="<i>")
    assert "<b>&amp;" not in shown.html and "&lt;b&gt;&amp;&quot;" in shown.html
    assert shown.html.count("<audio") == 1 and "&lt;i&gt;" in shown.html


def test_a_sound_that_may_not_travel_is_not_published(clip, monkeypatch):
    kept = Sound(clip, 16000, publishable=False)
    assert "<audio" in sounds.play_sounds(kept).html
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    assert "<audio" not in sounds.play_sounds(kept).html


@pytest.mark.parametrize("bad", ["none", "labels", "nan", "long"])
def test_sounds_that_cannot_be_shown_are_refused(clip, bad):
    asked = {
        "none": ((), None),
        "labels": ((Sound(clip, 16000),), ["a", "b"]),
        "nan": ((Sound(clip + np.nan, 16000),), None),
        "long": ((Sound(np.tile(clip, 20), 16000),), None),
    }[bad]
    with pytest.raises(ValueError):
        sounds.play_sounds(*asked[0], labels=asked[1])


def test_a_run_that_makes_sound_writes_wav(tmp_path, monkeypatch, data):
    """Whatever game drew it: what ``decode`` gives decides."""
    drawn = np.stack(data.pieces["test"][:2])
    about = {"system": "s", "variant": "v"}
    monkeypatch.setattr(run_folder, "open_run", lambda folder: (None, None, data, None, about))
    monkeypatch.setattr(run_folder, "draw", lambda *a: drawn)
    paths = run_folder.sample("x", 2, out=tmp_path)
    assert [p.suffix for p in paths] == [".wav", ".wav"]
    back = read_sound(paths[0], data.rate)
    assert np.abs(back.samples - data.decode(drawn[0]).samples).max() < 1e-4


def test_a_recorded_sound_is_no_piece_of_the_leaderboard():
    """Whatever game encodes clips: its runs are heard on their own page."""
    import inspect

    from musicgan_lib.lab import recorded_music
    from musicgan_lib.systems import list_systems

    heard = set()
    for card in (c for c in list_systems() if c.plays):
        text = inspect.getsource(inspect.getmodule(type(card.game)))
        if "encode_waves" in text or "wave." in text.replace("wave. ", ""):
            heard.add(card.id)
    kept = {
        c.id
        for c in list_systems()
        if c.plays and (c.family == recorded_music.AUDIO or c.id in recorded_music.OTHER_AUDIO)
    }
    assert heard == kept and len(kept) >= 5
