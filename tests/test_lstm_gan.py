"""The published networks are no sequence model and the repaired ones are; the preset plays by both rules."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.experiments import records, training
from musicgan_lib.games.published import neo2024 as program
from musicgan_lib.games.published import note_measures as named
from musicgan_lib.metrics.tones import bigram_distance
from musicgan_lib.models import lstm_gan as nets

neo2024 = systems.find("neo2024")

TINY = {"notes": 4, "windows": 4, "hidden": 12, "width": 8, "length": 8, "batch": 8, "measure": 4}


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("MUSICGAN_CACHE", str(tmp_path / "cache"))


def start(variant, corpus="tunes", seed=0, **changes):
    config = neo2024.configure(variant, "smoke", corpus, **TINY | changes)
    data = neo2024.game.encode(config, corpus)
    return config, data, neo2024.game.build(config, data, seed)


# -- the listing ------------------------------------------------------------------------------------


def test_the_networks_have_the_published_sizes():
    def count(net):
        return sum(p.numel() for p in net.parameters())

    def lstm(a, h):  # four gates, two biases each
        return 4 * h * (a + h + 2)

    assert count(nets.NoteGenerator()) == lstm(100, 256) + lstm(256, 256) + 256 * 3 + 3
    assert count(nets.NoteDiscriminator()) == lstm(3, 256) + lstm(256, 256) + 256 + 1


@pytest.mark.parametrize(
    "net, width", [(nets.NoteGenerator(8, 6), 8), (nets.NoteDiscriminator(6), 3)]
)
def test_one_step_from_nothing_is_no_memory(net, width):
    x, order = noise(16, width), torch.arange(15, -1, -1)
    out = net(x)
    assert torch.allclose(net(x[order]), out[order], atol=1e-6)
    out.sum().backward()
    for name, weight in net.lstm.named_parameters():
        dead = "weight_hh" in name
        rows = weight.grad.view(4, 6, -1)  # gates: input, forget, cell, output
        assert (rows == 0).all() if dead else (rows[1] == 0).all() and (rows[[0, 2, 3]] != 0).any()
        if dead:
            weight.data.normal_(0, 100)
    assert torch.equal(net(x), out)


def test_the_note_generator_is_a_gated_map_in_closed_form():
    net, x = nets.NoteGenerator(5, 4, layers=1).double(), noise(3, 5).double()
    gates = x @ net.lstm.weight_ih_l0.T + net.lstm.bias_ih_l0 + net.lstm.bias_hh_l0
    i, _, g, o = gates.chunk(4, 1)
    h = o.sigmoid() * torch.tanh(i.sigmoid() * g.tanh())
    assert torch.allclose(net(x), h @ net.fc.weight.T + net.fc.bias, atol=1e-12)


def test_the_discriminator_answers_with_probabilities():
    p = nets.NoteDiscriminator(6)(100 * noise(32, 3))
    assert p.shape == (32,) and (p > 0).all() and (p < 1).all()


# -- the repair -------------------------------------------------------------------------------------


def test_a_note_hears_the_notes_before_it_and_its_song():
    net, song, step = nets.SequenceGenerator(4, 6), noise(2, 4), noise(2, 9, 4, seed=1)
    before = net(song, step)
    assert before.shape == (2, 9, 3)
    changed = step.clone()
    changed[0, 3] += 1
    moved = (net(song, changed) - before).abs().sum(-1) > 0
    assert moved[0].tolist() == [False] * 3 + [True] * 6 and not moved[1].any()
    assert ((net(song + 1, step) - before).abs().sum(-1) > 0).all()


def test_the_sequence_discriminator_sees_order_and_variety():
    net, notes = nets.SequenceDiscriminator(hidden=8), noise(4, 12, 3)
    logits = net(notes)
    assert logits.shape == (4, 12) and net.features(notes).shape == (4, 12, 8)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(1))
    assert not torch.allclose(net(notes[:, order]).mean(1), logits.mean(1), atol=1e-4)
    twins = notes[:1].expand(4, -1, -1)
    assert not torch.allclose(net(twins)[0], logits[0], atol=1e-5)  # the batch has no spread


# -- scale ------------------------------------------------------------------------------------------

SCALE = nets.NoteScale([0.25, 0.5, 1.0, 2.0], [0.0, 0.25, 0.5, 1.0, 2.0])


def test_fields_come_back_from_the_normalised_scale():
    pitch, length, since = torch.arange(21.0, 109), SCALE.durations, SCALE.offsets
    notes = torch.cartesian_prod(pitch, length, since)
    fields = SCALE.normalise(notes)
    assert torch.allclose(SCALE.denormalise(fields), notes)
    assert torch.allclose(SCALE.snap(fields), fields, atol=1e-6)
    own = nets.NoteScale.of(notes).normalise(notes)
    assert own.mean(0).abs().max() < 1e-4 and torch.allclose(own.std(0), torch.ones(3), atol=1e-4)
    between = torch.tensor([[60.0, 0.3, 0.02], [60.0, 99.0, 0.8]])
    assert SCALE.denormalise(SCALE.normalise(between))[:, 1:].tolist() == [[0.25, 0.0], [2.0, 1.0]]


def test_no_time_is_negative_whatever_the_network_says():
    wild = noise(500, 3) * 20
    notes = SCALE.denormalise(wild)
    assert (notes[:, 1] > 0).all() and (notes[:, 2] >= 0).all()
    assert torch.allclose(notes[:, 0], notes[:, 0].round())
    assert torch.allclose(SCALE.snap(SCALE.snap(wild)), SCALE.snap(wild), atol=1e-6)


def test_the_view_names_pitch_class_and_note_values():
    fields = SCALE.normalise(torch.tensor([[64.0, 1.0, 0.0], [52.0, 1.0, 0.0]]))
    seen = SCALE.view(fields)
    assert seen.shape == (2, 12 + 4 + 5)
    assert torch.allclose(seen[0], seen[1], atol=1e-5)  # an octave apart: the same class
    parts = seen[0].split([12, 4, 5])
    assert [p.argmax().item() for p in parts] == [4, 2, 0]
    assert all(p.max() == pytest.approx(1, abs=1e-5) for p in parts)


def test_note_values_are_those_of_the_training_pieces():
    _, data, _ = start("repaired")
    train = np.concatenate(data.pieces["train"])
    scale = nets.NoteScale.of(torch.tensor(train))
    durations, offsets = scale.durations.numpy(), scale.offsets.numpy()
    assert durations[0] > 0 == offsets[0] and np.isin(durations, train[:, 1]).all()
    assert (
        np.isin(train[:, 1], durations).mean() > 0.98 > np.isin(train[:, 1], durations[1:]).mean()
    )


# -- the game ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", sorted(neo2024.variants))
def test_every_variant_leaves_a_record_and_plays(tmp_path, variant):
    folder = training.train(
        "neo2024", variant, "smoke", 1, corpus="tunes", folder=tmp_path / "r", changes=TINY
    )
    (row,) = records.read(folder / "record.json")
    assert {"distinct_pitches", "w1_pitch", "interval_bigrams", "pitch_accuracy"} <= row[
        "metrics"
    ].keys()
    assert len(training.sample(folder, 2, out=tmp_path / "midi")) == 2
    again = training.evaluate(folder)
    assert all(again[k] == pytest.approx(v) for k, v in row["metrics"].items())


def test_each_variant_changes_one_thing_more():
    chain = ["as_published", "normalised_only", "sequences_normalised", "rounded"]
    changes = neo2024.variants
    for few, more in zip(chain, chain[1:]):
        assert len(changes[more].items() - changes[few].items()) == 1
    assert (
        changes["repaired"].items() > changes["rounded"].items() > changes["sequences_only"].items()
    )
    published = neo2024.configure("as_published", "cpu")
    assert (published.rate, published.batch, published.hidden, published.beta1) == (
        1e-3,
        64,
        256,
        0.9,
    )


@pytest.mark.parametrize("variant", ["as_published", "repaired"])
def test_a_frozen_network_stays_and_the_other_moves(variant):
    def moved(control):
        config, data, state = start(variant)
        learner = state.modules.get("learner", state.modules["generator"])
        before = {
            n: [p.clone() for p in m.parameters()]
            for n, m in (("g", learner), ("d", state.modules["discriminator"]))
        }
        step = neo2024.game.make_step(config, data, control)
        for _ in range(2):
            step(state)
        now = {"g": learner, "d": state.modules["discriminator"]}
        return {n: any(not torch.equal(a, b) for a, b in zip(before[n], now[n].parameters())) for n in now}  # fmt: skip

    assert moved(None) == {"g": True, "d": True}
    assert moved("frozen_discriminator") == {"g": True, "d": False}
    assert moved("zero_updates") == {"g": False, "d": False}


def test_published_batches_have_no_order_and_repaired_ones_have_the_pieces():
    config, data, _ = start("as_published")
    notes = program._real(config, data)(64, torch.Generator().manual_seed(0))
    known = {tuple(r) for p in data.pieces["train"] for r in p.tolist()}
    assert notes.shape == (64, 3) and {tuple(r) for r in notes.tolist()} <= known
    config, data, _ = start("sequences_only")
    windows = program._real(config, data)(16, torch.Generator().manual_seed(0)).numpy()
    whole = [p[a : a + 8] for p in data.pieces["train"] for a in range(len(p) - 7)]
    for w in windows:
        assert any(np.array_equal(w, piece) for piece in whole)


def test_rounded_samples_lie_on_the_grid_and_still_have_a_slope():
    config, _, state = start("rounded")
    net = state.modules["generator"]
    raw = program._fake(net, config, 3, torch.Generator().manual_seed(0))
    out = program._round(raw, net, config)
    snap = state.modules["generator"].scale.snap
    assert torch.allclose(out, snap(out), atol=1e-6)
    out.sum().backward()
    assert state.modules["generator"].fc[0].weight.grad.abs().sum() > 0


def test_what_plays_is_the_mean_of_what_learned():
    config, data, state = start("repaired", average=0.5)
    first = state.modules["generator"].fc[0].weight.clone()
    neo2024.game.make_step(config, data)(state)
    learned = state.modules["learner"].fc[0].weight
    assert not torch.equal(first, learned)
    assert torch.allclose(state.modules["generator"].fc[0].weight, (first + learned) / 2)


@pytest.mark.parametrize("variant", ["as_published", "repaired"])
def test_the_generator_learns_to_be_taken_for_real(variant):
    config, data, state = start(variant, average=0.0, matching=0.0, rate=0.01, notes=20, windows=20)
    step = neo2024.game.make_step(config, data, "frozen_discriminator")

    def answers():  # of the discriminator, which stays as it is
        net = state.modules["generator"]
        raw = program._fake(net, config, 64, torch.Generator().manual_seed(0))
        return state.modules["discriminator"](program._round(raw, net, config)).mean()

    before = answers()
    for _ in range(20):
        step(state)
    assert answers() > before


def test_unknown_names_are_refused():
    for wrong in ({"variant": "repared"}, {"profile": "laptop"}, {"learning_rate": 1}):
        with pytest.raises(ValueError, match="near|all:"):
            neo2024.configure(**{"variant": "repaired", "profile": "smoke"} | wrong)
    config, data, _ = start("repaired")
    with pytest.raises(ValueError, match="frozen_discriminator"):
        neo2024.game.make_step(config, data, "frozen")
    assert neo2024.game.generator == "generator"


# -- measures ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chords():
    """A scale in thirds: a bass and the third above it, a quarter, then the next."""
    scale = np.array([0, 2, 4, 5, 7, 9, 11, 12])
    rows = [(48 + s + up, 1.0, 0.0 if up else 1.0) for s in np.tile(scale, 4) for up in (0, 12)]
    return np.array(rows, np.float32)


def test_the_three_named_metrics_know_music_from_its_shadows(chords):
    counts = named.read_counts([chords])
    notes, rng = chords[None], np.random.default_rng(0)
    shuffled = rng.permutation(chords)[None]
    assert named.pitch_accuracy(notes, counts) == 1.0
    noisy = notes.copy()
    noisy[..., 0] = rng.integers(48, 60, notes.shape[1])
    assert named.pitch_accuracy(noisy, counts) < 0.85
    for metric in (named.rhythmic_coherence, named.harmonic_progression):
        assert metric(notes, counts) > 0.3 > metric(shuffled, counts) + 0.2, metric.__name__


def test_pairs_and_gains_by_hand():
    assert (
        bigram_distance([[0, 1, 0]], [[0, 1, 1]]) == 0.5
        and bigram_distance([[0, 1]], [[1, 0]]) == 1
    )
    toy = np.array([[0.0, 6.0], [3.0, 0.0]])  # 1 is 6 of 9, and always follows 0
    assert named._gain(toy, [np.array([0, 1])]) == pytest.approx(
        np.log((6 + 2 / 3) / 7 / (2 / 3)), abs=1e-3
    )


def test_one_pitch_for_ever_has_perfect_pitch_accuracy(chords):
    drone = np.broadcast_to(np.float32([64, 1, 1]), (2, 16, 3))
    assert named.pitch_accuracy(drone, named.read_counts([chords])) == 1.0


def test_the_measures_of_real_music_and_of_a_drone():
    _, data, _ = start("repaired")
    test = data.windows("test", 8)
    own = program.measure_notes(test, data, 8, len(test))
    assert own["w1_pitch"] == own["w1_offset"] == own["interval_bigrams"] == 0
    assert own["interval_bigrams_shuffled"] > 0.2 and own["interval_bigrams_iid"] > 0.2
    assert own["distinct_pitches"] == own["distinct_pitches_real"]
    drone = np.broadcast_to(np.float32([64, -1, -1]), test.shape)
    found = program.measure_notes(drone, data, 8, len(test))
    assert (
        found["distinct_pitches"] == found["negative_durations"] == found["negative_offsets"] == 1
    )
    assert found["w1_pitch"] == pytest.approx(np.abs(test[..., 0] - 64).mean())


def test_a_judge_reads_notes_as_words():
    config, data, state = start("repaired")
    drawn = neo2024.game.draw(
        state.modules["generator"], config, 3, torch.Generator().manual_seed(0)
    )
    words, symbols = neo2024.game.as_tokens(data, drawn)
    assert symbols.shape == drawn.shape[:2] and symbols.dtype == np.int64
    assert 0 <= symbols.min() and symbols.max() < np.prod(words.sizes)
    first = data.pieces["train"][0]
    assert np.array_equal(neo2024.game.as_tokens(data, first[None])[1][0], words.pieces["train"][0])
    back = words.decode(words.pieces["train"][0])
    assert (back.notes["pitch"] == data.decode(first).notes["pitch"]).all()


def test_free_time_and_one_rhythm_have_a_scale():
    rng = np.random.default_rng(0)
    free = np.stack([rng.integers(40, 80, 4000), *rng.uniform(0.02, 4, (2, 4000))], 1)
    strict = np.tile([[60.0, 1.0, 1.0]], (50, 1))
    for notes in (free, strict):
        rows = torch.as_tensor(notes, dtype=torch.float32)
        scale = nets.NoteScale.of(rows)
        fields = scale.normalise(rows)
        assert torch.isfinite(fields).all() and fields.abs().max() < 10
        assert torch.isfinite(scale.denormalise(fields)).all()
    assert len(nets.NoteScale.of(torch.as_tensor(free)).durations) >= 4


def test_a_drone_gains_nothing_from_pairs_that_music_never_has():
    data = program.encode_tones("chorales", form="triples")
    counts = named.read_counts(data.pieces["train"])
    drone = np.tile([[0.0, 1.0, 9.0]], (4, 32, 1))
    real = data.windows("test", 32)[:64]
    assert named.rhythmic_coherence(drone, counts) <= 0 < named.rhythmic_coherence(real, counts)
