"""A recurrent network over a sliding window: what it hears by hand, and what attention knows of order without it."""

import pytest
import torch
from torch import nn

from musicgan_lib.models import local_rnn
from musicgan_lib.models.local_rnn import LocalRNN, LocalTransformer


def make(kind, *args, **more):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return kind(*args, **more).eval()


def draw(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


def test_each_step_is_read_by_a_network_that_begins_a_window_before():
    """By hand: one step after the other, from an empty memory, over the last three steps or zeros before them."""
    local, x = make(LocalRNN, 5, 3), draw(2, 7, 5)
    found, kept = local(x)
    padded = torch.cat([torch.zeros(2, 2, 5), x], 1)
    cell = nn.GRUCell(5, 5)
    cell.load_state_dict({k.removesuffix("_l0"): v for k, v in local.cell.state_dict().items()})
    for t in range(7):
        memory = torch.zeros(2, 5)
        for step in padded[:, t : t + 3].unbind(1):
            memory = cell(step, memory)
        assert torch.allclose(found[:, t], memory, atol=1e-6)
    assert torch.equal(kept, x[:, 5:])


def test_what_is_farther_than_the_window_is_not_heard():
    local, x = make(LocalRNN, 5, 3), draw(1, 7, 5).requires_grad_()
    (slope,) = torch.autograd.grad(local(x)[0][:, 6].sum(), x)
    assert slope[:, :4].abs().max() == 0 < slope[:, 4].abs().min()


def test_a_window_goes_on_where_the_last_call_ended():
    local, x = make(LocalRNN, 5, 3), draw(2, 7, 5)
    first, kept = local(x[:, :4])
    second, _ = local(x[:, 4:], kept)
    assert torch.allclose(torch.cat([first, second], 1), local(x)[0], atol=1e-6)


@pytest.mark.parametrize("window", [1, 2, 4])
def test_without_a_window_the_past_has_no_order(window):
    """The last logits after tokens that were exchanged, but for the last one that is read."""
    tokens = torch.tensor([[1, 2, 3, 4, 5, 0], [3, 1, 4, 2, 5, 0]])
    network = make(LocalTransformer, (7,), 1, window=window, width=8, heads=2)
    one, other = network(tokens)[:, -1]
    assert torch.allclose(one, other, atol=1e-6) == (window == 1)


def test_a_window_of_one_has_as_many_weights():
    sizes = {
        sum(p.numel() for p in LocalTransformer((7,), 4, window=window).parameters())
        for window in (1, 8)
    }
    assert len(sizes) == 1


@pytest.mark.parametrize(
    ("changes", "why"), [({"window": 0}, "hears itself"), ({"heads": 3}, "cannot share")]
)
def test_what_does_not_fit_together_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        local_rnn.LocalTransformer((7,), 1, **changes)
