"""Notes in a row, of any number of tracks, and questions about them that people have answered: the labels of tasks."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from .note_fields import NOTHING
from .tokens import SPLITS
from .words import TUNES_SHARED

#: What a row says of its note: 1 where it begins a bar and else 0, position and duration in sixteenths, and its pitch
FIELDS = ("bar", "position", "pitch", "duration")
BAR, POSITION, PITCH, DURATION = range(len(FIELDS))
#: Positions in a bar, and durations; what is more counts as the most
STEPS = 32
SIZES = (2, STEPS, 128, STEPS)
#: Collections that a corpus is read with; the first one gives its name to the runs
COLLECTIONS = {"chorales": ("chorales", "palestrina", "folk"), "pop909": ("pop909",)}
DANCES = ("reel", "hornpipe", "jig")
LOUDNESSES = 6


@dataclass(frozen=True)
class Task:
    """A question: what it is ``of``, ``"note"`` or ``"piece"``, and the names of its answers.

    ``answers[split]`` are whole numbers, ``(n, N)`` or ``(n,)``, NOTHING where nobody has answered.
    """

    name: str
    of: str
    classes: tuple[str, ...]
    answers: dict[str, np.ndarray]


@dataclass
class TaskData:
    """Stretches of so many notes, ``windows[split] (n, N, 4) int64``, rows of :data:`FIELDS` and then NOTHING.

    Notes stand in the order of their onsets, those of one onset from the highest down. ``playable[split] (n,)`` says
    which may be heard in a published page and stand in 4/4. No piece is on two sides of a split.
    """

    name: str
    data_hash: str
    windows: dict[str, np.ndarray]
    playable: dict[str, np.ndarray]
    tasks: tuple[Task, ...]
    report: str = ""
    split_by: str = "piece"
    sizes: tuple[int, ...] = field(default=SIZES)

    @property
    def pieces(self) -> dict[str, list[np.ndarray]]:
        """The stretches of each split, as a list."""
        return {split: list(rows) for split, rows in self.windows.items()}

    def find_task(self, name: str) -> Task:
        """The task of this name; ValueError with those there are."""
        for task in self.tasks:
            if task.name == name:
                return task
        known = ", ".join(task.name for task in self.tasks)
        raise ValueError(f"{self.name} has no task {name!r}; it has {known}")

    def decode(self, rows, kept=None) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that rows ``(N, 4)`` spell on one track, in bars of 4/4; of its notes those that are ``kept (N,)``.

        ValueError where ``kept`` does not say it of each row.
        """
        from ..notes import Piece

        rows = np.asarray(rows)
        kept = np.ones(len(rows), bool) if kept is None else np.asarray(kept, bool)
        if kept.shape != (len(rows),):
            raise ValueError(f"there are {len(rows)} rows, and kept has the shape {kept.shape}")
        there = rows[:, BAR] != NOTHING
        bar = np.cumsum(rows[:, BAR] * there) - rows[:1, BAR].sum()
        onsets = 4 * bar + rows[:, POSITION] / 4
        onsets, rows = onsets[there & kept], rows[there & kept]
        return Piece(list(zip(onsets, (rows[:, DURATION] + 1) / 4, rows[:, PITCH])), dynamics=False)


@dataclass(frozen=True)
class Listed:
    """The notes of a piece as rows, ``rows (n, 4)``, and of each its ``track`` and its ``velocity``."""

    rows: np.ndarray
    track: np.ndarray
    velocity: np.ndarray


def list_notes(piece) -> Listed:
    """Every note of a piece, moved to the nearest sixteenth; its bars are those of its metres."""
    onset = np.rint(piece.notes["onset"] * 4).astype(np.int64)
    order = np.lexsort((piece.notes["track"], -piece.notes["pitch"].astype(int), onset))
    notes, onset = piece.notes[order], onset[order]
    bar = piece.bar_of(onset / 4)
    first = np.rint(piece.bars()[bar] * 4).astype(np.int64)
    lasts = np.rint(notes["duration"] * 4).astype(np.int64)
    begins = np.diff(bar, prepend=-1) > 0
    rows = [
        begins,
        (onset - first).clip(0, STEPS - 1),
        notes["pitch"],
        lasts.clip(1, STEPS) - 1,
    ]
    return Listed(np.stack(rows, 1).astype(np.int64), notes["track"], notes["velocity"])


def cut_stretches(values: np.ndarray, length: int) -> list[np.ndarray]:
    """Stretches of so many values side by side, the last one filled up with NOTHING; one less than half full is left
    out, unless it is the only one.
    """
    found = []
    for at in range(0, len(values), length):
        part = values[at : at + length]
        if at and 2 * len(part) < length:
            break
        lacks = [(0, length - len(part))] + [(0, 0)] * (values.ndim - 1)
        found.append(np.pad(part, lacks, constant_values=NOTHING))
    return found


def name_dance(piece) -> int:
    """Which of :data:`DANCES` a tune's own title says it is; NOTHING where it says none of them."""
    said = re.findall(r"[a-z]+", piece.title.lower())
    named = [k for k, dance in enumerate(DANCES) if said and said[-1] in (dance, dance + "s")]
    return named[0] if named else NOTHING


def find_bounds(listed: list[Listed]) -> np.ndarray:
    """Velocities between :data:`LOUDNESSES` classes that these notes fill as evenly as may be, ``(5,)``."""
    every = np.concatenate([one.velocity for one in listed])
    return np.quantile(every, np.arange(1, LOUDNESSES) / LOUDNESSES)


def ask_melody(piece, listed: Listed) -> np.ndarray:
    """1 for each note of the first track, 0 for all others; NOTHING where there is but one track."""
    if len(piece.tracks) < 2:
        return np.full(len(listed.rows), NOTHING)
    return (listed.track == 0).astype(np.int64)


def encode_tasks(corpus: str, length: int) -> TaskData:
    """A corpus of :data:`COLLECTIONS` in stretches of ``length`` notes, with what was asked about it.

    ``melody``: is this note of the first track, which is the soprano of four voices, or the melody of a song?
    ``velocity``: of performances, which of six classes is it in, bounded by what training pieces have? ``composer``:
    Bach or Palestrina? ``dance``: reel, hornpipe or jig, as the title says? ValueError for another corpus.
    """
    from .. import corpora

    if corpus not in COLLECTIONS:
        raise ValueError(f"no tasks for {corpus!r}; there are tasks for {', '.join(COLLECTIONS)}")
    loaded = {
        split: [
            (piece, name)
            for name in COLLECTIONS[corpus]
            for piece in corpora.load(
                name, split, scheme="tune_disjoint" if name in TUNES_SHARED else None
            )
        ]
        for split in SPLITS
    }
    hashes = [corpora.load(name).data_hash for name in COLLECTIONS[corpus]]
    return make_tasks(corpus, loaded, "-and-".join(hashes), length)


def make_tasks(corpus: str, loaded: dict, data_hash: str, length: int) -> TaskData:
    """See :func:`encode_tasks`; ``loaded[split]`` are pairs of a piece and the name of its collection."""
    listed = {s: [list_notes(piece) for piece, _ in part] for s, part in loaded.items()}
    questions = list_questions(corpus, listed["train"])
    windows, playable = {}, {}
    answers: dict = {name: {} for name in questions}
    for split, part in loaded.items():
        rows, may, told = [], [], {name: [] for name in questions}
        for (piece, name), notes in zip(part, listed[split]):
            own = cut_stretches(notes.rows, length)
            rows += own
            heard = piece.publishable and name == corpus and piece.metre[-1][1:] == (4, 4)
            may += [heard] * len(own)
            for question, (of, _, ask) in questions.items():
                answer = ask(piece, name, notes)
                told[question] += (
                    cut_stretches(answer, length) if of == "note" else [answer] * len(own)
                )
        windows[split], playable[split] = np.array(rows), np.array(may)
        for question in questions:
            answers[question][split] = np.array(told[question])
    tasks = [Task(q, of, classes, answers[q]) for q, (of, classes, _) in questions.items()]
    count = sum(map(len, loaded.values()))
    report = f"{count} pieces are read; onsets are moved to the nearest sixteenth."
    return TaskData(corpus, data_hash, windows, playable, tuple(tasks), report)


def list_questions(corpus: str, listed: list[Listed]) -> dict[str, tuple[str, tuple, Callable]]:
    """Name -> what a question is of, the names of its answers, and a function of piece, collection and notes."""
    melody = "note", ("other", "melody"), lambda piece, name, notes: ask_melody(piece, notes)
    if corpus == "pop909":
        bounds = find_bounds(listed)
        names = tuple(f"velocity {k + 1} of {LOUDNESSES}" for k in range(LOUDNESSES))

        def ask_velocity(piece, name, notes):
            return np.searchsorted(bounds, notes.velocity, side="left")

        return {"melody": melody, "velocity": ("note", names, ask_velocity)}
    numbers = {"chorales": 0, "palestrina": 1}
    return {
        "melody": melody,
        "composer": (
            "piece",
            ("Bach", "Palestrina"),
            lambda piece, name, notes: numbers.get(name, NOTHING),
        ),
        "dance": (
            "piece",
            DANCES,
            lambda piece, name, notes: name_dance(piece) if name == "folk" else NOTHING,
        ),
    }
