"""MuseNet (Payne 2019): one transformer for the music of several composers, and a token that names one of them.

Two composers are always here, Bach and Palestrina, in four voices each. A stranger who has learned from real music
alone says whose a sample is. Its control learns with the names of a batch in random order, so that a name tells
nothing.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "width": 16,
        "heads": 2,
        "layers": 1,
        "length": 32,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 8,
    },
    "cpu": {
        "width": 64,
        "layers": 2,
        "length": 96,
        "batch": 12,
        "lr": 3e-3,
        "steps": 500,
        "check_every": 100,
        "measure": 64,
    },
    "gpu": {
        "width": 256,
        "heads": 8,
        "layers": 6,
        "length": 1024,
        "batch": 32,
        "lr": 5e-4,
        "steps": 10_000,
        "measure": 256,
    },
}

CARD = System(
    id="payne2019",
    name="MuseNet",
    year=2019,
    family="I",
    listed="survey",
    mechanism=(
        "One large transformer for many styles; symbols at the start ask for a composer and for instruments."
    ),
    citation="C. Payne, OpenAI, 2019",
    claim=Claim("recovered", "higher"),
    plays="prompts.PromptGame",
    network="attention.Transformer",
    controls={"shuffled_prompts": {"prompts": "shuffled"}},
    corpora=("chorales",),
    variants={"composers": {}},
    profiles=PROFILES,
)
