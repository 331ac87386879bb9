"""The game of bands: noise becomes several tracks, and a critic says how real they are together."""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data import bands as music
from ..data.column_pairs import write_tokens
from ..data.grid import encode_grid
from ..learning.fit import TrainingState
from ..learning.wasserstein import teach_critic
from ..metrics import tracks as measures
from ..models.band_gan import MODELS, BandCritic, BandGenerator
from ..models.draws import rand, randint
from .adversarial import Adversarial
from .controls import FROZEN
from .game import device_of
from .material import Material
from .settings import FromNoise, check_above, check_least, check_name, refuse
from .signals.critic import Critic

STEPS = 16  # sixteenths of a bar


@dataclass(frozen=True)
class Config(FromNoise):
    """Everything that a run depends on but the seed and the music. Steps are updates of the generator."""

    model: str = "hybrid"  # or "composer", "jamming": who shares noise
    bars: int = 2  # of an example
    every: int = 4  # sixteenths that a column of a picture stands for
    noise: int = 16  # numbers of each vector of noise that all tracks share
    own_noise: int = 4  # numbers of each vector of a track's own
    filters: int = 48  # of a track's painter
    critic_filters: int = 96  # of the critic
    penalty: float = 10.0  # what the critic pays for slopes that are not 1; 0: nothing holds them
    shuffled: bool = False  # whether the tracks of training examples come from different pieces
    adversarial: int = 0
    discriminator_steps: int = 3  # lessons of the critic before each update of the generator
    batch: int = 32
    g_lr: float = 1e-3
    d_lr: float = 1e-3
    clip: float = 10.0
    measure: int = 1024  # bands by which a run is measured

    def __post_init__(self):
        check_name("model", self.model, MODELS)
        check_least(
            self,
            bars=1,
            noise=1,
            own_noise=1,
            filters=1,
            critic_filters=2,
            penalty=0,
            adversarial=0,
        )
        check_least(self, discriminator_steps=1, batch=4, measure=2)
        refuse(
            self.every not in (1, 2, 4),
            f"every is {self.every}: a column stands for 1, 2 or 4 sixteenths",
        )
        refuse(
            self.own_noise > self.noise,
            f"own_noise is {self.own_noise}: at most as many as noise, {self.noise}",
        )
        refuse(
            self.shuffled not in (True, False),
            f"shuffled is {self.shuffled}: choose True or False",
        )
        check_above(self, "g_lr", "d_lr", "clip")


class Bands(Material):
    """A batch is pictures ``(B, tracks, rows, T)``, one row of each column lit; the generator's are shares of it."""

    learner = "generator"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.bands = music.cut_bands(data, "train", config.bars, config.every)

    def real(self, n, generator):
        """Stretches of training pieces."""
        drawn = self.bands[randint(len(self.bands), n, generator).numpy()]
        return paint(music.part_tracks(drawn) if self.config.shuffled else drawn, self.data.hold)

    def fake(self, state) -> torch.Tensor:
        """What the generator makes of new noise, with a gradient."""
        band = state.modules["generator"].train()
        noise = band.draw_noise(self.config.batch, state.generator, device_of(band))
        return band(noise).softmax(2)

    def fakes(self, state, lessons, reading):
        for _ in range(lessons):
            with torch.no_grad():
                made = self.fake(state)
            yield made

    def score(self, discriminator, batch):
        return discriminator.score(batch.to(device_of(discriminator)))

    def lesson(self, discriminator, real, fake, generator):
        """The critic's loss and its penalty; the logged distance is of two batches, penalty aside."""
        real = real.to(fake.device)
        share = None
        if self.config.penalty:
            share = rand(len(fake), generator=generator).to(fake.device)
        return teach_critic(discriminator.score, real, fake, share, self.config.penalty)

    def pretraining_loss(self, state):
        raise ValueError("noise has no right answer: a band is not trained by likelihood")

    def tell_pretraining(self, loss):
        raise ValueError("noise has no right answer: a band is not trained by likelihood")

    def likelihood(self, state, weight):
        raise ValueError("noise has no right answer: a band is not trained by likelihood")


class BandGame(Adversarial):
    """MuseGAN's networks on a corpus of voices, each voice a track."""

    Config = Config
    controls = (FROZEN,)
    generator = "generator"

    def encode(self, config: Config, corpus: str):
        return encode_grid(corpus, one_key=True)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """Both networks and their optimisers; ``generator.silence`` is the number of the row of silence."""
        rows, tracks, columns = data.hold + 1, data.voices, STEPS // config.every
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            noise = config.noise, config.own_noise
            band = BandGenerator(
                rows, tracks, config.bars, columns, config.model, *noise, config.filters
            )
            begin_with_counts(band, music.cut_bands(data, "train", config.bars, config.every))
            time, apart = config.bars * columns, config.model == "jamming"
            critic = BandCritic(rows, tracks, time, config.critic_filters, apart)
        modules = {"generator": band.to(device), "discriminator": critic.to(device)}
        optimisers = {
            name: torch.optim.Adam(modules[name].parameters(), rate, betas=(0.5, 0.9))
            for name, rate in (("generator", config.g_lr), ("discriminator", config.d_lr))
        }
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def choose_material(self, config: Config, data) -> Bands:
        return Bands(config, data)

    def choose_signal(self, config: Config) -> type[Critic]:
        return Critic

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What bands from new noise are like; each number stands beside that of held-out music, ``real_``.

        ``harmony``, ``agreement``, ``tonal_distance``: see :mod:`musicgan_lib.metrics.tracks`, as of ``empty_bars``
        (EB), ``used_classes`` (UPC) and ``long_notes`` (QN), the mean over tracks. ``different``: of the examples,
        those that are drawn once; ``moved``: of the columns, those that other noise changes. ``parameters``. The
        samples are tokens of the grid.
        """
        band = state.modules["generator"].eval()
        made = band.sample(config.measure, generator, device_of(band)).cpu().numpy()
        known, real = (
            music.cut_bands(data, split, config.bars, config.every) for split in ("train", "test")
        )
        weights = measures.weigh_pairs(music.to_pitches(known, data.lowest, data.hold))
        sides = {"": made, "real_": np.unique(real, axis=0)}
        found = {}
        for side, numbers in sides.items():
            pitches = music.to_pitches(numbers, data.lowest, data.hold, config.every)
            found |= {side + k: v for k, v in describe_band(pitches, weights).items()}
        found["moved"] = np.mean(made != np.roll(made, 1, 0))
        found["different"] = len(np.unique(made, axis=0)) / len(made)
        found["parameters"] = sum(p.numel() for p in band.parameters())
        tokens = write_tokens(made.transpose(0, 2, 1), config.every, data.hold)
        return {name: float(value) for name, value in found.items()}, tokens

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, 16 * bars * V) int64`` tokens of the grid. ValueError for a temperature: nothing is thrown here."""
        if temperature != 1:
            raise ValueError("a band plays its strongest rows: leave the temperature at 1")
        made = module.eval().sample(n, generator, device_of(module)).cpu().numpy()
        return write_tokens(made.transpose(0, 2, 1), config.every, module.rows - 1)


def paint(bands, silence: int) -> torch.Tensor:
    """Bands ``(B, V, T)`` as pictures ``(B, V, rows, T) float32``; the last row is silence."""
    lit = F.one_hot(torch.as_tensor(bands), silence + 1)
    return lit.transpose(2, 3).float()


def begin_with_counts(band, bands) -> None:
    """Let each track begin with how often training music lights its rows: a short run would spend itself on that."""
    silence = band.rows - 1
    share = paint(bands, silence).sum((0, 3)) + 0.5
    weights = [painter.pitches.bias.data for painter in band.painters]
    wanted = (share / share.sum(1, keepdim=True)).log()
    for bias, part in zip(weights, wanted if band.own else [wanted.flatten()]):
        bias.copy_(part)


def describe_band(pitches, weights) -> dict:
    """The numbers of :meth:`BandGame.measure` that one set of bands ``(n, V, T)`` has, -1 for silence.

    ``weights`` are those of real pairs of notes; a number of tracks of which one has no note is NaN.
    """
    by_track = {
        "empty_bars": measures.rate_empty_bars(pitches),
        "used_classes": measures.count_used_classes(pitches),
        "long_notes": measures.rate_long_notes(pitches),
    }
    found = {name: np.mean(values) for name, values in by_track.items()}
    found["tonal_distance"] = measures.measure_tonal_distance(pitches)
    found["harmony"] = measures.measure_harmony(pitches, weights)
    found["agreement"] = measures.measure_agreement(pitches)
    return found
