"""Rewards of sequences that were drawn token by token: who pays, when, and how that is written into settings.

A draw of a token has no slope. Its log-probability has one, and is multiplied with what came of it
(:mod:`~musicgan_lib.games.signals.score_function`), or tied to what a critic expects
(:mod:`~musicgan_lib.games.signals.path_consistency`).
"""

from abc import abstractmethod
from dataclasses import dataclass, field

import torch

from ...learning import baselines
from ...learning import policy_gradient as pg
from .. import controls
from ..settings import refuse
from .signal import Reading, Signal

BASELINES = {
    "none": baselines.no_baseline,
    "batch_mean": baselines.batch_mean,
    "leave_one_out": baselines.leave_one_out,
    "standardise": baselines.standardise,
}
#: Baselines that are means over the batch, and so need two sequences
MEANS = ("batch_mean", "leave_one_out", "standardise")
ENTROPY_ESTIMATORS = {
    "merl": pg.merl_per_trajectory,
    "merl_as_printed": pg.merl_as_printed,
    "merl_as_published": pg.merl_as_published,
    "merl_per_token": pg.merl_per_token,
}
#: Kept as their authors have them
AS_PRINTED = ("merl_as_printed", "merl_as_published")
BY_VALUES = "path_consistency"
#: What each setting of these signals may be
KNOWN = {
    "baseline": [*BASELINES, "critic"],
    "estimator": ["reinforce", "kl", BY_VALUES, *ENTROPY_ESTIMATORS],
    "reward": ["probability", "logit", "prefix"],
}


@dataclass
class Drawn(Reading):
    """Sequences ``actions (B, T)`` of a turn, their ``log_prob (B, T)`` with a gradient, and their ``rewards (B, T)``.

    ``returns (B, T)`` is what each action earned from there on, and ``weight`` the same less a baseline;
    ``reference (B, T)`` are log-probabilities under the policy as it was before the game. A signal fills what it uses.
    """

    actions: torch.Tensor = field(kw_only=True)
    log_prob: torch.Tensor = field(kw_only=True)
    rewards: torch.Tensor = field(kw_only=True)
    returns: torch.Tensor | None = None
    weight: torch.Tensor | None = None
    reference: torch.Tensor | None = None


class RewardSignal(Signal):
    """What these signals have in common: who pays for a sequence, and when."""

    @classmethod
    def refuse(cls, config, changes):
        name = config.estimator
        refuse(
            config.alpha and name not in ENTROPY_ESTIMATORS,
            f"alpha is {config.alpha}: {name} has no entropy, choose 0 or a merl estimator",
        )
        refuse(
            config.beta and name not in ("kl", BY_VALUES),
            f"beta is {config.beta}: {name} knows no reference, choose 0, kl or path_consistency",
        )
        refuse(
            config.discount != 1 and name not in ("reinforce", "kl"),
            f"discount is {config.discount}: {name} sums without one, choose 1, reinforce or kl",
        )
        refuse(
            config.discriminator_loss == "least_squares" and config.reward == "probability",
            "least_squares grades are no logits, so there is no probability: choose reward=logit or prefix",
        )
        refuse(
            "critic_lr" in changes and not has_critic(config),
            "critic_lr is a critic's, and there is none",
        )

    @classmethod
    def refuse_control(cls, config, control):
        cancelled = control == "constant_reward" and config.baseline != "none"
        if control != "zero_reward" and not cancelled:
            return
        why = "a reward of 0"
        if cancelled:
            why = f"a constant less its {config.baseline}"
        refuse(
            not cls.learns_without_reward(config),
            f"{control} is no control here: {why} is no update, "
            "so the run would end with the pre-trained weights to the "
            "bit. Compare with the variant without a game, or take random_reward",
        )

    @classmethod
    def learns_without_reward(cls, config) -> bool:
        """Whether anything but the reward moves the policy."""
        return config.likelihood > 0 or config.baseline == "critic"

    def begin(self, state):
        for name in {"reference", "lagging"} & state.modules.keys():
            state.modules[name].load_state_dict(state.modules["policy"].state_dict())

    def read(self, state):
        actions = self.material.draw(state, self.config.batch)
        log_prob = state.modules["policy"].log_prob(actions, entropy=False).log_prob
        with torch.no_grad():
            reading = self.weigh(state, actions, log_prob)
        paid = reading.rewards.sum(1).mean().item()
        reading.numbers = {"reward": paid, "own_nll": -log_prob.mean().item()}
        return reading

    @abstractmethod
    def weigh(self, state, actions, log_prob) -> Drawn:
        """What these sequences earned, and what their log-probabilities are therefore worth."""

    def pay(self, state, actions) -> torch.Tensor:
        """``(B, T)`` rewards of whole sequences: at every step, or at the end alone."""
        discriminator = state.modules["discriminator"].eval()
        if self.config.reward == "prefix":
            instead = controls.pay_instead(self.control, state.generator)
            said = (
                instead(actions, *actions.shape) if instead else discriminator.step_logits(actions)
            )
            return pg.prefix_rewards(said)
        score, worth = self.find_payer(state)
        return pg.terminal_reward(worth(score(actions)), actions.shape[1])

    def find_payer(self, state):
        """What is asked about whole sequences, ``(B, T) -> (B,)``, and a function from its answers to rewards."""
        if instead := controls.pay_instead(self.control, state.generator):
            return lambda actions: instead(actions, len(actions)), lambda paid: paid
        worth = (lambda logit: logit) if self.config.reward == "logit" else torch.sigmoid
        return state.modules["discriminator"].eval().score, worth


def has_critic(config) -> bool:
    """Whether a critic learns beside the policy."""
    return config.baseline == "critic" or config.estimator == BY_VALUES


def ask_reference(state, actions) -> torch.Tensor:
    """Log-probabilities under the policy as it was after pre-training, ``(B, T)``."""
    return state.modules["reference"].eval().log_prob(actions, entropy=False).log_prob
