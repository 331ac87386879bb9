"""Gibbs sampling of chorales, batched, against a loop over notes; convolutions with and without channels last.

``python tests/bench_filling.py``. Ratios within one run, by CPU time; one thread.
"""

import statistics
import time

import torch

from musicgan_lib.models import sweeps
from musicgan_lib.models.masked_convs import MaskedConvs
from musicgan_lib.models.voice_networks import VoiceNetworks

CHORALES, STEPS, SYMBOLS = 16, 64, 54


def measure(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


@torch.no_grad()
def loop_over_notes(network, tokens, beside, draws, some: int) -> None:
    """The first cells of a sweep, one network call each."""
    for k in range(some):
        which, cell = divmod(k, STEPS)
        voice, one = k % 4, torch.tensor([0])
        own = tokens[which : which + 1]
        logits = network(own, beside[which : which + 1], voice, one, one + cell)
        own[0, voice, cell] = sweeps.draw(logits, draws)[0]


def bench_sweep(some: int = 400) -> None:
    network, draws = VoiceNetworks(SYMBOLS, hidden=128).eval(), torch.Generator().manual_seed(0)
    tokens = torch.randint(SYMBOLS, (CHORALES, 4, STEPS), generator=draws)
    beside, free = torch.zeros(CHORALES, STEPS, 2, dtype=torch.int64), torch.ones_like(tokens) > 0
    cells = tokens.numel()
    pairs = [
        (
            measure(lambda: loop_over_notes(network, tokens.clone(), beside, draws, some)) / some,
            measure(lambda: sweeps.sweep(network, tokens, beside, free, draws)) / cells,
        )
        for _ in range(5)
    ]
    times, spent = (
        statistics.median(a / b for a, b in pairs),
        statistics.median(b for _, b in pairs),
    )
    print(
        f"a sweep of {CHORALES} chorales: {times:.1f} times a loop over notes, {spent * 1e6:.0f} µs a note (wanted: 10)"
    )


def bench_channels() -> None:
    cells = torch.randint(53, (8, 4, 32))
    hidden = torch.rand(8, 4, 32) < 0.5
    last, first = MaskedConvs(52), MaskedConvs(52).to(memory_format=torch.contiguous_format)
    first.lay_out = lambda *given: MaskedConvs.lay_out(first, *given).contiguous()

    def step(network):
        log_p = network(cells, hidden)
        (-log_p.gather(-1, cells[..., None]).mean()).backward()

    pairs = [(measure(lambda: step(first)), measure(lambda: step(last))) for _ in range(7)]
    times = statistics.median(a / b for a, b in pairs)
    spent = statistics.median(b for _, b in pairs)
    print(f"a step of 8 crops: channels last {times:.2f} times channels first, {spent:.2f} CPU-s")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    bench_sweep()
    bench_channels()
