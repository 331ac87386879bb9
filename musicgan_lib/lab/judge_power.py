"""How much of a known difference the independent judge hears, at the sizes that this book has.

Real music is a Markov chain, and so is what is judged, so the best possible judge is known: by the likelihood ratio.
``python -m musicgan_lib.lab.judge_power --seeds 31 32 33`` writes
``results/foundations/judging_generators/power.json``.
"""

from dataclasses import dataclass

import numpy as np

from ..evaluation.judge import RECIPE, judge
from ..evaluation.judge_run import take_turns
from ..evaluation.windows import Windows, cut_windows, split_by_tune

SLUG = "judging_generators"
LENGTH = 32  # words in a window
SYMBOLS = 60
CONCENTRATION = 0.3  # of the rows of the real chain: smaller is more surely one word after another
#: How much of the order the generator has forgotten. 0 is the control: it is the real chain itself.
STRENGTHS = (0.0, 0.05, 0.15, 0.25, 0.4)


@dataclass(frozen=True)
class Sizes:
    """How much music the judge has: real tunes and the words of each, windows ``step`` apart, and samples."""

    tunes: int
    words: int
    step: int
    samples: int
    judges: int  # seeds; more than one take turns


#: As the judge of a training run on chorales, and as the one of the music world, have it.
SIZES = {
    "chorales": Sizes(tunes=69, words=52, step=8, samples=1024, judges=3),
    "music world": Sizes(tunes=400, words=183, step=8, samples=4096, judges=1),
}


@dataclass(frozen=True)
class Chain:
    """Words of which each depends on the one before: ``first (V,)`` and ``then (V, V)``, rows sum to 1."""

    first: np.ndarray
    then: np.ndarray

    def draw(self, n: int, length: int, rng) -> np.ndarray:
        """``(n, length) int64``."""
        up_to = self.then.cumsum(1)
        words = [rng.choice(len(self.first), n, p=self.first)]
        for _ in range(length - 1):
            rows = up_to[words[-1]]  # (n, V)
            words.append((rows < rng.random((n, 1)) * rows[:, -1:]).sum(1))
        return np.stack(words, 1)

    def log_prob(self, words) -> np.ndarray:
        """Of whole windows ``(N, T) -> (N,)``, nats."""
        steps = np.log(self.then)[words[:, :-1], words[:, 1:]]
        return np.log(self.first)[words[:, 0]] + steps.sum(1)


def make_chains(strength: float, seed: int, n_symbols: int = SYMBOLS) -> tuple[Chain, Chain]:
    """The real chain, and one that in a share ``strength`` of its steps forgets which word came before.

    Both have every word equally often, so there is nothing to hear but the order.
    """
    rows = np.random.default_rng(seed).dirichlet(np.full(n_symbols, CONCENTRATION), n_symbols)
    often = np.full(n_symbols, 1 / n_symbols)
    for _ in range(10_000):  # until it no longer changes: how often each word comes
        often = often @ rows
    real = Chain(often, rows)
    return real, Chain(often, (1 - strength) * rows + strength * often)


def bayes_accuracy(real: Chain, fake: Chain, length: int, rng, n: int = 20_000) -> float:
    """How often the best possible judge is right about one window, real or not with equal chance.

    One half and half the total variation, which is the mean of ``max(0, 1 - q/p)`` over windows of p; here of both
    sides, ``n`` windows each. Equal chains give .5 exactly. Source: JG-3.
    """
    total = 0.0
    for own, other in ((real, fake), (fake, real)):
        words = own.draw(n, length, rng)
        ratio = np.exp(np.minimum(other.log_prob(words) - own.log_prob(words), 0))
        total += (1 - ratio).mean() / 2
    return float(0.5 + total / 2)


def read_power(sizes: Sizes, strength: float, seed: int, recipe=RECIPE) -> dict:
    """Flat metrics: what the best judge knows (``bayes_accuracy``),
    and what ours reads, ``judge_accuracy`` with its error.
    """
    real, fake = make_chains(strength, seed)
    rng = np.random.default_rng((seed, round(1000 * strength)))
    windows = cut_windows(list(real.draw(sizes.tunes, sizes.words, rng)), LENGTH, sizes.step)
    samples = fake.draw(sizes.samples, LENGTH, rng)
    found = {"bayes_accuracy": bayes_accuracy(real, fake, LENGTH, rng), "strength": strength}
    return found | _ask(windows, samples, sizes, recipe).metrics()


def _ask(windows: Windows, samples, sizes: Sizes, recipe):
    if sizes.judges > 1:
        return take_turns(windows, samples, SYMBOLS, sizes.judges, recipe)
    return judge(split_by_tune(windows), samples, n_symbols=SYMBOLS, seeds=(0,), recipe=recipe)


def main(arguments=None) -> None:
    """Run what is not recorded yet, and write after every judgement, so that it can be stopped at any time."""
    import argparse

    import torch

    from ..checkout import root
    from ..experiments import records, runs

    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    torch.set_num_threads(1)
    path = root() / "results" / "foundations" / SLUG / "power.json"
    rows = records.read(path) if path.is_file() else []
    for seed in parser.parse_args(arguments).seeds:
        run = runs.begin(
            SLUG, profile="cpu", seed=seed, corpus="none", variant="default", out=path.parent, corpora=("none",)
        )  # fmt: skip
        for name, sizes in SIZES.items():
            for strength in STRENGTHS:
                variant = f"{name}, {strength:g}"
                if (seed, variant) in [(r["seed"], r["variant"]) for r in rows]:
                    continue
                row = {
                    "system": "judge_power", "variant": variant, "control": None if strength else "equal_sources",
                    "split": "test", "command": f"python -m musicgan_lib.lab.judge_power --seeds {seed}",
                    "metrics": read_power(sizes, strength, seed),
                }  # fmt: skip
                rows.append(run._complete(row))
                records.write(rows, path)


if __name__ == "__main__":
    main()
