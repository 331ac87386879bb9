"""BachBot (Liang et al. 2017): the network of the thesis harmonises; what is given is kept, the rest chosen greedily.

The claim is that the lower voices under a given soprano are Bach's more often than by a network that heard the same
tokens in random order. A single unit's correlation with a concept is measured beside that of an untrained network.
"""

from .liang2016 import PROFILES
from .system import Claim, System

CARD = System(
    id="liang2017",
    name="BachBot",
    year=2017,
    family="E",
    listed="survey",
    mechanism=(
        "The model of the thesis also harmonises: given voices are held fixed and the rest is filled in greedily; "
        "single cells turn out to track concepts."
    ),
    citation="F. Liang et al., ISMIR 2017",
    claim=Claim("harmonised", "higher"),
    plays="chorales.ChoraleGame",
    network="marked.MarkedModel",
    corpora=("chorales",),
    variants={"bachbot": {}},
    profiles=PROFILES,
)
