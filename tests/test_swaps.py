"""Segments with two donors: what stands in which part of a point, and whom a swap follows."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import harmony, segments
from musicgan_lib.games import swap_measures, swaps
from musicgan_lib.metrics import swaps as measures
from musicgan_lib.models.two_latents import ChordGiven, ChordTexture, PitchRhythm, list_tones

#: Ten pitches, then hold (10) and silence (11)
HOLD, SIZE = 10, 12
LOWS = np.array([60])


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make(kind, voices=2, **options):
    torch.manual_seed(0)
    return kind(voices, 16, SIZE, latent=8, width=16, **options)


def make_cells(n=3, voices=2):
    return torch.randint(SIZE, (n, voices, 16), generator=dice())


def make_chords(n=3):
    return torch.randint(48, (n, 4), generator=dice(1))


def test_segments_begin_where_whole_bars_follow():
    place = [1, 3] + [0] + [9] * 15 + [0] + [9] * 15 + [0] + [9] * 11 + [0] + [9] * 15
    assert segments.list_starts(place, 1) == [2, 18, 46]
    assert segments.list_starts(place, 2) == [2]
    assert segments.list_starts(place, 3) == []


def test_a_held_note_begins_with_its_segment():
    cells = np.array([[60, 128, 128], [128, 128, 62], [64, 129, 128]])
    assert segments.find_held(cells, 1).tolist() == [60, 129, 129]
    assert segments.find_held(cells, 2).tolist() == [60, 62, 129]


def test_rhythm_and_pitches_by_hand():
    cells = np.array([[10, 3, 10, 11, 10, 0]])
    assert segments.find_rhythm(cells, HOLD).tolist() == [[1, 0, 1, 2, 1, 0]]
    assert segments.find_pitches(cells, LOWS, HOLD).tolist() == [[-1, 63, 63, -1, -1, 60]]
    spelled = segments.spell_cells(cells, LOWS, HOLD)
    assert spelled.tolist() == [[129, 63, 128, 129, 129, 60]]


def test_segments_of_chorales_come_back_and_stand_in_other_keys():
    data = segments.encode_segments("chorales", 2, keys=1)
    n = len(data.cells["train"]) // 3
    low, own, high = (data.cells["train"][k * n : (k + 1) * n] for k in range(3))
    notes = own < data.hold
    assert (own[notes] - 1 == low[notes]).all() and (own[notes] + 1 == high[notes]).all()
    assert (own[~notes] == high[~notes]).all() and data.cells["train"].min() >= 0
    chords = data.chords["train"].reshape(3, n, -1)
    assert (harmony.spell(chords[2]) == np.roll(harmony.spell(chords[1]), 1, -1)).all()
    piece = data.decode(data.cells["test"][3])
    assert len(piece.notes) == (data.cells["test"][3] < data.hold).sum()
    assert piece.notes["duration"].sum() == 4 * 8  # four voices that never rest


def test_segments_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="choose fewer bars"):
        segments.encode_segments("chorales", 99)
    with pytest.raises(ValueError, match="one to four"):
        segments.encode_segments("chorales", 1, voices=5)


def test_chords_have_the_tones_that_the_rule_gives_them():
    assert torch.equal(list_tones().bool(), torch.as_tensor(harmony.spell(np.arange(48))))
    assert [harmony.name(k) for k in swaps.CADENCE] == ["I", "IV", "V", "I"]


def test_the_rhythm_is_spelled_from_its_half_alone():
    network, z = make(PitchRhythm), torch.randn(3, 8, generator=dice(), requires_grad=True)
    (slope,) = torch.autograd.grad(network.spell_rhythm(z).square().sum(), z)
    assert not slope[:, network.parts["pitch"]].any()
    assert (slope[:, network.parts["rhythm"]] != 0).all()
    (slope,) = torch.autograd.grad(network.logits(z, make_chords()).square().sum(), z)
    assert (slope != 0).all()


def test_what_the_rhythm_pays_by_hand():
    game, network, z = (
        swaps.PitchRhythmGame(),
        make(PitchRhythm),
        torch.randn(3, 8, generator=dice()),
    )
    cells = make_cells()
    chances = network.spell_rhythm(z).log_softmax(-1)
    rhythm = torch.as_tensor(segments.find_rhythm(cells.numpy(), HOLD))
    paid = -chances.gather(-1, rhythm[..., None]).sum((1, 2, 3))
    assert torch.allclose(game.price_part(network, z, cells, None), paid, atol=1e-4)
    assert game.price_part(make(PitchRhythm, latents="one"), z, cells, None) == 0


def test_each_part_of_chord_and_texture_hears_its_own():
    network, cells, chords = make(ChordTexture), make_cells(), make_chords()
    mean, _ = network.encode(cells, chords)
    other_chords, _ = network.encode(cells, (chords + 5) % 48)
    other_cells, _ = network.encode(cells.roll(3, 2), chords)
    chord, texture = network.parts["chord"], network.parts["texture"]
    assert torch.equal(mean[:, texture], other_chords[:, texture])
    assert not torch.equal(mean[:, chord], other_chords[:, chord])
    assert torch.equal(mean[:, chord], other_cells[:, chord])
    assert not torch.equal(mean[:, texture], other_cells[:, texture])
    z = torch.randn(3, 8, generator=dice(), requires_grad=True)
    (slope,) = torch.autograd.grad(network.spell_chords(z).square().sum(), z)
    assert not slope[:, texture].any() and (slope[:, chord] != 0).all()


def test_texture_sounds_alike_in_every_key():
    network, cells = make(ChordTexture), make_cells()
    cells = torch.where(cells < HOLD, cells % 4, cells)
    higher = torch.where(cells < HOLD, cells + 5, cells)
    torch.testing.assert_close(network.read_texture(cells), network.read_texture(higher))
    wider = torch.where(cells < HOLD, 2 * cells, cells)
    assert not torch.allclose(network.read_texture(cells), network.read_texture(wider))


def test_chords_reach_reader_and_writer_unless_they_are_deaf():
    cells, chords, z = make_cells(), make_chords(), torch.randn(3, 8, generator=dice())
    for deaf in (False, True):
        network = make(ChordGiven, deaf=deaf)
        read, written = (
            torch.equal(a, b)
            for a, b in (
                (network.encode(cells, chords)[0], network.encode(cells, (chords + 5) % 48)[0]),
                (network.logits(z, chords), network.logits(z, (chords + 5) % 48)),
            )
        )
        assert read == written == deaf


def test_a_swap_takes_one_part_and_keeps_the_other():
    network, one, other = make(PitchRhythm), torch.zeros(2, 8), torch.ones(2, 8)
    assert swaps.swap(network, one, other, "rhythm").tolist() == [[0] * 4 + [1] * 4] * 2
    assert one.sum() == 0
    with pytest.raises(ValueError, match="no part 'texture'"):
        swaps.swap(network, one, other, "texture")


@pytest.mark.parametrize("kind", [PitchRhythm, ChordTexture, ChordGiven])
def test_points_and_sizes_that_do_not_fit_are_refused(kind):
    with pytest.raises(ValueError, match="8 numbers here, and this one has 6"):
        make(kind).logits(torch.zeros(1, 6), make_chords(1))
    with pytest.raises(ValueError, match="even number"):
        kind(2, 16, SIZE, latent=7, width=8)


def test_settings_that_cannot_be_are_refused():
    for name, changes, words in (
        ("yang2019", {"latents": "three"}, "no latents"),
        ("yang2019", {"answers": "none"}, "no answers"),
        ("yang2019", {"latents": "one", "answers": "other"}, "moves nothing"),
        ("wang2020", {"answers": "other", "batch": 1}, "batch=2 or more"),
        ("simon2018", {"chords": "other"}, "no chords"),
        ("simon2018", {"lr": float("nan")}, "above 0"),
        ("wang2020", {"beta": -1.0}, "at least 0"),
        ("wang2020", {"latent": 5}, "even number"),
        ("yang2019", {"bars": 0}, "at least 1"),
    ):
        system = systems.find(name)
        with pytest.raises(ValueError, match=words):
            system.configure(next(iter(system.variants)), "smoke", "chorales", **changes)


def test_onsets_and_rhythms_agree_by_hand():
    one = np.array([[[1, 0, 1, 0]], [[0, 0, 0, 0]], [[1, 0, 0, 0]]], bool)
    other = np.array([[[1, 1, 0, 1]], [[0, 0, 0, 0]], [[0, 0, 0, 0]]], bool)
    assert measures.match_onsets(one, other) == pytest.approx([2 / 5, 1, 0])
    assert measures.same_rhythm(one, other).tolist() == [False, True, False]


def test_pitches_and_chords_agree_by_hand():
    one, other = (
        np.array([[[60, 60, -1, 62]], [[-1] * 4]]),
        np.array([[[60, 61, 62, -1]], [[60] * 4]]),
    )
    found = measures.match_pitches(one, other)
    assert found[0] == 1 / 2 and np.isnan(found[1])
    c, d = (np.isin(np.arange(12), tones) for tones in ((0, 4, 7), (2, 5, 9)))
    with_b = np.arange(12) == 11
    assert measures.rate_chords(one[:1], np.array([[with_b, with_b]]))[0] == 0
    rates = measures.rate_chords(one, np.array([[c, d], [c, d]]))
    assert rates[0] == 1 and np.isnan(rates[1])
    assert measures.rate_chords(one[:1], np.array([[d, c]]))[0] == 0
    assert (
        np.isnan(swap_measures.mean_heard(found[1:])) and swap_measures.mean_heard(found) == 1 / 2
    )


def test_a_swap_by_rule_is_made_by_hand_and_wins_everything():
    cells = np.array([[[2, 10, 5, 10]]])
    donor = np.array([[[7, 7, 10, 7]]])
    assert swap_measures.swap_by_rule(cells, donor, HOLD).tolist() == [[[2, 2, 10, 5]]]
    silent = np.array([[[11, 11, 3, 10]]])
    assert swap_measures.swap_by_rule(silent, donor, HOLD).tolist() == [[[3, 3, 10, 3]]]
    assert (swap_measures.swap_by_rule(0 * silent + 11, donor, HOLD) != 7).all()
    assert swap_measures.share_won(0.9, 0.4, 0.9, 0.4) == 1
    assert swap_measures.share_won(0.5, 0.5, 0.9, 0.4) == 0


def test_whom_swaps_follow_on_real_segments():
    data = segments.encode_segments("chorales", 1)
    cells, chords = data.cells["test"][:200], data.chords["test"][:200]
    donor = np.roll(np.arange(200), 100)
    own = swap_measures.measure_texture_swaps(data, cells, cells, cells, chords)
    taken = swap_measures.measure_texture_swaps(data, cells, cells, cells[donor], chords)
    assert own["chord_won"] == pytest.approx(1) and own["rhythm_won"] == pytest.approx(-1)
    assert taken["rhythm_won"] == pytest.approx(1) and taken["chord_won"] < 0
    assert own["follows"] == pytest.approx(-1)
    bars = swap_measures.measure_chord_swaps(data, cells, cells, cells, chords, chords[donor])
    assert bars["rhythm_won"] == pytest.approx(1) and bars["chord_won"] == pytest.approx(-1)
    assert bars["rhythm_back"] == 1


def test_rhythm_swaps_of_real_melodies():
    data = segments.encode_segments("chorales", 2, voices=1)
    cells = data.cells["test"][:200]
    donor = cells[np.roll(np.arange(200), 100)]
    ruled = swap_measures.swap_by_rule(cells, donor, data.hold)
    found = swap_measures.measure_rhythm_swaps(data, cells, cells, ruled)
    assert found["swap_exact"] == found["swap_kept"] == found["follows"] == 1
    kept = swap_measures.measure_rhythm_swaps(data, cells, cells, cells)
    assert kept["swap_exact"] == 0 and kept["rhythm_won"] == pytest.approx(-1)
    assert kept["pitch_won"] > 1 and kept["follows"] == pytest.approx(-1)


def test_a_straight_line_tells_what_it_can():
    rng = np.random.default_rng(0)
    known, asked = rng.normal(size=(200, 3)), rng.normal(size=(50, 3))
    line = np.array([[1.0], [2.0], [0.0]])
    assert measures.fit_probe(known, known @ line, asked, asked @ line) > 0.99
    dice_known, dice_asked = rng.normal(size=(200, 1)), rng.normal(size=(50, 1))
    assert measures.fit_probe(known, dice_known, asked, dice_asked) < 0.1
    with pytest.raises(ValueError, match="never change"):
        measures.fit_probe(known, dice_known, asked, np.ones((50, 1)))


def test_a_picture_of_cells_has_beginnings_and_sounds():
    from musicgan_lib.models.two_latents import draw_roll

    roll = draw_roll(torch.tensor([[[3, 10, 11, 10]]]), SIZE, 1)
    assert roll.shape == (1, 2, 12, 4)
    assert roll[0, 0].nonzero().tolist() == [[4, 0]]
    assert roll[0, 1].nonzero().tolist() == [[4, 0], [4, 1]]
