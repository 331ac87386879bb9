"""A fresh judge of painted bars: can bars, the ones before them and their chords be told from real ones?"""

import numpy as np
import torch

from ..data import bars as music
from ..learning.losses import discriminator_loss
from ..models.bar_gan import BarDiscriminator
from ..models.draws import randint

STEPS, BATCH = 200, 64
SEED = 2017


def tell_apart(made: dict, data, config, device="cpu") -> float:
    """The share of test bars that a judge sorts rightly, .5 where it can only guess; lower is nearer to real music.

    ``made`` has painted bars by split, ``(n, 16)``, after the first ``n`` bars of ``data.contexts``. The judge is a new
    discriminator that learns from validation bars, real and painted, and is asked about those of the test.
    """
    draw = torch.Generator().manual_seed(SEED)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        judge = BarDiscriminator(data.options["rows"], config.filters).to(device)
    optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.1)
    sides = {split: show_both(pitches, data, split) for split, pitches in made.items()}
    for _ in range(STEPS):
        logits = []
        for pictures in sides["valid"]:
            which = randint(len(pictures[0]), BATCH, draw)
            logits.append(judge.score([part[which].to(device) for part in pictures]))
        optimiser.zero_grad()
        discriminator_loss(*logits).backward()
        optimiser.step()
    with torch.no_grad():
        real, painted = (judge.score([p.to(device) for p in side]) for side in sides["test"])
    right = (real > 0).sum().item() + (painted <= 0).sum().item()
    return right / (
        len(real) + len(painted)
    )  # whole numbers: a mean in 32 bits depends on the processor


def show_both(pitches, data, split: str) -> list[list[torch.Tensor]]:
    """Real bars, the bars before and chords as pictures; and painted ones in the same places."""
    bars, before = (part[: len(pitches)] for part in data.contexts(split))
    beside = [music.draw_bar(before), music.write_chords(bars[:, music.HARMONIES])]
    sides = [music.draw_bar(np.asarray(p)) for p in (bars[:, music.PITCHES], pitches)]
    return [[torch.as_tensor(part) for part in (side, *beside)] for side in sides]
