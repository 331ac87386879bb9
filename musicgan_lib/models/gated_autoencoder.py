"""A gated autoencoder: units that multiply two patterns, so that their code says how one becomes the other."""

import torch
from torch import nn
from torch.nn import functional as F

from .rbm import RBM


class GatedAutoencoder(nn.Module):
    """``m = sigmoid(W (U x * V y) + d)``; of x and m it spells y, ``V^T (U x * W^T m) + e``, and of y and m x.

    Parameters
    ----------
    width : numbers of a pattern.
    factors : products of a number read from x and one read from y.
    mappings : units of the code m.

    Source: Memisevic (2011); Lattner, Grachten and Widmer (2017) taught it music.
    """

    def __init__(self, width: int, factors: int = 200, mappings: int = 64):
        super().__init__()
        self.read_x = nn.Parameter(torch.randn(factors, width) / width**0.5)
        self.read_y = nn.Parameter(torch.randn(factors, width) / width**0.5)
        self.pool = nn.Parameter(torch.randn(mappings, factors) / factors**0.5)
        self.code_bias = nn.Parameter(torch.zeros(mappings))
        self.bias_x = nn.Parameter(torch.zeros(width))
        self.bias_y = nn.Parameter(torch.zeros(width))

    def relate(self, x, y) -> torch.Tensor:
        """The code of a relation, ``(..., V), (..., V) -> (..., M)`` between 0 and 1."""
        products = F.linear(x, self.read_x) * F.linear(y, self.read_y)
        return F.linear(products, self.pool, self.code_bias).sigmoid()

    def answer(self, x, code) -> torch.Tensor:
        """Logits of y: what a relation makes of x, ``(..., V), (..., M) -> (..., V)``."""
        return (F.linear(x, self.read_x) * (code @ self.pool)) @ self.read_y + self.bias_y

    def undo(self, y, code) -> torch.Tensor:
        """Logits of x: what a relation made y of."""
        return (F.linear(y, self.read_y) * (code @ self.pool)) @ self.read_x + self.bias_x


class PairRBM(RBM):
    """A Boltzmann machine whose visible units are both patterns; its code is what its hidden units expect.

    ``width`` numbers a pattern, ``mappings`` hidden units.
    """

    def __init__(self, width: int, mappings: int = 64):
        super().__init__(2 * width, mappings)

    def relate(self, x, y) -> torch.Tensor:
        """Chances of the hidden units given both patterns, ``(..., V), (..., V) -> (..., M)``: a sum, no product."""
        return F.linear(torch.cat([x, y], -1), self.weight, self.c).sigmoid()

    def answer(self, x, code) -> torch.Tensor:
        """Logits of y given the hidden units, which is all that it depends on: x is not asked."""
        return (code @ self.weight + self.b)[..., x.shape[-1] :]
