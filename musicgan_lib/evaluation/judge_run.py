"""The independent judge of a training run: its real music is the test pieces, which chose nothing.

Records call the numbers of the first such judge ``judge1_…``: its real music held the validation pieces, too. Compare
none of them with these.
"""

import numpy as np

from . import windows
from .judge import RECIPE, Judgement, judge, smallest_detectable_gap, standard_error

#: Test pieces that a judge needs: ten to learn from, four to choose its checkpoint, six to be tested on.
FEWEST = 20


def judge_run(drawn, data, seeds: int = 3, recipe=RECIPE) -> dict:
    """What fresh judges make of samples ``(n, T) int64``: flat metrics, ``judge_accuracy`` (0.5 cannot tell) and its
    error.

    The judges' real music are the test pieces alone. The training pieces taught the generator, and the validation
    pieces chose its checkpoint: whoever learns real music from those knows what the generator was chosen by. Test
    pieces are few, so each judge seed tests other pieces (:func:`take_turns`). ValueError where there are too few, and
    for no judge.
    """
    if seeds < 1:
        raise ValueError(f"{seeds} judges are asked for; one or more can tell something")
    length = drawn.shape[1]
    real = windows.cut_windows(data.pieces["test"], length, max(length // 4, 1))
    pieces = len(np.unique(real.tune))
    if pieces < FEWEST:
        raise ValueError(
            f"{data.name} has {pieces} test pieces of {length} words or more, and a judge needs {FEWEST}; "
            "validation pieces cannot fill in, for they chose the run's checkpoint"
        )
    both = np.concatenate([real.words, drawn])
    names, numbers = np.unique(both, return_inverse=True)  # a packed word as a small number
    numbers = numbers.reshape(both.shape)
    real.words = numbers[: len(real)]
    return take_turns(real, numbers[len(real) :], len(names), seeds, recipe).metrics()


def take_turns(real: windows.Windows, fake, n_symbols: int, seeds=3, recipe=RECIPE) -> Judgement:
    """One judge a seed, each with a split of its own: what one learns from, another is tested on.

    Three judges test nine tenths of the tunes, each tune once. The standard error counts those tunes; where the
    judges differ by more than that explains, it is their spread.
    """
    found = [
        judge(
            windows.split_by_tune(real, turn=seed), fake, n_symbols=n_symbols, seeds=(seed,), recipe=recipe, turn=seed
        )
        for seed in range(seeds)
    ]  # fmt: skip
    tested = {
        kind: tuple(np.concatenate(column) for column in zip(*(one.tested[kind] for one in found)))
        for kind in ("real", "fake")
    }
    by_seed = {seed: accuracy for one in found for seed, accuracy in one.by_seed.items()}
    variance = sum(standard_error(*of_kind) ** 2 for of_kind in tested.values()) / 4
    if seeds > 1:
        variance = max(variance, np.var(list(by_seed.values()), ddof=1) / seeds)
    error = float(np.sqrt(variance))
    architectures = found[0].per_architecture
    return Judgement(
        accuracy=float(np.mean(list(by_seed.values()))),
        standard_error=error,
        by_seed=by_seed,
        per_architecture={
            name: float(np.mean([one.per_architecture[name] for one in found]))
            for name in architectures
        },
        js_bound=float(np.mean([one.js_bound for one in found])),
        recipe_hash=found[0].recipe_hash,
        smallest_gap=smallest_detectable_gap(error),
        chosen={seed: one.chosen[seed] for seed, one in enumerate(found)},
        steps={seed: one.steps[seed] for seed, one in enumerate(found)},
        tested=tested,
    )
