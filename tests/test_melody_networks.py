"""Looking back, attending and choosing in a chain: what makes each network the system that it is."""

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data import motifs
from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.note_chain import NoteChainData
from musicgan_lib.games import kinds
from musicgan_lib.metrics.text import BackOffCounts
from musicgan_lib.models import lookback
from musicgan_lib.models.chained import ChainedModel
from musicgan_lib.models.lookback import MelodyModel
from musicgan_lib.notes import Piece
from musicgan_lib.representations import note_chain


def made(network, *args, **settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return network(*args, **settings).eval()


SMALL = {"width": 8, "embedding": 4}
NETWORKS = {
    "lstm": lambda: made(MelodyModel, (7,), 4, **SMALL),
    "lookback": lambda: made(MelodyModel, (7,), 4, lags=(4, 8), **SMALL),
    "attention": lambda: made(MelodyModel, (7,), 4, reach=5, **SMALL),
    "equal": lambda: made(MelodyModel, (7,), 4, reach=5, weights="equal", **SMALL),
    "chained": lambda: made(ChainedModel, (3, 2, 4), hidden=8, **SMALL),
    "unchained": lambda: made(ChainedModel, (3, 2, 4), hidden=8, chained=False, **SMALL),
}
TOKENS = torch.randint(0, 7, (3, 21), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", NETWORKS)
def test_step_by_step_as_at_once(name):
    network = NETWORKS[name]()
    at_once = network.log_prob(TOKENS).log_prob
    drawn = network.sample(3, 21, torch.Generator().manual_seed(0), prefix=TOKENS)
    assert torch.equal(drawn.actions, TOKENS)
    assert torch.allclose(drawn.log_prob, at_once, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_event_sees_itself_or_what_comes_after(name):
    network, changed = NETWORKS[name](), TOKENS.clone()
    changed[:, 12:] = (changed[:, 12:] + 1) % 7
    before, after = (network.log_prob(t).log_prob for t in (TOKENS, changed))
    assert torch.equal(before[:, :12], after[:, :12])


def test_what_may_be_copied_and_written_has_both_probabilities():
    """Three events and two sources by hand: softmax of five, two of them moved to what the sources say."""
    logits = torch.tensor([[[0.1, -0.4, 0.3, 1.2, 0.7]]], dtype=torch.float64)
    p = logits[0, 0].softmax(-1)
    said = lookback.copy_or_write(logits, [torch.tensor([[2]]), torch.tensor([[2]])]).exp()[0, 0]
    assert torch.allclose(said, torch.stack([p[0], p[1], p[2] + p[3] + p[4]]))
    none = lookback.copy_or_write(logits, [torch.tensor([[0]]), torch.tensor([[3]])]).exp()[0, 0]
    left = logits[0, 0, :4].softmax(-1)  # the second source has nothing to say
    assert torch.allclose(none, torch.stack([left[0] + left[3], left[1], left[2]]))
    assert torch.allclose(none.sum(), torch.ones((), dtype=torch.float64))


def test_who_only_copies_pays_for_a_motif_what_must_be_paid():
    """All weights but one bias are 0: P(copy) = 7/8, and the rest is shared by 18 symbols."""
    data = encode_tokens("motifs")
    network = made(MelodyModel, data.sizes, 1, lags=(24,), **SMALL)
    with torch.no_grad():
        for weight in network.parameters():
            weight.zero_()
        network.head.bias[-1] = np.log(7 * 18)
    tokens = torch.as_tensor(np.stack(data.pieces["test"]))
    paid = -network.log_prob(tokens).log_prob[:, 24:]
    copied, other = 7 / 8 + 1 / 144, 1 / 144
    same = (tokens[:, 24:] == tokens[:, :-24]).double().mean().item()
    wanted = -same * np.log(copied) - (1 - same) * np.log(other)
    assert paid.mean().item() == pytest.approx(wanted, rel=1e-5)
    assert motifs.floor() < wanted < motifs.floor() + 0.05  # hardly more than who knows all


def test_attention_weighs_the_last_states_by_hand():
    attention = made(lookback.StateAttention, 6, 4)
    states = torch.randn(2, 9, 6, generator=torch.Generator().manual_seed(2))
    read = attention(states)
    assert read[:, 0].abs().max() == 0  # nothing was before
    for t in (1, 3, 8):
        before = states[:, max(t - 4, 0) : t]
        score = attention.score(
            torch.tanh(attention.key(before) + attention.query(states[:, t : t + 1]))
        )
        wanted = (score.softmax(1) * before).sum(1)
        assert torch.allclose(read[:, t], wanted, atol=1e-6)
    equal = made(lookback.StateAttention, 6, 4, equal=True)
    assert torch.allclose(equal(states)[:, 6], states[:, 2:6].mean(1), atol=1e-6)


def test_a_chain_sums_to_one_and_its_twin_knows_the_past_alone():
    network, twin = NETWORKS["chained"](), NETWORKS["unchained"]()
    every = torch.arange(24)[:, None]
    past = torch.full((24, 1), 5)
    for each in (network, twin):
        p = each.log_prob(torch.cat([past, every], 1)).log_prob[:, 1].exp()
        assert p.sum().item() == pytest.approx(1, abs=1e-5)
        assert torch.equal(each.pack(each.split(every)), every)
    weights = [sum(w.numel() for w in each.parameters()) for each in (network, twin)]
    assert weights[0] == weights[1]
    # the last field's distribution after two values of the first field
    tokens = torch.tensor([[0, 0], [0, 8 * 2]])
    pitch = [each.read_factors(tokens)[2][:, 1] for each in (network, twin)]
    assert (pitch[0][0] - pitch[0][1]).abs().max() > 1e-3
    assert torch.equal(pitch[1][0], pitch[1][1])


def test_factors_of_the_chain_add_up():
    network = NETWORKS["chained"]()
    tokens = torch.randint(0, 24, (2, 9), generator=torch.Generator().manual_seed(0))
    whole = network.log_prob(tokens)
    assert torch.allclose(network.log_prob_factors(tokens).sum(-1), whole.log_prob, atol=1e-6)
    assert network.nll(tokens).item() == pytest.approx(-whole.log_prob.mean().item(), rel=1e-5)


def test_notes_as_three_choices():
    piece = Piece([(0, 1, 60), (0, 1, 64), (1.5, 0.5, 67), (2, 3, 72)])
    rows = note_chain.encode(piece)
    times = [(note_chain.WAITS[a], note_chain.DURATIONS[b], p) for a, b, p in rows.tolist()]
    assert times == [(0, 1, 60), (0, 1, 64), (1.5, 0.5, 67), (0.5, 3, 72)]
    assert note_chain.round_trip(piece).exact
    late = Piece([(0.3 * k, 0.25, 60 + k % 12) for k in range(40)])  # no table has 0.3
    assert note_chain.round_trip(late).max_onset_error < 0.1  # and errors do not add up
    with pytest.raises(ValueError, match="shape"):
        note_chain.decode([[0, 0]])
    with pytest.raises(ValueError, match="below"):
        note_chain.decode([[0, 0, 128]])


def test_counts_by_hand():
    """The table that a chain is held against: fields in turn, one alphabet, and the sum of the factors is the note."""
    rng = np.random.default_rng(0)
    pieces = {s: [rng.integers(0, 24, 40)] for s in ("train", "valid", "test")}
    data = NoteChainData("dice", "note_chain", (3, 2, 4), [[]], pieces, "0")
    config = systems.find("colombo2018").configure("bachprop", "smoke", length=40)
    found = kinds.count_factors(data, pieces["test"][0][None], config)
    parts = sum(found[f"counts_{f}"] for f in ("dT", "T", "P"))
    assert found["counts_test"] == pytest.approx(parts)
    train, valid, test = (
        (data.split_fields(pieces[s][0]) + [0, 3, 5]).ravel() for s in ("train", "valid", "test")
    )
    tables = {k: BackOffCounts(9, k, kinds.STRENGTH).fit([train]) for k in kinds.ORDERS}
    order = min(tables, key=lambda k: tables[k].nll([valid]))
    assert found["counts_order"] == order
    assert found["counts_test"] == pytest.approx(3 * tables[order].nll([test]))
    told = kinds.tell_kinds("nll", np.array([1.0, 2, 3]), np.array([0, 2, 0]), ("a", "b", "c"))
    assert told == {"nll_a": 2.0, "nll_c": 2.0}


def test_settings_that_move_nothing_are_refused():
    waite = systems.find("waite2016")
    with pytest.raises(ValueError, match="could be hidden"):
        waite.configure_control("no_lookback", "attention", "cpu", "motifs")
    with pytest.raises(ValueError, match="equal weights of no states"):
        waite.configure_control("equal_weights", "lookback", "cpu", "motifs")
    with pytest.raises(ValueError, match="one step back or more"):
        MelodyModel((7,), 4, lags=(0,))
    with pytest.raises(ValueError, match="choose chosen, equal"):
        MelodyModel((7,), 4, reach=2, weights="flat")
    assert waite.configure("lookback", "smoke", "motifs").lags == (24, 48)
    with pytest.raises(ValueError, match="two bars of 16"):
        waite.configure("lookback", "smoke", "chorales", length=24)
