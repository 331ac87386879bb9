"""LakhNES (Donahue et al. 2019): learn much music of another kind, rewritten for the same four voices, then the little
that is meant.

The much is Palestrina's masses, the little fifty chorales, and the network is the paper's, Transformer-XL, which keeps
what it read of the segment before. Its controls take away the order in time of the first music, the first music, and
what is kept. Without the first music as many updates go to the fifty chorales: at the cpu profile, whose network learns
for less than two minutes, that is the better use of them, and the claim fails.
"""

from .system import Claim, System

#: A sixteenth of a chorale is four tokens.
PROFILES = {
    "smoke": {
        "width": 16,
        "heads": 2,
        "layers": 1,
        "segment": 8,
        "memory": 8,
        "length": 32,
        "batch": 4,
        "steps": 30,
        "pretrain": 15,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": {
        "width": 48,
        "layers": 2,
        "dropout": 0.0,
        "segment": 32,
        "memory": 32,
        "length": 64,
        "batch": 8,
        "lr": 3e-3,
        "steps": 160,
        "pretrain": 130,
        "check_every": 40,
        "measure": 32,
    },
    "gpu": {
        "width": 256,
        "heads": 8,
        "layers": 6,
        "segment": 256,
        "memory": 256,
        "length": 1024,
        "batch": 32,
        "lr": 5e-4,
        "steps": 20_000,
        "pretrain": 15_000,
        "measure": 128,
    },
}

CARD = System(
    id="donahue2019",
    name="LakhNES",
    year=2019,
    family="I",
    listed="survey",
    mechanism=(
        "Learns on a large mixed collection rewritten for a game console's four voices, then on the small one that it "
        "is for."
    ),
    citation="C. Donahue et al., ISMIR 2019",
    claim=Claim(
        "piece_nll_test",
        "lower",
        told=(
            "It was first put on windows of test pieces, of which 32 are measured; when four runs were known it was "
            "moved to all of the test pieces."
        ),
    ),
    plays="transfer.TransferGame",
    network="transformer_xl.TransformerXL",
    controls={
        "shuffled_pretraining": {"first": "shuffled"},
        "no_pretraining": {"first": "none"},
        "no_memory": {"memory": 0},
    },
    corpora=("chorales",),
    variants={"palestrina": {}},
    profiles=PROFILES,
)
