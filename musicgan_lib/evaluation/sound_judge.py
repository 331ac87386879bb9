"""A judge that hears what a clip of sound is: which instrument, how high, how fast, which mode."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..data.waves import FACTS

SIZES = tuple(len(values) for values in FACTS.values())
WINDOW = 256  # samples of a spectrum
#: Channels; clips of an update; the loudest noise that is added, as a share of a clip's own level
WIDTH, BATCH, NOISE = 48, 32, 0.7


class SoundJudge(nn.Module):
    """From spectra ``(B, frequencies, frames)`` to a row of logits for each of the facts, side by side ``(B, 10)``."""

    def __init__(self):
        super().__init__()
        self.convs = nn.Sequential(
            nn.Conv1d(WINDOW // 2 + 1, WIDTH, 3, padding=1),
            nn.ReLU(),
            nn.Conv1d(WIDTH, WIDTH, 3, padding=1),
            nn.ReLU(),
        )
        self.say = nn.Linear(2 * WIDTH, sum(SIZES))

    def forward(self, spectra) -> torch.Tensor:
        x = self.convs(spectra)
        return self.say(torch.cat([x.mean(-1), x.amax(-1)], 1))


def take_spectra(waves) -> torch.Tensor:
    """Logarithms of the magnitudes of clips ``(B, T)``, all brought to one level, ``(B, frequencies, frames)``."""
    waves = torch.as_tensor(np.asarray(waves, np.float32))
    waves = waves / waves.square().mean(-1, keepdim=True).sqrt().clamp(min=1e-6)
    window = torch.hann_window(WINDOW)
    found = torch.stft(waves, WINDOW, WINDOW // 2, window=window, center=False, return_complex=True)
    return (found.abs() + 1).log()


def learn_judge(waves, labels, steps: int = 500, seed: int = 0) -> SoundJudge:
    """A judge of clips ``(n, T)`` and their facts ``(n, 4)``; half of what it learns from has noise of any level in it.

    So it is not lost where a sound was made, and hisses. All that it draws follows from the seed.
    """
    rng = np.random.default_rng(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        judge = SoundJudge()
    labels = torch.as_tensor(np.asarray(labels))
    optimiser = torch.optim.Adam(judge.parameters(), 2e-3)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps)
        chosen = rng.integers(len(waves), size=BATCH)
        spectra = take_spectra(add_noise(np.asarray(waves)[chosen], rng))
        logits = judge(spectra).split(SIZES, 1)
        loss = sum(F.cross_entropy(x, labels[chosen, k]) for k, x in enumerate(logits))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return judge.eval()


def add_noise(waves, rng) -> np.ndarray:
    """Every second clip with noise, up to :data:`NOISE` of its own level."""
    level = np.sqrt(np.mean(waves**2, -1, keepdims=True))
    share = rng.uniform(0, NOISE, (len(waves), 1)) * (rng.random((len(waves), 1)) < 0.5)
    return waves + share * level * rng.standard_normal(waves.shape)


@torch.no_grad()
def hear(judge: SoundJudge, waves) -> np.ndarray:
    """The facts that a judge hears in clips ``(B, T)``, numbers of their values, ``(B, 4) int64``."""
    logits = judge(take_spectra(waves)).split(SIZES, 1)
    return torch.stack([x.argmax(1) for x in logits], 1).numpy()
