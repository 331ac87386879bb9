"""C-RNN-GAN's adversarial and pre-training steps against a plain port, as ratios within one run; one thread.

``python tests/bench_tones.py``. Batch 20, 100 cells, four numbers a cell, feature matching: the paper's sizes.
"""

import time

import numpy as np
import torch
from baseline_tones import PlainGame
from bench_sequences import ratio
from torch import nn

from musicgan_lib.learning import losses
from musicgan_lib.models.crnn_gan import Discriminator, Generator
from musicgan_lib.notes import write_midi
from musicgan_lib.representations import quadruplets

BATCH, LENGTH, WIDTH = 20, 100, 4


def bench_steps(hidden, wanted):
    plain, real = PlainGame(WIDTH, hidden), torch.randn(BATCH, LENGTH, WIDTH)
    generator, judge = Generator(WIDTH, hidden), Discriminator(WIDTH, hidden)
    g, d = (torch.optim.Adam(m.parameters(), 1e-3) for m in (generator, judge))

    def step():
        fake = generator.free_run(torch.rand(real.shape))
        seen = fake.detach().requires_grad_()
        features = judge.features(torch.cat([real, seen]))
        matching = losses.feature_matching_paired(features[:BATCH].detach(), features[BATCH:])
        (slope,) = torch.autograd.grad(matching, seen, retain_graph=True)
        score = judge.score_features(features)
        update(losses.discriminator_loss(score[:BATCH], score[BATCH:]), judge, d)
        g.zero_grad(set_to_none=True)
        fake.backward(slope)
        nn.utils.clip_grad_norm_(generator.parameters(), 5.0)
        g.step()

    def pretrain():
        update(
            nn.functional.mse_loss(generator.predict(real, torch.rand(real.shape)), real),
            generator,
            g,
        )

    for name, slow, fast, least in (
        ("adversarial step", lambda: plain.step(real), step, wanted),
        ("pre-training step", lambda: plain.pretrain(real), pretrain, 2),
    ):
        slow(), fast()
        times, spent = ratio(slow, fast, 3)
        print(
            f"{name}, hidden {hidden}: {times:.2f} times plain, {1 / spent:.2f} a CPU-s (wanted: {least})"
        )


def update(loss, module, optimiser):
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(module.parameters(), 5.0)
    optimiser.step()


def bench_decoding(folder="/tmp"):
    rows = np.random.default_rng(0).normal(size=(100, 200, WIDTH))
    began = time.process_time()
    for song in rows:
        write_midi(quadruplets.decode(np.abs(song), "normalised", grid=24), f"{folder}/bench.mid")
    print(f"100 pieces of 200 tones to MIDI: {time.process_time() - began:.2f} s (wanted: 1)")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    bench_steps(64, 1.5)
    bench_steps(350, 1.2)
    bench_decoding()
