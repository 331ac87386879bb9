"""What every network that writes tokens in order has in common: likelihood and sampling, from its logits alone."""

import torch
from torch import nn
from torch.nn import functional as F

from . import sampling
from .interface import Trajectory


class TokenModel(nn.Module):
    """A network over tokens ``0 .. V-1`` that predicts each from those before it. Implements ``Policy`` and
    ``Decoder``.

    A subclass says :meth:`forward`. That is enough to train, measure and sample. Its sampler is the plain one, which
    reads the whole past again for each token; a subclass that can go on from where it was overrides :meth:`begin`,
    :meth:`advance` and :meth:`next_logits`, and a test compares the two.
    """

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Logits ``(B, T, V)`` for ``tokens (B, T)``: those at step t are for token t, and see only tokens before t."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def log_prob(self, actions: torch.Tensor, entropy: bool = True) -> Trajectory:
        """Log-probability of each token and the exact entropy of what it was drawn from, nats, with a gradient."""
        log_p = F.log_softmax(self(actions), -1)
        chosen = log_p.gather(-1, actions[..., None])[..., 0]
        return Trajectory(actions, chosen, -(log_p.exp() * log_p).sum(-1) if entropy else None)

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        """Mean negative log-likelihood, nats a token: a scalar with a gradient."""
        return F.cross_entropy(self(actions).flatten(0, 1), actions.flatten())

    def decoder(self) -> "TokenModel":
        """Itself."""
        return self

    def begin(self, n: int) -> tuple:
        """The memory before the first token: no token of each of ``n`` sequences."""
        device = next(self.parameters()).device
        return (torch.zeros(n, 0, dtype=torch.int64, device=device),)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        """The memory after one more token each, ``(n,)``."""
        (past,) = memory
        return (torch.cat([past, tokens[:, None]], 1),)

    def next_logits(self, memory: tuple) -> torch.Tensor:
        """Logits of the next token, ``(n, V)``."""
        (past,) = memory
        asked = F.pad(past, (0, 1))  # what stands at the step that is asked for is not seen
        return self(asked)[:, -1]

    def draw(self, memory: tuple, generator, temperature: float = 1.0, given=None) -> tuple:
        """The next token of each sequence, or the given one, and its log-probability at temperature 1."""
        return sampling.draw_symbol(self.next_logits(memory), generator, temperature, given)

    def sample(self, n: int, length: int, generator, temperature=1.0, prefix=None) -> Trajectory:
        """``n`` sequences of ``length`` tokens, without a gradient; ``prefix (n, P)`` is kept as their beginning."""
        return sampling.run(self.decoder(), n, length, generator, temperature, prefix)
