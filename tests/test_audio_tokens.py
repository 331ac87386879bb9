"""Sound in two kinds of tokens: codebooks by stages, an ear taught by pairs, two writers, what is kept."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import instruments
from musicgan_lib.data.waves import encode_waves
from musicgan_lib.games import audio_measures as measures
from musicgan_lib.learning import contrast
from musicgan_lib.learning import fit as loop
from musicgan_lib.metrics import sound, timbre
from musicgan_lib.models import spectrum_codec as spectra
from musicgan_lib.models.audio_lm import AudioLM
from musicgan_lib.models.melody_ear import MelodyEar
from musicgan_lib.models.residual_quantizer import ResidualQuantizer, find_nearest
from musicgan_lib.models.sound_writers import CodeWriter, WordWriter

CARD = systems.find("borsos2022")
TINY = {
    "codec": 2,
    "pairs": 2,
    "writing": 2,
    "codec_width": 8,
    "ear_width": 8,
    "word_width": 8,
    "code_width": 8,
    "batch": 2,
    "measure": 4,
}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def clips():  # the first 64 clips of each split
    whole = encode_waves("chorales")
    few = {k: {s: v[:64] for s, v in getattr(whole, k).items()} for k in ("pieces", "beside")}
    return dataclasses.replace(whole, **few)


def make(kind, *sizes, seed=0, **options):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return kind(*sizes, **options).eval()


# -- codebooks -----------------------------------------------------------------------------------------


def test_each_codebook_names_what_the_ones_before_have_left():
    quantizer = ResidualQuantizer(2, 2, 1)
    quantizer.books[0, :, 0] = torch.tensor([0.0, 10.0])
    quantizer.books[1, :, 0] = torch.tensor([-1.0, 2.0])
    rows = torch.tensor([[11.0], [9.5], [-0.9], [2.2]])
    codes = quantizer(rows)
    assert codes.tolist() == [[1, 1], [1, 0], [0, 0], [0, 1]]
    assert quantizer.look_up(codes)[:, 0].tolist() == [12, 9, -1, 2]
    assert quantizer.look_up(codes[:, :1])[:, 0].tolist() == [10, 10, 0, 0]


def test_codes_move_to_what_they_name_and_sleepers_are_woken():
    quantizer = ResidualQuantizer(1, 3, 1)
    quantizer.books[0, :, 0] = torch.tensor([0.0, 10.0, 1000.0])
    quantizer.often[0] = torch.tensor([100.0, 100.0, 0.4])
    rows = torch.tensor([[1.0], [1.0], [12.0], [12.0]])
    quantizer.adapt(rows, dice())
    book, often = quantizer.books[0, :, 0], quantizer.often[0]
    assert often.tolist() == pytest.approx([95.1, 95.1, 1.0])
    assert book[:2].tolist() == pytest.approx([0.1 / 95.1, (950 + 0.05 * 24) / 95.1])
    assert min(abs(book[2].item() - x) for x in (1.0, 12.0)) < 0.5  # where a row of the batch is


def test_no_codebook_and_a_book_of_one_are_refused():
    for sizes in ((0, 4, 2), (1, 1, 2)):
        with pytest.raises(ValueError, match="a stage or more"):
            ResidualQuantizer(*sizes)


def test_codebooks_learn_to_spell_rows_and_each_stage_helps():
    rows = torch.randn(512, 4, generator=dice())
    quantizer = make(ResidualQuantizer, 3, 8, 4)
    for step in range(60):
        quantizer.adapt(rows, dice(step))
    codes = quantizer(rows)
    errors = [(rows - quantizer.look_up(codes[:, :q])).square().mean().item() for q in (1, 2, 3)]
    assert errors[0] < 0.8 and errors[0] > errors[1] > errors[2]


# -- codec and ear ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [1600, 1700])
def test_a_codec_has_a_row_for_each_hop(samples):
    codec = make(spectra.SpectrumCodec, 8, 4, 2, 8)
    codes = codec(torch.randn(3, samples, generator=dice()))
    assert codes.shape == (3, 10, 2) and codec.hop == 160
    assert codec.decode(codes).shape == codec.decode(codes[..., :1]).shape == (3, 1600)


def test_windows_that_are_cut_and_joined_are_the_waveform():
    waves = torch.randn(2, 3200, generator=dice())
    torch.testing.assert_close(spectra.join_frames(spectra.cut_frames(waves)), waves)


def test_a_waveform_is_found_that_has_the_spectra(clips):
    real = torch.as_tensor(clips.waves("test")[:4])
    loud = torch.fft.rfft(spectra.cut_frames(real)).abs()
    made = spectra.find_waves(loud)
    assert made.shape == real.shape and sound.spectral_error(made.numpy(), real.numpy()) < 0.25
    again = torch.fft.rfft(spectra.cut_frames(made)).abs()
    assert (again - loud).norm() < 0.2 * loud.norm()


def test_the_same_spectrum_is_at_no_distance():
    real = torch.tensor([[0.0, 1.0]])
    assert spectra.compare_spectra(real, real).item() == 0
    wanted = 0.5 + (math.e - 1) ** 2 / (1 + math.e**2)
    assert spectra.compare_spectra(torch.zeros(1, 2), real).item() == pytest.approx(wanted)


def test_an_ear_hardly_hears_loudness_and_has_one_row_for_each_hop():
    ear = make(MelodyEar, hidden=16, groups=4)
    tone = torch.sin(torch.arange(3200) * 0.3)[None]
    rows = ear.listen(tone)
    assert rows.shape == (1, 10, 32) and torch.allclose(rows.norm(dim=-1), torch.ones(1, 10))
    torch.testing.assert_close(ear.listen(3 * tone), rows, atol=0.1, rtol=0)
    tones = torch.stack([torch.sin(torch.arange(3200) * f) for f in (0.2, 0.5, 0.9, 1.4)])
    with torch.no_grad():
        ear.centres.copy_(ear.listen(tones)[:, 5])
    assert ear(tones)[:, 5].tolist() == [0, 1, 2, 3]


# -- pairs -------------------------------------------------------------------------------------------------


def test_the_loss_on_pairs_by_hand():
    one = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    right, wrong = (
        contrast.contrast_pairs(one, one, 1.0),
        contrast.contrast_pairs(one, one.flip(0), 1.0),
    )
    assert right.item() == pytest.approx(math.log(1 + math.exp(-1)))
    assert wrong.item() == pytest.approx(math.log(1 + math.e))
    same = torch.ones(5, 3)
    assert contrast.contrast_pairs(same, same).item() == pytest.approx(math.log(5))
    with pytest.raises(ValueError, match="one partner"):
        contrast.contrast_pairs(one, same)


def test_partners_are_ranked_by_how_many_are_nearer():
    one = torch.eye(3)
    assert contrast.rank_partners(one, one).tolist() == [0, 0, 0]
    assert contrast.rank_partners(one, one.roll(1, 0)).tolist() == [2, 2, 2]


def test_groups_lie_in_the_middle_of_what_lies_together():
    rows = torch.tensor([[0.0], [1.0], [100.0], [101.0], [102.0]])
    centres = contrast.group_rows(rows, 2, dice())
    assert sorted(centres[:, 0].tolist()) == [0.5, 101.0]
    with pytest.raises(ValueError, match="cannot make 6 groups"):
        contrast.group_rows(rows, 6, dice())


def test_twins_play_the_same_line_on_another_instrument(clips):
    waves, players = measures.make_twins(clips, "test")
    own = clips.labels("test")[:, 0]
    assert waves.shape == clips.waves("test").shape and (players != own).all()
    assert set(players) == {0, 1, 2, 3}
    line, who = clips.lines("test")[3], instruments.NAMES[players[3]]
    plain = instruments.play_line(line, who, 8000, 2.0)
    assert np.abs(waves[3] - plain).max() < 6 * instruments.HISS


# -- writers -------------------------------------------------------------------------------------------------


def test_a_writer_of_words_hears_what_it_has_written_and_nothing_later():
    writer = make(WordWriter, 5, 8, 8)
    words = torch.randint(5, (3, 6), generator=dice())
    logits, other = writer(words), words.clone()
    other[:, 3] = (other[:, 3] + 1) % 5
    assert torch.equal(writer(other)[:, :4], logits[:, :4])
    assert not torch.equal(writer(other)[:, 4:], logits[:, 4:])


def test_a_writer_of_codes_hears_earlier_codes_and_the_words():
    writer = make(CodeWriter, 2, 5, 7, 3, embedding=8, width=8)
    codes = torch.randint(5, (2, 9, 2), generator=dice())
    words = torch.randint(7, (2, 3), generator=dice(1))
    logits, other = writer(codes, words), codes.clone()
    other[:, 4, 0] = (other[:, 4, 0] + 1) % 5
    moved = writer(other, words) != logits
    assert not moved[:, :4].any() and not moved[:, 4, 0].any()
    assert moved[:, 4, 1].any() and moved[:, 5, 0].any()
    last = codes.clone()
    last[:, 4, 1] = (last[:, 4, 1] + 1) % 5
    moved = writer(last, words) != logits
    assert not moved[:, :5].any() and moved[:, 5, 0].any()
    assert not torch.equal(writer(codes, (words + 1) % 7), logits)
    deaf = make(CodeWriter, 2, 5, 7, 3, told=False, embedding=8, width=8)
    assert torch.equal(deaf(codes, (words + 1) % 7), deaf(codes, words))


@pytest.mark.parametrize("known", [0, 1, 4])
def test_what_is_written_is_what_reading_all_again_says(known):
    codes_writer = make(CodeWriter, 2, 5, 7, 3, embedding=8, width=8)
    words_writer = make(WordWriter, 7, 8, 8)
    start = torch.randint(7, (4, known), generator=dice())
    words = words_writer.write(start, 5, dice(), 1e-4)
    assert torch.equal(words[:, :known], start) and words.shape == (4, 5)
    assert torch.equal(words_writer(words).argmax(-1)[:, known:], words[:, known:])
    begun = torch.randint(5, (4, 3 * known, 2), generator=dice())
    codes = codes_writer.write(begun, words, dice(), 1e-4)
    assert codes.shape == (4, 15, 2) and torch.equal(codes[:, : 3 * known], begun)
    assert torch.equal(codes_writer(codes, words).argmax(-1)[:, 3 * known :], codes[:, 3 * known :])


def test_drawn_codes_come_as_often_as_they_should():
    writer = make(CodeWriter, 2, 3, 2, 1, embedding=8, width=8)
    words = torch.zeros(4000, 1, dtype=torch.long)
    drawn = writer.write(torch.zeros(4000, 0, 2, dtype=torch.long), words, dice())
    chances = writer(drawn, words).softmax(-1)[:, 0]
    for stage in range(2):
        often = torch.nn.functional.one_hot(drawn[:, 0, stage], 3).double().mean(0)
        torch.testing.assert_close(often, chances[:, stage].double().mean(0), atol=0.03, rtol=0)


@pytest.mark.parametrize(
    ("hears", "minds"), [("both", (True, True)), ("codes", (False, True)), ("words", (True, False))]
)
def test_a_continuation_minds_what_it_hears(hears, minds):
    network = make(AudioLM, 2, 4, 4, 8, 8, 8, 8, hears)
    words = torch.randint(4, (8, 3), generator=dice())
    codes = torch.randint(4, (8, 6, 2), generator=dice())
    made = network.go_on(words, codes, 6, dice(1))[1]
    assert made.shape == (8, 12, 2)
    others = ((words + 1) % 4, codes), (words, (codes + 1) % 4)
    for given, moved in zip(others, minds):
        again = network.go_on(*given, 6, dice(1))[1]
        assert torch.equal(again[:, 6:], made[:, 6:]) != moved


# -- measures ------------------------------------------------------------------------------------------------


def test_tones_are_found_with_their_harmonics():
    line = [[0, 1.0, 69]]
    for name, (amplitudes, *_) in instruments.INSTRUMENTS.items():
        pitches, heard, clarity = sound.find_tones(
            instruments.play_line(line, name, 8000, 1.0), 8000, 800
        )
        assert pitches[5] == 69 and clarity[5] > 0.9
        wanted = np.zeros(5)
        wanted[: len(amplitudes[:5])] = amplitudes[:5]
        assert heard[5] / heard[5].max() == pytest.approx(wanted / wanted.max(), abs=0.03)
    noise = np.random.default_rng(0).standard_normal(8000)
    assert sound.find_tones(noise, 8000, 800)[2].max() < 0.2
    silent = sound.find_tones(np.zeros(8000), 8000, 800)
    assert (silent[0] == -1).all() and not silent[2].any()


def test_instruments_are_read_from_their_sound(clips):
    described = np.stack([timbre.describe_timbre(x, 8000) for x in clips.waves("train")[:48]])
    reader = timbre.fit_reader(described, clips.labels("train")[:48, 0], 4)
    asked = np.stack([timbre.describe_timbre(x, 8000) for x in clips.waves("test")[:24]])
    assert (timbre.read_labels(reader, asked) == clips.labels("test")[:24, 0]).mean() > 0.9
    assert not timbre.describe_timbre(np.zeros(8000), 8000).any()
    with pytest.raises(ValueError, match="no example of"):
        timbre.fit_reader(described, np.zeros(48, int), 4)


def test_labels_are_guessed_by_counting():
    tokens = [[0, 1], [0, 1], [1, 0], [1, 0]]
    assert measures.guess_labels(tokens, [0, 0, 1, 1], [[0, 1], [1, 0], [0, 0]], 2)[
        :2
    ].tolist() == [0, 1]
    assert measures.probe_tokens(tokens, [[0, 1]] * 4, ([0, 0, 1, 1], [0, 0, 0, 1]), 2) == 0.75


def test_what_is_kept_is_the_pitch_in_key_by_the_right_player():
    def play(pitch, who):
        return instruments.play_line([[0, 2.0, pitch]], who, 8000, 2.0)

    sounds = [play(60, "flute"), play(61, "flute"), play(60, "trumpet"), np.zeros(16000)]
    taught = [play(p, who) for who in instruments.NAMES for p in (55, 60, 64)]
    reader = measures.fit_timbres(taught, np.repeat(range(4), 3), 8000)
    found = measures.rate_tails(sounds, 8000, 6400, reader, [0, 0, 0, 0])
    assert found["key"] == 0.5 and found["kept"] == 0.25 and found["timbre"] in (0.5, 0.75)
    assert found["clear"] == 0.75


# -- the game ------------------------------------------------------------------------------------------------


def begin(clips, seed=0, control=None, **changes):
    config = CARD.configure_control(control, "both", "smoke", "chorales", **TINY | changes)
    state = CARD.game.build(config, clips, seed)
    return config, state, CARD.game.make_step(config, clips)


def test_each_phase_moves_its_own_part_and_words_are_grouped_where_writing_begins(clips):
    config, state, step = begin(clips)
    parts = {"codec": "codec", "pairs": "ear.layers", "writing": ("words", "codes.")}
    network = state.modules["network"]
    for phase, own in parts.items():
        for turn in range(getattr(config, phase)):
            before = {k: v.clone() for k, v in network.state_dict().items()}
            step(state)
            state.step += 1
            moved = {k for k, v in network.state_dict().items() if not torch.equal(v, before[k])}
            grouped = {"ear.centres"} if phase == "writing" and turn == 0 else set()
            assert moved >= grouped and moved - grouped
            assert all(k.startswith(own) for k in moved - grouped), moved


def test_a_run_goes_on_where_it_was_stopped(clips, tmp_path):
    whole = begin(clips)
    loop.fit(whole[1], whole[2], whole[0].steps)
    for stop in (1, 3, 5):
        config, state, step = begin(clips)
        loop.fit(state, step, stop, folder=tmp_path / str(stop))
        _, state, step = begin(clips)
        loop.fit(state, step, config.steps, folder=tmp_path / str(stop))
        ends = [loop.weights_hash(s.modules["network"]) for s in (whole[1], state)]
        assert ends[0] == ends[1]


def test_what_hears_less_shares_what_it_has_learned_in_common(clips):
    shared = {c: CARD.game.shared_phase(begin(clips, control=c)[0]) for c in (None, *CARD.controls)}
    first = CARD.game.shared_phase(shared[None])
    assert shared[None] == shared["words_alone"] and shared[None].steps == 6
    assert first == shared["codes_alone"] and first.steps == 4
    assert CARD.game.shared_phase(first) == first


def test_all_is_measured_on_test_clips(clips):
    config, state, step = begin(clips)
    loop.fit(state, step, config.steps)
    found, samples = CARD.game.measure(state, config, clips, dice())
    assert samples.shape == (4, 16000) and samples.min() >= 0 and samples.max() < 256
    assert found["real_timbre"] > 0.7 and found["real_key"] > 0.7 and 0 <= found["kept"] <= 1
    assert all(math.isfinite(v) for v in found.values())
    drawn = CARD.game.draw(state.modules["network"], config, 2, dice())
    assert drawn.shape == (2, 80 * 320)


def test_the_nearest_row_of_a_book():
    book = torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    assert find_nearest(torch.tensor([[[0.4, 0.4], [0.6, 0.6]]]), book).tolist() == [[0, 1]]


REFUSED = [
    ({"hears": "all"}, "no hears"),
    ({"codec": -1}, "at least 0"),
    ({"stages": 0}, "at least 1"),
    ({"prompt": 50}, "a clip has 50 words"),
    ({"crop": 60}, "a clip has 50 words"),
    ({"lr": 0.0}, "above 0"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(clips, changes, said):
    with pytest.raises(ValueError, match=said):
        begin(clips, **changes)


def test_a_network_that_hears_nothing_known_is_refused():
    with pytest.raises(ValueError, match="choose both, codes, words"):
        AudioLM(hears="all")
    with pytest.raises(ValueError, match="2 or more"):
        MelodyEar(groups=1)
