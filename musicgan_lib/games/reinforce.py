"""REINFORCE and nothing else: a network writes tunes, a planted reward pays for each, and every tune can be listed."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.four_tones import encode_four_tones
from ..learning import baselines, enumeration
from ..learning.fit import TrainingState
from ..learning.planted_reward import PlantedReward
from ..learning.policy_gradient import reinforce_loss, terminal_reward
from ..learning.team import update
from ..models.recurrent import RecurrentModel
from .controls import pay_instead
from .game import Game, device_of
from .settings import check_least, check_name, refuse

BASELINES = {"none": baselines.no_baseline, "others": baselines.leave_one_out}
SYMBOLS = 4


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed and the corpus whose moves pay."""

    baseline: str = "none"  # or "others": the mean of the other tunes of the batch is subtracted
    dealt: bool = False  # each tune keeps the reward of another one, dealt once by the seed
    length: int = 6  # notes of a tune, after its opening
    width: int = 32
    embedding: int = 8
    batch: int = 64  # tunes a step
    lr: float = 0.01
    clip: float = 5.0
    steps: int = 300
    measure: int = 64  # tunes that are drawn as samples

    def __post_init__(self):
        check_name("baseline", self.baseline, BASELINES)
        check_least(self, length=1, width=1, embedding=1, batch=1, steps=0, measure=1)
        refuse(
            SYMBOLS**self.length > 10**5,
            f"length is {self.length}, and {SYMBOLS}^{self.length} tunes are too many to list: choose 8 or less",
        )
        refuse(
            self.baseline == "others" and self.batch < 2,
            "the batch is 1, and there are no other tunes whose mean could be subtracted",
        )
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class ReinforceGame(Game):
    """A step draws a batch of tunes, pays each once, at its end, and follows the score that the reward weighs.

    The control ``random_reward`` pays by dice; the setting ``dealt`` keeps the list of rewards and deals them to other
    tunes.
    """

    Config = Config
    generator = "policy"
    controls = ("random_reward",)

    def encode(self, config: Config, corpus: str):
        return encode_four_tones(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            policy = RecurrentModel(
                (SYMBOLS,), 1, "gru", config.width, layers=1, embedding=config.embedding
            )
        policy = policy.to(device)
        deal = torch.Generator().manual_seed(seed)
        memory = {"dealt": torch.randperm(SYMBOLS**config.length, generator=deal).tolist()}
        optimiser = torch.optim.Adam(policy.parameters(), config.lr)
        generator = torch.Generator().manual_seed(seed)
        return TrainingState(
            {"policy": policy},
            {"policy": optimiser},
            generator,
            memory=memory if config.dealt else {},
        )

    def make_step(self, config: Config, data, control: str | None = None):
        """One update from a batch of tunes that the network has just drawn."""
        self.check_control(config, control)
        reward, subtract = plant(config, data), BASELINES[config.baseline]

        def step(state: TrainingState) -> dict:
            policy = state.modules["policy"].train()
            actions = policy.sample(config.batch, config.length, state.generator).actions
            place = reward.index(actions.cpu())
            if config.dealt:
                place = torch.tensor(state.memory["dealt"])[place]
            paid = reward.returns[place]
            if payer := pay_instead(control, state.generator):
                paid = payer(actions.cpu(), config.batch)
            weight = weigh(paid.float(), config.length, subtract).to(actions.device)
            loss = reinforce_loss(policy.log_prob(actions, entropy=False).log_prob, weight)
            update(loss, policy, state.optimisers["policy"], config.clip)
            return {"paid": paid.mean().item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Exact sums over all tunes. ``expected_reward``: what the policy earns on average by the planted reward,
        whatever it was paid; ``best_reward``, what the best tune earns, and ``start_reward``, what equal shares earn;
        ``likeliest``, the probability of its likeliest tune; ``entropy`` of its tunes, nats. ``parameters``.
        The samples are tunes with their opening, ``(measure, 2 + length)`` semitones above do.
        """
        policy, reward = state.modules["policy"].eval(), plant(config, data)
        with torch.no_grad():
            log_p = enumeration.sequence_log_prob(policy, reward.tunes.to(device_of(policy)))
        chance = log_p.cpu().double().softmax(0)  # they sum to 1 but for rounding
        found = {
            "expected_reward": float(chance @ reward.returns),
            "best_reward": float(reward.returns.max()),
            "start_reward": float(reward.returns.mean()),
            "likeliest": float(chance.max()),
            "entropy": float(-torch.special.xlogy(chance, chance).sum()),
            "parameters": sum(p.numel() for p in policy.parameters()),
        }
        drawn = self.draw(policy, config, config.measure, generator)
        tones = np.array(data.tones)
        opening = np.tile(tones[list(data.opening)], (len(drawn), 1))
        return found, np.concatenate([opening, tones[drawn]], 1)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64``: tunes as places among the four tones, without their opening."""
        return module.sample(n, config.length, generator, temperature).actions.cpu().numpy()


def plant(config: Config, data) -> PlantedReward:
    """The reward that the moves of a corpus plant."""
    return PlantedReward(data.moves, data.opening[1], config.length)


def weigh(paid: torch.Tensor, length: int, subtract) -> torch.Tensor:
    """``(B,)`` rewards of tunes -> ``(B, T)``: each note is weighed with all that its tune earned, less a baseline."""
    rewards = terminal_reward(paid, length)
    return subtract(rewards.sum(1, keepdim=True).expand(-1, length))
