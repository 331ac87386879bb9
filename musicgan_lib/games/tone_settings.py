"""The settings of the games on tones: what there is, what goes together, what pre-training depends on."""

from dataclasses import dataclass, replace

from ..learning.balance import RULES
from .settings import Request, check_least, check_name, check_settings, refuse
from .signals.slopes import MATCHING, FeatureMatching, Slopes


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    symbols: bool = False  # tones as quantised symbols with a likelihood, else as real numbers
    tones: int = 1
    shared_time: bool = False
    scale: str = "raw"
    one_key: bool = False
    # the networks
    hidden: int = 350
    layers: int = 2
    kernels: int = 0  # of minibatch discrimination
    spectral: bool = False  # spectral norm on the discriminator's last layer
    # the phases
    length: int = 100
    batch: int = 20
    pretrain: int = 0
    pretrain_lr: float = 0.1
    #: Pre-training updates with songs that grow from 4 to 24 cells, as in the published code; 0: whole songs
    curriculum: int = 0
    pretrain_discriminator: int = 0
    adversarial: int = 0
    discriminator_steps: int = 1
    g_lr: float = 0.1
    d_lr: float = 0.05
    optimiser: str = "sgd"
    clip: float = 5.0
    # the signal
    matching: str = "paired"  # or "moments"; with "off" the generator's loss is adversarial
    freezing: str = "as_printed"
    l2: float = 0.0
    penalty: float = 0.0  # on the slope of the discriminator at real songs
    likelihood: float = 0.0  # weight of a likelihood step mixed into every adversarial one
    average: float = 0.0  # the generator that is kept is a running average of its weights
    check_every: int = 50
    checked: int = 128  # samples of a check
    measure: int = 512  # windows of samples, and of test music

    def __post_init__(self):
        check_name("optimiser", self.optimiser, ("sgd", "adam"))
        check_name("matching", self.matching, (*MATCHING, "off"))
        check_name("freezing", self.freezing, RULES)
        ones = "tones hidden layers batch discriminator_steps check_every".split()
        check_least(self, **dict.fromkeys(ones, 1), length=6, checked=2, measure=2)
        none = "pretrain pretrain_discriminator adversarial g_lr d_lr pretrain_lr l2 penalty likelihood"
        check_least(self, **dict.fromkeys(none.split(), 0), clip=1e-6, average=0, kernels=0)
        if self.average >= 1:
            raise ValueError("with an average of 1 or more nothing is learned")
        if self.symbols and (self.scale != "normalised" or self.tones > 1):
            raise ValueError("symbols are for normalised cells of one tone")
        if self.shared_time and self.tones == 1:
            raise ValueError(
                "shared_time is for cells of three tones: one tone has nothing to share"
            )

    @property
    def steps(self) -> int:
        """Updates of the generator or of the pre-training discriminator, all phases together."""
        return (
            self.pretrain
            + self.adversarial
            + (self.pretrain_discriminator if self.adversarial else 0)
        )


def configure(request: Request) -> Config:
    """The settings of a request. A variant's ``adversarial: True`` stands for the profile's number of steps.

    Without a game there are as many updates in all, where tones are numbers. ValueError for an unknown setting or
    value.
    """
    own, size = dict(request.own), dict(request.size)
    kinds = {kind: size.pop(kind, {}) for kind in ("numbers", "symbols")}
    size |= kinds["symbols" if own.get("symbols") else "numbers"]
    size["curriculum"] = size["pretrain"]
    if not own.pop("adversarial", False):
        # numbers: the same updates, all of one kind; symbols: where ``repaired`` starts
        steps = 0 if own.get("symbols") else size["adversarial"]
        size |= {"adversarial": 0, "pretrain": size["pretrain"] + steps}
    elif own.get("pretrain") == 0:  # the same updates here, too
        size |= {"adversarial": size["adversarial"] + size["pretrain"]}
    if request.profile == "smoke" and own.get("batch"):
        own.pop("batch")
    settings = size | own | request.changes
    check_settings(settings, Config)
    config = Config(**settings)
    for name in ("layers", "kernels"):
        refuse(
            config.symbols and name in request.changes,
            f"{name} are of the networks of numbers; those of symbols have none",
        )
    choose_signal(config).refuse(config, request.changes)
    return config


def choose_signal(config: Config) -> type[Slopes]:
    """What reaches the generator by these settings."""
    return Slopes if config.matching == "off" else FeatureMatching


def shared_phase(config: Config) -> Config | None:
    """The settings of the pre-training alone, the same for all variants that share it."""
    default, kept = Config(), ("symbols", "tones", "shared_time", "scale", "one_key", "hidden", "layers", "length",
                               "batch", "pretrain", "pretrain_lr", "curriculum", "optimiser", "clip", "l2",
                               "check_every", "checked", "measure", "average")  # fmt: skip
    return replace(default, **{k: getattr(config, k) for k in kept}) if config.pretrain else None
