"""pix2pix (Isola et al. 2017): a picture is translated into another, by true pairs and by an adversary that sees pairs.

Its controls leave the adversary out, so that the loss on pixels is all there is, and pair pictures with strangers.
"""

from .system import Claim, System

VARIANTS = {
    "gan_cross_entropy": {},
    "gan_l1": {"loss": "l1", "likeness": 0.02},
}
PROFILES = {
    "smoke": {"steps": 150, "measure": 32},
    "cpu": {},
    "gpu": {"filters": 64, "discriminator_filters": 64, "steps": 20000},
}

CARD = System(
    id="isola2017",
    name="pix2pix",
    year=2017,
    family="F",
    listed="papers",
    mechanism=(
        "A conditional GAN turns one picture into another; read here as a soprano roll into those of lower voices."
    ),
    citation="P. Isola et al., CVPR 2017",
    claim=Claim("f1_gain", "higher"),
    plays="image_pairs.ImagePairGame",
    controls={"no_adversary": {"adversary": 0.0}, "shuffled_pairs": {"shuffled": True}},
    corpora=("chorales",),
    variants=VARIANTS,
    profiles=PROFILES,
)
