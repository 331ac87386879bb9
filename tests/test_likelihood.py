"""Likelihood alone: the game, the network's own settings, controls on network and music, whole pieces, best weights."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from musicgan_lib.data.encode import encode_tokens
from musicgan_lib.data.shuffled import shuffle_order
from musicgan_lib.data.tokens import TokenData
from musicgan_lib.evaluation import nll
from musicgan_lib.experiments import descriptions
from musicgan_lib.games import likelihood
from musicgan_lib.learning import best, fit
from musicgan_lib.models.attention import POSITIONS, Transformer
from musicgan_lib.models.local_rnn import LocalTransformer
from musicgan_lib.models.recurrent import CELLS, RecurrentModel
from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.models.transformer_xl import TransformerXL
from musicgan_lib.systems.system import System

PROFILES = {
    "smoke": {"width": 12, "length": 8, "batch": 4, "steps": 12, "check_every": 5, "measure": 6}
}
CARD = System(
    id="planted",
    name="Planted",
    year=None,
    family="E",
    listed="nearby",
    mechanism="none",
    citation="none",
    plays="likelihood.LikelihoodGame",
    network="recurrent.RecurrentModel",
    controls={"shallow": {"layers": 1}},
    corpora=("tunes",),
    variants={"deep": {"tokens": "words.published", "layers": 2}, "flat": {"tokens": "words.published", "layers": 1}},
    profiles=PROFILES,
)  # fmt: skip


class Counts(TokenModel):
    """A network that knows how often each token follows each: its likelihood can be counted by hand."""

    def __init__(self, sizes):
        super().__init__()
        self.table = torch.nn.Parameter(torch.randn(sizes[0] + 1, sizes[0]))

    def forward(self, tokens):
        return self.table[
            torch.nn.functional.pad(tokens[:, :-1], (1, 0), value=len(self.table) - 1)
        ]


def make_data(sizes=(3,), stride=1):
    rng = np.random.default_rng(0)
    pieces = {
        s: [rng.integers(0, sizes[0], n) for n in (9, 21, 40)] for s in ("train", "valid", "test")
    }
    data = TokenData("planted", "none", sizes, [[[float(k)] for k in range(sizes[0])]], pieces, "0")
    data.other_keys = [[(p + 1) % sizes[0]] for p in pieces["train"]]
    return data


def train(config, data, control=None, **options):
    game = CARD.game
    state = game.build(config, data, 0)
    evaluate, every = game.make_evaluation(config, data)
    step = game.make_step(config, data, control)
    report = fit.fit(state, step, config.steps, evaluate=evaluate, evaluate_every=every, **options)
    return state, report


def test_the_settings_of_a_network_are_those_of_its_constructor():
    config = CARD.configure("deep", "smoke")
    assert (config.width, config.layers, config.cell, config.batch) == (12, 2, "lstm", 4)
    assert CARD.configure("deep", "smoke", cell="gru").cell == "gru"
    with pytest.raises(ValueError, match="no setting 'wdith'; near: width"):
        CARD.configure("deep", "smoke", wdith=3)
    assert CARD.game.facts == ["sizes", "stride"]


def test_a_network_that_wants_what_no_music_has_is_refused():
    class Odd(TokenModel):
        def __init__(self, sizes, colour):
            super().__init__()

    with pytest.raises(ValueError, match="colour, which no music has"):
        likelihood.read_parameters(Odd)
    with pytest.raises(ValueError, match="calls a setting batch, and so does the game"):
        likelihood._extend(likelihood.Config, (("batch", 3),))


#: Every network that goes on from where it was, in small; those of attention read past the length that they are made
#: for
NETWORKS = {
    cell: lambda stride, cell=cell: RecurrentModel((7,), stride, cell, 10, layers=2, embedding=5)
    for cell in CELLS
} | {
    positions: lambda stride, positions=positions: Transformer((7,), 6, stride, positions, 8, 2)
    for positions in POSITIONS
}
NETWORKS |= {
    "local": lambda stride: LocalTransformer((7,), stride, 3, 8, 2, 2),
    "segments": lambda stride: TransformerXL((7,), 6, stride, 4, 6, 8, 2, 2),
}


def make_network(name, stride):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return NETWORKS[name](stride).eval()


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("stride", [1, 3])
def test_a_sampler_goes_on_from_where_it_was(name, stride):
    network, plain = make_network(name, stride), make_network(name, stride)
    for method in ("begin", "advance", "next_logits"):  # the plain way of every network
        setattr(plain, method, getattr(TokenModel, method).__get__(plain))
    drawn, again = (n.sample(4, 9, torch.Generator().manual_seed(0)) for n in (network, plain))
    assert (again.actions == drawn.actions).all()
    for same in (again.log_prob, network.log_prob(drawn.actions).log_prob):
        assert torch.allclose(drawn.log_prob, same, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_no_token_sees_itself_or_what_comes_after(name):
    network = make_network(name, 2)
    tokens = torch.randint(0, 7, (1, 9), generator=torch.Generator().manual_seed(1))
    for t in range(9):
        changed = tokens.clone()
        changed[0, t] = (changed[0, t] + 1) % 7
        same = torch.isclose(network(tokens), network(changed), atol=1e-6).all(-1)[0]
        assert same[: t + 1].all() and not same[t + 1 :].any()


@pytest.mark.parametrize(("length", "stride"), [(8, 1), (12, 4), (9, 1), (64, 1)])
def test_whole_pieces_count_each_token_once(length, stride):
    network = Counts((3,)).double()
    pieces = [np.arange(n) % 3 for n in (4, 8, 12, 20, 32)]
    nats, count = nll.piece_nll(network, pieces, length, stride)
    assert count == sum(map(len, pieces))
    with (
        torch.no_grad()
    ):  # a table looks one token back, and only the first token of a piece has none
        by_hand = sum(
            -network.log_prob(torch.as_tensor(p)[None]).log_prob.sum().item() for p in pieces
        )
    assert nats == pytest.approx(by_hand, rel=1e-12)


def test_a_window_that_cannot_overlap_is_refused():
    with pytest.raises(ValueError, match="cannot overlap"):
        nll.piece_nll(Counts((3,)), [np.zeros(8, int)], 4, 4)


def test_asking_more_often_changes_no_weight():
    config, data = CARD.configure("deep", "smoke", dropout=0.2), make_data()
    ends = {}
    for every in (1, 5, 12):
        state, report = train(replace(config, check_every=every), data)
        ends[every] = fit.weights_hash(state.modules["network"])
        assert sum("nll_valid" in row for row in report.history) == math.ceil(12 / every)
    assert len(set(ends.values())) == 1


def test_what_is_measured_is_the_best_of_the_validation_pieces():
    config, data = (
        CARD.configure("deep", "smoke", lr=0.3, schedule="constant", steps=40),
        make_data(),
    )
    state, report = train(config, data)
    said = {row["step"]: row["nll_valid"] for row in report.history if "nll_valid" in row}
    last = said[40]
    assert min(said.values()) < last
    found, samples = CARD.game.measure(state, config, data, torch.Generator().manual_seed(0))
    assert found["nll_valid"] == pytest.approx(min(said.values()), rel=1e-6)
    assert samples.shape == (6, 8) and found["parameters"] > 0
    assert best.restore_best(state, "network") == pytest.approx(min(said.values()))


def test_a_tie_keeps_the_older_weights_and_more_can_be_better():
    network = torch.nn.Linear(1, 1)
    state = fit.TrainingState({"n": network}, {}, torch.Generator())
    assert best.restore_best(state, "n") is None
    assert best.keep_best(state, "n", 1.0) and not best.keep_best(state, "n", 1.0)
    assert not best.keep_best(state, "n", 2.0) and best.keep_best(state, "n", 2.0, "higher")


def test_a_run_that_was_stopped_keeps_its_best(tmp_path):
    config, data = (
        CARD.configure("deep", "smoke", lr=0.3, schedule="constant", steps=20),
        make_data(),
    )
    whole, _ = train(config, data)
    stopped = {"folder": tmp_path, "code": "c"}
    game = CARD.game
    for steps in (7, 20):
        state = game.build(config, data, 0)
        evaluate, every = game.make_evaluation(config, data)
        fit.fit(
            state,
            game.make_step(config, data),
            steps,
            evaluate=evaluate,
            evaluate_every=every,
            **stopped,
        )
    assert state.memory["best_value_network"] == pytest.approx(whole.memory["best_value_network"])


def test_the_rate_climbs_and_falls():
    config = CARD.configure("deep", "smoke", steps=100, warmup=0.1)
    rates = [likelihood.scale_rate(config, k) for k in range(100)]
    assert rates[0] == pytest.approx(0.1) and rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5) and rates[99] == config.last_lr
    linear = replace(config, schedule="linear")
    assert likelihood.scale_rate(linear, 55) == pytest.approx(0.5)
    assert likelihood.scale_rate(replace(config, schedule="constant"), 80) == 1.0


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"schedule": "constant", "last_lr": 0.5}, "moves nothing"),
        ({"schedule": "sine"}, "no schedule 'sine'"),
        ({"optimiser": "sgd"}, "no optimiser 'sgd'"),
        ({"lr": 0.0}, "has to be above 0"),
        ({"warmup": 1.0}, "a share of the steps"),
        ({"length": 1}, "at least 2"),
    ],
)
def test_a_setting_that_moves_nothing_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        CARD.configure("deep", "smoke", **changes)


OTHER = {
    "tokens": "words.factored",
    "keys": 6,
    "length": 9,
    "batch": 5,
    "steps": 13,
    "optimiser": "adamw",
    "lr": 2e-3,
    "weight_decay": 0.1,
    "schedule": "linear",
    "warmup": 0.5,
    "last_lr": 0.5,
    "clip": 1e-3,
    "check_every": 1,
    "measure": 5,
    "beyond": 3,
    "cell": "gru",
    "width": 13,
    "layers": 3,
    "embedding": 9,
    "dropout": 0.5,
}


def test_every_setting_moves_something():
    """Weights, samples or numbers; but for the splits of a grid, which words refuse."""
    game = CARD.game

    def end(**changes):
        config = CARD.configure("deep", "smoke", **{"lr": 0.05, "weight_decay": 0.01} | changes)
        data = game.encode(config, "tunes")
        state, _ = train(config, data)
        last = fit.weights_hash(state.modules["network"])
        metrics, samples = game.measure(state, config, data, torch.Generator().manual_seed(0))
        return last, samples.tobytes(), str(metrics)

    assert OTHER.keys() | {"scheme"} == game.Config.__dataclass_fields__.keys()
    plain = end()
    assert end() == plain
    for name, value in OTHER.items():
        assert end(**{name: value}) != plain, f"{name} moves nothing"


def test_a_control_on_the_network_is_a_change_of_settings():
    config = CARD.configure_control("shallow", "deep", "smoke")
    assert config == CARD.configure("deep", "smoke", layers=1)
    assert CARD.list_controls() == ("shallow", "shuffled_order")
    assert CARD.choose_signal_control("shallow") is None
    assert CARD.choose_signal_control("shuffled_order") == "shuffled_order"
    with pytest.raises(ValueError, match="shallow takes nothing away from flat"):
        CARD.configure_control("shallow", "flat", "smoke")
    with pytest.raises(ValueError, match="the control shallow sets layers"):
        CARD.configure_control("shallow", "deep", "smoke", layers=3)
    with pytest.raises(ValueError, match="no control 'dice'"):
        CARD.configure_control("dice", "deep", "smoke")


def test_music_in_random_order_has_the_same_tokens_and_no_order():
    data = make_data()
    mixed = shuffle_order(data)
    for before, after, other in zip(data.pieces["train"], mixed.pieces["train"], mixed.other_keys):
        assert (np.bincount(before, minlength=3) == np.bincount(after, minlength=3)).all()
        assert ((after + 1) % 3 == other[0]).all()
    assert any((a != b).any() for a, b in zip(data.pieces["train"], mixed.pieces["train"]))
    assert mixed.pieces["valid"] is data.pieces["valid"]
    config = CARD.configure("deep", "smoke")
    ends = {
        c: fit.weights_hash(train(config, data, c)[0].modules["network"])
        for c in (None, "shuffled_order")
    }
    assert len(set(ends.values())) == 2


def test_tokens_are_asked_for_by_name():
    assert encode_tokens("tunes", "words.factored").form == "factored"
    for wrong, why in (
        ({"tokens": "words"}, "no tokens 'words'"),
        ({"tokens": "words.published", "keys": 3}, r"own key \(0\) or in all \(6\)"),
        ({"tokens": "words.published", "scheme": "canonical"}, "leave it empty"),
    ):
        with pytest.raises(ValueError, match=why):
            encode_tokens("tunes", **wrong)


def test_help_tells_the_settings_of_the_network_too():
    told = descriptions.describe(CARD)
    assert "shallow, shuffled_order (by default none)" in told
    assert told.count("of the network, RecurrentModel\n") == 1
    assert re.search(r"length +8 +tokens of a window, and of a sample", told)
    assert re.search(r"width +12\b", told) and re.search(
        r"warmup +0.0 +the share of the steps", told
    )
