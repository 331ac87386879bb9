"""Statistics of note matrices: against hand values, slow loops, and the metrics of pieces."""

import numpy as np
import pytest

from musicgan_lib.metrics import music, rolls
from musicgan_lib.representations import note_matrix


def some_rolls(n=6, bars=4, notes=14, seed=0, density=0.15):
    rng = np.random.default_rng(seed)
    play = np.repeat(rng.random((n, bars * 8, notes)) < density, 2, axis=1)
    replay = (rng.random(play.shape) < 0.2) & play
    return np.stack([play, replay], -1).astype(np.uint8)


def written(bars, notes):
    """One roll from (step, length, key) with key counted from C."""
    roll = np.zeros((1, 16 * bars, 24, 2), np.uint8)
    for step, length, key in notes:
        roll[0, step, key, 1] = roll[0, max(step - 1, 0), key, 0] * (step > 0)
        roll[0, step : step + length, key, 0] = 1
    return roll


def test_by_hand():
    # bar 1: C held for half a bar and struck again at 8; bar 2 silent; bar 3: a sixteenth of E and G; bar 4 the same
    roll = written(4, [(0, 8, 0), (8, 8, 0), (32, 1, 4), (36, 4, 7), (48, 1, 4), (52, 4, 7)])
    found = {k: v[0] for k, v in rolls.roll_statistics(roll).items()}
    assert found["eb"] == 0.25 and found["density"] == 6 / 4
    assert found["upc"] == (1 + 0 + 2 + 2) / 4
    assert found["qn"] == 4 / 6 and found["replay"] == 1 / 6
    assert found["notes_at_once"] == 1.0 and found["scale"] == 1.0
    # at lag 1: bars 2, 3 have nothing in common with the one before, bar 4 all; bar 2 against bar 1 counts
    assert found["repeat_1"] == pytest.approx(1 / 3) and found["same_1"] == pytest.approx(1 / 2)
    assert found["repeat_2"] == 0.0 and "repeat_4" not in found


def test_the_opening_is_known_and_not_counted():
    roll = written(4, [(0, 16, 0), (16, 20, 5), (40, 4, 7)])
    found = {k: v[0] for k, v in rolls.roll_statistics(roll, 32).items()}
    assert found["density"] == 0.5  # the note that is held across bar 3's line began before it
    assert found["eb"] == 0.5 and found["upc"] == 1.0
    again = {k: v[0] for k, v in rolls.roll_statistics(roll[:, 32:]).items()}
    assert again["density"] == 1.0  # cut off, it begins there


def test_repeats_of_the_opening_count():
    roll = written(2, [(0, 4, 0), (16, 4, 0)])
    assert rolls.roll_statistics(roll, 16)["repeat_1"][0] == 1.0
    assert rolls.roll_statistics(roll, 16)["same_1"][0] == 1.0


def test_lengths_against_a_slow_loop():
    made = some_rolls()
    begun = rolls.onsets(made)
    for start in (0, 16):
        found = rolls.roll_statistics(made, start, least=3)
        for i, roll in enumerate(made):
            long = total = 0
            for p in range(roll.shape[1]):
                for t in range(start, len(roll)):
                    if begun[i, t, p]:
                        end = t + 1
                        while end < len(roll) and roll[end, p, 0] and not begun[i, end, p]:
                            end += 1
                        total, long = total + 1, long + (end - t >= 3)
            assert found["qn"][i] == pytest.approx(long / total)


def test_they_agree_with_the_metrics_of_pieces():
    made = some_rolls(density=0.3)
    found = rolls.roll_statistics(made, low=48)
    for i, roll in enumerate(made):
        piece = note_matrix.decode(np.concatenate([roll, roll[..., :1]], -1).astype(np.float32), 48)
        assert found["upc"][i] == pytest.approx(music.used_pitch_classes(piece))
        assert found["qn"][i] == pytest.approx(music.qualified_note_ratio(piece, 0.5))
        assert found["scale"][i] == pytest.approx(music.scale_consistency(piece))
        assert found["density"][i] == len(piece.notes) / 4


def test_silence_says_what_it_can():
    found = {k: v[0] for k, v in rolls.roll_statistics(np.zeros((1, 64, 12, 2))).items()}
    assert found["eb"] == 1.0 and found["density"] == 0.0 and found["upc"] == 0.0
    assert all(
        np.isnan(found[k]) for k in ("qn", "notes_at_once", "replay", "scale", "repeat_1", "same_1")
    )


@pytest.mark.parametrize("length, start", [(60, 0), (64, 8), (64, 64), (64, -16)])
def test_parts_of_bars_are_refused(length, start):
    with pytest.raises(ValueError, match="whole bars"):
        rolls.roll_statistics(np.zeros((1, length, 12, 2)), start)


def test_words_of_onsets_find_a_copy_and_not_a_transposition():
    from musicgan_lib.metrics.text import longest_copy

    song, other = some_rolls(2, bars=8, notes=48, density=0.05)
    words = rolls.onset_words(song)
    assert (
        longest_copy(rolls.onset_words(song[32:96])[1:], [words])
        == len(rolls.onset_words(song[32:96])) - 1
    )
    assert longest_copy(rolls.onset_words(np.roll(song, 1, axis=1)), [words]) <= 1
    assert longest_copy(rolls.onset_words(other), [words]) <= 2
    assert len(rolls.onset_words(np.zeros((64, 48, 2)))) == 0


def test_auc_by_hand():
    assert rolls.auc([2, 3], [1, 0]) == 1.0 and rolls.auc([1, 1], [1, 1]) == 0.5
    assert rolls.auc([0, 2], [1]) == 0.5 and rolls.auc([1, 2], [1, 0]) == 0.875
