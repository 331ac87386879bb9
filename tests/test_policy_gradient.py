"""Each estimator against the exact gradient: the mean over every batch that could be drawn, by listing them."""

import pytest
import torch

from musicgan_lib.learning import baselines, enumeration
from musicgan_lib.learning import policy_gradient as pg
from musicgan_lib.models.tabular import TabularPolicy

V, T = 2, 3
SEQUENCES = enumeration.all_sequences(V, T)
REWARD = torch.tensor([0.1, 0.9, 0.0, 0.4, 0.7, 0.2, 1.0, 0.3], dtype=torch.float64)
ALPHA = 0.3


@pytest.fixture(scope="module")
def policy():
    made = TabularPolicy(V, T).double()
    noise = torch.Generator().manual_seed(7)
    made.logits.data = torch.randn(made.logits.shape, generator=noise, dtype=torch.float64)
    return made


@pytest.fixture(scope="module")
def reference():
    made = TabularPolicy(V, T).double()
    made.logits.data[:, 0] = torch.linspace(-1, 1, len(made.logits), dtype=torch.float64)
    return made


def reward_of(actions):
    index = sum(actions[:, t] * V ** (T - 1 - t) for t in range(T))
    return REWARD[index]


def estimate(policy, weigh, batch=1):
    """Minus the expected gradient of the loss: comparable with the gradient of an objective."""

    def loss(actions):
        log_prob = policy.log_prob(actions).log_prob
        return pg.reinforce_loss(log_prob, weigh(actions, log_prob.detach()))

    return -enumeration.expected_estimate(policy, loss, SEQUENCES, batch)


def ending(actions):
    return pg.terminal_reward(reward_of(actions), T)


def exact(policy, **terms):
    worth = enumeration.exact_objective(policy, SEQUENCES, REWARD, **terms)
    return enumeration.gradient(worth, policy)


def same(a, b):
    return bool((a - b).abs().max() <= 1e-6)


def test_the_exact_gradient_is_that_of_finite_differences(policy):
    found, step = exact(policy), 1e-5
    flat = policy.logits.data.view(-1)
    for i in (0, 3, 8, 13):
        before, values = flat[i].item(), []
        for sign in (1, -1):
            flat[i] = before + sign * step
            with torch.no_grad():
                values.append(enumeration.exact_objective(policy, SEQUENCES, REWARD))
        flat[i] = before
        assert abs((values[0] - values[1]) / (2 * step) - found[i]) < 1e-8


def test_the_mean_of_the_score_is_zero(policy):
    scores = estimate(policy, lambda x, log_p: torch.ones(len(x), T, dtype=torch.float64))
    assert scores.abs().max() < 1e-12
    one = enumeration.gradient(policy.log_prob(SEQUENCES[:1]).log_prob.sum(), policy)
    assert one.abs().max() > 0.1  # of one draw it is not


def test_reinforce_with_the_whole_return_and_with_the_reward_to_go(policy):
    whole = estimate(policy, lambda x, _: reward_of(x)[:, None].expand(-1, T))
    to_go = estimate(policy, lambda x, _: pg.reward_to_go(ending(x)))
    assert same(whole, exact(policy)) and same(to_go, exact(policy))


def dense(actions):
    """A reward after every action, of that action and the one before: 1 where it changes, 2 for a 1."""
    before = torch.cat([torch.zeros_like(actions[:, :1]), actions[:, :-1]], 1)
    return (actions != before).double() + 2 * actions.double()


def test_what_an_action_cannot_change_adds_nothing(policy):
    worth = (enumeration.sequence_log_prob(policy, SEQUENCES).exp() * dense(SEQUENCES).sum(1)).sum()
    true = enumeration.gradient(worth, policy)
    assert same(estimate(policy, lambda x, _: pg.reward_to_go(dense(x))), true)
    assert same(estimate(policy, lambda x, _: dense(x).sum(1, keepdim=True).expand(-1, T)), true)
    from_the_next = estimate(policy, lambda x, _: pg.reward_to_go(dense(x)) - dense(x))
    assert not same(from_the_next, true)  # Eq. 1's t + 1, where r_t is the pay of action t


def test_reward_to_go_by_hand():
    rewards = torch.tensor([[1.0, 2.0, 4.0]])
    assert pg.reward_to_go(rewards).tolist() == [[7.0, 6.0, 4.0]]
    assert pg.reward_to_go(rewards, discount=0.5).tolist() == [[3.0, 4.0, 4.0]]
    assert pg.reward_to_go(rewards, discount=0.0).tolist() == rewards.tolist()
    assert pg.terminal_reward(torch.tensor([5.0, 6.0]), 3).tolist() == [[0, 0, 5], [0, 0, 6]]


def test_a_discount_changes_the_objective(policy):
    found = estimate(policy, lambda x, _: pg.reward_to_go(ending(x), 0.5))
    assert not same(found, exact(policy))


def test_the_loss_is_a_mean_of_sums_and_its_weights_are_constants():
    log_prob = torch.tensor([[-1.0, -2.0], [-3.0, -4.0]], requires_grad=True)
    weight = torch.tensor([[1.0, 1.0], [2.0, 0.0]], requires_grad=True)
    loss = pg.reinforce_loss(log_prob, weight)
    assert loss.item() == 4.5
    loss.backward()
    assert weight.grad is None and torch.equal(log_prob.grad, -weight.detach() / 2)


# -- baselines --------------------------------------------------------------------------------------


def with_baseline(policy, subtract, batch):
    return estimate(policy, lambda x, _: subtract(pg.reward_to_go(ending(x))), batch)


@pytest.mark.parametrize("batch", [2, 3])
def test_leave_one_out_is_right_on_average(policy, batch):
    assert same(with_baseline(policy, baselines.leave_one_out, batch), exact(policy))
    assert same(with_baseline(policy, baselines.no_baseline, batch), exact(policy))


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_the_batch_mean_shrinks_by_exactly_its_own_share(policy, batch):
    found = with_baseline(policy, baselines.batch_mean, batch)
    assert same(found, (batch - 1) / batch * exact(policy))
    assert batch == 1 or not same(found, exact(policy))


def test_standardising_points_elsewhere(policy):
    found, true = with_baseline(policy, baselines.standardise, 3), exact(policy)
    cosine = torch.nn.functional.cosine_similarity(found, true, dim=0)
    assert 0.5 < cosine < 1 - 1e-4  # so no step size makes them equal


def test_standardising_forgets_how_large_the_differences_are():
    returns = torch.tensor([[0.0, 1.0], [1.0, 3.0], [5.0, 2.0]], dtype=torch.float64)
    tiny = baselines.standardise(0.3 + 1e-6 * returns)
    assert torch.allclose(tiny, baselines.standardise(returns), atol=1e-6)
    assert torch.equal(baselines.standardise(torch.ones(4, 2)), torch.zeros(4, 2))
    found = baselines.standardise(returns)
    assert torch.allclose(found.square().mean(0), torch.ones(2, dtype=torch.float64))


def test_leaving_one_out_by_hand():
    found = baselines.leave_one_out(torch.tensor([[1.0], [2.0], [6.0]]))
    assert found.flatten().tolist() == [1 - 4, 2 - 3.5, 6 - 1.5]
    with pytest.raises(ValueError, match="two sequences or more"):
        baselines.leave_one_out(torch.ones(1, 3))


def test_the_critic_sees_the_past_alone_and_learns_its_value(policy):
    torch.manual_seed(0)
    critic = baselines.Critic(V, embedding=8, hidden=16).double()
    one, other = torch.tensor([[0, 1, 0]]), torch.tensor([[0, 0, 1]])
    assert torch.equal(critic(one)[:, :2], critic(other)[:, :2])
    assert not torch.equal(critic(one)[:, 2], critic(other)[:, 2])
    p = enumeration.sequence_log_prob(policy, SEQUENCES).exp().detach()
    true = torch.zeros(len(p), T, dtype=torch.float64)
    for t in range(T):  # the mean return of all that share a past
        for i, x in enumerate(SEQUENCES):
            alike = (SEQUENCES[:, :t] == x[:t]).all(1)
            true[i, t] = (p * REWARD)[alike].sum() / p[alike].sum()
    returns = REWARD[:, None].expand(-1, T)
    optimiser = torch.optim.Adam(critic.parameters(), 0.02)
    before = (critic(SEQUENCES) - true).abs().max().item()
    for _ in range(400):
        loss = (p[:, None] * (critic(SEQUENCES) - returns).square()).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert (critic(SEQUENCES) - true).abs().max() < 0.02 < before
    by_hand = (critic(SEQUENCES) - returns).square().mean()
    assert torch.isclose(critic.loss(SEQUENCES, returns), by_hand)
    used = estimate(policy, lambda x, _: pg.reward_to_go(ending(x)) - critic(x).detach())
    assert same(used, exact(policy))


# -- entropy ----------------------------------------------------------------------------------------


def test_merl_per_trajectory_is_the_gradient_of_reward_and_entropy(policy):
    found = estimate(policy, lambda x, lp: pg.merl_per_trajectory(ending(x), lp, ALPHA))
    assert same(found, exact(policy, alpha=ALPHA)) and not same(found, exact(policy))


def test_the_printed_minus_one_is_noise_of_mean_zero(policy):
    printed = estimate(policy, lambda x, lp: pg.merl_as_printed(ending(x), lp, ALPHA))
    assert same(printed, exact(policy, alpha=ALPHA))
    lp = policy.log_prob(SEQUENCES).log_prob.detach()
    gap = pg.merl_per_trajectory(ending(SEQUENCES), lp, ALPHA) - pg.merl_as_printed(
        ending(SEQUENCES), lp, ALPHA
    )
    assert torch.allclose(gap, torch.arange(T, 0, -1, dtype=torch.float64).expand_as(gap))


def test_merl_per_token_divides_alpha_by_the_length(policy):
    found = estimate(policy, lambda x, lp: pg.merl_per_token(ending(x), lp, ALPHA))
    assert same(found, exact(policy, alpha=ALPHA / T))


def test_merl_as_published_is_not_that_gradient(policy):
    def weigh(x, lp):
        return pg.merl_as_published(ending(x), lp, ALPHA)

    found, true = estimate(policy, weigh, batch=3), exact(policy, alpha=ALPHA)
    assert torch.nn.functional.cosine_similarity(found, true, dim=0) < 1 - 1e-3
    rows = SEQUENCES[[1, 4, 6]]
    lp = policy.log_prob(rows).log_prob.detach()
    turned = weigh(rows.flip(0), lp.flip(0)).flip(0)
    assert not torch.allclose(weigh(rows, lp), turned)  # it depends on the place in the batch
    right = pg.merl_per_trajectory(ending(rows), lp, ALPHA)
    moved = pg.merl_per_trajectory(ending(rows.flip(0)), lp.flip(0), ALPHA).flip(0)
    assert torch.equal(right, moved)


def test_the_return_of_kl_control(policy, reference):
    def weigh(x, lp):
        return pg.kl_return(ending(x), lp, reference.log_prob(x).log_prob, 0.5)

    old = enumeration.sequence_log_prob(reference, SEQUENCES).detach()
    true = exact(policy, reference=old, beta=0.5)
    assert same(estimate(policy, weigh), true) and not same(true, exact(policy))


def test_the_soft_optimum_has_no_slope_left():
    best = enumeration.soft_optimum(REWARD, ALPHA)
    held = TabularPolicy(V, T).double()
    for t in range(T):  # its conditionals, as logits
        for x in SEQUENCES:
            alike = (SEQUENCES[:, :t] == x[:t]).all(1)
            row = held.rows(x[None])[0, t]
            for k in range(V):
                held.logits.data[row, k] = best[alike & (SEQUENCES[:, t] == k)].sum().log()
    assert torch.allclose(enumeration.sequence_log_prob(held, SEQUENCES).exp(), best)
    assert exact(held, alpha=ALPHA).abs().max() < 1e-9
    with pytest.raises(ValueError, match="without entropy"):
        enumeration.soft_optimum(REWARD, 0.0)


# -- rewards along the way --------------------------------------------------------------------------


def test_prefix_rewards_add_up_to_the_last_logit():
    logits = torch.tensor([[0.5, -1.0, 2.0], [0.0, 3.0, 1.0]], requires_grad=True)
    found = pg.prefix_rewards(logits)
    assert torch.allclose(found.sum(1), logits[:, -1]) and not found.requires_grad
    assert found.tolist() == [[0.5, -1.5, 3.0], [0.0, 3.0, -2.0]]
    to_go = pg.reward_to_go(found)
    assert torch.allclose(to_go, logits[:, -1:] - torch.tensor([[0, 0.5, -1.0], [0, 0, 3.0]]))


# -- the table of logits ----------------------------------------------------------------------------


@pytest.mark.parametrize("order", [None, 0, 1])
def test_a_table_is_a_distribution_and_samples_from_it(order):
    made = TabularPolicy(3, 3, order=order).double()
    noise = torch.Generator().manual_seed(1)
    made.logits.data = torch.randn(made.logits.shape, generator=noise, dtype=torch.float64)
    everything = enumeration.all_sequences(3, 3)
    p = enumeration.sequence_log_prob(made, everything).exp().detach()
    assert torch.isclose(p.sum(), torch.tensor(1.0, dtype=torch.float64))
    drawn = made.sample(20_000, 3, noise).actions
    share = torch.bincount((drawn * torch.tensor([9, 3, 1])).sum(1), minlength=27) / 20_000
    assert (share - p).abs().max() < 0.015
    exact_entropy = -(p * p.log()).sum()
    by_steps = (p * made.log_prob(everything).entropy.sum(1)).sum()
    assert torch.isclose(exact_entropy, by_steps)


def test_distances_between_distributions():
    p, q = torch.tensor([0.5, 0.5, 0.0]), torch.tensor([0.25, 0.25, 0.5])
    assert torch.isclose(enumeration.kl(p, q), torch.tensor(2.0).log())
    assert enumeration.kl(q, p) == float("inf") and enumeration.kl(p, p) == 0
    assert enumeration.total_variation(p, q) == 0.5 and enumeration.bayes_accuracy(p, q) == 0.75
    apart = enumeration.jensen_shannon(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]))
    assert torch.isclose(apart, torch.tensor(2.0).log())
    with pytest.raises(ValueError, match="too many"):
        enumeration.all_sequences(10, 7)
