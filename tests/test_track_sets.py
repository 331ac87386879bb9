"""Tracks as a set: rows by hand, who sees whom, linear attention spelled out, any order, pairs of pitches."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import pitch_pairs
from musicgan_lib.data import track_bars as music
from musicgan_lib.data import track_sets as sets
from musicgan_lib.data.grid import GridData
from musicgan_lib.games import track_sets as game
from musicgan_lib.models import track_sets as models

ALPHABET = music.Alphabet(7)  # five pitches, hold and rest
TRACKS, BARS = 3, 2
CARD = systems.find("liu2022")


def make_cell(rng):
    events, left = [], music.BAR
    while left:
        length = int(rng.integers(1, left + 1))
        events.append((int(rng.integers(5)), length))
        left -= length
    return events


def make_cells(seed):
    rng = np.random.default_rng(seed)
    return [make_cell(rng) for _ in range(TRACKS * BARS)]


def make_network(mask="set", positions="measure"):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = models.TrackSets(
            sets.list_sizes(ALPHABET, BARS),
            TRACKS,
            ALPHABET.heads,
            ALPHABET.kind("nothing"),
            width=16,
            mask=mask,
            positions=positions,
        )
    return network.double().eval()


def make_batch(n=4):
    return game.pack([make_cells(k) for k in range(n)], TRACKS, ALPHABET)


def test_rows_by_hand():
    cells = [[(3, 16)], [(0, 4), (1, 12)], [(6, 16)], [(2, 8), (2, 8)], [(4, 16)], [(5, 10)]]
    rows, targets = sets.write_rows(cells, TRACKS, ALPHABET)
    assert rows.shape == (BARS, TRACKS, 3, 6) and targets.shape == (BARS, TRACKS, 3)
    opened, nothing = ALPHABET.kind("bar"), ALPHABET.kind("nothing")
    assert rows[0, 0].tolist() == [
        [opened, 0, 0, 0, 0, 0],
        [3, 16, 0, 16, 0, 1],
        [nothing] + [0] * 5,
    ]
    assert rows[1, 1].tolist() == [[opened, 0, 0, 0, 1, 0], [2, 8, 0, 8, 1, 1], [2, 8, 8, 16, 1, 2]]
    assert targets[1, 0].tolist() == [0 * 16 + 3, 1 * 16 + 11, ALPHABET.end]
    assert targets[0, 0].tolist() == [3 * 16 + 15, ALPHABET.end, -1]
    assert targets[1, 2].tolist() == [5 * 16 + 9, -1, -1]  # not whole yet: no end


def test_who_sees_whom_by_hand():
    """Two bars, two tracks, two rows each."""
    rows = [(bar, track, at) for bar in (0, 1) for track in (0, 1) for at in (0, 1)]
    rules = {
        "set": lambda a, b: b[0] < a[0] or (b[:2] == a[:2] and b[2] <= a[2]),
        "own": lambda a, b: b[1] == a[1] and (b[0], b[2]) <= (a[0], a[2]),
        "serial": lambda a, b: b <= a,
    }
    for mask, rule in rules.items():
        wanted = [[rule(a, b) for b in rows] for a in rows]
        assert models.list_seen((2, 2, 2), mask).tolist() == wanted
        ones = torch.eye(8).view(1, 2, 2, 2, 8)
        assert models.add_up(ones, mask).view(8, 8).bool().tolist() == wanted


@pytest.mark.parametrize("mask", ["own", "set", "serial"])
def test_linear_attention_is_the_kernel_spelled_out(mask):
    dice = torch.Generator().manual_seed(0)
    parts = [torch.randn(2, BARS, TRACKS, 4, 2, 5, generator=dice).double() for _ in range(3)]
    there = torch.rand(2, BARS, TRACKS, 4, generator=dice) < 0.8
    there[..., 0] = True
    by_sums = models.attend(*parts, there.double(), mask)
    assert torch.allclose(by_sums, models.attend_explicitly(*parts, there, mask), atol=1e-12)


def ask(network, orders):
    rows, targets = make_batch()
    orders = np.tile(orders, (len(rows), 1))
    paid, told = game.price(network, *game.shuffle(rows, targets, orders), orders)
    return (paid + told).sum((1, 2, 3))


@torch.no_grad()
def test_the_order_of_tracks_changes_nothing_but_where_a_control_looks_at_it():
    plain, other = ([0, 1, 2], [2, 0, 1])
    for mask, positions, same in (
        ("set", "measure", True),
        ("set", "row", False),
        ("serial", "measure", False),
    ):
        network = make_network(mask, positions)
        gap = ((ask(network, plain) - ask(network, other)) / ask(network, plain)).abs().max()
        assert gap < 1e-12 if same else gap > 1e-5, (mask, positions)
    single = make_network().float()
    assert torch.allclose(ask(single, plain), ask(single, other), rtol=1e-5, atol=0)


@torch.no_grad()
def test_another_track_of_the_same_bar_is_not_heard_and_earlier_bars_are():
    network = make_network()
    rows, _ = make_batch(1)
    other = rows.clone()
    other[0, 1, 2, 1, 0] = (rows[0, 1, 2, 1, 0] + 1) % 5  # last bar, last track
    changed = (network(rows)[0] != network(other)[0]).any(-1)[0]
    assert changed[1, 2, 1:].all() and changed.sum() == changed[1, 2, 1:].sum()
    other = rows.clone()
    other[0, 0, 2, 1, 0] = (rows[0, 0, 2, 1, 0] + 1) % 5  # first bar
    changed = (network(rows)[0] != network(other)[0]).any(-1)[0]
    assert changed[1].all() and not changed[0, :2].any()


def test_windows_that_are_written_keep_to_the_grammar():
    network = make_network().float()
    made = game.write_sets(network, 3, BARS, torch.Generator().manual_seed(0))
    for cells in made:
        for k, cell in enumerate(cells):
            bounds = music.find_bounds(cells, k, BARS, ALPHABET)
            tokens = [ALPHABET.to_token(*event) for event in cell]
            may_end = bounds._replace(may_end_silent=True)  # the next bar was not there yet
            assert music.is_valid([*tokens, ALPHABET.end], may_end, ALPHABET)
        assert sorted(game.name_instruments(network, cells)) == list(range(TRACKS))


def test_instruments_are_given_to_the_likeliest_tracks():
    cells = make_cells(0)
    network = make_network()

    class Told(torch.nn.Module):
        heads, tracks = network.heads, TRACKS

        def __init__(self):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(1))

        def forward(self, rows):
            logits = torch.zeros(*rows.shape[:-1], TRACKS)
            for track, instrument in enumerate((2, 0, 1)):
                logits[:, :, track, :, instrument] = 5
            return torch.zeros(*rows.shape[:-1], 113), logits

    assert game.name_instruments(Told(), cells) == [1, 2, 0]


def test_pairs_by_hand():
    chords = [(60, 64, 67)] * 3 + [(60, 64)] * 2 + [(48, 48)] * 2 + [(50,)]
    pairs = pitch_pairs.learn_pairs(chords, 9)
    assert pairs[0] == ((60,), (64,))  # five times
    assert pairs[1] == ((60, 64), (67,)) and pairs[2] == ((48,), (48,)) and len(pairs) == 3
    assert pitch_pairs.merge((60, 64, 67), pairs) == ((60, 64, 67),)
    assert pitch_pairs.merge((60, 62, 64), pairs) == ((60, 64), (62,))
    assert pitch_pairs.merge((48, 48, 48), pairs) == ((48,), (48, 48))
    for chord in [*chords, (60, 62, 64), (48, 48, 48)]:
        assert pitch_pairs.read(pitch_pairs.merge(chord, pairs)) == chord


def test_pairs_are_lossless_and_shorter_on_a_grid():
    column = [4, 2, 0, 5]  # hold is 5
    symbols = [[[float(s)] for s in (60, 61, 62, 63, 64, 128, 129)]]
    pieces = {s: [np.array(column * 5)] for s in ("train", "valid", "test")}
    data = GridData("made", "grid", (7,), symbols, pieces, "0")
    pairs = pitch_pairs.learn_pairs(pitch_pairs.list_chords(data, "train"), 1)
    found = pitch_pairs.measure_pairs(data, pairs)
    assert found["pairs_kept"] == 1
    assert found["pairs_tokens_per_note"] == pytest.approx(2 / 3)


def test_tracks_are_named_and_what_is_no_track_is_refused_with_the_list():
    assert sets.read_order(["bass", "soprano", "tenor", "alto"]) == [3, 0, 2, 1]
    known = "soprano, alto, tenor, bass"
    for names, says in (
        (["flute", "alto", "tenor", "bass"], f"no track is called 'flute'; there are {known}"),
        (["alto"] * 5, f"5 tracks are more than the 4 that there are: {known}"),
        (["alto", "alto", "tenor", "bass"], f"name each track once: {known}"),
    ):
        with pytest.raises(ValueError, match=says):
            sets.read_order(names)
    rows, _ = make_batch(1)
    with pytest.raises(ValueError, match="4 tracks are more than this network has: 3"):
        make_network()(torch.cat([rows, rows[:, :, :1]], 2))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"mask": "none"}, "set, serial"),
        ({"positions": "bar"}, "measure, row"),
        ({"divided": 3}, "even number"),
        ({"width": 30}, "even number"),
        ({"dropout": 1.0}, "below 1"),
        ({"lr": 0.0}, "above 0"),
        ({"bars": 0}, "bars"),
    ],
)
def test_bad_settings_are_refused_with_a_sentence(changes, says):
    with pytest.raises(ValueError, match=says):
        CARD.configure("set", "cpu", **changes)


@pytest.mark.parametrize("changes", [{"mask": "none"}, {"positions": "bar"}, {"divided": 3}])
def test_a_network_refuses_them_too(changes):
    with pytest.raises(ValueError, match="choose|even"):
        models.TrackSets(sets.list_sizes(ALPHABET, BARS), TRACKS, 7, 12, **changes)
