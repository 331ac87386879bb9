"""MusicVAE (Roberts et al. 2018): a melody is a point; a conductor unrolls the point into bars.

Beside the conductor stands a flat decoder, at 4 bars, at 2 and at 16; every update reads as many bars. ``collapsed``
hears the notes before, and its code costs what it costs; ``free_bits`` is its repair. The control hands the decoder
the code of another melody while it learns.
"""

from .system import Claim, System

_HEARS = {"decoder": "flat", "writer": "steps", "beta": 1.0}
VARIANTS = {
    "conductor": {},
    "flat": {"decoder": "flat"},
    "conductor_2": {},
    "flat_2": {"decoder": "flat"},
    "conductor_16": {},
    "flat_16": {"decoder": "flat"},
    "collapsed": _HEARS,
    "free_bits": _HEARS | {"free_bits": 64.0},
}
_MUSIC = {"keys": 3, "writer": "at_once", "lr": 3e-3, "beta": 0.02}
PROFILES = {
    "smoke": _MUSIC
    | {
        "length": 64,
        "width": 32,
        "latent": 8,
        "conducting": 16,
        "batch": 8,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _MUSIC | {"length": 64, "latent": 48, "batch": 32, "steps": 1500, "measure": 128},
    "gpu": _MUSIC
    | {
        "length": 64,
        "latent": 256,
        "width": 512,
        "conducting": 512,
        "batch": 256,
        "lr": 1e-3,
        "steps": 20_000,
        "measure": 512,
    },
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Other numbers of bars, and as many bars an update; who hears the notes before is slower, and has fewer steps."""
    batch = PROFILES[profile]["batch"]
    if variant.endswith("_2"):
        return {"length": 32, "batch": 2 * batch}
    if variant.endswith("_16"):
        return {"length": 256, "batch": batch // 4}
    if variant in ("collapsed", "free_bits") and profile == "cpu":
        return {"steps": 600}
    return {}


CARD = System(
    id="roberts2018",
    name="MusicVAE",
    year=2018,
    family="H",
    listed="nearby",
    mechanism="A conductor unrolls one latent point into bars, and each bar writes its notes from its own part alone.",
    citation="A. Roberts et al., ICML 2018",
    claim=Claim("right_onsets", "higher"),
    plays="melody_space.MelodySpaceGame",
    network="vae.MelodyVAE",
    controls={"other_codes": {"codes": "other"}},
    corpora=("chorales", "folk", "nottingham"),
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
