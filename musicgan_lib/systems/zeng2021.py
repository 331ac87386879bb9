"""MusicBERT (Zeng et al. 2021): a note is one symbol of several fields, and an encoder restores fields of whole bars.

Its controls learn by hiding fields of single notes, whose neighbours tell them, and by another window's answers. The
claim is about the field whose value the neighbours tell for certain, the bar.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"width": 16, "layers": 1, "batch": 4, "steps": 40, "measure": 8},
    "cpu": {},
    "gpu": {"width": 256, "heads": 8, "layers": 6, "batch": 64, "steps": 20000, "lr": 5e-4},
}

CARD = System(
    id="zeng2021",
    name="MusicBERT",
    year=2021,
    family="J",
    listed="survey",
    mechanism=(
        "Several facts about a note are one symbol, and a fact is hidden in a whole bar at once from an encoder that "
        "learns to restore it."
    ),
    citation="M. Zeng et al., 2021",
    claim=Claim(
        "cloze_nll_bar",
        "lower",
        told="Of the fields of a note this one was chosen on a trial run with another seed.",
    ),
    plays="bar_masks.BarMaskGame",
    controls={"token_masks": {"masks": "token"}, "others_answers": {"answers": "other"}},
    corpora=("chorales",),
    variants={"bar_masks": {}},
    profiles=PROFILES,
)
