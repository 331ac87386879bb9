"""MusicVAE (Roberts et al. 2018): a melody is a point; a conductor unrolls the point into bars.

The control ``other_codes`` hands the decoder the code of another melody while it learns.
"""

from .system import Claim, System

VARIANTS = {
    "conductor": {},
    "flat": {"decoder": "flat"},
    "collapsed": {"decoder": "flat", "free_bits": 0.0, "beta": 1.0, "dropped": 0.0},
}
_MUSIC = {"keys": 3, "batch": 32, "lr": 3e-3, "free_bits": 48.0, "beta": 0.2, "dropped": 0.0}
PROFILES = {
    "smoke": _MUSIC
    | {
        "length": 32,
        "width": 32,
        "latent": 8,
        "conducting": 16,
        "steps": 30,
        "measure": 8,
        "check_every": 15,
        "batch": 8,
    },
    "cpu": _MUSIC | {"length": 64, "steps": 600, "measure": 128},
    "gpu": _MUSIC
    | {
        "length": 256,
        "width": 512,
        "latent": 256,
        "conducting": 512,
        "steps": 20_000,
        "batch": 256,
        "lr": 1e-3,
        "measure": 256,
    },
}

CARD = System(
    id="roberts2018",
    name="MusicVAE",
    year=2018,
    family="H",
    listed="nearby",
    mechanism="A conductor unrolls one latent point into bars, and each bar writes its notes from its own part alone.",
    citation="A. Roberts et al., ICML 2018",
    claim=Claim("right_onsets", "higher"),
    plays="latent.LatentGame",
    network="vae.MelodyVAE",
    controls={"other_codes": {"codes": "other"}},
    corpora=("folk", "nottingham", "chorales"),
    variants=VARIANTS,
    profiles=PROFILES,
)
