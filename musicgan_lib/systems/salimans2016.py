"""Improved GAN training (Salimans et al. 2016): a discriminator that compares the samples of a batch sees a collapse.

The collapse is planted: each batch of fakes is one real stretch of melody, or eight, again and again, and other ones
in the next batch. Its control judges each stretch alone, and each alone is real. The paper's other tricks are told on
pages; feature matching is a setting of the systems that use it.
"""

from .system import Claim, System

CARD = System(
    id="salimans2016",
    name="Improved GAN training",
    year=2016,
    family="F",
    listed="nearby",
    mechanism=(
        "Match the discriminator's features instead of its verdict, and let it compare the samples of a batch so that "
        "copies show."
    ),
    citation="T. Salimans et al., NIPS 2016",
    claim=Claim("verdict_nats", "lower"),
    plays="telling.TellingGame",
    controls={"each_alone": {"kernels": 0}, "dealt_labels": {"dealt": True}},
    corpora=("chorales", "folk", "tunes"),
    variants={
        "one_mode": {"fakes": "copies", "kernels": 16},
        "eight_modes": {"fakes": "copies", "kernels": 16, "modes": 8},
    },
    profiles={"smoke": {"steps": 120}, "cpu": {"steps": 400}, "gpu": {"steps": 400}},
)
