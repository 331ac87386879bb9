"""MuseGAN (Dong, Hsiao, Yang and Yang 2018; on arXiv in 2017): a band whose tracks share noise, bar after bar.

Its controls: nothing is shared, and each track has a critic of its own (the paper's *jamming model*); training tracks
come from different pieces; the critic learns nothing; and nothing holds the critic's slopes.

``accompany`` is the composer with Bach's highest voice given, training music while it learns and held-out music when it
is measured. Its harmony is that of the given voice with each of the three that are made, less that with voices made for
another; the claim is that each run has more than every run of two controls: ``deaf``, where nothing comes out of the
encoder of the given voice, and ``strangers``, where each training example has the highest voice of another one.
"""

from .system import Claim, System

VARIANTS = {
    "hybrid": {},
    "composer": {"model": "composer"},
    "accompany": {"model": "composer", "given": 0, "heard": 48},
}
PROFILES = {
    "smoke": {"adversarial": 120, "batch": 16, "measure": 256},
    "cpu": {"adversarial": 400},
    "gpu": {"adversarial": 20_000, "filters": 64, "critic_filters": 256, "batch": 64},
}

CARD = System(
    id="dong2017",
    name="MuseGAN",
    year=2017,
    family="F",
    listed="papers",
    mechanism=(
        "Tracks of a band come from shared and private noise, bar after bar; a given track can be accompanied."
    ),
    citation="H.-W. Dong et al., AAAI 2018",
    claim=Claim("harmony", "higher"),
    plays="bands.BandGame",
    controls={
        "jamming": {"model": "jamming"},
        "shuffled_tracks": {"shuffled": True},
        "no_penalty": {"penalty": 0.0},
        "deaf": {"deaf": True},
        "strangers": {"strangers": True},
    },
    corpora=("chorales",),
    variants=VARIANTS,
    profiles=PROFILES,
)
