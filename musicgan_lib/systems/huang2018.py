"""Music Transformer (Huang et al. 2018): causal attention whose heads know how far back each token stands.

The claim is read where the mechanism acts: past the length of training, where distances were met and places were not.
``motifs`` is made music whose entropy is known; of the chorales ``canonical`` has the published split, in which tunes
of training come back.
"""

from .system import Claim, System

VARIANTS = {"relative": {}, "all_keys": {"keys": 3}, "canonical": {"scheme": "canonical"}}
_RATE = {"optimiser": "adamw", "weight_decay": 0.01, "warmup": 0.05}
#: A sixteenth of a chorale is four tokens.
PROFILES = {
    "smoke": {
        "width": 16,
        "heads": 2,
        "layers": 1,
        "length": 32,
        "beyond": 32,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": _RATE | {"length": 256, "beyond": 256, "batch": 8, "steps": 1200, "measure": 32},
    "gpu": _RATE
    | {
        "width": 256,
        "heads": 8,
        "layers": 6,
        "length": 512,
        "beyond": 512,
        "batch": 32,
        "lr": 5e-4,
        "steps": 10_000,
        "measure": 256,
    },
}
#: Of 24 cells, so that a window holds a motif twice and more.
MOTIFS = {
    "width": 64,
    "layers": 2,
    "dropout": 0.0,
    "length": 64,
    "beyond": 64,
    "batch": 16,
    "lr": 2e-3,
    "steps": 1200,
    "measure": 64,
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Made music is as small at every profile but the smallest, which is smaller."""
    return _RATE | MOTIFS if corpus == "motifs" and profile != "smoke" else {}


CARD = System(
    id="huang2018",
    name="Music Transformer",
    year=2018,
    family="I",
    listed="survey",
    mechanism=(
        "Attention knows how far apart two notes are; a re-indexing trick computes that in memory linear in length."
    ),
    citation="C.-Z. A. Huang et al., ICLR 2019",
    claim=Claim(
        "nll_test_beyond",
        "lower",
        told="It was first put on validation pieces, and moved to test pieces when both were known to agree.",
    ),
    plays="likelihood.LikelihoodGame",
    network="attention.Transformer",
    controls={"absolute": {"positions": "absolute"}, "no_positions": {"positions": "none"}},
    corpora=("chorales", "motifs"),
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
