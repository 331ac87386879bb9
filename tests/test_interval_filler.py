"""A voice filled in by a network that hears intervals: what it hears, what it must not, and that it learns."""

import numpy as np
import pytest
import torch

from musicgan_lib.data.heard import HOLD, REST, Heard, hide
from musicgan_lib.evaluation import chorale_fill
from musicgan_lib.evaluation.interval_filler import IntervalFiller, hear_others

ALTO = 1


def make_piece(rng, length=48, move=0):
    """Four voices in eighths; the alto lies a third below the soprano, or a fourth where the bass steps up next."""
    soprano = 72 + rng.integers(0, 2, length // 2)
    bass = 48 + 2 * rng.integers(0, 2, length // 2)
    rises = np.append(np.diff(bass) > 0, False)
    lines = np.stack([soprano, soprano - np.where(rises, 5, 3), 60 + 0 * soprano, bass]) + move
    cells = np.full((4, length), HOLD)
    cells[:, ::2] = lines
    return Heard(cells, np.arange(length) % 4, np.zeros((4, length), bool))


@pytest.fixture(scope="module")
def learned():
    rng = np.random.default_rng(0)
    filler = IntervalFiller([make_piece(rng) for _ in range(12)], ALTO, seed=3, length=32)
    losses = filler.learn(150)
    assert losses[-1] < 0.3 * losses[0]
    return filler


def test_it_learns_what_the_next_beat_decides(learned):
    """A table of one moment cannot: the bass's next step is not in it."""
    rng = np.random.default_rng(1)
    pieces = [make_piece(rng) for _ in range(8)]
    own = chorale_fill.measure_fill(learned, pieces, ALTO)
    table = chorale_fill.IntervalTable([make_piece(rng) for _ in range(12)], ALTO)
    assert own.mean() > 0.95 > 0.85 > chorale_fill.measure_fill(table, pieces, ALTO).mean()


def test_another_key_is_the_same_piece(learned):
    for which_key in (-7, 4):
        here, there = (make_piece(np.random.default_rng(2), move=m) for m in (0, which_key))
        lines = [learned(hide(piece, ALTO), ALTO) for piece in (here, there)]
        assert (lines[1] - lines[0] == which_key).all()


def test_the_hidden_voice_is_not_heard(learned):
    piece = make_piece(np.random.default_rng(4))
    other = piece._replace(cells=piece.cells.copy())
    other.cells[ALTO] = np.random.default_rng(5).integers(40, 80, piece.cells.shape[1])
    for one, same in zip(hear_others(piece, ALTO)[0], hear_others(other, ALTO)[0]):
        assert (one == same).all()
    assert (learned(piece, ALTO) == learned(hide(piece, ALTO), ALTO)).all()


def test_what_is_heard_by_hand():
    cells = np.array([[72, HOLD, 74, REST], [0, 0, 0, 0], [64, 65, HOLD, HOLD], [48, 47, REST, 50]])
    (between, moves, held), anchor = hear_others(
        Heard(cells, np.arange(4), np.zeros((4, 4), bool)), ALTO
    )
    assert anchor.tolist() == [72, 72, 74, 74]
    rest = 2 * chorale_fill.REACH + 1
    assert (between[:, 0] - chorale_fill.REACH).tolist()[:3] == [0, 0, 0] and between[3, 0] == rest
    assert (between[:, 1] - chorale_fill.REACH).tolist() == [-8, -7, -9, -9]
    assert between[2, 2] == rest and between[3, 2] - chorale_fill.REACH == -24
    assert (moves - 12).tolist() == [[0, 0], [0, 2], [2, 0], [0, 0]]
    assert held.tolist() == [
        [0, 0, 0, 1, 0, 0, 0],
        [1, 0, 0, 0, 1, 0, 0],
        [0, 1, 0, 0, 0, 1, 0],
        [0, 1, 0, 0, 0, 0, 1],
    ]


def test_a_seed_is_a_network_whatever_was_drawn_before():
    pieces = [make_piece(np.random.default_rng(k)) for k in range(3)]
    found = []
    for throw in (1, 9):
        torch.manual_seed(throw)
        filler = IntervalFiller(pieces, ALTO, seed=2, length=16)
        torch.rand(throw)
        found.append(filler.learn(3))
    assert found[0] == found[1]
    assert IntervalFiller(pieces, ALTO, seed=4, length=16).learn(3) != found[0]


def test_what_cannot_be_is_refused_with_a_sentence(learned):
    piece = make_piece(np.random.default_rng(6))
    with pytest.raises(ValueError, match="has learned the alto"):
        learned(piece, 2)
    with pytest.raises(ValueError, match="no piece has 64 sixteenths"):
        IntervalFiller([piece], ALTO, length=64)
