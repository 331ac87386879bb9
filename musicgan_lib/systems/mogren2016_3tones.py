"""C-RNN-GAN-3: up to three tones that start together share a cell (Mogren 2016).

Twelve numbers a cell, as the paper says, or with ``shared_time`` ten, as its code has them; nine and seven
without intensity.
"""

from . import mogren2016
from .system import LATE, Claim, System

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
_START = mogren2016.list_starts(_KEPT) | {"adversarial_ten": "normalised_squared_error"}

CARD = System(
    id="mogren2016_3tones",
    name="C-RNN-GAN, three tones",
    year=2016,
    family="F",
    listed="survey",
    mechanism=(
        "The same game with three tones in every cell of the generator, so that tones can sound "
        "together."
    ),
    citation="O. Mogren, 2016",
    claim=Claim("polyphony", "higher", start=_START, told=LATE),
    controls={"one_tone": {"tones": 1}},
    page="papers/crnn_gan",
    plays="tones.ToneGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
