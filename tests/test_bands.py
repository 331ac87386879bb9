"""MuseGAN in small: whose noise moves which track, what holds a critic's slopes, and what is counted of a band."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import bands as music
from musicgan_lib.games import bands
from musicgan_lib.learning import wasserstein
from musicgan_lib.metrics import tracks
from musicgan_lib.models import band_gan

CARD = systems.find("dong2017")


def make_band(model, **sizes):
    sizes = {"rows": 7, "tracks": 3, "bars": 2, "columns": 4, "noise": 3, "own_noise": 2} | sizes
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return band_gan.BandGenerator(model=model, filters=5, **sizes)


def find_moved(band, source, part):
    """Which tracks and bars another draw of one vector of one source changes, ``(tracks, bars)``."""
    noise = band.draw_noise(4, torch.Generator().manual_seed(1), "cpu")
    other = noise.clone()
    other[:, source, part] = -other[:, source, part]
    with torch.no_grad():
        apart = (band(noise) != band(other)).any(0).any(1)
    return apart.unflatten(1, (band.bars, band.columns)).any(2)


@pytest.mark.parametrize("part", [0, 1])
def test_noise_moves_the_tracks_that_hear_it_and_no_other(part):
    for model, shared, own in (
        ("jamming", False, True), ("composer", True, False), ("hybrid", True, True),
    ):  # fmt: skip
        band = make_band(model)
        assert (find_moved(band, 0, part) == shared).all(), model
        for track in range(3):
            wanted = torch.zeros(3, 2, dtype=torch.bool)
            wanted[track] = own
            assert torch.equal(find_moved(band, 1 + track, part), wanted), (model, track)


def test_one_vector_stays_through_the_bars_and_one_moves():
    band = make_band("hybrid")
    noise = band.draw_noise(4, torch.Generator().manual_seed(1), "cpu")
    heard = band.hear(noise[:, 0], band.time)
    assert heard.shape == (4, 2, 6)
    assert torch.equal(heard[:, 0, :3], heard[:, 1, :3])
    assert (heard[:, 0, 3:] != heard[:, 1, 3:]).all()


@pytest.mark.parametrize(("columns", "bars"), [(4, 1), (8, 2), (16, 3)])
@pytest.mark.parametrize("model", band_gan.MODELS)
def test_a_band_has_its_shape_and_a_critic_hears_it(model, columns, bars):
    band = make_band(model, columns=columns, bars=bars)
    pictures = band(band.draw_noise(2, torch.Generator().manual_seed(0), "cpu")).softmax(2)
    assert pictures.shape == (2, 3, 7, bars * columns)
    assert torch.allclose(pictures.sum(2), torch.ones(2, 3, bars * columns))
    critic = band_gan.BandCritic(7, 3, bars * columns, 4, apart=model == "jamming")
    assert critic.score(pictures).shape == (2,)


def test_critics_apart_hear_no_two_tracks_together():
    """What track 0 is worth does not depend on what track 1 plays; a critic of all tracks hears both."""
    pictures = torch.rand(2, 2, 3, 7, 8, generator=torch.Generator().manual_seed(0))
    for apart in (True, False):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            critic = band_gan.BandCritic(7, 3, 8, 4, apart)
        worth = []
        for other in pictures[1]:
            one, two = pictures[0].clone()
            one[1] = two[1] = other[1]
            worth.append(critic.score(torch.stack([one, two])).diff().item())
        with_zero = pictures[0].clone()
        with_zero[:, 1] = 0
        worth.append(critic.score(with_zero).diff().item())
        assert (np.ptp(worth) < 1e-5) == apart


def test_chroma_is_summed_over_tracks_and_octaves():
    pictures = torch.zeros(1, 2, 15, 1)  # rows 0 to 13, and silence
    pictures[0, 0, 1, 0], pictures[0, 1, 13, 0], pictures[0, 1, 14, 0] = 0.5, 0.25, 9.0
    assert band_gan.sum_chroma(pictures)[0, :, 0].tolist() == [0, 0.75, *[0] * 10]


def test_a_linear_critic_pays_for_its_slope_alone():
    """Of f(x) = w x the slope is w wherever it is asked: the penalty is (|w| - 1)^2, and its own slope 2 (|w| - 1)."""
    weight = torch.tensor([3.0, 4.0], requires_grad=True)
    draw = torch.Generator().manual_seed(0)
    real, fake = torch.rand(2, 6, 2, generator=draw)
    share = torch.rand(6, generator=draw)
    penalty = wasserstein.gradient_penalty(lambda x: x @ weight, real, fake, share)
    assert penalty.item() == pytest.approx(16)
    (slope,) = torch.autograd.grad(penalty, weight)
    assert slope.tolist() == pytest.approx([8 * 0.6, 8 * 0.8])
    loss = wasserstein.critic_loss(real @ weight, fake @ weight)
    assert loss.item() == pytest.approx(((fake - real).mean(0) @ weight).item(), rel=1e-5)


def test_a_penalty_is_asked_between_real_and_fake():
    asked = []

    def score(x):
        asked.append(x.detach())
        return x.sum((1, 2))

    real, fake = torch.zeros(2, 2, 1), torch.ones(2, 2, 1)
    wasserstein.gradient_penalty(score, real, fake, torch.tensor([1.0, 0.25]))
    assert asked[0].flatten().tolist() == [0, 0, 0.75, 0.75]


def test_what_a_turn_lowers():
    """The generator lowers minus the critic's mean; a lesson lowers the gap, and ten times the penalty."""
    config = CARD.configure("hybrid", "smoke", filters=4, critic_filters=4, batch=4)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    material = CARD.game.choose_material(config, data)
    critic = state.modules["discriminator"]
    real, fake = (
        material.real(4, torch.Generator().manual_seed(1)),
        material.fake(state).detach(),
    )
    loss, told = material.lesson(critic, real, fake, torch.Generator().manual_seed(2))
    gap = (critic.score(fake).mean() - critic.score(real).mean()).item()
    assert told["distance"] == pytest.approx(-gap)
    assert loss.item() == pytest.approx(gap + 10 * told["penalty"], rel=1e-5)
    signal = CARD.game.choose_signal(config)(config, material)
    before = state.generator.get_state()
    reading = signal.read(state)
    state.generator.set_state(before)
    wanted = -critic.score(material.fake(state)).mean()
    assert signal.loss(state, reading).item() == pytest.approx(wanted.item())
    assert signal.likelihood == 0 and signal.order[0] == "discriminator"


def test_a_band_of_the_chorales_is_cut_at_bars_and_back():
    config = CARD.configure("hybrid", "smoke")
    data = CARD.game.encode(config, "chorales")
    whole, quarters = (music.cut_bands(data, "test", 2, every) for every in (1, 4))
    assert whole.shape[1:] == (4, 32) and (whole[:, :, ::4] == quarters).all()
    pictures = bands.paint(quarters[:3], data.hold)
    assert pictures.shape == (3, 4, data.hold + 1, 8)
    assert (pictures.argmax(2).numpy() == quarters[:3]).all() and (pictures.sum(2) == 1).all()
    pitches = music.to_pitches(quarters, data.lowest, data.hold, 4)
    assert pitches.shape == whole.shape
    assert ((pitches[:, :, ::4] - data.lowest == quarters) | (quarters == data.hold)).all()
    assert ((pitches[:, :, ::4] == -1) == (quarters == data.hold)).all()
    with pytest.raises(ValueError, match="whole bars of 4/4: choose fewer"):
        music.cut_bands(data, "test", 400)


def test_parted_tracks_have_never_met():
    numbers = np.arange(5)[:, None, None] + np.zeros((5, 3, 2), int)
    parted = music.part_tracks(numbers)
    assert parted[:, :, 0].tolist() == [[0, 4, 3], [1, 0, 4], [2, 1, 0], [3, 2, 1], [4, 3, 2]]
    with pytest.raises(ValueError, match="2 examples cannot part 3 tracks"):
        music.part_tracks(numbers[:2])


def make_line(*notes):
    return np.repeat(*zip(*notes))


def test_bars_tones_and_notes_by_hand():
    """Track 0: a bar of C C# c, then silence. Track 1: one tone for a bar, then two halves an octave apart."""
    one = make_line((60, 4), (61, 4), (72, 8), (-1, 16))
    two = make_line((55, 16), (55, 8), (67, 8))
    band = np.stack([one, two])[None]
    assert tracks.rate_empty_bars(band).tolist() == [0.5, 0]
    assert tracks.count_used_classes(band).tolist() == [2, 1]
    assert tracks.rate_long_notes(band).tolist() == pytest.approx([1 / 3, 1])
    assert tracks.rate_long_notes(band, 4).tolist() == [1, 1]
    silent = np.full((1, 1, 16), -1)
    assert tracks.rate_empty_bars(silent).tolist() == [1]
    assert np.isnan(tracks.count_used_classes(silent)).all()
    assert np.isnan(tracks.rate_long_notes(silent)).all()
    with pytest.raises(ValueError, match="whole bars of 16"):
        tracks.rate_empty_bars(np.zeros((1, 1, 15)))


def test_tonal_distance_by_hand():
    """A fifth turns the first circle by 49 twelfths, so by 30 degrees; the second by 270 and the third by 120."""
    band = np.zeros((1, 2, 16), int)
    band[0, 0], band[0, 1] = 60, 67
    turned = [
        2 * r * np.sin(a / 2) for r, a in ((1, np.pi / 6), (1, np.pi / 2), (0.5, 2 * np.pi / 3))
    ]
    assert tracks.measure_tonal_distance(band) == pytest.approx(np.linalg.norm(turned))
    band[0, 1] = 72
    assert tracks.measure_tonal_distance(band) == pytest.approx(0)
    band[0, 1, 4:] = -1  # beats in which one is silent do not count
    assert tracks.measure_tonal_distance(band) == pytest.approx(0)
    assert np.isnan(tracks.measure_tonal_distance(np.full((1, 2, 16), -1)))


def test_strangers_agree_less_and_independent_tracks_not_at_all():
    rng = np.random.default_rng(0)
    roots = rng.integers(48, 60, (400, 1, 8)).repeat(4, 2)
    together = np.concatenate([roots, roots + 7], 1)  # fifths
    apart = np.concatenate([roots, roots[::-1] + 7], 1)
    weights = tracks.weigh_pairs(together)
    assert tracks.measure_agreement(together) > 0.2
    assert abs(tracks.measure_agreement(apart)) < 0.05
    assert tracks.measure_harmony(together, weights) > 2
    assert abs(tracks.measure_harmony(apart, weights)) < 0.2
    assert tracks.measure_harmony(np.concatenate([roots, roots + 6], 1), weights) < 0
    with pytest.raises(ValueError, match="one example has no stranger"):
        tracks.measure_agreement(together[:1])
    with pytest.raises(ValueError, match="one example has no stranger"):
        tracks.measure_harmony(together[:1], weights)


def test_weights_of_pairs_by_hand():
    """C with E three times, D with F once: with one count more for each of 144 pairs."""
    band = np.array([[[60, 60, 60, 62], [64, 64, 64, 65]]])
    weights = tracks.weigh_pairs(band)
    share = lambda n: n / 148  # noqa: E731
    assert weights.shape == (1, 12, 12)
    assert weights[0, 0, 4] == pytest.approx(np.log(share(4) / (share(15) * share(15))))
    assert weights[0, 0, 5] == pytest.approx(np.log(share(1) / (share(15) * share(13))))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "orchestra"}, "no model 'orchestra'"),
        ({"every": 3}, "1, 2 or 4 sixteenths"),
        ({"bars": 0}, "bars is 0"),
        ({"own_noise": 17}, "at most as many as noise"),
        ({"penalty": -1.0}, "penalty is -1.0"),
        ({"penalty": float("nan")}, "penalty is nan"),
        ({"shuffled": 2}, "True or False"),
        ({"d_lr": 0.0}, "d_lr is 0.0"),
        ({"given": -2}, "given is -2"),
        ({"deaf": True}, "deaf would move nothing where no track is given"),
        ({"heard": 8, "strangers": True}, "heard, strangers would move nothing"),
        ({"given": 0, "heard": 0}, "heard is 0"),
        ({"given": 0, "strangers": 2}, "strangers is 2: choose True or False"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure("hybrid", "smoke", **changes)


def test_a_band_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no band"):
        make_band("hybrid", tracks=1)
    with pytest.raises(ValueError, match="choose one of jamming"):
        make_band("orchestra")
    with pytest.raises(ValueError, match="choose one of"):
        make_band("hybrid", columns=5)


def test_a_band_is_drawn_as_tokens_of_the_grid():
    config = CARD.configure("composer", "smoke", filters=4)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    drawn = CARD.game.draw(state.modules["generator"], config, 3, torch.Generator().manual_seed(0))
    assert drawn.shape == (3, 32 * 4) and len(data.decode(drawn[0])) >= 4
    _, samples = CARD.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert samples.shape == (config.measure, 128)
    with pytest.raises(ValueError, match="leave the temperature at 1"):
        CARD.game.draw(state.modules["generator"], config, 1, torch.Generator(), 0.5)
