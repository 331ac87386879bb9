"""The game on bars as pictures: a generator that hears the bar before and the chords, and a judge of all three."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data import bars as music
from ..learning.fit import TrainingState
from ..models.bar_gan import HEARS, BarDiscriminator, BarGenerator
from ..models.draws import randint
from .adversarial import Adversarial
from .bar_judge import tell_apart
from .bar_measures import measure_bars, swap_before
from .controls import FROZEN
from .game import device_of
from .material import Material
from .settings import check_least, check_name, refuse
from .signals.painted import Pictures

#: What is played where nobody asks for chords: four bars, a chord a beat, in C (numbers of ``data.harmony``)
PROGRESSION = ((0, 0, 20, 28), (0, 37, 9, 28), (0, 20, 0, 28), (20, 31, 0, 0))
#: Settings that only a phase reads
_OF_A_PHASE = {
    "pretrain": "pretrain_lr",
    "adversarial": "pretrain_discriminator discriminator_steps matching g_lr d_lr",
}


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed and its music. Steps are updates of the generator."""

    hears: str = "both"  # or "chords", "bar", "nothing": what reaches the generator
    whole: bool = False  # the first layer hears all of the bar before
    noise: int = 32  # numbers drawn for a bar
    filters: int = 48
    heard: int = 16  # channels in which the bar before is heard
    keys: int = (
        music.KEYS
    )  # each bar stands in a key up to so many semitones away, another one each time
    pretrain: int = 0  # steps of cross-entropy with the bar that follows
    pretrain_discriminator: int = 0
    adversarial: int = 0
    discriminator_steps: int = 1
    batch: int = 64
    matching: float = 1.0  # weight of the distance between mean features
    pretrain_lr: float = 2e-3
    g_lr: float = 5e-4
    d_lr: float = 5e-4
    clip: float = 5.0
    measure: int = 700  # held-out bars after which one is painted

    def __post_init__(self):
        check_name("hears", self.hears, HEARS)
        check_least(self, noise=1, filters=1, heard=1, keys=0, pretrain=0, pretrain_discriminator=0)
        check_least(self, adversarial=0, discriminator_steps=1, batch=2, matching=0, measure=2)
        refuse(
            self.keys > music.KEYS,
            f"keys is {self.keys}: {music.ROWS} rows have room for {music.KEYS} semitones up and down",
        )
        default = type(self).__dataclass_fields__
        for phase, names in _OF_A_PHASE.items():
            moved = [k for k in names.split() if getattr(self, k) != default[k].default]
            refuse(
                moved and not getattr(self, phase),
                f"{', '.join(moved)} would move nothing where {phase} is 0: leave it",
            )
        for name in ("pretrain_lr", "g_lr", "d_lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")

    @property
    def steps(self) -> int:
        """Updates, all phases together."""
        return self.pretrain + self.pretrain_discriminator + self.adversarial


class Bars(Material):
    """A batch is a list: bars ``(B, rows, 16)``, the bars before them, and their chords ``(B, 13, 4)``."""

    learner = "generator"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.bars, self.before = data.contexts("train")

    def real(self, n, generator):
        """Training bars, each moved into a key of its own."""
        which = randint(len(self.bars), n, generator).numpy()
        moved = randint(2 * self.config.keys + 1, n, generator).numpy()[:, None] - self.config.keys
        return paint(self.bars[which], self.before[which], moved)

    def fake(self, state) -> list:
        """Bars that the generator paints after real ones, as shares of each column, with a gradient."""
        player = state.modules["generator"].train()
        _, before, chords = self.send(state, self.real(self.config.batch, state.generator))
        noise = player.draw_noise(len(before), state.generator, before.device)
        return [player(noise, before, chords).softmax(1), before, chords]

    def fakes(self, state, lessons, reading):
        for _ in range(lessons):
            with torch.no_grad():
                made = self.fake(state)
            yield made

    def score(self, discriminator, batch):
        return discriminator.score([part.to(device_of(discriminator)) for part in batch])

    def count(self, batch):
        return len(batch[0])

    def pretraining_loss(self, state):
        """Nats a sixteenth of the bar that follows, each by itself."""
        player = state.modules["generator"]
        real = self.real(self.config.batch, state.generator)
        bar, before, chords = self.send(state, real)
        noise = player.draw_noise(len(bar), state.generator, bar.device)
        return F.cross_entropy(player(noise, before, chords), bar)

    def tell_pretraining(self, loss):
        return {"cross_entropy": loss}

    def likelihood(self, state, weight):
        return weight * self.pretraining_loss(state)

    def send(self, state, batch) -> list:
        """A batch where the networks are."""
        return [part.to(device_of(state.modules["generator"])) for part in batch]


class BarGame(Adversarial):
    """MidiNet's pair. Without a game the generator learns cross-entropy, and each sixteenth is drawn by itself."""

    Config = Config
    controls = (FROZEN,)
    generator = "generator"

    def encode(self, config: Config, corpus: str) -> music.BarData:
        return music.encode_bars(corpus)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            rows = data.options["rows"]
            player = BarGenerator(
                rows, config.noise, config.filters, config.heard, config.hears, config.whole
            )
            discriminator = BarDiscriminator(rows, config.filters)
        modules = {"generator": player.to(device)}
        optimisers = {"pretrain": torch.optim.Adam(player.parameters(), config.pretrain_lr)}
        if config.adversarial or config.pretrain_discriminator:
            modules["discriminator"] = discriminator.to(device)
            for name, rate in (("generator", config.g_lr), ("discriminator", config.d_lr)):
                optimisers[name] = torch.optim.Adam(modules[name].parameters(), rate, (0.5, 0.999))
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def choose_material(self, config: Config, data) -> Bars:
        return Bars(config, data)

    def choose_signal(self, config: Config) -> type[Pictures]:
        return Pictures

    def measure(self, state: TrainingState, config: Config, data, generator):
        """See :func:`bar_measures.measure_bars`; ``told_apart`` is :func:`bar_judge.tell_apart`, of as many bars.

        The samples are bars painted after those of the test, ``(n, 16)``.
        """
        player = state.modules["generator"].eval()
        bars, before = (part[: config.measure] for part in data.contexts("test"))
        again = torch.Generator().set_state(generator.get_state())
        made = [continue_bars(player, config, bars, before, generator) for _ in range(2)]
        made.append(continue_bars(player, config, bars, swap_before(bars, before), again))
        found = measure_bars(made, bars, before, data.contexts("train")[0])
        held = (part[: config.measure] for part in data.contexts("valid"))
        judged = {"valid": continue_bars(player, config, *held, generator), "test": made[0]}
        found["told_apart"] = tell_apart(judged, data, config, device_of(player))
        found["parameters"] = sum(p.numel() for p in player.parameters())
        return found, made[0]

    def spell(self, rows) -> np.ndarray:
        """The pitches of a piece's bars, ``(n, 22) -> (16 n,)``."""
        return np.ravel(rows[:, music.PITCHES])

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, 64) int64`` pitches: four bars over :data:`PROGRESSION`, each after the one before, the first after
        silence. ValueError for a temperature of bars that are not drawn sixteenth by sixteenth.
        """
        if config.adversarial and temperature != 1:
            raise ValueError("a painted bar takes its strongest rows: leave the temperature at 1")
        written, before = [], np.full((n, music.STEPS), -1)
        for chords in PROGRESSION:
            bars = np.zeros((n, music.FOLLOWS + 1), np.int64)
            bars[:, music.HARMONIES] = chords
            before = continue_bars(module.eval(), config, bars, before, generator, temperature)
            written.append(before)
        return np.concatenate(written, 1)


def paint(bars, before, moved=0) -> list[torch.Tensor]:
    """Rows of :class:`~musicgan_lib.data.bars.BarData` and the bars before as pictures, ``moved`` by semitones."""
    silent = before < 0
    pitches, earlier = bars[:, music.PITCHES] + moved, np.where(silent, -1, before + moved)
    chords = music.write_chords(music.move_harmony(bars[:, music.HARMONIES], moved))
    parts = music.draw_bar(pitches), music.draw_bar(earlier), chords
    return [torch.as_tensor(part) for part in parts]


def continue_bars(player, config, bars, before, generator, temperature=1.0) -> np.ndarray:
    """A bar after each of the bars before, over the chords of ``bars``, ``(n, 16) int64`` pitches.

    The strongest row of each column is heard; of a generator without a game each column is drawn.
    """
    device = device_of(player)
    earlier = torch.as_tensor(music.draw_bar(before)).to(device)
    chords = torch.as_tensor(music.write_chords(bars[:, music.HARMONIES])).to(device)
    each = not config.adversarial
    return music.LOW + player.sample(earlier, chords, generator, each, temperature).cpu().numpy()
