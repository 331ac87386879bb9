"""C-RNN-GAN: a recurrent generator of real-valued tones, and a recurrent discriminator of them (Mogren 2016).

Everything is ``(B, T, K)``: batch, cells in time, numbers in a cell (see ``representations.quadruplets``).
"""

import torch
from torch import nn
from torch.autograd.function import once_differentiable

from .draws import rand
from .interface import Answer


class Generator(nn.Module):
    """Noise and the cell before, through a dense layer and two LSTM layers, to the next cell.

    Parameters
    ----------
    width : K; the noise of a step has as many numbers, uniform in 0..1.
    hidden, layers : of the LSTM; 350 and 2 in the paper.

    There is nothing on the output: it may be any real number. Source: Mogren (2016), section 2 and figure 1.
    """

    def __init__(self, width: int, hidden: int = 350, layers: int = 2):
        super().__init__()
        self.width, self.hidden = width, hidden
        self.into = nn.Linear(2 * width, hidden)
        self.memory = nn.LSTM(hidden, hidden, layers, batch_first=True)
        self.out = nn.Linear(hidden, width)

    def free_run(self, noise: torch.Tensor) -> torch.Tensor:
        """Each cell from noise and its own cell before: ``(B, T, K) -> (B, T, K)``. The first follows noise."""
        ahead = noise @ self.into.weight[:, : self.width].T + self.into.bias  # all steps at once
        layers = [w for i in range(self.memory.num_layers) for w in self._layer(i)]
        into = self.into.weight[:, self.width :].T
        return _FreeRun.apply(ahead, noise[:, 0], into, self.out.weight.T, self.out.bias, *layers)

    def predict(self, real: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
        """The next cell after every real one, teacher forced: one call of the fused LSTM for all steps.

        ``(B, T, K)`` each; position t has seen the real cells before t alone.
        """
        before = torch.cat([noise[:, :1], real[:, :-1]], 1)
        x = torch.relu(self.into(torch.cat([noise, before], 2)))
        return self.out(self.memory(x)[0])

    def sample(self, n: int, length: int, generator) -> torch.Tensor:
        """``(n, length, K)``; no gradient."""
        with torch.no_grad():
            noise = rand(n, length, self.width, generator=generator)
            return self.free_run(noise.to(self.into.weight.device))

    def _layer(self, i: int):
        """One layer's weights as one product ``(2H, 4H)``: forget, input, output gates together, then the candidate."""
        m = self.memory
        into, back, b1, b2 = (
            getattr(m, f"{k}_l{i}") for k in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        )
        new, keep, candidate, out = torch.cat([into, back], 1).chunk(
            4
        )  # PyTorch's order: i, f, g, o
        biases = (b1 + b2).chunk(4)
        order = torch.cat([biases[1], biases[0], biases[3], biases[2]])
        return torch.cat([keep, new, out, candidate]).T, order


class _FreeRun(torch.autograd.Function):
    """The loop of :meth:`Generator.free_run`, and the way back through it written out by hand.

    Weights get their slope from one product over all steps at the end, which halves the time of a step.
    """

    @staticmethod
    def forward(ctx, ahead, cell, into, out, out_bias, *layers):
        weights, biases = layers[::2], layers[1::2]
        size = out.shape[0]
        h = [ahead.new_zeros(len(ahead), size) for _ in weights]
        c = list(h)
        cells, states = [cell], []
        for t in range(ahead.shape[1]):
            x = torch.addmm(ahead[:, t], cells[-1], into).relu_()
            kept = []
            for i, (weight, bias) in enumerate(zip(weights, biases)):
                read = torch.cat([x, h[i]], 1)
                gates = torch.addmm(bias, read, weight)
                gates[:, : 3 * size].sigmoid_()
                gates[:, 3 * size :].tanh_()
                keep, new, shown, candidate = gates.chunk(4, 1)
                past = c[i]
                c[i] = torch.addcmul(new * candidate, keep, past)
                bent = c[i].tanh()
                h[i] = x = shown * bent
                kept.append((read, gates, past, bent))
            states.append((kept, x))
            cells.append(torch.addmm(out_bias, x, out))
        ctx.states, ctx.cells = states, cells
        ctx.save_for_backward(into, out, *weights)
        return torch.stack(cells[1:], 1)

    @staticmethod
    @once_differentiable
    def backward(ctx, slope):
        into, out, *weights = ctx.saved_tensors
        size, length = out.shape[0], slope.shape[1]
        zero = slope.new_zeros(len(slope), size)
        d_h, d_c = [zero] * len(weights), [zero] * len(weights)
        d_ahead, d_cells, d_gates = (
            [None] * length,
            [None] * length,
            [[None] * length for _ in weights],
        )
        d_cell = torch.zeros_like(slope[:, 0])
        for t in reversed(range(length)):
            kept, _ = ctx.states[t]
            d_cells[t] = d_cell = d_cell + slope[:, t]
            d_x = d_cell @ out.T
            for i in reversed(range(len(weights))):
                read, gates, past, bent = kept[i]
                keep, new, shown, candidate = gates.chunk(4, 1)
                d_top = d_x + d_h[i]
                d_now = torch.addcmul(d_c[i], d_top * shown, 1 - bent * bent)
                d_gate = torch.cat([d_now * past, d_now * candidate, d_top * bent, d_now * new], 1)
                bell = gates[:, : 3 * size]
                d_gate[:, : 3 * size] *= bell * (1 - bell)
                d_gate[:, 3 * size :] *= 1 - candidate * candidate
                d_gates[i][t] = d_gate
                d_c[i] = d_now * keep
                d_x, d_h[i] = (d_gate @ weights[i].T).split(size, 1)
            d_ahead[t] = d_x * (kept[0][0][:, :size] > 0)
            d_cell = d_ahead[t] @ into.T
        flat = torch.cat(d_ahead)
        d_layers = []
        for i, rows in enumerate(d_gates):
            d_gate = torch.cat(rows)
            d_layers += [
                torch.cat([kept[i][0] for kept, _ in ctx.states]).T @ d_gate,
                d_gate.sum(0),
            ]
        d_out = torch.cat(d_cells)
        return (
            torch.stack(d_ahead, 1), d_cell, torch.cat(ctx.cells[:-1]).T @ flat,
            torch.cat([x for _, x in ctx.states]).T @ d_out, d_out.sum(0), *d_layers,
        )  # fmt: skip


class Discriminator(nn.Module):
    """Two LSTM stacks, one reading from each end; one logistic answer a cell, averaged over the cells.

    Parameters
    ----------
    width, hidden, layers : K, and the size of either direction's stack; 350 and 2 in the paper.
    kernels : of minibatch discrimination (Salimans et al. 2016), 0 for none: then every song is told
        how far away the others of its batch are.

    Source: Mogren (2016), section 2: "averaged to get a decision".
    """

    def __init__(self, width: int, hidden: int = 350, layers: int = 2, kernels: int = 0):
        super().__init__()
        self.forwards = nn.LSTM(width, hidden, layers, batch_first=True)
        self.backwards = nn.LSTM(width, hidden, layers, batch_first=True)
        self.kernels = nn.Linear(2 * hidden, kernels * 10, bias=False) if kernels else None
        self.decide = Answer(2 * hidden + kernels, 1)
        self.closeness = (
            minibatch_closeness  # of the rows of all processes, where there are several
        )

    def features(self, cells: torch.Tensor) -> torch.Tensor:
        """R, what the last layer reads: ``(B, T, K) -> (B, T, 2H)``."""
        there, back = self.forwards(cells)[0], self.backwards(cells.flip(1))[0].flip(1)
        return torch.cat([there, back], 2)

    def step_logits(self, cells: torch.Tensor) -> torch.Tensor:
        """An opinion at every cell: ``(B, T)``."""
        return self.answer(self.features(cells))

    def answer(self, features: torch.Tensor) -> torch.Tensor:
        """The same from features that were computed before."""
        if self.kernels is not None:
            near = self.closeness(self.kernels(features.mean(1)).unflatten(1, (-1, 10)))
            near = near[:, None].expand(-1, features.shape[1], -1)
            features = torch.cat([features, near], 2)
        return self.decide(features)[..., 0]

    def score(self, cells: torch.Tensor) -> torch.Tensor:
        """``(B, T, K) -> (B,)``: the logit of the mean of the steps' probabilities."""
        return self.score_features(self.features(cells))

    def score_features(self, features: torch.Tensor) -> torch.Tensor:
        """The same from features that were computed before."""
        return mean_probability_logit(self.answer(features))


def mean_probability_logit(step_logits: torch.Tensor) -> torch.Tensor:
    """The logit of a mean of probabilities, from their logits ``(B, T) -> (B,)``, safe at both ends."""
    log_p = torch.logsumexp(nn.functional.logsigmoid(step_logits), 1)
    log_q = torch.logsumexp(nn.functional.logsigmoid(-step_logits), 1)
    return log_p - log_q


def minibatch_closeness(rows: torch.Tensor) -> torch.Tensor:
    """How close each example is to the others of its batch, kernel by kernel.

    ``(B, kernels, 10) -> (B, kernels)``: the sum over the others of ``exp(-L1 distance)``.
    Salimans et al. (2016), section 3.2.
    """
    distance = (rows[:, None] - rows[None]).abs().sum(3)
    return torch.exp(-distance).sum(1) - 1.0
