"""Note-RNN (Waite 2016): an LSTM predicts the next melody event; it looks back a bar and two, or at its own states.

Its controls keep every weight. One looks one and two *sixteenths* back instead of bars; the other reads all states
equally. ``motifs`` is made music whose entropy is known.
"""

from .system import Claim, System

VARIANTS = {"lookback": {}, "attention": {"lags": (), "reach": 32}}
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
    | {"width": 96, "length": 128, "batch": 16, "lr": 3e-3, "steps": 800, "measure": 128},
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
    claim=Claim("nll_test", "lower"),
    plays="likelihood.LikelihoodGame",
    network="lookback.MelodyModel",
    controls={"no_lookback": {"lags": (1, 2)}, "equal_weights": {"weights": "equal"}},
    corpora=("nottingham", "folk", "motifs", "chorales"),
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
