"""A small recurrent network slides along the tokens and tells attention their local order, in place of positions."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Layer
from .token_model import TokenModel


class LocalRNN(nn.Module):
    """The same GRU over the last ``window`` steps of every step, from an empty memory each: all steps at once.

    What stands before the first step is zeros. With a window of 1 each step hears itself alone.
    """

    def __init__(self, width: int, window: int):
        super().__init__()
        self.window = window
        self.cell = nn.GRU(width, width, batch_first=True)

    def forward(self, x: torch.Tensor, before: torch.Tensor | None = None) -> tuple:
        """The steps ``x (B, Q, W)`` as read by their windows ``(B, Q, W)``, and the ``(B, window - 1, W)`` that the
        next step needs; ``before`` is what the last call returned of it.
        """
        if before is None:
            before = x.new_zeros(len(x), self.window - 1, x.shape[-1])
        whole = torch.cat([before, x], 1)
        windows = whole.unfold(1, self.window, 1)  # (B, Q, W, window)
        rows = windows.flatten(0, 1).mT  # (B * Q, window, W)
        read = self.cell(rows)[0][:, -1].unflatten(0, x.shape[:2])
        return read, whole[:, x.shape[1] :]


class LocalTransformer(TokenModel):
    """Layers of three parts: a :class:`LocalRNN`, causal attention without positions, and two dense layers.

    Parameters
    ----------
    sizes, stride : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them.
    window : how many steps the small recurrent network reads, its own among them; 1: it hears no order.
    width, heads, layers : numbers a token, how many heads divide them, and how many layers lie one above the other.
    dropout : of embeddings, and of what each part adds, while training.

    ValueError for a window below 1 and a width that heads cannot divide. Source: the three parts are those of Wang et
    al. (2019), section 3; norms before the parts, the GRU and the place in the row are ours.
    """

    def __init__(self, sizes, stride, window=8, width=64, heads=4, layers=1, dropout=0.0):
        super().__init__()
        if window < 1:
            raise ValueError(f"window is {window}: a step hears itself at least, 1")
        if width % heads:
            raise ValueError(f"width is {width}: {heads} heads cannot share it evenly")
        self.symbols, self.stride = math.prod(sizes), stride
        self.embed = nn.Embedding(self.symbols + 1, width)  # the last row begins a sequence
        self.place = nn.Embedding(stride, width)
        self.dropout = nn.Dropout(dropout)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(layers))
        self.locals = nn.ModuleList(LocalRNN(width, window) for _ in range(layers))
        self.layers = nn.ModuleList(Layer(width, heads, 0, dropout) for _ in range(layers))
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, self.symbols)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        return self.head(self._read(past, 0)[0])

    def begin(self, n: int) -> tuple:
        """``(output (n, W), windows (n, window - 1, W) and keys and values (n, T, 2 W) of each layer …)``."""
        return self.advance((), torch.full((n,), self.symbols, device=self.head.weight.device))

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        first = memory[2].shape[1] if memory else 0
        output, kept = self._read(tokens[:, None], first, memory[1:])
        return output[:, -1], *kept

    def next_logits(self, memory: tuple) -> torch.Tensor:
        return self.head(memory[0])

    def _read(self, past: torch.Tensor, first: int, kept: tuple = ()) -> tuple:
        at = torch.arange(first, first + past.shape[1], device=past.device)
        x = self.dropout(self.embed(past) + self.place(at % self.stride))
        kept = list(kept or [None] * (2 * len(self.layers)))
        for i, layer in enumerate(self.layers):
            near, kept[2 * i] = self.locals[i](self.norms[i](x), kept[2 * i])
            x, kept[2 * i + 1] = layer(x + self.dropout(near), kept[2 * i + 1])
        return self.norm(x), kept
