"""A theme is found in each melody, and a transformer learns the melodies told their themes."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional as F

from ..data import theme_regions as regions
from ..data.encode import encode_tokens
from ..data.melody_events import BAR
from ..data.themes import PHRASE, TONICS, make_phrase
from ..learning.best import keep_best, restore_best
from ..learning.fit import TrainingState
from ..learning.schedules import add_schedule, fall_as_cosine, step_schedule
from ..learning.team import update
from ..models.draws import Dice
from ..models.theme_finder import ThemeFinder, contrast
from ..models.theme_transformer import SECOND, ThemeTransformer
from . import theme_measures as measures
from .game import Game, device_of
from .settings import check_least, check_name, refuse
from .theme_rows import cut_row, find_themes

TOLD = ("own", "other")


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down by which a training window is moved
    theme: int = 2  # bars of a theme
    bars: int = 8  # of a window, behind its theme
    second: str = "theme"  # what the second attention hears; "past": a prompt alone, and no gate
    told: str = "own"  # the theme that samples are told; "other": another tune's, behind the own one as a prompt
    width: int = 64  # numbers a token
    heads: int = 4
    layers: int = 2
    dropout: float = 0.0
    pretrain: int = 150  # updates of the finder of themes
    fragments: int = 32  # of a batch that the finder learns from
    windows: int = 300  # updates of the transformer
    batch: int = 16  # windows
    lr: float = 3e-3
    finder_lr: float = 3e-3
    clip: float = 1.0
    check_every: int = 50  # how often the validation windows are asked
    measure: int = 32  # windows that are priced, and samples

    def __post_init__(self):
        check_name("second", self.second, SECOND)
        check_name("told", self.told, TOLD)
        check_least(self, keys=0, theme=1, bars=1, layers=1, heads=1, dropout=0, pretrain=0)
        check_least(self, fragments=2, windows=0, batch=1, check_every=1, measure=2)
        for name in ("lr", "finder_lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(self.width % self.heads, f"{self.heads} heads cannot share a width of {self.width}")
        refuse(self.dropout >= 1, f"dropout is {self.dropout}, a share below 1")
        refuse(
            self.theme > self.bars,
            f"theme is {self.theme}: a window of {self.bars} bars is shorter than its theme",
        )

    @property
    def steps(self) -> int:
        """Updates of both networks."""
        return self.pretrain + self.windows


class ThemeGame(Game):
    """First a :class:`~musicgan_lib.models.theme_finder.ThemeFinder` learns which fragments are one phrase, varied.

    Then it chooses a theme for each piece, and a :class:`~musicgan_lib.models.theme_transformer.ThemeTransformer`
    learns windows behind their themes. What is taken away stands in the settings: ``second="past"`` hears the theme as
    a prompt alone, with as many weights; ``told="other"`` tells another tune's theme when samples are drawn.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        """Melody events; see :func:`~musicgan_lib.data.melody_events.encode_melody_events`."""
        return encode_tokens(corpus, "melody_events")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        events = data.sizes[0]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            finder = ThemeFinder(events, BAR * config.theme)
            network = ThemeTransformer(
                events,
                BAR,
                config.theme,
                config.second,
                config.width,
                config.heads,
                config.layers,
                config.dropout,
                finder,
            ).to(device)
        composing = list_composing(network)
        optimisers = {
            "finder": torch.optim.Adam(finder.parameters(), config.finder_lr),
            "network": torch.optim.Adam(composing, config.lr),
        }
        generator = torch.Generator().manual_seed(seed)
        state = TrainingState({"network": network}, optimisers, generator)
        for name, steps in (("finder", config.pretrain), ("network", config.windows)):
            whole = max(steps, 1)
            add_schedule(state, name, lambda step, whole=whole: fall_as_cosine(step / whole))
        return state

    def make_step(self, config: Config, data, control: str | None = None):
        """One update: of the finder first, on fragments varied twice; then of the transformer, on random windows."""
        self.check_control(config, control)
        fragments = measures.list_fragments(data, "train", config.theme)
        known: dict = {}

        def learn_to_find(state) -> dict:
            rng = throw(state)
            chosen = fragments[rng.integers(0, len(fragments), config.fragments)]
            views = [np.stack([regions.vary(f, rng) for f in chosen]) for _ in range(2)]
            finder = state.modules["network"].finder.train()
            first, second = (finder(torch.as_tensor(v).to(device_of(finder))) for v in views)
            loss = contrast(first, second)
            update(loss, finder, state.optimisers["finder"], config.clip)
            finder.zero_grad(
                set_to_none=True
            )  # it belongs to the network, whose slopes are clipped
            step_schedule(state, "finder")
            return {"contrast": loss.item()}

        def step(state) -> dict:
            if state.step < config.pretrain:
                return learn_to_find(state)
            if not known:
                known["train"] = find_themes(state.modules["network"].finder, data, "train", config)
            rng = throw(state)
            which = rng.integers(0, len(known["train"]), config.batch)
            rows = [cut_row(known["train"][i], config, rng) for i in which]
            network = state.modules["network"].train()
            loss = price(network, torch.as_tensor(np.stack(rows)).to(device_of(network))).mean()
            update(loss, network, state.optimisers["network"], config.clip)
            step_schedule(state, "network")
            return {"nll_batch": loss.item()}

        return step

    def make_evaluation(self, config: Config, data):
        """Nats a bar of validation windows behind their themes; the best weights by it are remembered."""
        known: dict = {}

        def evaluate(state) -> dict:
            if state.step < config.pretrain:
                return {}
            if not known:
                known["valid"] = find_themes(state.modules["network"].finder, data, "valid", config)
            found = price_windows(state.modules["network"], known["valid"], config)
            keep_best(state, "network", found)
            return {"bar_nll_valid": found}

        return evaluate, config.check_every

    @torch.no_grad()
    def measure(self, state, config: Config, data, generator):
        """How well phrases are found, what a bar costs, and how often the theme returns in samples.

        ``retrieval_f1``: of pairs of phrases of test pieces, against pairs that are the same; ``_untrained``, of a
        finder that has learned nothing; ``_exact``, of equality. ``bar_nll_valid``, ``bar_nll_test``: nats a bar, its
        head included, behind the theme; ``theme_nll_test`` and ``other_nll_test``, of bars that sound like the theme
        and of the others. ``recurrence``: the share of the bars of samples in which the theme of the prompt stands;
        ``recurrence_told``, the theme that was told; ``recurrence_other``, a theme that nobody was told, but under
        ``told="other"``; ``recurrence_real``, of the real windows.
        """
        restore_best(state, "network")
        network = state.modules["network"].eval()
        finder = network.finder
        found = measures.measure_retrieval(finder, data, config)
        known = {s: find_themes(finder, data, s, config) for s in ("valid", "test")}
        for split, pieces in known.items():
            found[f"bar_nll_{split}"] = price_windows(network, pieces, config)
        rows = cut_evenly(known["test"], config)
        found |= price_kinds(network, rows, measures.mark_theme(rows, config))
        own, others, real = measures.list_prompts(rows, config)
        told = others if config.told == "other" else own
        made = write(network, own, told, config.bars, generator)
        found |= measures.measure_recurrence(made, real, own, told, others)
        found["parameters"] = sum(p.numel() for p in list_composing(network))
        return found, np.concatenate([told, made], 1)  # who listens hears which theme was told

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, (theme + bars) * 16) int64`` events, a theme first that was made as those of made tunes are."""
        rng = np.random.default_rng(generator.initial_seed())
        phrases = -(-config.theme // PHRASE)
        made = []
        for _ in range(n):
            tonic = int(rng.integers(*TONICS))
            made.append(np.concatenate([make_phrase(rng, tonic) for _ in range(phrases)]))
        themes = np.stack(made)[:, : BAR * config.theme]
        written = write(module, themes, themes, config.bars, generator, temperature)
        return np.concatenate([themes, written], 1)


def list_composing(network) -> list:
    """The weights of a network without those of its finder."""
    return [p for name, p in network.named_parameters() if not name.startswith("finder.")]


def throw(state) -> np.random.Generator:
    """Random numbers of numpy that follow from the state's own."""
    return np.random.default_rng(Dice(state.generator).integers(2**31, 1).tolist())


def price(network, rows) -> torch.Tensor:
    """Nats of each token behind the theme, ``(B, bars * 17)``."""
    logits = network(rows)
    paid = F.cross_entropy(logits.flatten(0, 1), rows.flatten(), reduction="none").view(rows.shape)
    return paid[:, network.theme * network.row :]


def cut_evenly(pieces, config: Config) -> np.ndarray:
    """``measure`` windows of pieces with themes, the same ones for every run, ``(n, (theme + bars) * 17)``."""
    rng = np.random.default_rng(0)
    still = [pieces[i % len(pieces)] for i in range(config.measure)]
    return np.stack([cut_row(piece, config, rng, moved=False) for piece in still])


@torch.no_grad()
def price_rows(network, rows) -> torch.Tensor:
    """Nats of each bar behind the theme, ``(n, bars) float64``."""
    was = network.training
    network.eval()
    tokens = torch.as_tensor(rows).split(32)
    paid = [price(network, part.to(device_of(network))).double().cpu() for part in tokens]
    network.train(was)
    return torch.cat(paid).unflatten(1, (-1, network.row)).sum(-1)


def price_windows(network, pieces, config: Config) -> float:
    """Nats a bar."""
    return price_rows(network, cut_evenly(pieces, config)).mean().item()


def price_kinds(network, rows, inside) -> dict:
    """Nats a bar of the theme's regions, ``inside (n, bars) bool``, and of the other bars."""
    paid, inside = price_rows(network, rows), torch.as_tensor(inside)
    return {
        "theme_nll_test": paid[inside].mean().item(),
        "other_nll_test": paid[~inside].mean().item(),
    }


@torch.no_grad()
def write(network, own, told, bars: int, generator, temperature: float = 1.0) -> np.ndarray:
    """``(n, bars * 16)`` events behind the themes ``own (n, theme * 16)``, while the memory holds those that are told.

    Heads and events keep to the grammar: a theme that is begun is finished.
    """
    own, told = (measures.add_heads(t, network) for t in (own, told))
    device = device_of(network)
    rows, memory = torch.as_tensor(own).to(device), torch.as_tensor(told).to(device)
    for t in range(rows.shape[1], rows.shape[1] + bars * network.row):
        asked = F.pad(rows, (0, 1))
        logits = network(asked, memory)[:, -1].double().cpu() / temperature
        logits = logits.masked_fill(
            ~measures.list_allowed(rows.cpu(), t, bars, network), -torch.inf
        )
        chance = logits.softmax(-1)
        drawn = torch.multinomial(chance, 1, generator=generator)
        rows = torch.cat([rows, drawn.to(device)], 1)
    made = rows.cpu().numpy()[:, network.theme * network.row :]
    return made.reshape(len(made), bars, network.row)[:, :, 1:].reshape(len(made), -1)
