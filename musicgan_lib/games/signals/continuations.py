"""The signal of note matrices: continuations of openings, each paid once for the whole, by the score function."""

import math
from dataclasses import dataclass, field

import torch

from ...learning import policy_gradient as pg
from ...learning import team
from ...learning.balance import is_behind
from ...learning.team import update
from .. import controls
from ..game import device_of
from ..roll_material import continue_openings, log_prob_of, pair
from ..settings import refuse
from .rewards import BASELINES
from .signal import DISCRIMINATOR, GENERATOR, Reading, Signal

#: The baselines that this signal takes
KNOWN_BASELINES = ("none", "batch_mean", "leave_one_out", "critic")


@dataclass
class Continued(Reading):
    """Openings ``roll (B, T, N, C)`` with the real continuation behind, what was ``made``, and what is ``said`` of
    the two.

    ``forced``: by teacher forcing the real one is said. ``human`` and ``machine (B,)`` are the discriminator's
    probabilities. Then :meth:`Continuations.teach` fills in ``log_prob (B, T/2)`` of what was said, and its ``weight``.
    """

    roll: torch.Tensor = field(kw_only=True)
    made: torch.Tensor = field(kw_only=True)
    forced: bool = field(kw_only=True)
    human: torch.Tensor = field(kw_only=True)
    machine: torch.Tensor = field(kw_only=True)
    log_prob: torch.Tensor | None = None
    weight: torch.Tensor | None = None

    @property
    def said(self) -> torch.Tensor:
        """What the generator is paid for, ``(B, T/2, N, C)``."""
        return self.roll[:, self.roll.shape[1] // 2 :] if self.forced else self.made

    @property
    def fakes(self) -> torch.Tensor:
        """What the discriminator's lessons of this turn are on."""
        return pair(self.roll, self.made)


class Continuations(Signal):
    """REINFORCE on continuations: each earns the discriminator's probability, once, less a baseline.

    By the rule "gap" only one of the two learns in a turn: the discriminator while it is behind, as in the authors'
    report.
    """

    @classmethod
    def refuse(cls, config, changes):
        group = config.per_opening if config.per_opening > 1 else config.rl_batch
        needs_opening = (
            config.baseline == "critic"
            or config.mismatched
            or config.context == "real"
            or config.per_opening > 1
        )
        refuse(
            not config.conditional and needs_opening,
            "a game from silence has no opening: no critic, no mismatched, no context real, one per_opening",
        )
        refuse(
            group < 2 and config.baseline in ("batch_mean", "leave_one_out"),
            "a mean of one continuation is no baseline: choose a larger rl_batch",
        )
        refuse(
            config.teacher_reward == "discriminator" and not config.teacher_forcing,
            "teacher_reward is what forced batches earn, and there are none: choose teacher_forcing",
        )

    @classmethod
    def refuse_control(cls, config, control):
        if control == controls.FROZEN:
            refuse(
                config.rule == "gap",
                "by the rule gap nobody learns once a discriminator that stands still is behind",
            )
            return
        pays_itself = config.teacher_forcing and config.teacher_reward == "one"
        refuse(
            not config.lambda_rl,
            f"{control} takes nothing away where lambda_rl is 0: a reward moves nothing",
        )
        refuse(
            pays_itself and config.teacher_forcing == 1,
            f"{control} takes nothing away where every batch is forced and earns 1: no discriminator is asked",
        )
        refuse(
            control == "zero_reward" and not config.lambda_ce and not pays_itself,
            "zero_reward is no control here: without cross-entropy and teacher forcing it is no update, "
            "so the run would "
            "end with the pre-trained weights to the bit. Compare with likelihood, or take random_reward",
        )

    @property
    def likelihood(self):
        return self.config.lambda_ce

    def read(self, state):
        config = self.config
        policy, discriminator = state.modules["policy"], state.modules["discriminator"].eval()
        roll = self.material.real(config.rl_batch // config.per_opening, state.generator)
        roll = roll.repeat_interleave(config.per_opening, 0).to(device_of(policy))
        made = continue_openings(policy, config, roll, state.generator)
        forced = torch.rand(1, generator=state.generator).item() < config.teacher_forcing
        with torch.no_grad():
            human = self.material.score(discriminator, roll).sigmoid()
            machine = self.material.score(discriminator, pair(roll, made)).sigmoid()
        numbers = {"d_human": human.mean().item(), "d_machine": machine.mean().item()}
        return Continued(numbers, roll=roll, made=made, forced=forced, human=human, machine=machine)

    def choose_resting(self, state, reading):
        """By the rule "gap" the generator rests while the discriminator is behind, which else rests itself."""
        if self.config.rule != "gap":
            return self.begin_resting()
        gaps = state.memory.setdefault("gaps", [])
        gap = (reading.human - reading.machine).clamp_min(0)
        gaps.append([team.mean(values.mean().item()) for values in (gap, reading.human)])
        del gaps[:-100]
        return {GENERATOR if is_behind(gaps) else DISCRIMINATOR}

    def teach(self, state, reading):
        """What each continuation earned and is worth;
        a critic says what it expected of the opening, and then learns.
        """
        config, policy = self.config, state.modules["policy"].train()
        half = config.length // 2
        # where all rewards are 1 their mean is no baseline, and no discriminator is asked
        plain = reading.forced and config.teacher_reward == "one"
        reward = reading.human if reading.forced else reading.machine
        if plain:
            reward = torch.ones_like(reward)
        elif self.control == "random_reward":
            reward = controls.pay_instead(self.control, state.generator)(reward, len(reward))
        reading.log_prob = log_prob_of(policy, config, reading.roll, reading.said)
        returns = pg.reward_to_go(pg.terminal_reward(reward, half))
        reading.numbers |= self.tell(reading, reward)
        if self.control == "zero_reward":  # a forced batch that earns 1 asks no discriminator
            reading.weight = returns if plain else torch.zeros_like(returns)
        elif config.baseline == "critic":
            reading.weight = self.criticise(state, reading, returns)
        else:
            reading.weight = returns if plain else self.compare(returns)

    def compare(self, returns) -> torch.Tensor:
        """Returns less their baseline; continuations of one opening are compared with each other."""
        several = self.config.per_opening > 1
        groups = returns.split(self.config.per_opening if several else len(returns))
        within = (lambda fn, rows: fn(rows)) if several else team.over_all
        return torch.cat([within(BASELINES[self.config.baseline], g) for g in groups])

    def criticise(self, state, reading, returns) -> torch.Tensor:
        """Returns less what the critic expected of each opening; it takes its lesson afterwards."""
        critic = state.modules["critic"].train()
        expected = critic(reading.roll[:, : self.config.length // 2, :, :2])
        error = (expected - returns[:, 0]).square().mean()
        weight = returns - expected.detach()[:, None]
        update(error, critic, state.optimisers["critic"], self.config.clip)
        reading.numbers["critic_error"] = error.item()
        return weight

    def tell(self, reading, reward) -> dict:
        """The mean reward, log-probability of a continuation, and geometric mean probability of a cell."""
        steps, cells = reading.log_prob.shape[1], reading.roll.shape[2]
        log_pi = reading.log_prob.detach().sum(1).mean().item()
        confidence = math.exp(log_pi / (steps * cells))
        return {"reward": reward.mean().item(), "log_pi": log_pi, "confidence": confidence}

    def loss(self, state, reading):
        return self.config.lambda_rl * pg.reinforce_loss(reading.log_prob, reading.weight)
