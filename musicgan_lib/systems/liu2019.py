"""Score-free singing (Liu et al. 2019): noise for each frame becomes a sung spectrogram of any length.

Our singers are the book's four instruments. The critic hears stretches of two thirds of a second. With the paper's, an
autoencoder that a balance keeps level with the generator, our songs stood still (variant ``balance``). The control is
one vector of noise for a whole song: what it sings of new frames it has to make up.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "frames": 32,
        "hidden": 32,
        "filters": 32,
        "code": 8,
        "batch": 8,
        "measure": 32,
        "adversarial": 100,
        "g_lr": 2e-3,
        "average": 0.9,
    },
    "cpu": {"adversarial": 400},
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
