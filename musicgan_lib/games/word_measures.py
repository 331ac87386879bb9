"""What a run on words is worth: likelihood, entropy, what its samples are like, and what its own discriminator says."""

import numpy as np
import torch

from ..evaluation import nll as measures
from ..metrics import text
from ..metrics.bleu import mean_bleu
from .token_material import Batches

#: BLEU rises with the number of references, so it is always this one.
REFERENCES = 64


def spread_evenly(windows: np.ndarray, n: int) -> np.ndarray:
    """``n`` of the windows of a split, from the first to the last; all where there are no more."""
    if len(windows) <= n:
        return windows
    return windows[np.linspace(0, len(windows) - 1, n).round().astype(int)]


def measure_words(policy, discriminator, data, config, generator) -> tuple[dict, torch.Tensor]:
    """Likelihood on every split, entropy, and what the samples are like; with the samples.

    ``nll_blind`` is what a blind guess costs. ``reward_mean``, ``reward_std``, ``precision`` and ``recall``
    are by the run's own discriminator, so they cannot be compared between runs.
    """
    policy.eval()
    found = {}
    for split in ("train", "valid", "test"):
        windows = data.windows(split, config.length)
        spread = spread_evenly(windows, config.measure)
        if len(spread):
            found[f"nll_{split}"] = measures.nll(policy, torch.as_tensor(spread))
            found[f"nll_{split}"] *= data.symbols_per_word(spread)
            found["nll_blind"] = float(np.log(data.sizes).sum()) * data.symbols_per_word(spread)
    samples = policy.sample(config.measure, config.length, generator).actions
    per_word = data.symbols_per_word(samples.cpu().numpy())
    found |= {k: v * per_word for k, v in measures.entropies(policy, samples).items()}
    drawn, train = list(samples.cpu().numpy()), data.pieces["train"]
    found["distinct_4"] = text.distinct_n(drawn, 4)
    found["novelty_8"] = text.novelty(drawn[:32], train, 8)
    found["longest_copy"] = float(np.mean(text.longest_copies(drawn[:8], train)))
    references = data.windows("valid", config.length)[:REFERENCES]
    if len(references) == REFERENCES:
        rng = np.random.default_rng(0)
        found["bleu"] = mean_bleu(drawn[:64], references, n_references=REFERENCES, rng=rng)
    if discriminator is not None:
        real = Batches(data, "valid", config.length).draw(config.measure, generator)
        found |= measures.own_judgement(discriminator, real, samples)
    return found, samples
