"""TonicNet (Peracha 2019): the chord of a moment is predicted before its soprano, bass, alto and tenor.

Told the true chord, notes are cheap, because the chord was read off them. So the claim is the notes' own likelihood,
the exact sum over all chords, against the same network with numbers for chords that mean nothing, and without chords.
``frames`` is the network without chords that is trained for longer: the likelihood that it reaches in the alphabet and
the split that most papers on chorales use. ``intervals`` is such a network, too, which reads intervals and writes steps
beside pitches, as tables of counts do; it is measured alone, and mixed with such a table.
"""

from .system import Claim, System

_TOKENS = {"tokens": "voices.SBAT", "keys": 6, "optimiser": "adamw", "weight_decay": 0.01}
PROFILES = {
    "smoke": _TOKENS
    | {
        "keys": 0,
        "width": 16,
        "layers": 1,
        "embedding": 12,
        "hidden": 16,
        "length": 64,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _TOKENS
    | {
        "width": 128,
        "layers": 1,
        "hidden": 64,
        "dropout": 0.1,
        "length": 256,
        "batch": 8,
        "lr": 5e-3,
        "warmup": 0.05,
        "steps": 500,
        "check_every": 250,
        "measure": 32,
    },
    "gpu": _TOKENS | {"length": 1024, "batch": 32, "lr": 3e-3, "warmup": 0.05, "steps": 6000},
}
#: What is trained for longer, at the profile cpu
_LONG = {
    "width": 256,
    "layers": 2,
    "hidden": 128,
    "dropout": 0.3,
    "batch": 16,
    "lr": 3e-3,
    "steps": 3000,
}
#: One layer, small batches: more updates in fewer seconds
_INTERVALS = {
    "width": 256,
    "layers": 1,
    "hidden": 128,
    "dropout": 0.15,
    "batch": 8,
    "lr": 3e-3,
    "steps": 2400,
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """What is trained for its likelihood is larger where it has the time."""
    longer = {"frames": _LONG, "intervals": _INTERVALS}
    return longer.get(variant, {}) if profile == "cpu" else {}


CARD = System(
    id="peracha2019",
    name="TonicNet",
    year=2019,
    family="E",
    listed="survey",
    mechanism="Predicts the chord before its four notes; the added harder task makes the notes easier.",
    citation="O. Peracha, 2019",
    claim=Claim("piece_nll_test", "lower"),
    plays="chorales.ChoraleGame",
    network="voice_frames.FrameModel",
    controls={"hash": {"chords": "hash"}, "no_chord": {"chords": "none"}},
    corpora=("chorales",),
    variants={
        "tonicnet": {"chords": "silver"},
        "canonical": {"chords": "silver", "scheme": "canonical"},
        "frames": {"scheme": "canonical"},
        "intervals": {"scheme": "canonical", "intervals": True, "asked": "mixture"},
    },
    profiles=PROFILES,
    adapt=adapt,
)
