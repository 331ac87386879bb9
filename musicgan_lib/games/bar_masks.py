"""Notes of several fields, some hidden: an encoder learns to restore them, and is asked for whole bars."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from ..data.note_fields import FIELDS, NOTHING, PITCH, encode_notes, write_notes
from ..learning.fit import TrainingState
from ..learning.note_masks import KINDS, hide_bar, hide_fields, price_fields
from ..models.draws import rand, randint
from ..models.note_encoder import NoteEncoder
from .game import device_of
from .one_network import OneNetworkGame
from .settings import check_least, check_name
from .word_measures import spread_evenly

ANSWERS = ("own", "other")
AT_ONCE = 32  # windows that are asked together


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music. Steps are updates."""

    keys: int = 3  # semitones up and down in which training windows stand, too
    bars: int = 4  # of a window
    masks: str = "bar"  # a field of a whole bar is hidden at once; or "token": of each note
    share: float = 0.15  # of the fields that are hidden while it learns
    answers: str = "own"  # or "other": what is hidden is to be restored as another window has it
    width: int = 64  # numbers a note
    heads: int = 4  # that divide the width
    layers: int = 2  # one above the other
    batch: int = 8  # windows
    steps: int = 600
    lr: float = 3e-3
    clip: float = 1.0
    measure: int = 128  # windows of validation and of test music that are asked, spread over all

    def __post_init__(self):
        check_name("masks", self.masks, KINDS)
        check_name("answers", self.answers, ANSWERS)
        check_least(self, keys=0, bars=2, width=2, heads=1, layers=1, batch=1, steps=0, measure=1)
        for name in ("lr", "clip"):
            if not 0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} is {getattr(self, name)}, and has to be above 0")
        if not 0 < self.share < 1:
            raise ValueError(f"share is {self.share}, of all fields: above 0 and below 1")
        if self.answers == "other" and self.batch < 2:
            raise ValueError("with a batch of 1 there is no other window: choose batch=2 or more")


class BarMaskGame(OneNetworkGame):
    """A :class:`~musicgan_lib.models.note_encoder.NoteEncoder` restores hidden fields of notes."""

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_notes(corpus, config.bars, config.keys)

    def build(self, config: Config, data, seed: int, device="cpu") -> TrainingState:
        length = data.windows["train"].shape[1]
        sizes = (config.width, config.heads, config.layers)
        return self.begin(lambda: NoteEncoder(data.sizes, length, *sizes), config, seed, device)

    def make_step(self, config: Config, data, control: str | None = None):
        """One update on random windows; the loss is the mean of nats over all hidden fields."""
        self.check_control(config, control)
        windows = torch.as_tensor(data.windows["train"])

        def step(state: TrainingState) -> dict:
            network = state.modules["network"].train()
            notes = windows[randint(len(windows), config.batch, state.generator)]
            hidden = hide_fields(notes, config.share, config.masks, state.generator)
            answers = notes if config.answers == "own" else notes.roll(1, 0)
            hidden = hidden & (answers[..., :1] >= 0)
            device = device_of(network)
            notes, hidden, answers = (x.to(device) for x in (notes, hidden, answers))
            paid = price_fields(network, notes, hidden, answers)
            loss = paid.sum() / hidden.sum().clamp(min=1)
            self.learn(state, loss, config)
            return {"nll_batch": loss.item()}

        return step

    def measure(self, state: TrainingState, config: Config, data, generator):
        """What hidden fields cost, and how many are restored; the same windows and bars for every run.

        ``cloze_nll_FIELD``: nats a note on test music, where this field of all notes of one bar is hidden and all else
        is shown; ``cloze_right_FIELD``: the share of notes whose likeliest value is right. ``cloze_nll``: the mean over
        fields; ``cloze_nll_valid`` on validation music. ``note_nll_FIELD``, ``note_right_FIELD`` and ``note_nll``:
        where one note of this bar is asked alone, and its neighbours tell. ``counts_nll_FIELD``, ``counts_nll``: what
        the frequencies of training pay for the bars.
        """
        network = state.modules["network"].eval()
        found = {"parameters": sum(p.numel() for p in network.parameters())}
        counts = count_fields(data)
        for split in ("valid", "test"):
            notes = torch.as_tensor(spread_evenly(data.windows[split], config.measure))
            bars = torch.arange(len(notes)) % config.bars
            nats, right = ask_bars(network, notes, bars)
            if split == "valid":
                found["cloze_nll_valid"] = float(np.mean(list(nats.values())))
        alone = ask_bars(network, notes, bars, alone=True)
        paid = {name: price_counts(counts[k], notes, bars, k) for k, name in enumerate(FIELDS)}
        told = {
            "cloze_nll": nats,
            "cloze_right": right,
            "note_nll": alone[0],
            "note_right": alone[1],
        }
        for key, by_field in (told | {"counts_nll": paid}).items():
            found |= {f"{key}_{name}": value for name, value in by_field.items()}
            if key.endswith("nll"):
                found[key] = np.mean(list(by_field.values()))
        samples = fill_pitches(network, notes[:8], bars[:8], generator)
        return {k: float(v) for k, v in found.items()}, samples.cpu().numpy()

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, N, 5) int64``: four voices in quarters, in so many bars, their pitches drawn one after the other."""
        quarters = torch.arange(config.bars * 16)  # four beats of four voices a bar
        quarters = quarters[: len(module.place.weight)]
        rows = [quarters // 16, quarters // 4 % 4 * 4, quarters % 4, 0 * quarters, 0 * quarters + 3]
        notes = torch.stack(rows, 1).expand(n, -1, -1).clone()
        return fill(module, notes, notes[..., 0] >= 0, generator, temperature).cpu().numpy()


def hide_asked(notes, bars, field: int, alone: bool = False) -> torch.Tensor:
    """A field of one bar of each window, ``(B, N, F)`` bools; ``alone``: of the note in the middle of this bar."""
    hidden = torch.cat([hide_bar(row[None], int(b), field) for row, b in zip(notes, bars)])
    if not alone:
        return hidden
    one = torch.zeros_like(hidden)
    for row, own in zip(one, hidden):
        places = own[:, field].nonzero()[:, 0]
        row[places[len(places) // 2], field] = True
    return one


@torch.no_grad()
def ask_bars(network, notes, bars, alone: bool = False) -> tuple[dict, dict]:
    """Nats a note, and the share that is right, by the name of the field that was hidden."""
    nats, right = {}, {}
    device = device_of(network)
    for k, name in enumerate(FIELDS):
        paid, hit, total = 0.0, 0, 0
        for part, asked in zip(notes.split(AT_ONCE), bars.split(AT_ONCE)):
            hidden = hide_asked(part, asked, k, alone).to(device)
            part = part.to(device)
            paid += price_fields(network, part, hidden).sum().item()
            guess = network(part, hidden)[k].argmax(-1)
            hit += int(((guess == part[..., k]) & hidden[..., k]).sum())
            total += int(hidden.sum())
        nats[name], right[name] = paid / total, hit / total
    return nats, right


def count_fields(data) -> list[np.ndarray]:
    """How often each value of each field comes in training, and once more."""
    rows = data.windows["train"].reshape(-1, len(FIELDS))
    rows = rows[rows[:, 0] != NOTHING]
    return [np.bincount(rows[:, k], minlength=size) + 1 for k, size in enumerate(data.sizes)]


def price_counts(counts, notes, bars, field: int) -> float:
    """Nats a note of one field in the bars that are asked, by frequencies."""
    hidden = hide_asked(notes, bars, field)[..., field]
    wanted = notes[..., field][hidden].numpy()
    return float(-np.log(counts[wanted] / counts.sum()).mean())


def fill_pitches(network, notes, bars, generator, temperature: float = 1.0) -> torch.Tensor:
    """The same windows with the pitches of one bar drawn anew, ``(B, N, 5)``; rhythm and voices are kept."""
    hidden = hide_asked(notes, bars, PITCH)[..., PITCH]
    return fill(network, notes, hidden, generator, temperature)


@torch.no_grad()
def fill(
    network, notes, free, generator, temperature: float = 1.0, field: int = PITCH
) -> torch.Tensor:
    """Pitches, or another field, where ``free (B, N)`` is true.

    They are drawn from the first note to the last, each given those before it.
    """
    device = device_of(network)
    made = notes.clone().to(device)
    hidden = torch.zeros(notes.shape, dtype=torch.bool)
    hidden[..., field] = free
    hidden = hidden.to(device)
    for at in free.any(0).nonzero()[:, 0].tolist():
        chances = (network(made, hidden)[field][:, at] / temperature).softmax(-1).cpu().cumsum(-1)
        thrown = rand(len(notes), 1, generator=generator)
        drawn = (chances < thrown * chances[:, -1:]).sum(-1).clamp(max=chances.shape[1] - 1)
        own = hidden[:, at, field]
        made[:, at, field] = torch.where(own, drawn.to(device), made[:, at, field])
        hidden[:, at, field] = False
    return made


def spell(data, notes) -> np.ndarray:
    """Notes ``(n, N, 5)`` as tokens of the grid, ``(n, bars * 16 * V)``."""
    return np.stack([write_notes(data.grid, rows, data.bars) for rows in notes])
