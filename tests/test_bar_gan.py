"""Bars as pictures, and MidiNet's pair: what each layer hears, what the signal lowers, and what is measured."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import bars as music
from musicgan_lib.data import harmony
from musicgan_lib.games import bar_judge, bar_measures, bars
from musicgan_lib.games.signals.painted import Pictures
from musicgan_lib.metrics import bars as metrics
from musicgan_lib.models import bar_gan
from musicgan_lib.representations.grid import HOLD, REST

CARD = systems.find("yang2017")


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_pair(hears="both", rows=6, whole=False):
    """A generator and a discriminator in double precision, the first one asked without a batch's means."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        player = bar_gan.BarGenerator(
            rows, noise=3, filters=5, heard=4, hears=hears, whole=whole
        ).double()
        return player.eval(), bar_gan.BarDiscriminator(rows, filters=5).double()


def make_batch(n=2, rows=6):
    """Noise, a bar and the one before as pictures, and chords; all with a gradient."""
    shapes = (n, 3), (n, rows, 16), (n, rows, 16), (n, 13, 4)
    draw = dice()
    return [torch.rand(s, generator=draw, dtype=torch.float64).requires_grad_() for s in shapes]


@pytest.fixture(scope="module")
def chorales():
    return music.encode_bars("chorales")


def test_a_bar_of_a_score_is_read_by_hand():
    """Four quarters C E rest G over I V7 vi V in the key of D, after an upbeat of a quarter."""
    soprano = [60, *[HOLD] * 3] + [
        60,
        *[HOLD] * 3,
        64,
        *[HOLD] * 3,
        REST,
        *[HOLD] * 3,
        67,
        *[HOLD] * 3,
    ]
    cells, steps = np.array([soprano] * 4), np.arange(0, 20, 4)
    melody = harmony.Melody(*[None] * 4, tonic=2, minor=False)
    numbers = np.array(
        [0, 0, harmony.number(7, "7"), harmony.number(9, "m"), harmony.number(7, "M")]
    )
    piece = harmony.Harmonised(melody, None, None, numbers, None, cells, steps)
    position = np.array([2, 3, 4, 5, 0, 3, 4, 5, 2, 3, 4, 5, 1, 3, 4, 5, 2, 3, 4, 5])
    (row,) = music.read_bars(piece, position)
    assert row[music.PITCHES].tolist() == [60] * 4 + [64] * 8 + [67] * 4
    names = [harmony.name(h) for h in row[music.HARMONIES]]  # D A7 b A, as degrees of C
    assert names == ["II", "VI7", "vii", "VI"] and row[music.TONIC] == 2 and row[music.FOLLOWS] == 0
    twice = piece._replace(
        cells=np.tile(cells[:, 4:], 2), steps=np.arange(0, 32, 4), harmony=np.tile(numbers[1:], 2)
    )
    assert music.read_bars(twice, np.tile(position[4:], 2))[:, music.FOLLOWS].tolist() == [0, 1]


def test_every_bar_of_the_chorales_is_a_picture_and_back(chorales):
    for split, pieces in chorales.pieces.items():
        rows, before = chorales.contexts(split)
        assert sum(map(len, pieces)) == len(rows)
        for pitches in (rows[:, music.PITCHES], before):
            picture = music.draw_bar(pitches)
            assert (picture.sum(1) == (pitches >= 0)).all()
            assert (music.read_picture(picture) == pitches).all()
        follows = np.flatnonzero(rows[:, music.FOLLOWS])
        assert (before[follows] == rows[follows - 1][:, music.PITCHES]).all()
        assert (before[rows[:, music.FOLLOWS] == 0] == -1).all()
    with pytest.raises(ValueError, match="pitch 90 is outside of 54 to 85"):
        music.draw_bar(np.full(16, 90))


def test_a_bar_is_heard_with_its_chords(chorales):
    notes = chorales.decode([60] * 4 + [62] * 4 + [62] * 8, [0, 0, 28, 0]).notes
    melody, chords = (notes[notes["track"] == k] for k in (0, 1))
    assert melody[["onset", "duration", "pitch"]].tolist() == [(0, 1, 60), (1, 3, 62)]
    assert sorted(chords["pitch"].tolist()) == sorted([48, 52, 55, 55, 59, 50, 48, 52, 55])


def test_a_chord_is_a_root_and_a_third():
    written = music.write_chords(
        [harmony.number(7, "7"), harmony.number(9, "m"), 0, harmony.number(11, "d")]
    )
    assert written.shape == (13, 4) and written[:12].argmax(0).tolist() == [7, 9, 0, 11]
    assert written[:12].sum() == 4 and written[12].tolist() == [0, 1, 0, 1]
    assert harmony.name(music.move_harmony(harmony.number(11, "d"), 3)) == "ii°"
    assert music.fill_rests([-1, 60, -1, -1, 62]).tolist() == [60, 60, 60, 60, 62]


def test_chords_reach_every_width():
    chords = torch.arange(4.0).expand(1, 13, 4)
    for columns, wanted in ((2, [0.5, 2.5]), (4, [0, 1, 2, 3]), (8, [0, 0, 1, 1, 2, 2, 3, 3])):
        assert bar_gan.spread_chords(chords, columns)[0, 0].tolist() == wanted
    assert bar_gan.spread_chords(chords, 16)[0, 5].tolist() == np.repeat(range(4), 4).tolist()


def test_a_layer_of_height_one_is_the_papers_transposed_convolution():
    player, _ = make_pair()
    wide = player.paint[0].weight.shape[0]
    seen = torch.rand(2, wide, 2, generator=dice(), dtype=torch.float64)
    flat = torch.nn.functional.conv_transpose2d(
        seen[:, :, None], player.paint[0].weight[:, :, None], player.paint[0].bias, stride=(1, 2)
    )
    assert flat.shape == (2, 5, 1, 4) and torch.allclose(flat[:, :, 0], player.paint[0](seen))
    last = player.pitches.weight.transpose(0, 1)[:, None]  # (wide, 1, rows, 1): all pitches at once
    tall = torch.nn.functional.conv_transpose2d(seen[:, :, None], last)[:, 0]
    assert torch.allclose(tall + player.pitches.bias[:, None], player.pitches(seen))


@pytest.mark.parametrize("hears", bar_gan.HEARS)
def test_each_layer_hears_what_it_is_said_to_hear(hears):
    """From each width alone, the others' weights put to zero, a gradient reaches what is heard, and nothing else."""
    noise, _, before, chords = make_batch()
    for layer in range(4):
        player, _ = make_pair(hears)
        for k, weight in enumerate([*(p.weight for p in player.paint), player.pitches.weight]):
            if k != layer:
                axis = 0 if k < 3 else 1
                weight.data.narrow(
                    axis, 5, weight.shape[axis] - 5
                ).zero_()  # what is beside its own channels
        player.dense.weight.data[:, 3:] = 0
        found = torch.autograd.grad(player(noise, before, chords).square().sum(), (before, chords))
        assert found[0].any().item() == (hears in ("both", "bar")), layer
        assert found[1].any().item() == (hears in ("both", "chords")), layer
    assert player(noise, before, chords).shape == (2, 6, 16)


@pytest.mark.parametrize("whole", [False, True])
def test_a_half_of_a_bar_hears_a_half_unless_it_hears_the_whole(whole):
    """With windows as wide as their stride, the columns of a layer have no column of the last one in common."""
    noise, _, before, chords = make_batch()
    player, _ = make_pair(whole=whole)
    painted = player(noise, before, chords).square()
    for half in (slice(0, 8), slice(8, 16)):
        (slope,) = torch.autograd.grad(painted[..., half].sum(), before, retain_graph=True)
        other = slice(8, 16) if half.start == 0 else slice(0, 8)
        assert slope[..., half].any() and slope[..., other].any() == whole


def test_a_discriminator_sees_the_bar_the_one_before_and_the_chords():
    _, discriminator = make_pair()
    batch = make_batch()[1:]
    scores = discriminator.score(batch)
    assert scores.shape == (2,)
    slopes = torch.autograd.grad(scores.sum(), batch)
    assert all(slope.any() for slope in slopes)
    # across the bar line: one feature sees the end of a bar and the beginning of the next
    seen = discriminator.features(*batch)[:, :, 8].sum()
    across = torch.autograd.grad(seen, batch)
    assert across[0][..., :3].any() and across[1][..., -1:].any() and not across[0][..., 3:].any()


def test_a_bar_is_its_strongest_row_or_drawn():
    player, _ = make_pair()
    noise, _, before, chords = (part.detach() for part in make_batch(400))
    before, chords = (part[:1].expand(400, -1, -1) for part in (before, chords))
    with torch.no_grad():
        player.pitches.weight.mul_(8)
        drawn = player.sample(before, chords, dice(), each=True)
        strongest = player.sample(before, chords, dice())
        noise = player.draw_noise(400, dice(), "cpu")
        assert -1 <= noise.min() < -0.9 and 0.9 < noise.max() <= 1
        shares = player(noise.float().double(), before, chords).softmax(1)
    assert (strongest == shares.argmax(1)).all() and (drawn != strongest).any()
    often = torch.nn.functional.one_hot(drawn, 6).double().mean(0).T
    assert torch.allclose(often, shares.mean(0), atol=0.09)


def make_turn(**changes):
    config = CARD.configure("gan", "smoke", batch=4, filters=4, adversarial=3, **changes)
    data = CARD.game.encode(config, "chorales")
    state = CARD.game.build(config, data, 0)
    return Pictures(config, CARD.game.choose_material(config, data)), state


@pytest.mark.parametrize("weight", [0.0, 3.0])
def test_a_turn_lowers_the_verdict_and_the_distance_of_first_features(weight):
    signal, state = make_turn(matching=weight)
    reading = signal.read(state)
    again = torch.Generator().manual_seed(0)
    replay = type(state)(state.modules, state.optimisers, again)
    fake = signal.material.fake(replay)
    real = signal.material.real(4, again)
    judge = state.modules["discriminator"]
    apart = (judge.features(*real).mean(0) - judge.features(*fake).mean(0)).square().sum()
    verdict = -judge.score(fake).sigmoid().log().mean()
    assert torch.allclose(reading.lowered, verdict + weight * apart, atol=1e-5)
    lesson = -judge.score(real).sigmoid().log().mean() - (-judge.score(fake)).sigmoid().log().mean()
    assert torch.allclose(reading.lesson, lesson, atol=1e-5)
    reading.lesson.backward()
    assert all(p.grad is None for p in state.modules["generator"].parameters())


def test_training_bars_stand_in_every_key_and_their_chords_move_along():
    signal, _ = make_turn()
    bar, before, chords = signal.material.real(300, dice())
    rows, _ = signal.material.data.contexts("train")
    intervals = {tuple(np.diff(r)) for r in rows[:, music.PITCHES]}
    pitches = music.read_picture(bar.numpy())
    assert all(tuple(np.diff(p)) in intervals for p in pitches)
    true = harmony.spell(4 * chords[:, :12].argmax(1).numpy())  # their roots, as major chords
    assert (
        metrics.rate_chord_tones(pitches, true).mean() > 0.6
    )  # a minor chord has two of its tones
    asked = signal.material.real(300, dice())[1]
    assert torch.equal(asked, before) and (before.sum(1) <= 1).all()


def test_measures_by_hand():
    pitches = np.array([[60] * 4 + [64] * 4 + [65] * 8])
    chords = harmony.spell([[0, harmony.number(9, "m"), 0, harmony.number(5, "M")]])
    assert metrics.rate_chord_tones(pitches, chords).tolist() == [0.75]
    other = metrics.count_tones(np.array([[72] * 8 + [66] * 8]))
    assert metrics.compare_bars(metrics.count_tones(pitches), other).tolist() == [0.25]
    assert metrics.count_tones(np.full((1, 16), -1)).sum() == 0
    assert metrics.count_notes(pitches).tolist() == [3]


def test_what_is_measured_is_blind_to_the_key(chorales):
    bars_, before = (part[:60] for part in chorales.contexts("test"))
    found = bar_measures.describe(bars_[:, music.PITCHES], bars_, before)
    up = np.arange(60) % 4  # another number half a row away
    moved = bars_.copy()
    moved[:, music.PITCHES] += up[:, None]
    moved[:, music.HARMONIES] = music.move_harmony(moved[:, music.HARMONIES], up[:, None])
    moved[:, music.TONIC] = (moved[:, music.TONIC] + up) % 12
    earlier = np.where(before < 0, -1, before + up[:, None])
    assert bar_measures.describe(moved[:, music.PITCHES], moved, earlier) == pytest.approx(found)
    assert found["chord_gain"] > 0.4 and found["chord_rate"] > 0.85


def test_copies_and_likeness_are_counted(chorales):
    known, _ = chorales.contexts("train")
    bars_, before = (part[:40] for part in chorales.contexts("test"))
    copies = known[:40, music.PITCHES] + 1
    other = copies.copy()
    other[:, :4] += 1
    heard = bar_measures.swap_before(bars_, before)
    found = bar_measures.measure_bars([copies, other, copies], bars_, before, known)
    assert found["known"] == 1 and found["unlike"] == 0.25 and 0 < found["different"] <= 1
    assert found["heard_gain"] == 0  # another bar was heard, and the same was written
    echo = bar_measures.measure_bars([copies, other, heard], bars_, before, known)
    assert echo["heard_gain"] > 0.3
    silent = heard[:, 0] < 0
    assert echo["step_in_swapped"] == np.abs(heard[:, 0] - heard[:, 15])[~silent].mean()
    assert (silent == (np.roll(before, 20, 0)[:, 0] < 0)).all()
    assert heard[~silent].min() >= music.LOW and heard[~silent].max() < music.LOW + music.ROWS
    up = heard - np.roll(before, 20, 0)
    keys = bars_[:, music.TONIC] - np.roll(bars_, 20, 0)[:, music.TONIC]
    assert ((up[~silent] - keys[~silent, None]) % 12 == 0).all()


def test_a_judge_can_only_guess_at_real_bars_and_knows_noise(chorales):
    config = CARD.configure("gan", "smoke")
    real = {s: chorales.contexts(s)[0][:700, music.PITCHES] for s in ("valid", "test")}
    assert bar_judge.tell_apart(real, chorales, config) == 0.5  # the same pictures on both sides
    rng = np.random.default_rng(0)
    noise = {s: rng.integers(57, 82, p.shape) for s, p in real.items()}
    assert bar_judge.tell_apart(noise, chorales, config) > 0.95
    elsewhere = {s: np.roll(p, 300, 0) for s, p in real.items()}  # real bars, over other chords
    assert 0.6 < bar_judge.tell_apart(elsewhere, chorales, config) < 0.98


def test_a_song_goes_on_from_bar_to_bar():
    config = CARD.configure("gan", "smoke")
    data = CARD.game.encode(config, "chorales")
    player = CARD.game.build(config, data, 0).modules["generator"]
    song = CARD.game.draw(player, config, 2, dice())
    assert song.shape == (2, 64) and song.min() >= music.LOW
    draw, before = dice(), np.full((2, 16), -1)
    for k, chords in enumerate(bars.PROGRESSION):
        rows = np.zeros((2, 22), np.int64)
        rows[:, music.HARMONIES] = chords
        before = bars.continue_bars(player, config, rows, before, draw)
        assert (song[:, 16 * k : 16 * k + 16] == before).all()
    with pytest.raises(ValueError, match="leave the temperature at 1"):
        CARD.game.draw(player, config, 2, dice(), 0.5)
    names = [harmony.name(h) for h in np.ravel(bars.PROGRESSION)]
    assert " ".join(names) == "I I IV V I vi ii V I IV I V IV V7 I I"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hears": "everything"}, "no hears 'everything'"),
        ({"keys": 4}, "room for 3 semitones"),
        ({"g_lr": 0.0}, "g_lr is 0.0"),
        ({"pretrain_lr": 0.1}, "pretrain_lr would move nothing where pretrain is 0"),
        ({"adversarial": 0, "matching": 2.0}, "matching would move nothing where adversarial is 0"),
    ],
)
def test_what_would_move_nothing_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        CARD.configure("gan", "smoke", **changes)


def test_an_unknown_ear_is_refused():
    with pytest.raises(ValueError, match="choose one of both"):
        bar_gan.BarGenerator(hears="all")
