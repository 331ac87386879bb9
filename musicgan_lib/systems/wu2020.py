"""Transformer-XL with time-valued notes (Wu, Wang and Lei 2020): gap, length, pitch and loudness, a network each.

Controls: one network reads the same tokens as one row, with as many weights; and each network hears its own stream
alone. A chorale states no loudness, so that its fourth stream has one value and costs nothing.
"""

from .system import Claim, System

_MUSIC = {"tokens": "time_values"}
#: Four tokens are a note.
PROFILES = {
    "smoke": _MUSIC
    | {
        "width": 8,
        "layers": 1,
        "segment": 4,
        "memory": 4,
        "length": 32,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _MUSIC
    | {
        "segment": 12,
        "memory": 12,
        "dropout": 0.0,
        "length": 96,
        "batch": 8,
        "lr": 3e-3,
        "steps": 80,
        "check_every": 40,
        "measure": 16,
    },
    "gpu": _MUSIC
    | {
        "width": 128,
        "heads": 4,
        "layers": 4,
        "segment": 64,
        "memory": 64,
        "length": 1024,
        "batch": 32,
        "lr": 5e-4,
        "steps": 10_000,
        "measure": 256,
    },
}

CARD = System(
    id="wu2020",
    name="Transformer-XL with time-valued notes",
    year=2020,
    family="I",
    listed="survey",
    mechanism=(
        "Gap, length, pitch and loudness are four streams, each with its own model, counted in note values so that "
        "tempo does not matter."
    ),
    citation="X. Wu, C. Wang and Q. Lei, 2020",
    claim=Claim("nll_test", "lower"),
    plays="likelihood.LikelihoodGame",
    network="streams.StreamModel",
    controls={"own_stream": {"hears": "own"}, "one_stream": {"streams": "one"}},
    corpora=("chorales", "piano_midi_de"),
    variants={"streams": {}},
    profiles=PROFILES,
)
