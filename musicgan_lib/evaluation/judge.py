"""The independent judge: two small networks that never met the generator tell its music from real music.

A judge says how often a fresh, honest classifier is right on tunes and samples that it never saw: 0.5
where it cannot tell. The number depends on how the judge is made, so that is fixed beforehand, in
:data:`RECIPE`, and its hash travels with every number. Compare only numbers with the same hash.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from statistics import NormalDist

import numpy as np
import torch
from torch.nn import functional as F

from .judge_networks import ARCHITECTURES
from .windows import PARTS, Windows, shuffle_bars, shuffle_notes, split_samples


@dataclass(frozen=True)
class Recipe:
    """How a judge is made: everything that its number depends on, apart from the data and the seeds."""

    version: int = 1
    architectures: tuple = ("cnn", "gru")
    embedding: int = 32
    widths: tuple = (1, 2, 3, 5, 9)  # of the convolutions, in words
    channels: int = 32  # for each width
    hidden: int = 64
    memory: int = 48  # of the recurrent judge, in each direction
    dropout: float = 0.3  # at .4 to .5 such a judge learns too little
    batch: int = 64  # of each kind
    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    max_steps: int = 320  # the cosine ends here
    check_every: int = 20
    patience: int = 5  # checks without a better BCE: the plateau
    shares: tuple = (0.7, 0.1, 0.2)  # of the fakes: train, select, test
    split_seed: int = 0


#: The judge of this book. Change it and no recorded judgement can be compared any more; a test pins its hash.
RECIPE = Recipe()
#: Too short to reach a plateau: for trying out code, and never beside numbers of :data:`RECIPE`.
SMOKE = replace(
    RECIPE,
    architectures=("cnn",),
    embedding=16,
    widths=(1, 2, 3, 5),
    channels=16,
    learning_rate=8e-3,
    max_steps=80,
)


def recipe_hash(recipe: Recipe = RECIPE) -> str:
    """Twelve characters that change when anything in the recipe does."""
    return hashlib.sha256(json.dumps(asdict(recipe), sort_keys=True).encode()).hexdigest()[:12]


@dataclass
class Judgement:
    """What the judges found.

    ``accuracy``: share right on the test part, mean of the share on real and on fake music, and over
    judge seeds; 0.5 cannot tell, 1 always tells, and *lower* is better for a generator. ``standard_error``
    counts tunes, not windows, and the spread over judge seeds. ``by_seed``: seed -> accuracy of the
    architecture that the select part chose. ``per_architecture``: name -> mean test accuracy.
    ``js_bound``: nats by which the judge's own likelihood proves the two sets apart (Jensen-Shannon; below
    0 it proves nothing). ``smallest_gap``: :func:`smallest_detectable_gap`. ``chosen``: seed -> architecture;
    ``steps``: seed -> step of its best checkpoint. ``scores``: logits of "real", mean over judge seeds,
    of the windows that were given as ``also_score``. ``tested``: ``"real"`` and ``"fake"`` -> for each test window
    how often it was judged rightly, and its tune.
    """

    accuracy: float
    standard_error: float
    by_seed: dict
    per_architecture: dict
    js_bound: float
    recipe_hash: str
    smallest_gap: float
    chosen: dict = field(default_factory=dict)
    steps: dict = field(default_factory=dict)
    scores: np.ndarray | None = field(default=None, repr=False, compare=False)
    tested: dict = field(default_factory=dict, repr=False, compare=False)

    def metrics(self, prefix: str = "judge") -> dict[str, float]:
        """Flat numbers for a record."""
        names = ("accuracy", "standard_error", "js_bound", "smallest_gap")
        found = {f"{prefix}_{n}": float(getattr(self, n)) for n in names}
        tunes = len(np.unique(self.tested["real"][1]))
        return found | {f"{prefix}_seeds": len(self.by_seed), f"{prefix}_tunes": tunes}


def judge(
    real, fake, *, n_symbols: int, seeds=(0, 1, 2), recipe=RECIPE, device="cpu", also_score=None, turn=0
) -> Judgement:  # fmt: skip
    """How well do fresh judges tell ``fake`` from ``real`` on tunes and samples that they never saw?

    Parameters
    ----------
    real : dictionary of ``train``, ``select`` and ``test`` :class:`Windows`, no tune in two of them
        (:func:`split_by_tune`).
    fake : ``(N, T)`` samples, in any order: they are shuffled before they are split, because samples sorted
        by a score would make the test part another kind than the training part. Or :class:`Windows`
        with tunes, which are then split by tune.
    seeds : judge seeds; each trains every architecture of the recipe.
    also_score : further windows ``(N, T)``, judged one by one afterwards (``Judgement.scores``).
    turn : which of the fakes are tested (:func:`split_samples`).

    For each seed the checkpoint and the architecture with the lowest mean BCE on the select part are
    taken, and the test part is looked at once. ValueError for sets that share a tune, symbols outside
    the alphabet, windows of two lengths, or too few of them.

    Source: ours, after the classifier two-sample test (Lopez-Paz and Oquab, 2017).
    """
    fake = split_samples(fake, recipe.shares, recipe.split_seed, turn)
    _check(real, fake, n_symbols)
    right = {0: [], 1: []}  # fake, real: one (n,) of 0 and 1 for each seed
    by_seed, chosen, steps, nats, scores = {}, {}, {}, [], []
    each = {name: [] for name in recipe.architectures}
    data = {
        (k, p): torch.tensor(s[p].words, device=device)
        for k, s in ((1, real), (0, fake))
        for p in PARTS
    }
    if also_score is not None:
        data["scores"] = torch.as_tensor(np.asarray(also_score, np.int64), device=device)
    for seed in seeds:
        found = {n: _train(n, data, n_symbols, recipe, seed, device) for n in recipe.architectures}
        best = min(found, key=lambda n: found[n]["select"])
        for name, one in found.items():
            each[name].append(np.mean([r.mean() for r in one["right"].values()]))
        by_seed[seed], chosen[seed], steps[seed] = each[best][-1], best, found[best]["step"]
        nats.append(found[best]["test"])
        for kind in right:
            right[kind].append(found[best]["right"][kind])
        scores.append(found[best]["scores"])
    tested = {
        name: (np.mean(right[k], 0), sets["test"].tune)
        for k, name, sets in ((1, "real", real), (0, "fake", fake))
    }
    errors = [standard_error(*windows_right) for windows_right in tested.values()]
    spread = np.var(list(by_seed.values()), ddof=1) / len(by_seed) if len(by_seed) > 1 else 0.0
    error = float(np.sqrt(sum(e**2 for e in errors) / 4 + spread))
    return Judgement(
        accuracy=float(np.mean(list(by_seed.values()))),
        standard_error=error,
        by_seed={s: float(a) for s, a in by_seed.items()},
        per_architecture={n: float(np.mean(a)) for n, a in each.items()},
        js_bound=float(np.log(2) - np.mean(nats)),
        recipe_hash=recipe_hash(recipe),
        smallest_gap=smallest_detectable_gap(error),
        chosen=chosen,
        steps=steps,
        scores=None if also_score is None else np.mean(scores, 0),
        tested=tested,
    )


def calibrate(
    real, other: Windows, *, n_symbols: int, seeds=(0, 1, 2), recipe=RECIPE, device="cpu"
) -> dict[str, Judgement]:
    """What this judge says where the answer is known: print it before any verdict.

    ``real`` is that of :func:`judge`, ``other`` windows of further real tunes, none of them in ``real``. Keys:
    ``real`` (should be 0.5), ``real_again`` (the same with other judge seeds), ``notes_shuffled`` (should be far
    above) and, where the windows know their bars, ``bars_shuffled``. ValueError for a tune that is in both.
    """
    for tune in np.intersect1d(other.tune, np.concatenate([r.tune for r in real.values()])):
        raise ValueError(f"tune {tune} is in both sets; real against real needs other tunes")
    rng = np.random.default_rng(recipe.split_seed)
    sets = {"real": (other, seeds), "real_again": (other, [s + 1000 for s in seeds])}
    sets["notes_shuffled"] = (shuffle_notes(other, rng), seeds)
    if other.bar is not None:
        sets["bars_shuffled"] = (shuffle_bars(other, rng), seeds)
    kwargs = {"n_symbols": n_symbols, "recipe": recipe, "device": device}
    return {name: judge(real, fake, seeds=s, **kwargs) for name, (fake, s) in sets.items()}


def smallest_detectable_gap(
    standard_error: float, power: float = 0.8, level: float = 0.05
) -> float:
    """How far two systems' accuracies must lie apart to be told apart this often (``power``).

    For two judgements of this standard error each, two-sided at ``level``, the real part not paired:
    ``(z(1 - level/2) + z(power)) * sqrt(2) * standard_error``. An error of 0 comes from a judge that is
    always right, or always says the same: it detects no gap, so infinity. Source: the normal power formula.
    """
    if not standard_error:
        return np.inf
    z = NormalDist().inv_cdf
    return float((z(1 - level / 2) + z(power)) * np.sqrt(2) * standard_error)


def _check(real, fake, n_symbols):
    for name, sets in (("real", real), ("fake", fake)):
        for part in PARTS:
            words = sets[part].words
            if len(words) < 2:
                raise ValueError(f"{len(words)} {part} windows of the {name} are too few")
            if words.min() < 0 or words.max() >= n_symbols:
                raise ValueError(
                    f"{name} words must lie in 0..{n_symbols - 1}, got {words.min()}..{words.max()}"
                )
    lengths = {s[p].words.shape[1] for s in (real, fake) for p in PARTS}
    if len(lengths) > 1:
        raise ValueError(f"windows of lengths {sorted(lengths)}: the judge would only count")
    for a, b in (PARTS[:2], PARTS[1:], PARTS[::2]):
        both = np.intersect1d(real[a].tune, real[b].tune)
        if len(both):
            raise ValueError(f"tune {both[0]} stands in {a} and in {b}; split real windows by tune")


def _train(name, data, n_symbols, recipe, seed, device) -> dict:
    """One judge, to its plateau on the select part; what it says about the test part."""
    with torch.random.fork_rng(devices=[device] if str(device) != "cpu" else []):
        torch.manual_seed(seed)
        net = ARCHITECTURES[name](n_symbols, recipe, data[1, "train"].shape[1]).to(device)
        optimiser = torch.optim.AdamW(
            net.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay
        )
        falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.max_steps)
        rng, best = np.random.default_rng(seed), {"select": np.inf}
        for step in range(1, recipe.max_steps + 1):
            loss = 0.0
            net.train()
            for kind in (1, 0):
                pool = data[kind, "train"]
                batch = pool[torch.from_numpy(rng.integers(0, len(pool), recipe.batch)).to(device)]
                loss = loss + F.softplus((1 - 2 * kind) * net(batch)).mean() / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            falling.step()
            if step % recipe.check_every == 0:
                nats = np.mean([_look(net, data[k, "select"], k)[0] for k in (1, 0)])
                if nats < best["select"]:
                    state = {k: v.clone() for k, v in net.state_dict().items()}
                    best = {"select": float(nats), "step": step, "state": state}
                if step - best.get("step", step) >= recipe.patience * recipe.check_every:
                    break
        net.load_state_dict(best.pop("state"))
    seen = {k: _look(net, data[k, "test"], k) for k in (1, 0)}
    return best | {
        "test": np.mean([s[0] for s in seen.values()]),
        "right": {k: s[1] for k, s in seen.items()},
        "scores": _logits(net, data["scores"]).cpu().numpy() if "scores" in data else None,
    }


def _logits(net, words) -> torch.Tensor:
    net.eval()
    with torch.no_grad():
        return torch.cat([net(part) for part in words.split(1024)])


def _look(net, words, kind) -> tuple[float, np.ndarray]:
    """Mean BCE in nats, and for each window whether it was judged rightly, as 0 or 1."""
    logits = _logits(net, words)
    right = ((logits > 0) == bool(kind)).double().cpu().numpy()
    return float(F.softplus((1 - 2 * kind) * logits).mean()), right


def standard_error(right, tune) -> float:
    """Of the mean, with windows of one tune taken as one witness (cluster-robust)."""
    names, row = np.unique(tune, return_inverse=True)
    sums = np.bincount(row, right - right.mean())
    n = len(names)
    if n < 2:
        return np.inf  # one witness: nobody knows how much another would differ
    return float(np.sqrt(n / (n - 1) * (sums**2).sum()) / len(right))
