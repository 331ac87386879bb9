"""Words to sound: guidance against closed forms, the network that attends to a caption, the judge, and the game."""

import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import captions, instruments
from musicgan_lib.data.waves import FACTS, WaveData
from musicgan_lib.evaluation import sound_judge
from musicgan_lib.games import sound_measures, words_to_sound
from musicgan_lib.learning import diffusion, guidance
from musicgan_lib.models.wave_unet import WaveUNet
from musicgan_lib.representations import mu_law

SAMPLES = 1024
TINY = {"samples": SAMPLES, "levels": 8, "down": 3, "width": 8, "batch": 4, "steps": 3, "judged": 3}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_data(n=8):
    rng = np.random.default_rng(0)
    pieces, beside = {}, {}
    for split in ("train", "valid", "test"):
        labels = np.stack([rng.integers(0, len(v), n) for v in FACTS.values()], 1)
        lines = [[(0.0, 0.25, 55 + 12 * k[1] + rng.integers(5))] for k in labels]
        waves = [
            instruments.play_line(line, instruments.NAMES[k[0]], 4000, SAMPLES / 4000)
            for line, k in zip(lines, labels)
        ]
        pieces[split] = [mu_law.encode(w).astype(np.int64) for w in waves]
        beside[split] = [np.array([*k, 1, 0, 250, line[0][2]]) for k, line in zip(labels, lines)]
    return WaveData("dice", "wave.4000", (256,), [[]], pieces, "none", beside=beside, rate=4000)


def begin(variant="sentence", **changes):
    card = systems.find("zhu2023")
    config = card.configure(variant, "smoke", "chorales", **TINY | changes)
    return card.game, config, card.game.build(config, make_data(), 0)


def test_guidance_is_a_straight_line_through_both_answers():
    def denoiser(noisy, level, words):
        return noisy * level[:, None] + words

    noisy, level, words = (
        torch.randn(3, 5, generator=dice()),
        torch.tensor([1, 2, 3]),
        torch.ones(5),
    )
    answers = [
        guidance.guide(denoiser, w, {"words": torch.zeros(5)})(noisy, level, words=words)
        for w in (0.0, 1.0, 3.0, -1.0)
    ]
    plain = noisy * level[:, None]
    assert torch.equal(answers[0], plain) and torch.equal(answers[1], plain + 1)
    assert torch.allclose(answers[2], plain + 3) and torch.allclose(answers[3], plain - 1)
    with pytest.raises(ValueError, match="guidance is nan: choose a number"):
        guidance.guide(denoiser, math.nan, {})


EMPTY = torch.tensor([0.5, -1.0]).double(), torch.tensor([[2.0, 0.3], [0.3, 1.0]]).double()
TOLD = torch.tensor([1.5, 0.5]).double(), torch.tensor([[0.6, -0.2], [-0.2, 0.5]]).double()


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0, 3.0])
@pytest.mark.parametrize("level", [1, 10, 20])
def test_guided_gaussians_are_a_gaussian_in_closed_form(weight, level):
    schedule = diffusion.make_schedule(20)
    noisy = torch.randn(6, 2, generator=dice(), dtype=torch.float64)
    at = torch.full((6,), level)

    def denoiser(noisy, level, of):
        return diffusion.tell_gaussian(noisy, level, *of, schedule)

    made = guidance.guide(denoiser, weight, {"of": EMPTY})(noisy, at, of=TOLD)
    mean, covariance = guidance.guide_gaussians(weight, EMPTY, TOLD, level, schedule)
    hiss = (1 - schedule.kept[level]).sqrt()
    assert torch.allclose(made, hiss * torch.linalg.solve(covariance, (noisy - mean).T).T)


def test_of_gaussians_alike_but_for_their_mean_guidance_moves_the_mean_and_nothing_else():
    schedule, start = diffusion.make_schedule(40), torch.randn(4, 2, generator=dice()).double()
    told = TOLD[0], EMPTY[1]

    def denoiser(noisy, level, of):
        return diffusion.tell_gaussian(noisy, level, *of, schedule)

    guided = guidance.guide(denoiser, 3.0, {"of": EMPTY})
    moved = EMPTY[0] + 3 * (TOLD[0] - EMPTY[0]), EMPTY[1]
    ways = [
        diffusion.sample(d, start, schedule, dice(), spread=0.0, of=of)
        for d, of in ((guided, told), (denoiser, moved))
    ]
    assert torch.allclose(*ways)


def test_guidance_that_leaves_no_distribution_is_told():
    with pytest.raises(ValueError, match="leaves no distribution"):
        guidance.guide_gaussians(3.0, TOLD, EMPTY, 1, diffusion.make_schedule(20))


def test_a_velocity_tells_noise_and_its_price_by_hand():
    schedule = diffusion.make_schedule(20)
    clean, noise = torch.randn(2, 3, 7, generator=dice()).double()
    level = torch.tensor([1, 10, 20])
    music, hiss = (x[:, 0] for x in schedule.shares(level, clean))
    velocity = music[:, None] * noise - hiss[:, None] * clean
    shares = []

    def network(noisy, share):
        shares.append(share)
        return velocity

    noisy = diffusion.add_noise(clean, level, noise, schedule)
    assert torch.allclose(guidance.tell_noise(network, schedule)(noisy, level), noise)
    assert torch.allclose(shares[0], hiss**2)
    paid = guidance.price_velocity(network, clean, level, noise, schedule)
    assert torch.allclose(paid, torch.zeros(3).double())
    nothing = guidance.price_velocity(lambda noisy, share: 0 * noisy, clean, level, noise, schedule)
    assert torch.allclose(nothing, velocity.square().mean(1))


def test_the_network_attends_to_words_and_to_no_place_without_one():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = WaveUNet(9, 4, 8).eval()
    noisy, share = torch.randn(2, 512, generator=dice()), torch.tensor([0.3, 0.9])
    some = torch.tensor([[3, 5, 0, 0], [0, 0, 0, 0]])
    with torch.no_grad():
        first = network(noisy, share, some)
        assert first.shape == noisy.shape
        for other in ([5, 3, 0, 0], [3, 5, 1, 0], [4, 5, 0, 0]):  # order, number and words count
            told = network(noisy, share, torch.tensor([other, [0] * 4]))
            assert not torch.allclose(told[0], first[0]) and torch.allclose(
                told[1], first[1], atol=1e-6
            )
        network.words.weight[0] += 9  # what fills up is never heard
        assert torch.allclose(network(noisy, share, some), first)
        assert not torch.allclose(network(noisy, 1 - share, some), first)
    with pytest.raises(ValueError, match="a multiple of 256"):
        network(noisy[:, :500], share, some)
    with pytest.raises(ValueError, match="a multiple of 8"):
        WaveUNet(9, 4, 12)


def test_captions_lose_all_words_or_none_and_the_control_has_none():
    game, config, state = begin(empty=0.5, batch=64, steps=1)
    heard = []
    network = state.modules["network"]
    network.register_forward_pre_hook(
        lambda module, args, kwargs: heard.append(kwargs["words"]), with_kwargs=True
    )
    game.make_step(config, make_data())(state)
    lost = (heard[0] == 0).all(1)
    assert 16 < lost.sum() < 48 and ((heard[0][~lost] > 0).sum(1) >= 4).all()
    labels = make_data().labels("train")
    assert not words_to_sound.write_words(labels, "none").any()
    tags = words_to_sound.write_words(labels, "tags")
    assert ((tags > 0).sum(1) == 4).all()
    named = captions.WORDS[tags[0, 0]]
    assert named == instruments.NAMES[labels[0, 0]]
    assert (
        words_to_sound.write_words(labels, "sentence").tolist()[0]
        == captions.read_caption(captions.write_caption(labels[0])).tolist()
    )


def test_under_the_control_no_text_moves_a_clip():
    game, config, state = begin(text="none")
    network = state.modules["network"]
    ways = [
        words_to_sound.make_waves(network, config, labels, dice(), w)
        for labels in (np.zeros((2, 4), int), np.ones((2, 4), int))
        for w in (0.0, 3.0)
    ]
    for way in ways[1:]:
        assert np.allclose(way, ways[0], atol=1e-6)
    game, config, state = begin()
    network = state.modules["network"]
    one, other = (
        words_to_sound.make_waves(network, config, np.full((2, 4), k), dice()) for k in (0, 1)
    )
    assert not np.allclose(one, other, atol=1e-4)


def test_what_is_made_noisy_half_way_comes_back_where_the_network_knows_it():
    game, config, state = begin(levels=16, down=8)
    schedule = guidance.lay_levels(16)
    clips = make_data().waves("test")
    clean = torch.as_tensor(clips) / words_to_sound.LEVEL

    class Knows(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, noisy, share, words):
            assert not words.any() and share.max() <= 1 - schedule.kept[8] + 1e-6
            music, hiss = (1 - share).sqrt()[:, None], share.sqrt()[:, None]
            noise = (noisy - music * clean) / hiss
            return music * noise - hiss * clean

    again = words_to_sound.clean_again(Knows(), config, clips, dice())
    assert np.allclose(again, clips, atol=1e-4)


def test_relevance_and_diversity_by_hand():
    asked = np.array([[0, 1, 1, 0], [3, 0, 0, 1]])
    found = sound_measures.share_heard([[0, 1, 0, 1], [3, 1, 1, 1]], asked, "x_")
    assert found == {
        "x_relevance": 0.5,
        "x_heard_instrument": 1.0,
        "x_heard_register": 0.5,
        "x_heard_tempo": 0.0,
        "x_heard_mode": 0.5,
    }
    t = np.arange(512) / 4000
    low, high = np.sin(2 * np.pi * 250 * t), np.sin(2 * np.pi * 1500 * t)
    labels = np.array([[0, 0, 0, 0]] * 3 + [[1, 0, 0, 0]] * 2)
    waves = np.stack([low, 0.3 * low, high, high, high])
    # of four pairs within a caption two are alike, and two have nothing in common
    assert sound_measures.measure_diversity(waves, labels) == pytest.approx(0.5, abs=1e-3)
    assert math.isnan(sound_measures.measure_diversity(waves[[0, 3]], labels[[0, 3]]))
    whole = sound_measures.list_labels(3)
    assert whole.shape == (96, 4) and len(np.unique(whole, axis=0)) == 32
    assert (whole[:3] == whole[0]).all()


def test_the_judge_hears_instruments_that_it_learned_and_noise_does_not_deafen_it():
    data = make_data(64)
    judge = sound_judge.learn_judge(data.waves("train"), data.labels("train"), 200)
    test, labels = data.waves("test"), data.labels("test")
    heard = sound_judge.hear(judge, test)
    assert (heard[:, 0] == labels[:, 0]).mean() > 0.85
    assert (sound_judge.hear(judge, 0.1 * test) == heard).mean() > 0.99  # loudness tells nothing
    rng = np.random.default_rng(1)
    hiss = test + 0.04 * rng.standard_normal(test.shape)
    assert (sound_judge.hear(judge, hiss)[:, 0] == labels[:, 0]).mean() > 0.6
    noisy = sound_judge.add_noise(np.ones((400, 64)), rng)
    assert 150 < (noisy == 1).all(1).sum() < 250


def test_the_best_weights_are_measured_and_codes_are_what_is_kept():
    game, config, state = begin()
    data = make_data()
    evaluate, _ = game.make_evaluation(config, data)
    first = evaluate(state)["loss_valid"]
    assert evaluate(state)["loss_valid"] == first  # the same noise
    kept = {k: v.clone() for k, v in state.modules["network"].state_dict().items()}
    for weight in state.modules["network"].parameters():
        weight.data += 1
    found, samples = game.measure(state, config, data, dice())
    assert found["loss_valid"] == first
    assert all(torch.equal(v, kept[k]) for k, v in state.modules["network"].state_dict().items())
    assert samples.shape == (64, SAMPLES) and samples.dtype == np.int64
    for name in ("relevance", "relevance_0", "relevance_1", "real_relevance", "again_relevance"):
        assert 0 <= found[name] <= 1
    heard = data.decode(samples[0])
    assert heard.rate == 4000 and len(heard.samples) == SAMPLES


def test_the_loss_falls_on_one_clip():
    game, config, state = begin(width=16, steps=40, batch=8)
    data = make_data(1)
    step = game.make_step(config, data)
    losses = [step(state)["loss"] for _ in range(40)]
    assert np.mean(losses[-8:]) < 0.8 * np.mean(losses[:8])


REFUSED = [
    ({"guidance": math.nan}, "guidance is nan"),
    ({"guidance": -1.0}, "0 or more"),
    ({"text": "poem"}, "no text"),
    ({"samples": 1000}, "multiple of 256"),
    ({"down": 9}, "at most levels"),
    ({"empty": 1.0}, "below 1"),
    ({"empty": math.nan}, "below 1"),
    ({"levels": 1}, "at least 2"),
    ({"rate": 100}, "at least 2000"),
    ({"clips": 1}, "at least 2"),
    ({"lr": math.inf}, "above 0"),
    ({"lr": math.nan}, "above 0"),
]


@pytest.mark.parametrize(("changes", "said"), REFUSED)
def test_what_does_not_fit_is_refused_with_a_sentence(changes, said):
    with pytest.raises(ValueError, match=said):
        begin(**changes)


def test_unknown_words_and_a_guidance_that_is_none_are_refused_where_a_clip_is_asked_for():
    game, config, state = begin()
    with pytest.raises(ValueError, match="'kazoo' is not one of the words that were learned"):
        captions.read_caption("a sad tune on the kazoo")
    words = torch.as_tensor(captions.read_caption("a sad flute"))[None]
    with pytest.raises(ValueError, match="guidance is nan"):
        words_to_sound.make_from_words(state.modules["network"], config, words, dice(), math.nan)
    with pytest.raises(ValueError, match="temperature at 1"):
        game.draw(state.modules["network"], config, 1, dice(), 0.5)
    assert game.draw(state.modules["network"], config, 3, dice()).shape == (3, SAMPLES)
