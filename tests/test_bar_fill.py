"""Bars taken out and written again: rows by hand, what a fill can see, the grammar, and bars that nobody touched."""

import itertools

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import track_bars as music
from musicgan_lib.data.grid import GridData
from musicgan_lib.games import bar_fill, bar_writing
from musicgan_lib.models.bar_filler import BarFiller

ALPHABET = music.Alphabet(7)  # five pitches, hold and rest
VOICES, BARS = 2, 3


def make_events(rng, may_hold):
    events, left = [], music.BAR
    while left:
        heads = [h for h in range(7) if h != ALPHABET.hold or (may_hold and not events)]
        heads = [h for h in heads if not events or h != ALPHABET.rest or events[-1][0] != h]
        length = int(rng.integers(1, left + 1))
        events.append((int(rng.choice(heads)), length))
        left -= length
    return events


def make_cells(seed, voices=VOICES):
    rng, cells = np.random.default_rng(seed), []
    for k in range(voices * BARS):
        sounds = k % BARS == 0 or cells[-1][-1][0] != ALPHABET.rest
        cells.append(make_events(rng, sounds))
    return cells


def make_data(pieces=3):
    """Two voices, three bars a piece, and a bar of three quarters that belongs to no window."""
    parts, beside = {}, {}
    bar = np.array([0, *[3] * 15])
    position = np.concatenate([bar, bar, bar, bar[:12]])
    for n, split in enumerate(("train", "valid", "test")):
        parts[split], beside[split] = [], []
        for i in range(pieces):
            whole = music.write_window(make_cells(10 * n + i), VOICES, ALPHABET)
            parts[split].append(np.concatenate([whole, np.zeros(VOICES * 12, np.int64)]))
            rows = np.zeros((len(position), 2 + VOICES), np.int64)
            rows[:, 0] = position
            beside[split].append(rows.ravel())
    symbols = [[[float(s)] for s in (60, 61, 62, 63, 64, 128, 129)]]
    return GridData("made", "grid", (7,), symbols, parts, "0", beside=beside, voices=VOICES)


def make_network(left_only=False):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = BarFiller(
            ALPHABET.list_sizes(VOICES, BARS),
            VOICES,
            BARS,
            7,
            width=16,
            left_only=left_only,
        )
        for weight in network.parameters():
            torch.nn.init.normal_(weight, std=0.4)
    return network.eval()


def dice(seed=0):
    return torch.Generator().manual_seed(seed)


def test_a_bar_by_hand():
    hold, rest = ALPHABET.hold, ALPHABET.rest
    tokens = [hold, hold, 3, hold, 3, hold, hold, hold, rest, rest, rest, rest, 1, hold, hold, hold]
    events = [(hold, 2), (3, 2), (3, 4), (rest, 4), (1, 4)]
    assert music.read_cell(np.array(tokens), ALPHABET) == events
    assert music.write_cell(events, ALPHABET).tolist() == tokens
    assert music.count_notes(events, ALPHABET) == 3
    rows = music.end_bar(music.name_tokens(events, ALPHABET, 1, 2, 4, "fill"), ALPHABET)
    assert [row[0] for row in rows] == [ALPHABET.kind("fill"), hold, 3, 3, rest, 1, 7]
    assert [row[2] for row in rows] == [0, 0, 2, 4, 8, 12, 16]
    assert [row[6] for row in rows] == [0, 0, 1, 2, 2, 3, 3]
    assert {row[4:6] + row[7:] for row in rows} == {(1, 2, 4)}
    with pytest.raises(ValueError, match="16 sixteenths"):
        music.write_cell(events[1:], ALPHABET)


def test_windows_come_back_and_other_bars_are_in_none():
    data = make_data()
    found = music.find_windows(data, "train", BARS)
    assert found == [(0, 0), (1, 0), (2, 0)]
    assert len(music.find_windows(data, "train", 2)) == 6
    for i, start in found:
        part = data.pieces["train"][i][start * VOICES : BARS * music.BAR * VOICES]
        cells = music.read_window(part, VOICES, BARS, ALPHABET)
        assert cells == make_cells(i)
        assert np.array_equal(music.write_window(cells, VOICES, ALPHABET), part)
    with pytest.raises(ValueError, match="choose fewer"):
        music.find_windows(data, "train", 4)


def test_what_is_taken_out_is_nowhere_before_its_fill():
    cells, config = make_cells(0), bar_fill.Config(bars=BARS)
    other = [*cells]
    other[2] = [(0, 16)]
    first, second = (music.write_context(c, BARS, (2,), ALPHABET) for c in (cells, other))
    assert first == second
    rows, targets = bar_fill.write_task(cells, [2], config, ALPHABET, np.random.default_rng(0))
    fill = rows[len(first) :]
    notes = music.count_notes(cells[2], ALPHABET)
    assert {row[-1] for row in fill} == {1 + notes} and {row[-1] for row in first} == {0}
    told = [ALPHABET.to_token(*event) for event in cells[2]]
    assert targets[len(first) : -1] == [*told, ALPHABET.end] and targets[-1] == -1


def test_a_control_tells_any_number_or_moves_the_bars_around():
    cells, rng = make_cells(0), np.random.default_rng(0)
    told = bar_fill.Config(bars=BARS, wishes="random")
    wishes = {bar_fill.write_task(cells, [2], told, ALPHABET, rng)[0][-1][-1] for _ in range(60)}
    assert wishes == set(range(2, 10))
    moved = bar_fill.Config(bars=BARS, context="shuffled")
    rows, _ = bar_fill.write_task(cells, [2], moved, ALPHABET, rng)
    plain, _ = bar_fill.write_task(cells, [2], bar_fill.Config(bars=BARS), ALPHABET, rng)
    fill = len(cells[2]) + 2
    assert rows[-fill:] == plain[-fill:] and rows[:-fill] != plain[:-fill]
    assert sorted(r[:2] for r in rows) == sorted(r[:2] for r in plain)


@pytest.mark.parametrize("left_only", [False, True])
def test_what_a_fill_can_see(left_only):
    """Bars behind its own in the row reach it, though under the control they do not; nothing sees what follows it."""
    network, cells, k = make_network(left_only), make_cells(1), 2

    def ask(cells, fill):
        before = music.write_context(cells, BARS, (k,), ALPHABET)
        rows = before + music.name_tokens(fill, ALPHABET, 0, k, 3, "fill")
        with torch.no_grad():
            return network(torch.tensor([rows]))[0, len(before) :]

    fill = [(1, 4), (2, 4)]
    plain = ask(cells, fill)
    for j in range(VOICES * BARS):
        changed = [*cells]
        changed[j] = [(head + 1 if head < 4 else 0, n) for head, n in cells[j]]  # as many rows
        same = torch.allclose(ask(changed, fill), plain, atol=1e-5)
        assert same == (j == k or (left_only and j > k)), j
    later = ask(cells, [(1, 4), (3, 4)])
    assert torch.allclose(later[:2], plain[:2], atol=1e-6)
    assert not torch.allclose(later[2], plain[2])


@pytest.mark.parametrize("left_only", [False, True])
def test_what_is_remembered_is_what_reading_all_again_would_say(left_only):
    """Contexts of other lengths, read together and gone on from, row by row; each alone, and read at once."""
    network = make_network(left_only)
    asked = [bar_writing.ask_fill(network, make_cells(seed), seed, 3) for seed in range(4)]
    events = [(1, 4), (2, 4), (3, 8)]
    written = [[ALPHABET.to_token(*event) for event in events] for _ in asked]
    assert len({len(a.before) for a in asked}) > 1
    with torch.no_grad():
        last, memory = bar_writing.read_first(network, asked)
        for n in range(len(events) + 1):
            for i, a in enumerate(asked):
                rows = a.before + music.name_tokens(events[:n], ALPHABET, *a[1:5])
                again = network(torch.tensor([rows]))[0, -1]
                assert torch.allclose(last[i], again, atol=1e-5)
            done = [tokens[: n + 1] for tokens in written]
            last, memory = bar_writing.read_next(network, asked, done, memory)


def test_the_price_of_a_bar_is_a_sum_over_its_tokens():
    network, data = make_network(), make_data()
    config = bar_fill.Config(bars=BARS, measure=3)
    asked = bar_fill.list_asked(data, "test", config, 3)
    total = 0.0
    for cells, k in asked:
        rows = music.write_context(cells, BARS, (k,), ALPHABET)
        notes = music.count_notes(cells[k], ALPHABET)
        told = [ALPHABET.to_token(*e) for e in cells[k]] + [ALPHABET.end]
        for n, token in enumerate(told):
            place = divmod(k, BARS)
            seen = rows + music.name_tokens(cells[k][:n], ALPHABET, *place, 1 + notes, "fill")
            with torch.no_grad():
                total -= network(torch.tensor([seen]))[0, -1].log_softmax(-1)[token].item()
    found = bar_fill.price_bars(network, data, "test", config)
    assert found == pytest.approx(total / 3, rel=1e-4)


def test_the_grammar_allows_what_is_music_and_nothing_else():
    for seed in range(20):
        cells = make_cells(seed)
        for k, cell in enumerate(cells):
            bounds = music.find_bounds(cells, k, BARS, ALPHABET)
            told = [ALPHABET.to_token(*e) for e in cell] + [ALPHABET.end]
            assert music.is_valid(told, bounds, ALPHABET)
            assert not music.is_valid(told[:-1], bounds, ALPHABET)
    anywhere, nowhere = music.Bounds(True, True), music.Bounds(False, False)
    silent = [ALPHABET.to_token(ALPHABET.rest, 16), ALPHABET.end]
    held = [ALPHABET.to_token(ALPHABET.hold, 16), ALPHABET.end]
    for tokens in (silent, held):
        assert music.is_valid(tokens, anywhere, ALPHABET)
        assert not music.is_valid(tokens, nowhere, ALPHABET)
    short, long = ([ALPHABET.to_token(1, n)] for n in (8, 9))
    assert music.is_valid([*short, *short, ALPHABET.end], nowhere, ALPHABET)
    assert not music.is_valid([*short, ALPHABET.end], nowhere, ALPHABET)
    assert not music.is_valid([*short, *long, ALPHABET.end], nowhere, ALPHABET)
    late = [*short, ALPHABET.to_token(ALPHABET.hold, 8), ALPHABET.end]
    assert not music.is_valid(late, anywhere, ALPHABET)


def test_fills_are_bars_and_nothing_else_changes():
    network = make_network()
    for seed, k in itertools.product(range(5), range(VOICES * BARS)):
        cells = make_cells(seed)
        asked = [bar_writing.ask_fill(network, cells, k, wish) for wish in (1, 4, 9)]
        for tokens in bar_writing.write_bars(network, asked, dice(seed)):
            assert music.is_valid(tokens, asked[0].bounds, ALPHABET)
            filled = bar_writing.fill_hole(cells, k, tokens, ALPHABET)
            assert all(filled[j] is cells[j] for j in range(len(cells)) if j != k)
            before, after = (music.write_window(c, VOICES, ALPHABET) for c in (cells, filled))
            lines = np.arange(len(before)).reshape(-1, VOICES).T.reshape(VOICES * BARS, music.BAR)
            untouched = np.delete(lines, k, 0).ravel()
            assert np.array_equal(before[untouched], after[untouched])
            sounds = filled[k][-1][0] != ALPHABET.rest
            assert sounds or k % BARS == BARS - 1 or cells[k + 1][0][0] != ALPHABET.hold


def test_a_network_alone_may_write_no_bar():
    network = make_network()
    asked = [bar_writing.ask_fill(network, make_cells(0), 1, 3)] * 40
    alone = bar_writing.write_bars(network, asked, dice(), grammar=False)
    kept = [music.is_valid(tokens, asked[0].bounds, ALPHABET) for tokens in alone]
    assert not all(kept) and all(len(tokens) <= music.BAR + 1 for tokens in alone)


def test_windows_from_nothing_keep_to_the_grammar():
    network = make_network()
    for cells in bar_writing.write_windows(network, 3, dice()):
        for k, cell in enumerate(cells):
            told = [ALPHABET.to_token(*e) for e in cell] + [ALPHABET.end]
            assert music.is_valid(told, music.find_bounds(cells[:k], k, BARS, ALPHABET), ALPHABET)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"context": "right"}, "all: both, left, shuffled"),
        ({"wishes": "none"}, "all: counted, random"),
        ({"width": 30}, "cannot share"),
        ({"dropout": 1.0}, "a share below 1"),
        ({"lr": 0.0}, "above 0"),
        ({"bars": 0}, "at least 1"),
    ],
)
def test_what_does_not_go_together_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        systems.find("ens2020").configure("fill", "smoke", **changes)
