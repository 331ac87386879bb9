"""Attention that keeps what it read against attention that reads all again for each token: seconds, and equality."""

import time

import torch

from musicgan_lib.models.attention import Transformer
from musicgan_lib.models.local_rnn import LocalTransformer
from musicgan_lib.models.token_model import TokenModel
from musicgan_lib.models.transformer_xl import TransformerXL

LENGTH, MANY = 256, 4
NETWORKS = {
    "keys and values": lambda: Transformer((48,), LENGTH, 4, width=64, layers=2),
    "windows": lambda: LocalTransformer((48,), 4),
    "segments": lambda: TransformerXL((48,), LENGTH, 4, width=64, layers=2),
}


def measure(network) -> tuple[float, torch.Tensor]:
    """Seconds of the processor for a sample, and the log-probabilities of its tokens."""
    began = time.process_time()
    drawn = network.sample(MANY, LENGTH, torch.Generator().manual_seed(0))
    return time.process_time() - began, drawn.log_prob


def bench(name: str) -> None:
    torch.manual_seed(0)
    network = NETWORKS[name]().eval()
    own, found = measure(network)
    for method in ("begin", "advance", "next_logits"):  # the plain way of every network
        setattr(network, method, getattr(TokenModel, method).__get__(network))
    plain, again = measure(network)
    far = (found - again).abs().max().item()
    print(
        f"{name}: {LENGTH} tokens, reading all again takes {plain / own:.1f} times as long (wanted: 5), "
        f"and differs by {far:.0e} (wanted: at most 1e-5)"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in NETWORKS:
        bench(name)
