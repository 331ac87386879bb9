"""Hierarchical autoencoder (Li, Luong and Jurafsky 2015): words in sentences in a paragraph, here notes in bars.

A melody is read bar by bar and written back bar by bar; each bar that is written looks at the bars that were read.
Beside it stands the flat network of as many weights, which knows no bars, at 2, 4 and 8 bars. The control cuts the
same melodies into as many segments, but not at the bar lines.
"""

from .system import Claim, System

_FLAT = {"units": "whole", "attends": False}
VARIANTS = {
    "bars": {},
    "flat": _FLAT,
    "bars_4": {},
    "flat_4": _FLAT,
    "bars_2": {},
    "flat_2": _FLAT,
}
_MUSIC = {"keys": 3, "lr": 6e-3, "check_every": 50}
PROFILES = {
    "smoke": _MUSIC
    | {"length": 128, "width": 16, "embedding": 8, "batch": 4, "steps": 20, "measure": 8},
    "cpu": _MUSIC | {"length": 128, "width": 64, "batch": 16, "steps": 300, "measure": 64},
    "gpu": _MUSIC
    | {
        "length": 128,
        "width": 512,
        "embedding": 128,
        "batch": 128,
        "lr": 1e-3,
        "steps": 20_000,
        "measure": 512,
    },
}
#: Widths at which the flat network has as many weights as the other
FLAT_WIDTHS = {"smoke": 27, "cpu": 108, "gpu": 884}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Other numbers of bars; as many weights without bars as with them."""
    found = {"length": 16 * int(variant[-1])} if variant[-1].isdigit() else {}
    return found | ({"width": FLAT_WIDTHS[profile]} if variant.startswith("flat") else {})


CARD = System(
    id="li2015",
    name="Hierarchical autoencoder",
    year=2015,
    family="H",
    listed="papers",
    mechanism="A recurrent net for words inside one for sentences, read here as notes inside bars.",
    citation="J. Li et al., ACL 2015",
    claim=Claim("right_onsets", "higher"),
    plays="writing_back.WritingBackGame",
    network="segment_autoencoder.SegmentAutoencoder",
    controls={"random_boundaries": {"units": "random"}},
    corpora=("chorales", "folk", "nottingham"),
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
