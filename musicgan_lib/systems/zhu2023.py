"""ERNIE-Music (Zhu et al. 2023): noise becomes a waveform, step by step, while a network attends to a text.

``sentence`` reads captions that are sentences, ``tags`` the same facts as four bare words. The control is given the
empty text while it learns and afterwards. Relevance is the share of the asked facts that a judge hears, who learned
from real clips alone.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "samples": 1024,
        "levels": 20,
        "width": 16,
        "batch": 4,
        "steps": 20,
        "check_every": 10,
        "down": 4,
        "judged": 10,
        "clips": 2,
    },
    "cpu": {},
    "gpu": {
        "width": 256,
        "batch": 64,
        "steps": 20_000,
        "check_every": 1000,
        "lr": 1e-3,
        "clips": 8,
    },
}

CARD = System(
    id="zhu2023",
    name="ERNIE-Music",
    year=2023,
    family="K",
    listed="survey",
    mechanism="Removes noise from the waveform itself while attending to a text.",
    citation="P. Zhu et al., 2023",
    claim=Claim("relevance", "higher"),
    plays="words_to_sound.WordsToSoundGame",
    controls={"no_text": {"text": "none"}},
    corpora=("chorales", "folk", "nottingham"),
    variants={"sentence": {}, "tags": {"text": "tags"}},
    profiles=PROFILES,
)
