"""A note after hours of silence: the part that can be played or a sentence, never the machine's whole memory."""

import numpy as np
import pytest

from musicgan_lib.listening import blind_test, explore, piano_roll, player, render, score, synth
from musicgan_lib.notes import Piece

HOURS = Piece([(0, 1, 60), (1e6, 1, 62)], title="Silence")
AGES = Piece([(0, 1, 60), (1e12, 1e12, 62)], title="Ages")
SHORT = Piece([(0, 4, 60)], title="Short")


@pytest.fixture(autouse=True)
def few_gigabytes(monkeypatch):
    """No array of more than an hour of samples is made."""
    zeros = np.zeros

    def careful(shape, *args, **more):
        assert np.prod(shape) < 22050 * 3700, shape
        return zeros(shape, *args, **more)

    monkeypatch.setattr(np, "zeros", careful)


@pytest.mark.parametrize("piece", [HOURS, AGES], ids=["hours", "ages"])
def test_the_player_plays_the_part_that_it_can(piece, monkeypatch):
    monkeypatch.setattr(synth, "LONGEST", 30.0)
    shown = player(piece, SHORT).html
    assert f"of {piece.title} you hear the first 0.5 minutes" in shown and "mg-player" in shown
    assert "you hear" not in player(SHORT).html
    assert "mg-player" in blind_test(piece, piece).html
    monkeypatch.setenv("MUSICGAN_STATIC", "1")
    assert "you hear" in explore([piece]).html


def test_an_hour_is_the_longest():
    assert synth.LONGEST == 3600
    hour = Piece([(7200 * i / 8, 1, 60) for i in range(8)])
    assert "you hear" not in player(hour).html
    assert "first 60 minutes" in player(HOURS).html


@pytest.mark.parametrize("piece", [HOURS, AGES], ids=["hours", "ages"])
def test_what_makes_sound_or_a_score_says_how_to_go_on(piece):
    for make in (render, score):
        with pytest.raises(ValueError, match="Piece.window"):
            make(piece)


def test_a_roll_of_ages_is_drawn_without_bar_lines():
    import matplotlib.pyplot as plt

    for piece in (HOURS, AGES):
        ax = piano_roll(piece)
        assert len(ax.lines) == 0 and len(ax.patches) == 2
        plt.close(ax.figure)
    ax = piano_roll(SHORT)
    assert len(ax.lines) == 2
    plt.close(ax.figure)


def test_loudness_is_the_same_in_parts():
    samples = np.random.default_rng(0).normal(size=22050 * 40) * np.repeat([1, 0.001], 22050 * 20)
    blocks = np.square(samples).reshape(-1, 2205)
    right = 10 * np.log10(blocks[:200].mean())  # the second half is a rest
    assert synth.measure_loudness(samples) == pytest.approx(right, abs=1e-9)
    assert synth.measure_loudness(samples[:-1000], 22050) == pytest.approx(right, abs=1e-6)
