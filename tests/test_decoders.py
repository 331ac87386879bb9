"""Whatever writes one token after the other can be sampled and rolled out: an LSTM, its fast twin, attention."""

import itertools
import math

import pytest
import torch
from torch import nn

from musicgan_lib.learning import rollouts
from musicgan_lib.models import sampling
from musicgan_lib.models.interface import Trajectory
from musicgan_lib.models.seqgan import WordPolicy

TOKENS, LENGTH = 3, 4


class Attention(nn.Module):
    """One causal layer with positions; its memory holds the keys and values of all tokens so far."""

    def __init__(self, width=8):
        super().__init__()
        self.embed = nn.Embedding(TOKENS + 1, width)
        self.place = nn.Embedding(LENGTH, width)
        self.ask, self.keep = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.head = nn.Linear(width, TOKENS)

    def _read(self, x, kept):
        keys, values = kept.chunk(2, -1)  # (n, t, E)
        weight = (self.ask(x[:, -1:]) @ keys.transpose(1, 2) / keys.shape[-1] ** 0.5).softmax(-1)
        return self.head((weight @ values)[:, 0])

    def _step(self, kept, tokens):
        x = self.embed(tokens)[:, None] + self.place.weight[kept.shape[1]]
        kept = torch.cat([kept, self.keep(x)], 1)
        return kept, self._read(x, kept)

    def begin(self, n):
        nothing = torch.zeros(n, 0, self.keep.out_features)
        return self._step(nothing, torch.full((n,), TOKENS))

    def advance(self, memory, tokens):
        return self._step(memory[0], tokens)

    def draw(self, memory, generator, temperature=1.0, given=None):
        return sampling.draw_symbol(memory[1], generator, temperature, given)

    def decoder(self):
        return self

    def log_prob(self, actions, entropy=True):
        memory, found = self.begin(len(actions)), []
        for t in range(actions.shape[1]):
            found.append(memory[1].log_softmax(-1).gather(1, actions[:, t : t + 1])[:, 0])
            memory = self.advance(memory, actions[:, t]) if t + 1 < actions.shape[1] else memory
        return Trajectory(actions, torch.stack(found, 1), None)


def make(kind):
    with torch.random.fork_rng():
        torch.manual_seed(1)
        policy = Attention() if kind == "attention" else WordPolicy((TOKENS,), 4, 6)
        for weight in policy.parameters():
            nn.init.normal_(weight, std=1.0)
    return policy.eval()


EVERY = torch.tensor(list(itertools.product(range(TOKENS), repeat=LENGTH)))


@pytest.mark.parametrize("kind", ["attention", "words"])
def test_roll_outs_of_any_decoder_are_unbiased(kind):
    """Against the sum over all continuations; in other rows the memories differ, so none may be taken for another's."""
    policy = make(kind)
    pays = torch.randn(len(EVERY), generator=torch.Generator().manual_seed(2))
    index = TOKENS ** torch.arange(LENGTH - 1, -1, -1)

    def score(actions):
        return pays[(actions * index).sum(1)]

    with torch.no_grad():
        chance = policy.log_prob(EVERY, entropy=False).log_prob
    actions, exact = EVERY[[5, 40, 77]], []
    for row in actions:
        values = []
        for t in range(1, LENGTH + 1):
            same = (EVERY[:, :t] == row[:t]).all(1)
            values.append((chance[same, t:].sum(1).exp() * pays[same]).sum())
        exact.append(torch.stack(values))
    n = 4000
    found = rollouts.monte_carlo_values(
        policy, score, actions, n, torch.Generator().manual_seed(3), lambda x: x
    )
    error = 4 * pays.std() / math.sqrt(n)
    assert torch.allclose(found, torch.stack(exact), atol=error.item())
    assert torch.allclose(found[:, -1], score(actions))


@pytest.mark.parametrize("sizes", [(7,), (3, 4, 2)])
@pytest.mark.parametrize("temperature", [1.0, 0.6])
def test_the_plain_way_and_the_fast_one_draw_the_same(sizes, temperature):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        policy = WordPolicy(sizes, 5, 6, init_std=0.7).eval()
    drawn = [
        sampling.run(d, 16, 9, torch.Generator().manual_seed(4), temperature)
        for d in (policy, policy.decoder())
    ]
    assert torch.equal(drawn[0].actions, drawn[1].actions)
    assert torch.allclose(drawn[0].log_prob, drawn[1].log_prob, atol=1e-5)
    assert torch.allclose(drawn[0].log_prob, policy.log_prob(drawn[0].actions).log_prob, atol=1e-5)


@pytest.mark.parametrize("kind", ["attention", "words"])
def test_a_prefix_is_kept_and_charged(kind):
    policy, begun = make(kind), EVERY[:9, :2]
    found = sampling.run(policy, 9, LENGTH, torch.Generator().manual_seed(5), prefix=begun)
    assert torch.equal(found.actions[:, :2], begun)
    assert torch.allclose(found.log_prob, policy.log_prob(found.actions).log_prob, atol=1e-5)
