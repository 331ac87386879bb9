"""A transformer that writes soft symbols, so that a slope passes through them, and one that judges what it wrote."""

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Layer, Transformer, mark_waves
from .draws import rand


class WishedTransformer(Transformer):
    """Writes symbols after a first token that says what is wished for.

    Tokens ``0 .. V-1`` are symbols, and ``V + k`` is wish k, which stands first and never later.

    Parameters
    ----------
    symbols, wishes : V, and how many wishes there are.
    length : symbols of a sequence.
    width, heads, layers, dropout : as :class:`~musicgan_lib.models.attention.Transformer` has them.
    """

    def __init__(
        self, symbols: int, wishes: int, length: int, width=48, heads=4, layers=2, dropout=0.1
    ):
        whole = {"width": width, "heads": heads, "layers": layers, "dropout": dropout}
        super().__init__((symbols + wishes,), length + 1, 1, **whole)
        self.written = symbols

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        """Nats a symbol, given the wish, of ``(B, 1 + T)`` tokens of which the first is a wish."""
        logits = self(actions)[:, 1:, : self.written]
        return F.cross_entropy(logits.flatten(0, 1), actions[:, 1:].flatten())

    def write(self, wishes, length: int, generator, temperature=1.0, soft=None) -> torch.Tensor:
        """Rows ``(n, length, V)`` of symbols, each a draw: one-hot, whatever ``soft`` is.

        ``wishes (n,)`` count from 0. With ``soft`` the slope of a row is that of a Gumbel-softmax at this temperature:
        the draw is the largest of logits and Gumbel noise, and the slope goes through the softmax of the same sum.
        """
        output, *kept = self.begin(len(wishes))
        row = F.one_hot(self.written + wishes, self.symbols).to(output.dtype)
        rows = []
        for _ in range(length):
            output, kept = self.read_row(row, kept)
            logits = self.head(output)[:, : self.written] / temperature
            noisy = logits + draw_noise(logits.shape, generator).to(logits)
            drawn = F.one_hot(noisy.argmax(-1), self.written).to(logits.dtype)
            if soft is not None:
                mixed = (noisy / soft).softmax(-1)
                drawn = drawn + mixed - mixed.detach()
            rows.append(drawn)
            row = F.pad(drawn, (0, self.symbols - self.written))
        return torch.stack(rows, 1)

    def read_row(self, row: torch.Tensor, kept: list) -> tuple:
        """The output ``(n, W)`` after one more row ``(n, V + wishes)``, and what each layer keeps."""
        x = (row @ self.embed.weight[: self.symbols] + self.place.weight[0])[:, None]
        x, kept = self.dropout(x), list(kept)
        for i, layer in enumerate(self.layers):
            x, kept[i] = layer(x, kept[i])
        return self.norm(x)[:, 0], kept


class RowDiscriminator(nn.Module):
    """One verdict on a wish and the rows that were written for it: logits ``(n,)``, above 0 for a true pair.

    Each step looks back, and the last one, which has seen all, answers.
    """

    def __init__(self, symbols: int, wishes: int, width=48, heads=4, layers=2):
        super().__init__()
        self.wish, self.embed = nn.Embedding(wishes, width), nn.Linear(symbols, width)
        self.layers = nn.ModuleList(Layer(width, heads, 0, 0.0) for _ in range(layers))
        self.norm, self.answer = nn.LayerNorm(width), nn.Linear(width, 1)

    def forward(self, wishes: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        x = torch.cat([self.wish(wishes)[:, None], self.embed(rows)], 1)
        x = x + mark_waves(torch.arange(x.shape[1], device=x.device), x.shape[-1])
        for layer in self.layers:
            x, _ = layer(x)
        return self.answer(self.norm(x)[:, -1])[:, 0]


def draw_noise(shape, generator) -> torch.Tensor:
    """Gumbel noise: ``-log(-log(u))``, with u uniform between 0 and 1."""
    u = rand(*shape, generator=generator)
    return -torch.log(-torch.log(u.clamp_min(torch.finfo(u.dtype).tiny)))
