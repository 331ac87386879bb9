"""Singing without a score: frames and back, the balance of the game by hand, noise of frames and of songs."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import sung
from musicgan_lib.data.instruments import NAMES, play_line
from musicgan_lib.data.waves import FACTS, WaveData
from musicgan_lib.games import singing
from musicgan_lib.learning import equilibrium
from musicgan_lib.metrics import mel_frames
from musicgan_lib.metrics.sound import find_pitches
from musicgan_lib.models.draws import rand
from musicgan_lib.models.singer_gan import FrameCritic, PatchCritic, Singer
from musicgan_lib.representations import mel, mu_law

RATE, FRAMES = 8000, 16
SAMPLES = mel.SIZE + FRAMES * mel.HOP
TINY = {
    "frames": FRAMES,
    "hidden": 8,
    "filters": 8,
    "batch": 4,
    "measure": 4,
    "adversarial": 3,
}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_data(n=6):
    rng = np.random.default_rng(0)
    pieces, beside = {}, {}
    for split in ("train", "valid", "test"):
        lines = [[(0, 0.2, p), (0.25, 0.2, p + 4)] for p in rng.integers(55, 70, n)]
        waves = [
            play_line(line, NAMES[k % 4], RATE, SAMPLES / RATE) for k, line in enumerate(lines)
        ]
        pieces[split] = [mu_law.encode(w).astype(np.int64) for w in waves]
        beside[split] = [np.zeros(len(FACTS) + 1, np.int64) for _ in range(n)]
    return WaveData("dice", "wave.8000", (256,), [[]], pieces, "none", beside=beside, rate=RATE)


def begin(variant="frame_noise", **changes):
    card = systems.find("liu2019")
    config = card.configure(variant, "smoke", "chorales", **TINY | changes)
    return card.game, config, card.game.build(config, make_data(), 0)


def test_bands_are_triangles_that_hear_every_frequency():
    bands = mel.lay_bands(RATE)
    assert bands.shape == (40, 257) and np.allclose(bands.sum(1), 1) and (bands >= 0).all()
    peaks = bands.argmax(1)
    assert (np.diff(peaks) > 0).all()
    assert (bands[:, 3:254].sum(0) > 0).all()


def test_frames_by_hand_and_their_ends():
    silence = mel.encode(np.zeros((2, 1024)), RATE)
    assert silence.shape == (2, 3, 40) and not silence.any()
    assert mel.count_frames(1024) == 3 and mel.count_frames(100) == 0
    t = np.arange(2048) / RATE
    frames = mel.encode(0.3 * np.sin(2 * np.pi * 1000 * t), RATE)
    heard = mel.lay_bands(RATE)[:, 64].argmax()  # 1,000 Hz is frequency 64 of a window
    assert (frames.argmax(1) == heard).all() and frames.max() <= 1
    louder = mel.encode(0.6 * np.sin(2 * np.pi * 1000 * t), RATE)
    step = math.log(2) / (mel.LOUD - mel.SOFT)
    assert np.allclose((louder - frames)[:, heard], step, atol=1e-6)
    with pytest.raises(ValueError, match="shorter than a window"):
        mel.encode(np.zeros(100), RATE)
    with pytest.raises(ValueError, match="no number"):
        mel.encode(np.full(1024, np.nan), RATE)


def test_a_sound_comes_back_from_its_frames_with_its_pitch():
    line = [(0, 0.5, 69), (0.5, 0.5, 76)]
    sound = play_line(line, "flute", RATE, 1.0)
    frames = mel.encode(sound, RATE)
    again = mel.decode(frames, RATE, np.random.default_rng(0))
    assert len(again) == mel.SIZE + (len(frames) - 1) * mel.HOP
    near = np.abs(mel.encode(again, RATE) - frames).mean()
    rough = mel.decode(frames, RATE, np.random.default_rng(0), rounds=0)
    assert near < 0.12 and near < np.abs(mel.encode(rough, RATE) - frames).mean()
    pitches = find_pitches(again, RATE, 800)
    assert abs(pitches[2] - 69) <= 1 and abs(pitches[7] - 76) <= 1
    assert not mel.decode(np.zeros((4, 40)), RATE, np.random.default_rng(0)).any()
    with pytest.raises(ValueError, match="rows of 40"):
        mel.decode(np.zeros((4, 39)), RATE, np.random.default_rng(0))


def test_the_balance_stands_still_where_made_music_has_its_share():
    assert equilibrium.next_balance(0.3, 2.0, 1.0, 0.5, 0.1) == 0.3
    assert equilibrium.next_balance(0.3, 2.0, 0.5, 0.5, 0.1) == pytest.approx(0.35)
    assert equilibrium.next_balance(0.3, 2.0, 2.0, 0.5, 0.1) == pytest.approx(0.2)
    assert equilibrium.next_balance(0.0, 1.0, 9.0, 0.5, 1.0) == 0.0
    assert equilibrium.next_balance(1.0, 9.0, 0.0, 0.5, 1.0) == 1.0
    assert equilibrium.measure_convergence(2.0, 0.5, 0.5) == 2.5
    with pytest.raises(ValueError, match="a balance is kept between numbers"):
        equilibrium.next_balance(0.3, math.nan, 1.0, 0.5, 0.1)


def test_where_real_and_made_losses_answer_the_balance_it_finds_the_share():
    balance = 0.0  # a critic that heeds made music more loses more of it
    for _ in range(2000):
        real, made = 1.0, 0.2 + balance
        balance = equilibrium.next_balance(balance, real, made, 0.6, 0.05)
    assert made == pytest.approx(0.6, abs=1e-9) and balance == pytest.approx(0.4)


def test_each_frame_has_noise_of_its_own_or_the_whole_song_has_one():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        singer, one = Singer(40, 3, 8), Singer(40, 3, 8, each="song")
    noise = singer.draw_noise(2, 9, dice())
    assert noise.shape == (2, 9, 3) and len(noise[0].unique(dim=0)) == 9
    same = one.draw_noise(2, 9, dice())
    assert same.shape == (2, 9, 3) and len(same[0].unique(dim=0)) == 1
    assert not torch.equal(same[0], same[1])
    other = noise.clone()
    other[:, 5:] += 1  # what comes is not heard before it comes
    assert torch.allclose(singer(noise)[:, :5], singer(other)[:, :5])
    assert not torch.allclose(singer(noise)[:, 5:], singer(other)[:, 5:])
    assert singer(torch.zeros(1, 200, 3)).shape == (1, 200, 40)
    with pytest.raises(ValueError, match="each is 'bar'"):
        Singer(40, each="bar")


def test_the_lessons_with_a_balance_by_hand():
    game, config, state = begin("balance", code=4, share=0.5, follow=0.1)
    songs, critic = game.choose_material(config, make_data()), state.modules["discriminator"]
    critic.balance.fill_(0.3)
    real, fake = songs.real(4, dice()), songs.fake(state).detach()
    lost, fooled = ((x - critic(x)).abs().mean() for x in (real, fake))
    loss, told = songs.lesson(critic, real, fake, dice())
    assert torch.allclose(loss, lost - 0.3 * fooled)
    assert told["balance"] == pytest.approx(0.3)
    wanted = 0.3 + 0.1 * (0.5 * lost - fooled).item()
    assert critic.balance.item() == pytest.approx(wanted, abs=1e-6)
    assert torch.allclose(songs.score(critic, fake).mean(), -fooled)


def test_the_generator_lowers_what_the_critic_loses_of_its_songs():
    game, config, state = begin("balance")
    signal = game.choose_signal(config)(config, game.choose_material(config, make_data()))
    state.generator.manual_seed(5)
    loss = signal.loss(state, signal.read(state))
    state.generator.manual_seed(5)
    fake = game.choose_material(config, make_data()).fake(state)
    assert torch.allclose(loss, state.modules["discriminator"].price(fake).mean())


def test_the_lessons_of_patches_by_hand():
    game, config, state = begin(penalty=3.0)
    songs, critic = game.choose_material(config, make_data()), state.modules["discriminator"]
    real, fake = songs.real(4, dice()), songs.fake(state).detach()
    loss, told = songs.lesson(critic, real, fake, dice(1))
    share = rand(4, generator=dice(1)).reshape(-1, 1, 1)
    mixed = (share * real + (1 - share) * fake).requires_grad_()
    (slope,) = torch.autograd.grad(critic.score(mixed).sum(), mixed)
    penalty = (slope.square().sum((1, 2)).sqrt() - 1).square().mean()
    distance = critic.score(real).mean() - critic.score(fake).mean()
    assert torch.allclose(loss, 3 * penalty - distance, atol=1e-5)
    assert told["distance"] == pytest.approx(distance.item(), abs=1e-6)
    assert told["penalty"] == pytest.approx(penalty.item(), abs=1e-5)


def test_a_patch_hears_21_frames_and_their_changes():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        critic = PatchCritic(40, 8)
    songs = torch.rand(1, 80, 40, generator=dice()).requires_grad_()
    changes = torch.nn.functional.pad(songs.transpose(1, 2).diff(dim=2), (1, 0))
    told = critic.hear(torch.cat([songs.transpose(1, 2), 4 * changes], 1))
    assert told.shape == (1, 20) and torch.allclose(told.mean(1), critic.score(songs))
    (slope,) = torch.autograd.grad(told[0, 10], songs)
    heard = (slope[0].abs().sum(1) > 0).nonzero().ravel()
    assert len(heard) == 21 and heard[-1] - heard[0] == 20


def test_the_singer_that_is_kept_is_an_average_and_begins_with_the_mean_level():
    game, config, state = begin(average=0.75)
    kept, learned = (state.modules[k] for k in ("generator", "singer"))
    mean = game.choose_material(config, make_data()).songs.mean((0, 1)).clamp(0.01, 0.99)
    assert torch.allclose(learned.frames[-1].bias.sigmoid(), mean, atol=1e-6)
    before = kept.frames[-1].bias.clone()
    game.make_step(config, make_data())(state)
    after = 0.75 * before + 0.25 * learned.frames[-1].bias
    assert not torch.equal(learned.frames[-1].bias, before)
    assert torch.allclose(kept.frames[-1].bias, after, atol=1e-6)


def test_a_frozen_critic_keeps_its_weights_and_its_balance():
    game, config, state = begin()
    before = {k: v.clone() for k, v in state.modules["discriminator"].state_dict().items()}
    step = game.make_step(config, make_data(), "frozen_discriminator")
    for state.step in range(3):
        step(state)
    after = state.modules["discriminator"].state_dict()
    assert all(torch.equal(v, before[k]) for k, v in after.items())


def test_changes_and_places_by_hand():
    songs = np.zeros((2, 3, 4))
    songs[0, 1, 2], songs[1] = 1.0, 1.0
    assert mel_frames.measure_changes(songs).tolist() == [[0.25, 0.25], [0, 0]]
    still = np.ones((3, 5, 4))
    assert mel_frames.compare_changes(still, songs) == pytest.approx(1.0)
    assert mel_frames.compare_changes(songs, songs) == 0
    places = mel_frames.measure_places(songs)
    wanted = -(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))
    assert places.tolist() == pytest.approx([wanted, 0])


def test_a_run_is_measured_within_its_length_and_beyond():
    game, config, state = begin()
    found, samples = game.measure(state, config, make_data(), dice())
    assert samples.dtype == np.uint8 and len(samples) == 4
    for name in ("changes_far", "changes_far_later", "floor_changes_far", "real_places", "score"):
        assert math.isfinite(found[name])
    drawn = game.draw(state.modules["generator"], config, 2, dice())
    assert len(make_data().decode(drawn[0]).samples) == mel.SIZE + (FRAMES - 1) * mel.HOP
    with pytest.raises(ValueError, match="temperature at 1"):
        game.draw(state.modules["generator"], config, 2, dice(), 2.0)


def test_what_comes_later_is_heard_beyond_the_length_of_training(monkeypatch):
    game, config, state = begin()
    moving = sung.read_songs(make_data(), "test")[:, : config.frames]
    still = np.repeat(moving[:, -1:], config.frames, 1)
    songs = np.concatenate([moving, still], 1)
    monkeypatch.setattr(singing, "sing", lambda *_: songs)
    found, _ = game.measure(state, config, make_data(), dice())
    assert found["changes_far"] == 0 and found["changes_far_later"] == pytest.approx(1)


REFUSED = [
    ({"frames": 18}, "multiple of 4"),
    ({"each": "bar"}, "no each"),
    ({"share": 0.0, "critic": "restoring"}, "above 0"),
    ({"share": math.nan, "critic": "restoring"}, "above 0"),
    ({"follow": -1.0, "critic": "restoring"}, "at least 0"),
    ({"longer": 1}, "at least 2"),
    ({"critic": "ear"}, "no critic"),
    ({"average": 1.0}, "nothing is learned"),
    ({"penalty": -1.0}, "at least 0"),
    ({"code": 4}, "code moves nothing where critic is patches"),
    ({"critic": "restoring", "penalty": 1.0}, "penalty moves nothing"),
    ({"g_lr": math.inf}, "above 0"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        begin(**changes)


def test_a_critic_refuses_a_song_that_it_cannot_halve():
    for hear in (FrameCritic(40, 8, 4), PatchCritic(40, 8).score):
        with pytest.raises(ValueError, match="a multiple of 4"):
            hear(torch.zeros(1, 6, 40))
