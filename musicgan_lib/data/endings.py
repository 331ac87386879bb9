"""How melodies come home: the last notes of each, as pitches; and made ones whose reward is known."""

import hashlib
from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS, TokenData

#: Corpora of made endings
PLANTED = ("planted",)
LENGTH = 16  # notes
LEAP = 12  # intervals are told apart up to so many semitones
PIECES = {"train": 2000, "valid": 500, "test": 2000}
SEED = 2008


@dataclass
class EndingData(TokenData):
    """One ending a piece, ``(LENGTH,) int64``: token k is the pitch ``lowest + k``, and token 0 is a C."""

    @property
    def lowest(self) -> int:
        """The pitch of token 0."""
        return int(self.symbols[0][0][0])

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The melody in quarters."""
        from ..notes import Piece, Tempo, Track

        pitches = self.lowest + np.asarray(tokens, np.int64)
        notes = [(float(t), 1.0, int(pitch), 80, 0) for t, pitch in enumerate(pitches)]
        track, pace = Track("melody", 73), Tempo(0.0, 108.0)
        return Piece(notes, (track,), tempo=(pace,), dynamics=False, source="generated")


def encode_endings(corpus: str) -> EndingData:
    """The last :data:`LENGTH` pitches of each melody of a corpus, in C major or a minor; rests are left out.

    Shorter melodies are left out, and ``report`` counts them. ValueError where a split is left empty.
    """
    from .melodies import encode_melodies

    melodies = encode_melodies(corpus)
    symbols = np.array([row[:3] for row in melodies.symbols[0]])
    lines, short = {}, 0
    for split in SPLITS:
        rows = [symbols[piece[:-1]] for piece in melodies.pieces[split]]  # without the end
        sung = [12 * (row[:, 1] + 1) + row[:, 2] for row in (r[r[:, 1] > 0] for r in rows)]
        lines[split] = [line[-LENGTH:].astype(np.int64) for line in sung if len(line) >= LENGTH]
        short += len(sung) - len(lines[split])
    if empty := [split for split in SPLITS if not lines[split]]:
        raise ValueError(
            f"{corpus}: no melody of {', '.join(empty)} has {LENGTH} notes: choose another corpus"
        )
    every = np.concatenate([line for part in lines.values() for line in part])
    lowest = int(every.min()) // 12 * 12
    pieces = {split: [line - lowest for line in part] for split, part in lines.items()}
    return EndingData(
        melodies.name,
        "endings",
        (int(every.max()) - lowest + 1,),
        _spell(lowest, int(every.max())),
        pieces,
        melodies.data_hash,
        split_by=melodies.split_by,
        report=f"The last {LENGTH} notes of {sum(map(len, lines.values()))} melodies; {short} are shorter.",
    )


def _spell(lowest: int, highest: int) -> list:
    return [[[float(pitch)] for pitch in range(lowest, highest + 1)]]


def plant_reward() -> dict[str, np.ndarray]:
    """The reward of :func:`make_planted`, block by block, nats: what a note pays for being what it is.

    ``tone (12,)`` by its tone, C first; ``interval (2 * LEAP + 1,)`` by its way from the note before, down first;
    ``height (2,)`` times its place from -1 to 1 and the square of it; ``last (12,)`` by its tone, of the last
    note alone.
    """
    interval = np.full(2 * LEAP + 1, -6.0)
    interval[LEAP - 3 : LEAP + 4] = (-1, 1, 1.5, -1, 1.5, 1, -1)
    return {
        "tone": np.array([1.0, -3, 1, -3, 1, 0, -3, 1, -3, 1, -3, 0]),
        "interval": interval,
        "height": np.array([0.0, -1]),
        "last": np.array([5.0, *[-2] * 11]),
    }


def list_chances(reward: dict, pitches: int, length: int = LENGTH) -> np.ndarray:
    """How likely each note is after each, ``(length, P, P)``, where a melody is as likely as ``exp`` of its reward.

    Row p of step t is for the note before, p; at step 0 all rows are alike. Computed from the end back: a sum over all
    melodies, and no estimate. Source: Ziebart et al. (2008), whose dynamics here are known.
    """
    token = np.arange(pitches)
    height = np.linspace(-1, 1, pitches)
    node = reward["tone"][token % 12] + reward["height"] @ np.stack([height, height**2])
    way = np.clip(token[None] - token[:, None], -LEAP, LEAP) + LEAP
    after, found = np.zeros(pitches), []
    for t in reversed(range(length)):
        paid = node + after + (reward["last"][token % 12] if t == length - 1 else 0)
        paid = paid + (reward["interval"][way] if t else np.zeros((pitches, 1)))
        top = paid.max(1, keepdims=True)
        after = (top + np.log(np.exp(paid - top).sum(1, keepdims=True)))[:, 0]
        found.append(np.exp(paid - after[:, None]))
    return np.stack(found[::-1])


def make_planted(corpus: str = "planted") -> EndingData:
    """Endings drawn by :func:`list_chances` from :func:`plant_reward`; the same ones for every seed of a run."""
    rng, pitches, seen = np.random.default_rng(SEED), 20, hashlib.sha256()
    heaped = list_chances(plant_reward(), pitches).cumsum(2)
    pieces = {}
    for split, many in PIECES.items():
        lines = np.zeros((many, LENGTH), np.int64)
        for t in range(LENGTH):
            rows = heaped[t][lines[:, t - 1] if t else lines[:, 0]]
            throw = rng.random(many)[:, None] * rows[:, -1:]
            lines[:, t] = (rows <= throw).sum(1)
        pieces[split] = list(lines)
        seen.update(split.encode() + lines.astype("<i8").tobytes())
    return EndingData(
        corpus,
        "endings",
        (pitches,),
        _spell(60, 60 + pitches - 1),
        pieces,
        seen.hexdigest()[:16],
        report=f"Drawn from a known reward; nobody foretells a note for less than {floor():.4f} nats.",
    )


def floor() -> float:
    """Nats a note of planted endings for whoever knows the reward: the entropy of the whole, exactly."""
    chances = list_chances(plant_reward(), 20)
    here, paid = np.eye(1, 20)[0], 0.0
    for step in chances:
        with np.errstate(divide="ignore", invalid="ignore"):
            surprise = -np.nansum(step * np.log(step), 1)
        paid, here = paid + here @ surprise, here @ step
    return float(paid / LENGTH)
