"""Counts that back off: what a long past cannot say, a shorter one says, and nothing is ever impossible."""

from functools import cache

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.melodies import encode_melodies
from musicgan_lib.games.backing_off import Config, shuffle_notes
from musicgan_lib.metrics.text import BackOffCounts
from musicgan_lib.models.backoff import BackOffChain

#: Two tunes over 0, 1, 2; 3 ends them
TUNES = [[0, 1, 0, 0, 3], [2, 0, 1, 3]]


def count(order, tunes=TUNES, n_symbols=4, **settings):
    chain = BackOffChain(tunes, n_symbols, order, **settings)
    for tune in tunes:
        chain.read(tune)
    return chain


@cache
def read_music():
    return encode_melodies("chorales")


def test_a_share_is_what_was_computed_by_hand():
    """One tune, A B A A: of five symbols three are A; after A came B, A and the end."""
    chain = count(1, [[0, 1, 0, 0, 2]], 3, strength=1.0)
    alone = np.array([3 + 3 / 3, 1 + 3 / 3, 1 + 3 / 3]) / (5 + 3)
    assert count(0, [[0, 1, 0, 0, 2]], 3, strength=1.0).probabilities() == pytest.approx(alone)
    after_a = (np.array([1, 1, 1]) + 3 * alone) / (3 + 3)
    assert chain.probabilities([1, 0]) == pytest.approx(after_a)
    after_b = (np.array([1, 0, 0]) + 1 * alone) / (1 + 1)
    assert chain.probabilities([0, 1]) == pytest.approx(after_b)
    assert chain.log_prob([0, 2])[1] == pytest.approx(np.log(after_a[2]))


@pytest.mark.parametrize(("order", "strength"), [(0, 4.0), (1, 0.5), (2, 4.0), (4, 4.0)])
def test_it_is_the_table_of_the_metrics(order, strength):
    """A second implementation, which names pasts by hashes and keeps its counts sorted."""
    music = read_music()
    tunes = music.pieces["train"][:30]
    chain = count(order, tunes, music.sizes[0], strength=strength)
    other = BackOffCounts(music.sizes[0], order, strength).fit(tunes)
    for tune in [*music.pieces["valid"][:8], tunes[3]]:
        assert chain.log_prob(tune) == pytest.approx(
            other.log_prob(other.contexts(tune), tune), rel=1e-12
        )


@pytest.mark.parametrize("settings", [{}, {"backs_off": False}])
@pytest.mark.parametrize("order", [1, 3])
def test_shares_sum_to_one_and_none_is_nothing(order, settings):
    chain, rng = count(order, **settings), np.random.default_rng(0)
    for _ in range(50):
        past = rng.integers(0, 3, rng.integers(0, 6))
        share = chain.probabilities(past)
        assert share.sum() == pytest.approx(1, rel=1e-12) and share.min() > 0
    assert np.isfinite(chain.log_prob([2, 2, 2, 1, 3])).all()


def test_where_a_past_is_new_the_shorter_one_answers():
    chain = count(2)
    assert chain.reach([1, 2, 0, 3]).tolist() == [2, 1, 1, 2]
    assert chain.probabilities([1, 2]) == pytest.approx(count(1).probabilities([2]))
    alone = count(2, backs_off=False)
    assert alone.probabilities([1, 2]) == pytest.approx(np.full(4, 1 / 4))
    met = (np.array([1, 0, 0, 1]) + 4 * 2 / 4) / (2 + 4 * 2)  # after 0, 1 came 0 and the end
    assert alone.probabilities([0, 1]) == pytest.approx(met)


def test_nothing_read_is_equal_shares():
    chain = BackOffChain(TUNES, 4, 2)
    assert not chain.has_read() and count(1).has_read()
    assert chain.probabilities([0]) == pytest.approx(np.full(4, 1 / 4))
    assert chain.reach(TUNES[0]).tolist() == [-1] * 5


def test_a_tune_ends_and_can_be_gone_on_with():
    chain, rng = count(2), np.random.default_rng(3)
    for _ in range(30):
        tune = chain.sample(6, rng, start=[2, 2])
        assert tune[:2].tolist() == [2, 2] and len(tune) == 6
        assert (np.diff(tune == 3) >= 0).all()  # after the end only the end
    bold = chain.probabilities([0], temperature=0.1)
    assert bold.max() > chain.probabilities([0]).max()


def test_shuffled_notes_are_the_same_notes_and_the_end_stays():
    music = read_music()
    mixed = shuffle_notes(music)
    for before, after in zip(music.pieces["train"], mixed.pieces["train"], strict=True):
        assert sorted(before) == sorted(after) and after[-1] == music.end
    moved = [
        (a != b).any() for a, b in zip(music.pieces["train"], mixed.pieces["train"], strict=True)
    ]
    assert np.mean(moved) > 0.9
    for split in ("valid", "test"):
        assert mixed.pieces[split] is music.pieces[split]
    order_0 = [count(0, data.pieces["train"], music.sizes[0]) for data in (music, mixed)]
    tune = music.pieces["test"][0]
    assert order_0[0].log_prob(tune) == pytest.approx(order_0[1].log_prob(tune))


def test_each_control_takes_one_thing_away():
    card = systems.find("backoff")
    plain = card.configure("fourth_order", "smoke", "chorales")
    for name, less in card.controls.items():
        changed = card.configure_control(name, "fourth_order", "smoke", "chorales")
        differ = {k for k, v in vars(changed).items() if v != getattr(plain, k)}
        assert differ == set(less)
    data = card.game.encode(plain, "chorales")
    nats = {}
    for name in (None, *card.controls):
        config = card.configure_control(name, "fourth_order", "smoke", "chorales")
        music = card.game.encode(config, "chorales")
        state = card.game.build(config, music, 4)
        step = card.game.make_step(config, music)
        for state.step in range(config.steps):
            step(state)
        state.step = config.steps
        found, samples = card.game.measure(state, config, music, torch.Generator().manual_seed(0))
        assert samples.shape == (config.measure, config.length)
        nats[name] = found["nll_test"]
    assert nats[None] < min(nats[name] for name in card.controls) - 0.3
    assert max(nats.values()) < np.log(data.sizes[0])


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: BackOffChain([], 4, 1), "look back at 0 to 0"),
        (lambda: BackOffChain([[3]], 4, 1), "this one is empty"),
        (lambda: BackOffChain([[0, 7, 3]], 4, 1), "got 7"),
        (lambda: BackOffChain(TUNES, 4, 5), "look back at 0 to 4"),
        (lambda: BackOffChain(TUNES, 4, 1, strength=0), "strength is 0, and has to be above 0"),
        (lambda: BackOffChain(TUNES, 4, 1, strength=float("nan")), "strength is nan"),
        (lambda: count(2).read([1, 1, 1, 3]), "build the chain with it"),
        (lambda: count(1).log_prob([0, 1]), "nowhere else"),
        (lambda: Config(order=-1), "order is -1"),
        (lambda: Config(strength=-2.0), "strength is -2.0"),
        (lambda: Config(order=0, backs_off=False), "no shorter past to take away"),
        (lambda: Config(steps=-1), "steps is -1"),
    ],
)
def test_what_cannot_be_counted_is_a_sentence(make, why):
    with pytest.raises(ValueError, match=why):
        make()
