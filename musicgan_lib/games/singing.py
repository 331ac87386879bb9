"""Singing without a score: noise becomes mel frames, and a critic says how unlike real ones they are."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch.optim.swa_utils import get_ema_multi_avg_fn

from ..data import sung
from ..data.waves import WaveData, encode_waves
from ..learning.equilibrium import measure_convergence, next_balance
from ..learning.fit import TrainingState
from ..learning.wasserstein import teach_critic
from ..metrics import mel_frames as measures
from ..models.draws import rand, randint
from ..models.singer_gan import MULTIPLE, NOISES, FrameCritic, PatchCritic, Singer
from .adversarial import Adversarial
from .controls import FROZEN
from .game import device_of
from .material import Material
from .settings import FromNoise, Request, check_above, check_least, check_name, refuse
from .signals.critic import Critic

#: What of the settings each kind of critic does not hear of
IGNORED = {"patches": ("code", "share", "follow"), "restoring": ("penalty",)}


@dataclass(frozen=True)
class Config(FromNoise):
    """Everything that a run depends on but the seed and the music. Steps are updates of the generator."""

    rate: int = 8000  # samples a second
    frames: int = 60  # of a song that is learned from: 2 seconds
    each: str = "frame"  # or "song": one vector of noise for all frames
    critic: str = (
        "patches"  # or "restoring": an autoencoder, whose balance keeps it level with the generator
    )
    noise: int = 16  # numbers of each vector of noise
    hidden: int = 96  # units of each of the generator's two recurrent layers
    filters: int = 64  # channels of the critic
    penalty: float = 10.0  # what a critic of patches pays for slopes that are not 1
    code: int = 24  # a restoring critic's narrowest place, numbers for four frames
    share: float = 0.7  # of a real song's loss that a made one is to have
    follow: float = 0.02  # how fast the balance follows
    adversarial: int = 0
    discriminator_steps: int = 1  # lessons of the critic before each update of the generator
    batch: int = 16
    g_lr: float = 3e-4
    d_lr: float = 1e-3
    average: float = 0.99  # the generator that is kept is a running average of the one that learns
    clip: float = 5.0
    longer: int = 2  # songs that are this many times as long are measured, too
    measure: int = 128  # songs by which a run is measured

    def __post_init__(self):
        check_name("each", self.each, NOISES)
        check_name("critic", self.critic, tuple(IGNORED))
        check_least(self, rate=2000, frames=MULTIPLE, noise=1, hidden=1, filters=1, code=1)
        check_least(self, follow=0, penalty=0, adversarial=0, discriminator_steps=1, batch=1)
        check_least(self, longer=2, measure=2, average=0)
        refuse(
            self.frames % MULTIPLE,
            f"frames is {self.frames}: a critic hears a multiple of {MULTIPLE}",
        )
        refuse(not 0 < self.share <= 1, f"share is {self.share}: above 0, and at most 1")
        refuse(self.average >= 1, f"average is {self.average}: with 1 or more nothing is learned")
        check_above(self, "g_lr", "d_lr", "clip")


class Songs(Material):
    """A batch is songs ``(B, frames, bands)``, levels of 0 to 1; a critic hears how they change, too."""

    learner = "singer"

    def __init__(self, config, data):
        super().__init__(config, data)
        self.songs = cut_songs(config, data, "train")

    def real(self, n, generator):
        return self.songs[randint(len(self.songs), n, generator)]

    def fake(self, state) -> torch.Tensor:
        """What the singer sings of new noise, with a gradient."""
        singer = state.modules["singer"].train()
        noise = singer.draw_noise(self.config.batch, self.config.frames, state.generator)
        return singer(noise.to(device_of(singer)))

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
        share = rand(len(fake), generator=generator).to(fake.device)
        return teach_critic(discriminator.score, real, fake, share, self.config.penalty)

    def pretraining_loss(self, state):
        raise ValueError("noise has no right answer: a song is not trained by likelihood")

    def tell_pretraining(self, loss):
        raise ValueError("noise has no right answer: a song is not trained by likelihood")

    def likelihood(self, state, weight):
        raise ValueError("noise has no right answer: a song is not trained by likelihood")


class RestoredSongs(Songs):
    """Songs before an autoencoder: its number is minus what it loses of them."""

    def lesson(self, discriminator, real, fake, generator):
        """Restore real songs, and fail at made ones as much as the balance says; then the balance moves."""
        lost, fooled = (
            -self.score(discriminator, real).mean(),
            -self.score(discriminator, fake).mean(),
        )
        balance = discriminator.balance.item()
        loss, pair = lost - balance * fooled, (lost.item(), fooled.item())
        share = self.config.share
        discriminator.balance.fill_(next_balance(balance, *pair, share, self.config.follow))
        return loss, {"converged": measure_convergence(*pair, share), "balance": balance}


class SingingGame(Adversarial):
    """A :class:`~musicgan_lib.models.singer_gan.Singer` against a critic, on melodies that instruments play."""

    Config = Config
    controls = (FROZEN,)
    generator = "generator"

    def configure(self, request: Request) -> Config:
        """ValueError for a setting that this kind of critic would not hear of."""
        config = super().configure(request)
        for name in IGNORED[config.critic]:
            refuse(
                name in request.changes,
                f"{name} moves nothing where critic is {config.critic}: leave it out",
            )
        return config

    def encode(self, config: Config, corpus: str) -> WaveData:
        """Clips that are long enough for ``frames``; see :func:`~musicgan_lib.data.waves.encode_waves`."""
        return encode_waves(
            corpus, config.rate, (sung.SIZE + config.frames * sung.HOP) / config.rate
        )

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            singer = Singer(sung.BANDS, config.noise, config.hidden, config.each)
            singer.begin_with(cut_songs(config, data, "train"))
            critic = build_critic(config)
        modules = {"singer": singer.to(device), "discriminator": critic.to(device)}
        modules["generator"] = copy.deepcopy(singer).requires_grad_(False)
        optimisers = {
            name: torch.optim.Adam(modules[name].parameters(), rate, betas=(0.5, 0.9))
            for name, rate in (("singer", config.g_lr), ("discriminator", config.d_lr))
        }
        return TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))

    def choose_material(self, config: Config, data) -> Songs:
        return (RestoredSongs if config.critic == "restoring" else Songs)(config, data)

    def choose_signal(self, config: Config) -> type[Critic]:
        return Critic

    def finish_step(self, state: TrainingState, play) -> dict:
        """What is kept follows what learns, as a running average."""
        kept, learned = (list(state.modules[k].parameters()) for k in ("generator", "singer"))
        get_ema_multi_avg_fn(play.config.average)(kept, learned, None)
        return {}

    def measure(self, state: TrainingState, config: Config, data, generator):
        """How songs from new noise move, beside test songs; the samples are mu-law codes of them.

        ``changes_far``: :func:`~musicgan_lib.metrics.mel_frames.compare_changes`; ``changes_far_later`` of the frames
        beyond the length of training, ``floor_changes_far`` of validation songs. ``changes``, ``places``: the mean
        change, and the mean entropy of the loudest band, nats; those of test songs begin with ``real_``.
        ``score``, ``real_score``: the critic's numbers of made songs and of test songs. ``parameters``.
        """
        singer, critic = state.modules["generator"].eval(), state.modules["discriminator"].eval()
        known, real = (cut_songs(config, data, split) for split in ("valid", "test"))
        frames = config.longer * config.frames
        made = sing(singer, config.measure, frames, generator)
        first, later = made[:, : config.frames], made[:, config.frames :]
        found = {
            "changes_far": measures.compare_changes(first, real),
            "changes_far_later": measures.compare_changes(later, real),
            "floor_changes_far": measures.compare_changes(known, real),
            "parameters": sum(p.numel() for p in singer.parameters()),
        }
        for side, songs in (("", first), ("real_", real)):
            found[f"{side}changes"] = measures.measure_changes(songs).mean()
            found[f"{side}places"] = measures.measure_places(songs).mean()
            with torch.no_grad():
                score = critic.score(torch.as_tensor(songs).to(device_of(critic)))
            found[f"{side}score"] = score.mean().item()
        return {k: float(v) for k, v in found.items()}, make_sound(first, config, generator)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, samples) uint8`` mu-law codes of songs. ValueError for a temperature: nothing is thrown here."""
        if temperature != 1:
            raise ValueError("a singer sings its noise: leave the temperature at 1")
        songs = sing(module.eval(), n, config.frames, generator)
        return make_sound(songs, config, generator)


def build_critic(config):
    """The critic that the settings name, untaught."""
    if config.critic == "restoring":
        return FrameCritic(sung.BANDS, config.filters, config.code)
    return PatchCritic(sung.BANDS, config.filters)


def cut_songs(config, data, split: str) -> torch.Tensor:
    """The clips of a split as songs, ``(n, frames, bands)``."""
    return torch.as_tensor(sung.read_songs(data, split)[:, : config.frames])


@torch.no_grad()
def sing(singer, n: int, frames: int, generator) -> np.ndarray:
    """Songs of any length from new noise, ``(n, frames, bands) float32``."""
    noise = singer.draw_noise(n, frames, generator).to(device_of(singer))
    return singer(noise).cpu().numpy()


def make_sound(songs, config, generator) -> np.ndarray:
    """Songs as mu-law codes, ``(n, samples) uint8``; the phases that are guessed follow from the generator."""
    rng = np.random.default_rng(int(randint(2**31 - 1, 1, generator)))
    return sung.write_songs(songs, config.rate, rng)
