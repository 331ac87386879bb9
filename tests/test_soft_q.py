"""Soft Q-learning against the optimum that enumeration knows."""

import pytest
import torch

from musicgan_lib.learning import enumeration, policy_gradient, soft_q
from musicgan_lib.models.tabular import TabularPolicy

V, T = 3, 4
SEQUENCES = enumeration.all_sequences(V, T)
GENERATOR = torch.Generator().manual_seed(0)
SCORE = torch.rand(len(SEQUENCES), generator=GENERATOR, dtype=torch.float64)


def learner(alpha):
    return soft_q.SoftQ(V, T, alpha).double()


def distribution(policy):
    return enumeration.sequence_log_prob(policy, SEQUENCES).exp().detach()


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0])
def test_its_policy_is_the_soft_optimum(alpha):
    q, rewards = learner(alpha), policy_gradient.terminal_reward(SCORE, T)
    for _ in range(T):
        q.learn(SEQUENCES, rewards)
    assert q.learn(SEQUENCES, rewards) < 1e-12
    optimum = enumeration.soft_optimum(SCORE, alpha)
    assert (distribution(q) - optimum).abs().max() < 1e-12


def test_dense_rewards_count_at_their_own_step():
    rewards = torch.rand(
        V, T, generator=GENERATOR, dtype=torch.float64
    )  # of each symbol at each step
    dense = rewards[SEQUENCES, torch.arange(T)]
    q = learner(0.4)
    for _ in range(T):
        q.learn(SEQUENCES, dense)
    optimum = enumeration.soft_optimum(dense.sum(1), 0.4)
    assert (distribution(q) - optimum).abs().max() < 1e-12


def test_any_sequences_teach_it():
    """Off-policy: uniformly drawn sequences, half a step at a time."""
    q, alpha = learner(0.3), 0.3
    for _ in range(400):
        drawn = torch.randint(len(SEQUENCES), (32,), generator=GENERATOR)
        q.learn(SEQUENCES[drawn], policy_gradient.terminal_reward(SCORE[drawn], T), rate=0.5)
    optimum = enumeration.soft_optimum(SCORE, alpha)
    assert enumeration.total_variation(distribution(q), optimum) < 1e-3


def test_the_first_value_is_the_best_objective():
    alpha, q = 0.3, learner(0.3)
    for _ in range(T):
        q.learn(SEQUENCES, policy_gradient.terminal_reward(SCORE, T))
    first = soft_q.soft_value(q.values(SEQUENCES[:1]), alpha)[0, 0]
    best = enumeration.exact_objective(q, SEQUENCES, SCORE, alpha)
    assert torch.allclose(first, best, atol=1e-12)
    assert torch.allclose(first, alpha * torch.logsumexp(SCORE / alpha, 0), atol=1e-12)


def test_a_soft_value_by_hand():
    q = torch.tensor([0.0, 0.0], dtype=torch.float64)
    assert soft_q.soft_value(q, 2.0).item() == pytest.approx(2 * 0.6931471805599453)
    q = torch.tensor([1.0, 3.0], dtype=torch.float64)
    assert soft_q.soft_value(q, 1e-3).item() == pytest.approx(3.0)
    with pytest.raises(ValueError, match="positive"):
        soft_q.soft_value(q, 0.0)


def test_it_draws_what_it_learned():
    q = learner(0.05)
    for _ in range(T):
        q.learn(SEQUENCES, policy_gradient.terminal_reward(SCORE, T))
    drawn = q.sample(2000, T, GENERATOR).actions
    code = (drawn * torch.tensor([V ** (T - 1 - t) for t in range(T)])).sum(1)
    shares = torch.bincount(code, minlength=len(SEQUENCES)) / 2000
    assert enumeration.total_variation(shares, distribution(q)) < 0.1


def test_path_consistency_holds_at_the_leashed_optimum_and_nowhere_else():
    """A policy and a value for every past, taught by the residuals alone, end at reference * exp(R / beta)."""
    beta, rewards = 0.3, policy_gradient.terminal_reward(SCORE, T)
    reference, policy, values = (TabularPolicy(V, T).double() for _ in range(3))
    torch.nn.init.normal_(reference.logits, generator=torch.Generator().manual_seed(1))
    before = reference.log_prob(SEQUENCES).log_prob.detach()
    rows = policy.rows(SEQUENCES)

    def residual():
        value = values.logits[rows, 0]  # (N, T): one number a past
        ratio = policy.log_prob(SEQUENCES).log_prob - before
        return soft_q.path_consistency_residual(value, ratio, rewards, beta)

    weights = [policy.logits, values.logits]
    optimiser = torch.optim.LBFGS(weights, max_iter=500, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = residual().square().sum()
        loss.backward()
        return loss

    assert residual().abs().max() > 0.3
    optimiser.step(closure)
    assert residual().abs().max() < 1e-4
    optimum = enumeration.soft_optimum(SCORE, beta, before.sum(1).exp())
    assert enumeration.total_variation(distribution(policy), optimum) < 1e-4
    best = enumeration.exact_objective(policy, SEQUENCES, SCORE, 0, before.sum(1), beta)
    assert values.logits[0, 0].item() == pytest.approx(best.item(), abs=1e-3)
