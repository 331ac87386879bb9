"""Sound that is described: the joint embedding, writers that no caption reaches, what is measured, and the game."""

import dataclasses

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import captions, instruments
from musicgan_lib.data.waves import FACTS, encode_waves, is_held_out
from musicgan_lib.evaluation import sound_facts
from musicgan_lib.games import described_measures as measures
from musicgan_lib.games import described_sound, sound_measures
from musicgan_lib.learning import fit as loop
from musicgan_lib.models.described_sound import SoundTower, TextTower
from musicgan_lib.models.melody_ear import read_spectra
from musicgan_lib.models.sound_writers import CodeWriter, WordWriter

CARD = systems.find("agostinelli2023")
TINY = {"codec": 2, "pairs": 2, "towers": 2, "writing": 2, "measure": 16, "clips": 1}


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make(kind, *sizes, seed=0, **options):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return kind(*sizes, **options).eval()


@pytest.fixture(scope="module")
def clips():  # the first 96 clips of each split
    whole = encode_waves("chorales")
    few = {k: {s: v[:96] for s, v in getattr(whole, k).items()} for k in ("pieces", "beside")}
    return dataclasses.replace(whole, **few)


def begin(clips, control=None, **changes):
    config = CARD.configure_control(control, "joint", "smoke", "chorales", **TINY | changes)
    return config, CARD.game.build(config, clips, 0), CARD.game.make_step(config, clips)


def walk(state, step, turns):
    for _ in range(turns):
        step(state)
        state.step += 1
    return loop.weights_hash(state.modules["network"])


# -- towers and writers ------------------------------------------------------------------------------------


def test_a_caption_is_a_bag_of_its_words_and_all_points_have_length_1():
    tower = make(TextTower, len(captions.WORDS), 8, 4)
    one = torch.as_tensor(captions.read_caption("a slow flute"))
    other = torch.as_tensor(captions.read_caption("flute a slow"))
    third = torch.as_tensor(captions.read_caption("a fast flute"))
    points = tower(torch.stack([one, other, third]))
    assert torch.allclose(points[0], points[1]) and not torch.allclose(points[0], points[2])
    sounds = make(SoundTower, 8, 4)(0.1 * torch.randn(3, 4000, generator=dice()))
    for found in (points, sounds):
        assert torch.allclose(found.norm(dim=-1), torch.ones(3), atol=1e-6)


def test_a_sound_tower_reads_the_same_from_spectra_and_hears_no_loudness():
    tower, waves = make(SoundTower, 8, 4), 0.3 * torch.randn(2, 4000, generator=dice())
    assert torch.equal(tower(waves), tower.embed(read_spectra(waves)))
    assert torch.allclose(tower(waves), tower(3 * waves), atol=0.02)


def test_what_steers_is_heard_from_the_first_token_on_and_zeros_steer_nothing():
    words, codes = torch.zeros(2, 3, dtype=torch.long), torch.zeros(2, 6, 2, dtype=torch.long)
    steer = torch.tensor([[0.0] * 8, [1.0] * 8])
    for writer, read in (
        (make(WordWriter, 5, 8, 8), (words,)),
        (make(CodeWriter, 2, 5, 7, 2, embedding=8, width=8), (codes, words)),
    ):
        plain, steered = writer(*read), writer(*read, steer)
        assert torch.equal(steered[0], plain[0])
        assert (steered[1] != plain[1]).flatten(1).any(1).all()
    begun = torch.zeros(2, 0, dtype=torch.long)
    word = make(WordWriter, 5, 8, 8)
    drawn = word.write(begun, 6, dice(), 1e-4, steer)
    assert torch.equal(word(drawn, steer).argmax(-1), drawn)
    code = make(CodeWriter, 2, 5, 7, 2, embedding=8, width=8)
    found = code.write(codes[:, :0], words, dice(), 1e-4, steer)
    assert torch.equal(code(found, words, steer).argmax(-1), found)


# -- who learns from what ----------------------------------------------------------------------------------


def test_each_phase_moves_its_own_part(clips):
    config, state, step = begin(clips)
    network = state.modules["network"]
    own = {
        "codec": ("lm.codec.",),
        "pairs": ("lm.ear.layers",),
        "towers": ("sound.", "text."),
        "writing": ("lm.words.", "lm.codes.", "lm.ear.centres", "to_words.", "to_codes."),
    }
    for phase, names in own.items():
        before = {k: v.clone() for k, v in network.state_dict().items()}
        walk(state, step, getattr(config, phase))
        moved = {k for k, v in network.state_dict().items() if not torch.equal(v, before[k])}
        assert moved and all(k.startswith(names) for k in moved), moved
        for name in names:
            assert any(k.startswith(name) for k in moved), name


def test_no_caption_reaches_the_writers(clips):
    """From where they begin, captions that nobody can read change no weight."""
    config, state, step = begin(clips)
    walk(state, step, 6)

    class Deaf(type(clips)):
        def labels(self, split):
            raise AssertionError("a writer asked for facts of a clip")

    parts = {f.name: getattr(clips, f.name) for f in dataclasses.fields(clips)}
    again = begin(clips)
    walk(again[1], again[2], 6)
    deaf = CARD.game.make_step(config, Deaf(**parts))
    assert walk(state, step, 2) == walk(again[1], deaf, 2)
    early = begin(clips)
    walk(early[1], early[2], 4)
    with pytest.raises(AssertionError, match="asked for facts"):  # the towers do ask
        walk(early[1], CARD.game.make_step(config, Deaf(**parts)), 1)


def test_the_writers_are_steered_by_sounds_and_a_sound_is_asked_for_by_words(clips):
    config, state, step = begin(clips)
    walk(state, step, 6)
    network, asked = state.modules["network"], []
    network.text.register_forward_hook(lambda *_: asked.append("text"))
    network.sound.register_forward_hook(lambda *_: asked.append("sound"))
    walk(state, step, 2)
    assert asked == ["sound"]
    CARD.game.draw(network, config, 2, dice())
    assert asked == ["sound", "text"]


def test_eight_combinations_have_no_caption_and_the_control_deals_captions_out_anew(clips):
    own, groups = described_sound.choose_captioned(clips, "own")
    labels = clips.labels("train")
    seen = np.concatenate(groups)
    assert (own == labels).all() and not is_held_out(labels[seen]).any()
    assert sorted(seen) == np.flatnonzero(~is_held_out(labels)).tolist()
    for rows in groups:
        assert (own[rows] == own[rows[0]]).all()
    dealt, others = described_sound.choose_captioned(clips, "shuffled")
    assert sorted(np.concatenate(others)) == sorted(seen)
    assert sorted(map(tuple, dealt[seen])) == sorted(map(tuple, labels[seen]))
    assert 0.3 < (dealt[seen] == labels[seen]).mean() < 0.6
    assert not (dealt[seen] == labels[seen]).all(1).sum() > len(seen) / 4
    config, state, step = begin(clips, "captions_shuffled")
    mine = begin(clips)
    assert walk(state, step, 4) == walk(mine[1], mine[2], 4)
    assert walk(state, step, 2) != walk(mine[1], mine[2], 2)


def test_towers_learn_to_tell_captions_apart(clips):
    config, state, step = begin(clips, codec=0, pairs=0, towers=60, writing=0, tower_width=32)
    paid = [step(state)["towers_batch"] for state.step in range(60)]
    assert np.mean(paid[-6:]) < 0.7 * np.mean(paid[:6])


# -- measures ----------------------------------------------------------------------------------------------


def test_a_clip_stands_among_one_of_each_other_combination():
    asked = sound_measures.list_labels(1)
    new = int(np.flatnonzero(is_held_out(asked))[0])
    labels = asked[[new, new, 0 if new else 1, 0 if new else 1, 2]]
    alike = np.zeros((5, 32))
    alike[:, new] = [0.9, 0.5, 0.7, 0.4, 0.3]
    # the first is nearer than all; the second than one of two, and than the only one of a third kind
    assert measures.find_clips(alike, labels, asked) == pytest.approx((1 + 0.5) / 2)
    alike[0, new] = 0.7  # exactly as near as one of two: that one is not beaten
    assert measures.find_clips(alike, labels, asked) == pytest.approx((0.5 + 0.5) / 2)
    assert measures.find_clips(alike[2:], labels[2:], asked) is None


def test_all_facts_heard_by_hand():
    asked = np.array([[0, 1, 1, 0], [3, 0, 0, 1]])
    found = measures.rate_heard([[0, 1, 1, 0], [3, 0, 0, 0]], asked, "x_")
    assert found["x_heard_all"] == 0.5 and found["x_relevance"] == 7 / 8
    assert found["x_heard_mode"] == 0.5


def test_a_perfect_tower_finds_every_caption(clips):
    """Where the point of a clip is that of its caption."""
    config, state, _ = begin(clips)
    network = state.modules["network"]
    asked = described_sound.write_words(sound_measures.list_labels(1), "sentence")
    labels = clips.labels("test")[: config.measure]
    own = described_sound.write_words(labels, "sentence")

    class Knows(torch.nn.Module):
        def forward(self, waves):
            return network.text(own)

    assert len(asked.unique(dim=0)) == 32
    network.sound = Knows()
    found = measures.measure_towers(network, config, clips)
    assert found["caption_found"] == found["caption_found_new"] == found["clip_found_new"] == 1
    assert all(found[f"caption_new_{fact}"] == 1 for fact in FACTS)


def test_facts_are_read_from_sound():
    def play(who, pitch, pace, steps=(0, 4, 7, 0, 4, 7, 0, 4)):
        line = [[k * pace, pace, pitch + s] for k, s in enumerate(steps)]
        return instruments.play_line(line, instruments.NAMES[who], 8000, 2.0)

    asked = sound_measures.list_labels(1)
    sounds = [
        play(i, (60, 72)[r] - 3 * m, (0.5, 0.25)[t], (0, 4 - m, 7, 0) * 2) for i, r, t, m in asked
    ]
    rules = sound_facts.fit_rules(sounds, asked, 8000)
    assert (sound_facts.read_facts(rules, sounds, 8000) == asked).mean(0).tolist() == [1, 1, 1, 1]
    assert sound_facts.read_facts(rules, [np.zeros(16000)], 8000).shape == (1, 4)


@torch.no_grad()
def test_what_is_new_is_of_combinations_without_a_caption(clips, monkeypatch):
    config, state, _ = begin(clips)
    asked = sound_measures.list_labels(config.clips)
    new = is_held_out(asked)
    told = {len(asked): np.where(new[:, None], asked, -1)}  # heard right where none was learned
    told[config.measure] = clips.labels("test")[: config.measure]
    monkeypatch.setattr(measures, "fit_rules", lambda *_: None)
    monkeypatch.setattr(measures, "read_facts", lambda rules, sounds, rate: told[len(sounds)])
    found, _ = measures.measure_made(state.modules["network"], config, clips, dice())
    assert found["heard_all_new"] == found["relevance_new"] == 1
    assert found["heard_all"] == found["relevance"] == new.mean() == 8 / 32
    assert found["real_heard_all"] == found["codec_heard_all"] == found["sound_heard_all"] == 1


# -- the game ----------------------------------------------------------------------------------------------


def test_what_is_measured_and_drawn(clips):
    config, state, step = begin(clips)
    walk(state, step, config.steps)
    found, samples = CARD.game.measure(state, config, clips, dice())
    assert samples.shape == (32, 16000) and samples.dtype == np.int64
    for name in (
        "relevance",
        "relevance_new",
        "real_relevance",
        "codec_relevance",
        "sound_relevance",
    ):
        assert 0 <= found[name] <= 1
    assert found["real_heard_instrument"] > 0.7
    drawn = CARD.game.draw(state.modules["network"], config, 2, dice())
    assert drawn.shape == (2, 16000)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"captions": "made up"}, "no captions 'made up'"),
        ({"noise": -0.1}, "noise is -0.1"),
        ({"embedding": 1}, "embedding is 1"),
        ({"crop": 50}, "a clip has 50 words"),
        ({"lr": float("nan")}, "lr is nan"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(clips, changes, said):
    with pytest.raises(ValueError, match=said):
        begin(clips, **changes)


def test_how_soon_a_sound_is_no_longer_like_itself():
    held = instruments.play_line([[0, 2.0, 69]], "flute", 8000, 2.0)
    moving = instruments.play_line(
        [[0.2 * k, 0.2, 60 + 5 * (k % 3)] for k in range(10)], "flute", 8000, 2.0
    )
    assert sound_facts.liken_later(held[800:-800])[-1] > 0.9
    assert sound_facts.liken_later(moving)[2] < 0.5 < sound_facts.liken_later(moving)[0]


def test_a_sound_that_is_over_too_soon_is_refused():
    noise = np.random.default_rng(0).normal(size=sound_facts.SHORTEST)
    assert np.isfinite(sound_facts.liken_later(noise)).all()
    with pytest.raises(ValueError, match="at least 5632"):
        sound_facts.liken_later(noise[1:])
