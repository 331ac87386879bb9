"""C-RNN-GAN's networks, rules and measures against sums done by hand, and its presets from end to end."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import rows, tone_tokens
from musicgan_lib.games import tone_material
from musicgan_lib.games.tone_measures import Yardstick, spread_windows
from musicgan_lib.learning import balance, fit, losses, relaxations
from musicgan_lib.metrics import tones as metrics
from musicgan_lib.models import crnn_gan, seqgan, tone_gan
from musicgan_lib.models import words as packed_words
from musicgan_lib.notes import Piece, write_midi

TINY = {"hidden": 6, "length": 6, "batch": 4, "pretrain": 4, "pretrain_discriminator": 2, "adversarial": 4,
        "check_every": 3, "checked": 4, "measure": 4}  # fmt: skip


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


def uniform(*shape, seed=0):
    made = torch.Generator().manual_seed(seed)
    return torch.rand(*shape, generator=made, dtype=torch.float64)


# -- the generator ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width, layers", [(3, 1), (4, 2), (12, 3)])
def test_teacher_forcing_in_one_call_is_the_free_run_forced(width, layers):
    net, noise = crnn_gan.Generator(width, 7, layers).double(), uniform(5, 9, width)
    run = net.free_run(noise)
    assert torch.allclose(net.predict(run, noise), run, atol=1e-5)
    other = run.clone()
    other[:, 4:] += 1  # what comes later is not seen
    assert torch.equal(net.predict(other, noise)[:, :5], net.predict(run, noise)[:, :5])
    assert not torch.allclose(net.predict(other, noise)[:, 5:], run[:, 5:])


def test_the_free_run_has_the_slopes_of_a_forced_one_step_by_step():
    """By the chain rule through plain PyTorch: every step predicted from the cells made before it."""
    net, noise = crnn_gan.Generator(3, 5).double(), uniform(2, 4, 3)
    price = uniform(2, 4, 3, seed=1)
    made = torch.zeros(2, 0, 3, dtype=torch.float64)
    for t in range(4):
        past = torch.cat([made, torch.zeros(2, 1, 3, dtype=torch.float64)], 1)
        made = torch.cat([made, net.predict(past, noise[:, : t + 1])[:, t:]], 1)
    wanted = torch.autograd.grad((made * price).sum(), list(net.parameters()))
    found = torch.autograd.grad((net.free_run(noise) * price).sum(), list(net.parameters()))
    assert all(torch.allclose(a, b, atol=1e-10) for a, b in zip(wanted, found))


def test_without_weights_it_plays_its_bias():
    net = crnn_gan.Generator(2, 3)
    for name, weight in net.named_parameters():
        torch.nn.init.constant_(weight, 0.25 if name == "out.bias" else 0.0)
    assert torch.equal(
        net.sample(2, 3, torch.Generator().manual_seed(0)), torch.full((2, 3, 2), 0.25)
    )


def test_the_likelihood_of_a_tone_is_that_of_mixtures_of_boxes():
    """Shares over widths, field after field, from torch's own mixtures at the real numbers:
    the widths aside, the same.
    """
    net = seqgan.WordPolicy((3, 4, 2), 4, 5, init_std=1.0).double()
    edges = [
        torch.tensor(e) for e in ([0.0, 1.0, 1.5, 4.0], [0.0, 1.0, 2.0, 3.0, 5.0], [0, 0.5, 3])
    ]
    words = torch.randint(24, (2, 6), generator=torch.Generator().manual_seed(0))
    fields, state = packed_words.unpack(words, net.sizes), net.states(words)
    total = 0.0
    for j, (field, ends) in enumerate(zip(fields, edges)):
        shares = torch.distributions.Categorical(logits=net.logits(j, state, fields[:j]))
        parts = torch.distributions.Uniform(ends[:-1], ends[1:], validate_args=False)
        mixture = torch.distributions.MixtureSameFamily(shares, parts, validate_args=False)
        inside = ends[:-1][field] + 0.3 * ends.diff()[field]
        total = total + mixture.log_prob(inside) + torch.log(ends.diff()[field])
    assert torch.allclose(net.log_prob(words).log_prob, total.double(), atol=1e-5)


# -- the discriminator ------------------------------------------------------------------------------


def test_the_score_is_the_logit_of_a_mean_of_probabilities():
    steps = torch.tensor([[0.0, math.log(3), math.log(3)]], dtype=torch.float64)
    assert crnn_gan.mean_probability_logit(steps).item() == pytest.approx(math.log(2))  # D is 2/3
    ends = torch.tensor([[60.0] * 3, [-60.0] * 3, [60.0, -60.0, 0.0]], dtype=torch.float64)
    ends.requires_grad_()
    score = crnn_gan.mean_probability_logit(ends)
    assert torch.allclose(score, torch.tensor([60.0, -60.0, 0.0], dtype=torch.float64))
    score.sum().backward()
    assert torch.isfinite(ends.grad).all() and ends.grad[:2].sum().item() == pytest.approx(2)
    net, songs = crnn_gan.Discriminator(3, 5).double(), uniform(4, 6, 3)
    chance = net.step_logits(songs).sigmoid().mean(1)
    assert torch.allclose(net.score(songs), torch.logit(chance))


def test_it_reads_from_both_ends():
    net, songs = crnn_gan.Discriminator(3, 5).double(), uniform(1, 6, 3)
    for changed, seen in ((0, slice(1, None)), (5, slice(None, 5))):
        other = songs.clone()
        other[:, changed] += 1
        moved = (net.features(other) - net.features(songs)).abs()[0, seen]
        half = moved[:, :5] if changed == 0 else moved[:, 5:]
        away = moved[:, 5:] if changed == 0 else moved[:, :5]
        assert (half.sum(1) > 0).all() and away.sum() == 0


def test_minibatch_closeness_by_hand():
    rows = torch.zeros(3, 2, 10, dtype=torch.float64)
    rows[2, 0, 0], rows[2, 0, 1] = math.log(2), -math.log(2)  # L1: two log 2
    near = crnn_gan.minibatch_closeness(rows)
    assert torch.allclose(near[:, 0], torch.tensor([1.25, 1.25, 0.5], dtype=torch.float64))
    assert torch.allclose(near[:, 1], torch.full((3,), 2.0, dtype=torch.float64))
    net, songs = crnn_gan.Discriminator(3, 5, kernels=4).double(), uniform(3, 6, 3)
    alone = torch.cat([net.score(s[None]) for s in songs])
    assert not torch.allclose(net.score(songs), alone)  # it sees the others


# -- losses and freezing ----------------------------------------------------------------------------


def test_pairs_fine_variety_and_moments_do_not():
    real, fake = uniform(4, 3, seed=2), uniform(4, 3, seed=3)
    turns = [losses.feature_matching_paired(real, fake.roll(k, 0)) for k in range(4)]
    spread = real.var(0, unbiased=False) + fake.var(0, unbiased=False)
    gap = (real.mean(0) - fake.mean(0)) ** 2
    assert torch.allclose(torch.stack(turns).mean(), (spread + gap).mean())
    assert torch.allclose(losses.feature_matching_moments(real, fake), gap.mean())
    two = torch.tensor([[-1.0], [1.0]])
    assert losses.feature_matching_paired(two, 0 * two) == 1
    assert losses.feature_matching_paired(two, two.flip(0)) == 4
    assert losses.feature_matching_moments(two, two.flip(0)) == 0


@pytest.mark.parametrize(
    "d_loss, g_loss, printed, balanced",
    [
        (2 * math.log(2), math.log(2), (False, True), (False, False)),  # nobody is ahead
        (0.1, 3.0, (True, False), (True, False)),
        (3.0, 0.1, (False, True), (False, True)),
        (0.7, 1.0, (False, False), (True, False)),  # exactly 70 % is not less
        (1.0, 0.7, (False, False), (False, False)),
        (1.3, 1.0, (False, False), (True, False)),
        (1.4, 1.0, (False, False), (False, False)),
    ],
)
def test_who_sits_out(d_loss, g_loss, printed, balanced):
    assert balance.freezes(d_loss, g_loss, "as_printed") == printed
    assert (
        balance.freezes(d_loss, g_loss) == balance.freezes(d_loss, g_loss, "balanced") == balanced
    )
    assert balance.freezes(d_loss, g_loss, "off") == (False, False)


def test_rules_and_curriculum():
    with pytest.raises(ValueError, match="as_printed, balanced, off"):
        balance.freezes(1.0, 1.0, "printed")
    assert [balance.curriculum(e) for e in (0, 1, 5, 24, 30)] == [4, 8, 24, 100, 100]


# -- symbols ----------------------------------------------------------------------------------------


def test_a_relaxed_run_draws_exactly():
    policy = seqgan.WordPolicy((3, 2), 4, 5, init_std=0.7).eval()
    n, length = 20_000, 2
    with torch.no_grad():
        rows = relaxations.relaxed_run(policy, n, length, torch.Generator().manual_seed(0))
        for field in rows:
            assert torch.allclose(field.sum(-1), torch.ones(n, length), atol=1e-5)
            assert torch.allclose(field.amax(-1), torch.ones(n, length), atol=1e-5)
        words = packed_words.pack([f.argmax(-1) for f in rows], policy.sizes)
        every = torch.tensor(list(itertools.product(range(6), repeat=length)))
        chance = policy.log_prob(every).log_prob.sum(1).exp()
    number = torch.bincount(words[:, 0] * 6 + words[:, 1], minlength=36) / n
    assert chance.sum().item() == pytest.approx(1, abs=1e-5) and chance.amax() > 2 * chance.amin()
    noise = (chance * (1 - chance) / n).sqrt()
    assert ((number - chance).abs() < 4.5 * noise).all()


def test_a_slope_passes_through_a_relaxed_run():
    policy = seqgan.WordPolicy((3, 2), 4, 5)
    rows = relaxations.relaxed_run(policy, 8, 3, torch.Generator().manual_seed(0))
    rows[1][:, -1, 0].sum().backward()  # the last key alone
    assert all(p.grad.abs().sum() > 0 for p in policy.memory.parameters())
    assert policy.heads[0].weight.grad.abs().sum() > 0  # through the draws before


def fields_of(since, keys, lengths, sizes=(3, 30, 2)):
    words = packed_words.pack([torch.tensor([f]) for f in (since, keys, lengths)], sizes)
    return tone_gan.one_hot(words, sizes)


def test_relations_by_hand():
    """Keys 2, 4, 2, 16: up 2, down 2, up 14 (out of reach); the third and no other was heard before."""
    told = tone_gan.relations(fields_of([0, 2, 1, 2], [2, 4, 2, 16], [0, 1, 1, 0]))[0]
    places, since, steps, classes, again = torch.split(told, [3, 3, 25, 12, 3], 1)
    assert torch.allclose(places[:, 0], torch.tensor([-1.0, 1.0, 0.0, 1.0]))
    assert torch.allclose(places[:, 1], torch.tensor([2, 4, 2, 16]) * 2 / 29 - 1)
    assert since.argmax(1).tolist() == [0, 2, 1, 2]
    assert steps[0].sum() == 0 and steps[3].sum() == 0
    assert steps[1].nonzero().tolist() == [[12 + 2]] and steps[2].nonzero().tolist() == [[12 - 2]]
    # of the past of 16 (class 4): 2, 4, 2 lie 2, 0 and 2 semitones below, whatever the octave
    found = {k: v for k, v in enumerate(classes[3].tolist()) if v}
    assert sorted(found.values()) == pytest.approx([1 / 4, 2 / 4]) and found[0] == pytest.approx(
        0.25
    )
    heard = 1 - math.exp(-1)
    assert torch.allclose(again[:, 0], torch.tensor([0, 0, heard, 0]))
    assert again[:, 1:].sum() == 0


def test_pairs_and_triples_that_come_back_are_heard():
    told = tone_gan.relations(fields_of([0] * 6, [2, 4, 7, 2, 4, 7], [0] * 6))[0, :, -3:]
    assert (told > 0).tolist() == [
        [False] * 3, [False] * 3, [False] * 3, [True, False, False], [True, True, False], [True] * 3,
    ]  # fmt: skip


def test_relations_do_not_depend_on_the_key():
    low = tone_gan.relations(fields_of([0, 2, 1, 2], [2, 4, 2, 13], [0, 1, 1, 0]))
    high = tone_gan.relations(fields_of([0, 2, 1, 2], [9, 11, 9, 20], [0, 1, 1, 0]))
    assert not torch.equal(low[..., 1], high[..., 1])  # the place of the key itself
    rest = [i for i in range(low.shape[-1]) if i != 1]
    assert torch.allclose(low[..., rest], high[..., rest])


@pytest.mark.parametrize("sizes", [(3, 30, 2), (3, 30, 2, 4)])
def test_the_judge_of_relations_takes_slopes_of_rows(sizes):
    judge = tone_gan.RelationDiscriminator(sizes, 8)
    rows = [
        torch.softmax(torch.randn(2, 9, s, generator=torch.Generator().manual_seed(s)), -1)
        for s in sizes
    ]
    rows = [r.requires_grad_() for r in rows]
    judge.score(rows).sum().backward()
    assert judge.score(rows).shape == (2,) and all(r.grad.abs().sum() > 0 for r in rows[:3])


# -- measures ---------------------------------------------------------------------------------------


def melody(*pitches, step=1.0, velocity=80):
    return Piece([(i * step, step, p, velocity) for i, p in enumerate(pitches)])


def test_z_and_w1_by_hand():
    real = {
        "tone_span": np.array([1.0, 3.0]),
        "polyphony": np.zeros(2),
        "unique_tones": np.array([4.0, 6.0]),
    }
    made = {
        "tone_span": np.array([4.0, np.nan]),
        "polyphony": np.ones(2),
        "unique_tones": np.array([5.0]),
    }
    # NaN is 0; the mean of 4 and 0 is 2; polyphony does not vary, so it has no scale
    assert metrics.z_scores(made, real) == {"tone_span": 0.0, "unique_tones": 0.0}
    found = metrics.w1_scores(made, real)  # 0 to 1 and 4 to 3; 5 to 4 and 5 to 6
    assert found == {"tone_span": pytest.approx(1.0), "unique_tones": pytest.approx(1.0)}
    # what no sample has is 0, not left out: silence is far away
    silent = metrics.z_scores({"tone_span": np.array([5.0])}, real)
    assert silent == {"tone_span": 3.0, "unique_tones": 5.0}


def gapped(*gaps):
    onsets = np.cumsum([0, *gaps])
    return Piece([(float(t), 0.1, 60, 64, 0) for t in onsets])


def test_tempo_consistency_is_the_share_of_variance_between_pieces():
    steady = [gapped(1, 1, 1), gapped(2, 2, 2), gapped(4, 4, 4)]
    assert metrics.tempo_consistency(steady) == pytest.approx(1)  # each its own tempo
    # logs to base 2: (0, 2) and (2, 4); mean squares 4 between, 2 within: (4 - 2) / (4 + 2)
    two = [gapped(1, 4), gapped(4, 16)]
    assert metrics.tempo_consistency(two) == pytest.approx(1 / 3)
    fast = [gapped(0.1, 0.4), gapped(0.4, 1.6)]
    assert metrics.tempo_consistency(fast) == pytest.approx(1 / 3)  # no unit of time
    # groups of 2 and 4: squares between 4/3, within 2 over 4 gaps; (6 - 20/6) gaps a piece
    uneven = [gapped(1, 4), gapped(4, 4, 4, 4)]
    assert metrics.tempo_consistency(uneven) == pytest.approx((4 / 3 - 0.5) / (4 / 3 + 5 / 3 * 0.5))


def test_tempo_consistency_of_gaps_dealt_at_random_is_nothing():
    rng = np.random.default_rng(0)
    alike = [gapped(*rng.choice([0.25, 0.5, 1.0], 40)) for _ in range(200)]
    assert abs(metrics.tempo_consistency(alike)) < 0.01
    tempi = rng.choice([0.25, 0.5, 1.0], 200)
    assert (
        metrics.tempo_consistency([gapped(*rng.permutation([t] * 30 + [1.0] * 10)) for t in tempi])
        > 0.5
    )


def test_tempo_consistency_needs_gaps_that_differ():
    chord = Piece([(0.0, 1.0, p, 64, 0) for p in (60, 64, 67)])
    assert np.isnan(metrics.tempo_consistency([chord, gapped(1, 1)]))
    assert np.isnan(metrics.tempo_consistency([gapped(1, 1), gapped(1, 1)]))
    assert np.isnan(metrics.tempo_consistency([]))


def test_window_statistics_leave_out_what_no_piece_has():
    found = metrics.window_statistics([melody(60, 64, 67), melody(60, 60, 60)])
    assert found["tone_span"].tolist() == [7, 0] and found["unique_tones"].tolist() == [3, 1]
    still = [p.replace(dynamics=False) for p in (melody(60, 64), melody(60, 61))]
    assert "intensity_span" not in metrics.window_statistics(still)


def test_steps_and_bigrams_by_hand():
    piece = Piece([(0, 1, 64), (0, 1, 60), (0.5, 1, 80), (4, 1, 67)])
    assert metrics.interval_steps(piece).tolist() == [12 + 4, 24, 0 + 12 - 12]  # +4, +16, -13
    assert metrics.onset_steps(piece).tolist() == [0, 8, 32]
    a, b = [np.array([1, 2, 1])], [np.array([1, 2]), np.array([1, 2])]
    assert metrics.bigram_distance(a, b) == pytest.approx(0.5)  # 12, 21 against 12, 12
    assert (
        metrics.bigram_distance(a, a) == 0 and metrics.bigram_distance(a, [np.array([3, 3])]) == 1
    )
    with pytest.raises(ValueError, match="no sequence has 2 symbols"):
        metrics.bigram_distance(a, [np.array([1])])


# -- music and presets ------------------------------------------------------------------------------


def test_what_is_left_out_is_reported(tmp_path):
    (tmp_path / "music").mkdir()
    rng = np.random.default_rng(0)
    for i in range(40):
        n = 3 if i % 5 == 0 else 12
        loud = np.full(n, 64) if i % 5 == 1 else rng.integers(30, 100, n)
        notes = [(k * 0.5, 0.5, int(rng.integers(50, 80)), int(v)) for k, v in enumerate(loud)]
        write_midi(Piece(notes), tmp_path / "music" / f"{i:02}.mid")
    data = rows.encode_tones(str(tmp_path / "music"), least=8)
    assert data.report.startswith(
        "Left out: 8 pieces of fewer than 8 rows (drums are not read), 8 of one constant velocity."
    )
    assert sum(map(len, data.pieces.values())) == 24 and data.width == 4
    with pytest.raises(ValueError, match="nothing is left in train"):
        rows.encode_tones(str(tmp_path / "music"), least=13)


def test_three_tones_a_cell_have_no_symbols():
    data = rows.encode_tones("tunes", tones=3, least=8)
    with pytest.raises(ValueError, match="cells of one tone, 3 or 4 numbers wide, not 9"):
        tone_tokens.tone_tokens(data)
    with pytest.raises(ValueError, match="the longest train piece of tunes has 161 rows"):
        system, config, data, _ = start("mogren2016", "adversarial", length=5000)
        system.game.make_step(config, data)


def start(system, variant, seed=0, **changes):
    system = systems.find(system)
    own = system.variants[variant]
    kept = {k: v for k, v in TINY.items() if own.get("adversarial") or k != "adversarial"}
    kept |= {k: own[k] for k in kept.keys() & own.keys() if k != "adversarial"}
    config = system.configure(variant, "smoke", "tunes", **kept | changes)
    data = system.game.encode(config, "tunes")
    return system, config, data, system.game.build(config, data, seed)


@pytest.mark.parametrize(
    "name, variant",
    [("mogren2016", v) for v in systems.find("mogren2016").variants]
    + [("mogren2016_3tones", "adversarial"), ("mogren2016_3tones", "adversarial_ten")],
)
def test_a_pause_leaves_no_trace(tmp_path, name, variant):
    hashes = []
    for stops in ((None,), (2, 7, None)):  # in pre-training, and in play
        folder = tmp_path / str(len(stops))
        for stop in stops:
            system, config, data, state = start(name, variant)
            step = system.game.make_step(config, data)
            fit.fit(state, step, min(stop or config.steps, config.steps), folder=folder)
        own = {k: fit.weights_hash(m) for k, m in state.modules.items()}
        best = {k: v.tolist() for k, v in state.memory.pop("best", {}).items()}
        hashes.append((own, best, state.memory))
    assert state.step == config.steps and hashes[0] == hashes[1]
    assert (
        len(state.memory["checks"]) <= 2 and best
    )  # every variant chooses its generator by its checks
    found, drawn = system.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert drawn.shape == (4, 6, data.width) and np.isfinite(found["mean_z"])
    assert len(system.game.draw(state.modules["generator"], config, 2, torch.Generator())) == 2


def test_controls_take_one_thing_away():
    hashes = {}
    for control in (None, "no_adversary", "frozen_discriminator"):
        system, config, data, state = start(
            "mogren2016", "adversarial", pretrain=0, pretrain_discriminator=0
        )
        before = {k: fit.weights_hash(m) for k, m in state.modules.items()}
        fit.fit(state, system.game.make_step(config, data, control), config.steps)
        after = {k: fit.weights_hash(m) for k, m in state.modules.items()}
        hashes[control] = {k: before[k] != after[k] for k in ("player", "discriminator")}
    assert hashes == {
        None: {"player": True, "discriminator": True},
        "no_adversary": {"player": True, "discriminator": True},
        "frozen_discriminator": {"player": True, "discriminator": False},
    }


@pytest.mark.parametrize("variant", ["adversarial", "repaired", "without_pretraining"])
def test_without_an_adversary_the_generator_makes_as_many_updates_that_no_judge_has_a_say_in(
    variant,
):
    ends = {}
    for control in (None, "no_adversary"):
        for judge_seed in (0, 1):
            system, config, data, state = start("mogren2016", variant)
            generator = torch.Generator().manual_seed(judge_seed)
            with torch.no_grad():
                for weight in state.modules["discriminator"].parameters():
                    weight.add_(0.01 * torch.randn(weight.shape, generator=generator))
            player, after = state.modules["player"], []
            state.optimisers["player"].register_step_post_hook(
                lambda *_, player=player, after=after: after.append(fit.weights_hash(player))
            )
            fit.fit(state, system.game.make_step(config, data, control), config.steps)
            assert len(after) == len(set(after)) == config.adversarial  # each of them moves it
            ends[control, judge_seed] = after[-1]
    assert ends["no_adversary", 0] == ends["no_adversary", 1]
    assert len(set(ends.values())) == 3


def test_every_piece_has_as_many_windows_as_any_other():
    pieces = [np.arange(n)[:, None] + 1000 * i for i, n in enumerate((60, 9, 300, 5))]
    data = SimpleNamespace(pieces={"test": pieces})
    cut = np.stack(spread_windows(data, "test", 8, 6))[..., 0]
    assert (np.diff(cut) == 1).all() and cut.shape == (8, 6)
    assert np.bincount(cut[:, 0] // 1000, minlength=4).tolist() == [3, 2, 3, 0]
    few = np.stack(spread_windows(data, "test", 2, 6))[..., 0]
    assert (few[:, 0] // 1000).tolist() == [0, 2]  # from the first to the last
    again = np.stack(spread_windows(data, "test", 8, 6))[..., 0]
    other = np.stack(spread_windows(data, "test", 8, 6, seed=1))[..., 0]
    assert (cut == again).all() and (cut != other).any()


def test_a_copy_of_training_music_is_heard_whole():
    system, config, data, _ = start("mogren2016", "density", length=12, measure=8)
    stick = Yardstick(data, "test", config)
    copied = np.stack(spread_windows(data, "train", 8, 12))
    found = stick.measure(copied, whole=True)
    assert found["longest_copy"] > 11 > found["longest_copy_real"]


def test_silence_and_divergence_are_never_praised():
    system, config, data, _ = start("mogren2016", "adversarial", length=12, measure=8)
    stick = Yardstick(data, "test", config)
    real = np.stack(spread_windows(data, "valid", 8, 12))
    far = real.copy()
    far[-1, 3:] = np.nan
    for bad in (far, np.full_like(real, np.inf)):
        with pytest.raises(ValueError, match="not finite: the network has diverged"):
            stick.measure(bad)
    quiet = metrics.z_scores(metrics.window_statistics([Piece([])] * 3), stick.real)
    assert (
        quiet.keys() == metrics.z_scores(stick.real, stick.real).keys()
    )  # no statistic is left out
    assert np.mean(list(quiet.values())) > 3 * stick.measure(real)["mean_z"]


def test_pre_training_goes_on_with_whole_songs_after_the_curriculum(monkeypatch):
    system, config, data, state = start(
        "mogren2016", "normalised_squared_error", length=30, pretrain=18, curriculum=12
    )
    step, seen = system.game.make_step(config, data), []
    likelihood = tone_material.Numbers.likelihood_loss
    monkeypatch.setattr(
        tone_material.Numbers, "likelihood_loss",
        lambda self, player, length, generator: (seen.append(length), likelihood(self, player, length, generator))[1],
    )  # fmt: skip
    fit.fit(state, step, config.steps)
    assert seen == [4, 4, 8, 8, 12, 12, 16, 16, 20, 20, 24, 24] + [30] * 6


@pytest.mark.parametrize(
    "changes", [{}, {"penalty": 1.0}, {"penalty": 1.0, "discriminator_steps": 3}]
)
def test_a_penalty_changes_a_loss_and_not_how_often_the_judge_learns(changes):
    system, config, data, state = start("mogren2016", "adversarial", pretrain=0, **changes)
    steps = []
    state.optimisers["discriminator"].register_step_post_hook(lambda *_: steps.append(1))
    fit.fit(state, system.game.make_step(config, data), config.steps)
    assert (
        len(steps)
        == config.pretrain_discriminator + config.adversarial * config.discriminator_steps
    )


@pytest.mark.parametrize(
    "system, variant, changes, says",
    [
        ("mogren2016", "adversarial", {"optimiser": "adamw"}, "no optimiser 'adamw'; near: adam"),
        ("mogren2016", "adversarial", {"matching": "pairs"}, "near: paired"),
        ("mogren2016", "adversarial", {"clip": -1.0}, "clip is -1.0"),
        ("mogren2016", "adversarial", {"clip": 0.0}, "clip is 0.0"),
        ("mogren2016", "adversarial", {"average": 2.0}, "average of 1"),
        ("mogren2016", "adversarial", {"g_lr": float("nan")}, "g_lr is nan"),
        ("mogren2016", "adversarial", {"batch": 0}, "batch is 0"),
        ("mogren2016", "adversarial", {"check_every": 0}, "check_every is 0"),
        ("mogren2016", "density", {"scale": "raw"}, "normalised cells of one tone"),
        ("mogren2016", "density", {"measure": 1}, "measure is 1"),
        ("mogren2016", "repaired", {"kernels": 3}, "kernels are of the networks of numbers"),
        ("mogren2016", "density", {"layers": 1}, "layers are of the networks of numbers"),
        ("neo2024", "repaired", {"windows": -3}, "windows is -3"),
        ("neo2024", "repaired", {"batch": 2}, "batch is 2"),
        ("neo2024", "sequences_only", {"matching": 1.0}, "need normalised"),
        ("neo2024", "normalised_only", {"penalty": 0.1}, "penalty needs sequences"),
        ("neo2024", "repaired", {"beta2": 1.0}, "below 1"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(system, variant, changes, says):
    with pytest.raises(ValueError, match=says):
        systems.find(system).configure(variant, "smoke", "tunes", **changes)


@pytest.mark.parametrize(
    "system, variant", [("mogren2016", "adversarial"), ("neo2024", "repaired")]
)
def test_a_control_that_does_not_exist_is_refused(system, variant):
    system = systems.find(system)
    config = system.configure(variant, "smoke", "tunes")
    with pytest.raises(ValueError, match="no control 'zero_reward'; "):
        system.game.make_step(config, system.game.encode(config, "tunes"), "zero_reward")


def test_raw_numbers_are_no_symbols():
    for options in ({"scale": "raw"}, {"form": "triples"}):
        with pytest.raises(ValueError, match="normalised quadruplets"):
            tone_tokens.tone_tokens(rows.encode_tones("tunes", **options))


def test_a_piece_too_wide_for_another_key_stays_in_its_own():
    wide = Piece([(float(i), 1.0, p, 64 + i) for i, p in enumerate((1, 121, 66, 68, 70, 73, 75))])
    kept = rows._prepare(wide, True).notes["pitch"]
    assert np.ptp(kept) == 120 and kept.min() >= 0 and kept.max() <= 127


def test_encoded_tones_are_kept_by_what_they_are_made_of(tmp_path, monkeypatch):
    cache = tmp_path / "cache" / "tones"
    data = rows.encode_tones("tunes")
    (kept,) = cache.glob("*.npz")
    kept.write_bytes(kept.read_bytes()[:100])
    again = rows.encode_tones("tunes")  # a broken file is written anew
    assert all((a == b).all() for a, b in zip(data.pieces["train"], again.pieces["train"]))
    assert rows.RowData.load(kept).report == data.report
    music = tmp_path / "music"
    music.mkdir()
    for i in range(60):
        notes = [(k * 0.5, 0.5, 40 + (i + k * k) % 60, 40 + k) for k in range(12)]
        write_midi(Piece(notes), music / f"{i:02}.mid")
    rows.encode_tones(str(music), least=8)
    assert {p.name for p in music.iterdir()} == {f"{i:02}.mid" for i in range(60)}
    assert len(list(cache.glob("music-*.npz"))) == 1


def test_what_stands_twice_and_what_is_cut_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "LONGEST", 20)
    (tmp_path / "music").mkdir()
    rng = np.random.default_rng(0)
    for i in range(40):
        loud = rng.integers(30, 100, 30 if i % 4 == 0 else 12)
        notes = [(k * 0.5, 0.5, int(rng.integers(50, 80)), int(v)) for k, v in enumerate(loud)]
        write_midi(Piece(notes), tmp_path / "music" / f"{i:02}.mid")
    report = rows.encode_tones(str(tmp_path / "music"), least=8).report
    assert report == "Left out: nothing. 10 pieces end after 20 tones."


def test_raw_ticks_do_not_look_like_an_explosion():
    system, config, data, state = start("mogren2016", "squared_error", length=12)
    far = data.pieces["train"][0]
    far[:, -1] = 30_000  # ticks: twenty minutes of rest, and finite
    found = fit.fit(state, system.game.make_step(config, data), config.steps)
    assert found.finished


def test_the_rate_of_pre_training_falls():
    system, config, data, state = start("mogren2016", "density", pretrain=6)
    step, rates = system.game.make_step(config, data), []
    optimiser = state.optimisers["pretrain"]
    optimiser.register_step_pre_hook(lambda *_: rates.append(optimiser.param_groups[0]["lr"]))
    for stop in range(1, 7):
        fit.fit(state, step, stop)
    shares = [rate / config.pretrain_lr for rate in rates]
    assert shares[0] == 1 and shares[3] == pytest.approx(0.5) and shares == sorted(shares)[::-1]
