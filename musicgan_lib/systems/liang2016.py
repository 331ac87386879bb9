"""BachBot, the thesis (Liang 2016): four voices as one row of tokens with tie bits and fermatas, and a stack of LSTMs.

The claim is that a fermata is heard: music drawn around the fermatas of test chorales comes to rest under them more
often than music by a network that was never told where they stand.
"""

from .system import Claim, System

#: A sixteenth is five tokens: the mark, then soprano, alto, tenor, bass.
TOKENS = {"tokens": "voices.tied", "keys": 6, "optimiser": "adamw", "weight_decay": 0.01}
PROFILES = {
    "smoke": TOKENS
    | {
        "keys": 0,
        "width": 16,
        "layers": 2,
        "embedding": 8,
        "length": 40,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 4,
    },
    "cpu": TOKENS
    | {
        "width": 128,
        "dropout": 0.1,
        "length": 160,
        "batch": 16,
        "lr": 5e-3,
        "warmup": 0.05,
        "steps": 300,
    },
    "gpu": TOKENS | {"length": 640, "batch": 32, "lr": 3e-3, "warmup": 0.05, "steps": 6000},
}
CARD = System(
    id="liang2016",
    name="BachBot (thesis)",
    year=2016,
    family="E",
    listed="survey",
    mechanism=(
        "Writes four voices as one row of symbols, with marks for ties, chord ends and fermatas, and models the row "
        "with a stack of LSTMs."
    ),
    citation="F. Liang, MPhil thesis, Cambridge, 2016",
    claim=Claim("cadences", "higher"),
    plays="chorales.ChoraleGame",
    network="marked.MarkedModel",
    controls={"no_fermata": {"marks": "silent"}},
    corpora=("chorales",),
    variants={"bachbot": {}, "canonical": {"scheme": "canonical"}, "one_layer": {"layers": 1}},
    profiles=PROFILES,
)
