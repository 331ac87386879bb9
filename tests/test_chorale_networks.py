"""Networks of four voices against exact answers: chords summed out, marks heard or not, voices that are given."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from musicgan_lib import corpora, systems
from musicgan_lib.data import harmony_gold
from musicgan_lib.data import heard as hearing
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.grid import encode_grid
from musicgan_lib.data.harmony import sounds
from musicgan_lib.data.voices import encode_voices
from musicgan_lib.evaluation import chorale_fill, count_mixture
from musicgan_lib.games import units
from musicgan_lib.games.harmonising import fill_voices
from musicgan_lib.metrics import counts
from musicgan_lib.metrics.cadences import begin_marks, find_rests, share_resting
from musicgan_lib.models import chord_labels
from musicgan_lib.models.marked import MarkedModel
from musicgan_lib.models.voice_frames import CHORDS, FrameModel, count_held
from musicgan_lib.models.voice_intervals import Intervals
from musicgan_lib.representations import grid


def make(kind, *args, seed=0, **settings):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return kind(*args, **settings).eval()


def make_frames(chords="none", symbols=6, stride=3, intervals=False):
    return make(FrameModel, (symbols,), stride, chords, 8, 2, 6, 5, intervals=intervals)


def draw_tokens(symbols, *shape, seed=1):
    return torch.randint(symbols, shape, generator=torch.Generator().manual_seed(seed))


# Frames


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize("chords", CHORDS)
def test_going_on_is_reading_again(chords, intervals):
    network, tokens = make_frames(chords, intervals=intervals), draw_tokens(6, 2, 12)
    memory, told = network.begin(2), []
    with torch.no_grad():
        for t in range(12):
            told.append(network.next_logits(memory).log_softmax(-1))
            memory = network.advance(memory, tokens[:, t])
        assert torch.allclose(torch.stack(told, 1), network(tokens).log_softmax(-1), atol=1e-5)


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize("chords", CHORDS)
def test_a_voice_hears_the_frames_before_and_the_voices_done(chords, intervals):
    network, tokens = make_frames(chords, intervals=intervals), draw_tokens(6, 1, 12)
    other = tokens.clone()
    other[0, 7] = (other[0, 7] + 1) % 6  # the second voice of the third frame
    with torch.no_grad():
        apart = (network(tokens) - network(other)).abs().amax(-1)[0] > 1e-7
    assert apart.tolist() == [False] * 8 + [True] * 4


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize("chords", ["silver", "hash"])
def test_chords_are_summed_out_exactly(chords, intervals):
    """One pass for each chord, told to all voices, and a sum: no line is shared with the sum voice by voice."""
    network, tokens = make_frames(chords, intervals=intervals), draw_tokens(6, 2, 9)
    network.double()
    with torch.no_grad():
        joint = []
        for chord in range(chord_labels.LABELS):
            parts = network.split_nll(tokens, torch.full((2, 3), chord))
            joint.append(-parts["chord"] - parts["given_chord"])
        exact = torch.stack(joint).logsumexp(0)
        slow, fast = (network.log_prob(tokens, entropy).log_prob for entropy in (True, False))
    assert torch.allclose(fast.unflatten(1, (-1, 3)).sum(-1), exact, atol=1e-10)
    assert torch.allclose(slow, fast, atol=1e-10)


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize("chords", CHORDS)
def test_the_probabilities_of_all_frames_sum_to_one(chords, intervals):
    network = make_frames(chords, symbols=4, intervals=intervals)
    every = torch.tensor(list(itertools.product(range(4), repeat=3)))
    after = torch.cat([torch.tensor([[1, 0, 3]]).expand(len(every), -1), every], 1)
    with torch.no_grad():
        total = network.log_prob(after).log_prob[:, 3:].sum(1).exp().sum()
    assert total.item() == pytest.approx(1, abs=1e-5)


def test_intervals_alone_are_the_same_in_every_key():
    """Pitches taken away, music a fifth higher gets the same numbers, each a fifth higher; a rest stays a rest."""
    network = make_frames(symbols=20, intervals=True).double()
    with torch.no_grad():
        for part in (network.embed, network.done, *network.heads):
            part.weight.zero_()
        for head in network.heads:
            head.bias.zero_()
        tokens = 5 + draw_tokens(6, 2, 24)
        low, high = network(tokens)[:, 3:], network(tokens + 7)[:, 3:]
    assert torch.allclose(low[..., :12], high[..., 7:19], atol=1e-12)
    assert (low[..., :12].std(-1) > 0).all() and (low[..., 19] == 0).all()


def test_a_step_leads_from_where_its_voice_stood():
    intervals = make(Intervals, 5, 2, 3, 4)  # four pitches and a rest
    past = torch.tensor([[[1, 3], [4, 0], [5, 2]]])
    units = torch.ones(1, 3, 4)
    with torch.no_grad():
        upper, lower = (
            intervals.add_steps(torch.zeros(1, 3, 5), units, past, v)[0] for v in (0, 1)
        )
        rates = [head(torch.ones(4)) for head in intervals.steps]
    assert torch.equal(upper[0], torch.cat([rates[0][4:8], torch.zeros(1)]))
    assert not upper[1:].any()  # from a rest, and from before the beginning
    assert torch.equal(lower[1], torch.cat([rates[1][5:9], torch.zeros(1)]))


def test_each_pair_of_voices_has_intervals_of_its_own():
    intervals = make(Intervals, 6, 3, 2, 4)
    past = torch.tensor([[[2, 2, 2]]])
    told = (
        intervals.read(past, past).detach()[0, 0, 3 * 2 :].unflatten(0, (3, 2))
    )  # behind what moved
    assert len(torch.unique(told, dim=0)) == 3


def test_a_mixture_by_hand():
    pieces = [np.log([[0.5, 0.1], [0.25, 0.9]]), np.log([[0.5], [0.25]])]
    expected = -np.log([0.3, 0.74, 0.3])  # a fifth of the first row, four fifths of the second
    assert np.allclose(count_mixture.mix(pieces, 0.2), expected)
    assert count_mixture.choose_share(pieces[1:]) == count_mixture.SHARES[-1]
    assert count_mixture.choose_share([1 * pieces[0][:, 1:]]) == count_mixture.SHARES[0]


def test_no_piece_chooses_its_own_share(monkeypatch):
    """The table is right on pieces at even places, the network on the others; each gets the share of the others."""
    right, wrong = np.log([0.9, 0.9]), np.log([0.1, 0.1])
    both = {0: np.stack([right, wrong]), 1: np.stack([wrong, right])}
    pieces = {"train": [], "valid": [0, 1, 0, 1], "test": [0, 0]}
    data = SimpleNamespace(pieces=pieces, beside=pieces)
    monkeypatch.setattr(count_mixture, "fit_chorale_counts", lambda pieces: None)
    monkeypatch.setattr(
        count_mixture, "read_both", lambda net, table, data, piece, beside: both[piece]
    )
    found = count_mixture.measure_mixture(None, data)
    worst = -np.log(0.02 * 0.9 + 0.98 * 0.1)
    assert found["mixed_valid"] == pytest.approx(worst)
    assert found["table_weight"] == pytest.approx(0.5) and found["mixed_test"] == pytest.approx(
        np.log(2)
    )
    assert found["counts_test"] == pytest.approx(-np.log(0.9))


def test_table_and_network_price_the_same_cells():
    """A network that takes every token to be as likely as any other, and the table as its own module asks it."""
    data = encode_voices("chorales", "SBAT", scheme="canonical")
    real = corpora.load("chorales", "valid", scheme="canonical")
    table = counts.fit_chorale_counts(real[:5])
    network = make(FrameModel, data.sizes, 4, width=8, layers=1, embedding=6, hidden=5)
    for head in network.heads:
        torch.nn.init.zeros_(head.weight)
        torch.nn.init.zeros_(head.bias)
    for at in range(4):
        tokens, beside = data.pieces["valid"][at], data.beside["valid"][at]
        counted, told = count_mixture.read_both(network, table, data, tokens, beside)
        assert counted.mean() == pytest.approx(-counts.chorale_nll(table, real[at : at + 1]))
        assert np.allclose(told, -np.log(data.sizes[0]))
        moved = np.flatnonzero(tokens[4:] != tokens[:-4]) + 4
        assert counted[moved].mean() < 2 * counted.mean()  # another pitch is dearer than the same


def test_training_is_told_the_chord():
    network, tokens = make_frames("silver"), draw_tokens(6, 2, 9)
    parts = network.split_nll(tokens)
    assert network.nll(tokens).item() == pytest.approx(
        (parts["chord"].mean() + parts["given_chord"].mean()).item() / 3, abs=1e-6
    )
    assert -network.log_prob(tokens).log_prob.mean() <= network.nll(tokens)  # a sum over more


def test_how_long_a_pitch_has_been_sung():
    past = torch.tensor([[4, 4, 1, 1, 1, 4], [2, 3, 3, 2, 2, 2]]).T[None]
    assert count_held(past)[0].T.tolist() == [[0, 1, 0, 1, 2, 0], [0, 0, 1, 0, 1, 2]]
    assert count_held(torch.zeros(1, 40, 1, dtype=torch.int64)).max() == 16


def test_chords_are_named_by_their_notes():
    network = make(FrameModel, (30,), 4, "silver", 8, 1, 6, 5)
    frames = torch.tensor(
        [[12, 7, 4, 0], [29, 29, 29, 29], [21, 16, 12, 9], [14, 9, 5, 2], [3, 2, 1, 0]]
    )
    root, kind = chord_labels.TRIADS, list(chord_labels.TRIADS)
    named = network.name_chords(frames).tolist()
    expected = [3 * 0 + kind.index("M"), chord_labels.REST, 3 * 9 + kind.index("m")]
    assert named == [*expected, 3 * 2 + kind.index("m"), chord_labels.OTHER] and len(root) == 3


def test_silver_labels_move_with_the_notes_and_hashes_do_not():
    silver, mixed = (chord_labels.make_labels(kind) for kind in chord_labels.KINDS)
    one, other = (chord_labels.number_set(np.array([0, 4, 7]) + k) for k in (0, 2))
    assert silver[other] == silver[one] + 6
    assert (
        len({int(mixed[chord_labels.number_set(np.array([0, 4, 7]) + k)]) for k in range(12)}) > 6
    )
    assert silver[0] == mixed[0] == chord_labels.REST
    with pytest.raises(ValueError, match="no labels 'gold'"):
        chord_labels.make_labels("gold")


def test_what_a_frame_network_does_not_know_is_refused():
    with pytest.raises(ValueError, match="chords is 'gold'; choose none, silver, hash"):
        FrameModel((7,), 4, "gold")


# Marks


def test_a_network_that_must_not_hear_marks_hears_none():
    tokens = draw_tokens(7, 2, 15)
    tokens[:, ::5] = torch.tensor([[7, 8, 7], [8, 8, 7]])
    marked = tokens.clone()
    marked[:, 5] = 15 - marked[:, 5]  # 7 for 8
    for marks in ("heard", "silent"):
        network = make(MarkedModel, (9,), 5, marks, width=8, embedding=4)
        with torch.no_grad():
            apart = (network(tokens) - network(marked)).abs().max().item()
            memory = [network.advance(network.begin(2), t[:, 5])[1] for t in (tokens, marked)]
        assert (apart > 1e-6) == (marks == "heard") == (not torch.equal(*memory))


def test_units_are_read_when_a_token_has_been():
    network, tokens = make(MarkedModel, (9,), 5, width=8, embedding=4), draw_tokens(9, 2, 10)
    memory = network.begin(2)
    with torch.no_grad():
        told = network.read(tokens)
        for t in range(10):
            memory = network.advance(memory, tokens[:, t])
            assert torch.allclose(memory[1], told[:, t], atol=1e-6)


def test_marks_that_there_are_not_are_refused():
    with pytest.raises(ValueError, match="marks is 'loud'; choose heard, silent"):
        MarkedModel((9,), 5, "loud")


def test_correlations_are_those_of_numpy():
    rng = np.random.default_rng(0)
    told, concept = rng.normal(size=(50, 3)), rng.random(50) < 0.3
    found = units.correlate(np.column_stack([told, np.ones(50)]), concept)
    expected = [np.corrcoef(column, concept)[0, 1] for column in told.T]
    assert np.allclose(found, [*expected, 0])


# Tokens


@pytest.fixture(scope="module")
def plain():
    return encode_grid("chorales")


@pytest.mark.parametrize("form", ["SBAT", "SATB", "tied"])
def test_voices_say_what_the_grid_says(plain, form):
    data = encode_tokens("chorales", f"voices.{form}")
    known = np.array(plain.symbols[0]).astype(int)[:, 0]
    for mine, theirs, beside in zip(
        data.pieces["test"][:9], plain.pieces["test"], plain.beside["test"]
    ):
        cells = known[plain.to_voices(theirs)]
        assert (data.sounding(mine) == sounds(cells)).all()
        marks = np.reshape(beside, (-1, 6))[:, 2:].max(1)
        assert (data.to_tokens(data.to_voices(mine), marks) == mine).all()
        again, once = data.decode(mine, beside), plain.decode(theirs, beside)
        assert len(again) == len(once) if form == "tied" else len(again) <= len(once)
        assert (hearing.read_heard(data, "test")[0].fermata.shape[0], data.voices) == (4, 4)
        if form == "tied":
            assert (mine[::5] == data.sizes[0] - 2 + marks).all()
            assert np.array_equal(again.notes, once.notes)
    windows = data.windows("test", 8 * data.stride)
    assert data.conditions("test", 8 * data.stride).shape == (len(windows), 8, 6)
    assert data.symbols_per_word(windows) == data.stride / 4


def test_the_second_token_of_SBAT_is_the_bass(plain):
    data = encode_voices("chorales", "SBAT")
    piece, voices = data.pieces["test"][0], plain.to_voices(plain.pieces["test"][0])
    assert piece[:4].tolist() == voices[[0, 3, 1, 2], 0].tolist()


def test_other_voices_and_lengths_are_refused():
    with pytest.raises(ValueError, match="no tokens voices.SAT"):
        encode_tokens("chorales", "voices.SAT")
    card = systems.find("liang2016")
    with pytest.raises(ValueError, match="length is 64: take a multiple of 5"):
        card.configure("bachbot", "smoke", length=64)
    with pytest.raises(ValueError, match="asked is mixture: choose tokens=voices.SBAT"):
        systems.find("peracha2019").configure("intervals", "smoke", tokens="voices.SATB")
    with pytest.raises(ValueError, match=r"tokens is grid: this game reads voices\.FORM"):
        card.configure("bachbot", "smoke", tokens="grid")


def test_constants_are_those_of_the_grid():
    assert (hearing.HOLD, hearing.REST) == (grid.HOLD, grid.REST)


# Voices filled in


def test_given_voices_are_kept_and_the_others_are_the_likeliest():
    """Of random networks; that of frames is asked for every token, one sixteenth after the other."""
    data = encode_voices("chorales", "SBAT")
    pieces = [data.pieces["test"][0][:40], data.pieces["test"][1][:24]]
    network = make(FrameModel, data.sizes, 4, width=8, layers=1, embedding=6, hidden=5)
    written = fill_voices(network, data, pieces, (1, 2))
    for tokens, piece in zip(written, pieces):
        ours, theirs = data.to_voices(tokens), data.to_voices(piece)
        assert (ours[[0, 3]] == theirs[[0, 3]]).all() and (ours[[1, 2]] != theirs[[1, 2]]).any()
        with torch.no_grad():
            best = network(torch.as_tensor(tokens)[None])[0].argmax(-1).numpy()
        assert (data.to_voices(best)[[1, 2]] == ours[[1, 2]]).all()


def test_looking_ahead_finds_what_trying_everything_finds():
    data = encode_voices("chorales", "SBAT")
    piece = data.pieces["test"][0][:24]
    network = make(FrameModel, data.sizes, 4, width=8, layers=1, embedding=6, hidden=5)
    every = data.sizes[0]
    (written,) = fill_voices(network, data, [piece], (1,), look=every)
    for t in range(0, 24, 4):
        tried = np.tile(written[: t + 4], (every, 1))
        tried[:, t + 2] = np.arange(every)
        with torch.no_grad():
            log_p = network.log_prob(torch.as_tensor(tried)).log_prob[:, t:].sum(1)
        assert log_p.argmax().item() == written[t + 2]


@pytest.mark.parametrize("look", [1, 4])
def test_bachbot_keeps_what_is_given(look):
    data = encode_voices("chorales", "tied")
    pieces = data.pieces["test"][:2]
    pieces = [piece[:50] for piece in pieces]
    network = make(MarkedModel, data.sizes, 5, width=8, embedding=4)
    for tokens, piece in zip(fill_voices(network, data, pieces, (1,), look), pieces):
        assert (
            np.delete(data.to_voices(tokens), 1, 0) == np.delete(data.to_voices(piece), 1, 0)
        ).all()
        assert (tokens[::5] == piece[::5]).all() and tokens[2::5].max() <= data.rest


def as_heard(*lines):
    cells = np.array(lines)
    return hearing.Heard(cells, np.zeros(cells.shape[1], int), np.zeros_like(cells))


def test_shares_by_hand():
    piece = as_heard([72, 128, 74, 129], [67, 128, 128, 65], [60] * 4, [48] * 4)
    fill = {0: [72, 72, 74, 60], 1: [67, 67, 66, 65]}
    shares = [chorale_fill.measure_fill(lambda heard, k: fill[k], [piece], k)[0] for k in (0, 1)]
    assert shares == [0.75, 0.75]
    assert chorale_fill.compare([0.5, 0.7, 0.9], [0.4, 0.4, 0.4]) == pytest.approx(
        (0.3, 0.2 / 3**0.5)
    )
    with pytest.raises(ValueError, match="4 cells were asked for"):
        chorale_fill.measure_fill(lambda heard, k: [60], [piece], 0)


def test_who_fills_in_does_not_see_the_voice():
    piece = as_heard([72, 128, 74, 129], [67, 128, 128, 65], [60] * 4, [48] * 4)
    piece.fermata[:] = 1
    hidden = hearing.hide(piece, 1)
    assert (hidden.cells[1] == hearing.UNKNOWN).all() and (
        hidden.fermata.sum(1) == [4, 0, 4, 4]
    ).all()
    assert (piece.cells[1] >= 0).all() and (hidden.cells[[0, 2, 3]] == piece.cells[[0, 2, 3]]).all()


@pytest.mark.parametrize("which", range(4))
def test_a_table_of_intervals_learns_a_voice_that_follows(which):
    rng = np.random.default_rng(0)
    lines = rng.integers(55, 70, (4, 60))
    lines[which] = lines[0 if which else 1] - 3
    piece = as_heard(*lines)
    table = chorale_fill.IntervalTable([piece], which)
    share = chorale_fill.measure_fill(table, [piece], which)[0]
    assert share == 1
    moved = as_heard(*(lines + 2))  # in another key it knows as much
    assert chorale_fill.measure_fill(table, [moved], which)[0] == 1
    with pytest.raises(ValueError, match="this table counted the"):
        table(piece, (which + 1) % 4)


# Cadences


def test_coming_to_rest_by_hand():
    begins = np.zeros((4, 9), bool)
    pitches = np.tile(np.array([[72], [67], [64], [48]]), 9)
    begins[:, 0] = begins[3, 4] = True
    assert np.flatnonzero(find_rests(pitches, begins)).tolist() == [0, 4]
    inverted = pitches.copy()
    inverted[3] = 52
    assert not find_rests(inverted, begins).any()
    begins[1, 2] = True  # the alto moves on
    assert np.flatnonzero(find_rests(pitches, begins)).tolist() == [4]
    assert share_resting(find_rests(pitches, begins), [1, 0, 0, 0, 1, 0, 0, 0, 0]) == (1, 2)
    assert begin_marks([1, 1, 0, 1]).tolist() == [True, False, False, True]


def test_sets_are_named_as_a_musician_does():
    found = []
    for kind in chord_labels.KINDS:
        agreed = harmony_gold.compare_sets_with_gold(chord_labels.make_labels(kind))
        beats, roots, kinds = np.array([entry[1:] for entry in agreed]).sum(0)
        assert beats > 1000 and kinds <= roots
        found.append(kinds / beats)
    assert found[0] > 0.8 and found[1] < 0.15


@pytest.mark.parametrize("marks", ["heard", "silent"])
def test_bachbot_going_on_is_reading_again(marks):
    network, tokens = make(MarkedModel, (9,), 5, marks, width=8, embedding=4), draw_tokens(9, 2, 17)
    memory, told = network.begin(2), []
    with torch.no_grad():
        for t in range(17):
            told.append(network.next_logits(memory))
            memory = network.advance(memory, tokens[:, t])
        assert torch.allclose(torch.stack(told, 1), network(tokens), atol=1e-5)
