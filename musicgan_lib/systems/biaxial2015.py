"""The biaxial LSTM by likelihood (Johnson 2015, 2017): hand-made features of each note, Adadelta."""

from . import anokhin2018
from .system import LATE, Claim, System

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

CARD = System(
    id="biaxial2015",
    name="Tied parallel networks",
    year=2017,
    family="D",
    listed="papers",
    mechanism=(
        "One small net is shared by all pitches and sees only intervals around it, so transposing"
        " the input transposes the output."
    ),
    citation="D. Johnson, EvoMUSART 2017",
    claim=Claim("nll_play_valid", "lower", told=LATE),
    controls={"absolute": {"features": "absolute"}},
    page="papers/biaxial_generator",
    plays="rolls.RollGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
