"""A network that chooses a note's numbers one after the other, each knowing those before it (BachProp)."""

import torch
from torch import nn
from torch.nn import functional as F

from . import sampling
from .interface import Trajectory
from .token_model import TokenModel


class ChainedModel(TokenModel):
    """A stack of GRUs over notes of several fields, and a read-out for each field: P(a) P(b | a) P(c | a, b).

    Parameters
    ----------
    sizes : how many values each field has; a token packs one of each, as ``np.ravel_multi_index`` does.
    chained : whether a read-out hears the fields of its own note that were chosen before; without, it knows the past
        alone, and the fields of a note are drawn as if they had nothing to do with each other.
    width, layers : units, and how many GRUs lie one above the other.
    embedding : numbers a field.
    hidden : units of each read-out.
    dropout : of the read-outs' input while training.

    Both kinds have as many weights: without the chain the read-outs hear zeros instead. ValueError for fewer than two
    fields. Source: Colombo and Gerstner (2018); embeddings and the hidden layer of the read-outs are ours.
    """

    def __init__(
        self, sizes, chained=True, width=128, layers=2, embedding=32, hidden=128, dropout=0.0
    ):
        super().__init__()
        self.sizes, self.chained = tuple(sizes), chained
        self.embed = nn.ModuleList(nn.Embedding(n + 1, embedding) for n in sizes)
        between = dropout if layers > 1 else 0.0
        self.memory = nn.GRU(
            embedding * len(sizes), width, layers, batch_first=True, dropout=between
        )
        self.dropout = nn.Dropout(dropout)
        self.read_outs = nn.ModuleList()
        for k, n in enumerate(sizes):
            first = nn.Linear(width + k * embedding, hidden)
            self.read_outs.append(nn.Sequential(first, nn.ReLU(), nn.Linear(hidden, n)))

    def split(self, tokens: torch.Tensor) -> list[torch.Tensor]:
        """The fields of packed tokens, each of their shape."""
        fields = []
        for n in reversed(self.sizes):
            fields.append(tokens % n)
            tokens = tokens // n
        return fields[::-1]

    def pack(self, fields) -> torch.Tensor:
        """One number a note."""
        packed = torch.zeros_like(fields[0])
        for field, n in zip(fields, self.sizes):
            packed = packed * n + field
        return packed

    def read_factors(self, tokens: torch.Tensor) -> list[torch.Tensor]:
        """Log-probabilities of each field's values, ``(B, T, size)`` each: given all notes before, and the chain."""
        fields = self.split(tokens)
        past = [F.pad(f[:, :-1], (1, 0), value=n) for f, n in zip(fields, self.sizes)]
        states = self.memory(self._embed(past))[0]
        return [
            F.log_softmax(self._read_out(k, states, fields[:k]), -1) for k in range(len(fields))
        ]

    def log_prob_factors(self, tokens: torch.Tensor) -> torch.Tensor:
        """Log-probability of each field of each note, ``(B, T, fields)``: their sum is the note's."""
        said = zip(self.read_factors(tokens), self.split(tokens))
        return torch.stack([p.gather(-1, f[..., None])[..., 0] for p, f in said], -1)

    def log_prob(self, actions: torch.Tensor, entropy: bool = True) -> Trajectory:
        """Of whole notes, nats. The entropy is the sum of each field's, given the fields that were chosen before it:
        its mean over samples is that of the notes.
        """
        factors = self.read_factors(actions)
        fields = self.split(actions)
        chosen = sum(p.gather(-1, f[..., None])[..., 0] for p, f in zip(factors, fields))
        unsure = sum(-(p.exp() * p).sum(-1) for p in factors) if entropy else None
        return Trajectory(actions, chosen, unsure)

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        return -self.log_prob(actions, entropy=False).log_prob.mean()

    def begin(self, n: int) -> tuple:
        """``(output (n, W), hidden states (n, L, W))`` before the first note."""
        device = self.read_outs[0][0].weight.device
        none = [torch.full((n,), size, device=device) for size in self.sizes]
        return self._step(none, None)

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        return self._step(self.split(tokens), memory[1])

    def draw(self, memory: tuple, generator, temperature: float = 1.0, given=None) -> tuple:
        known = self.split(given) if given is not None else [None] * len(self.sizes)
        fields, total = [], 0.0
        for k in range(len(self.sizes)):
            logits = self._read_out(k, memory[0], fields)
            field, log_p = sampling.draw_symbol(logits, generator, temperature, known[k])
            fields.append(field)
            total = total + log_p
        return self.pack(fields), total

    def _embed(self, fields) -> torch.Tensor:
        return torch.cat([embed(f) for embed, f in zip(self.embed, fields)], -1)

    def _read_out(self, k: int, state, before) -> torch.Tensor:
        heard = [embed(f) for embed, f in zip(self.embed, before)]
        if not self.chained:
            heard = [h * 0 for h in heard]
        return self.read_outs[k](self.dropout(torch.cat([state, *heard], -1)))

    def _step(self, fields, hidden) -> tuple:
        if hidden is not None:
            hidden = hidden.transpose(0, 1).contiguous()
        output, after = self.memory(self._embed(fields)[:, None], hidden)
        return output[:, 0], after.transpose(0, 1)
