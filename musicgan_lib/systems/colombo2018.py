"""BachProp (Colombo and Gerstner 2018): when, then how long, then which: three read-outs in a chain, for any style.

Its control cuts the chain: each read-out knows the past alone.
"""

from .system import Claim, System

_MUSIC = {"tokens": "note_chain", "optimiser": "adamw", "weight_decay": 0.01}
PROFILES = {
    "smoke": _MUSIC
    | {
        "width": 16,
        "layers": 1,
        "embedding": 8,
        "hidden": 16,
        "length": 32,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _MUSIC
    | {
        "width": 96,
        "layers": 1,
        "embedding": 24,
        "hidden": 64,
        "length": 48,
        "batch": 16,
        "lr": 8e-3,
        "steps": 250,
        "check_every": 125,
        "measure": 64,
        "others": ("chorales", "nottingham", "folk"),
    },
    "gpu": _MUSIC
    | {
        "width": 256,
        "layers": 3,
        "length": 256,
        "batch": 64,
        "lr": 1e-3,
        "steps": 10_000,
        "dropout": 0.2,
        "measure": 256,
        "others": ("chorales", "nottingham", "folk"),
    },
}

CARD = System(
    id="colombo2018",
    name="BachProp",
    year=2018,
    family="D",
    listed="survey",
    mechanism="A note is time, length and pitch, predicted in a chain: when, then how long, then which.",
    citation="F. Colombo and W. Gerstner, 2018",
    claim=Claim("nll_test", "lower"),
    plays="kinds.ChainGame",
    network="chained.ChainedModel",
    controls={"unchained": {"chained": False}},
    corpora=("chorales", "nottingham", "folk", "tunes"),
    variants={"bachprop": {}},
    profiles=PROFILES,
)
