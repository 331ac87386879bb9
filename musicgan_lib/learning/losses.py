"""What the discriminator is asked, and three things a generator can make of its answer.

Every function takes *logits*: the discriminator's output before the logistic function, so that
D(x) = 1 / (1 + exp(-logit)). Every function returns a scalar to be **lowered**: a mean over the
batch, so that a batch of another size is graded alike. A loss that speaks of real and generated
examples is the sum of two means.
"""

from torch import Tensor
from torch.nn.functional import softplus

__all__ = [
    "discriminator_loss",
    "feature_matching_moments",
    "feature_matching_paired",
    "least_squares_discriminator_loss",
    "least_squares_generator_loss",
    "minimax_loss",
    "non_saturating_loss",
]


def discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """How surprised the discriminator is by the truth, on real and on generated examples.

    `-mean(log D(real)) - mean(log(1 - D(fake)))`, in nats; `(B,)` logits each, of any two sizes.
    It is 2 ln 2 for a discriminator that always answers one half. Goodfellow et al. (2014),
    equation 1, with its sign turned.
    """
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def minimax_loss(fake_logits: Tensor) -> Tensor:
    """The discriminator's gain, handed to the generator as its loss: `mean(log(1 - D(fake)))`.

    Nats, never above 0. Its slope in a logit is -D(fake), which vanishes where the discriminator is
    sure of a fake. `(B,)` logits. Goodfellow et al. (2014), equation 1.
    """
    return -softplus(fake_logits).mean()


def non_saturating_loss(fake_logits: Tensor) -> Tensor:
    """Be taken for real, said the other way round: `-mean(log D(fake))`.

    Nats, never below 0. Its slope in a logit is -(1 - D(fake)), largest where the discriminator is
    sure of a fake. `(B,)` logits. Goodfellow et al. (2014), section 3.
    """
    return softplus(-fake_logits).mean()


def least_squares_discriminator_loss(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Grade real examples 1 and generated ones 0; pay half the squared error.

    `mean((real - 1)^2) / 2 + mean(fake^2) / 2`, on the raw outputs: there is no logistic function
    in it. Its best answer is p / (p + q), where it costs 1/4 if p = q. Mao et al. (2017),
    equation 9: labels a = 0, b = 1.
    """
    return 0.5 * (real_logits - 1).square().mean() + 0.5 * fake_logits.square().mean()


def least_squares_generator_loss(fake_logits: Tensor) -> Tensor:
    """Be graded 1, pay half the squared error: `mean((fake - 1)^2) / 2`, on the raw outputs.

    An example that is graded above 1 pays, too. `(B,)` outputs. Mao et al. (2017), equation 9:
    c = 1.
    """
    return 0.5 * (fake_logits - 1).square().mean()


def feature_matching_paired(real: Tensor, fake: Tensor) -> Tensor:
    """The squared distance from each generated example's features to those of some real one.

    `mean_i |R(x_i) - R(G(z_i))|^2`, features `(B, …, F)` of two batches of one size; squares are averaged
    over positions, too. Nothing ties x_i to z_i, so the best answer to every z is the *mean* real
    feature: variety is fined. Mogren (2016), section 2, as printed.
    """
    return (real - fake).square().mean()


def feature_matching_moments(real: Tensor, fake: Tensor) -> Tensor:
    """The squared distance between the mean features of two batches: `|mean R(x) - mean R(G(z))|^2`.

    Features `(B, …, F)`; means over the batch, squares averaged over the rest. Variety costs nothing.
    Salimans et al. (2016), section 3.1.
    """
    return (real.mean(0) - fake.mean(0)).square().mean()
