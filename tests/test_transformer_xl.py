"""Segments that read on from what was kept: the same as reading all at once, and no gradient goes back."""

import pytest
import torch

from musicgan_lib.models import transformer_xl
from musicgan_lib.models.transformer_xl import SegmentLayer, TransformerXL

TOKENS = torch.randint(0, 7, (2, 24), generator=torch.Generator().manual_seed(3))


def make(**settings):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = TransformerXL((7,), 25, 4, **{"width": 8, "heads": 2, "layers": 2} | settings)
        for layer in network.stack.layers:  # biases begin at zero, where no test would miss them
            torch.nn.init.normal_(layer.of_what)
            torch.nn.init.normal_(layer.of_distance)
    return network.eval()


def test_segments_that_keep_all_say_what_one_segment_says():
    whole = make(segment=24)
    kept = make(segment=6, memory=24)
    kept.load_state_dict(whole.state_dict())
    assert torch.allclose(kept(TOKENS), whole(TOKENS), atol=1e-5)


def test_without_memory_each_segment_begins_anew():
    """Not so the place in the row, which a segment of six tokens and rows of four set apart."""
    network = make(segment=8, memory=0)
    other = TOKENS.clone()
    other[:, :7] = (other[:, :7] + 1) % 7  # what the first segment reads
    one, two = network(TOKENS), network(other)
    assert torch.equal(one[:, 8:], two[:, 8:]) and not torch.allclose(one[:, 7], two[:, 7])
    network.stack.memory = 8
    assert not torch.allclose(network(TOKENS)[:, 8], network(other)[:, 8], atol=1e-4)


def test_memory_reaches_back_as_many_steps_as_it_keeps_in_each_layer():
    """One layer, segments of six, five kept: step 12 reads steps 7 to 12, and no earlier one."""
    network = make(segment=6, memory=5, layers=1)
    moved = []
    for step in range(12):
        other = TOKENS.clone()
        other[:, step] = (other[:, step] + 1) % 7  # read at the step after
        moved.append(not torch.equal(network(TOKENS)[:, 12], network(other)[:, 12]))
    assert moved == [False] * 6 + [True] * 6


def test_no_gradient_goes_into_what_is_kept():
    network = make(segment=6, memory=6)
    read = []
    network.embed.register_forward_hook(lambda m, given, out: read.append(out))
    logits = network(TOKENS)
    (slope,) = torch.autograd.grad(logits[:, 6:12].sum(), read)
    assert slope[:, :6].abs().max() == 0 < slope[:, 6:12].abs().max()


def score_by_hand(layer, x, i, j, head):
    """The four parts of Dai et al. (2019), section 3.3, of one query and one key."""
    size = x.shape[-1] // layer.heads
    mine = slice(head * size, (head + 1) * size)
    read = layer.before(x)
    query, key = layer.ask(read[i])[mine], layer.keep(read[j])[: x.shape[-1]][mine]
    wave = transformer_xl.mark_waves(torch.tensor([i - j]), x.shape[-1])[0]
    far = layer.far(wave)[mine]
    what, distance = layer.of_what[head, 0], layer.of_distance[head, 0]
    return query @ key + query @ far + what @ key + distance @ far


def test_a_score_has_four_parts():
    layer = make(segment=6).stack.layers[0]
    x = torch.randn(5, 8, generator=torch.Generator().manual_seed(1))
    values = layer.keep(layer.before(x)).chunk(2, -1)[1]
    mixed = []
    for head in range(2):
        scores = torch.stack([score_by_hand(layer, x, 4, j, head) for j in range(5)])
        weights = (scores / 4**0.5).softmax(0)
        mixed.append(weights @ values[:, head * 4 : head * 4 + 4])
    after = x[4] + layer.answer(torch.cat(mixed))
    after = after + layer.dense(layer.between(after))
    assert torch.allclose(layer(x[None, 2:], x[None, :2])[0, 2], after, atol=1e-5)
    assert isinstance(layer, SegmentLayer)


@pytest.mark.parametrize("memory", [0, 4, 9])
def test_one_token_at_a_time_says_what_segments_say(memory):
    network = make(segment=6, memory=memory)
    logits, state = network(TOKENS), network.begin(2)
    for step in range(24):
        assert torch.allclose(network.next_logits(state), logits[:, step], atol=1e-5)
        state = network.advance(state, TOKENS[:, step])


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"segment": 0}, "are the least"),
        ({"segment": 25}, "one segment"),
        ({"heads": 3, "segment": 6}, "cannot share"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, why):
    with pytest.raises(ValueError, match=why):
        make(**changes)
