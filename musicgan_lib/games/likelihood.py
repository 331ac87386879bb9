"""Likelihood alone: a network that writes tokens learns to predict the next one, and its best weights are kept."""

import functools
import importlib
import inspect
import math
from dataclasses import dataclass, field, make_dataclass

import numpy as np
import torch

from ..data.encode import encode_tokens
from ..evaluation import nll as measures
from ..learning import team
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, step_schedule
from ..learning.team import update
from .controls import change_music
from .game import Game, device_of
from .settings import Request, check_least, check_length, check_name, check_settings
from .token_material import Batches
from .word_measures import measure_words, spread_evenly

IMPORTS_BY_NAME = ("models",)
SCHEDULES = ("constant", "cosine", "linear")
OPTIMISERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed, the music and the network's own settings. Steps are updates."""

    tokens: str = "grid"  # or "words.FORM", "midi.KIND"
    keys: int = 0  # semitones up and down in which training pieces stand, too
    scheme: str = ""  # the splits; empty: the corpus's default
    length: int = 128  # tokens of a window, and of a sample
    batch: int = 16
    steps: int = 1000
    optimiser: str = "adam"  # or "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.0
    schedule: str = "cosine"  # or "linear", "constant"
    warmup: float = 0.0  # the share of the steps in which the rate climbs
    last_lr: float = 0.02  # where the schedule ends, as a share of lr
    clip: float = 1.0
    check_every: int = 100  # how often the validation windows are asked
    measure: int = 64  # samples and windows that are measured
    beyond: int = 0  # tokens past the length of training whose likelihood is measured, too

    def __post_init__(self):
        check_name("optimiser", self.optimiser, OPTIMISERS)
        check_name("schedule", self.schedule, SCHEDULES)
        check_least(self, keys=0, length=2, batch=1, steps=0, weight_decay=0, last_lr=0, beyond=0)
        check_least(self, check_every=1, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if self.schedule == "constant" and self.last_lr != type(self).last_lr:
            raise ValueError("a constant rate ends where it began: last_lr moves nothing")
        if not 0 <= self.warmup < 1:
            raise ValueError(f"warmup is {self.warmup}, a share of the steps: 0 or more, below 1")


class LikelihoodGame(Game):
    """One network, one loss. A card names the network, ``network="attention.Transformer"``.

    The keyword parameters of its constructor that have a default are settings of the system; those without one are
    facts of the music, and are filled in from it: ``sizes``, ``length`` and ``stride`` of
    :class:`~musicgan_lib.data.tokens.TokenData`. The control ``shuffled_order`` puts the tokens of each training
    piece into random order: what is left to learn is how often each comes.
    """

    #: What the settings of a network are added to
    Base = Config
    generator = "network"
    controls = ("shuffled_order",)
    batches = ("batch",)

    def __init__(self, network: str):
        module, _, name = network.rpartition(".")
        self.network = getattr(importlib.import_module(f"musicgan_lib.models.{module}"), name)
        self.facts, settings = read_parameters(self.network)
        self.settings = tuple(settings)
        self.Config = _extend(self.Base, tuple(settings.items()))

    def configure(self, request: Request) -> Config:
        """Profile, then variant, then changes; ValueError for an unknown setting or value, the network's own, too."""
        settings = request.size | request.own | request.changes
        check_settings(settings, self.Config)
        config = self.Config(**settings)
        with torch.random.fork_rng(devices=[]), torch.device("meta"):  # no memory, no numbers
            self._make(config, {"sizes": (2,), "length": config.length, "stride": 1})
        return config

    def _make(self, config: Config, known: dict):
        """The network of these settings for music of which this is known."""
        own = {k: getattr(config, k) for k in self.settings}
        return self.network(**{k: known[k] for k in self.facts}, **own)

    def encode(self, config: Config, corpus: str):
        """See :func:`~musicgan_lib.data.encode.encode_tokens`."""
        return encode_tokens(corpus, config.tokens, config.keys, config.scheme)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        """The network, its optimiser and the schedule of its rate at step 0."""
        if config.beyond:
            check_length(data, config.length + config.beyond, "length + beyond")
        known = {"sizes": data.sizes, "length": config.length, "stride": data.stride}
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            network = self._make(config, known).to(device)
        make = OPTIMISERS[config.optimiser]
        optimiser = make(network.parameters(), config.lr, weight_decay=config.weight_decay)
        generator = torch.Generator().manual_seed(seed)
        state = TrainingState({"network": network}, {"network": optimiser}, generator)
        add_schedule(state, "network", lambda step: self.scale_rate(config, step))
        return state

    def scale_rate(self, config: Config, step: int) -> float:
        """See :func:`scale_rate`."""
        return scale_rate(config, step)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows, in a random key each where there are others."""
        self.check_control(config, control)
        real = Batches(change_music(data, control), "train", config.length)

        def step(state: TrainingState) -> dict:
            network, optimiser = state.modules["network"].train(), state.optimisers["network"]
            tokens = real.draw(config.batch, state.generator, in_other_keys=config.keys > 0)
            loss = network.nll(tokens.to(device_of(network)))
            update(loss, network, optimiser, config.clip)
            step_schedule(state, "network")
            return {"nll_batch": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a token on the validation windows; the best weights by it are remembered."""
        valid = torch.as_tensor(spread_evenly(data.windows("valid", config.length), config.measure))

        def evaluate(state: TrainingState) -> dict:
            found = team.agree(measures.nll(state.modules["network"], valid))
            keep_best(state, "network", found)
            return {"nll_valid": found}

        return evaluate, config.check_every

    def measure(self, state: TrainingState, config: Config, data, generator):
        """Likelihood of windows and of whole pieces, with the best weights; what samples are like; the samples."""
        restore_best(state, "network")
        network = state.modules["network"].eval()
        found, samples = measure_words(network, None, data, config, generator)
        found |= self.measure_pieces(network, data, config.length)
        found |= measure_beyond(network, data, config) if config.beyond else {}
        found["parameters"] = sum(p.numel() for p in network.parameters())
        return found, samples.cpu().numpy()

    def measure_pieces(self, network, data, length: int) -> dict:
        """Likelihood of whole pieces, read in windows of so many tokens: in the unit of windows, and for each note."""
        found = {}
        for split in ("valid", "test"):
            pieces = data.pieces[split]
            nats, count = measures.piece_nll(network, pieces, length, data.stride)
            whole = np.concatenate(pieces)
            found[f"piece_nll_{split}"] = nats / count * data.symbols_per_word(whole)
            found[f"note_nll_{split}"] = nats / count * data.symbols_per_note(whole)
        return found

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64`` tokens."""
        return module.sample(n, config.length, generator, temperature).actions.cpu().numpy()


def measure_beyond(network, data, config: Config) -> dict:
    """Likelihood of what stands past the length of training,
    in windows that are so much longer, given all before it.
    """
    found, length = {}, config.length + config.beyond
    for split in ("valid", "test"):
        windows = spread_evenly(data.windows(split, length), config.measure)
        past = measures.nll(network, torch.as_tensor(windows), first=config.length)
        found[f"nll_{split}_beyond"] = past * data.symbols_per_word(windows)
    return found


def read_parameters(network) -> tuple[list[str], dict]:
    """The facts of the music that a network's constructor wants, and its settings with their defaults."""
    facts, settings = [], {}
    for name, parameter in inspect.signature(network).parameters.items():
        if parameter.default is inspect.Parameter.empty:
            facts.append(name)
        else:
            settings[name] = parameter.default
    if unknown := set(facts) - {"sizes", "length", "stride"}:
        raise ValueError(
            f"{network.__name__} wants {', '.join(sorted(unknown))}, which no music has: give a default"
        )
    return facts, settings


@functools.cache
def _extend(base: type, settings: tuple) -> type:
    """A dataclass of settings with a network's own behind the game's; ValueError for a name that both have."""
    if twice := [name for name, _ in settings if name in base.__dataclass_fields__]:
        raise ValueError(f"the network calls a setting {twice[0]}, and so does the game")
    fields = [(name, type(value), field(default=value)) for name, value in settings]
    return make_dataclass("Config", fields, bases=(base,), frozen=True)


def scale_rate(config: Config, step: int, steps: int | None = None) -> float:
    """What the rate is multiplied with at a step:
    a climb to 1 over the first ones, then down to ``last_lr`` at the end of ``steps``, by default all of a run.
    """
    steps = config.steps if steps is None else steps
    climb = round(config.warmup * steps)
    if step < climb:
        return (step + 1) / climb
    done = (step - climb) / max(steps - climb, 1)
    left = {"constant": 1.0, "linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done))}
    return 1.0 if config.schedule == "constant" else max(left[config.schedule], config.last_lr)
