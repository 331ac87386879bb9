"""Sound as codes, and codes that nobody played: two codecs learn, then a prior over coarse codes and an upsampler."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.encode import encode_tokens
from ..data.levels import write_levels
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine
from ..models.codebook import count_used
from ..models.codec import FIRST
from ..models.draws import rand, randint
from ..models.upsampler import SoundStack
from .codec_measures import describe_codecs, describe_writers
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, refuse
from .word_measures import spread_evenly

#: The update after which the codes in use are counted
EARLY = 120


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    rate: int = 8000  # samples a second
    hop: int = 64  # samples that a coarse code stands for
    fine_hop: int = 32  # samples that a fine code stands for
    codes: int = 128  # entries of each book
    channels: int = 64  # of the convolutions
    width: int = 96  # of the two networks that write codes
    restart: bool = True  # whether entries that are hardly used begin again elsewhere
    shuffled: bool = False  # whether the prior learns from codes in random order
    cut: int = 2048  # samples of the stretches that codecs learn from
    beside: int = 128  # fine codes of the stretches that the upsampler learns from
    pretrain: int = 200  # updates of the codecs
    tune: int = 120  # updates of prior and upsampler
    clips: int = 512  # training clips that prior and upsampler learn from
    batch: int = 8
    lr: float = 3e-3
    commit: float = 0.1  # what the distance of vectors from their entries weighs
    clip: float = 1.0
    measure: int = 16  # clips that are made and measured

    def __post_init__(self):
        check_least(self, codes=2, channels=1, width=1, cut=512, beside=1, pretrain=1, tune=0)
        check_least(self, batch=1, clips=1, commit=0, measure=2)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        for name in ("restart", "shuffled"):
            refuse(getattr(self, name) not in (True, False), f"{name} is True or False")
        refuse(self.fine_hop < FIRST, f"fine_hop is {self.fine_hop}: {FIRST} or more")
        refuse(self.cut % self.hop, f"cut is {self.cut}: whole hops of {self.hop}")
        refuse(self.hop % self.fine_hop, f"hop is {self.hop}: whole hops of {self.fine_hop}")
        refuse(
            self.beside % (self.hop // self.fine_hop),
            "beside is as many fine codes as coarse ones span",
        )

    @property
    def steps(self) -> int:
        """Updates in all."""
        return self.pretrain + self.tune


class CodecGame(OneNetworkGame):
    """One :class:`~musicgan_lib.models.upsampler.SoundStack`: first its codecs learn to give sound back; then they
    rest, and its prior and its upsampler learn to write the codes of training clips.
    """

    Config = Config
    controls = ()

    def configure(self, request):
        """ValueError for hops that do not go together, too."""
        config = super().configure(request)
        with torch.random.fork_rng(devices=[]), torch.device("meta"):  # no memory, no numbers
            make_stack(config)
        return config

    def encode(self, config: Config, corpus: str):
        """Clips of sound. ValueError for those that are no whole number of hops."""
        data = encode_tokens(corpus, f"wave.{config.rate}")
        if len(data.pieces["train"][0]) % config.hop:
            raise ValueError(
                f"a clip has {len(data.pieces['train'][0])} samples: no whole hops of {config.hop}"
            )
        return data

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """All four networks in one, at step 0; the rate falls twice, once in each phase."""
        state = self.begin(lambda: make_stack(config), config, seed, device)
        add_schedule(state, "network", lambda step: scale_rate(config, step))
        return state

    def make_step(self, config: Config, data, control: str | None = None):
        """An update of both codecs, or of both networks that write their codes."""
        self.check_control(config, control)
        waves, known = data.waves("train"), {}

        def step(state: TrainingState) -> dict:
            stack = state.modules["network"].train()
            if state.step < config.pretrain:
                return self.teach_codecs(state, config, stack, waves)
            if not known:
                known.update(encode_clips(stack, spread_evenly(waves, config.clips), config))
            return self.teach_writers(state, config, stack, known)

        return step

    def teach_codecs(self, state, config, stack, waves) -> dict:
        """Both codecs give the same stretches back; their books follow, and count their codes once."""
        real = torch.as_tensor(cut_stretches(waves, config, state.generator)).to(device_of(stack))
        loss, told = 0, {}
        for name in ("coarse", "fine"):
            codec = getattr(stack, name)
            part, z, codes = codec.loss(real, config.commit)
            loss = loss + part
            told[f"loss_{name}"] = part.item()
            told[f"restarted_{name}"] = codec.book.learn(z, codes, state.generator)
        self.learn(state, loss, config)
        if state.step + 1 == EARLY:
            state.memory["used_early"] = self.count_early(stack, waves, config)
        return told

    def count_early(self, stack, waves, config) -> int:
        """How many entries of the coarse book the first clips use."""
        with torch.no_grad():
            asked = torch.as_tensor(waves[: config.measure]).to(device_of(stack))
            return count_used(stack.coarse.encode(asked), config.codes)

    def teach_writers(self, state, config, stack, known) -> dict:
        """The prior reads coarse codes of whole clips, the upsampler fine ones of stretches, the coarse ones beside."""
        coarse, fine, learned = (known[k] for k in ("coarse", "fine", "learned"))
        which = randint(len(coarse), config.batch, state.generator).to(coarse.device)
        ratio = config.hop // config.fine_hop
        many = min(config.beside // ratio, coarse.shape[1])
        begin = int(randint(coarse.shape[1] - many + 1, 1, state.generator))
        prior = stack.prior.nll(learned[which])
        beside = coarse[which, begin : begin + many]
        upsampler = stack.upsampler.nll(fine[which, begin * ratio : (begin + many) * ratio], beside)
        self.learn(state, prior + upsampler, config)
        return {"nll_prior": prior.item(), "nll_upsampler": upsampler.item()}

    @torch.no_grad()
    def measure(self, state: TrainingState, config: Config, data, generator):
        """What comes back of test clips through each codec and each book, and what clips are like that nobody played.

        See :mod:`musicgan_lib.games.codec_measures`; ``used_early``: coarse codes in use after :data:`EARLY` updates.
        """
        stack = state.modules["network"].eval()
        found = describe_codecs(stack, data, config.measure, generator)
        told, made = describe_writers(stack, data, config.measure, generator)
        found |= told
        if "used_early" in state.memory:
            found["used_early"] = state.memory["used_early"]
        found["parameters"] = sum(p.numel() for p in stack.parameters())
        return {k: float(v) for k, v in found.items()}, write_levels(made)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, T) int64`` mu-law codes of clips of two seconds."""
        from ..data.waves import SECONDS

        length = int(config.rate * SECONDS) // config.hop
        _, fine = module.write(n, length, generator, temperature)
        return write_levels(module.fine.decode(fine).cpu().numpy())


def make_stack(config: Config) -> SoundStack:
    """The networks of these settings."""
    return SoundStack(
        config.hop, config.fine_hop, config.codes, config.channels, config.width, config.restart
    )


def cut_stretches(waves, config: Config, generator) -> np.ndarray:
    """``(batch, cut)`` stretches of clips, each from a hop on."""
    which = randint(len(waves), config.batch, generator).numpy()
    most = (waves.shape[1] - config.cut) // config.hop
    starts = randint(most + 1, config.batch, generator).numpy() * config.hop
    return np.stack([waves[i, a : a + config.cut] for i, a in zip(which, starts)])


@torch.no_grad()
def encode_clips(stack, waves, config: Config) -> dict:
    """Codes of all clips, ``coarse`` and ``fine``; ``learned`` are those that the prior reads.

    Shuffled, each clip's coarse codes stand in an order of their own: the same in every run of a seedless throw.
    """
    device, parts = device_of(stack), {"coarse": [], "fine": []}
    for at in range(0, len(waves), 64):
        part = torch.as_tensor(waves[at : at + 64]).to(device)
        for name, rows in parts.items():
            rows.append(getattr(stack, name).encode(part))
    known = {name: torch.cat(rows) for name, rows in parts.items()}
    known["learned"] = (
        shuffle_codes(known["coarse"], torch.Generator().manual_seed(0))
        if config.shuffled
        else known["coarse"]
    )
    return known


def shuffle_codes(codes, generator) -> torch.Tensor:
    """The codes of each row in an order of their own: as many of each."""
    order = rand(*codes.shape, generator=generator).argsort(1).to(codes.device)
    return codes.gather(1, order)


def scale_rate(config: Config, step: int) -> float:
    """What the rate is multiplied with: half a cosine over each phase."""
    if step < config.pretrain:
        return fall_as_cosine(step / config.pretrain)
    return fall_as_cosine((step - config.pretrain) / max(config.tune, 1))
