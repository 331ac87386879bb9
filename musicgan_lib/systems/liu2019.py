"""Score-free singing (Liu et al. 2019): noise for each frame becomes a sung spectrogram of any length.

Our singers are the book's four instruments. The critic tells stretches of a third of a second to a second apart; with the
paper's, an autoencoder that a balance keeps level with the generator, our songs stood still (variant ``balance``). The
control is one vector of noise for a whole song: what it sings of new frames it has to make up.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "frames": 16,
        "hidden": 16,
        "filters": 16,
        "code": 8,
        "batch": 4,
        "measure": 8,
        "adversarial": 10,
    },
    "cpu": {"adversarial": 800},
    "gpu": {"hidden": 256, "filters": 256, "batch": 64, "measure": 512, "adversarial": 20_000},
}

CARD = System(
    id="liu2019",
    name="Score-free singing",
    year=2019,
    family="F",
    listed="nearby",
    mechanism=(
        "A recurrent GAN turns noise for each frame into a sung spectrogram of any length, "
        "without score or words."
    ),
    citation="J.-Y. Liu et al., 2019",
    claim=Claim("changes_far", "lower"),
    plays="singing.SingingGame",
    controls={"one_noise": {"each": "song"}},
    corpora=("chorales", "folk", "nottingham"),
    variants={"frame_noise": {}, "balance": {"critic": "restoring"}},
    profiles=PROFILES,
)
