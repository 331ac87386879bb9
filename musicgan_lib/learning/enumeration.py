"""The oracle: where all sequences can be listed, every gradient and every optimum is known exactly.

``N = V ** T`` sequences; a distribution over them is ``(N,)`` and sums to 1. Everything else in this
room is an estimate of something here.
"""

import itertools

import torch


def all_sequences(n_symbols: int, length: int) -> torch.Tensor:
    """Every sequence there is, ``(V**T, T) int64``, in counting order.

    Raises ValueError above a million.
    """
    if n_symbols**length > 10**6:
        raise ValueError(f"{n_symbols}^{length} sequences are too many to list")
    axes = [torch.arange(n_symbols)] * length
    return torch.cartesian_prod(*axes).reshape(-1, length)


def sequence_log_prob(policy, sequences) -> torch.Tensor:
    """Log-probability of whole sequences, ``(N,)`` nats, with a gradient."""
    return policy.log_prob(sequences).log_prob.sum(1)


def exact_objective(policy, sequences, reward, alpha=0.0, reference=None, beta=0.0):
    """What a policy is worth, summed over all sequences instead of sampled; a scalar with a gradient.

    ``E[R] + alpha * H(pi) - beta * KL(pi || reference)``. ``reward (N,)``; ``reference (N,)``
    log-probabilities. The entropy is that of whole sequences, which is the sum over steps.
    """
    log_p = sequence_log_prob(policy, sequences)
    value = reward - alpha * log_p
    if reference is not None:
        value = value - beta * (log_p - reference)
    return (log_p.exp() * value).sum()


def gradient(scalar, policy) -> torch.Tensor:
    """The gradient of a scalar in all weights of a policy, as one vector ``(P,)``."""
    found = torch.autograd.grad(scalar, list(policy.parameters()), allow_unused=True)
    pairs = zip(found, policy.parameters())
    return torch.cat([(torch.zeros_like(p) if g is None else g).flatten() for g, p in pairs])


def expected_estimate(policy, loss_fn, sequences, batch: int = 1) -> torch.Tensor:
    """The mean of an estimator's gradient over every batch that could be drawn, ``(P,)``.

    ``loss_fn(actions (batch, T)) -> scalar``; the gradient of each batch is weighted by the
    probability of drawing it. N ** batch gradients: keep it small. Compare with :func:`gradient` of
    the objective, whose sign is the other one where ``loss_fn`` is a loss.
    """
    p = sequence_log_prob(policy, sequences).exp().detach()
    total = 0.0
    for rows in itertools.product(range(len(sequences)), repeat=batch):
        chance = p[list(rows)].prod()
        total = total + chance * gradient(loss_fn(sequences[list(rows)]), policy)
    return total


def soft_optimum(reward, alpha: float, reference=None) -> torch.Tensor:
    """The best distribution there is for a reward and an entropy temperature, ``(N,)``.

    Proportional to ``reference * exp(reward / alpha)``: uniform reference for MERL, the old policy for
    KL control. Source: Ziebart et al. (2008), Levine (2018). ValueError unless ``alpha`` is positive.
    """
    if not alpha > 0:
        raise ValueError(f"alpha is {alpha!r}; without entropy only the best sequence is left")
    scores = reward / alpha
    if reference is not None:
        scores = scores + torch.log(reference)
    return torch.softmax(scores, 0)


def kl(p, q) -> torch.Tensor:
    """How many nats a code made for q loses on p: 0 where equal, infinite where q misses some of p."""
    return torch.special.xlogy(p, p).sum() - torch.special.xlogy(p, q).sum()


def jensen_shannon(p, q) -> torch.Tensor:
    """Half the KL of each to their mean, in nats: 0 where equal, log 2 where they share nothing."""
    middle = (p + q) / 2
    return (kl(p, middle) + kl(q, middle)) / 2


def total_variation(p, q) -> torch.Tensor:
    """The share of probability that has to be moved to make p into q, 0..1."""
    return (p - q).abs().sum() / 2


def bayes_accuracy(p, q) -> torch.Tensor:
    """How often the best possible judge tells p from q, seeing one sequence; 0.5 where equal."""
    return 0.5 + total_variation(p, q) / 2
