"""Curiosity (Schmidhuber 2010): what pays is how much a listener has just improved at foretelling what it hears.

Its controls pay for surprise itself, for what one bar taught about that same bar, and by dice.
"""

from .system import Claim, System

CARD = System(
    id="schmidhuber2010",
    name="Formal theory of fun",
    year=2010,
    family="G",
    listed="nearby",
    mechanism=(
        "The reward is how much a predictor has just improved, so that neither the known nor pure noise pays."
    ),
    citation="J. Schmidhuber, IEEE TAMD, 2010",
    claim=Claim("share_learnable", "higher"),
    plays="curiosity.CuriosityGame",
    controls={
        "raw_error": {"reward": "error"},
        "same_bar": {"reward": "same_bar"},
        "dice": {"reward": "dice"},
    },
    corpora=("stations",),
    variants={"progress": {}},
    profiles={"smoke": {"steps": 400}, "cpu": {}, "gpu": {}},
)
