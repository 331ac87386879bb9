"""Frames against tokens in a row: what a trained note of four voices costs at equal width; one thread.

``python tests/bench_voices.py``. Both read the same sixteenths of made voices, forward and backward.
"""

import torch
from bench_sequences import ratio

from musicgan_lib.models.recurrent import RecurrentModel
from musicgan_lib.models.voice_frames import FrameModel

WIDTH, LAYERS, BATCH, FRAMES, SYMBOLS = 256, 2, 16, 64, 59


def bench_frames():
    tokens = torch.randint(SYMBOLS, (BATCH, FRAMES * 4), generator=torch.Generator().manual_seed(0))
    serial = RecurrentModel((SYMBOLS,), 4, "lstm", WIDTH, LAYERS, 64)
    frames = FrameModel((SYMBOLS,), 4, "none", WIDTH, LAYERS)
    times, spent = ratio(
        lambda: serial.nll(tokens).backward(), lambda: frames.nll(tokens).backward()
    )
    notes = tokens.numel() / spent
    print(
        f"frames: {times:.1f} times as fast as tokens in a row (wanted: 3), {notes:,.0f} cells/CPU-s"
    )
    gru = RecurrentModel((SYMBOLS,), 4, "gru", WIDTH, LAYERS, 64)
    times, _ = ratio(lambda: gru.nll(tokens).backward(), lambda: serial.nll(tokens).backward())
    print(f"an LSTM is {times:.1f} times as fast as a GRU of its width")


if __name__ == "__main__":
    torch.set_num_threads(1)
    bench_frames()
