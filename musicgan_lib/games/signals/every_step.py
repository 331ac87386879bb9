"""A signal at every step: each note of an answer earns what a discriminator of beginnings says up to it (REGS)."""

from ...learning import policy_gradient as pg
from ...learning import prefixes
from .. import controls
from ..settings import check_name, refuse
from .score_function import ScoreFunction

#: When a note is paid: after itself, or for the whole at the end
PAID = ("steps", "end")


class EveryStep(ScoreFunction):
    """REINFORCE on answers to real openings, which are given and earn nothing."""

    @classmethod
    def refuse(cls, config, changes):
        check_name("paid", config.paid, PAID)
        refuse(
            not 0 < config.opening < config.length,
            f"opening is {config.opening}: choose 1 to {config.length - 1}, so that something is left to answer",
        )
        refuse(
            "paid" in changes and not config.adversarial,
            "paid is of the reward, and adversarial is 0: there is none, so leave paid",
        )
        refuse(
            config.estimator != "reinforce" or config.discount != 1 or config.rollouts,
            "each note is paid for the beginning up to it, and nothing is summed: "
            "estimator is reinforce, discount 1, rollouts 0",
        )
        refuse(
            config.reward != "prefix",
            f"reward is {config.reward}, and whoever pays at every step reads beginnings: leave it prefix",
        )
        super().refuse(config, changes)

    def earn(self, state, actions, log_prob):
        config, instead = self.config, controls.pay_instead(self.control, state.generator)
        discriminator = state.modules["discriminator"].eval()
        if instead:
            said = instead(actions, *actions.shape)
            said[:, : config.opening] = 0
        else:
            logits = discriminator.step_logits(actions)
            said = prefixes.pay_steps(logits, config.opening, config.paid == "end")
        return pg.terminal_reward(said[:, -1], actions.shape[1]), said

    def weigh(self, state, actions, log_prob):
        drawn = super().weigh(state, actions, log_prob)
        drawn.weight = drawn.weight.clone()
        drawn.weight[:, : self.config.opening] = 0  # what was given is nobody's doing
        return drawn
