"""A sampler that keeps what each layer remembers against one that computes all again for each sample of sound.

A clip is as long as those of the recorded runs. What computing again costs is measured at lengths that lie evenly
between nothing and the whole clip, once with all samples so far and once with no more than the network can hear.
"""

import time
from functools import partial

import torch

from musicgan_lib import systems
from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.models.wavenet import WaveNet

LENGTHS = 30
#: Samples whose probabilities are compared
COMPARED = 400


def clock(work):
    """Seconds of the processor, and what the work gives."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


def draw(network, length: int):
    return network.sample(1, length, torch.Generator().manual_seed(0))


@torch.no_grad()
def time_again(network, tokens, most: int) -> float:
    """Seconds for a clip whose every sample is drawn after at most so many before it have been computed again."""
    length = tokens.shape[1]
    seconds = 0.0
    for end in range(length // (2 * LENGTHS), length, length // LENGTHS):
        heard = tokens[:, max(0, end - most) : end]
        seconds += clock(partial(network, heard))[0]
    return seconds / LENGTHS * length


def compare(network) -> float:
    """How far the log-probabilities of the two ways lie apart."""
    found = draw(network, COMPARED).log_prob
    for method in ("begin", "advance", "next_logits"):  # the plain way of every network
        setattr(network, method, getattr(TokenModel, method).__get__(network))
    return (found - draw(network, COMPARED).log_prob).abs().max().item()


def bench() -> None:
    torch.manual_seed(0)
    network = WaveNet((256,)).eval()
    length = systems.find("oord2016").configure("doubling", "cpu", "chorales").drawn
    own, drawn = clock(lambda: draw(network, length))
    every, heard = (time_again(network, drawn.actions, most) for most in (length, network.span))
    print(
        f"WaveNet: {length} samples, computing all again takes {every / own:.1f} times as long (wanted: 20), "
        f"what can be heard alone {heard / own:.1f} times; "
        f"the two ways differ by {compare(network):.0e} (wanted: at most 1e-5)"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    bench()
