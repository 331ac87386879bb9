"""R-Transformer (Wang et al. 2019): a recurrent network over a short window gives attention the local order.

The control narrows the window to the step itself: as many weights and updates, and no order is heard. With one layer
nothing else tells it, so that all that came before the last token is a bag of tokens.
"""

from .system import Claim, System

#: A sixteenth of a chorale is four tokens, and a window is two of them.
PROFILES = {
    "smoke": {
        "width": 16,
        "heads": 2,
        "length": 32,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": {"length": 128, "batch": 8, "steps": 400, "lr": 2e-3, "measure": 64},
    "gpu": {
        "width": 256,
        "heads": 8,
        "layers": 4,
        "dropout": 0.1,
        "length": 512,
        "batch": 32,
        "lr": 5e-4,
        "steps": 10_000,
        "measure": 256,
    },
}

CARD = System(
    id="wang2019",
    name="R-Transformer",
    year=2019,
    family="I",
    listed="survey",
    mechanism=(
        "A small recurrent net slides along the sequence and tells attention about local order, in place of position "
        "codes."
    ),
    citation="Z. Wang et al., 2019",
    claim=Claim("nll_test", "lower"),
    plays="likelihood.LikelihoodGame",
    network="local_rnn.LocalTransformer",
    controls={"no_local": {"window": 1}},
    corpora=("chorales",),
    variants={"window": {}},
    profiles=PROFILES,
)
