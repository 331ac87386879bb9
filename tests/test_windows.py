"""The window cutter: both laws by counting over all draws, what is cut, what stands beside it, and what is refused."""

import itertools
import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from musicgan_lib.data.windows import WindowCutter
from musicgan_lib.models.draws import Dice

LENGTHS = (7, 3, 2, 12)  # of pieces; for windows of three rows the third is too short


def make_pieces(lengths=LENGTHS, width=()):
    """Rows that say where they stand: 100 times the piece, and the row."""
    return [
        np.broadcast_to((100 * i + np.arange(n)).reshape(n, *[1] * len(width)), (n, *width))
        for i, n in enumerate(lengths)
    ]


class Listed:
    """Dice that throw what a test lists: a whole number and a share."""

    def __init__(self, number, share=0.0):
        self.number, self.share, self.asked = number, share, []

    def integers(self, high, n):
        self.asked.append(("integers", high, n))
        return np.full(n, self.number)

    def uniforms(self, n):
        self.asked.append(("uniforms", n))
        return np.full(n, self.share, np.float32)


def count_draws(cutter, high: int, shares: list[float]) -> dict:
    """The exact probability of every window: each whole number and each share is as likely as any other."""
    found = Counter()
    for number, share in itertools.product(range(high), shares):
        which, starts = cutter.draw(1, Listed(number, share))
        found[int(which[0]), int(starts[0])] += 1
    return {place: Fraction(n, high * len(shares)) for place, n in found.items()}


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_by_start_every_start_is_as_likely_as_any_other(stride):
    cutter = WindowCutter(make_pieces(), 3, "start", stride)
    every = {(i, a) for i, n in enumerate(LENGTHS) for a in range(0, n, stride) if a + 3 <= n}
    assert len(cutter) == len(every)
    assert count_draws(cutter, len(cutter), [0.0]) == dict.fromkeys(every, Fraction(1, len(every)))


@pytest.mark.parametrize("stride", [1, 2, 4])
def test_by_piece_every_piece_is_as_likely_as_any_other_and_then_every_start_in_it(stride):
    cutter = WindowCutter(make_pieces(), 3, "piece", stride)
    starts = {i: [a for a in range(0, n, stride) if a + 3 <= n] for i, n in enumerate(LENGTHS)}
    long = [i for i, places in starts.items() if places]
    grid = math.lcm(*(len(starts[i]) for i in long))
    shares = [(k + 0.5) / grid for k in range(grid)]
    wanted = {(i, a): Fraction(1, len(long) * len(starts[i])) for i in long for a in starts[i]}
    assert count_draws(cutter, len(long), shares) == wanted
    assert sum(wanted.values()) == 1


@pytest.mark.parametrize(
    ("law", "asked"),
    [("start", [("integers", 16, 5)]), ("piece", [("integers", 3, 5), ("uniforms", 5)])],
)
def test_a_law_asks_for_its_random_numbers_once(law, asked):
    """A recorded run repeats to the bit only where as many numbers are drawn, in the same order."""
    dice = Listed(0)
    WindowCutter(make_pieces(), 3, law).draw(5, dice)
    assert dice.asked == asked


def test_the_largest_share_below_one_is_the_last_start():
    share = np.nextafter(np.float32(1), np.float32(0))
    which, starts = WindowCutter(make_pieces((100_000,)), 3, "piece").draw(1, Listed(0, share))
    assert (which[0], starts[0]) == (0, 99_997)


def test_dice_of_a_generator_are_its_own_numbers():
    dice = Dice(torch.Generator().manual_seed(3))
    found = dice.integers(5, 4), dice.uniforms(4)
    generator = torch.Generator().manual_seed(3)
    assert (found[0] == torch.randint(5, (4,), generator=generator).numpy()).all()
    assert (found[1] == torch.rand(4, generator=generator).numpy()).all()


@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=5),
    st.integers(1, 6),
    st.integers(1, 4),
    st.sampled_from([(), (2,)]),
    st.integers(0, 2**31),
)
def test_a_window_lies_in_one_piece_and_begins_where_it_may(lengths, length, stride, width, seed):
    pieces = make_pieces(lengths, width)
    for law in ("start", "piece"):
        cutter = WindowCutter(pieces, length, law, stride)
        dice = Dice(torch.Generator().manual_seed(seed))
        if max(lengths) < length:
            with pytest.raises(ValueError, match=f"no piece has {length} rows, the longest has"):
                cutter.draw(3, dice)
            continue
        which, starts = cutter.draw(3, dice)
        cut = cutter.cut(which, starts)
        assert cut.shape == (3, length, *width)
        rows = cut.reshape(3, length, -1)[..., 0]
        assert (rows == 100 * which[:, None] + starts[:, None] + np.arange(length)).all()
        assert (starts % stride == 0).all()
        assert (starts + length <= np.array(lengths)[which]).all()


def test_windows_side_by_side_leave_out_what_is_left_of_a_piece():
    cutter = WindowCutter(make_pieces(), 3)
    assert cutter.cut(*cutter.every())[:, 0].tolist() == [0, 3, 100, 300, 303, 306, 309]
    assert cutter.cut(*cutter.every(2))[:, 0].tolist() == [0, 2, 4, 100, 300, 302, 304, 306, 308]
    none = WindowCutter(make_pieces((2, 1), (4,)), 3)
    assert none.cut(*none.every()).shape == (0, 3, 4)


def test_windows_to_measure_by_are_as_many_of_every_piece():
    cutter = WindowCutter(make_pieces((60, 9, 300, 5)), 6, stride=2)
    which, starts = cutter.spread(8, np.random.default_rng(0))
    assert which.tolist() == [
        0,
        1,
        2,
        0,
        1,
        2,
        0,
        2,
    ]  # round and round, and then from first to last
    which, starts = cutter.spread(8, np.random.default_rng(0), together=True)
    assert which.tolist() == [0, 0, 0, 1, 1, 2, 2, 2]
    assert (starts % 2 == 0).all() and len(set(starts.tolist())) > 4
    assert cutter.spread(2, np.random.default_rng(0))[0].tolist() == [0, 2]
    many = [cutter.draw_starts([1], np.random.default_rng(k))[0] for k in range(100)]
    assert set(many) == {0, 2}  # of nine rows, in steps of two


def test_what_stands_beside_is_cut_by_the_same_starts():
    """Four voices a sixteenth, and six numbers beside each sixteenth, as flat."""
    lengths = (8, 20)
    pieces = [4 * i + np.arange(n) for i, n in enumerate(lengths)]
    beside = [
        np.repeat(p[::4], 6) for p in pieces
    ]  # each number: the token its sixteenth begins with
    cutter = WindowCutter(pieces, 8, "start", stride=4, beside=beside)
    which, starts = cutter.draw(40, Dice(torch.Generator().manual_seed(0)))
    cut, conditions = cutter.cut(which, starts), cutter.cut_beside(which, starts)
    assert conditions.shape == (40, 12) and len({*zip(which.tolist(), starts.tolist())}) > 3
    assert (conditions.reshape(40, 2, 6) == cut[:, ::4, None]).all()


def test_other_pieces_are_cut_at_the_same_places():
    pieces = make_pieces()
    cutter = WindowCutter(pieces, 3)
    which, starts = cutter.every()
    higher = cutter.cut(which, starts, [p + 7 for p in pieces])
    assert (higher == cutter.cut(which, starts) + 7).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"length": 0}, "length and stride are 1 or more, not 0 and 1"),
        ({"stride": 0}, "not 3 and 0"),
        ({"law": "bar"}, "no law 'bar' of drawing windows; there are start, piece"),
        ({"stride": 2, "beside": make_pieces((7, 3, 2, 13))}, "13 rows stand beside the 12 of piece 3"),
        ({"beside": make_pieces((7, 3, 2))}, "shorter"),
    ],
)  # fmt: skip
def test_what_cannot_be_cut_is_refused(options, says):
    with pytest.raises(ValueError, match=says):
        WindowCutter(make_pieces(), **{"length": 3} | options)
