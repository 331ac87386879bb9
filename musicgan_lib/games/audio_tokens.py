"""Sound in tokens of two kinds: a codec and an ear learn first, then two writers learn what those have written down."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional

from ..data.encode import encode_tokens
from ..data.levels import write_levels
from ..learning.contrast import contrast_pairs, group_rows
from ..learning.fit import TrainingState
from ..learning.schedules import step_schedule
from ..learning.team import update
from ..models.audio_lm import HEARS, AudioLM
from ..models.draws import rand, randint
from ..models.melody_ear import read_spectra
from ..models.spectrum_codec import compare_spectra, log_spectra
from . import audio_measures as measures
from .game import Game, device_of
from .phases import begin_phases
from .settings import check_least, check_name

#: Frames that the codec learns from in an update; clips that have twins; readings of a clip that the ear compares
FRAMES, TWINS, READINGS = 512, 512, 8


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music."""

    codec: int = 450  # updates of the codec
    pairs: int = 150  # updates of the ear, which learns from pairs of clips
    writing: int = 300  # updates of both writers
    hears: str = "both"  # or "codes", "words": what a continuation hears of the sound before it
    stages: int = 3  # codebooks of the codec
    codes: int = 64  # rows of a codebook
    groups: int = 64  # words
    codec_width: int = 192  # of the hidden layers of the codec
    ear_width: int = 128  # of the ear's hidden layers
    word_width: int = 128  # units of the writer of words
    code_width: int = 128  # units of the writer of codes
    batch: int = 16  # clips an update; the ear reads four times as many
    crop: int = 20  # words of a stretch that the writer of codes learns from
    prompt: int = 20  # words of the sound that is gone on with
    temperature: float = 0.7  # at which words and codes are drawn
    lr: float = 3e-3
    clip: float = 5.0
    measure: int = 64  # test clips that are measured

    @property
    def steps(self) -> int:
        """Updates in all."""
        return self.codec + self.pairs + self.writing

    def __post_init__(self):
        check_name("hears", self.hears, HEARS)
        check_least(self, codec=0, pairs=0, writing=0, stages=1, codes=2, groups=2, codec_width=2)
        check_least(
            self, ear_width=1, word_width=1, code_width=1, batch=1, crop=1, prompt=1, measure=1
        )
        for name in ("lr", "clip", "temperature"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class AudioTokensGame(Game):
    """First the codec learns to give spectra back, then the ear which clips are the same melody, then both write.

    Where the writers begin, the ear's rows are grouped: from then on each group is a word.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.waves.encode_waves`."""
        return encode_tokens(corpus, "wave.8000")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """The network at step 0, and an optimiser for each phase; ValueError for a prompt that leaves nothing."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = AudioLM(
                stages=config.stages,
                codes=config.codes,
                groups=config.groups,
                codec_width=config.codec_width,
                ear_width=config.ear_width,
                word_width=config.word_width,
                code_width=config.code_width,
                hears=config.hears,
            ).to(device)
        length = len(data.pieces["train"][0]) // network.ear.hop
        for name in ("prompt", "crop"):
            if getattr(config, name) >= length:
                raise ValueError(f"{name} is {getattr(config, name)}: a clip has {length} words")
        learn = {"codec": network.codec, "pairs": network.ear.layers}
        learn["writing"] = torch.nn.ModuleList([network.words, network.codes])
        return begin_phases(network, learn, config, seed)

    def shared_phase(self, config: Config) -> Config:
        """All that is learned, where words are written: what is forgotten afterwards changes no weight. Before that,
        and where codes are told no words, codec and ear. A shared phase is never measured: its ``measure`` is 1.
        """
        plain = {
            "hears": Config.hears,
            "prompt": Config.prompt,
            "temperature": Config.temperature,
            "measure": 1,
        }
        if config.hears != "codes" and config.writing and config.measure > 1:
            return replace(config, **plain)
        return replace(config, writing=0, crop=Config.crop, **plain)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update of the codec, of the ear, or of both writers, by how many there have been."""
        self.check_control(config, control)
        phases = Phases(config, data)

        def step(state: TrainingState) -> dict:
            if state.step < config.codec:
                return phases.learn_codec(state)
            if state.step < config.codec + config.pairs:
                return phases.learn_pairs(state)
            return phases.learn_writing(state)

        return step

    @torch.no_grad()
    def measure(self, state: TrainingState, config: Config, data, generator):
        """What the codec loses, what tokens tell, what the writers pay, and what continuations keep, on test clips.

        The samples are the first continuations, as codes of the mu-law; see :mod:`~musicgan_lib.games.audio_measures`.
        """
        network = state.modules["network"].eval()
        found = measures.measure_codec(network, config, data)
        found |= measures.measure_tokens(network, config, data, generator)
        more, sounds = measures.measure_continuations(network, config, data, generator)
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found | more, write_levels(sounds)

    @torch.no_grad()
    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, T) int64``: sounds from nothing, as codes of the mu-law."""
        device, length = device_of(module), 2 * (config.prompt + config.crop)
        words = torch.zeros(n, 0, dtype=torch.long, device=device)
        codes = torch.zeros(n, 0, config.stages, dtype=torch.long, device=device)
        _, codes = module.go_on(words, codes, length, generator, temperature * config.temperature)
        return write_levels(module.codec.decode(codes).cpu().numpy())


class Phases:
    """What each phase reads and lowers."""

    def __init__(self, config: Config, data):
        self.config, self.data = config, data
        self.waves = torch.as_tensor(data.waves("train"))
        self.frames = self.spectra = self.tokens = None

    def network_of(self, state) -> AudioLM:
        """The codec, the ear and the writers, about to learn."""
        return state.modules["network"].train()

    def learn(self, state, loss, modules, name) -> dict:
        update(loss, modules, state.optimisers[name], self.config.clip)
        step_schedule(state, name)
        return {f"{name}_batch": loss.item()}

    def learn_codec(self, state) -> dict:
        """Spectra come back; the codebooks follow what they name."""
        codec = self.network_of(state).codec
        if self.frames is None:
            self.frames = log_spectra(self.waves).flatten(0, 1)
        rows = randint(len(self.frames), FRAMES, state.generator)
        real = self.frames[rows].to(device_of(codec))
        read = codec.reader(real)
        codec.quantizer.adapt(read, state.generator)
        named = codec.quantizer.look_up(codec.quantizer(read))
        made = codec.writer(read + (named - read).detach())  # the slope goes past the codebooks
        loss = compare_spectra(made, real) + 0.25 * functional.mse_loss(read, named.detach())
        return self.learn(state, loss, codec, "codec")

    def learn_pairs(self, state) -> dict:
        """A reading of a clip is told from all others by the same moment of the same line on another instrument."""
        ear = self.network_of(state).ear
        if self.spectra is None:
            twins = torch.as_tensor(measures.make_twins(self.data, "train", TWINS)[0])
            self.spectra = [read_spectra(x) for x in (self.waves[: len(twins)], twins)]
        clips, moments = self.spectra[0].shape[:2]
        rows = randint(clips, 4 * self.config.batch, state.generator)[:, None]
        when = rand(len(rows), moments, generator=state.generator).argsort(1)[:, :READINGS]
        one, other = (
            ear.layers(x[rows, when].to(device_of(ear))).flatten(0, 1) for x in self.spectra
        )
        return self.learn(state, contrast_pairs(one, other), ear.layers, "pairs")

    def learn_writing(self, state) -> dict:
        """Both writers read clips as the codec and the ear have written them down."""
        network = self.network_of(state)
        device, config = device_of(network), self.config
        if state.step == config.codec + config.pairs and self.tokens is None:
            with torch.no_grad():
                rows = [network.ear.listen(w.to(device)) for w in self.waves.split(64)]
            rows = torch.cat(rows).flatten(0, 1)
            network.ear.centres.copy_(group_rows(rows, config.groups, state.generator))
        if self.tokens is None:
            self.tokens = [x.cpu() for x in network.read(self.waves.to(device))]
        rows = randint(len(self.waves), config.batch, state.generator)
        words, codes = (x[rows].to(device) for x in self.tokens)
        paid_words = measures.price(network.words(words), words)
        first = randint(words.shape[1] - config.crop + 1, 1, state.generator).item()
        per_word, last = network.codes.per_word, first + config.crop
        words, codes = words[:, first:last], codes[:, per_word * first : per_word * last]
        paid_codes = measures.price(network.codes(codes, words), codes)
        modules = torch.nn.ModuleList([network.words, network.codes])
        told = self.learn(state, paid_words + paid_codes, modules, "writing")
        return told | {"words_batch": paid_words.item(), "codes_batch": paid_codes.item()}
