"""HARMONET: labels, rules, a search that finds the optimum, and melodies that are refused with a way out."""

import itertools
import json

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.corpora import chorale_numerals
from musicgan_lib.data import harmony, harmony_gold, harmony_tunes
from musicgan_lib.data.grid import encode_grid
from musicgan_lib.data.harmony_features import (
    HEARD,
    MEMORY,
    NO_BASS,
    ORNAMENT_HEARD,
    ORNAMENTS,
    START,
    describe_ornaments,
    list_ornaments,
    list_pasts,
    look_around,
)
from musicgan_lib.games import harmony_measures, skeleton
from musicgan_lib.games.harmonise import NetHarmonist, add_ornaments, harmonise
from musicgan_lib.games.harmony_counts import HarmonyCounts, NoHarmonist
from musicgan_lib.metrics import voice_leading
from musicgan_lib.models.harmonet import HarmonyNet
from musicgan_lib.notes import Piece


def make_net(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        members = harmony.list_members() >= 0
        return HarmonyNet(HEARD, MEMORY, members, ORNAMENT_HEARD, len(ORNAMENTS), **settings).eval()


def sing(text, **key):
    return harmony_tunes.take_melody(harmony_tunes.write_tune(text), **key)[0]


class Few:
    """A few chords on their roots, at prices that depend on all of the past."""

    def __init__(self, names=((0, "M"), (5, "M"), (7, "7"), (9, "m"))):
        self.known = [harmony.number(*name) for name in names]

    def tell(self, t, history, bass):
        told = np.full((len(history), harmony.HARMONIES, 4), -np.inf)
        for n, past in enumerate(history.tolist()):
            for k in self.known:
                odd = sum((i + 1) * (h + 3 * k + t) for i, h in enumerate(past)) % 7
                told[n, k, 0] = -0.37 * odd
        return told


def price_all(melody, few):
    """The cost of every way through three beats that the checker allows, one by one."""
    chords = []
    for t, note in enumerate(melody.pitch.tolist()):
        found = skeleton.list_chords(note, note, melody.tonic)
        some = np.flatnonzero((found.bass == 0) & np.isin(found.harmony, few.known))
        chords.append(
            [
                (
                    (note, *found.pitches[k].tolist()),
                    int(found.harmony[k]),
                    found.taste[k],
                    found.seventh[k],
                )
                for k in some
            ]
        )
        assert t < 3 and len(some) > 3
    move = {}
    for here, there in itertools.pairwise(chords):
        for (a, _, _, sevenths), (b, *_) in itertools.product(here, there):
            broken = voice_leading.check_voices(np.array([a, b]).T)
            fine = not any(rule.any() for rule in broken.values())
            steps = [y - x for x, y in zip(a, b)]
            price = 0.1 * (abs(steps[1]) + abs(steps[2])) + 0.03 * abs(steps[3])
            over = any(b[v] > a[v - 1] or b[v - 1] < a[v] for v in (1, 2, 3))
            falls = all(-2 <= steps[v + 1] <= 0 for v in range(3) if sevenths[v])
            move[a, b] = price + 0.7 * over + (not falls) if fine else np.inf
    said = {}

    def ask(t, past, h):
        if (t, past) not in said:
            history = np.array([[START] * (3 - len(past)) + list(past)])
            said[t, past] = few.tell(t, history, np.array([0 if past else NO_BASS]))[0, :, 0]
        return -said[t, past][h]

    for way in itertools.product(*chords):
        cost, past = 0.0, ()
        for t, (pitches, h, taste, _) in enumerate(way):
            cost += ask(t, past, h) + taste + (move[way[t - 1][0], pitches] if t else 0)
            past = (*past, h)
        yield cost


@pytest.mark.parametrize("notes", ["E5 D5 C5", "C5 B4 A4", "G4 A4 G4"])
def test_a_wide_beam_finds_the_cheapest_of_all_ways(notes):
    melody, few = sing(notes, tonic=0, minor=False), Few()
    best = min(price_all(melody, few))
    found = skeleton.find_skeleton(melody, few, 100_000)
    assert found.cost == pytest.approx(best, abs=1e-9)
    assert skeleton.find_skeleton(melody, few, 1).cost >= best - 1e-9
    assert not any(rule.any() for rule in voice_leading.check_voices(found.voices).values())


def test_whatever_is_asked_the_chords_hold_the_melody_and_keep_the_rules():
    data = encode_grid("chorales")
    pieces = harmony.read_split(data, "test")[:3]
    counts = HarmonyCounts(harmony.read_split(data, "train"))
    network = make_net()
    found = harmony_measures.compare_with_bach(
        pieces, harmony_measures.list_decoders(network, counts, 8), network
    )
    for name in ("own", "greedy", "counts", "nobody"):
        assert found[f"{name}_rules"] == found[f"{name}_held"] == 1, name
        assert found[f"{name}_parallels"] == 0 <= found["bach_parallels"]
    assert found["free_parallels"] > 0 and found["bach_parallels"] < 0.02
    assert found["free_rules"] < 1 and 0.9 < found["bach_rules"] < 1


def test_rules_by_hand():
    voices = np.array([[67, 69, 72, 72], [60, 62, 72, 60], [55, 53, 60, 47], [48, 46, 36, 36]])
    broken = voice_leading.check_voices(voices)
    assert broken["parallel"].tolist() == [False, True, False, False]  # G over C to A over D
    assert broken["order"].tolist() == [False] * 4
    assert broken["spacing"].tolist() == [False, False, False, True]  # alto C, tenor B: 13
    assert broken["leap"].tolist() == [False, False, False, True]  # the tenor falls by 13
    assert broken["range"].tolist() == [False, False, False, True]
    assert voice_leading.count_kept(voices) == (2, 4)
    assert voice_leading.check_voices(np.array([[60], [62], [55], [48]]))["order"].all()
    assert not voice_leading.is_parallel(67, 60, 67, 60)  # it stays
    assert not voice_leading.is_parallel(67, 60, 60, 53 + 12)  # in opposite directions
    assert voice_leading.is_parallel(79, 60, 77, 58) and voice_leading.is_parallel(60, 60, 62, 62)
    assert not voice_leading.is_parallel(-1, 60, 69, 62)
    assert voice_leading.RANGES == harmony.RANGES
    with pytest.raises(ValueError, match="four voices"):
        voice_leading.check_voices(np.zeros((3, 2)))


def test_parallels_of_the_search_are_those_of_the_checker():
    rng = np.random.default_rng(0)
    before, after = rng.integers(48, 72, (2, 40, 4))
    found = skeleton.find_parallels(before, after)
    for i, j in itertools.product(range(40), repeat=2):
        by_pairs = any(
            voice_leading.is_parallel(before[i, a], before[i, b], after[j, a], after[j, b])
            for a, b in itertools.combinations(range(4), 2)
        )
        assert found[i, j] == by_pairs


def test_parallels_from_the_second_eighth_are_forbidden_too():
    """The soprano falls from C to G within the beat: G over the alto's C, and then A over D."""
    before, after = np.array([[72, 60, 57, 45]]), np.array([[69, 62, 57, 50]])
    nobody = np.zeros((1, 3), bool)
    held, moved = (
        skeleton.price_moves(before, np.array([soprano]), nobody, after)[0, 0]
        for soprano in (72, 67)
    )
    assert held == pytest.approx(0.1 * 2 + 0.03 * 5) and moved == np.inf
    assert skeleton.price_moves(before, np.array([67]), nobody, after, free=True)[0, 0] == held


def test_harmonies_have_names_and_tones():
    assert harmony.members(harmony.number(7, "7")) == [7, 11, 2, 5]
    names = [
        harmony.name(harmony.number(*c))
        for c in ((0, "M"), (2, "m"), (11, "d"), (7, "7"), (10, "m"))
    ]
    assert names == ["I", "ii", "vii°", "V7", "bvii"]
    assert harmony.spell(harmony.number(0, "M")).tolist() == [k in (0, 4, 7) for k in range(12)]
    assert (harmony.list_members()[:, 3] >= 0).sum() == 12


CHORDS = [
    ((72, 67, 64, 48), (0, "M"), 0),
    ((74, 67, 59, 53), (7, "7"), 3),
    ((69, 65, 60, 50), (2, "m"), 0),  # D F A C: a seventh beside the dominant's is an ornament
    ((74, 65, 59, 50), (11, "d"), 1),
    ((72, 69, 64, 57), (9, "m"), 0),
]


@pytest.mark.parametrize(("pitches", "chord", "bass"), CHORDS)
def test_a_beat_is_labelled_by_its_notes(pitches, chord, bass):
    cells = np.array([[p, *[128] * 3] for p in pitches])
    found, lowest = harmony.label_beats(cells, np.array([0]), 0)
    assert harmony.name(found[0]) == harmony.name(harmony.number(*chord)) and lowest[0] == bass


def test_a_sixteenth_in_passing_changes_no_label():
    cells = np.array([[p, *[128] * 3] for p in (72, 67, 64, 48)])
    cells[1, 3] = 65
    assert harmony.name(harmony.label_beats(cells, np.array([0]), 0)[0][0]) == "I"


def test_a_beat_is_as_long_as_its_notes_sound():
    cells = np.array([[60, 128, 62, 129, 64], [48, 128, 128, 128, 129]])
    assert harmony.sounds(cells).tolist() == [[60, 60, 62, -1, 64], [48, 48, 48, 48, -1]]
    silent, _ = harmony.label_beats(np.full((4, 8), 129), np.array([0, 4]), 0)
    assert [harmony.name(h) for h in silent] == ["I", "I"]
    with pytest.raises(ValueError, match="never sounds"):
        harmony.find_key(np.full((4, 8), 129))


NUMERALS = [
    ("V6/5", 7, False, 2, "7"),
    ("viio6", 7, False, 6, "d"),
    ("ii/o6/5", 9, True, 11, "h7"),
    ("I", 0, False, 0, "M"),
    ("V6/5/vi", 7, False, 11, "7"),
    ("IV7", 0, False, 5, "M7"),
    ("bVII7[maj7]", 0, False, 10, "7"),
    ("VI", 9, True, 5, "M"),
    ("viio7", 9, True, 8, "d7"),
    ("vi/o7", 9, True, 6, "h7"),
    ("v2", 9, True, 4, "m7"),
    ("It6", 0, True, 8, "x"),
    ("III+6/5", 0, True, 3, "x"),
    ("iio6", 0, True, 2, "d"),
]


@pytest.mark.parametrize(("word", "tonic", "minor", "root", "kind"), NUMERALS)
def test_numerals_are_spelt(word, tonic, minor, root, kind):
    assert chorale_numerals.spell_numeral(word, tonic, minor) == (root, kind)


def test_numerals_of_twenty_chorales_are_read_and_agree():
    gold = chorale_numerals.load_numerals()
    assert len(gold) == 20 and all(len(numerals) > 20 for numerals in gold.values())
    read = chorale_numerals.read_numerals("m0 b3 G: I\nm1 b2 IV6 b3.5 || V7/IV\nm1var1 ii\nNote: I")
    assert read == [(0, 3.0, 7, "M"), (1, 2.0, 0, "M"), (1, 3.5, 7, "7")]
    with pytest.raises(ValueError, match="'Q' is no Roman numeral, in the line 'm1 Q'"):
        chorale_numerals.read_numerals("m1 Q")
    found = harmony_gold.compare_with_gold()
    beats, roots, kinds = np.array([entry[1:] for entry in found]).sum(0)
    assert len(found) == 19 and beats == 1061
    assert roots / beats == pytest.approx(0.848, abs=0.002)
    assert kinds / beats == pytest.approx(0.779, abs=0.002)


def test_what_a_network_hears():
    melody = sing("C5 D5 E5:2 G5")._replace(tonic=0, minor=True)
    heard = look_around(melody)
    assert heard.shape == (5, HEARD)
    window = heard[:, :39].reshape(5, 3, 13).argmax(-1)
    assert window.tolist() == [[12, 0, 2], [0, 2, 4], [2, 4, 4], [4, 4, 7], [4, 7, 12]]
    place, left = heard[:, 39:42].argmax(1), heard[:, 42:46].argmax(1)
    assert place.tolist() == [0, 2, 1, 2, 0] and left.tolist() == [3, 2, 1, 0, 0]
    assert heard[:, 46:].tolist() == [[1, 0, 1], [0, 0, 1], [0, 0, 1], [0, 1, 1], [1, 1, 1]]
    history, bass = list_pasts(np.array([5, 6, 7, 8]), np.array([0, 1, 2, 3]))
    assert history.tolist() == [[START] * 3, [START, START, 5], [START, 5, 6], [5, 6, 7]]
    assert bass.tolist() == [NO_BASS, 0, 1, 2]


def test_ornaments_are_read_and_sung():
    voices = np.array([[72, 74], [67, 64], [60, 60], [48, 43]])
    eighths = np.array([[72, 74], [65, 64], [60, 60], [40, 43]])
    assert list_ornaments(voices, eighths)[:, 0].tolist() == [5 - 2, 5, 5]  # a leap of 8 is none
    melody = sing("C5 D5", tonic=0, minor=False)._replace(ends=np.array([0, 1]))
    rows = describe_ornaments(voices, melody)
    assert rows.shape == (3, 1, ORNAMENT_HEARD) and rows[0, 0, 3:28].argmax() == 12 - 3
    network = make_net()
    with torch.no_grad():
        network.ornament[2].weight.zero_()
        network.ornament[2].bias.zero_()[5 - 2] = 9.0  # everybody wants to sing two semitones lower
    sung = add_ornaments(network, voices, melody)
    beats = np.stack([voices[:, 0], sung[:, 0], voices[:, 1]], 1)
    assert not any(rule.any() for rule in voice_leading.check_voices(beats).values())
    assert (sung[1:, 0] == voices[1:, 0] - 2).any() and sung[0, 0] == 72


def test_a_network_without_a_past_hears_none():
    piece = harmony.read_split(encode_grid("chorales"), "test")[0]
    heard, history, bass, harmonies, _ = harmony_measures.gather_beats([piece])
    for hears in (True, False):
        network = make_net(history=hears)
        before = network(heard, history, bass)
        after = network(heard, history.roll(1, 0), bass.roll(1))
        assert torch.allclose(before, after) != hears
    told = network.forward_bass(heard, history, bass, harmonies[:, None]).exp()
    assert torch.allclose(told.sum(-1), torch.ones(()), atol=1e-5)
    assert (told[harmonies % 4 != 3, 0, 3] == 0).all()  # a triad has no seventh
    tells = NetHarmonist(make_net(), piece.melody).tell(
        3, np.array([[1, 2, 3]] * 2), np.array([0, 1])
    )
    assert np.exp(tells).sum((1, 2)) == pytest.approx([1, 1], abs=1e-5)


def test_counts_lean_on_smaller_tables():
    piece = harmony.read_split(encode_grid("chorales"), "train")[0]
    melody = piece.melody._replace(pitch=np.array([60, 60]), tonic=0, minor=False)
    two = piece._replace(melody=melody, harmony=np.array([0, 20]), bass=np.array([0, 0]))
    table = HarmonyCounts([two], weight=2.0).table[0]
    alone = np.full(harmony.HARMONIES, 1 / 50)
    alone[[0, 20]] = 2 / 50  # two beats and one more count for each of 48
    note = (np.eye(48)[0] + np.eye(48)[20] + 2 * alone) / 4
    assert table[START, 0] == pytest.approx((np.eye(48)[0] + 2 * note) / 3)
    assert table[5, 0] == pytest.approx(note) and table[5, 3] == pytest.approx(alone)
    with pytest.raises(ValueError, match="weight is 0"):
        HarmonyCounts([two], weight=0)
    asked = HarmonyCounts([two]).ask(melody).tell(0, np.full((1, 3), START), np.array([4]))
    assert np.exp(asked).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has no note: write some"),
        ("R:4", "has no note"),
        ("C3 D3", r"A3 to A5: move it by \+12 semitones, piece.transpose\(12\)"),
        ("D6 E6", r"move it by -12 semitones"),
        ("A2 C6", "spans more than 24"),
        ("H4", "'H4' is no note: write a letter"),
        ("C5:x", "is no note"),
        ("C#", "is no note"),
    ],
)
def test_a_melody_that_cannot_be_sung_is_refused_with_a_way_out(text, told):
    with pytest.raises(ValueError, match=told):
        harmonise(harmony_tunes.write_tune(text), lambda melody: NoHarmonist())


def test_a_tune_of_ones_own_is_harmonised():
    tune = harmony_tunes.write_tune(
        "F4 F4 C5 C5 | D5 D5 C5:2 | R:1 Bb4:0.5 A4:0.5 G4 | F4:2", title="mine"
    )
    piece, made = harmonise(tune, lambda melody: NetHarmonist(make_net(), melody), make_net())
    assert isinstance(piece, Piece) and piece.title == "mine" and len(piece.tracks) == 4
    soprano = piece.select(0).notes
    assert soprano["pitch"].tolist() == tune.notes["pitch"].tolist()
    assert soprano["onset"].tolist() == tune.notes["onset"].tolist()
    assert made.harmony[8] == -1 and (made.voices[:, 8] == -1).all()  # a rest is everybody's
    assert harmony_tunes.find_melody_key(harmony.sounds(made.cells[:1])[0]) == (5, False)
    with pytest.raises(ValueError, match="no key to find"):
        harmony_tunes.find_melody_key(np.array([-1]))
    melody = sing("C5 D5 E5:2 D5 C5:3")
    assert melody.ends.tolist() == [0, 0, 0, 1, 0, 0, 0, 1]


def test_a_search_that_finds_no_way_says_so():
    melody = sing("C5 D5", tonic=0, minor=False)
    with pytest.raises(ValueError, match=r"keep more \(a width of 4\)"):
        skeleton.find_skeleton(melody, Few([(0, "M")]), 1)  # C major holds no D
    with pytest.raises(ValueError, match="at least one past"):
        skeleton.find_skeleton(melody, Few(), 0)
    with pytest.raises(ValueError, match="below pitch 40"):
        skeleton.find_skeleton(melody._replace(pitch=np.array([40, 40])), NoHarmonist())


def test_history_and_melody_pay():
    """A few updates: less is paid with the past than without, and without the order of the notes most."""
    card, paid = systems.find("hild1991"), {}
    data = card.game.encode(card.configure("harmonet", "smoke"), "chorales")
    test = harmony.read_split(data, "test")
    for control in (None, "no_history", "shuffled_melody"):
        config = card.configure_control(control, "harmonet", "smoke", steps=250)
        state = card.game.build(config, data, 0)
        step = card.game.make_step(config, data)
        for _ in range(config.steps):
            step(state)
        tables = (
            harmony_measures.gather_beats(test, config.shuffled),
            harmony_measures.gather_ornaments(test),
        )
        paid[control] = harmony_measures.ask(state.modules["network"], *tables)["harmony_nll"]
    counts = HarmonyCounts(harmony.read_split(data, "train"), weight=10).measure(test)
    assert paid[None] < paid["no_history"] < paid["shuffled_melody"]
    assert paid[None] < counts["harmony_nll"] == pytest.approx(1.8605, abs=1e-3)
    drawn = card.game.draw(state.modules["network"], config, 9, None)
    assert drawn.shape == (9, 512) and drawn.max() < data.sizes[0]
    assert len(data.decode(drawn[0]).tracks) == 4
    with pytest.raises(ValueError, match="nothing is drawn"):
        card.game.draw(state.modules["network"], config, 1, None, temperature=0.5)
    with pytest.raises(ValueError, match="lr is 0"):
        card.configure("harmonet", "smoke", lr=0)
    assert json.dumps(counts)
