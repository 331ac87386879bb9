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
from ..models.band_gan import MODELS, NOBODY, BandCritic, BandGenerator
from ..models.draws import rand, randint
from .adversarial import Adversarial
from .controls import FROZEN
from .game import device_of
from .material import Material
from .settings import FromNoise, check_above, check_least, check_name, refuse
from .signals.critic import Critic

STEPS = 16  # sixteenths of a bar
#: Settings that only a band reads that is given a track
OF_GIVEN = ("heard", "deaf", "strangers")


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
    given: int = NOBODY  # the track that is given, 0 is the highest voice; -1: all are made
    heard: int = 16  # channels in which the others hear it
    deaf: bool = False  # whether they hear nothing of it
    strangers: bool = False  # whether training examples have the given track of another example
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
            given=NOBODY,
            heard=1,
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
        for name in ("shuffled", "deaf", "strangers"):
            value = getattr(self, name)
            refuse(value not in (True, False), f"{name} is {value}: choose True or False")
        moved = [k for k in OF_GIVEN if getattr(self, k) != getattr(type(self), k)]
        refuse(
            moved and self.given == NOBODY,
            f"{', '.join(moved)} would move nothing where no track is given: leave it",
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
        drawn = music.part_tracks(drawn) if self.config.shuffled else drawn
        drawn = music.part_given(drawn, self.config.given) if self.config.strangers else drawn
        return paint(drawn, self.data.hold)

    def fake(self, state) -> torch.Tensor:
        """What the generator makes of new noise, and of a given track of training music, with a gradient."""
        band, size = state.modules["generator"].train(), self.config.batch
        given = None
        if self.config.given != NOBODY:
            given = self.real(size, state.generator)[:, self.config.given].to(device_of(band))
        return band.play(band.draw_noise(size, state.generator, device_of(band)), given)

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
        """Both networks and their optimisers; ``generator.offered`` are held-out tracks for :meth:`draw` to give."""
        rows, tracks, columns = data.hold + 1, data.voices, STEPS // config.every
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            given = config.given, config.heard, config.deaf
            noise = config.noise, config.own_noise, config.filters
            band = BandGenerator(rows, tracks, config.bars, columns, config.model, *noise, *given)
            train, test = (
                music.cut_bands(data, split, config.bars, config.every)
                for split in ("train", "test")
            )
            begin_with_counts(band, train)
            if band.given != NOBODY:
                band.offered = torch.as_tensor(np.unique(test, axis=0)[:, band.given])
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

        Where a track is given, it is one of held-out music. The first three are then of the pairs of it and a track
        that is made, and the others of made tracks; ``follows``: of their columns, those that another given track
        changes where the noise is the same; ``returned``: of the given columns, those that come back as they were.
        """
        band = state.modules["generator"].eval()
        known, real = (
            music.cut_bands(data, split, config.bars, config.every) for split in ("train", "test")
        )
        real = np.unique(real, axis=0)
        if config.given == NOBODY:
            made = band.sample(config.measure, generator, device_of(band)).cpu().numpy()
            found = {"moved": np.mean(made != np.roll(made, 1, 0))}
        else:
            real = real[randint(len(real), config.measure, generator).numpy()]
            made, found = accompany(band, real[:, config.given], generator)
        groups = group_tracks(music.to_pitches(known, data.lowest, data.hold), config.given)
        weights = [measures.weigh_pairs(group) for group in groups]
        for side, numbers in {"": made, "real_": real}.items():
            pitches = music.to_pitches(numbers, data.lowest, data.hold, config.every)
            described = describe_band(pitches, weights, config.given)
            found |= {side + name: value for name, value in described.items()}
        found["different"] = len(np.unique(made, axis=0)) / len(made)
        found["parameters"] = sum(p.numel() for p in band.parameters())
        tokens = write_tokens(made.transpose(0, 2, 1), config.every, data.hold)
        return {name: float(value) for name, value in found.items()}, tokens

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, 16 * bars * V) int64`` tokens of the grid; given tracks are drawn from held-out music.

        ValueError for a temperature: nothing is thrown here.
        """
        if temperature != 1:
            raise ValueError("a band plays its strongest rows: leave the temperature at 1")
        given = None
        if module.given != NOBODY:
            given = module.offered[randint(len(module.offered), n, generator)]
        made = module.eval().sample(n, generator, device_of(module), given).cpu().numpy()
        return write_tokens(made.transpose(0, 2, 1), config.every, module.rows - 1)


def paint(bands, silence: int) -> torch.Tensor:
    """Bands ``(B, V, T)`` as pictures ``(B, V, rows, T) float32``; the last row is silence."""
    lit = F.one_hot(torch.as_tensor(bands), silence + 1)
    return lit.transpose(2, 3).float()


def begin_with_counts(band, bands) -> None:
    """Let each track begin with how often training music lights its rows: a short run would spend itself on that."""
    silence = band.rows - 1
    share = paint(bands, silence).sum((0, 3)) + 0.5
    share = share[[k for k in range(band.tracks) if k != band.given]]
    weights = [painter.pitches.bias.data for painter in band.painters]
    wanted = (share / share.sum(1, keepdim=True)).log()
    for bias, part in zip(weights, wanted if band.own else [wanted.flatten()]):
        bias.copy_(part)


def accompany(band, given, generator) -> tuple[np.ndarray, dict]:
    """What is made with given tracks ``(n, T)``, ``(n, V, T)``, and what moves it: see :meth:`BandGame.measure`."""

    def make(tracks):
        return band.sample(len(tracks), generator, device_of(band), tracks).cpu().numpy()

    before = generator.get_state()
    made = make(given)
    generator.set_state(before)
    following, renewed = make(np.roll(given, 1, 0)), make(given)
    own = [k for k in range(band.tracks) if k != band.given]
    return made, {
        "follows": np.mean(made[:, own] != following[:, own]),
        "moved": np.mean(made[:, own] != renewed[:, own]),
        "returned": np.mean(made[:, band.given] == given),
    }


def group_tracks(pitches, given: int) -> list[np.ndarray]:
    """The tracks that are to go together: all, one ``(n, V, T)``, or the given one and each other, ``(n, 2, T)``."""
    if given == NOBODY:
        return [pitches]
    others = [k for k in range(pitches.shape[1]) if k != given]
    return [pitches[:, sorted((given, k))] for k in others]


def describe_band(pitches, weights, given: int = NOBODY) -> dict:
    """The numbers of :meth:`BandGame.measure` that one set of bands ``(n, V, T)`` has, -1 for silence.

    ``weights`` are those of real pairs of notes, for each of :func:`group_tracks`; a number of tracks of which one has
    no note is NaN.
    """
    by_track = {
        "empty_bars": measures.rate_empty_bars(pitches),
        "used_classes": measures.count_used_classes(pitches),
        "long_notes": measures.rate_long_notes(pitches),
    }
    own = [k for k in range(pitches.shape[1]) if k != given]
    found = {name: np.mean(values[own]) for name, values in by_track.items()}
    groups = group_tracks(pitches, given)
    found["tonal_distance"] = np.mean([measures.measure_tonal_distance(g) for g in groups])
    found["harmony"] = np.mean([measures.measure_harmony(g, w) for g, w in zip(groups, weights)])
    found["agreement"] = np.mean([measures.measure_agreement(g) for g in groups])
    return found
