"""What happens in a step of the game on note matrices: likelihood, lessons of the judge, policy gradient."""

import math

import numpy as np
import torch
from torch.nn import functional as F

from ..learning import baselines, losses, team
from ..learning import policy_gradient as pg
from ..learning.team import update
from ..metrics.rolls import roll_statistics
from ..models.draws import rand, randint
from .game import device_of

_BASELINES = {
    "none": baselines.no_baseline,
    "batch_mean": baselines.batch_mean,
    "leave_one_out": baselines.leave_one_out,
}
BASELINES = (*_BASELINES, "critic")


def pretrain(state, config, real, valid) -> dict:
    """One update of the generator by likelihood, its rate on a line down to a tenth; Adadelta's own rate stays."""
    policy, optimiser = state.modules["policy"].train(), state.optimisers["pretrain"]
    if config.optimiser != "adadelta":
        done = state.step / config.pretrain
        optimiser.param_groups[0]["lr"] = config.pretrain_lr * (1 - 0.9 * done)
    roll, style = real.draw(config.batch, state.generator)
    loss = policy.loss(roll.to(device_of(policy)), style)
    update(loss, policy, optimiser, config.clip)
    return {"cross_entropy": loss.item()} | _check(state, config, valid)


def pretrain_judge(state, config, real) -> dict:
    """One lesson of the judge, on continuations that are drawn once."""
    if "pool" not in state.memory:
        policy, parts, left = state.modules["policy"], [], config.pool
        while left > 0:
            some = min(left, 64)
            roll, _ = real.draw(some // team.size(), state.generator)
            made = continue_openings(policy, config, roll, state.generator)
            parts.append(team.gather_rows(_pair(roll, made).to(torch.uint8)))
            left -= some
        state.memory["pool"] = torch.cat(parts)
    pool = state.memory["pool"]
    which = randint(len(pool), config.judge_batch, state.generator)
    return _teach(state, config, real, pool[which].float())


def play(state, config, real, valid, control=None) -> dict:
    """One turn: continuations, their rewards, an update of the generator and lessons of the judge.

    By the rule "ratio" the judge learns ``judge_steps`` times a turn; by "gap" it is the one that learns, and the
    generator rests, while the last hundred gaps say that it is behind: the rule of the authors' report.
    """
    policy, judge = state.modules["policy"], state.modules["judge"].eval()
    roll = real.draw(config.rl_batch // config.per_opening, state.generator)[0]
    roll = roll.repeat_interleave(config.per_opening, 0).to(device_of(policy))
    half = config.length // 2
    made = continue_openings(policy, config, roll, state.generator)  # (B, T/2, N, C)
    forced = torch.rand(1, generator=state.generator).item() < config.teacher_forcing
    said = roll[:, half:] if forced else made  # teacher forcing
    with torch.no_grad():
        human, machine = (
            score_halves(judge, torch.cat([roll[:, :half, :, :2], y], 1)).sigmoid()
            for y in (roll[:, half:, :, :2], made[..., :2])
        )
        reward = human if forced else machine
    numbers = {"d_human": human.mean().item(), "d_machine": machine.mean().item()}
    behind = config.rule == "gap" and _is_behind(state.memory, human, machine)
    if not behind:
        # where all rewards are 1 their mean is no baseline, and no judge is asked
        plain = forced and config.teacher_reward == "one"
        if plain:
            reward = torch.ones_like(reward)
        elif control == "random_reward":
            reward = rand(len(reward), generator=state.generator).to(reward.device)
        numbers |= _reinforce(state, config, real, roll, said, reward, control, plain)
        numbers |= _watch(torch.cat([roll[:, :half], made], 1), half, config)
        numbers |= _check(state, config, valid, 4)
    if control != "frozen_discriminator" and (behind or config.rule == "ratio"):
        state.optimisers["judge"].param_groups[0]["lr"] = config.game_lr
        for _ in range(config.judge_steps):
            numbers["d_loss"] = _teach(state, config, real, _pair(roll, made))["d_loss"]
    return numbers


def _reinforce(state, config, real, roll, said, reward, control, plain=False) -> dict:
    policy, half = state.modules["policy"].train(), config.length // 2
    log_prob = _log_prob(policy, config, roll, said)  # (B, T/2)
    returns = pg.reward_to_go(pg.terminal_reward(reward, half))
    log_pi = log_prob.detach().sum(1).mean().item()
    cells = half * roll.shape[2]
    numbers = {
        "reward": reward.mean().item(),
        "log_pi": log_pi,
        "confidence": math.exp(log_pi / cells),
    }
    if control == "zero_reward":  # a forced batch that earns 1 asks no judge
        weight = returns if plain else torch.zeros_like(returns)
    elif config.baseline == "critic":
        weight, numbers["critic_error"] = _criticise(state, config, roll[:, :half, :, :2], returns)
    elif plain:
        weight = returns
    else:  # continuations of one opening are compared with each other
        groups = returns.split(config.per_opening if config.per_opening > 1 else len(returns))
        within = team.over_all if config.per_opening == 1 else lambda fn, rows: fn(rows)
        weight = torch.cat([within(_BASELINES[config.baseline], g) for g in groups])
    optimiser = state.optimisers["policy"]
    optimiser.zero_grad(set_to_none=True)
    (config.lambda_rl * pg.reinforce_loss(log_prob, weight)).backward()
    team.average_slopes(policy)
    numbers["rl_slope"] = _slope(policy)
    if config.lambda_ce:
        loss = policy.loss(real.draw(config.ce_batch, state.generator)[0].to(device_of(policy)))
        (config.lambda_ce * loss).backward()
        numbers["cross_entropy"] = loss.item()
    team.average_slopes(policy)
    torch.nn.utils.clip_grad_norm_(policy.parameters(), config.clip)
    optimiser.step()
    return numbers


def _criticise(state, config, x, returns):
    """Returns less what the critic expected of each opening; it takes its lesson afterwards."""
    critic = state.modules["critic"].train()
    expected = critic(x)
    error = (expected - returns[:, 0]).square().mean()
    weight = returns - expected.detach()[:, None]
    update(error, critic, state.optimisers["critic"], config.clip)
    return weight, error.item()


def _is_behind(memory, human, machine) -> bool:
    """The report's rule, on the last hundred batches: a gap below .1, or below .3 where real music scores below .8."""
    gaps = memory.setdefault("gaps", [])
    gaps.append([team.mean(v.mean().item()) for v in ((human - machine).clamp_min(0), human)])
    del gaps[:-100]
    gap, real = (sum(g[i] for g in gaps) / len(gaps) for i in (0, 1))
    return gap < 0.1 or (real < 0.8 and gap < 0.3)


def _teach(state, config, real, made) -> dict:
    """One update of the judge: real windows against made ones ``(B, T, N, 2)``, noise and wrong pairs among them."""
    judge = state.modules["judge"].train()
    device, n = device_of(judge), len(made)
    x, y = (p.to(device) for p in split_halves(real.draw(n, state.generator)[0]))
    x_made, y_made = (p.to(device) for p in split_halves(made))
    noisy, wrong = round(config.noise * n), round(config.mismatched * n)
    if noisy:  # each with a density of its own, as published
        y_made = torch.cat([draw_noise(y_made[:noisy], state.generator), y_made[noisy:]])
    if wrong:  # real music after another opening
        x_made = torch.cat([x_made[: n - wrong], x[:wrong]])
        y_made = torch.cat([y_made[: n - wrong], y.roll(1, 0)[:wrong]])
    of_real, of_made = judge.score(y, x), judge.score(y_made, x_made)
    loss = losses.discriminator_loss(of_real, of_made)
    update(loss, judge, state.optimisers["judge"], config.clip)
    real_says, made_says = of_real.detach().sigmoid(), of_made.detach().sigmoid()
    return {
        "d_loss": loss.item(), "d_human": real_says.mean().item(), "d_machine": made_says.mean().item(),
    }  # fmt: skip


def draw_noise(like, generator) -> torch.Tensor:
    """Rolls of dice in the shape of others, each with a density of its own between 0 and 1."""
    density = rand(len(like), 1, 1, 1, generator=generator)
    return (rand(*like.shape, generator=generator) < density).float().to(like.device)


def continue_openings(policy, config, roll, generator) -> torch.Tensor:
    """The generator's Y after each X, ``(B, T/2, N, C)``: by its own steps, from silence, or after the real steps."""
    half, roll = config.length // 2, roll.to(device_of(policy))
    if config.context == "real":
        policy.eval()
        with torch.no_grad():
            chance = policy.logits(roll)[..., :2].sigmoid()
        drawn = (rand(*chance.shape, generator=generator).to(chance.device) < chance).float()
        return (drawn * _counts(drawn, roll))[:, half:]
    if not config.conditional:
        return policy.sample(len(roll), half, generator).actions
    whole = policy.sample(len(roll), config.length, generator, prefix=roll[:, :half])
    return whole.actions[:, half:]


def _log_prob(policy, config, roll, said) -> torch.Tensor:
    """Log-probability of each step of Y, ``(B, T/2)``, in the context that it was drawn in."""
    half = config.length // 2
    if config.context == "real":
        whole = torch.cat([roll[:, :half, :, :2], said[..., :2]], 1)
        cells = -F.binary_cross_entropy_with_logits(
            policy.logits(roll)[..., :2], whole, reduction="none"
        )
        return (cells * _counts(whole, roll)).sum((2, 3))[:, half:]
    if not config.conditional:
        return policy.log_prob(said).log_prob
    return policy.log_prob(torch.cat([roll[:, :half], said], 1)).log_prob[:, half:]


def _counts(drawn, roll):
    """Where a one-step sample says something: play everywhere, replay where it sounds and the real step before did."""
    play = drawn[..., 0]
    before = F.pad(roll[..., 0], (0, 0, 1, 0))[:, :-1]
    return torch.stack([torch.ones_like(play), play * before], -1)


def split_halves(roll: torch.Tensor) -> tuple:
    """X and Y as a judge sees them: the two halves of a window, play and replay."""
    half = roll.shape[1] // 2
    return roll[:, :half, :, :2], roll[:, half:, :, :2]


def score_halves(judge, roll) -> torch.Tensor:
    """A judge's logits of windows; one of continuations alone does not hear X."""
    x, y = split_halves(roll)
    return judge.score(y, x)


def _pair(roll, made) -> torch.Tensor:
    return torch.cat([split_halves(roll)[0].to(made.device), made[..., :2]], 1).detach()


def _watch(whole, half, config) -> dict:
    """What the slides watch of a batch, and density; a mean over those that are not silent, where silence has none."""
    start = half if config.conditional else 0
    found = roll_statistics(whole[:, half - start :].cpu().numpy(), start, config.low)
    kept = {k: found[k][~np.isnan(found[k])] for k in ("eb", "upc", "qn", "density")}
    return {k: float(v.mean()) for k, v in kept.items() if len(v)}


@torch.no_grad()
def _check(state, config, valid, often=1) -> dict:
    """Nats a cell on validation windows, now and then; in between the last one."""
    done = state.step + 1
    if done % max(config.check_every // often, 1) == 0 or done in (config.pretrain, config.steps):
        policy, (roll, style) = state.modules["policy"].eval(), valid
        styles = style.split(32) if style is not None else [None] * len(roll)
        found = [
            policy.losses(r.to(device_of(policy)), s)["play"]
            for r, s in zip(roll.split(32), styles)
        ]
        state.memory["nll_valid"] = torch.stack(found).mean().item()
    return {k: v for k, v in state.memory.items() if k == "nll_valid"}


def _slope(module) -> float:
    """The length of a module's gradient."""
    slopes = [p.grad for p in module.parameters() if p.grad is not None]
    return torch.nn.utils.get_total_norm(slopes).item()
