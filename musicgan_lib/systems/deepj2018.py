"""DeepJ by likelihood (Mao et al. 2018): the biaxial LSTM with volume, and a style at every layer.

The paper's styles are composers and periods. Splits that keep composers apart leave none to test with, so the style
here is the third of the training music, by density, that a piece belongs to: one can hear whether it is obeyed.
A cell hears itself one step before (``copy``), which the paper's does not.
"""

from . import anokhin2018
from .system import LATE, Claim, System

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

CARD = System(
    id="deepj2018",
    name="DeepJ",
    year=2018,
    family="D",
    listed="papers",
    mechanism=(
        "A note model tied over pitches gets the style mixed into every layer, and predicts play,"
        " replay and loudness."
    ),
    citation="H. Mao et al., 2018",
    claim=Claim("nll_play_valid", "lower", told=LATE),
    controls={"no_style": {"styles": 0}},
    page="papers/biaxial_generator",
    plays="rolls.RollGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
