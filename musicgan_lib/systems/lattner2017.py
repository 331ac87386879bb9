"""Gated autoencoder (Lattner et al. 2017): units that multiply two melodies learn what one is to the other.

Its controls are a Boltzmann machine over both melodies, whose units add (at the lower rate at which it learns best),
and pairs of melodies that are not related.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"steps": 150, "batch": 64, "pairs": 1000},
    "cpu": {"steps": 3000},
    "gpu": {"steps": 20000, "factors": 400, "mappings": 128, "batch": 512},
}

CARD = System(
    id="lattner2017",
    name="Gated autoencoder",
    year=2017,
    family="C",
    listed="survey",
    mechanism=(
        "Units that multiply two melodies learn the relation between them and leave out what the notes are, so a "
        "relation can be applied to another melody."
    ),
    citation="S. Lattner, M. Grachten and G. Widmer, 2017",
    claim=Claim("relation_right", "higher"),
    plays="relations.RelationGame",
    controls={"rbm": {"network": "rbm", "lr": 0.003}, "unrelated": {"related": False}},
    corpora=("chorales", "nottingham", "tunes"),
    variants={"gated": {}, "clean": {"noise": 0.0}},
    profiles=PROFILES,
)
