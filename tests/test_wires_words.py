"""The game on words: every signal's gradient against one made by hand, and every setting moves something or is refused.

By hand means from the definition: sums over time in loops, log-probabilities from an LSTM stepped cell by cell, a
slope by autograd of the formula. Nothing of ``learning`` is called. A step of plain gradient descent at rate 1 tells
the gradient that a turn used, with its sign, its scale and all that is mixed in.
"""

import copy
import itertools
import math

import numpy as np
import pytest
import torch

from musicgan_lib import systems
from musicgan_lib.data.words import WordData
from musicgan_lib.games import controls, token_material
from musicgan_lib.learning import fit as loop

bjare2020 = systems.find("bjare2020")
lee2017 = systems.find("lee2017")

WORDS, LENGTH, BATCH = 5, 4, 6
TINY = {
    "embedding": 4, "hidden": 6, "discriminator_embedding": 4, "widths": (2,), "channels": (5,), "length": LENGTH,
    "batch": BATCH, "pretrain": 0, "pretrain_batch": 4, "pretrain_discriminator": 0, "adversarial": 1,
    "discriminator_steps": 1,
    "clip": 1e9, "measure": 4, "init_std": 0.7,
}  # fmt: skip


def make_data(words=WORDS):
    rng = np.random.default_rng(0)
    parts = {s: [rng.integers(0, words, 12) for _ in range(4)] for s in ("train", "valid", "test")}
    symbols = [[[float(i)] for i in range(words)]]
    return WordData("dice", "published", (words,), symbols, parts, "none")


DATA = make_data()


def begin(changes, data=DATA, seed=1):
    """A game whose likelihood is over: a reference and a lagging policy that are others than the policy."""
    config = bjare2020.configure("ordinary", "smoke", "tunes", **TINY | changes)
    state = bjare2020.game.build(config, data, seed)
    state.step = 1
    other = bjare2020.game.build(config, data, seed + 1).modules["policy"]
    state.modules["reference"].load_state_dict(other.state_dict())
    if config.rollouts:  # it always ends with the same word: what it finishes is known
        with torch.no_grad():
            state.modules["lagging"].heads[0].bias[3] = 500.0
    for module in state.modules.values():
        for part in module.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
    for name, optimiser in state.optimisers.items():
        weights = optimiser.param_groups[0]["params"]
        state.optimisers[name] = torch.optim.SGD(weights, lr=1.0)
    return config, state


def weights_of(module):
    return [p.detach().clone() for p in module.parameters()]


def turn(config, state, monkeypatch, control="frozen_discriminator", data=DATA):
    """One turn; the actions, the words of the mixed likelihood, and what each module was moved by."""
    clone = torch.Generator()
    clone.set_state(state.generator.get_state())
    before = {k: copy.deepcopy(m) for k, m in state.modules.items()}
    actions = before["policy"].eval().sample(config.batch, config.length, clone).actions
    drawn, draw = [], token_material.Batches.draw

    def spy(self, *args):
        drawn.append(draw(self, *args))
        return drawn[-1]

    monkeypatch.setattr(token_material.Batches, "draw", spy)
    bjare2020.game.make_step(config, data, control)(state)
    moved = {
        k: [a - b for a, b in zip(weights_of(before[k]), weights_of(state.modules[k]))]
        for k in before
    }
    return before, actions, drawn, moved


def log_probs(policy, actions):
    """``(B, T)`` log-probabilities, cell by cell."""
    m, n = policy.memory, len(actions)
    h = c = torch.zeros(n, policy.hidden)
    x, columns = policy.embed.tables[0].weight[-1].expand(n, -1), []
    for t in range(actions.shape[1]):
        gates = x @ m.weight_ih_l0.T + m.bias_ih_l0 + h @ m.weight_hh_l0.T + m.bias_hh_l0
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        scores = h @ policy.heads[0].weight.T + policy.heads[0].bias
        shares = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
        columns.append(shares[torch.arange(n), actions[:, t]])
        x = policy.embed.tables[0].weight[actions[:, t]]
    return torch.stack(columns, 1)


def still_to_come(rows, discount=1.0):
    """``sum over k >= t of discount**(k - t) row_k``, by two loops."""
    found = torch.zeros_like(rows)
    for b, t in itertools.product(range(rows.shape[0]), range(rows.shape[1])):
        found[b, t] = sum(discount ** (k - t) * rows[b, k] for k in range(t, rows.shape[1]))
    return found


def paid(config, judge, actions):
    logit = judge.eval().score(actions).detach()
    return logit if config.reward == "logit" else 1 / (1 + torch.exp(-logit))


def hand_own(config, before, actions, log_prob):
    """What a policy pays itself for each action, besides the judge."""
    alpha = config.alpha
    if config.estimator == "kl":
        return -config.beta * (log_prob - log_probs(before["reference"], actions).detach())
    if config.estimator == "merl":
        return -alpha * log_prob
    if config.estimator == "merl_per_token":
        return -alpha / actions.shape[1] * log_prob
    if config.estimator == "merl_as_printed":
        return -alpha * log_prob - 1
    return torch.zeros(actions.shape)


def hand_returns(config, before, actions, log_prob):
    """What each action is weighed with, before a baseline."""
    n, length = actions.shape
    judge, alpha = before["discriminator"].eval(), config.alpha
    rewards = torch.zeros(n, length)
    if config.reward == "prefix":
        says = judge.step_logits(actions).detach()
        for t in range(length):
            rewards[:, t] = says[:, t] - (says[:, t - 1] if t else 0)
    elif not config.rollouts:
        rewards[:, -1] = paid(config, judge, actions)
    returns = still_to_come(rewards + hand_own(config, before, actions, log_prob), config.discount)
    if config.estimator == "merl_as_published":
        over_batch = torch.stack([-log_prob[b:].sum(0) for b in range(n)])
        returns = deviations(still_to_come(rewards)) + alpha * deviations(over_batch)
    if config.rollouts:
        for t in range(length):
            ended = actions.clone()
            ended[:, t + 1 :] = 3
            returns[:, t] += config.discount ** (length - 1 - t) * paid(config, judge, ended)
    return returns


def deviations(rows):
    middle = rows.mean(0)
    return (rows - middle) / ((rows - middle) ** 2).mean(0).sqrt()


def hand_weight(config, before, actions, returns):
    n = len(actions)
    if config.baseline == "batch_mean":
        return returns - returns.sum(0) / n
    if config.baseline == "leave_one_out":
        others = [(returns.sum(0) - returns[b]) / (n - 1) for b in range(n)]
        return returns - torch.stack(others)
    if config.baseline == "standardise":
        return deviations(returns)
    if config.baseline == "critic":
        return returns - before["critic"](actions).detach()
    return returns


SIGNALS = {
    "reinforce": {},
    "logit": {"reward": "logit"},
    "discounted": {"discount": 0.7},
    "dense": {"reward": "prefix", "discount": 0.9},
    "batch mean": {"baseline": "batch_mean"},
    "leave one out": {"baseline": "leave_one_out"},
    "standardised": {"baseline": "standardise"},
    "critic": {"baseline": "critic"},
    "kl": {"estimator": "kl", "beta": 0.3, "reward": "logit", "discount": 0.8},
    "dense kl": {"estimator": "kl", "beta": 0.3, "reward": "prefix", "baseline": "leave_one_out"},
    "merl": {"estimator": "merl", "alpha": 0.4},
    "merl per token": {"estimator": "merl_per_token", "alpha": 0.4, "baseline": "leave_one_out"},
    "merl as printed": {"estimator": "merl_as_printed", "alpha": 0.4},
    "merl as published": {"estimator": "merl_as_published", "alpha": 0.4},
    "roll-outs": {"rollouts": 2},
    "roll-outs, least squares": {"rollouts": 2, "discriminator_loss": "least_squares", "reward": "logit"},
    "roll-outs, discounted": {"rollouts": 2, "discount": 0.7},
    "roll-outs, kl": {"rollouts": 2, "estimator": "kl", "beta": 0.3, "discount": 0.8},
    "roll-outs, merl": {"rollouts": 2, "estimator": "merl", "alpha": 0.4},
    "roll-outs, merl per token": {"rollouts": 2, "estimator": "merl_per_token", "alpha": 0.4},
    "roll-outs, leave one out": {"rollouts": 2, "baseline": "leave_one_out"},
    "roll-outs, critic": {"rollouts": 2, "baseline": "critic"},
    "likelihood": {"likelihood": 0.5},
    "likelihood and kl": {"likelihood": 0.5, "estimator": "kl", "beta": 0.3, "reward": "logit"},
    "likelihood and roll-outs": {"likelihood": 0.5, "rollouts": 2},
}  # fmt: skip


def assert_same_slopes(found, wanted):
    assert len(found) == len(wanted)
    largest = max(w.abs().max().item() for w in wanted)
    assert largest > 1e-3  # a gradient of nothing equals anything
    for a, b in zip(found, wanted):
        assert torch.allclose(a, b, rtol=1e-4, atol=2e-5 * largest)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_turn_moves_the_policy_by_the_gradient_made_by_hand(name, monkeypatch):
    config, state = begin(SIGNALS[name])
    before, actions, drawn, moved = turn(config, state, monkeypatch)
    policy = before["policy"]
    log_prob = log_probs(policy, actions)
    returns = hand_returns(config, before, actions, log_prob.detach())
    weight = hand_weight(config, before, actions, returns)
    loss = -(weight * log_prob).sum()  # over all words of all sequences
    if config.likelihood:
        (words,) = drawn
        loss = loss - config.likelihood * log_probs(policy, words).sum()
    slopes = torch.autograd.grad(loss, list(policy.parameters()))
    assert_same_slopes(moved["policy"], slopes)
    if config.baseline == "critic":  # it learns what came
        critic = before["critic"]
        error = ((critic(actions) - returns) ** 2).sum() / returns.numel()
        assert_same_slopes(moved["critic"], torch.autograd.grad(error, list(critic.parameters())))
    else:
        assert not moved.keys() & {"critic"}


def test_a_turn_by_values_moves_policy_and_critic_by_the_residuals(monkeypatch):
    config, state = begin({"estimator": "path_consistency", "beta": 0.3})
    before, actions, _, moved = turn(config, state, monkeypatch)
    ratio = log_probs(before["policy"], actions) - log_probs(before["reference"], actions).detach()

    def loss(values, ratio):
        total = 0.0
        for b, t in itertools.product(range(BATCH), range(LENGTH)):
            last = t == LENGTH - 1
            reward = paid(config, before["discriminator"], actions[b : b + 1])[0] if last else 0.0
            after = 0.0 if last else values[b, t + 1]
            residual = reward + after - values[b, t] - config.beta * ratio[b, t]
            total = total + (residual / config.beta) ** 2
        return total / (BATCH * LENGTH)

    critic = before["critic"]
    lesson = torch.autograd.grad(loss(critic(actions), ratio.detach()), list(critic.parameters()))
    assert_same_slopes(moved["critic"], lesson)
    taught = state.modules["critic"](
        actions
    ).detach()  # the policy follows the critic that has learned
    slopes = torch.autograd.grad(loss(taught, ratio), list(before["policy"].parameters()))
    assert_same_slopes(moved["policy"], slopes)


@pytest.mark.parametrize("rollouts", [0, 2])
@pytest.mark.parametrize(
    ("control", "pay"), [("constant_reward", controls.CONSTANT), ("random_reward", 0.25)]
)
def test_a_control_pays_where_the_discriminator_paid(control, pay, rollouts, monkeypatch):
    """At the end of every sequence, or of every roll-out: a constant, or dice (here of one face)."""
    monkeypatch.setattr(controls, "rand", lambda *shape, generator: torch.full(shape, pay))
    config, state = begin({"rollouts": rollouts, "discount": 0.7})
    before, actions, _, moved = turn(config, state, monkeypatch, control)
    log_prob = log_probs(before["policy"], actions)
    weight = [pay * 0.7 ** (LENGTH - 1 - t) for t in range(LENGTH)]
    loss = -(torch.tensor(weight) * log_prob).sum()
    assert_same_slopes(
        moved["policy"], torch.autograd.grad(loss, list(before["policy"].parameters()))
    )
    assert (
        max(m.abs().max() for m in moved["discriminator"]) > 0
    )  # it goes on learning, and has no say


def test_dice_are_thrown_for_every_roll_out_and_for_every_step_of_a_dense_reward():
    config, state = begin({"rollouts": 2})
    signal = bjare2020.game.choose_signal(config)(
        config, token_material.Tokens(config, DATA), "random_reward"
    )
    thrown = signal.read(state).returns
    assert ((thrown >= 0) & (thrown <= 1)).all() and len(
        set(thrown.flatten().tolist())
    ) == thrown.numel()
    config, state = begin({"reward": "prefix"})
    signal = bjare2020.game.choose_signal(config)(
        config, token_material.Tokens(config, DATA), "random_reward"
    )
    thrown = signal.read(state).rewards
    assert (thrown.cumsum(1) >= -1e-6).all() and len(
        set(thrown.flatten().tolist())
    ) == thrown.numel()


@pytest.mark.parametrize("loss", ["cross_entropy", "least_squares"])
def test_a_lesson_moves_the_discriminator_by_the_gradient_made_by_hand(loss, monkeypatch):
    config, state = begin({"discriminator_loss": loss, "reward": "logit"})
    clone = torch.Generator()
    before, _, drawn, moved = turn(config, state, monkeypatch, None)
    clone.manual_seed(1)  # the generator's turn, then the lesson's samples from what it has become
    before["policy"].sample(BATCH, LENGTH, clone)
    fake = state.modules["policy"].sample(BATCH, LENGTH, clone).actions
    judge, (real,) = before["discriminator"], drawn
    of_real, of_fake = judge.score(real), judge.score(fake)
    if loss == "least_squares":
        total = ((of_real - 1) ** 2).mean() / 2 + (of_fake**2).mean() / 2
    else:
        d_real, d_fake = (1 / (1 + torch.exp(-s)) for s in (of_real, of_fake))
        total = -torch.log(d_real).mean() - torch.log(1 - d_fake).mean()
    assert_same_slopes(moved["discriminator"], torch.autograd.grad(total, list(judge.parameters())))


def test_pre_training_moves_the_policy_by_the_mean_of_its_surprise(monkeypatch):
    config, state = begin({"pretrain": 5})
    state.step = 0
    before, _, (words,), moved = turn(config, state, monkeypatch, None)
    loss = -log_probs(before["policy"], words).sum() / words.numel()
    assert_same_slopes(
        moved["policy"], torch.autograd.grad(loss, list(before["policy"].parameters()))
    )


@pytest.mark.parametrize(
    "changes",
    [{}, {"reward": "logit"}, {"reward": "prefix"}, {"rollouts": 2}, {"baseline": "leave_one_out"}],
    ids=str,
)
def test_a_turn_raises_what_the_discriminator_says_of_the_policy_on_average(changes):
    """Exactly: the mean over all 27 sequences of three words, weighed with their probabilities."""
    data = make_data(3)
    changes = {"length": 3, "batch": 2000, "init_std": 0.3, "rl_lr": 1e-2} | changes
    config = bjare2020.configure("ordinary", "smoke", "tunes", **TINY | changes)
    state = bjare2020.game.build(config, data, 4)
    every = torch.cartesian_prod(*[torch.arange(3)] * 3)

    def on_average():
        policy, judge = (state.modules[n].eval() for n in ("policy", "discriminator"))
        with torch.no_grad():
            score = judge.score(every)
            score = score.sigmoid() if config.reward == "probability" else score
            return (log_probs(policy, every).sum(1).exp() * score).sum().item()

    before = on_average()
    bjare2020.game.make_step(config, data, "frozen_discriminator")(state)
    assert on_average() > before + 1e-6


# -- every setting moves something, or is refused -----------------------------------------------------

SMALL = TINY | {
    "length": 6,
    "pretrain": 3,
    "pretrain_discriminator": 1,
    "adversarial": 2,
    "check_every": 5,
    "init_std": 0.1,
}
#: Setting -> another value, and the settings beside which it has something to do
SETTINGS = {
    "form": ("factored", {}),
    "all_keys": (True, {}),
    "one_key": (True, {}),
    "close_chords": (True, {}),
    "embedding": (5, {}),
    "hidden": (7, {}),
    "dropout": (0.5, {}),
    "init_std": (0.5, {}),
    "discriminator_embedding": (5, {}),
    "widths": ((3,), {}),
    "channels": ((6,), {}),
    "length": (7, {}),
    "batch": (7, {}),
    "pretrain": (4, {}),
    "pretrain_batch": (5, {}),
    "pretrain_lr": (0.02, {}),
    "anneal": (True, {}),
    "check_every": (1, {"pretrain_lr": 1.0}),  # the best weights are the first ones
    "pretrain_discriminator": (2, {}),
    "adversarial": (3, {}),
    "discriminator_steps": (2, {}),
    "discriminator_lr": (0.1, {}),
    "rl_lr": (0.02, {}),
    "critic_lr": (0.2, {"baseline": "critic"}),
    "clip": (0.01, {}),
    "estimator": ("merl_as_printed", {}),
    "baseline": ("batch_mean", {}),
    "reward": ("logit", {}),
    "alpha": (0.5, {"estimator": "merl"}),
    "beta": (0.5, {"estimator": "kl"}),
    "discount": (0.5, {}),
    "rollouts": (2, {}),
    "lag": (0.1, {"rollouts": 2, "rl_lr": 1.0, "adversarial": 4}),
    "discriminator_loss": ("least_squares", {"reward": "logit"}),
    "likelihood": (0.5, {}),
    "measure": (5, {}),
}


@pytest.fixture(scope="module")
def corpora():
    return {}


def fingerprint(corpora, changes):
    """Everything that a run leaves behind: weights of all modules, and what is measured."""
    config = bjare2020.configure("ordinary", "smoke", "tunes", **SMALL | changes)
    read = (config.form, config.all_keys, config.one_key, config.close_chords)
    data = corpora[read] = corpora.get(read) or bjare2020.game.encode(config, "tunes")
    state = bjare2020.game.build(config, data, 3)
    loop.fit(state, bjare2020.game.make_step(config, data), config.steps)
    found, _ = bjare2020.game.measure(state, config, data, torch.Generator().manual_seed(0))
    policy = loop.weights_hash(state.modules["policy"])
    others = [loop.weights_hash(m) for k, m in sorted(state.modules.items()) if k != "policy"]
    return policy, others, sorted(found.items())


def test_every_setting_is_tried():
    assert SETTINGS.keys() == bjare2020.game.Config.__dataclass_fields__.keys()


#: What a number of updates or of samples changes is not the policy of so few steps
NOT_THE_POLICY = ("measure",)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_changes_the_policy(name, corpora):
    value, beside = SETTINGS[name]
    if ("base", str(beside)) not in corpora:
        corpora["base", str(beside)] = fingerprint(corpora, beside)
    base = corpora["base", str(beside)]
    other = fingerprint(corpora, beside | {name: value})
    assert base != other
    assert name in NOT_THE_POLICY or base[0] != other[0]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"alpha": 0.5}, "alpha is 0.5: reinforce has no entropy"),
        ({"alpha": 0.5, "estimator": "kl", "beta": 0.1}, "alpha is 0.5: kl has no entropy"),
        ({"beta": 0.5}, "beta is 0.5: reinforce knows no reference"),
        ({"beta": 0.5, "estimator": "merl"}, "beta is 0.5: merl knows no reference"),
        ({"discount": 0.9, "estimator": "merl"}, "discount is 0.9: merl sums without one"),
        ({"discount": 0.9, "estimator": "path_consistency", "beta": 0.1}, "path_consistency sums without one"),
        ({"rollouts": 2, "estimator": "merl_as_printed"}, "no part of merl_as_printed"),
        ({"rollouts": 2, "estimator": "merl_as_published"}, "no part of merl_as_published"),
        ({"rollouts": 2, "reward": "prefix"}, "rollouts are for a reward at the end"),
        ({"discriminator_loss": "least_squares"}, "no probability: choose reward=logit"),
        ({"baseline": "leave_one_out", "batch": 1}, "a batch of 2 or more"),
        ({"lag": 0.5}, "lag is of the policy that finishes rollouts"),
        ({"lag": 0.5, "estimator": "path_consistency", "beta": 0.1}, "lag is of the policy that finishes rollouts"),
        ({"rollouts": 2, "estimator": "path_consistency", "beta": 0.1}, "takes no rollouts"),
        ({"estimator": "path_consistency"}, "needs a price above 0"),
        ({"critic_lr": 0.5}, "critic_lr is a critic's"),
        ({"alpha": -1.0, "estimator": "merl"}, "alpha is -1.0"),
        ({"discount": math.nan}, "discount is nan"),
    ],
    ids=str,
)  # fmt: skip
def test_a_setting_that_would_be_ignored_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        bjare2020.configure("ordinary", "smoke", "tunes", **TINY | changes)


def test_every_variant_of_words_is_allowed_at_every_profile():
    for name in ("bjare2020", "lee2017", "seqgan2017"):
        system = systems.find(name)
        for variant, profile, corpus in itertools.product(
            system.variants, system.profiles, system.corpora
        ):
            assert system.configure(variant, profile, corpus).steps > 0


def test_the_least_squares_twin_is_paid_by_the_raw_grade():
    config = lee2017.configure("lsgan", "smoke", "tunes")
    assert (config.discriminator_loss, config.reward, config.rollouts) == (
        "least_squares",
        "logit",
        1,
    )


@pytest.mark.parametrize(
    ("preset", "variant", "corpus"),
    [("lee2017", "lsgan", "tunes"), ("lee2017", "repaired_seqgan", "tunes"), ("seqgan2017", "seqgan", "oracle_50")],
)  # fmt: skip
def test_a_preset_with_roll_outs_learns_from_what_its_discriminator_says(preset, variant, corpus):
    """The reward moves it: with a discriminator that has learned less, other weights come out."""
    system, ends = systems.find(preset), set()
    sizes = {
        k: SMALL[k]
        for k in ("embedding", "hidden", "discriminator_embedding", "widths", "channels")
    }
    sizes |= {
        "pretrain": 2,
        "pretrain_discriminator": 1,
        "adversarial": 2,
        "rollouts": 2,
        "measure": 4,
        "batch": 4,
    }
    for rate in (1e-3, 1e-1):
        config = system.configure(variant, "smoke", corpus, **sizes, discriminator_lr=rate)
        data = system.game.encode(config, corpus)
        state = system.game.build(config, data, 3)
        loop.fit(state, system.game.make_step(config, data), config.steps)
        found, _ = system.game.measure(state, config, data, torch.Generator().manual_seed(0))
        assert np.isfinite(found["nll_test"])
        ends.add(loop.weights_hash(state.modules["policy"]))
    assert len(ends) == 2
