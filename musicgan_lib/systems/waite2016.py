"""Note-RNN (Waite 2016): an LSTM predicts the next melody event; it looks back a bar and two, or at its own states.

Its controls keep every weight: without lookback an LSTM is left that sees nothing of the bars before and may copy
nothing; equal weights read the mean of the last states. ``near`` looks one and two *sixteenths* back, so that one may
ask what a bar has to do with it. ``motifs`` is made music whose entropy is known.
"""

from .system import Claim, System

VARIANTS = {
    "lookback": {},
    "near": {"lags": (1, 2)},
    "attention": {"lags": (), "reach": 32},
}
_MUSIC = {"tokens": "melody_events", "lags": (16, 32), "optimiser": "adamw", "weight_decay": 0.01}
PROFILES = {
    "smoke": _MUSIC
    | {
        "width": 16,
        "embedding": 8,
        "length": 64,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _MUSIC
    | {"width": 96, "length": 128, "batch": 16, "lr": 3e-3, "steps": 240, "measure": 96},
    "gpu": _MUSIC
    | {
        "width": 256,
        "layers": 2,
        "length": 256,
        "batch": 64,
        "lr": 1e-3,
        "steps": 10_000,
        "dropout": 0.3,
        "measure": 256,
    },
}
#: A motif returns after 24 notes
MOTIFS = {"tokens": "grid", "length": 64}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Made music is on a grid, and its bar is the motif."""
    if corpus != "motifs":
        return {}
    return MOTIFS | ({"lags": (24, 48)} if variant == "lookback" else {})


CARD = System(
    id="waite2016",
    name="Note-RNN",
    year=2016,
    family="D",
    listed="nearby",
    mechanism="An LSTM predicts the next melody event; variants look back a bar or attend to the past.",
    citation="E. Waite, Magenta, 2016",
    claim=Claim(
        "nll_test",
        "lower",
        told="Looking one and two sixteenths back was first its control, and became a variant when a run was known.",
    ),
    plays="kinds.CountedGame",
    network="lookback.MelodyModel",
    controls={"no_lookback": {"seen": False}, "equal_weights": {"weights": "equal"}},
    corpora=("nottingham", "folk", "motifs", "chorales"),
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
