"""Relative attention against the plain way of computing it, and a control that is what it is called."""

import math

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from musicgan_lib import systems
from musicgan_lib.models import attention


def draw(*shape, seed=0):
    drawn = torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
    return drawn.requires_grad_()


def gather(query, table, steps):
    """The embedding of each pair's distance, looked up for each pair: ``D`` numbers a pair."""
    asked = torch.arange(steps - query.shape[2], steps)
    far = (asked[:, None] - torch.arange(steps)).clamp(0, table.shape[1] - 1)
    return torch.einsum("bhqd,hqkd->bhqk", query, table[:, far])


@pytest.mark.parametrize(("asked", "steps", "reach"), [(9, 9, 9), (9, 9, 4), (3, 9, 9), (1, 9, 4)])
def test_skewing_is_gathering(asked, steps, reach):
    found, pays = [], draw(2, 3, asked, steps, seed=2).detach().tril(steps - asked)
    for way in (attention.weigh_distances, gather):
        query, table = draw(2, 3, asked, 5), draw(3, reach, 5, seed=1)
        weight = way(query, table, steps).tril(steps - asked)
        (weight * pays).sum().backward()
        found.append((weight, query.grad, table.grad))
    for ours, plain in zip(*found):
        assert torch.allclose(ours, plain, atol=1e-5) and plain.abs().max() > 0.1


class Largest(TorchDispatchMode):
    """How many numbers the largest tensor holds that is made in here."""

    numbers = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        made = func(*args, **(kwargs or {}))
        for tensor in made if isinstance(made, tuple) else [made]:
            self.numbers = max(self.numbers, tensor.numel())
        return made


def test_memory_is_linear_in_the_length():
    """Of heads wider than the music is long: the weights, one number a pair in any way, are not the largest."""
    for steps in (8, 16, 32):
        for way, numbers in ((attention.weigh_distances, 64 * steps), (gather, 64 * steps**2)):
            query, table = draw(1, 2, steps, 64), draw(2, steps, 64, seed=1)
            with Largest() as seen:
                way(query, table, steps).sum().backward()
            assert seen.numbers == 2 * numbers


@pytest.mark.parametrize("positions", attention.POSITIONS)
def test_without_positions_the_past_has_no_order(positions):
    tokens = torch.tensor([[1, 2, 3, 4, 5, 0], [3, 1, 4, 2, 5, 0]])
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = attention.Transformer((7,), 6, 1, positions, 8, 2, 1).eval()
    one, other = network(tokens)[:, -1]
    assert torch.allclose(one, other, atol=1e-6) == (positions == "none")


def test_without_distances_a_layer_attends_as_pytorch_does():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer = attention.Layer(12, 3, 0, 0.0).eval()
    x = draw(2, 5, 12).detach()
    query, keys, values = map(
        layer._split, (layer.ask(layer.before(x)), *layer.keep(layer.before(x)).chunk(2, -1))
    )
    heads = torch.nn.functional.scaled_dot_product_attention(query, keys, values, is_causal=True)
    hidden = x + layer.answer(heads.transpose(1, 2).flatten(2))
    assert torch.allclose(layer(x)[0], hidden + layer.dense(layer.between(hidden)), atol=1e-6)


def test_waves_name_a_step_by_hand():
    """Of width 4: the first wave turns by one radian a step, the second by a hundredth."""
    found = attention.mark_waves(torch.tensor([0, 3]), 4)
    expected = [[0, 0, 1, 1], [math.sin(3), math.sin(0.03), math.cos(3), math.cos(0.03)]]
    assert torch.allclose(found, torch.tensor(expected).float(), atol=1e-6)


def test_a_width_that_heads_cannot_share_is_refused_before_any_music_is_read():
    with pytest.raises(ValueError, match="width is 16: 3 heads cannot share it evenly"):
        systems.find("huang2018").configure("relative", "smoke", heads=3)


def test_what_a_transformer_does_not_know_is_refused():
    for changes, why in (
        ({"positions": "rotary"}, "choose relative"),
        ({"heads": 3}, "cannot share"),
    ):
        with pytest.raises(ValueError, match=why):
            attention.Transformer((7,), 6, 1, **changes)


def test_equal_weights_give_the_mean_of_what_was_before():
    """By hand: with no positions and equal weights a head's answer is the running mean of its values."""
    layer = attention.Layer(8, 2, 0, 0.0, equal=True).double()
    x = draw(2, 5, 8).detach().double()
    values = layer.keep(layer.before(x)).chunk(2, -1)[1]
    mean = values.cumsum(1) / torch.arange(1, 6, dtype=torch.float64)[:, None]
    after = x + layer.answer(mean)
    after = after + layer.dense(layer.between(after))
    assert torch.allclose(layer(x)[0], after, atol=1e-12)
    chosen = attention.Layer(8, 2, 0, 0.0).double()
    chosen.load_state_dict(layer.state_dict())
    assert not torch.allclose(chosen(x)[0], after, atol=1e-3)


def test_chosen_weights_are_those_of_torch():
    """``torch.nn.MultiheadAttention`` with the same matrices and a causal mask gives the same mixture."""
    layer = attention.Layer(8, 2, 0, 0.0).double()
    theirs = torch.nn.MultiheadAttention(8, 2, batch_first=True).double()
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([layer.ask.weight, layer.keep.weight]))
        theirs.in_proj_bias.copy_(torch.cat([layer.ask.bias, layer.keep.bias]))
        theirs.out_proj.load_state_dict(layer.answer.state_dict())
    x = draw(3, 6, 8).detach().double()
    read = layer.before(x)
    future = torch.ones(6, 6, dtype=torch.bool).triu(1)
    after = x + theirs(read, read, read, attn_mask=future)[0]
    after = after + layer.dense(layer.between(after))
    assert torch.allclose(layer(x)[0], after, atol=1e-12)
