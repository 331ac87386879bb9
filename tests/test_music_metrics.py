"""Every metric on music small enough to count by hand, and the published tools' slips as they are."""

import doctest
import math

import numpy as np
import pytest

from musicgan_lib.metrics import controls, distribution, music, text
from musicgan_lib.notes import Metre, Piece, Track

MAJOR = (0, 2, 4, 5, 7, 9, 11)


def melody(pitches, length=1.0):
    return Piece([(i * length, length, p) for i, p in enumerate(pitches)])


def triads(n):
    return Piece([(i, 1, p) for i in range(n) for p in (60, 64, 67)])


@pytest.mark.parametrize("module", [music, distribution, text])
def test_the_sums_in_the_docstrings_are_right(module):
    result = doctest.testmod(module)
    assert result.attempted >= 1 and result.failed == 0


def test_a_note_that_ends_on_the_bar_line_leaves_the_next_bar_empty():
    assert music.empty_bar_ratio(Piece([(0, 4, 60), (8, 1, 60)])) == pytest.approx(1 / 3)
    assert music.empty_bar_ratio(Piece([(0, 5, 60), (8, 1, 60)])) == 0


def test_bars_follow_the_metre_and_the_pickup():
    notes = [(0, 1, 60), (1, 3, 62), (7, 3, 64)]  # pickup, bar, empty bar, bar of 3/4
    waltz = Piece(notes, metre=(Metre(0, 1, 4), Metre(1, 3, 4)))
    assert music.empty_bar_ratio(waltz) == pytest.approx(1 / 4)
    assert music.used_pitch_classes(waltz) == pytest.approx(3 / 4)
    assert music.empty_bar_ratio(Piece(notes)) == 0  # the same notes read as 4/4


def test_a_held_note_counts_in_every_bar_it_sounds_in():
    assert music.used_pitch_classes(Piece([(0, 12, 60), (4, 4, 64)])) == pytest.approx(4 / 3)


def test_drums_have_no_pitch():
    kit = Piece([(0, 1, 60), (0, 1, 37, 80, 1)], tracks=(Track(), Track("kit", 0, True)))
    assert music.unique_tones(kit) == 1 and music.polyphony(kit) == 0
    assert music.tone_span(kit) == 0 and music.used_pitch_classes(kit) == 1


@pytest.mark.parametrize("root", range(12))
def test_every_major_scale_is_a_scale(root):
    scale = melody([48 + root + s for s in MAJOR])
    assert music.scale_consistency(scale) == 1
    published = music.scale_consistency(scale, as_published=True)
    assert published == pytest.approx(1 if root in (0, 3, 4) else 6 / 7)


def test_scale_consistency_knows_harmonic_minor_and_chaos():
    assert music.scale_consistency(melody([69, 71, 72, 74, 76, 77, 80])) == 1
    assert music.scale_consistency(melody(range(60, 72))) == pytest.approx(7 / 12)


def test_polyphony_of_triads_and_its_published_twin():
    assert music.polyphony(triads(10)) == 1
    assert music.polyphony(triads(10), as_published=True) == pytest.approx(29 / 39)
    assert music.polyphony(melody([60, 62]), as_published=True) == 0
    canon = Piece([(0, 4, 60), (1, 4, 64), (2, 4, 67)])
    assert music.polyphony(canon) == 0


def test_repetitions_by_hand_and_as_published():
    constant = melody([60] * 100)
    assert music.tone_repetitions(constant, as_published=True) == 4465
    assert music.tone_repetitions(constant, normalise=None) == 95 * 96 / 2  # windows 0..97, 3 apart
    assert music.tone_repetitions(constant, normalise="pairs") == 1
    assert music.tone_repetitions(constant) == pytest.approx(97 / 98)
    abcabc = melody([60, 62, 64] * 2)
    assert music.tone_repetitions(abcabc, as_published=True) == 0
    assert music.tone_repetitions(melody(range(40, 60))) == 0
    with pytest.raises(ValueError, match="share"):
        music.tone_repetitions(constant, normalise="half")


def brute_repetitions(pitches, length, last):
    """The number of equal runs that do not overlap, by two loops; ``last`` = how many runs are used."""
    runs = [tuple(pitches[i : i + length]) for i in range(last)]
    return sum(runs[i] == runs[j] for i in range(last) for j in range(i + length, last))


@pytest.mark.parametrize("seed", range(5))
def test_fast_repetitions_equal_two_loops(seed):
    pitches = list(np.random.default_rng(seed).integers(60, 63, 40))
    tune = melody(pitches)
    assert music.tone_repetitions(tune, normalise=None) == brute_repetitions(pitches, 3, 38)
    assert music.tone_repetitions(tune, as_published=True) == brute_repetitions(pitches, 3, 37)


def test_qualified_notes_and_their_published_twin():
    assert music.qualified_note_ratio(melody([60, 62], 0.5)) == 0
    assert music.qualified_note_ratio(melody([60, 62], 0.5), min_length=0.5) == 1
    rest = [(0, 1, 40)]
    three = Piece([*rest, (1, 0.75, 60), (2, 0.75, 62)])  # three steps: qualified by the words
    assert music.qualified_note_ratio(three) == 1
    assert music.qualified_note_ratio(three, as_published=True) == 0
    assert music.qualified_note_ratio(Piece([*rest, (1, 1, 60)]), as_published=True) == 1
    again = Piece([*rest, (1, 0.25, 60), (1.75, 0.25, 60)])  # struck again three steps on
    assert music.qualified_note_ratio(again, as_published=True) == 0.5


def test_published_eb_and_upc_count_other_things():
    staccato = Piece([(i, 0.75, 60) for i in range(4)])
    assert music.empty_bar_ratio(staccato) == 0
    assert music.empty_bar_ratio(staccato, as_published=True) == 0.25
    cluster = Piece([(0, 4, p) for p in (60, 61, 62, 63)])  # one block of four neighbours
    assert music.used_pitch_classes(cluster) == 4
    assert music.used_pitch_classes(cluster, as_published=True) == 1
    octaves = Piece([(0, 4, p) for p in (36, 48, 60, 72)])
    assert music.used_pitch_classes(octaves) == 1
    assert music.used_pitch_classes(octaves, as_published=True) == 4


def test_intensity_needs_dynamics():
    notes = [(0, 1, 60, 40), (1, 1, 60, 100)]
    assert music.intensity_span(Piece(notes)) == 60
    assert math.isnan(music.intensity_span(Piece(notes, dynamics=False)))


def test_empty_piece_and_one_note():
    empty, one = music.measure_all(Piece([])), music.measure_all(Piece([(0, 1, 60)]))
    assert empty["eb"] == 1 and empty["upc"] == 0 and empty["unique_tones"] == 0
    undefined = {k for k, v in empty.items() if math.isnan(v)}
    assert undefined == set(empty) - {"eb", "upc", "unique_tones"}
    assert one["scale_consistency"] == 1 and one["polyphony"] == 0 and one["tone_span"] == 0
    assert math.isnan(one["tone_repetitions"]) and math.isnan(one["bar_self_similarity_1"])
    for metric in (music.empty_bar_ratio, music.used_pitch_classes, music.polyphony,
                   music.qualified_note_ratio, music.scale_consistency, music.tone_repetitions):  # fmt: skip
        assert isinstance(float(metric(Piece([]), as_published=True)), float)


def test_shuffled_bars_are_noticed_by_self_similarity_alone():
    bars = np.random.default_rng(0).integers(60, 72, (4, 4))
    tune = melody(np.concatenate([bars, bars, bars, bars]).ravel())
    shuffled = controls.shuffle_bars(tune, np.random.default_rng(1))
    before, after = music.measure_all(tune), music.measure_all(shuffled)
    assert before["bar_self_similarity_4"] == 1 and after["bar_self_similarity_4"] < 0.6
    for name in ("eb", "upc", "qn", "polyphony", "scale_consistency", "tone_span", "unique_tones"):
        assert before[name] == after[name]


def test_controls_keep_what_they_say():
    tune = melody(range(60, 76))
    rng = np.random.default_rng(0)
    pitches = controls.shuffle_pitches(tune, rng).notes["pitch"]
    assert sorted(pitches) == list(range(60, 76)) and list(pitches) != sorted(pitches)
    assert set(controls.random_pitches(tune, rng, [60, 64]).notes["pitch"]) == {60, 64}
    assert controls.random_pitches(tune, rng).notes["pitch"].max() <= 75
    with_pickup = tune.replace(metre=(Metre(0, 1, 4), Metre(1, 3, 4)))
    assert controls.shuffle_bars(with_pickup, rng).notes[0]["pitch"] == 60


def test_windows_hold_the_same_number_of_tones_and_keep_bar_lines():
    tune = melody(range(40, 65))
    windows = music.tone_windows(tune, 10)
    assert [len(w) for w in windows] == [10, 10]
    assert windows[1].notes["onset"][0] == 0 and windows[1].notes["pitch"][0] == 50
    assert list(windows[1].bars()[:3]) == [0, 2, 6]  # it starts in the middle of a bar
    assert music.tone_windows(tune, 26) == []
    split = music.tone_windows(triads(4), 4)  # a chord cut in two
    assert [len(w) for w in split] == [4, 4, 4]


def test_a_note_a_hair_before_the_last_bar_line_is_in_the_last_bar():
    piece = Piece([(0, 1, 60), (3.9999999999999996, 0, 62)])
    assert music.empty_bar_ratio(piece) == 0 and music.used_pitch_classes(piece) == 2
    assert math.isnan(music.bar_self_similarity(piece))
    alone = Piece([(3.9999999999999996, 0, 62)])
    assert music.empty_bar_ratio(alone) == 0
    shuffled = controls.shuffle_bars(piece, np.random.default_rng(0))
    assert shuffled == piece


def test_repetitions_are_counted_up_to_nine_tones():
    tune = melody([60, 62, 64, 65, 67, 69, 71, 72, 74] * 3)
    assert music.tone_repetitions(tune, length=9) == pytest.approx(10 / 19)
    for length in (0, 10):
        with pytest.raises(ValueError, match="1 to 9"):
            music.tone_repetitions(tune, length=length)


def test_a_drone_struck_or_held():
    assert music.bar_self_similarity(Piece([(4 * i, 4, 60) for i in range(4)])) == 1
    assert math.isnan(music.bar_self_similarity(Piece([(0, 16, 60)])))


def test_windows_that_start_between_32nds_are_barred_from_their_start():
    triplets = Piece([(i / 3, 1 / 3, 60) for i in range(30)])
    assert music.tone_windows(triplets, 10)[1].bars()[:2].tolist() == [0, 4]
