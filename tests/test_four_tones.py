"""The toy of the lessons on policy gradients: counted by hand where it can be, and no tune earns more than 1."""

import numpy as np
import pytest
import torch

from musicgan_lib import corpora
from musicgan_lib.data.four_tones import count_from_last, count_pairs
from musicgan_lib.lab.four_tones import FourTones
from musicgan_lib.notes import Piece


@pytest.fixture(scope="module", params=["chorales", "tunes"])
def world(request):
    return FourTones(request.param, length=4)


def test_moves_are_counted_from_the_last_note_and_the_opening_is_the_first_two():
    melody = Piece([(i, 1, p) for i, p in enumerate((67, 62, 60, 61, 74, 72))])  # do is C
    degrees = count_from_last(melody)
    assert degrees.tolist() == [7, 2, 0, 1, 2, 0]
    opening, moves = count_pairs(degrees, [0, 2, 5, 7])
    assert opening[3, 1] == 1 == opening.sum()
    assert moves[3, 1] == 1 and moves[1, 0] == 2 and moves.sum() == 3  # to and from 1: not counted


def test_a_tune_earns_what_is_counted_by_hand(world):
    tune = [1, 0, 0, 2]
    before = [world.opening[1], *tune[:-1]]
    wanted = [
        world.moves[a][b] / world.moves[a].max() / 8 if a != b else 0 for a, b in zip(before, tune)
    ]
    assert wanted[2] == 0 < wanted[1]
    assert world.pay(torch.tensor([tune]))[0].tolist() == pytest.approx(wanted)
    home = world.pay(torch.tensor([[1, 0, 2, 0]]))[0, -1]
    assert float(home) == pytest.approx(0.5 + world.moves[2][0] / world.moves[2].max() / 8)


def test_no_tune_earns_more_than_one_and_only_those_that_end_on_do_more_than_half(world):
    assert 0 <= world.returns.min() and world.returns.max() <= 1 + 1e-12
    assert ((world.returns > 0.5) <= (world.tunes[:, -1] == 0)).all()


def test_a_tune_is_found_where_it_stands(world):
    assert torch.equal(world.index(world.tunes), torch.arange(4**4))


def test_the_first_policy_sings_each_tone_as_often_as_the_corpus(world):
    p = world.chances(world.new_policy())
    assert float(p.sum()) == pytest.approx(1)
    degrees = np.concatenate([count_from_last(m) for m in world.melodies])
    counted = np.array([(degrees == tone).sum() for tone in world.tones])
    drawn = [float(p[world.tunes[:, 2] == k].sum()) for k in range(4)]
    assert drawn == pytest.approx(counted / counted.sum())
    assert world.expected_reward(world.new_policy()) == pytest.approx(float(p @ world.returns))


def test_tunes_are_sung_one_after_the_other(world):
    piece = world.sing(world.tunes[5:7])
    assert len(piece) == 12 and piece.notes["onset"][6] == 4.0  # six eighths, and a quarter of rest
    assert piece.notes["pitch"][:2].tolist() == [60 + world.tones[k] for k in world.opening]
    last = int(world.tunes[6, -1])
    assert piece.notes["pitch"][-1] == 60 + world.tones[last]


def test_a_corpus_that_does_not_sing_its_last_note_is_refused(monkeypatch):
    melody = Piece([(i, 1, p) for i, p in enumerate((62, 64, 65, 67, 62, 64, 65, 67, 60))])
    monkeypatch.setattr(corpora, "load", lambda *_: [melody])
    with pytest.raises(ValueError, match="do is not among the four tones"):
        FourTones("any", length=2)
