"""The settings of the game on words: what there is, what goes together, what pre-training depends on."""

from dataclasses import dataclass, replace

from .settings import Request, check_least, check_name, check_settings
from .signals.path_consistency import PathConsistency
from .signals.rewards import BY_VALUES, KNOWN
from .signals.score_function import RollOuts, ScoreFunction
from .signals.signal import Signal
from .token_material import DISCRIMINATOR_LOSSES


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    form: str = "published"  # or "factored", "interleaved"
    all_keys: bool = False
    one_key: bool = False
    close_chords: bool = False
    # the networks; the paper's configuration is 32, 512, no dropout, N(0, 0.1), and 2000 channels of width 20
    embedding: int = 32
    hidden: int = 512
    dropout: float = 0.0
    init_std: float | None = 0.1
    discriminator_embedding: int = 32
    widths: tuple[int, ...] = (20,)
    channels: tuple[int, ...] = (2000,)
    # the phases
    length: int = 100
    batch: int = 64
    pretrain: int = 1000
    pretrain_batch: int = 128
    pretrain_lr: float = 1e-3
    anneal: bool = False  # cosine over the pre-training; the paper's rate is constant
    check_every: int = 50  # how often pre-training looks at the validation pieces
    pretrain_discriminator: int = 300
    adversarial: int = 0
    discriminator_steps: int = 4  # updates of the discriminator for one of the generator
    discriminator_lr: float = 1e-4
    rl_lr: float = 1e-3
    critic_lr: float = 1e-2
    clip: float = 5.0
    # the signal
    estimator: str = "reinforce"
    baseline: str = "none"
    reward: str = "probability"  # or "logit"
    alpha: float = 0.0
    beta: float = 0.0
    discount: float = 1.0
    #: Monte-Carlo search: how often each prefix is finished; 0 rewards the end alone
    rollouts: int = 0
    lag: float = 0.8  # of the policy that finishes them
    discriminator_loss: str = "cross_entropy"  # or "least_squares"
    likelihood: float = 0.0  # weight of a likelihood step mixed into every adversarial one
    measure: int = 128  # samples and windows that are measured

    @property
    def steps(self) -> int:
        """Updates of the generator or of the pre-training discriminator, all phases together."""
        return (
            self.pretrain
            + self.adversarial
            + (self.pretrain_discriminator if self.adversarial else 0)
        )


#: Sopranos and the embedded tunes are shorter than a hundred words.
LONGEST = {"chorales": 32, "tunes": 32}


def configure(request: Request, kind: type[Config] = Config) -> Config:
    """The settings of a request. A variant's ``adversarial: True`` stands for the profile's number of steps.

    ``kind`` is a game's own, where it has settings besides.

    ValueError for an unknown setting or value, with the ones there are, and for one that would be ignored.
    """
    own, size, changes = dict(request.own), dict(request.size), request.changes
    forms = {form: size.pop(form, {}) for form in ("published", "factored")}
    size |= forms[own.get("form", "published")]
    if not own.get("adversarial"):
        size["adversarial"] = 0
    own.pop("adversarial", None)
    settings = size | own | changes
    check_settings(settings, kind)
    config = replace(kind(), **settings)
    for name, known in (KNOWN | {"discriminator_loss": list(DISCRIMINATOR_LOSSES)}).items():
        check_name(name, getattr(config, name), known)
    sizes = ("embedding", "hidden", "length", "batch", "pretrain_batch", "measure", "check_every")
    none = ("pretrain", "adversarial", "rollouts", "alpha", "beta", "discount", "likelihood")
    check_least(config, **dict.fromkeys(sizes, 1), **dict.fromkeys(none, 0))
    choose_signal(config).refuse(config, changes)
    return replace(config, length=min(config.length, LONGEST.get(request.corpus, config.length)))


def choose_signal(config: Config) -> type[Signal]:
    """What reaches the generator by these settings."""
    if config.estimator == BY_VALUES:
        return PathConsistency
    return RollOuts if config.rollouts else ScoreFunction


def shared_phase(config: Config) -> Config | None:
    """The settings of the pre-training alone, the same for all variants that share it."""
    later = (
        "adversarial", "pretrain_discriminator", "discriminator_steps", "discriminator_lr", "rl_lr",
        "estimator", "baseline", "reward", "alpha", "beta", "discount", "likelihood",
        "discriminator_embedding", "widths", "channels",
    )  # fmt: skip
    default = Config()
    return replace(config, **{k: getattr(default, k) for k in later})
