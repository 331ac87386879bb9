"""A critic instead of a judge: how far two kinds of music are apart, and the penalty that keeps its slope in bounds."""

import torch


def critic_loss(of_real: torch.Tensor, of_fake: torch.Tensor) -> torch.Tensor:
    """What a critic lowers, without its penalty: `mean f(fake) - mean f(real)`, two batches of `(B,)` numbers.

    Where no slope of f is above 1, minus this is at most the Wasserstein distance of the two kinds of music: how far
    the one has to be moved, on average, to become the other. Arjovsky, Chintala and Bottou (2017), equation 2.
    """
    return of_fake.mean() - of_real.mean()


def gradient_penalty(score, real: torch.Tensor, fake: torch.Tensor, share: torch.Tensor):
    """`mean (|slope of score at a mixture| - 1)^2`, a scalar to be lowered; 0 where every slope has length 1.

    Each mixture is ``share`` of a real example and the rest of a fake one; ``share (B,)`` is between 0 and 1. The
    penalty has a slope in the critic's weights, not in the fakes. Gulrajani et al. (2017), equation 3.
    """
    share = share.reshape(-1, *[1] * (real.dim() - 1))
    mixed = (share * real + (1 - share) * fake.detach()).requires_grad_()
    (slope,) = torch.autograd.grad(score(mixed).sum(), mixed, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


def teach_critic(score, real, fake, share, weight: float) -> tuple:
    """The critic's whole loss, a scalar, and numbers to log: the distance of two batches, and the penalty.

    ``weight`` is that of :func:`gradient_penalty`; with 0 there is none, and nothing holds the slopes.
    """
    loss = critic_loss(score(real), score(fake))
    numbers = {"distance": -loss.item()}
    if weight:
        penalty = gradient_penalty(score, real, fake, share)
        loss = loss + weight * penalty
        numbers["penalty"] = penalty.item()
    return loss, numbers
