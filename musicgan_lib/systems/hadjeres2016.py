"""DeepBach (Hadjeres et al. 2016): a network for each voice, and Gibbs sampling among them.

Its control hears nothing of what comes after the cell that it is asked about, in any voice.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "hidden": 64,
        "batch": 128,
        "steps": 60,
        "check_every": 30,
        "asked": 200,
        "sweeps": 2,
        "length": 32,
        "measure": 4,
    },
    "cpu": {},
    "gpu": {"hidden": 1024, "embedding": 20, "batch": 2048, "steps": 20000, "lr": 1e-3},
}

CARD = System(
    id="hadjeres2016",
    name="DeepBach",
    year=2016,
    family="E",
    listed="survey",
    mechanism=(
        "A net for each voice predicts a note from past, future and the other voices; redrawing notes one at a time "
        "composes, and fixed notes stay fixed."
    ),
    citation="G. Hadjeres et al., ICML 2017",
    claim=Claim("pseudo_nll_test", "lower"),
    plays="pseudo.PseudoGame",
    controls={"no_future": {"future": 0}},
    corpora=("chorales",),
    variants={"deepbach": {}, "half_the_window": {"past": 8}},
    profiles=PROFILES,
)
