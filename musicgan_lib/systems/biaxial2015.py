"""The biaxial LSTM by likelihood (Johnson 2015, 2017): hand-made features of each note, Adadelta."""

import sys

from . import _roll_settings, anokhin2018
from ._roll_game import *  # noqa: F403 - the game

CORPORA = anokhin2018.CORPORA
_OWN = {"features": "johnson", "attention": False, "global_structure": False}
#: As published the rates are Adadelta's own; Adam's are those of the other presets, and so is a cell that hears itself.
VARIANTS = {
    "likelihood": _OWN
    | {"optimiser": "adadelta", "pretrain_lr": 1.0, "dropout": 0.5, "copy": False},
    "adam": _OWN | {"copy": False},
    "copy": _OWN,
}
PROFILES = anokhin2018.PROFILES | {
    "gpu": anokhin2018.PROFILES["gpu"]
    | {"low": 24, "high": 101, "time_units": (300, 300), "note_units": (100, 50), "batch": 10},
}


def configure(variant, profile, corpus="chorales", **changes) -> _roll_settings.Config:
    """The settings of a variant at a profile; ``changes`` are set last. ValueError for a name or value that is not known."""
    return _roll_settings.configure(sys.modules[__name__], variant, profile, corpus, changes)
