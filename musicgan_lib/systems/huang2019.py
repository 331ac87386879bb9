"""Coconet (Huang et al. 2019): convolutions complete scores with holes, and redrawing blocks improves the whole.

Its controls learn with always half of the cells hidden, and with always one; the chain rule asks with any number.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "filters": 8,
        "blocks": 1,
        "length": 8,
        "batch": 4,
        "steps": 40,
        "orders": 2,
        "crops": 4,
        "redraws": 4,
        "measure": 4,
    },
    "cpu": {},
    "gpu": {
        "filters": 128,
        "blocks": 16,
        "length": 64,
        "batch": 32,
        "steps": 20000,
        "lr": 1e-3,
        "crops": 64,
        "redraws": 256,
        "measure": 64,
    },
}

CARD = System(
    id="huang2019",
    name="Coconet",
    year=2019,
    family="C",
    listed="survey",
    mechanism=(
        "A convolutional net completes scores with holes in any order; redrawing blocks of notes over and over "
        "improves the whole."
    ),
    citation="C.-Z. A. Huang et al., ISMIR 2017",
    claim=Claim("nll_test", "lower"),
    plays="masked.MaskedGame",
    controls={"half_hidden": {"masks": "half"}, "one_hidden": {"masks": "one"}},
    corpora=("chorales",),
    variants={"coconet": {}, "unweighted": {"weigh": False}},
    profiles=PROFILES,
)
