"""DeepJ by likelihood (Mao et al. 2018): the biaxial LSTM with volume, and a style at every layer.

The paper's styles are composers and periods. Splits that keep composers apart leave none to test with, so the style
here is the third of the training music, by density, that a piece belongs to: one can hear whether it is obeyed.
A cell hears itself one step before (``copy``), which the paper's does not.
"""

import sys

from . import _roll_settings, anokhin2018
from ._roll_game import *  # noqa: F403 - the game

CORPORA = anokhin2018.CORPORA
_OWN = {
    "features": "deepj",
    "attention": False,
    "global_structure": False,
    "volume": True,
    "optimiser": "nadam",
    "pretrain_lr": 2e-3,
}
VARIANTS = {"likelihood": _OWN | {"styles": 3}, "without_style": _OWN}
PROFILES = anokhin2018.PROFILES | {"gpu": anokhin2018.PROFILES["gpu"] | {"dropout": 0.5}}


def configure(variant, profile, corpus="chorales", **changes) -> _roll_settings.Config:
    """The settings of a variant at a profile; ``changes`` are set last. ValueError for a name or value that is not known."""
    return _roll_settings.configure(sys.modules[__name__], variant, profile, corpus, changes)
