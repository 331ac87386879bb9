"""The settings of the game on note matrices: what there is, what goes together, what pre-training depends on."""

from dataclasses import dataclass, replace

from ..models.note_features import STEPS_PER_BAR
from .settings import Request, check_least, check_name, check_settings
from .signals.continuations import KNOWN_BASELINES, Continuations

OPTIMISERS = ("adam", "nadam", "adadelta")
#: Corpora whose pieces have too many tracks to be laid over each other
PER_TRACK = ("classical", "lakh", "piano_midi_de")
#: What each setting may be
KNOWN = {
    "features": ("anokhin", "deepj", "johnson", "absolute"),
    "optimiser": OPTIMISERS,
    "read": ("mean", "last"),
    "baseline": KNOWN_BASELINES,
    "rule": ("ratio", "gap"),
    "context": ("own", "real"),
    "teacher_reward": ("one", "discriminator"),
}


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    # the music: keys, tracks alone or together, and bars of a measured sample with its opening
    low: int = 36
    high: int = 83
    per_track: bool = False
    bars: int = 12
    # the generator; the published one has 256, 256, 128, 128 units and 64 filters
    features: str = "anokhin"
    volume: bool = False
    time_units: tuple[int, ...] = (256, 256)
    note_units: tuple[int, ...] = (128, 128)
    filters: int = 64
    dropout: float = 0.0
    attention: bool = True
    scaled: bool = False
    global_structure: bool = True
    causal: bool = True
    styles: int = 0
    copy: bool = True  # a cell hears itself one step before, from counts on
    bars_back: tuple[int, ...] = ()  # a cell hears itself so many bars before
    # likelihood
    length: int = 128  # steps of a window: the first half is X, the second Y
    batch: int = 8
    pretrain: int = 1000
    pretrain_lr: float = 4e-3
    optimiser: str = "adam"
    clip: float = 1.0
    check_every: int = 100
    # the discriminator; the published one has 1000 units
    discriminator_units: int = 64
    discriminator_filters: int = 16
    read: str = "mean"
    as_published: bool = False
    skip: int = 32
    discriminator_bars_back: tuple[int, ...] = ()  # its skip sees what each step repeats of them
    conditional: bool = True
    pool: int = 768  # continuations that it is pre-trained on
    pretrain_discriminator: int = 600
    discriminator_batch: int = 16
    discriminator_lr: float = 2e-3
    game_lr: float = 1e-3  # of the discriminator, once the generator moves
    noise: float = 0.0  # share of the negatives that is noise
    mismatched: float = 0.0  # and that are real continuations of another opening
    # policy gradient
    adversarial: int = 0
    rl_batch: int = 12
    ce_batch: int = 4
    rl_lr: float = 5e-4
    lambda_rl: float = 1e-2  # of the sum over cells
    lambda_ce: float = 1.0  # of the mean over cells
    baseline: str = "batch_mean"
    per_opening: int = 1  # continuations of each opening: Monte Carlo
    teacher_forcing: float = 0.0  # share of batches in which the real Y stands for the generator's
    teacher_reward: str = "one"
    context: str = "own"  # or "real": each step of Y is sampled after the real steps before it
    rule: str = "ratio"
    discriminator_steps: int = 1  # updates of the discriminator for one of the generator
    measure: int = 256  # samples, and windows of held-out music

    @property
    def channels(self) -> int:
        return 3 if self.volume else 2

    @property
    def steps(self) -> int:
        """Updates of the generator or of the pre-training discriminator, all phases together."""
        return self.pretrain + self.pretrain_discriminator + self.adversarial


def configure(request: Request) -> Config:
    """The settings of a request. A variant's ``adversarial: True`` stands for the profile's numbers of steps.

    ValueError for an unknown setting or value, with the ones there are, and for one that would be ignored.
    """
    own, size = dict(request.own), dict(request.size)
    if not own.pop("adversarial", False):
        size |= {"adversarial": 0, "pretrain_discriminator": 0}
    settings = {"per_track": request.corpus in PER_TRACK} | size | own | request.changes
    check_settings(settings, Config)
    config = replace(Config(), **settings)
    for name, known in KNOWN.items():
        check_name(name, getattr(config, name), known)
    ones = "filters batch check_every discriminator_units pool discriminator_batch rl_batch ce_batch per_opening"
    none = "pretrain pretrain_discriminator adversarial pretrain_lr discriminator_lr game_lr rl_lr lambda_rl lambda_ce "
    none += "discriminator_steps discriminator_filters skip styles"
    shares = "noise mismatched teacher_forcing dropout"
    check_least(config, **dict.fromkeys(ones.split(), 1), bars=3, measure=2, clip=1e-6, low=0)
    check_least(config, **dict.fromkeys([*none.split(), *shares.split()], 0), length=32)
    if any(getattr(config, name) > 1 for name in shares.split()):
        raise ValueError(f"{shares.replace(' ', ', ')} are shares, at most 1")
    if config.noise + config.mismatched > 1:
        raise ValueError("noise and mismatched together are a share, at most 1")
    if config.length % (2 * STEPS_PER_BAR):
        raise ValueError(f"length is {config.length} steps: choose an even number of bars of 16")
    if config.rl_batch % config.per_opening:
        raise ValueError("rl_batch has to be a multiple of per_opening")
    if not 12 <= config.high - config.low + 1 <= 128 - config.low:
        raise ValueError(f"keys {config.low} to {config.high} are no range of an octave or more")
    _refuse_nonsense(config)
    Continuations.refuse(config, request.changes)
    return config


def _refuse_nonsense(config) -> None:
    """ValueError for settings that exclude each other; without this one of them would be ignored."""
    plain = config.features != "anokhin"
    refused = {
        "bars have to go on for two and more after the opening, half of length": config.conditional
        and config.bars * 32 < config.length + 64,
        "attention and global_structure are anokhin's features": plain
        and (config.attention or config.global_structure),
        "bars_back and discriminator_bars_back are bars, each once, from 1 on, and within length": any(
            len(set(b)) < len(b) or min(b) < 1 or max(b) * STEPS_PER_BAR >= config.length
            for b in (config.bars_back, config.discriminator_bars_back) if b
        ),
        "discriminator_bars_back are for the discriminator's skip": config.discriminator_bars_back and not config.skip,
        "scaled is attention's": config.scaled and not config.attention,
        "styles are for other features than anokhin's, and for likelihood alone": config.styles
        and (config.adversarial or not plain),
    }  # fmt: skip
    for why, so in refused.items():
        if so:
            raise ValueError(why)


def check_groups(own: Config, processes: int) -> None:
    """ValueError where processes could not hold equal parts of a batch's groups; ``own`` are the settings of one."""
    if own.pool % processes or 64 % processes:  # it is drawn in parts of 64
        raise ValueError(f"pool is {own.pool}: {processes} processes cannot share it evenly")
    if own.rl_batch % own.per_opening:
        raise ValueError(f"rl_batch: {own.rl_batch} a process is no multiple of per_opening")
    for name in ("noise", "mismatched"):
        for batch in ("discriminator_batch", "rl_batch"):
            rows = getattr(own, name) * getattr(own, batch)
            if abs(rows - round(rows)) > 1e-9:
                raise ValueError(f"{name}: {rows:g} rows of a process's {batch}; choose others")


def shared_phase(config: Config) -> Config | None:
    """The settings of pre-training alone: of the discriminator, too, and then, asked again, of the generator."""
    later = (
        "adversarial", "rl_batch", "ce_batch", "rl_lr", "game_lr", "lambda_rl", "lambda_ce", "baseline", "per_opening",
        "teacher_forcing", "teacher_reward", "rule", "discriminator_steps",
    )  # fmt: skip
    discriminator = (
        "discriminator_units",
        "discriminator_filters",
        "read",
        "as_published",
        "skip",
        "discriminator_bars_back",
        "conditional",
        "pool",
        "pretrain_discriminator",
        "discriminator_batch",
        "discriminator_lr",
        "noise",
        "mismatched",
        "context",
    )
    if not config.adversarial:
        later += discriminator
    default = Config(pretrain_discriminator=0)
    return replace(config, **{k: getattr(default, k) for k in later})
