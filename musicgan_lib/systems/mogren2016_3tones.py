"""C-RNN-GAN-3: up to three tones that start together share a cell (Mogren 2016).

Twelve numbers a cell, as the paper says, or with ``shared_time`` ten, as its code has them; nine and seven
without intensity.
"""

import sys

from . import mogren2016
from ._tone_game import *  # noqa: F403 - the game, with what this paper changes below
from ._tone_game import Config

CORPORA, PROFILES = mogren2016.CORPORA, mogren2016.PROFILES
_KEPT = (
    "squared_error",
    "faithful",
    "normalised_squared_error",
    "adversarial",
    "moments",
    "paired",
)
VARIANTS = {k: mogren2016.VARIANTS[k] | {"tones": 3} for k in _KEPT}
VARIANTS |= {"adversarial_ten": VARIANTS["adversarial"] | {"shared_time": True}}


def configure(variant, profile, corpus="chorales", **changes) -> Config:
    """The settings of a run; see ``mogren2016.configure``."""
    return mogren2016.configure(variant, profile, corpus, game=sys.modules[__name__], **changes)
