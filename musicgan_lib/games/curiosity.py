"""A listener chooses its own lessons: it tunes in to the station that pays most, and learns to foretell it."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.encode import encode_tokens
from ..data.stations import LEARNABLE, STATIONS
from ..learning.curiosity import REWARDS, list_chances, measure_progress
from ..learning.fit import TrainingState
from ..learning.team import update
from ..models.draws import rand
from ..models.next_note import NextNote
from .game import Game, device_of
from .settings import check_least, check_name, refuse

#: What a new number weighs in the mean of a reward that is paid at once
FRESH = 0.1
WINDOW = 24


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but its seed and the stations."""

    reward: str = "progress"  # what pays: progress, error, same_bar (what one bar taught), or dice
    window: int = WINDOW  # bars of a station whose mean is held against that of as many before
    temperature: float = 0.03  # nats of reward that are worth a choice e times as likely
    explore: float = 0.1  # the share of choices that are blind
    bar: int = 8  # notes that are heard at once
    context: int = 3  # notes before that the listener hears
    hidden: int = 48
    steps: int = 1500  # bars that are heard
    settle: int = 100  # bars at the beginning that are not counted
    lr: float = 3e-3
    clip: float = 5.0

    def __post_init__(self):
        check_name("reward", self.reward, REWARDS)
        check_least(self, window=2, bar=1, context=1, hidden=1, steps=0, settle=0)
        for name in ("temperature", "lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        refuse(
            not 0 <= self.explore < 1,
            f"explore is {self.explore}, a share of the choices: 0 or more, below 1",
        )
        refuse(
            self.reward != "progress" and self.window != WINDOW,
            f"window is {self.window}, and only progress looks back: leave it",
        )


class CuriosityGame(Game):
    """A step is one bar of one station: choose, hear, be surprised, learn, be paid.

    What is known of a station is kept in the memory of a run: ``losses``, nats a note of each bar when it was heard;
    ``worth``, what the station pays, of what is paid at once; ``picks`` and ``places``, what was heard, bar by bar.
    """

    Config = Config
    generator = "predictor"

    def encode(self, config: Config, corpus: str):
        return encode_tokens(corpus, "grid")

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            predictor = NextNote(data.sizes[0], len(STATIONS), config.context, config.hidden)
        predictor = predictor.to(device)
        optimiser = torch.optim.Adam(predictor.parameters(), config.lr)
        memory = {"picks": [], "places": [], "worth": [math.nan] * len(STATIONS)}
        memory |= {f"losses of {name}": [] for name in STATIONS}
        generator = torch.Generator().manual_seed(seed)
        return TrainingState(
            {"predictor": predictor}, {"predictor": optimiser}, generator, memory=memory
        )

    def make_step(self, config: Config, data, control: str | None = None):
        """One bar of the station that was chosen."""
        self.check_control(config, control)
        streams = torch.as_tensor(np.stack(data.pieces["train"]))
        heard = config.context + config.bar

        def step(state: TrainingState) -> dict:
            predictor, memory = state.modules["predictor"].train(), state.memory
            chances = list_chances(self.value(config, memory), config.temperature, config.explore)
            throw, where, dice = rand(3, generator=state.generator).tolist()
            pick = min(int(np.searchsorted(np.cumsum(chances), throw)), len(chances) - 1)
            place = int(where * (streams.shape[1] - heard))
            notes = streams[pick, place : place + heard][None].to(device_of(predictor))
            station = torch.tensor([pick]).to(notes.device)
            loss = predictor.nll(notes, station).mean()
            update(loss, predictor, state.optimisers["predictor"], config.clip)
            with torch.no_grad():
                gain = loss - predictor.nll(notes, station).mean()
            paid = {
                "progress": math.nan,
                "error": loss.item(),
                "same_bar": gain.item(),
                "dice": dice,
            }
            self.remember(memory, pick, place, loss.item(), paid[config.reward])
            return {"nats": loss.item(), "learnable": float(pick in LEARNABLE)}

        return step

    def value(self, config: Config, memory: dict) -> list[float]:
        """What each station is worth now, nats; NaN where nothing is known."""
        if config.reward != "progress":
            return memory["worth"]
        return [measure_progress(memory[f"losses of {name}"], config.window) for name in STATIONS]

    def remember(self, memory: dict, pick: int, place: int, loss: float, paid: float) -> None:
        """Write down what was heard, and what it paid: the mean of late, newer bars weighing more."""
        memory["picks"].append(pick)
        memory["places"].append(place)
        memory[f"losses of {STATIONS[pick]}"].append(loss)
        before = memory["worth"][pick]
        memory["worth"][pick] = paid if math.isnan(before) else (1 - FRESH) * before + FRESH * paid

    def measure(self, state: TrainingState, config: Config, data, generator):
        """``share_learnable``: of the bars after the first ``settle``, those of stations that can be learned.

        ``share_drone`` and so on: those of each. ``nll_drone`` and so on: nats a note of a station's test music.
        ``parameters``. The samples are the bars that were heard, ``(steps, bar)``. Where a life is not known, as with
        weights that were read from a file, its shares are left out.
        """
        predictor = state.modules["predictor"].eval()
        picks = np.array(state.memory.get("picks", []), np.int64)  # of weights alone nobody knows
        late = picks[config.settle :]
        found = {
            "share_learnable": float(np.isin(late, LEARNABLE).mean()) if len(late) else math.nan
        }
        test = torch.as_tensor(np.stack(data.pieces["test"])).to(device_of(predictor))
        with torch.no_grad():
            nats = predictor.nll(test, torch.arange(len(test), device=test.device)).mean(1)
        for k, name in enumerate(STATIONS):
            found[f"share_{name}"] = float((late == k).mean()) if len(late) else math.nan
            found[f"nll_{name}"] = float(nats[k])
        found["parameters"] = sum(p.numel() for p in predictor.parameters())
        streams, bars = np.stack(data.pieces["train"]), config.context + np.arange(config.bar)
        places = np.array(state.memory.get("places", []), np.int64)
        return found, streams[picks[:, None], places[:, None] + bars]

    def draw(
        self, module, config: Config, n: int, generator, temperature: float = 1.0
    ) -> np.ndarray:
        """``(n, 32) int64``: what it plays by itself, the stations in turn, each begun as the station begins."""
        data = encode_tokens("stations", "grid")
        device = device_of(module)
        station = torch.arange(n, device=device) % len(STATIONS)
        opening = torch.as_tensor(np.stack(data.pieces["test"])[:, : config.context]).to(device)
        return module.play(opening[station], station, 32, generator, temperature).cpu().numpy()
