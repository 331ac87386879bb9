"""Time of all metrics together over 1,000 windows of 100 tones: ``python tests/bench_metrics.py``."""

import time

import numpy as np

from musicgan_lib.metrics.music import measure_all, tone_windows
from musicgan_lib.notes import Piece


def random_piece(n: int, seed: int = 0) -> Piece:
    rng = np.random.default_rng(seed)
    onset = np.cumsum(rng.integers(0, 3, n)) / 4
    duration, pitch = rng.integers(1, 8, n) / 4, rng.integers(40, 90, n)
    return Piece(list(zip(onset, duration, pitch, rng.integers(1, 127, n))))


def main() -> float:
    """Seconds of one core for the metrics alone (aim: at most 1), the cutting shown beside it."""
    piece = random_piece(100_000)
    start = time.process_time()
    windows = tone_windows(piece, 100)
    cut = time.process_time()
    for window in windows:
        measure_all(window)
    measured = time.process_time() - cut
    print(f"cutting {len(windows)} windows of 100 tones: {cut - start:.2f} s")
    print(f"all metrics over {len(windows)} windows of 100 tones: {measured:.2f} s (aim: <= 1)")
    return measured


if __name__ == "__main__":
    main()
