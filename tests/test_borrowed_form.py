"""Bars that say an earlier bar returns: who looks at whom, what a borrowed phrase does, and what is measured of it."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import unheard_forms
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.games.borrowing import borrow
from musicgan_lib.metrics import borrowed_form
from musicgan_lib.models.related_bars import ALIKE, SHARP, RelatedBars, lend

DATA = encode_tokens("unheard_forms", "melody_events")


def make(length=64, **settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        sizes = {"width": 16, "content": 3, "place": 2}
        return RelatedBars((38,), length, 16, **sizes | settings).eval()


def tunes(n=4, bars=4):
    rows = torch.randint(0, 36, (n, 16 * bars), generator=torch.Generator().manual_seed(0))
    rows[:, 32:48] = rows[:, :16]  # the first bar returns as the third
    return rows


@torch.no_grad()
def test_a_bar_looks_at_the_bar_that_it_repeats_and_else_at_itself():
    network = make()
    _, look = network.read(tunes())
    assert torch.allclose(look.sum(-1), torch.ones(4, 4))
    assert (look.triu(1) == 0).all() and torch.allclose(look[:, 0, 0], torch.ones(4))
    odds = np.exp(SHARP * (1 - ALIKE))  # the same bar against itself, by hand
    share = (look[:, 2, 0] / look[:, 2, 2]).tolist()
    assert share == pytest.approx([odds] * 4, rel=1e-4)
    changed = tunes()
    changed[:, 48:] = 35 - changed[:, 48:]
    assert torch.equal(network.encode(changed)[0][:, :15], network.encode(tunes())[0][:, :15])


@torch.no_grad()
def test_the_latent_of_a_bar_that_returns_says_where_and_hardly_what():
    network = make()
    contents, places = network.part(network.encode(tunes())[0])
    base = network.mean.bias
    assert (contents[:, 2] - base).norm() < 0.1 * (contents[:, 0] - base).norm()
    assert (places[:, 2] - network.marks[0]).norm() < 0.2 * (places[:, 1] - network.marks[0]).norm()


@torch.no_grad()
def test_the_writer_plays_the_content_that_the_place_names():
    network = make()
    network.sharp.fill_(5000.0)
    z = torch.randn(3, network.latent, generator=torch.Generator().manual_seed(1))
    parts = z.view(3, 4, 5)  # a view: what is written into it is in z
    parts[..., 3:] = network.marks[[0, 1, 0, 3]]
    looked = network.look_up(z).argmax(-1)
    assert looked.tolist() == [[0, 1, 0, 3]] * 3
    written = network.write(z).view(3, 4, 16)
    assert torch.equal(written[:, 2], written[:, 0])
    parts[:, 0, :3] += 5
    again = network.write(z).view(3, 4, 16)
    assert torch.equal(again[:, 2], again[:, 0]) and not torch.equal(again[:, 0], written[:, 0])
    assert torch.equal(again[:, 1], written[:, 1])


@torch.no_grad()
def test_who_hears_itself_alone_is_changed_by_no_other_bar():
    network = make(hears="self")
    rows = tunes()
    lent = borrow(
        network, *(network.encode(r)[0] for r in (rows.flip(0).repeat(1, 2)[:, :64], rows))
    )
    assert np.array_equal(lent[:, 32:], network.write(network.encode(rows)[0]).numpy()[:, 32:])
    assert torch.equal(network.look_up(torch.randn(2, network.latent))[0], torch.eye(4))


def test_a_lent_phrase_is_the_first_latents_and_nothing_else():
    giver, taker = torch.zeros(2, 12), torch.ones(2, 12)
    assert lend(giver, taker, 2, of=4).tolist() == [[0] * 6 + [1] * 6] * 2


def test_the_threshold_is_learned_only_where_it_is_asked_for():
    assert not make().alike.requires_grad
    network = make(threshold="learned")
    network.price(tunes(), network.encode(tunes())[0]).sum().backward()
    assert network.alike.grad.abs() > 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"hears": "all"}, "no hears 'all'"),
        ({"threshold": "none"}, "threshold 'none'"),
        ({"hears": "self", "threshold": "learned"}, "moves nothing"),
        ({"length": 60}, "whole bars"),
        ({"place": 0}, "3, 0, 16: 1 or more"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        make(**settings)


def test_codes_of_another_length_and_broken_phrases_are_refused():
    with pytest.raises(ValueError, match="has 20 numbers here, and this one 7"):
        make().write(torch.zeros(1, 7))
    with pytest.raises(ValueError, match="whole phrases"):
        systems.find("jiang2020").configure("bars", "smoke", "unheard_forms", length=48)


def test_no_form_is_in_two_splits_and_every_tune_has_its_own():
    forms = unheard_forms.split_forms()
    every = [form for part in forms.values() for form in part]
    assert len(every) == len(set(every)) == len(unheard_forms.list_forms())
    assert all(form.count("A") in (3, 4) and form[0] == "A" for form in every)
    found = {split: {spell(tune) for tune in DATA.pieces[split]} for split in forms}
    for split in forms:  # a phrase that is drawn twice by chance would be another form
        assert found[split] <= set(forms[split])
        assert len(DATA.pieces[split]) == unheard_forms.TUNES[split]
    assert "ABACABDA" in every and "ACBAAAAA" not in every


def spell(tune):
    """The form of a tune, from its notes."""
    seen = {}
    return "".join(seen.setdefault(p.tobytes(), "ABCD"[len(seen) % 4]) for p in tune.reshape(8, 32))


HELD = 36


def test_where_the_first_phrase_returns():
    tune = np.array([[1, 36, 2, 36, 1, 36, 1, 36]])
    assert borrowed_form.find_returns(tune, 2).tolist() == [[False, False, True, True]]
    with pytest.raises(ValueError, match="whole number of phrases"):
        borrowed_form.find_returns(tune, 3)


def test_the_share_of_notes_counts_no_held_event():
    assert borrowed_form.share_notes([1, 36, 2, 36], [1, 36, 3, 5], HELD) == 0.5
    assert np.isnan(borrowed_form.share_notes([36], [36], HELD))


def make_tune(form, seed):
    rng = np.random.default_rng(seed)
    phrases = {letter: rng.integers(0, 36, 4) for letter in "ABC"}
    return np.concatenate([phrases[letter] for letter in form])[None]


def measure(made, form, material):
    return borrowed_form.measure_borrowing(form, material, made, 4, 2, HELD)


def test_a_perfect_loan_wins_all_and_each_lazy_one_nothing():
    form, material = make_tune("ABACA", 0), make_tune("ABBBC", 1)
    theme = material[:, :4]
    perfect = form.reshape(5, 4).copy()
    perfect[[0, 2, 4]] = theme
    found = measure(perfect.reshape(1, -1), form, material)
    assert (found["returned"], found["begun"], found["kept"]) == (1, 1, 1)
    assert found["form_won"] > 0.8 and found["like_form"] > 0.9 > found["like_material"]
    everywhere = measure(np.tile(theme, 5), form, material)
    assert everywhere["returned"] == everywhere["strayed"] == 1 and everywhere["form_won"] == 0
    alone = form.copy()
    alone[:, :4] = theme
    assert measure(alone, form, material)["form_won"] < 0.2


def test_what_is_lent_is_measured_beside_the_tune_that_lent_it():
    """By a network whose codes are the tunes themselves."""

    class Copies:
        bars, alike = 16, 0.9

        def encode(self, batch):
            return batch, None

        def write(self, z):
            return z

    batch = torch.as_tensor(np.stack(DATA.pieces["test"][:10]))
    found = systems.find("jiang2020").game.measure_music(Copies(), None, None, batch, None)
    assert found["begun"] == found["kept"] == found["right_windows"] == 1
    assert found["like_back"] == pytest.approx(1) and found["returned"] < 0.3


def test_self_similarity_by_hand():
    tune = np.array([[1, 2, 1, 2, 1, 5]])
    assert borrowed_form.compare_bars(tune, 2)[0].tolist() == [
        [1, 1, 0.5],
        [1, 1, 0.5],
        [0.5, 0.5, 1],
    ]
    assert borrowed_form.correlate_forms(tune, tune + 7, 2) == pytest.approx(1)
    assert borrowed_form.correlate_forms(tune, tune * 0, 2) == 0  # all bars alike
