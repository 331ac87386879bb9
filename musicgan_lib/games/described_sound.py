"""Sound that is described: towers learn from captions, writers from sound alone, and captions ask them afterwards."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch

from ..data.captions import WORDS
from ..data.encode import encode_tokens
from ..data.levels import write_levels
from ..data.waves import is_held_out
from ..learning.contrast import contrast_pairs, group_rows
from ..learning.fit import TrainingState
from ..models.described_sound import DescribedSound
from ..models.draws import Dice, randint, randn
from ..models.melody_ear import read_spectra
from . import described_measures as measures
from .audio_measures import price
from .audio_tokens import Phases
from .game import Game, device_of
from .phases import begin_phases
from .settings import check_least, check_name
from .words_to_sound import draw_labels, write_words

#: Whose captions the towers learn: each clip's own, or those of others
CAPTIONS = ("own", "shuffled")
#: What of the network each phase trains
PHASES = ("codec", "pairs", "towers", "writing")
#: Seed by which captions are dealt out anew
SHUFFLE = 33


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music."""

    codec: int = 450  # updates of the codec
    pairs: int = 150  # updates of the ear, which learns from pairs of clips
    towers: int = 400  # updates of the two towers, which learn from clips and captions
    writing: int = 500  # updates of both writers, which learn from sound alone
    captions: str = "own"  # or "shuffled": the towers are given captions of other clips
    stages: int = 3  # codebooks of the codec
    codes: int = 64  # rows of a codebook
    groups: int = 64  # words
    codec_width: int = 192  # of the hidden layers of the codec
    ear_width: int = 128  # of the ear's hidden layers
    tower_width: int = 128  # of the towers' hidden layers
    embedding: int = 32  # numbers of a point that sounds and captions share
    word_width: int = 128  # units of the writer of words
    code_width: int = 128  # units of the writer of codes
    noise: float = 0.03  # on each number of a point that steers, while the writers learn
    batch: int = (
        16  # clips an update; the ear reads four times as many, the towers one of each caption
    )
    crop: int = 20  # words of a stretch that the writer of codes learns from
    temperature: float = 0.7  # at which words and codes are drawn
    lr: float = 3e-3
    clip: float = 5.0
    measure: int = 128  # test clips that are measured
    clips: int = 4  # that are made of each of the 32 captions by which a run is measured

    @property
    def steps(self) -> int:
        """Updates in all."""
        return self.codec + self.pairs + self.towers + self.writing

    def __post_init__(self):
        check_name("captions", self.captions, CAPTIONS)
        check_least(self, codec=0, pairs=0, towers=0, writing=0, stages=1, codes=2, groups=2)
        check_least(self, codec_width=2, ear_width=1, tower_width=1, embedding=2, word_width=1)
        check_least(self, code_width=1, batch=1, crop=1, measure=1, clips=1, noise=0)
        for name in ("lr", "clip", "temperature"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")


class DescribedSoundGame(Game):
    """Codec and ear learn as AudioLM's do; then the towers which caption is whose; then both writers write.

    Of the 32 combinations of facts 8 have no caption
    (:func:`~musicgan_lib.data.waves.is_held_out`): the towers never meet them. The writers read the sound of all clips,
    steered by its point in the embedding, and are never given a caption.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.waves.encode_waves`."""
        return encode_tokens(corpus, "wave.8000")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """The network at step 0, and an optimiser for each phase; ValueError for a crop as long as a clip."""
        sizes = ("stages", "codes", "groups", "codec_width", "ear_width", "word_width")
        own = {
            name: getattr(config, name)
            for name in (*sizes, "code_width", "tower_width", "embedding")
        }
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = DescribedSound(len(WORDS), **own).to(device)
        length = len(data.pieces["train"][0]) // network.lm.ear.hop
        if config.crop >= length:
            raise ValueError(f"crop is {config.crop}: a clip has {length} words")
        learn = dict(zip(PHASES, network.parts()))
        return begin_phases(network, learn, config, seed)

    def shared_phase(self, config: Config) -> Config:
        """Codec and ear, which no caption reaches. A shared phase is never measured: its ``measure`` is 1."""
        plain = {
            k: getattr(Config, k) for k in ("captions", "crop", "noise", "temperature", "clips")
        }
        return replace(config, towers=0, writing=0, measure=1, **plain)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update of the codec, the ear, the towers or the writers, by how many there have been."""
        self.check_control(config, control)
        phases = _Phases(config, data)
        ends = np.cumsum([getattr(config, name) for name in PHASES])
        learn = [getattr(phases, f"learn_{name}") for name in PHASES]

        def step(state: TrainingState) -> dict:
            return learn[int(np.searchsorted(ends, state.step, "right"))](state)

        return step

    @torch.no_grad()
    def measure(self, state: TrainingState, config: Config, data, generator):
        """How well captions and clips find one another, and what is heard in clips that captions asked for.

        The samples are these clips, as codes of the mu-law; see :mod:`~musicgan_lib.games.described_measures`.
        """
        network = state.modules["network"].eval()
        found = measures.measure_towers(network, config, data)
        more, sounds = measures.measure_made(network, config, data, generator)
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found | more, write_levels(sounds)

    @torch.no_grad()
    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, T) int64``: sounds that random captions asked for, as codes of the mu-law."""
        hot = replace(config, temperature=temperature * config.temperature)
        words = write_words(draw_labels(n, generator), "sentence")
        return write_levels(measures.make_sounds(module, hot, words, generator))


class _Phases(Phases):
    """What each phase reads and lowers: the first two as in AudioLM."""

    def __init__(self, config: Config, data):
        super().__init__(config, data)
        self.points = self.captioned = self.heard = None

    def network_of(self, state):
        return state.modules["network"].train().lm

    def learn_towers(self, state) -> dict:
        """Each clip's caption is told from all others of a batch, in which no caption stands twice."""
        network = state.modules["network"].train()
        if self.captioned is None:
            self.captioned = choose_captioned(self.data, self.config.captions)
            self.heard = read_spectra(self.waves)
        labels, groups = self.captioned
        picked = [g[randint(len(g), 1, state.generator).item()] for g in groups]
        words = write_words(labels[picked], "sentence", Dice(state.generator))
        device = device_of(network)
        sounds = network.sound.embed(self.heard[picked].to(device))
        loss = contrast_pairs(sounds, network.text(words.to(device)))
        towers = torch.nn.ModuleList([network.sound, network.text])
        return self.learn(state, loss, towers, "towers")

    def learn_writing(self, state) -> dict:
        """Both writers read clips as codec and ear have written them down, steered by the sound's own point."""
        network, config = state.modules["network"].train(), self.config
        device = device_of(network)
        if state.step == config.codec + config.pairs + config.towers and self.tokens is None:
            with torch.no_grad():
                rows = [network.lm.ear.listen(w.to(device)) for w in self.waves.split(64)]
            rows = torch.cat(rows).flatten(0, 1)
            network.lm.ear.centres.copy_(group_rows(rows, config.groups, state.generator))
        if self.tokens is None:
            self.tokens = [x.cpu() for x in network.lm.read(self.waves.to(device))]
            with torch.no_grad():
                self.points = network.sound(self.waves.to(device)).cpu()
        rows = randint(len(self.waves), config.batch, state.generator)
        words, codes = (x[rows].to(device) for x in self.tokens)
        blur = config.noise * randn(*self.points[rows].shape, generator=state.generator)
        points = (self.points[rows] + blur).to(device)
        paid_words = price(network.lm.words(words, network.to_words(points)), words)
        first = randint(words.shape[1] - config.crop + 1, 1, state.generator).item()
        per_word, last = network.lm.codes.per_word, first + config.crop
        words, codes = words[:, first:last], codes[:, per_word * first : per_word * last]
        paid_codes = price(network.lm.codes(codes, words, network.to_codes(points)), codes)
        told = self.learn(state, paid_words + paid_codes, network.writers(), "writing")
        return told | {"words_batch": paid_words.item(), "codes_batch": paid_codes.item()}


def choose_captioned(data, captions: str) -> tuple[np.ndarray, list]:
    """The facts that each training clip's caption says ``(n, 4)``, and of each caption the clips that have it.

    Held-out combinations have none. ``"shuffled"`` deals the captions of all captioned clips out anew.
    """
    labels = data.labels("train").copy()
    own = np.flatnonzero(~is_held_out(labels))
    if captions == "shuffled":
        labels[own] = labels[np.random.default_rng(SHUFFLE).permutation(own)]
    _, kinds = np.unique(labels[own], axis=0, return_inverse=True)
    kinds = kinds.ravel()
    return labels, [own[kinds == k] for k in range(kinds.max() + 1)]
