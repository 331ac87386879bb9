"""Deep Music Analogy (EC²-VAE, Yang et al. 2019): half of a point must spell the rhythm on its own.

Controls: one latent, whose halves mean nothing of their own; and a rhythm half that must spell another melody's rhythm.
The claim is the smaller of two shares, rhythm from the one donor and pitches from the other: who lets the rhythm half
swallow everything loses the pitches.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"keys": 0, "latent": 16, "width": 64, "batch": 16, "steps": 100, "measure": 64},
    "cpu": {"beta": 0.02, "steps": 2000},
    "gpu": {"beta": 0.02, "width": 512, "latent": 64, "steps": 20000},
}

CARD = System(
    id="yang2019",
    name="Deep Music Analogy",
    year=2019,
    family="H",
    listed="nearby",
    mechanism=(
        "A latent point is split into pitch and rhythm, because half of it must spell the rhythm on its own."
    ),
    citation="R. Yang et al., ISMIR 2019",
    claim=Claim("follows", "higher"),
    plays="swaps.PitchRhythmGame",
    controls={"one_latent": {"latents": "one"}, "others_rhythm": {"answers": "other"}},
    corpora=("chorales",),
    variants={"two_latents": {}},
    profiles=PROFILES,
)
