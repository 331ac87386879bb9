"""Samples of note matrices against held-out music: distributions a piece, likelihoods, copies, and a fresh judge."""

import numpy as np
import torch
from torch import nn

from ..data.windows import WindowCutter
from ..learning import losses
from ..learning.team import update
from ..metrics import rolls as metrics
from ..metrics.distribution import bootstrap_interval, wasserstein1
from ..metrics.text import longest_copies
from .roll_material import Windows, continue_openings, draw_noise, some_of, split_halves

#: The metrics of the slides, two more, and repeats: what is nearer to real music is counted over these
COMPARED = (*metrics.NAMES, *metrics.REPEATS)
_FRESH = {"steps": 200, "batch": 32, "seeds": 2, "length": 64}


@torch.no_grad()
def draw(module, config, n: int, generator, temperature: float = 1.0) -> np.ndarray:
    """``n`` samples ``(n, T, N, C)`` of ``config.bars`` bars that continue held-out openings;
    from silence, if unconditional.
    """
    length, parts = config.bars * metrics.STEPS_PER_BAR, []
    which = [i % len(module.openings) for i in range(n)]
    device = next(module.parameters()).device
    for i in range(0, n, 64):
        some = which[i : i + 64]
        prefix = module.openings[some].to(device) if config.conditional else None
        style = module.opening_styles
        style = None if style is None else style[some].to(device)
        made = module.sample(len(some), length, generator, temperature, prefix, style)
        parts.append(made.actions.cpu().numpy())
    return np.concatenate(parts)


def measure(state, config, data, generator) -> tuple[dict, np.ndarray]:
    """What a run is worth: flat metrics, and the samples that they were measured on, ``uint8``."""
    policy = state.modules["policy"].eval()
    length = config.bars * metrics.STEPS_PER_BAR
    windows = Windows(data, "test", length, config.channels)
    which, starts = windows.spread(config.measure)
    real = windows.cut(which, starts).numpy()
    made = draw(policy, config, config.measure, generator)
    start = config.length // 2 if config.conditional else 0
    found = compare_rolls(made, real, which, start, config.low)
    again = windows.cut(*windows.spread(config.measure, seed=1)).numpy()
    found["mean_w_floor"] = compare_rolls(again, real, which, start, config.low)["mean_w"]
    likelihoods = measure_likelihoods(policy, config, data)
    sees_ahead = config.features == "anokhin" and config.global_structure and not config.causal
    # where a step sees what it has to predict, it is no likelihood
    found |= {f"leaky_{k}" if sees_ahead else k: v for k, v in likelihoods.items()}
    train = [metrics.onset_words(np.asarray(p)) for p in some_of(data.pieces["train"])]
    for name, some in (("longest_copy", made), ("longest_copy_real", real)):
        words = [metrics.onset_words(r, start) for r in some[:: max(len(some) // 32, 1)][:32]]
        found[name] = float(np.mean(longest_copies(words, train)))
    if "discriminator" in state.modules:
        found |= ask_judges(state, config, data, generator)
        found |= {
            k: v for k, v in state.memory.items() if k.startswith("begin_")
        }  # before the game
    found |= judge_rolls(made[:, start:], data, config, which)
    scale = np.array([1, 1, 127], np.float32)[: made.shape[-1]]
    return found, np.rint(made * scale).astype(np.uint8)


def compare_rolls(made, real, which, start: int, low: int) -> dict:
    """Each statistic of samples and of real windows: means, 1-Wasserstein distance with its interval, and a summary.

    ``which`` piece each window is of, or continues: intervals redraw pieces. ``mean_w`` is the mean distance over
    ``COMPARED`` in standard deviations of real music (where that has one); other windows of the same pieces have
    ``mean_w_floor``, the noise of this yardstick. Rolls that cannot say (silence has no QN) are left out of a
    statistic; read it beside ``eb``.
    """
    of_made, of_real = (metrics.roll_statistics(r, start, low) for r in (made, real))
    found, far, which = {}, [], np.asarray(which)
    for name, values in of_real.items():
        can = [np.isfinite(v) for v in (of_made[name], values)]
        a, b = of_made[name][can[0]], values[can[1]]
        found[f"{name}_real"] = float(b.mean()) if len(b) else np.nan
        found[name] = float(a.mean()) if len(a) else np.nan
        if not len(b):
            continue
        if not len(a):  # silence: as far as it can be said
            a, can[0] = np.zeros(1), np.zeros(len(which), bool)
            can[0][0] = True
        found[f"w1_{name}"] = wasserstein1(a, b)
        ends = _interval(a, which[can[0]], b, which[can[1]])
        found |= {f"w1_{name}_low": ends[0], f"w1_{name}_high": ends[1]}
        if name in COMPARED and b.std() > 1e-6 and len(b) > 3:
            far.append(found[f"w1_{name}"] / b.std())
    return found | {"mean_w": float(np.mean(far))}


def _interval(a, of_a, b, of_b):
    """Where W1 would lie if the pieces were drawn again, those of samples and of real music apart."""
    groups = [[v[of == p] for p in np.unique(of)] for v, of in ((a, of_a), (b, of_b))]

    def distance(some, others):
        drawn = [np.concatenate([g[i] for i in at]) for g, at in zip(groups, (some, others))]
        return wasserstein1(*drawn)

    numbers = [np.arange(len(g)) for g in groups]
    return bootstrap_interval(distance, *numbers, rng=np.random.default_rng(0), n=200)


@torch.no_grad()
def measure_likelihoods(policy, config, data) -> dict:
    """Nats a cell of play and replay on windows of each split, and play's by a table of counts on test windows."""
    found, n = {}, min(config.measure, 128)
    for split in ("train", "valid", "test"):
        windows = Windows(data, split, config.length, config.channels, config.styles)
        which, starts = windows.spread(n)
        roll, style = windows.cut(which, starts), windows.styles_of(which)
        styles = style.split(32) if style is not None else [None] * n
        device = next(policy.parameters()).device
        parts = [policy.losses(r.to(device), s) for r, s in zip(roll.split(32), styles)]
        for name in ("play", "replay"):
            found[f"nll_{name}_{split}"] = float(np.mean([p[name].item() for p in parts]))
    return found | {"nll_play_counts": _count_table(data, roll)}


def _count_table(data, roll) -> float:
    """Nats a cell of play by counts: how often a key sounds at a place in the bar after it did or did not sound."""
    seen = np.full((2, 2, metrics.STEPS_PER_BAR, roll.shape[2]), 0.5)
    for rows in some_of(data.pieces["train"]):
        play = (rows[..., 0] > 0).reshape(-1, metrics.STEPS_PER_BAR, rows.shape[1])
        before = np.concatenate([np.zeros((1, rows.shape[1]), bool), rows[:-1, :, 0] > 0])
        before = before.reshape(play.shape)
        for b in (0, 1):
            for now in (0, 1):
                seen[b, now] += ((before == b) & (play == now)).sum(0)
    chance = seen[:, 1] / seen.sum(1)  # (2, 16, N)
    play = roll[..., 0].numpy() > 0.5
    before = np.pad(play, ((0, 0), (1, 0), (0, 0)))[:, :-1].astype(int)
    at = np.arange(play.shape[1])[:, None] % metrics.STEPS_PER_BAR
    p = chance[before, at, np.arange(play.shape[2])]
    return float(-np.log(np.where(play, p, 1 - p)).mean())


@torch.no_grad()
def ask_judges(state, config, data, generator) -> dict:
    """What the run's discriminator, as it is and as it was at first, says of test continuations, real and made, and
    of noise.

    With ``context="real"`` the made ones are one-step samples, as that discriminator knows them.
    """
    windows, found = Windows(data, "test", config.length, config.channels), {}
    roll = windows.cut(*windows.spread(min(config.measure, 128)))
    made = continue_openings(state.modules["policy"], config, roll, generator).cpu()
    x, y = split_halves(roll)
    for module, prefix in (("discriminator", "d"), ("first_discriminator", "first")):
        if module not in state.modules:
            continue
        discriminator = state.modules[module].eval()
        device = next(discriminator.parameters()).device

        def ask(x, y, discriminator=discriminator, device=device):
            return discriminator.score(y.to(device), x.to(device)).sigmoid().cpu().numpy()

        human, machine = ask(x, y), ask(x, made[..., :2])
        others = {"human": human, "machine": machine, "noise": ask(x, draw_noise(y, generator)),
                  "mismatched": ask(x, y.roll(len(y) // 2, 0))}  # fmt: skip
        found |= {f"{prefix}_{k}": float(v.mean()) for k, v in others.items()}
        found[f"{prefix}_auc"] = metrics.auc(human, machine)
    return found


class RollJudge(nn.Module):
    """A small convolutional network that hears four bars: the independent judge of note matrices."""

    def __init__(self, channels: int = 16):
        super().__init__()
        self.near = nn.Conv2d(2, channels, (8, 13), stride=(4, 1), padding=(0, 6))
        self.far = nn.Conv2d(channels, channels, (5, 5), stride=(2, 2))
        self.decide = nn.Linear(2 * channels, 1)

    def forward(self, roll):
        x = torch.relu(self.near(roll.permute(0, 3, 1, 2)))
        x = torch.relu(self.far(x)).flatten(2)
        return self.decide(torch.cat([x.mean(2), x.amax(2)], 1))[:, 0]


def judge_rolls(made, data, config, which, seeds: int = _FRESH["seeds"]) -> dict:
    """How well fresh judges tell samples from held-out music, on pieces and openings that they never saw.

    ``made (n, T, N, C)`` continue the test pieces ``which``; each judge is trained on the first seven tenths of those
    pieces and what continues them, and asked about the rest. ``judge_auc`` .5 cannot tell; its error counts judges.
    Below 128 samples a judge takes 20 steps: too short for more than trying out.
    """
    length = min(_FRESH["length"], made.shape[1])
    pieces = Windows(data, "test", config.bars * metrics.STEPS_PER_BAR).pieces
    last = min(which[int(0.7 * len(which))], len(pieces) - 2)  # of the pieces to learn from
    first = sum(w <= last for w in which)
    real_parts, made_parts = (pieces[: last + 1], pieces[last + 1 :]), (made[:first], made[first:])
    if last < 0:  # one piece: nothing to hold out
        real_parts, made_parts = (pieces, pieces), (made, made)
    aucs = []
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            judge = RollJudge()
        optimiser = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=0.01)
        for _ in range(_FRESH["steps"] if config.measure >= 128 else 20):
            real, fake = (
                _crops(p, _FRESH["batch"], length, rng) for p in (real_parts[0], made_parts[0])
            )
            update(losses.discriminator_loss(judge(real), judge(fake)), judge, optimiser, 1.0)
        with torch.no_grad():
            real, fake = (
                judge(_crops(p, 256, length, rng)).numpy() for p in (real_parts[1], made_parts[1])
            )
        aucs.append(metrics.auc(real, fake))
    error = np.std(aucs, ddof=1) / len(aucs) ** 0.5 if seeds > 1 else np.nan
    return {"judge_auc": float(np.mean(aucs)), "judge_auc_error": float(error)}


def _crops(rolls, n, length, rng) -> torch.Tensor:
    """``n`` stretches of whole bars from all rolls alike, ``(n, length, N, 2) float32``, moved by up to five keys."""
    cutter, parts = WindowCutter(rolls, length, "piece", metrics.STEPS_PER_BAR), []
    for i in rng.integers(len(rolls), size=n):
        start, by = cutter.draw_starts([i], rng), int(rng.integers(-5, 6))
        cut = cutter.cut([i], start)[0, :, :, :2] > 0
        cut = np.pad(cut, ((0, 0), (5, 5), (0, 0)))[:, 5 - by : 5 - by + cut.shape[1]]
        parts.append(cut)
    return torch.as_tensor(np.stack(parts), dtype=torch.float32)
