"""Made music with a form: twelve bars of blues whose chords are always the same, and whose melody is new each time.

Source of the idea: Eck and Schmidhuber (2002), who also wrote their bars themselves. The bars here are drawn once.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from .tokens import SPLITS, TokenData

#: Corpora of this kind
FORMS = ("blues",)
STEPS = 8  # of a bar: eighths
#: The chord of each bar of a chorus, by its number in ROOTS
FORM = (0, 0, 0, 0, 1, 1, 0, 0, 2, 1, 0, 0)
ROOTS = (0, 5, 7)  # C, F, G, in semitones above C
CHORD = (0, 4, 7, 10)  # a chord above its root: with the minor seventh
SCALE = (0, 3, 5, 7, 10)  # the minor pentatonic above a root
LOWEST, PITCHES = 60, 13  # of the melody
BARS = 6  # bars that there are over each chord; one is drawn for each bar of a melody
CHORUSES = 4  # of a piece
PIECES = {"train": 256, "valid": 32, "test": 32}
SEED = 2002
#: One chorus in tokens: a chord and a melody symbol each step
CHORUS = 2 * STEPS * len(FORM)
#: A melody begins a note, holds one, or is silent.
HOLD, REST = PITCHES, PITCHES + 1


@dataclass
class BluesData(TokenData):
    """Pieces ``(T * 2,) int64``: in each eighth the chord, a token below 3, and then what the melody does.

    Melody token ``3 + k`` begins the pitch ``LOWEST + k``; the last two hold a note and rest. A window begins with a
    chorus.
    """

    @property
    def stride(self) -> int:
        return CHORUS

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """Melody and chords, each chord struck anew in every bar; what is no chord or no melody is silent."""
        from ..representations import grid

        tokens = np.asarray(tokens, np.int64)
        chord, melody = tokens[: len(tokens) // 2 * 2].reshape(-1, 2).T
        melody = melody - len(ROOTS)
        cells = np.full((1 + len(CHORD), 2 * len(chord)), grid.REST)
        known = (melody >= 0) & (melody < PITCHES)
        cells[0, ::2] = np.where(
            known, LOWEST + melody, np.where(melody == HOLD, grid.HOLD, grid.REST)
        )
        cells[0, 1::2] = np.where(known | (melody == HOLD), grid.HOLD, grid.REST)
        struck = np.arange(len(chord)) % STEPS == 0
        struck[1:] |= chord[1:] != chord[:-1]
        for voice, above in enumerate(reversed(CHORD), 1):
            pitch = 48 + above + np.array([*ROOTS, 0])[np.minimum(chord, len(ROOTS))]
            sounds = chord < len(ROOTS)
            cells[voice, ::2] = np.where(sounds, np.where(struck, pitch, grid.HOLD), grid.REST)
            cells[voice, 1::2] = np.where(sounds, grid.HOLD, grid.REST)
        return grid.decode(cells).replace(tracks=_players())


def _players():
    from ..notes import Track

    return tuple(
        Track(name, program) for name, program in (("Melody", 66), *(("Chords", 0),) * len(CHORD))
    )


def make_bars() -> np.ndarray:
    """The bars that there are, ``(3, BARS, STEPS) int64`` melody symbols: walks on the scale above each root."""
    rng, found = np.random.default_rng(SEED), []
    for root in ROOTS:
        scale = [k for k in range(PITCHES) if (LOWEST + k - root) % 12 in SCALE]
        bars: list = []
        while len(bars) < BARS:
            begins = rng.random(STEPS) < 0.6
            begins[0] = True
            place = rng.integers(len(scale)) + np.cumsum(rng.integers(-1, 2, STEPS))
            walk = np.array(scale)[np.clip(place, 0, len(scale) - 1)]
            bar = np.where(begins, walk, HOLD)
            if not any(
                (bar[:2] == other[:2]).all() for other in bars
            ):  # two eighths tell which bar it is
                bars.append(bar)
        found.append(bars)
    return np.array(found)


def make_blues(corpus: str = "blues") -> BluesData:
    """The pieces, whole choruses each; the same ones for every seed of a run.

    Whoever knows the form and the bars pays log 6 for each bar of a melody, and nothing for the chords.
    """
    rng, bars = np.random.default_rng(SEED + 1), make_bars()
    form = np.array(FORM * CHORUSES)
    pieces, seen = {}, hashlib.sha256()
    for split in SPLITS:
        drawn = rng.integers(0, BARS, (PIECES[split], len(form)))
        melody = len(ROOTS) + bars[form, drawn]  # (pieces, bars, STEPS)
        chords = np.broadcast_to(form[:, None], melody.shape)
        tokens = np.stack([chords, melody], -1).reshape(len(drawn), -1).astype(np.int64)
        pieces[split] = list(tokens)
        seen.update(split.encode() + tokens.astype("<i8").tobytes())
    symbols = (
        [[float(r)] for r in ROOTS]
        + [[float(LOWEST + k)] for k in range(PITCHES)]
        + [[128.0], [129.0]]
    )
    told = f"Twelve-bar blues; nobody foretells a melody for less than {floor():.4f} nats a token."
    return BluesData(
        corpus, "blues", (len(symbols),), [symbols], pieces, seen.hexdigest()[:16], report=told
    )


def floor() -> float:
    """Nats a token for whoever knows the form and the bars: one of six bars is drawn, and the rest follows."""
    return float(np.log(BARS)) / (2 * STEPS)


def list_scales() -> np.ndarray:
    """``(3, PITCHES) bool``: which pitches of the melody belong to the scale of each chord."""
    above = LOWEST + np.arange(PITCHES) - np.array(ROOTS)[:, None]
    return np.isin(above % 12, SCALE)
