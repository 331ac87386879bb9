"""A faster way to draw from an LSTM over words: the same model, with its products prepared."""

import torch
from torch.nn import functional as F

from .sampling import draw_symbol
from .words import pack, unpack


class FastWords:
    """A frozen copy of a ``seqgan.WordPolicy`` that draws words quickly; make a new one after every update.

    The same numbers as the policy's own ``begin``, ``advance`` and ``draw``.

    The input half of the LSTM is a table that is looked up, and a word is drawn with one random number (the
    place where the running sum of probabilities passes it), not with one a symbol. ``dtype`` is that of the
    matrix products: ``torch.bfloat16`` pays only where the processor multiplies it natively.
    """

    @torch.no_grad()
    def __init__(self, policy, dtype=torch.float32):
        self.policy, self.dtype = policy, dtype
        m = policy.memory
        bias = m.bias_ih_l0 + m.bias_hh_l0
        self.tables = [t.weight @ m.weight_ih_l0.T for t in policy.embed.tables]  # (n + 1, 4H)
        self.tables[0] = self.tables[0] + bias
        # The memory enters the next gates and the first field's logits: one product serves both.
        both = torch.cat([m.weight_hh_l0, policy.heads[0].weight])  # (4H + sizes[0], H)
        self.both = both.T.to(dtype).contiguous()
        self.bias = torch.cat([torch.zeros_like(bias), policy.heads[0].bias])
        self.weights = [head.weight.T.to(dtype).contiguous() for head in policy.heads[1:]]
        self.mixed = [mix.weight.T.to(dtype).contiguous() for mix in policy.mixes]

    def begin(self, n: int):
        """Memory before the first word: a tuple of ``(n, …)`` tensors, to be passed on."""
        gates = sum(t[-1] for t in self.tables).expand(n, -1)
        return self._cell(gates, gates.new_zeros(n, self.policy.hidden))

    def advance(self, memory, words):
        """Memory after one more word each, ``words (n,)``."""
        _, c, ahead = memory
        gates = ahead[:, : 4 * self.policy.hidden]
        for table, field in zip(self.tables, unpack(words, self.policy.sizes)):
            gates = table.index_select(0, field).add_(gates)
        return self._cell(gates, c)

    def draw(self, memory, generator, temperature=1.0, given=None):
        """As of every ``Decoder``: the next word of each row, or the given one, and its log-probability."""
        h, _, ahead = memory
        fields, log_prob = [], 0.0
        known = None if given is None else unpack(given, self.policy.sizes)
        for i, head in enumerate(self.policy.heads):
            if i:
                logits = self._product(self._mix(i, h, fields), self.weights[i - 1], head.bias)
            else:
                logits = ahead[:, 4 * self.policy.hidden :]
            drawn, log_p = draw_symbol(logits, generator, temperature, known[i] if known else None)
            fields.append(drawn)
            log_prob = log_prob + log_p
        return pack(fields, self.policy.sizes), log_prob

    def _mix(self, i, h, fields):
        seen = self.policy.mixes[i - 1].bias
        for table, field in zip(self.policy.given[i - 1], fields):
            seen = seen + table.weight[field]
        return F.gelu(self._product(h, self.mixed[i - 1], seen))

    def _product(self, left, right, add):
        if self.dtype == torch.float32:
            return torch.addmm(add, left, right)
        return (left.to(self.dtype) @ right).float() + add

    def _cell(self, gates, c):
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f).mul_(c).add_(torch.sigmoid(i).mul_(torch.tanh(g)))
        h = torch.sigmoid(o).mul_(torch.tanh(c))
        return h, c, self._product(h, self.both, self.bias)
