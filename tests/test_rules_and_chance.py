"""Rules of counterpoint against an independent checker and a full count; melodies as functions against their tunes."""

import itertools
from collections import Counter

import numpy as np
import pytest
import torch
from scipy import stats

from musicgan_lib import systems
from musicgan_lib.data.cantus import DORIAN, make_cantus, to_pitch
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.tune_lines import LENGTH, encode_tune_lines
from musicgan_lib.games import rules as rule_game
from musicgan_lib.metrics import between
from musicgan_lib.metrics import counterpoint as checker
from musicgan_lib.models import counterpoint, counterpoint_rules
from musicgan_lib.models import melody_functions as functions

CANTUS = to_pitch(DORIAN).tolist()
KEYS = to_pitch(counterpoint.KEYS).tolist()
GRAPH = counterpoint.make_two_voices(DORIAN)
NONE = counterpoint.make_two_voices(DORIAN[-2:])  # too short: no line keeps all rules
ALL = [tuple(line) for line in to_pitch(GRAPH.list_all()[:, :, 0]).tolist()]
TUNES = encode_tune_lines().pieces["train"]


def list_by_checker(cantus):
    """Every line without fault, by trying every key after every beginning that the checker lets pass."""
    late = {"frame", "cadence"}  # asked of the last note, which a beginning does not have yet
    lines = [()]
    for t in range(1, len(cantus) + 1):
        open_end = late if t < len(cantus) else set()
        lines = [
            (*line, key)
            for line in lines
            for key in KEYS
            if not any(
                at < t - 1 or rule not in open_end
                for at, rule in checker.list_faults(cantus[:t], (*line, key))
            )
        ]
    return lines


def test_the_lines_are_those_that_an_independent_checker_lets_pass():
    assert GRAPH.total == len(set(ALL)) == 1056
    assert set(list_by_checker(CANTUS)) == set(ALL)
    assert counterpoint.make_two_voices(DORIAN, "all").total == 14**11 == 4_049_565_169_664


@pytest.mark.parametrize("last", [2, 3, 4])
def test_the_lines_over_a_short_cantus_are_those_of_all_that_there_are(last):
    known = counterpoint.make_two_voices(DORIAN[-last:]).list_all()[:, :, 0]
    found = {
        line
        for line in itertools.product(KEYS, repeat=last)
        if not checker.list_faults(CANTUS[-last:], line)
    }
    assert {tuple(line) for line in to_pitch(known).tolist()} == found


@pytest.mark.parametrize("rule", counterpoint_rules.TWO)
def test_each_rule_alone_and_all_but_it_are_what_the_checker_calls_so(rule):
    names = set(counterpoint_rules.TWO)
    broken = {
        line: {name for _, name in checker.list_faults(CANTUS[4:7], line)}
        for line in itertools.product(KEYS, repeat=3)
    }
    for asked in ({rule}, names - {rule}):
        graph = counterpoint.make_two_voices(DORIAN[4:7], tuple(names - asked))
        found = {tuple(line) for line in to_pitch(graph.list_all()[:, :, 0]).tolist()}
        assert found == {line for line, faults in broken.items() if not faults & asked}


def test_counted_draws_are_uniform_and_note_by_note_ones_are_not():
    """Both reach every line; the second as often as its own chances say, some 192 times as often as others."""
    places = {line: k for k, line in enumerate(ALL)}
    counts, chances = {}, GRAPH.chances_note_by_note()
    for name in ("counted", "note by note"):
        rng = np.random.default_rng(1)
        lines = (
            GRAPH.draw(20_000, rng)
            if name == "counted"
            else GRAPH.draw_note_by_note(20_000, rng)[0]
        )
        seen = Counter(map(tuple, to_pitch(lines[:, :, 0]).tolist()))
        counts[name] = np.zeros(len(ALL))
        for line, n in seen.items():
            counts[name][places[line]] = n
    assert stats.chisquare(counts["counted"]).pvalue > 0.01
    assert (counts["counted"] > 0).all()
    assert stats.chisquare(counts["note by note"]).pvalue < 1e-100
    wanted, seen = 20_000 * chances, counts["note by note"]
    rare = wanted < 5
    merged = [[*of[~rare], of[rare].sum()] for of in (seen, wanted)]
    assert stats.chisquare(*merged).pvalue > 0.01
    assert chances.sum() == pytest.approx(1) and len(chances) == 1056
    assert chances.max() / chances.min() == pytest.approx(192)


def test_four_voices_keep_all_rules_and_a_rule_that_is_dropped_is_missed():
    rng = np.random.default_rng(0)
    lines = counterpoint.make_four_voices(DORIAN).draw(1000, rng)
    assert not any(checker.list_faults_of_four(line) for line in to_pitch(lines))
    assert len(np.unique(lines.reshape(1000, -1), axis=0)) == 1000
    assert (lines[:, :, 0] == np.array(DORIAN) - 7).all()
    for rule in counterpoint_rules.FOUR:
        lines = counterpoint.make_four_voices(DORIAN, rule).draw(200, rng)
        broken = {name for line in to_pitch(lines) for _, name in checker.list_faults_of_four(line)}
        assert broken == {rule}


def test_four_voices_over_a_short_cantus_are_all_that_there_are():
    """Three keys a voice are few enough to try every three chords."""
    upper = [(33, 35, 37), (38, 39, 40), (42, 43, 45)]
    graph = counterpoint.make_four_voices(DORIAN[-3:], upper=upper)
    known = {line.tobytes() for line in to_pitch(graph.list_all())}
    above = np.array(list(itertools.product(*upper)))
    chords = [to_pitch(np.insert(above, 0, key - 7, 1)) for key in DORIAN[-3:]]
    found = {
        np.array(line).tobytes()
        for line in itertools.product(*chords)
        if not checker.list_faults_of_four(line)
    }
    assert found == known and len(known) == 32


def test_whole_lines_are_screened_by_the_same_rules():
    keys = itertools.product(counterpoint.KEYS, repeat=4)
    lines = np.array(list(keys))
    kept = lines[counterpoint.keep_rules(DORIAN[-4:], lines)]
    assert np.array_equal(kept, counterpoint.make_two_voices(DORIAN[-4:]).list_all()[:, :, 0])
    rng = np.random.default_rng(0)
    found, thrown = counterpoint.draw_and_reject(DORIAN[-3:], 5, rng)
    assert found.shape == (5, 3) and thrown > 5
    assert counterpoint.keep_rules(DORIAN[-3:], found).all()
    with pytest.raises(ValueError, match="20,000 lines were drawn whole, 0 of 1 keep the rules"):
        counterpoint.draw_and_reject(DORIAN, 1, rng, 20_000)


def test_faults_are_found_by_hand():
    """D over D, then what a teacher marks red."""
    assert checker.list_faults([62, 64], [69, 71]) == [
        (1, "frame"),
        (1, "parallels"),
    ]
    assert checker.list_faults([65, 62], [69, 74]) == [(0, "frame"), (1, "cadence")]
    assert checker.list_faults([62, 64], [65, 65]) == [
        (0, "frame"),
        (1, "consonance"),
        (1, "frame"),
        (1, "repeats"),
        (1, "cadence"),
    ]
    names = [rule for _, rule in checker.list_faults([62, 64, 62], [69, 77, 74])]
    assert names == ["consonance", "melody", "hidden", "cadence"]
    assert (2, "leaps") in checker.list_faults([62, 64, 62], [69, 76, 77])
    assert checker.list_faults([62, 60, 62], [69, 67, 74])[0] == (1, "parallels")
    with pytest.raises(ValueError, match="2 notes against a cantus of 3"):
        checker.list_faults([62, 64, 62], [69, 74])
    with pytest.raises(ValueError, match="four notes"):
        checker.list_faults_of_four([(1, 2, 3)])


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: counterpoint.make_two_voices([36]), "a cantus of 1 notes has nothing to move"),
        (lambda: counterpoint.make_two_voices([]), "a cantus of 0 notes"),
        (lambda: counterpoint.make_two_voices([36, 200]), "200 is no white key of 12"),
        (lambda: counterpoint.make_two_voices([36.0, 37.5]), "whole numbers"),
        (lambda: counterpoint.make_two_voices(DORIAN, keys=[]), "no key to sing"),
        (
            lambda: counterpoint.make_two_voices(DORIAN, "fifths"),
            "no rule 'fifths' of 2 voices; there are consonance",
        ),
        (lambda: NONE.draw(1, np.random.default_rng(0)), "no line keeps all"),
        (lambda: NONE.draw_note_by_note(1, np.random.default_rng(0)), "no line keeps all"),
        (
            lambda: GRAPH.draw_note_by_note(10, np.random.default_rng(0), 12),
            "the budget of 12 is spent: raise it",
        ),
        (lambda: GRAPH.line_at([1056]), "lines 0 to 1055"),
        (lambda: counterpoint.make_four_voices(DORIAN).list_all(), "769,725,976 lines, more than"),
        (lambda: counterpoint.make_four_voices(DORIAN, "all").line_at([0]), "too many to number"),
        (lambda: make_cantus("blues"), "no cantus 'blues'; there is cantus"),
        (lambda: encode_tune_lines("chorales"), "no single melodies"),
        (lambda: encode_tokens("cantus", "grid"), "change none of them"),
        (lambda: checker.share_reached([[1]], np.zeros((0, 1))), "no line is known"),
        (lambda: rule_game.Config(cantus_notes=12), "the cantus has 11"),
        (lambda: rule_game.Config(steps=2), "filled in one"),
        (lambda: rule_game.Config(draw="counted", budget=5), "throw nothing away"),
        (lambda: rule_game.Config(voices=3), "no voices '?3"),
        (lambda: functions.tabulate([], 4), "one or more"),
        (lambda: functions.tabulate([(0, 1, 130)], 4), "pitches run from 130"),
        (lambda: functions.tabulate([(1, 1, 60)], 4), "rise from 0"),
        (lambda: functions.tabulate([(0, 1, 60), (0.3, 1, 62)], 4), "a note begins at 0.3"),
        (lambda: functions.tabulate([(0, 0, 60)], 4), "lasts 0 quarters"),
        (lambda: functions.mix(np.ones((3, 4)), np.ones((3, 5)), 0.5), "4 and 5 moments"),
        (lambda: functions.mix(np.ones((3, 4)), np.ones((3, 4)), 1.5), "weight is 1.5"),
        (lambda: functions.play(np.zeros((3, 4))), "would take 0 quarters"),
        (lambda: functions.play(np.zeros((3, 0))), "no moment"),
        (lambda: between.hear_at(np.zeros((0, 3)), [0]), "without notes"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(make, why):
    with pytest.raises(ValueError, match=why):
        make()


def test_a_card_names_the_rules_that_there_are():
    card = systems.find("hiller1959")
    assert list(card.controls) == ["no_rules", *(f"no_{rule}" for rule in counterpoint_rules.TWO)]
    for temperature_is_refused in ("hiller1959", "mathews1968"):
        game = systems.find(temperature_is_refused).game
        with pytest.raises(ValueError, match="temperature is 0.5"):
            game.draw(None, game.Config(), 1, torch.Generator(), 0.5)


def run(name, control=None, variant=None, **changes):
    card = systems.find(name)
    variant = variant or next(iter(card.variants))
    config = card.configure_control(control, variant, "smoke", **changes)
    data = card.game.encode(config, card.corpora[0])
    state = card.game.build(config, data, 0)
    step = card.game.make_step(config, data)
    for state.step in range(config.steps):
        step(state)
    return card.game.measure(state, config, data, torch.Generator().manual_seed(0)), data, state


@pytest.mark.parametrize("variant", ["note_by_note", "counted"])
def test_lines_of_a_run_are_without_fault_and_chance_has_none(variant):
    (found, drawn), data, _ = run("hiller1959", variant=variant)
    assert found["no_fault"] == 1 and found["lines"] == pytest.approx(np.log10(1056))
    assert drawn.shape == (200, 11, 2) and (drawn[:, :, 0] == DORIAN).all()
    assert found["lines_reached"] == len(np.unique(drawn[:, :, 1], axis=0)) / 1056
    (chance, _), *_ = run("hiller1959", "no_rules", variant)
    assert chance["no_fault"] == chance["lines_reached"] == 0
    piece = data.decode(drawn[0])
    lower = piece.notes[piece.notes["track"] == 1]["pitch"]
    assert lower.tolist() == CANTUS and [t.name for t in piece.tracks] == ["voice", "cantus"]
    assert len(data.decode(drawn[0][:, 0]).notes) == 11 and not len(data.decode([99, -1]).notes)


def test_a_table_holds_the_ways_on_and_the_draw_asks_it():
    _, _, state = run("hiller1959", variant="counted")
    places = [place.numpy() for place in state.modules["table"].places]
    assert places[0].sum() == 1056 and all(
        (a == b).all() for a, b in zip(places[1:], GRAPH.ways[1:])
    )
    config = rule_game.Config(draw="counted")
    with torch.no_grad():
        state.modules["table"].places[0].mul_(torch.arange(14) == 5)  # A4 alone may begin
    drawn = rule_game.RuleGame().draw(
        state.modules["table"], config, 50, torch.Generator().manual_seed(0)
    )
    assert set(drawn[:, 0, 1].tolist()) == {40}


def test_both_ends_are_the_tunes_note_for_note():
    for first, second in itertools.permutations(TUNES, 2):
        assert np.array_equal(functions.interpolate(first, second, 0, LENGTH), first)
        assert np.array_equal(functions.interpolate(first, second, 1, LENGTH), second)
    (found, _), *_ = run("mathews1968")
    assert found["ends_exact"] == 1


def test_half_way_by_hand():
    """C for two quarters, then G for two; against E, F, G, A of a quarter each."""
    slow, fast = [(0, 2, 60), (2, 2, 67)], [(k, 1, p) for k, p in enumerate((64, 65, 67, 69))]
    half = functions.interpolate(slow, fast, 0.5, 4)
    assert half.tolist() == [[0, 1.5, 62], [1.5, 1.5, 62.5], [3, 1, 68]]
    lists = functions.average_lists(slow, fast, 0.5)
    assert lists.tolist() == [[0, 1.5, 62], [1.5, 1.5, 66]]
    assert between.hear_at(half, [0, 1.5, 1.75, 9]).tolist() == [62, 62.5, 62.5, 68]
    moments = [0, 1, 1.5, 2, 3]
    assert between.measure_apart(half, slow, fast, 0.5, moments) == pytest.approx(
        np.mean([0, 0.5, 0, 4.5, 0])
    )
    rests = functions.interpolate([(0, 1, 60), (2, 2, 62)], [(0, 2, 60), (2, 1, 62)], 0.5, 4)
    assert rests.tolist() == [[0, 1.5, 60], [2, 1.5, 62]]


def test_what_is_not_arithmetic_of_moments_strays():
    own = run("mathews1968")[0][0]["semitones_off"]
    for control in systems.find("mathews1968").controls:
        (found, played), data, _ = run("mathews1968", control)
        assert found["semitones_off"] > own
        assert len(data.decode(played[0]).notes)
    assert run("mathews1968", "note_lists")[0][0]["ends_exact"] < 0.2
