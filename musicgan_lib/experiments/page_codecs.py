"""How a corpus's tokens become notes in a page, and what a length of them is: the twins of compose/codecs.js."""

import numpy as np

from ..data import tone_tokens
from ..data.grid import GridData
from ..data.rolls import STEPS_PER_BAR, RollData
from ..data.rows import RowData
from ..data.voices import VoiceData
from ..data.words import WordData
from ..representations import grid


def tell_words(data, config) -> dict:
    """Words of melody and chord: a length counts words."""
    codec = {"kind": "words", "symbols": data.symbols, "factored": data.form == "factored"}
    return {
        "unit": "words",
        "lengths": (config.length, config.length // 2, 2 * config.length),
        "tokens": 1,
        "codec": codec,
        "tracks": ("melody", "chords"),
        "program": 73,
        "keys": (57, 81),
    }


def tell_tones(data, config) -> dict:
    """Tones as symbols; rows of numbers themselves are no tokens."""
    if not config.symbols:
        raise TypeError("rows of real numbers are music that no page plays yet")
    codec = {
        "kind": "tones",
        "times": tone_tokens.TIMES.tolist(),
        "lowest": tone_tokens.LOWEST,
        "pitches": tone_tokens.PITCHES,
        "intensity": data.width == 4,
        "one_key": config.one_key,
    }
    lengths = (2 * config.length, config.length, 4 * config.length)  # four tones sound at once
    return {"unit": "tones", "lengths": lengths, "tokens": 1, "codec": codec, "keys": (43, 79)}


def tell_rolls(data, config) -> dict:
    """Rolls: a token is a sixteenth, a length counts bars."""
    codec = {
        "kind": "roll",
        "low": config.low,
        "keys": config.high - config.low + 1,
        "channels": config.channels,
        "bar": STEPS_PER_BAR,
    }
    lengths = (config.bars - 4, 4, 2 * config.bars - 8)
    return {
        "unit": "bars",
        "lengths": lengths,
        "tokens": STEPS_PER_BAR,
        "codec": codec,
        "bar": 4,
        "keys": (43, 79),
    }


def tell_grid(data, config) -> dict:
    """Voices on a grid: a token is a cell, a length counts bars in 4/4."""
    codec = {
        "kind": "grid",
        "lowest": data.lowest,
        "symbols": data.sizes[0],
        "voices": data.voices,
        "bar": STEPS_PER_BAR,
    }
    return {
        "unit": "bars",
        "lengths": (8, 4, 16),
        "tokens": STEPS_PER_BAR * data.voices,
        "codec": codec,
    } | _tell_choir()


def _tell_choir() -> dict:
    """How four voices sound and are shown."""
    return {
        "program": 52,
        "bpm": grid.PACE,
        "bar": 4,
        "keys": (40, 81),
        "tracks": tuple(t.name for t in grid.SINGERS),
    }


def tell_voices(data, config) -> dict:
    """Marked voices: the soprano is given, the others are written under it; a length counts bars that follow it."""
    if not data.tied:
        raise TypeError("voices without ties and marks are music that no page plays yet")
    heard = np.concatenate([data.sounding(piece)[0] for piece in data.pieces["train"]])
    sung = heard[heard >= 0]
    codec = {
        "kind": "voices",
        "lowest": data.lowest,
        "pitches": data.pitches,
        "sung": [int(sung.min()), int(sung.max())],
    }
    return {
        "unit": "bars more",
        "lengths": (0, 4, 8),
        "tokens": STEPS_PER_BAR * data.stride,
        "codec": codec,
    } | _tell_choir()


#: RollData is RowData, and VoiceData GridData, too
KINDS = {
    WordData: tell_words,
    VoiceData: tell_voices,
    GridData: tell_grid,
    RollData: tell_rolls,
    RowData: tell_tones,
}
