"""Blues LSTM (Eck and Schmidhuber 2002): chords lead, a melody hears them, and gated memory keeps the form.

The controls have no gates: a network of equal units, and one of as many parameters.
"""

from .system import Claim, System

VARIANTS = {"blocks": {}, "hears_melody": {"hears_melody": True}}
_MUSIC = {"tokens": "blues", "schedule": "cosine"}
PROFILES = {
    "smoke": _MUSIC
    | {
        "width": 24,
        "length": 384,
        "batch": 8,
        "steps": 120,
        "lr": 1e-2,
        "check_every": 40,
        "measure": 8,
    },
    "cpu": _MUSIC
    | {"length": 384, "batch": 16, "steps": 5000, "lr": 5e-3, "check_every": 250, "measure": 32},
    "gpu": _MUSIC
    | {"width": 80, "length": 768, "batch": 64, "steps": 3000, "lr": 5e-3, "measure": 32},
}


CARD = System(
    id="eck2002",
    name="Blues LSTM",
    year=2002,
    family="B",
    listed="survey",
    mechanism=(
        "Chord cells feed melody cells and never the other way, and gated memory keeps the twelve-bar form for as "
        "long as it plays."
    ),
    citation="D. Eck and J. Schmidhuber, NNSP 2002",
    claim=Claim("form_kept", "higher"),
    plays="form.FormGame",
    network="chord_melody.ChordMelody",
    controls={"tanh": {"cell": "tanh"}, "tanh_wide": {"cell": "tanh", "width": 88}},
    corpora=("blues",),
    variants=VARIANTS,
    profiles=PROFILES,
)
