"""Theme Transformer (Shih et al. 2021): a theme is found in each piece, and a gate opens the ear to it where it is due.

A network that learned to tell varied phrases from other ones finds the theme. The transformer hears either the theme or
its own past. One control is a transformer of as many weights that has the theme as a prompt alone; another is told
another tune's theme when it composes.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "width": 16,
        "layers": 1,
        "bars": 4,
        "pretrain": 8,
        "fragments": 16,
        "windows": 12,
        "batch": 4,
        "check_every": 10,
        "measure": 4,
    },
    "cpu": {},
    "gpu": {
        "width": 256,
        "heads": 8,
        "layers": 6,
        "bars": 16,
        "dropout": 0.1,
        "pretrain": 3_000,
        "fragments": 256,
        "windows": 10_000,
        "batch": 64,
        "lr": 5e-4,
        "measure": 256,
    },
}

CARD = System(
    id="shih2021",
    name="Theme Transformer",
    year=2021,
    family="I",
    listed="survey",
    mechanism=(
        "Finds each piece's theme, and attends to the theme or to its own past, with a gate that opens where the theme "
        "is due."
    ),
    citation="Y.-J. Shih et al., 2021",
    claim=Claim("recurrence", "higher"),
    plays="themes.ThemeGame",
    controls={"prompt_only": {"second": "past"}, "wrong_theme": {"told": "other"}},
    corpora=("themes", "nottingham", "chorales"),
    variants={"theme": {}},
    profiles=PROFILES,
)
