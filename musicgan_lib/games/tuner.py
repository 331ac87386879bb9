"""Likelihood first, then rules: a model of melodies is tuned by values, and pays for straying from what it was."""

import copy
import math
from dataclasses import dataclass

import torch

from ..data.encode import encode_tokens
from ..evaluation import nll as measures
from ..learning import kl_control, melody_rules, rollouts, team
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.recurrent import RecurrentModel
from .game import Game, device_of
from .settings import check_least, check_name, refuse
from .token_material import Batches
from .word_measures import measure_words

#: Sampled so cold that the likeliest is taken: what learns by the best action plays it.
COLD = 1e-3


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    learner: str = "g"  # which values are learned: g, psi or q
    rules: bool = True  # whether rules are paid for
    prior: bool = True  # whether straying has a price; without, rules are all there is
    price: float = 0.5  # what a nat of straying costs, in fines
    discount: float = 1.0
    explore: float = 0.1  # the share of notes that q throws
    width: int = 64
    embedding: int = 16
    length: int = 16
    batch: int = 64
    pretrain: int = 600
    pretrain_lr: float = 3e-3
    check_every: int = 50
    adversarial: int = 600  # updates by values: nobody plays against it
    lr: float = 1e-3
    lag: float = 0.95  # of the network that says what follows
    clip: float = 5.0
    measure: int = 1000

    @property
    def steps(self) -> int:
        """Both phases together."""
        return self.pretrain + self.adversarial

    def __post_init__(self):
        check_name("learner", self.learner, kl_control.KINDS)
        check_least(self, width=1, embedding=1, length=2, batch=1, pretrain=0, adversarial=0)
        check_least(self, check_every=1, measure=1)
        for name in ("price", "pretrain_lr", "lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        for name in ("discount", "lag", "explore"):
            refuse(
                not 0 <= getattr(self, name) <= 1,
                f"{name} is {getattr(self, name)}: choose 0 to 1",
            )
        refuse(
            not self.rules and not self.prior,
            "without rules and without a prior nothing is paid: keep one of them",
        )
        refuse(
            not self.rules and not self.adversarial,
            "rules are paid for while the model is tuned, and adversarial is 0: leave rules",
        )
        refuse(
            not self.prior and self.learner == "g",
            "g is counted from the model, and without a prior there is none: choose psi or q",
        )
        refuse(
            self.learner != "q" and self.explore != type(self).explore,
            f"explore is {self.explore}, and {self.learner} draws its notes anyway: leave it",
        )


class TunerGame(Game):
    """A recurrent network learns melodies, and goes on by the values of :mod:`~musicgan_lib.learning.kl_control`.

    The policy is the softmax of what it says, whichever value that is: of ``g`` the model's own share is in it.
    """

    Config = Config
    generator = "policy"
    batches = ("batch",)

    def encode(self, config: Config, corpus: str):
        return encode_tokens(corpus, "endings")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            policy = RecurrentModel(
                data.sizes, 1, width=config.width, layers=1, embedding=config.embedding
            ).to(device)
        modules = {"policy": policy}
        for name in ("reference", "lagging"):
            modules[name] = copy.deepcopy(policy).requires_grad_(False)
        optimisers = {
            "pretrain": torch.optim.Adam(policy.parameters(), config.pretrain_lr),
            "policy": torch.optim.Adam(policy.parameters(), config.lr),
        }
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def make_step(self, config: Config, data, control: str | None = None):
        """One update by likelihood, or by values of melodies that the policy has just drawn."""
        self.check_control(config, control)
        real = Batches(data, "train", config.length)
        valid = torch.as_tensor(data.windows("valid", config.length))

        def step(state: TrainingState) -> dict:
            if state.step == config.pretrain:
                begin_tuning(state)
            policy = state.modules["policy"].train()
            if state.step >= config.pretrain:
                return self.tune(state, config)
            loss = policy.nll(real.draw(config.batch, state.generator).to(device_of(policy)))
            update(loss, policy, state.optimisers["pretrain"], config.clip)
            done = state.step + 1
            if done % config.check_every == 0 or done == config.pretrain:
                keep_best(state, "policy", team.agree(measures.nll(policy.eval(), valid)))
            return {"nll_batch": loss.item()}

        return step

    def tune(self, state: TrainingState, config: Config) -> dict:
        """One step by values."""
        policy, frozen = state.modules["policy"], state.modules["reference"].eval()
        actions = explore(policy.eval(), config, state.generator)
        with torch.no_grad():
            start = frozen(actions)
            log_p = start.log_softmax(-1) if config.prior else torch.zeros_like(start)
            charged = melody_rules.charge(actions)
            paid = charged / config.price if config.rules else torch.zeros_like(charged)
            later = state.modules["lagging"].eval()(actions)
            target = kl_control.list_targets(
                config.learner, later, log_p, start, actions, paid, config.discount
            )
        values = kl_control.take_values(config.learner, policy.train()(actions), start, actions)
        loss = (values - target).square().mean()
        update(loss, policy, state.optimisers["policy"], config.clip)
        rollouts.follow(state.modules["lagging"], policy, config.lag)
        return {"value_loss": loss.item(), "fines": -charged.sum(1).mean().item()}

    def measure(self, state: TrainingState, config: Config, data, generator):
        """As :func:`measure_words`, of melodies as the policy plays them; and what the rules say of them.

        ``fines``: what a melody is charged; ``fines_start`` before tuning. ``broken_key`` and so on: the share of
        melodies that break a rule. ``log_p``: nats a note of its melodies under the frozen model, and ``log_p_start``
        of that model's own. ``unique``: different melodies, as a share of all. ``leaps``: how many a melody has;
        ``steps``: the share of its moves that are steps.
        """
        if state.step <= config.pretrain:
            restore_best(state, "policy")
            begin_tuning(state)
        policy, frozen = state.modules["policy"].eval(), state.modules["reference"].eval()
        found, _ = measure_words(policy, None, data, config, generator)
        own = frozen.sample(config.measure, config.length, generator).actions
        samples = play(policy, config, config.measure, generator)
        for name, tunes in (("_start", own), ("", samples)):
            found[f"fines{name}"] = -melody_rules.charge(tunes).sum(1).mean().item()
            found[f"log_p{name}"] = -measures.nll(frozen, tunes)
        for rule, broken in melody_rules.fine(samples).items():
            found[f"broken_{rule}"] = broken.float().sum(1).clamp(max=1).mean().item()
        found["unique"] = len(torch.unique(samples, dim=0)) / len(samples)
        found["leaps"] = melody_rules.count_leaps(samples).mean().item()
        found["steps"] = melody_rules.share_steps(samples).mean().item()
        return found, samples.cpu().numpy()

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64`` tokens; the temperature of q's is on top of its own."""
        return play(module, config, n, generator, temperature).cpu().numpy()


def begin_tuning(state: TrainingState) -> None:
    """The weights that were best on validation music, in all three networks."""
    restore_best(state, "policy")
    state.memory.pop("best_policy", None)
    for name in ("reference", "lagging"):
        state.modules[name].load_state_dict(state.modules["policy"].state_dict())


def play(policy, config: Config, n: int, generator, temperature: float = 1.0) -> torch.Tensor:
    """Melodies by the softmax of the values; of q the best note each time."""
    cold = COLD if config.learner == "q" and config.adversarial else 1.0
    return policy.sample(n, config.length, generator, temperature * cold).actions


def explore(policy, config: Config, generator) -> torch.Tensor:
    """Melodies to learn from: as played, and of q with some notes thrown."""
    if config.learner != "q":
        return play(policy, config, config.batch, generator)
    decoder, notes = policy.decoder(), []
    memory = decoder.begin(config.batch)
    for _ in range(config.length):
        note, _ = decoder.draw(memory, generator, COLD)
        u = torch.rand(2, config.batch, generator=generator).to(note.device)
        thrown = (u[1] * policy.symbols).long()
        notes.append(torch.where(u[0] < config.explore, thrown, note))
        memory = decoder.advance(memory, notes[-1])
    return torch.stack(notes, 1)
