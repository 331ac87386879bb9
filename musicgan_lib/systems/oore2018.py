"""Performance RNN (Simon and Oore 2017; Oore et al. 2018): keys, loudness and hundredths of a second in one row.

Its controls put the time shifts of the training music, or all its events, in no order. Scores without dynamics, such
as the chorales, are played by rules first.
"""

from .system import Claim, System

_MUSIC = {"tokens": "performance", "optimiser": "adamw", "weight_decay": 0.01}
PROFILES = {
    "smoke": _MUSIC
    | {
        "width": 32,
        "layers": 1,
        "embedding": 16,
        "length": 64,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _MUSIC
    | {
        "width": 96,
        "layers": 1,
        "length": 96,
        "batch": 12,
        "lr": 8e-3,
        "steps": 320,
        "check_every": 160,
        "measure": 64,
    },
    "gpu": _MUSIC
    | {
        "width": 512,
        "layers": 3,
        "length": 512,
        "batch": 64,
        "lr": 1e-3,
        "steps": 20_000,
        "dropout": 0.2,
        "measure": 256,
    },
}

CARD = System(
    id="oore2018",
    name="Performance RNN",
    year=2018,
    family="D",
    listed="nearby",
    mechanism=(
        "Events switch notes on and off, set loudness and wait hundredths of a second, so that timing is learned too."
    ),
    citation="S. Oore et al., 2018",
    claim=Claim("nll_test", "lower"),
    plays="kinds.KindGame",
    network="recurrent.RecurrentModel",
    corpora=("chorales", "piano_midi_de"),
    variants={"performance": {}, "no_velocity": {"tokens": "performance.no_velocity"}},
    profiles=PROFILES,
)
