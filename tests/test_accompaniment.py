"""A band that accompanies: what is given comes back, reaches the others through the encoder, and is what they are
measured against.
"""

import numpy as np
import pytest
import torch
from test_bands import CARD, make_band

from musicgan_lib.data import bands as music
from musicgan_lib.data.columns import read_columns
from musicgan_lib.games import bands
from musicgan_lib.metrics import tracks
from musicgan_lib.models import band_gan


def make_accompaniment(given=1, model="hybrid", **sizes):
    """A band that is given a track, noise and two takes of that track, ``(4, T)``."""
    band = make_band(model, given=given, heard=4, **sizes)
    draw = torch.Generator().manual_seed(2)
    takes = torch.randint(7, (2, 4, band.bars * band.columns), generator=draw)
    return band, band.draw_noise(4, draw, "cpu"), takes


def picture(take):
    return torch.nn.functional.one_hot(take, 7).transpose(1, 2).float()


@pytest.mark.parametrize("given", [0, 1, 2])
@pytest.mark.parametrize("model", band_gan.MODELS)
def test_a_given_track_comes_back_as_it_is(model, given):
    band, noise, (take, _) = make_accompaniment(given, model, columns=8)
    others = [k for k in range(3) if k != given]
    with torch.no_grad():
        shares, made = band.play(noise, picture(take)), band(noise, picture(take))
        drawn = band.sample(4, torch.Generator().manual_seed(3), "cpu", take)
        again = band(band.draw_noise(4, torch.Generator().manual_seed(3), "cpu"), picture(take))
    assert torch.equal(shares[:, given], picture(take)) and torch.equal(drawn[:, given], take)
    assert torch.equal(shares[:, others], made.softmax(2))
    assert torch.equal(drawn[:, others], again.argmax(2))


@pytest.mark.parametrize("model", band_gan.MODELS)
def test_another_given_track_moves_all_others_in_its_own_bar_alone(model):
    band, noise, (take, other) = make_accompaniment(model=model)
    half = take.clone()
    half[:, 4:] = other[:, 4:]  # the second bar of another track
    with torch.no_grad():
        apart = (band(noise, picture(take)) != band(noise, picture(half))).any(0).any(1)
    assert apart.unflatten(1, (2, 4)).any(2).tolist() == [[False, True]] * 2


def test_each_level_of_what_is_heard_reaches_the_tracks():
    band, noise, (take, _) = make_accompaniment(columns=8)
    levels = band.listen(picture(take))
    assert [x.shape for x in levels] == [(8, 4, n) for n in (2, 4, 8)]
    for painter, own in zip(band.painters, (1, 2)):
        heard = torch.cat([band.hear(noise[:, 0], band.time),
                           band.hear(noise[:, own, :, :2], band.own_times[own - 1])], 2)  # fmt: skip
        asked = [x.detach().requires_grad_() for x in levels]
        painter(heard.flatten(0, 1), asked).square().sum().backward()
        assert all(x.grad.abs().sum() > 0 for x in asked)


def test_the_slope_in_the_encoder_is_that_of_finite_differences():
    band, noise, (take, _) = make_accompaniment()
    band, noise, given = band.double(), noise.double(), picture(take).double()
    weight = band.encoder.halve[0].weight

    def lose():
        return band.play(noise, given).square().sum()

    lose().backward()
    for place in ((0, 0, 0), (3, 2, 1)):
        with torch.no_grad():
            values = []
            for step in (1e-6, -2e-6):
                weight[place] += step
                values.append(lose().item())
            weight[place] += 1e-6
        assert weight.grad[place].item() == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-4)
        assert weight.grad[place] != 0


def test_a_deaf_band_is_moved_by_no_given_track_and_its_encoder_learns_nothing():
    band, noise, (take, other) = make_accompaniment(deaf=True)
    assert torch.equal(band(noise, picture(take)), band(noise, picture(other)))
    band(noise, picture(take)).square().sum().backward()
    assert all((p.grad == 0).all() for p in band.encoder.parameters())
    hearing = make_accompaniment()[0]
    hearing.load_state_dict(band.state_dict())  # the same weights, and ears
    assert not torch.equal(hearing(noise, picture(take)), hearing(noise, picture(other)))


def test_a_band_says_whether_a_track_has_to_be_given():
    band, noise, (take, _) = make_accompaniment()
    with pytest.raises(ValueError, match="no track is given"):
        band(noise)
    alone = make_band("hybrid")
    with pytest.raises(ValueError, match="takes no given track"):
        alone(alone.draw_noise(4, torch.Generator(), "cpu"), picture(take))
    with pytest.raises(ValueError, match="given is 3: choose one of the 3 tracks"):
        make_band("hybrid", given=3)


def test_strangers_have_the_given_track_of_the_example_before():
    numbers = np.arange(3)[:, None, None] + np.zeros((3, 4, 2), int)
    parted = music.part_given(numbers, 2)
    assert parted[:, :, 0].tolist() == [[0, 0, 2, 0], [1, 1, 0, 1], [2, 2, 1, 2]]
    assert (numbers == np.arange(3)[:, None, None]).all()
    with pytest.raises(ValueError, match="one band has no stranger"):
        music.part_given(numbers[:1], 2)


@pytest.mark.parametrize("strangers", [False, True])
def test_what_accompanies_hears_training_music_and_the_critic_hears_both(strangers):
    """A fake holds a given track of the training music; the real examples' other tracks go with it, or never met it."""
    config = CARD.configure("accompany", "smoke", batch=8, filters=4, strangers=strangers)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    material = CARD.game.choose_material(config, data)
    known = {x.tobytes() for x in material.bands[:, 0]}
    fake = material.fake(state).argmax(2).numpy()
    real = material.real(8, torch.Generator().manual_seed(1)).argmax(2).numpy()
    assert all(x.tobytes() in known for x in [*fake[:, 0], *real[:, 0]])
    met = {x.tobytes() for x in material.bands}
    assert sum(x.tobytes() in met for x in real) == (0 if strangers else 8)


def test_numbers_of_an_accompaniment():
    """What is given is of held-out music, and returns; a deaf band follows nobody, though other noise moves it."""
    config = CARD.configure("accompany", "smoke", measure=64, filters=4, deaf=True)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    found, samples = CARD.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert (found["follows"], found["returned"]) == (0, 1) and found["moved"] > 0
    known = {x.tobytes() for x in music.cut_bands(data, "test", 2, 4)[:, 0]}
    drawn = CARD.game.draw(state.modules["generator"], config, 3, torch.Generator().manual_seed(0))
    for tokens in (*samples, *drawn):
        assert read_columns(data, tokens)[0, ::4].tobytes() in known
    assert len(samples) == 64 and found["real_harmony"] > 0.5


def test_what_goes_together_is_the_given_track_and_each_other():
    band = np.arange(3)[None, :, None] + np.zeros((2, 3, 16), int)
    groups = bands.group_tracks(band, 1)
    assert [g[0, :, 0].tolist() for g in groups] == [[0, 1], [1, 2]]
    assert bands.group_tracks(band, -1)[0] is band
    told = bands.describe_band(band + 60, [tracks.weigh_pairs(g) for g in groups], 1)
    wanted = np.mean([tracks.measure_tonal_distance(g + 60) for g in groups])
    assert told["tonal_distance"] == pytest.approx(wanted) and told["harmony"] == 0
