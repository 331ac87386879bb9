"""Transformer (Vaswani et al. 2017): each step chooses what to read of all that was before it, by query and key.

Places are waves added to the tokens. Its controls choose nothing, and know no places.
"""

from . import huang2018
from .system import Claim, System

_WAVES = {"positions": "absolute"}
CARD = System(
    id="vaswani2017",
    name="Transformer",
    year=2017,
    family="I",
    listed="papers",
    mechanism=(
        "Every position looks at all earlier ones by the match of a question with a key, several times in parallel."
    ),
    citation="A. Vaswani et al., NIPS 2017",
    claim=Claim("nll_test", "lower"),
    plays="likelihood.LikelihoodGame",
    network="attention.Transformer",
    controls={"equal_weights": {"weights": "equal"}, "no_positions": {"positions": "none"}},
    corpora=("motifs", "chorales"),
    variants={"waves": {}},
    profiles={name: sizes | _WAVES for name, sizes in huang2018.PROFILES.items()},
    adapt=huang2018.adapt,
)
