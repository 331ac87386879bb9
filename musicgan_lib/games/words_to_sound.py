"""Words to sound: noise is taken out of a waveform by a network that attends to a caption."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.captions import FORMS, LONGEST, WORDS, read_caption, write_caption
from ..data.levels import write_levels
from ..data.waves import FACTS, WaveData, encode_waves
from ..evaluation.sound_judge import learn_judge
from ..learning.best import keep_best, restore_best
from ..learning.diffusion import Schedule, add_noise, sample
from ..learning.fit import TrainingState
from ..learning.guidance import guide, lay_levels, price_velocity, tell_noise
from ..models.draws import Dice, rand, randint, randn
from ..models.wave_unet import MULTIPLE, WaveUNet
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_name, refuse
from .sound_measures import measure_clips

TEXTS = (*FORMS, "none")
#: Root mean square of a clip while it sounds: noise has the same level as the music
LEVEL = 0.12
#: The largest sample that may be guessed, in levels
LIMIT = 5.0
#: Clips that are made at once
AT_ONCE = 64


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    rate: int = 4000  # samples a second
    samples: int = 4096  # of a clip
    text: str = "sentence"  # or "tags"; "none": the empty text while it learns, and afterwards
    empty: float = 0.15  # the share of the clips whose text is left out while it learns
    levels: int = 200  # of noise
    width: int = 48  # channels at the finest resolution
    batch: int = 16
    steps: int = 400
    lr: float = 2e-3
    clip: float = 1.0
    check_every: int = 200  # how often validation clips are asked
    down: int = 20  # steps of the way from noise to a clip
    guidance: float = 3.0  # how many times a text counts when a clip is made; 1: as it was learned
    judged: int = 400  # updates of the judge that hears what was made
    clips: int = 2  # that are made of each of the 32 captions by which a run is measured

    def __post_init__(self):
        check_name("text", self.text, TEXTS)
        check_least(self, rate=2000, samples=MULTIPLE, levels=2, width=8, batch=1, steps=0)
        check_least(self, check_every=1, down=1, judged=0, clips=2)
        refuse(
            self.samples % MULTIPLE,
            f"samples is {self.samples}: choose a multiple of {MULTIPLE}",
        )
        refuse(self.down > self.levels, f"down is {self.down}: at most levels, {self.levels}")
        refuse(not 0 <= self.empty < 1, f"empty is {self.empty}, a share: 0 or more, below 1")
        refuse(
            not math.isfinite(self.guidance) or self.guidance < 0,
            f"guidance is {self.guidance}: a number, 0 or more",
        )
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class WordsToSoundGame(OneNetworkGame):
    """A :class:`~musicgan_lib.models.wave_unet.WaveUNet` learns to tell noise from clips whose captions it reads."""

    Config = Config

    def encode(self, config: Config, corpus: str) -> WaveData:
        """Clips of ``samples`` samples; see :func:`~musicgan_lib.data.waves.encode_waves`."""
        return encode_waves(corpus, config.rate, config.samples / config.rate)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        return self.begin(lambda: WaveUNet(len(WORDS), LONGEST, config.width), config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random clips at random levels of noise, each with a caption or with none."""
        self.check_control(config, control)
        waves, labels = data.waves("train") / LEVEL, data.labels("train")
        schedule = lay_levels(config.levels)

        def step(state: TrainingState) -> dict:
            network, dice = state.modules["network"].train(), state.generator
            chosen = randint(len(waves), config.batch, dice).numpy()
            words = write_words(labels[chosen], config.text, Dice(dice))
            words[rand(len(words), generator=dice) < config.empty] = 0
            level = 1 + randint(config.levels, config.batch, dice)
            noise = randn(*waves[chosen].shape, generator=dice)
            batch = (torch.as_tensor(waves[chosen]), level, noise, words)
            loss = price(network, batch, schedule).mean()
            self.learn(state, loss, config)
            return {"loss": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """The loss of validation clips, with the same noise each time; the best weights by it are remembered."""
        dice = torch.Generator().manual_seed(0)
        waves = torch.as_tensor(data.waves("valid") / LEVEL)
        words = write_words(data.labels("valid"), config.text)
        level = torch.linspace(1, config.levels, len(waves)).round().long()
        batch = (waves, level, randn(*waves.shape, generator=dice), words)
        schedule = lay_levels(config.levels)

        def evaluate(state: TrainingState) -> dict:
            network = state.modules["network"].eval()
            with torch.no_grad():
                parts = zip(*(x.split(AT_ONCE) for x in batch))
                found = torch.cat([price(network, part, schedule) for part in parts]).mean().item()
            keep_best(state, "network", found)
            return {"loss_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What a judge hears in clips that were asked for, and how alike clips of one caption are, by guidance.

        See :func:`~musicgan_lib.games.sound_measures.measure_clips`: numbers that end with ``_0`` and ``_1`` are of
        clips at guidance 0 and 1, the others of those at the run's own. ``loss_valid`` is that of the weights that are
        measured. The samples are the codes of the clips at the run's own guidance.
        """
        found = {"loss_valid": restore_best(state, "network")}
        network = state.modules["network"].eval()

        def maker(guidance):
            return lambda labels: make_waves(network, config, labels, generator, guidance)

        makers = {"": maker(config.guidance), "_0": maker(0.0), "_1": maker(1.0)}
        judge = learn_judge(data.waves("train"), data.labels("train"), config.judged)
        measured, waves = measure_clips(
            makers, judge, data, config.clips, lambda x: clean_again(network, config, x, generator)
        )
        found |= measured | {"parameters": sum(p.numel() for p in network.parameters())}
        return {k: float(v) for k, v in found.items() if v is not None}, write_levels(waves)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, samples) uint8`` mu-law codes of clips of random captions. ValueError for a temperature."""
        if temperature != 1:
            raise ValueError("noise is taken away, not thrown again: leave the temperature at 1")
        labels = draw_labels(n, generator)
        return write_levels(make_waves(module.eval(), config, labels, generator))


def price(network, batch, schedule: Schedule) -> torch.Tensor:
    """The loss of clips, levels, noise and words, moved to where the network is, ``(B,)``."""
    clean, level, noise, words = (x.to(device_of(network)) for x in batch)
    return price_velocity(network, clean, level, noise, schedule, words=words)


def write_words(labels, text: str, rng=None) -> torch.Tensor:
    """The numbers of captions of labels ``(B, 4)``, ``(B, LONGEST) int64``; zeros for ``"none"``.

    ``rng``, where given, draws sentences and words.
    """
    if text == "none":
        return torch.zeros(len(labels), LONGEST, dtype=torch.long)
    draw = rng and _Integers(rng)
    return torch.as_tensor(np.stack([read_caption(write_caption(k, text, draw)) for k in labels]))


class _Integers:
    """One whole number at a time, as captions draw them."""

    def __init__(self, dice: Dice):
        self.dice = dice

    def integers(self, high: int) -> int:
        return int(self.dice.integers(high, 1)[0])


def draw_labels(n: int, generator) -> np.ndarray:
    """Facts of clips to be asked for, each value as likely as any other, ``(n, 4) int64``."""
    parts = [randint(len(values), n, generator) for values in FACTS.values()]
    return torch.stack(parts, 1).numpy()


def make_waves(network, config: Config, labels, generator, guidance=None) -> np.ndarray:
    """Clips of captions that say ``labels (n, 4)``, ``(n, samples) float32``; by the run's guidance or another."""
    words = write_words(labels, config.text)
    return make_from_words(network, config, words, generator, guidance)


def make_from_words(network, config: Config, words, generator, guidance=None) -> np.ndarray:
    """Clips of captions ``(n, LONGEST)``, ``(n, samples) float32``. ValueError for a guidance that is no number."""
    schedule = lay_levels(config.levels)
    start = randn(len(words), config.samples, generator=generator)
    return _go_down(network, config, start, words, schedule, generator, guidance)


def clean_again(network, config: Config, waves, generator) -> np.ndarray:
    """Clips ``(n, samples)`` made noisy to the middle level, and clean again without a text: what the network can hold.

    The noise there is half of the variance, or so; what it covers is lost, and what comes back is the network's guess.
    """
    schedule = lay_levels(config.levels)
    middle = config.levels // 2
    clean = torch.as_tensor(np.asarray(waves, np.float32)) / LEVEL
    noise = randn(*clean.shape, generator=generator)
    noisy = add_noise(clean, torch.full((len(clean),), middle), noise, schedule)
    words = torch.zeros(len(clean), LONGEST, dtype=torch.long)
    lower = Schedule(schedule.kept[: middle + 1])  # its last level is the middle one
    return _go_down(network, config, noisy, words, lower, generator, 0.0)


@torch.no_grad()
def _go_down(network, config, start, words, schedule, generator, guidance) -> np.ndarray:
    """The way from noisy clips to clean ones, without new noise (DDIM), a part of the clips after the other."""
    device = device_of(network)
    weight = config.guidance if guidance is None else guidance
    steps, made = min(config.down, schedule.steps), []
    for noisy, part in zip(start.split(AT_ONCE), words.split(AT_ONCE)):
        noisy, part = noisy.to(device), part.to(device)
        denoiser = guide(tell_noise(network, schedule), weight, {"words": torch.zeros_like(part)})
        options = {"steps": steps, "spread": 0.0, "limit": LIMIT, "words": part}
        made.append(sample(denoiser, noisy, schedule, generator, **options).cpu())
    return np.clip(torch.cat(made).numpy() * LEVEL, -1, 1)
