"""The biaxial sampler and training step against the published way, as ratios within one run; one thread.

``python tests/bench_biaxial.py``. 48 notes; a window of 128 steps for the published sampler, 16 steps a bar.
"""

import torch
from baseline_biaxial import BAR, PlainBiaxial
from bench_sequences import ratio

from musicgan_lib.models.biaxial import Biaxial, Sampler
from musicgan_lib.models.note_features import DeepJFeatures

NOTES, LENGTH = 48, 64
SIZES = {"cpu profile, 64 and 32 units": (64, 32), "published, 256 and 128 units": (256, 128)}


def bench_sampling(label, time_units, note_units, batch, wanted):
    plain = PlainBiaxial(NOTES, time_units, note_units)
    sampler = Sampler(Biaxial(DeepJFeatures(NOTES), 2, (time_units,) * 2, (note_units,) * 2))
    draws = torch.Generator().manual_seed(0)
    steps = 4 if batch == 1 else 1  # of a bar: the published way takes seconds a step
    times, spent = ratio(
        lambda: plain.sample(batch, steps), lambda: sampler.run(batch, steps, draws)
    )
    bars = batch * steps / BAR
    print(
        f"sampling, {label}, batch {batch}: {times:.1f} times published; {bars / spent:.2f} against "
        f"{bars / spent / times:.2f} bars a CPU-s (wanted: {wanted})"
    )


def bench_training(label, time_units, note_units, batch):
    plain = PlainBiaxial(NOTES, time_units, note_units)
    model = Biaxial(DeepJFeatures(NOTES), 2, (time_units,) * 2, (note_units,) * 2)
    roll = (
        torch.rand(batch, LENGTH, NOTES, 2, generator=torch.Generator().manual_seed(0)) < 0.05
    ).float()

    def ours():
        model.loss(roll).backward()

    times, spent = ratio(lambda: plain.loss_by_loop(roll).backward(), ours, 2)
    print(
        f"training step, {label}, batch {batch}: {times:.1f} times the loop, {spent:.2f} CPU-s (wanted: 3)"
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    for name, units in SIZES.items():
        bench_sampling(name, *units, 1, 8)
        bench_sampling(name, *units, 32, 5)
        for size in (1, 8):  # at 8 most of it are matrix products, and those the loop has, too
            bench_training(name, *units, size)
