"""Bars filled in by a network that remembers what it read, against one that reads all again; CPU time, one thread."""

import time

import torch

from musicgan_lib.data.track_bars import BAR, Alphabet
from musicgan_lib.games import bar_writing
from musicgan_lib.models.bar_filler import BarFiller, Memory

VOICES, BARS, MANY = 4, 8, 8
ALPHABET = Alphabet(48)


class Forgetful(BarFiller):
    """Keeps the rows, and reads all of them again at each step."""

    def read(self, rows, there=None, memory=None):
        there = torch.ones(rows.shape[:2], dtype=torch.bool) if there is None else there
        if memory is not None:
            rows = torch.cat([memory.kept, rows], 1)
            there = torch.cat([memory.there, there], 1)
        logits, _ = super().read(rows, there)
        return logits, Memory(rows, None, there)


def make(kind) -> BarFiller:
    torch.manual_seed(0)
    sizes = ALPHABET.list_sizes(VOICES, BARS)
    return kind(sizes, VOICES, BARS, ALPHABET.heads, width=64, layers=2).eval()


def measure(network) -> tuple[float, list]:
    """Seconds of the processor for some fills of sixteen sixteenths each, and the logits of every step."""
    cells = [[(k % 40, 4) for k in range(4)] for _ in range(VOICES * BARS)]
    asked = [bar_writing.ask_fill(network, cells, k, 5) for k in range(MANY)]
    tokens = [[ALPHABET.to_token(7, 1)] * BAR for _ in asked]
    began, found = time.process_time(), []
    with torch.no_grad():
        last, memory = bar_writing.read_first(network, asked)
        for n in range(BAR):
            found.append(last)
            done = [row[: n + 1] for row in tokens]
            last, memory = bar_writing.read_next(network, asked, done, memory)
    return time.process_time() - began, found


def bench_fills() -> None:
    pairs = [(measure(make(BarFiller)), measure(make(Forgetful))) for _ in range(3)]
    ratios = sorted(plain / own for (own, _), (plain, _) in pairs)
    (_, own), (_, plain) = pairs[0]
    far = max((a - b).abs().max().item() for a, b in zip(own, plain))
    print(
        f"{MANY} fills of {BAR} notes: reading all again takes {ratios[1]:.1f} times as long (wanted: 5), "
        f"and differs by {far:.0e} (wanted: at most 1e-5)"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    bench_fills()
