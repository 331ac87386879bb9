"""An encoder learns music by restoring notes; copies of it are then tuned to answer questions on notes and pieces."""

import math
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch.nn import functional as F

from ..data.note_tasks import BAR, COLLECTIONS, NOTHING, PITCH, POSITION, encode_tasks
from ..learning.fit import TrainingState
from ..learning.note_masks import hide_notes, price_fields
from ..learning.schedules import add_schedule, fall_as_cosine, step_schedule
from ..learning.team import update
from ..metrics.answers import balance_right, call_skyline, find_majority, share_right
from ..models.draws import randint
from ..models.note_encoder import NoteEncoder
from ..models.note_reader import NoteReader
from .bar_masks import fill
from .game import Game, device_of
from .settings import check_least, check_name, refuse
from .word_measures import spread_evenly

STARTS = ("pretrained", "random")
LABELS = ("own", "permuted")
#: How far the first embeddings of places spread
PLACES = 0.1
#: Stretches that are read together
AT_ONCE = 64
#: Stretches that are kept as samples
KEPT = 8


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training stretches stand, too, at random
    length: int = 64  # notes of a stretch
    share: float = 0.3  # of the notes that are hidden while it learns music
    start: str = "pretrained"  # of what is tuned; or "random": weights that have learned no music
    frozen: bool = False  # whether tuning leaves the encoder alone and moves what stands on it
    labels: str = "own"  # or "permuted": the answers of a batch change places while it is tuned
    labelled: int = (
        4  # stretches whose answers are given; of a question about pieces, of each answer
    )
    width: int = 64  # numbers a note
    heads: int = 4  # that divide the width
    layers: int = 2  # one above the other
    batch: int = 16  # stretches
    pretrain: int = 1000  # updates by hidden notes
    lr: float = 3e-3
    tune: int = 60  # updates by answers, of each question
    tune_lr: float = 3e-3
    clip: float = 1.0
    measure: int = 256  # stretches of test music that are asked, spread over all

    @property
    def steps(self) -> int:
        """Both phases together."""
        return self.pretrain + self.tune

    def __post_init__(self):
        check_name("start", self.start, STARTS)
        check_name("labels", self.labels, LABELS)
        check_least(self, keys=0, length=2, labelled=1, width=2, heads=1, layers=1, batch=2)
        check_least(self, pretrain=0, tune=0, measure=1)
        for name in ("lr", "tune_lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if not 0 < self.share < 1:
            raise ValueError(f"share is {self.share}, of all notes: above 0 and below 1")
        refuse(
            self.start == "pretrained" and not self.pretrain,
            "pretrain is 0, so there is nothing to begin from: choose start='random'",
        )


class NoteTaskGame(Game):
    """A :class:`~musicgan_lib.models.note_encoder.NoteEncoder` restores hidden notes; readers answer questions.

    Each question has a :class:`~musicgan_lib.models.note_reader.NoteReader` of its own, which takes the encoder's
    weights over when tuning begins, unless ``start="random"``.
    """

    Config = Config
    generator = "network"

    def encode(self, config: Config, corpus: str):
        return encode_tasks(corpus, config.length)

    def learns_from(self, config: Config, corpus: str) -> tuple[str, ...]:
        """All collections that the questions are about."""
        return COLLECTIONS[corpus]

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        def make():
            sizes = (config.width, config.heads, config.layers)
            return NoteEncoder(data.sizes, config.length, *sizes, places=PLACES)

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            modules = {"network": make()}
            for task in data.tasks:
                modules[task.name] = NoteReader(make(), len(task.classes), task.of)
        for name, module in modules.items():
            module.to(device)
            if config.frozen and name != "network":
                module.encoder.requires_grad_(False)
        rates = {name: config.tune_lr for name in modules} | {"network": config.lr}
        optimisers = {n: torch.optim.Adam(m.parameters(), rates[n]) for n, m in modules.items()}
        state = TrainingState(modules, optimisers, torch.Generator().manual_seed(seed))
        for name in modules:
            steps = max(config.pretrain if name == "network" else config.tune, 1)
            add_schedule(state, name, lambda step, steps=steps: fall_as_cosine(step / steps))
        return state

    def shared_phase(self, config: Config) -> Config:
        """Learning music, which whatever is tuned afterwards has in common."""
        plain = {"tune": 0, "frozen": False, "start": "pretrained", "labels": "own"}
        later = ("labelled", "tune_lr", "measure")
        return replace(config, **plain, **{name: getattr(Config, name) for name in later})

    def make_step(self, config: Config, data, control: str | None = None):
        """One update by hidden notes; later one of each reader, by the answers of random labelled stretches."""
        self.check_control(config, control)
        music = torch.as_tensor(data.windows["train"])
        labelled = {
            task.name: pick_labelled(data, task, "train", config.labelled, each=True)
            for task in data.tasks
        }

        def step(state: TrainingState) -> dict:
            if state.step < config.pretrain:
                return self.learn_music(state, config, music)
            if state.step == config.pretrain and config.start == "pretrained":
                for task in data.tasks:
                    state.modules[task.name].take_over(state.modules["network"])
            return {
                f"nll_{task.name}": self.tune(state, config, task, *labelled[task.name])
                for task in data.tasks
            }

        return step

    def learn_music(self, state: TrainingState, config: Config, music) -> dict:
        """One update by hidden notes: the mean of nats over all their fields."""
        network = state.modules["network"].train()
        notes = music[randint(len(music), config.batch, state.generator)]
        notes = move_keys(notes, config.keys, state.generator)
        hidden = hide_notes(notes, config.share, state.generator)
        device = device_of(network)
        notes, hidden = notes.to(device), hidden.to(device)
        loss = price_fields(network, notes, hidden).sum() / hidden.sum().clamp(min=1)
        update(loss, network, state.optimisers["network"], config.clip)
        step_schedule(state, "network")
        return {"nll_batch": loss.item()}

    def tune(self, state: TrainingState, config: Config, task, notes, answers) -> float:
        """One update of a reader; returns its loss, in which classes weigh the same."""
        reader = state.modules[task.name].train()
        weights = weigh_classes(answers, len(task.classes))
        drawn = randint(len(notes), config.batch, state.generator)
        others = randint(len(notes), config.batch, state.generator)
        notes = move_keys(notes[drawn], config.keys, state.generator)
        if config.labels == "permuted":
            answers = give_others(answers[drawn], answers[others], state.generator)
        else:
            answers = answers[drawn]
        device = device_of(reader)
        logits = reader(notes.to(device)).flatten(0, -2)
        wanted, weights = answers.flatten().to(device), weights.to(device)
        loss = F.cross_entropy(logits, wanted, weights, ignore_index=NOTHING)
        update(loss, reader, state.optimisers[task.name], config.clip)
        step_schedule(state, task.name)
        return loss.item()

    def measure(self, state: TrainingState, config: Config, data, generator):
        """How well questions about test music are answered; the same stretches for every run.

        ``balanced_TASK``: the share that is right of each class, in the mean of the classes; ``right_TASK``: of all
        answers; ``majority_TASK``: what always the commonest answer of training would get of these.
        ``balanced_right``: the mean of the tasks, ``balanced_valid`` that on validation music. ``skyline_balanced`` and
        ``skyline_right``: the rule for melodies. ``hidden_nll``: nats a field where 15 % of test notes are hidden.
        """
        found = {"hidden_nll": price_music(state.modules["network"].eval(), data, config.measure)}
        for task in data.tasks:
            reader = state.modules[task.name].eval()
            given = task.answers["train"]
            for split in ("valid", "test"):
                notes, answers = pick_labelled(data, task, split, config.measure)
                told = answer(reader, notes)[answers != NOTHING].numpy()
                wanted = answers[answers != NOTHING].numpy()
                if split == "valid":
                    found[f"valid_{task.name}"] = balance_right(told, wanted)
            found[f"balanced_{task.name}"] = balance_right(told, wanted)
            found[f"right_{task.name}"] = share_right(told, wanted)
            always = find_majority(given[given != NOTHING])
            found[f"majority_{task.name}"] = share_right(np.full_like(wanted, always), wanted)
            if task.name == "melody":
                ruled = call_melodies(notes)[answers != NOTHING].numpy()
                found["skyline_balanced"] = balance_right(ruled, wanted)
                found["skyline_right"] = share_right(ruled, wanted)
        for key, prefix in (("balanced_right", "balanced"), ("balanced_valid", "valid")):
            found[key] = np.mean([found[f"{prefix}_{task.name}"] for task in data.tasks])
        found["parameters"] = sum(p.numel() for p in state.modules["network"].parameters())
        return {k: float(v) for k, v in found.items()}, tell_melodies(state, data)

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length, 4) int64``: four notes a quarter, their pitches drawn one after the other."""
        quarters = torch.arange(config.length) // 4
        first = (torch.arange(config.length) % 16 == 0).long()
        rows = torch.stack([first, quarters % 4 * 4, 0 * quarters, 0 * quarters + 3], 1)
        notes = rows.expand(n, -1, -1).clone()
        free = notes[..., BAR] >= 0
        return fill(module, notes, free, generator, temperature, PITCH).cpu().numpy()


def move_keys(notes, keys: int, generator) -> torch.Tensor:
    """Stretches ``(B, N, 4)``, each up or down by any number of semitones up to ``keys``, within MIDI's range."""
    moved = randint(2 * keys + 1, len(notes), generator) - keys
    there = notes[..., PITCH] != NOTHING
    pitch = (notes[..., PITCH] + moved[:, None]).clamp(0, 127)
    notes = notes.clone()
    notes[..., PITCH] = torch.where(there, pitch, notes[..., PITCH])
    return notes


def pick_labelled(data, task, split: str, n: int, each: bool = False) -> tuple:
    """Up to ``n`` stretches of a split that have an answer, spread over all, and their answers.

    With ``each``, of a question about pieces, so many of each answer. ValueError where a split has none.
    """
    answers = task.answers[split]
    (there,) = np.nonzero((answers.reshape(len(answers), -1) != NOTHING).any(1))
    if not len(there):
        raise ValueError(f"no {split} music of {data.name} has answers for {task.name}")
    chosen = spread_evenly(there, n)
    if each and task.of == "piece":
        of = [there[answers[there] == k] for k in range(len(task.classes))]
        chosen = np.concatenate([spread_evenly(own, n) for own in of])
    return torch.as_tensor(data.windows[split][chosen]), torch.as_tensor(answers[chosen])


def weigh_classes(answers, classes: int) -> torch.Tensor:
    """Weights by which each class that comes weighs the same in a mean over answers, ``(classes,)``."""
    counts = torch.bincount(answers[answers != NOTHING], minlength=classes).float()
    return torch.where(counts > 0, counts.sum() / counts.clamp(min=1) / classes, 0 * counts)


def give_others(answers, others, generator) -> torch.Tensor:
    """Answers drawn from those of other stretches, wherever these have some; NOTHING stays where it is."""
    given = answers.clone()
    there = answers != NOTHING
    pool = others[others != NOTHING]
    given[there] = pool[randint(len(pool), int(there.sum()), generator)]
    return given


@torch.no_grad()
def answer(reader, notes) -> torch.Tensor:
    """The likeliest answers of a reader, ``(n, N)`` or ``(n,)``, on the CPU."""
    device = device_of(reader)
    return torch.cat([reader(part.to(device)).argmax(-1).cpu() for part in notes.split(AT_ONCE)])


@torch.no_grad()
def price_music(network, data, n: int) -> float:
    """Nats a field of hidden test notes, the same notes for every run."""
    notes = torch.as_tensor(spread_evenly(data.windows["test"], n))
    hidden = hide_notes(notes, 0.15, torch.Generator().manual_seed(0))
    device, paid = device_of(network), 0.0
    for part, asked in zip(notes.split(AT_ONCE), hidden.split(AT_ONCE)):
        paid += price_fields(network, part.to(device), asked.to(device)).sum().item()
    return paid / max(int(hidden.sum()), 1)


def call_melodies(notes) -> torch.Tensor:
    """What :func:`~musicgan_lib.metrics.answers.call_skyline` says of each row, ``(n, N)``."""
    rows = notes.numpy()
    called = [call_skyline(r[:, BAR] == 1, r[:, POSITION], r[:, PITCH]) for r in rows]
    return torch.as_tensor(np.stack(called))


def tell_melodies(state: TrainingState, data) -> np.ndarray:
    """Some test stretches, those that may be heard where there are any, ``(8, N, 6)``: fields, melody, what is told."""
    task = data.find_task("melody")
    may = data.playable["test"] if data.playable["test"].any() else data.playable["test"] | True
    chosen = spread_evenly(np.nonzero(may)[0], KEPT)
    notes = data.windows["test"][chosen]
    told = answer(state.modules["melody"].eval(), torch.as_tensor(notes)).numpy()
    told = np.where(notes[..., BAR] == NOTHING, NOTHING, told)
    return np.concatenate([notes, task.answers["test"][chosen][..., None], told[..., None]], -1)
