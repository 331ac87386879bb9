"""Chord and texture (Poly-Dis, Wang et al. 2020): one latent must spell the chords, another hears how notes lie.

Controls: one latent, which reads both and spells nothing; and a chord latent that reads and spells another's chords.
"""

from .system import Claim, System

_BAR = {"bars": 1, "beta": 0.02, "lr": 3e-3}
PROFILES = {
    "smoke": _BAR | {"keys": 0, "latent": 16, "width": 64, "batch": 16, "steps": 60, "measure": 64},
    "cpu": _BAR | {"latent": 64, "width": 256, "batch": 32, "steps": 1500},
    "gpu": _BAR | {"bars": 2, "latent": 128, "width": 1024, "steps": 20000},
}

CARD = System(
    id="wang2020",
    name="Chord and texture",
    year=2020,
    family="H",
    listed="survey",
    mechanism=(
        "Two latent spaces, one that must spell the chord and one for how it is played; swapping them rearranges a "
        "piece."
    ),
    citation="Z. Wang et al., ISMIR 2020",
    claim=Claim("follows", "higher"),
    plays="swaps.ChordTextureGame",
    controls={"one_latent": {"latents": "one"}, "others_chords": {"answers": "other"}},
    corpora=("chorales",),
    variants={"two_latents": {}},
    profiles=PROFILES,
)
