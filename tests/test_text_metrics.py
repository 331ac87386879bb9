"""The table of counts adds up to one, never looks ahead, and finds what was copied."""

import itertools
import math

import numpy as np
import pytest

from musicgan_lib.metrics import counts
from musicgan_lib.metrics.text import BackOffCounts, distinct_n, longest_copy, novelty, temper
from musicgan_lib.notes import Piece, Track

RNG = np.random.default_rng(0)
SEQUENCES = [RNG.integers(0, 3, 25) for _ in range(6)]


@pytest.mark.parametrize("order", [0, 1, 6])
def test_probabilities_of_all_sequences_sum_to_one(order):
    table = BackOffCounts(3, order=order).fit(SEQUENCES)
    every = [np.array(s) for s in itertools.product(range(3), repeat=5)]
    total = sum(math.exp(-5 * table.nll([s])) for s in every)
    assert total == pytest.approx(1, abs=1e-12)


def test_one_level_by_hand():
    table = BackOffCounts(2, order=1).fit([np.array([0, 1, 0, 0])])
    # no context: (3 + 2 * 1/2) / (4 + 2); after 0 came 1 and 0: (1 + 2 * p(0)) / (2 + 2)
    p0 = (3 + 2 * 0.5) / 6
    assert table.probabilities([0])[0] == pytest.approx((1 + 2 * p0) / 4)
    assert table.probabilities([1])[0] == pytest.approx((1 + 1 * p0) / 2)


def test_an_unseen_context_changes_nothing():
    table = BackOffCounts(4, order=2).fit([np.array([0, 1, 0, 1, 2])])
    np.testing.assert_allclose(
        table.probabilities([3]), BackOffCounts(4, 0).fit([[0, 1, 0, 1, 2]]).probabilities()
    )


def test_it_never_looks_ahead():
    table = BackOffCounts(3).fit(SEQUENCES)
    one, two = SEQUENCES[0].copy(), SEQUENCES[0].copy()
    two[20:] = (two[20:] + 1) % 3
    contexts = [table.contexts(s) for s in (one, two)]
    np.testing.assert_array_equal(contexts[0][:21], contexts[1][:21])
    assert (contexts[0][21:, 1] != contexts[1][21:, 1]).all()


def test_the_table_of_a_period_knows_what_comes_next():
    table = BackOffCounts(3, order=3).fit([np.tile([0, 1, 2], 50)])
    assert table.probabilities([1, 2, 0]).argmax() == 1
    assert table.nll([np.tile([0, 1, 2], 10)]) < 0.1
    assert BackOffCounts(3, order=0).fit([np.tile([0, 1, 2], 50)]).nll(
        [np.tile([0, 1, 2], 10)]
    ) == pytest.approx(math.log(3))


def test_temperature_sharpens_and_flattens():
    table = BackOffCounts(4, order=1).fit([np.tile([0, 1, 2, 3], 20)])
    cold = table.sample(40, np.random.default_rng(0), temperature=0.1, start=[0])
    np.testing.assert_array_equal(cold, np.tile([1, 2, 3, 0], 10))
    hot = table.sample(400, np.random.default_rng(0), temperature=100.0)
    assert np.bincount(hot, minlength=4).min() > 60


def test_temper_by_hand():
    np.testing.assert_allclose(temper([0.8, 0.2, 0.0], 0.5), [16 / 17, 1 / 17, 0])
    np.testing.assert_allclose(temper([0.9, 0.1], 2.0), [0.75, 0.25])


@pytest.mark.filterwarnings("error")
def test_the_limits_of_temperature():
    p = np.array([[0.4, 0.4, 0.2, 0.0], [0.1, 0.2, 0.7, 0.0]])
    for cold in (0, 1e-320, 1e-300, 1e-9):
        np.testing.assert_allclose(temper(p, cold), [[0.5, 0.5, 0, 0], [0, 0, 1, 0]])
    for hot in (math.inf, 1e12):
        np.testing.assert_allclose(temper(p, hot), [[1 / 3, 1 / 3, 1 / 3, 0]] * 2)
    for none in (-1, -1e-320, math.nan):
        with pytest.raises(ValueError, match="temperature"):
            temper(p, none)
    table = BackOffCounts(3, order=1).fit([np.tile([0, 1, 2], 20)])
    draws = table.sample(6, np.random.default_rng(0), temperature=0, start=[0])
    assert draws.tolist() == [1, 2, 0, 1, 2, 0]


def test_symbols_outside_the_alphabet_are_refused():
    with pytest.raises(ValueError, match="0..2, got 3"):
        BackOffCounts(3).fit([np.array([0, 3])])
    table = BackOffCounts(3).fit(SEQUENCES)
    for wrong in (3, -1):
        with pytest.raises(ValueError, match=f"0..2, got {wrong}"):
            table.nll([np.array([0, wrong])])


def test_copies_are_found():
    corpus = [np.arange(50), np.arange(100, 130)]
    assert longest_copy(np.r_[7, np.arange(10, 23), 99], corpus) == 13
    assert longest_copy([1, 0], [[2, 3]]) == 0 and longest_copy([], corpus) == 0
    assert longest_copy(np.arange(48, 52), corpus) == 2  # not across two sequences


def test_distinct_and_new_runs():
    assert distinct_n([[1, 1, 1, 1]], 2) == pytest.approx(1 / 3)
    assert distinct_n([np.arange(10)], 4) == 1
    assert novelty([[1, 2, 3, 4]], [[1, 2, 3, 9]], 3) == 0.5
    assert novelty([[1, 2]], [[1, 2]], 2) == 0
    assert math.isnan(distinct_n([[1]], 2)) and math.isnan(novelty([[1]], [[1]], 2))


def four_voices(frames):
    rows = [(t / 4, 0.25, p, 80, v) for t, row in enumerate(frames) for v, p in enumerate(row)]
    return Piece([r for r in rows if r[2] >= 0], tracks=[Track(n) for n in "SATB"])


def test_frames_of_a_chorale():
    piece = Piece([(0, 0.5, 67, 80, 0), (0.25, 0.25, 48, 80, 3)], tracks=[Track()] * 4)
    assert counts.read_frames(piece).tolist() == [[67, -1, -1, -1], [67, -1, -1, 48]]


def test_chorale_contexts_are_causal_and_free_of_key():
    frames = RNG.integers(0, 5, (30, 4)) + [67, 60, 55, 48]
    contexts, symbols = counts.chorale_contexts(four_voices(frames))
    assert contexts.shape == (120, 7) and symbols.shape == (120,)
    changed = frames.copy()
    changed[20, 1] += 1  # the alto, third in order: soprano and bass of step 20 cannot see it
    other, _ = counts.chorale_contexts(four_voices(changed))
    same = (contexts == other).all(axis=1).reshape(4, 30)  # rows S, B, A, T
    assert same[:, :20].all() and same[:3, 20].all() and not same[3, 20]
    up, symbols_up = counts.chorale_contexts(four_voices(frames + 5))
    np.testing.assert_array_equal(symbols[1:30], symbols_up[1:30])  # all but the first step


def test_chorale_probabilities_sum_to_one():
    pieces = [four_voices(RNG.integers(0, 5, (30, 4)) + [67, 60, 55, 48]) for _ in range(3)]
    table = counts.fit_chorale_counts(pieces)
    contexts, _ = counts.chorale_contexts(pieces[0])
    every = np.arange(counts.N_SYMBOLS)
    for row in contexts[[0, 17, 100]]:
        p = np.exp(table.log_prob(np.tile(row, (len(every), 1)), every))
        assert p.sum() == pytest.approx(1, abs=1e-12)


class Likeliest:
    """Dice that always show the likeliest side."""

    def choice(self, n, p):
        return int(np.argmax(p))


def test_a_chorale_is_drawn_from_the_contexts_that_the_table_counted():
    pieces = [four_voices(RNG.integers(0, 5, (30, 4)) + [67, 60, 55, 48]) for _ in range(3)]
    table = counts.fit_chorale_counts(pieces)
    frames = counts.sample_chorale(table, 24, Likeliest())
    contexts, symbols = counts.chorale_contexts(counts.write_frames(frames))
    every = np.arange(counts.N_SYMBOLS)
    for context, symbol in zip(contexts, symbols):  # each note is the likeliest in its own context
        p = table.log_prob(np.tile(context, (len(every), 1)), every)
        assert p[symbol] == pytest.approx(p.max(), abs=1e-12)
    drawn = [counts.sample_chorale(table, 8, np.random.default_rng(s)) for s in (1, 1, 2)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()


def test_frames_come_back_and_a_pitch_that_stays_is_one_note():
    frames = np.array([[67, 60, -1, 48], [67, 62, -1, 48], [65, 62, 55, 48]])
    piece = counts.write_frames(frames)
    assert counts.read_frames(piece).tolist() == frames.tolist()
    assert len(piece) == 6 and piece.notes["duration"].max() == 0.75


def test_a_voice_that_leaps_too_far_is_refused():
    with pytest.raises(ValueError, match="further than 48"):
        counts.chorale_contexts(four_voices([[100, 60, 55, 48], [51, 60, 55, 48]]))


def test_copying_the_last_note_is_right_where_notes_are_held():
    held = four_voices([[67, 60, 55, 48]] * 20)
    nats, hits = counts.copy_nll([held], [held])
    assert hits == 1  # only the first of 20 sixteenths costs: (20 + 1) of 20 + 129 counts
    assert nats == pytest.approx(math.log(149 / 21) / 20)
