"""Themes: phrases by hand, regions, a gate that is open inside them alone, rows, and what samples are told."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import theme_regions as regions
from musicgan_lib.data import themes
from musicgan_lib.data.melody_events import BAR, HOLD
from musicgan_lib.data.theme_regions import find_sounding
from musicgan_lib.games import theme_measures, theme_rows
from musicgan_lib.games import themes as game
from musicgan_lib.models.theme_finder import contrast
from musicgan_lib.models.theme_transformer import ThemeTransformer

EVENTS = 38
CARD = systems.find("shih2021")


def make_phrase(seed, bars=2):
    rng = np.random.default_rng(seed)
    events = np.full(BAR * bars, HOLD)
    events[::4] = rng.integers(8, 24, 4 * bars)
    return events


A, B, C = (make_phrase(k) for k in range(3))


def make_network(second="theme", theme=2):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = ThemeTransformer(EVENTS, BAR, theme, second, 16, 2, 2)
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=0.3)
    return network.double().eval()


def make_rows(form="oAoA"):
    """A row behind its theme: o is a phrase outside, A the theme."""
    piece = np.concatenate([A if letter == "A" else B for letter in "A" + form])
    starts = [2 * k for k, letter in enumerate("A" + form) if letter == "A"]
    bars = theme_rows.write_heads(theme_rows.Themed(piece, starts, EVENTS), 2, True)
    return torch.as_tensor(bars.ravel())[None]


def test_the_form_aabb_by_hand():
    piece = np.concatenate([A, A, B, B])
    may, same = regions.list_same(piece, 2)
    assert len(may) == 7 and may.all()
    assert same[0, 2] and same[4, 6] and not same[0, 4] and not same[2, 6]
    assert regions.choose_theme(same, may, 2) == [0, 2]  # the earlier of two that return once
    assert regions.choose_theme(np.eye(7, dtype=bool), may, 2) == []
    assert regions.choose_theme(np.ones((7, 7), bool), may, 2) == [0, 2, 4, 6]  # none overlaps
    counts = regions.count_pairs(same, same, may, 2)
    assert counts.tolist() == [2, 0, 0] and regions.score_pairs(counts) == 1
    found = same.copy()
    found[0, 2] = found[2, 0] = False
    found[0, 4] = found[4, 0] = True
    counts = regions.count_pairs(found, same, may, 2)
    assert counts.tolist() == [1, 1, 1] and regions.score_pairs(counts) == 0.5
    with pytest.raises(ValueError, match="longer than the piece, which has 8"):
        regions.cut_fragments(piece, 9)


def test_a_theme_returns_as_it_is_or_from_another_pitch():
    up = np.where(A < HOLD, A + 3, A)
    other = np.full_like(A, HOLD)
    assert regions.share_of_theme(np.concatenate([A, B, up, C]), A) == 0.5
    assert regions.share_of_theme(np.concatenate([B, C, other]), A) == 0
    assert find_sounding(np.array([HOLD, 5, HOLD, 37, HOLD])).tolist() == [-1, 5, 5, -1, -1]


def test_a_varied_phrase_is_nearly_the_same():
    rng = np.random.default_rng(0)
    made = [regions.vary(A, rng) for _ in range(100)]
    alike = regions.measure_agreement(np.stack(made), A)
    assert (alike >= 0.7).all() and sum(np.array_equal(m, A) for m in made) < 10
    assert all(0 <= m[m < HOLD].min() and m.max() <= HOLD for m in made)
    assert regions.measure_agreement(C[None], A)[0] < 0.6


def test_made_tunes_are_what_their_report_says():
    data = themes.make_themes()
    again = themes.make_themes()
    assert data.data_hash == again.data_hash
    for piece, named in zip(data.pieces["test"], data.beside["test"], strict=True):
        assert len(piece) == 256 and len(named) == 16 and (named[1::2] == -1).all()
        assert (named == 0).sum() >= 2  # the theme returns
        assert 0 <= piece.min() and piece.max() <= HOLD
        data.decode(piece)
    assert not {p.tobytes() for p in data.pieces["train"]} & {
        p.tobytes() for p in data.pieces["test"]
    }


def test_the_gate_is_open_inside_theme_regions_alone():
    rows, network = make_rows(), make_network()
    gate = network.find_gate(rows).view(-1, BAR + 1)
    assert (gate[:, 0] == 0).all()  # a head is told by the past
    inside = [0, 1, 4, 5, 8, 9]
    for bar, row in enumerate(gate):
        assert (row[1:] == (bar in inside)).all()
    places = network.find_places(rows).view(-1, BAR + 1)
    assert places[4].tolist() == [0, *range(1, 17)] and places[5].tolist() == [0, *range(18, 34)]


def test_what_is_told_is_heard_inside_the_regions_and_nowhere_else():
    """Through one layer; through several, what was heard inside a region is part of the past."""
    rows, network = make_rows(), make_network()
    gate = network.find_gate(rows)[0].bool()
    other = rows[:, :34].clone()
    other[:, 1:17] = 3
    plain, told = network(rows)[0], network(rows, other)[0]
    changed = (plain != told).any(-1)
    assert changed[gate].all()
    with torch.no_grad():
        for layer in network.layers:
            layer.answer_memory.weight.zero_()
            layer.answer_memory.bias.zero_()
    assert torch.equal(network(rows), network(rows, other))
    one = make_network()
    one.layers = one.layers[:1]
    changed = (one(rows)[0] != one(rows, other)[0]).any(-1)
    assert changed[gate].all() and not changed[~gate].any()


def test_the_future_is_not_heard():
    rows = make_rows()
    for second in ("theme", "past"):
        network = make_network(second)
        later = rows.clone()
        later[:, 100:] = 5
        theme = rows[:, :34]
        assert torch.allclose(network(rows, theme)[:, :100], network(later, theme)[:, :100])


def test_the_twin_has_as_many_weights_and_its_prompt_no_marks():
    sizes = [
        sum(p.numel() for p in make_network(second).parameters()) for second in ("theme", "past")
    ]
    assert sizes[0] == sizes[1]
    piece = theme_rows.Themed(np.concatenate([A, B, A, B]), [0, 4], EVENTS)
    for second, heads in (("theme", [39, 40, 39, 40, 38, 38]), ("past", [38] * 6)):
        config = game.Config(second=second, bars=4, keys=0)
        found = {
            tuple(theme_rows.cut_row(piece, config, np.random.default_rng(k))[::17])
            for k in range(20)
        }
        assert any(list(row) == heads for row in found)
        assert all(row[2] != 40 for row in found)  # half a theme counts as outside


def test_a_contrast_by_hand():
    views = torch.eye(2).double()
    wanted = np.log(np.exp(10) + 2) - 10
    assert contrast(views, views).item() == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("second", ["theme", "past"])
def test_samples_keep_to_the_grammar(second):
    network, n = make_network(second), 6
    own = np.stack([A, B, C] * 2)
    rows = torch.as_tensor(theme_measures.add_heads(own, network))
    made = game.write(network, own, own, 4, torch.Generator().manual_seed(0))
    assert made.shape == (n, 64) and made.max() < EVENTS
    after = torch.cat([rows, torch.full((n, 17), 40)], 1)
    assert theme_measures.list_allowed(rows, 34, 4, network)[0].sum() == (
        2 if second == "theme" else 1
    )
    if second == "theme":
        after[:, 34] = 39
        assert theme_measures.list_allowed(after, 51, 4, network)[0].nonzero().tolist() == [[40]]
        assert not theme_measures.list_allowed(rows, 34, 1, network)[0, 39]  # no room for two bars
    with pytest.raises(ValueError, match="knows themes of 2"):
        theme_measures.add_heads(own[:, :16], network)


def test_another_theme_is_another_memory():
    network = make_network()
    with torch.no_grad():
        network.head.bias[EVENTS + 1] += 50  # every bar that may be the theme is,
        network.layers[-1].answer_memory.weight *= 20  # and what is heard is loud
    own, told = np.stack([A, B]), np.stack([B, A])
    dice = [torch.Generator().manual_seed(0) for _ in range(2)]
    plain, other = (game.write(network, own, t, 4, d) for t, d in zip((own, told), dice))
    assert not np.array_equal(plain, other)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"theme": 9}, "shorter than its theme"),
        ({"second": "both"}, "theme, past"),
        ({"told": "none"}, "own, other"),
        ({"width": 30}, "4 heads cannot share"),
        ({"dropout": 1.0}, "below 1"),
        ({"lr": 0.0}, "above 0"),
        ({"bars": 0}, "bars"),
    ],
)
def test_bad_settings_are_refused_with_a_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        CARD.configure("theme", "cpu", **changes)


def test_music_without_themes_is_refused_with_a_sentence():
    data = themes.make_themes()
    with pytest.raises(ValueError, match="longer than every train piece, the longest has 16"):
        theme_measures.list_fragments(data, "train", 17)
    config = CARD.configure("theme", "smoke", bars=17)
    state = CARD.game.build(config, data, 0)
    with pytest.raises(ValueError, match="with 17 bars has a theme"):
        theme_rows.find_themes(state.modules["network"].finder, data, "train", config)


def test_the_finder_learns_first_and_rests_while_the_transformer_learns():
    data = themes.make_themes()
    config = CARD.configure("theme", "smoke", pretrain=2, windows=2)
    state = CARD.game.build(config, data, 0)
    network, step = state.modules["network"], CARD.game.make_step(config, data)
    parts = {
        "finder": network.finder,
        "composer": network.layers,
    }
    for state.step in range(config.steps):
        before = {k: [p.detach().clone() for p in m.parameters()] for k, m in parts.items()}
        step(state)
        moved = {
            k: any(not torch.equal(a, b) for a, b in zip(before[k], m.parameters()))
            for k, m in parts.items()
        }
        assert moved == {"finder": state.step < 2, "composer": state.step >= 2}
