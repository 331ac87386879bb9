"""A sampler that keeps what each layer remembers against one that computes all again for each sample of sound."""

import time

import torch

from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.models.wavenet import WaveNet

LENGTH = 1500


def measure(network) -> tuple[float, torch.Tensor]:
    """Seconds of the processor for a sample, and the log-probabilities of its tokens."""
    began = time.process_time()
    drawn = network.sample(1, LENGTH, torch.Generator().manual_seed(0))
    return time.process_time() - began, drawn.log_prob


def bench() -> None:
    torch.manual_seed(0)
    network = WaveNet((256,)).eval()
    own, found = measure(network)
    for method in ("begin", "advance", "next_logits"):  # the plain way of every network
        setattr(network, method, getattr(TokenModel, method).__get__(network))
    plain, again = measure(network)
    far = (found - again).abs().max().item()
    print(
        f"WaveNet: {LENGTH} samples, computing all again takes {plain / own:.1f} times as long (wanted: 20), "
        f"and differs by {far:.0e} (wanted: at most 1e-5)"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    bench()
