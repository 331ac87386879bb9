"""Notes of several fields, an encoder that hears both sides, and what is hidden from it."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import note_fields
from musicgan_lib.data.grid import GridData
from musicgan_lib.games import bar_masks
from musicgan_lib.learning.note_masks import hide_bar, hide_fields, price_fields
from musicgan_lib.models.note_encoder import NoteEncoder

SIZES = (3, 16, 2, 5, 16)


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def make_grid(voices, position):
    """A piece of two voices in tokens 0 to 4; 5 holds and 6 rests."""
    symbols = [[[float(60 + k)] for k in range(7)]]
    data = GridData("toy", "grid", (7,), symbols, {}, "", voices=2)
    tokens = data.to_tokens(np.array(voices))
    beside = np.zeros((len(position), 4), np.int64)
    beside[:, 0] = position
    return data, tokens, beside.ravel()


def make_notes(n=2, bars=3, each=6):
    """``(n, bars * each, 5)``: notes at random."""
    rng = np.random.default_rng(0)
    rows = [rng.integers(0, size, (n, bars * each)) for size in SIZES]
    rows[0] = np.broadcast_to(np.repeat(np.arange(bars), each), (n, bars * each))
    return torch.as_tensor(np.stack(rows, -1))


def test_notes_are_listed_by_hand_and_written_back():
    upper = [1, 5, 5, 5] + [2] + [5] * 15 + [6, 6, 3, 5]
    lower = [0, 5, 4, 5] + [0] + [5] * 19
    position = [1, 3, 4, 5] + [0] + [3, 4, 5, 2] * 3 + [3, 4, 5] + [0, 3, 4, 5]
    data, tokens, beside = make_grid([upper, lower], position)
    notes = note_fields.list_notes(data, tokens, beside)
    assert notes.tolist() == [
        [0, 12, 0, 1, 3],
        [0, 12, 1, 0, 1],
        [0, 14, 1, 4, 1],
        [1, 0, 0, 2, 15],
        [1, 0, 1, 0, 15],
        [2, 2, 0, 3, 1],
    ]
    cells = data.to_voices(note_fields.write_notes(data, notes, 3))
    assert cells[0, 12:16].tolist() == [1, 5, 5, 5] and cells[0, 16:32].tolist() == [2] + [5] * 15
    assert cells[0, 32:36].tolist() == [6, 6, 3, 5] and cells[1, 12:16].tolist() == [0, 5, 4, 5]


def test_windows_are_whole_bars_and_begin_at_zero():
    notes = np.array([[0, 12, 0, 1, 3], [1, 0, 0, 1, 3], [2, 0, 0, 2, 3], [3, 0, 0, 3, 3]])
    windows = note_fields.cut_bars(notes, 2)
    assert [w[:, 0].tolist() for w in windows] == [[0, 1], [0, 1]]  # not the one from the upbeat
    assert [w[:, 3].tolist() for w in windows] == [[1, 2], [2, 3]]
    padded = note_fields.pad_windows(windows, 3)
    assert padded.shape == (2, 3, 5) and (padded[:, 2] == note_fields.NOTHING).all()


def test_a_bar_is_hidden_whole_or_not_at_all():
    notes = make_notes(200)
    notes[:, -2:] = -1
    by_bar = hide_fields(notes, 0.3, "bar", dice())
    for b in range(2):
        own = by_bar[:, 6 * b : 6 * b + 6]
        assert (own == own[:, :1]).all()
    by_token = hide_fields(notes, 0.3, "token", dice())
    assert not (by_token[:, :6] == by_token[:, :1]).all()
    for hidden in (by_bar, by_token):
        assert not hidden[:, -2:].any()
        assert abs(hidden[:, :-2].float().mean() - 0.3) < 0.03
    asked = hide_bar(notes, 1, 3)
    assert asked[:, 6:12, 3].all() and asked.sum() == 200 * 6


def test_what_is_hidden_does_not_reach_the_output_and_both_sides_do():
    torch.manual_seed(0)
    network, notes = NoteEncoder(SIZES, 18, 8, 2, 2), make_notes()
    hidden = hide_bar(notes, 1, 3)
    other = torch.where(hidden, (notes + 1) % 5, notes)
    assert not torch.equal(notes, other)
    for a, b in zip(network(notes, hidden), network(other, hidden)):
        assert torch.equal(a, b)
    embedded = network.embed(notes, hidden).detach().requires_grad_()
    logits = network.read(embedded, notes[..., 0] >= 0)[3]
    (slope,) = torch.autograd.grad(logits[0, 9, 0], embedded)
    assert (slope[0].abs().sum(-1) > 0).all() and not slope[1].any()


def test_nobody_hears_what_is_no_note():
    torch.manual_seed(0)
    network, notes = NoteEncoder(SIZES, 20, 8, 2, 2), make_notes()
    padded = torch.cat([notes, torch.full((2, 2, 5), -1)], 1)
    nothing = torch.zeros_like(padded, dtype=torch.bool)
    for a, b in zip(network(notes, nothing[:, :18]), network(padded, nothing)):
        assert torch.allclose(a, b[:, :18], atol=1e-6)
    with pytest.raises(ValueError, match="share it evenly"):
        NoteEncoder(SIZES, 20, 9, 2)


def test_nats_are_those_of_the_hidden_fields_alone():
    torch.manual_seed(0)
    network, notes = NoteEncoder(SIZES, 18, 8, 2, 1), make_notes()
    hidden = hide_bar(notes, 2, 4)
    paid = price_fields(network, notes, hidden)
    assert not paid[~hidden].any() and (paid[hidden] > 0).all()
    chances = network(notes, hidden)[4].softmax(-1).gather(-1, notes[..., 4:])[..., 0]
    assert torch.allclose(paid[..., 4][hidden[..., 4]], -chances.log()[hidden[..., 4]], atol=1e-5)


def test_one_note_is_asked_alone_where_a_bar_is_not():
    notes, bars = make_notes(), torch.tensor([0, 2])
    assert bar_masks.hide_asked(notes, bars, 1).sum() == 12
    alone = bar_masks.hide_asked(notes, bars, 1, alone=True)
    assert alone.nonzero().tolist() == [[0, 3, 1], [1, 15, 1]]


def test_answers_of_another_window_are_priced_in_the_place_of_the_own():
    torch.manual_seed(0)
    network, notes = NoteEncoder(SIZES, 18, 8, 2, 1), make_notes()
    hidden = hide_bar(notes, 2, 4)
    paid = price_fields(network, notes, hidden, notes.roll(1, 0))
    chances = network(notes, hidden)[4].softmax(-1).gather(-1, notes.roll(1, 0)[..., 4:])[..., 0]
    assert torch.allclose(paid[..., 4][hidden[..., 4]], -chances.log()[hidden[..., 4]], atol=1e-5)


def test_a_bar_is_filled_and_all_else_is_kept():
    torch.manual_seed(0)
    network, notes = NoteEncoder(SIZES, 18, 8, 2, 1), make_notes()
    bars = torch.tensor([1, 1])
    made = bar_masks.fill_pitches(network, notes, bars, dice())
    asked = hide_bar(notes, 1, note_fields.PITCH)
    assert torch.equal(made[~asked], notes[~asked]) and not torch.equal(made, notes)
    again = bar_masks.fill_pitches(network, notes, bars, dice())
    assert torch.equal(made, again)


def test_frequencies_pay_what_they_say_by_hand():
    notes, counts = make_notes(1), np.array([1, 1, 2])
    notes[0, :6, 2] = torch.tensor([0, 2, 2, 2, 2, 2])
    paid = bar_masks.price_counts(counts, notes, torch.tensor([0]), 2)
    assert paid == pytest.approx((np.log(4) + 5 * np.log(2)) / 6)


def test_settings_that_cannot_be_are_refused():
    system = systems.find("zeng2021")
    for changes, words in (
        ({"masks": "word"}, "no masks"),
        ({"share": 1.0}, "below 1"),
        ({"bars": 1}, "at least 2"),
        ({"lr": 0.0}, "above 0"),
        ({"answers": "none"}, "no answers"),
        ({"answers": "other", "batch": 1}, "batch=2 or more"),
    ):
        with pytest.raises(ValueError, match=words):
            system.configure("bar_masks", "smoke", "chorales", **changes)


def test_chorales_in_windows_come_back_as_music():
    data = note_fields.encode_notes("chorales", 4)
    assert all((rows[:, 0, :2] == 0).all() for rows in data.windows.values())
    piece = data.decode(data.windows["test"][0])
    rows = data.windows["test"][0]
    assert len(piece.notes) == (rows[:, 0] >= 0).sum()
    assert sorted(piece.notes["pitch"]) == sorted(rows[rows[:, 0] >= 0, 3] + data.grid.lowest)
