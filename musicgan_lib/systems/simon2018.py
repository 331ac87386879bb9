"""Multitrack measures (Simon et al. 2018): a bar of all voices is one point, and chords are given to both sides.

Its control is told no chord. The claim is the smaller of two shares, so that a network whose points say nothing
(posterior collapse) loses the rhythm, however well it spells the chords.
"""

from .system import Claim, System

_BAR = {"bars": 1, "beta": 0.03}
PROFILES = {
    "smoke": _BAR
    | {"keys": 0, "latent": 16, "width": 64, "batch": 16, "steps": 100, "measure": 64},
    "cpu": _BAR | {"steps": 2000},
    "gpu": _BAR | {"latent": 128, "width": 512, "steps": 20000},
}

CARD = System(
    id="simon2018",
    name="Multitrack measures",
    year=2018,
    family="H",
    listed="survey",
    mechanism=(
        "Each bar of all instruments becomes one point of a latent space, and a chord is given to encoder and decoder."
    ),
    citation="I. Simon et al., 2018",
    claim=Claim("follows", "higher"),
    plays="swaps.ChordGivenGame",
    controls={"no_chords": {"chords": "none"}},
    corpora=("chorales",),
    variants={"chords_given": {}},
    profiles=PROFILES,
)
