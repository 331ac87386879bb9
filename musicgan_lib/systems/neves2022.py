"""Transformer-GAN with sentiment (Neves et al. 2022): a token asks for a mood, and both players are transformers.

Its controls shuffle the tokens of the melodies that are taught, and go on by likelihood alone for as many updates.
"""

from .system import Claim, System

CARD = System(
    id="neves2022",
    name="Transformer-GAN with sentiment",
    year=2022,
    family="F",
    listed="nearby",
    mechanism=(
        "Both players are transformers, a soft choice of symbols lets the gradient through, and one asks for a mood."
    ),
    citation="P. Neves, J. Fornari and J. Florindo, ISMIR 2022",
    claim=Claim("mood_gain", "higher"),
    plays="moods.MoodGame",
    controls={"no_adversary": {"adversary": 0.0}, "shuffled_mood": {"shuffled": True}},
    corpora=("chorales", "folk", "tunes"),
    variants={"gan": {}, "own_tokens_alone": {"mismatched": False}},
    profiles={
        "smoke": {"pretrain": 80, "steps": 120, "measure": 200},
        "cpu": {},
        "gpu": {"width": 128, "pretrain": 2000, "steps": 6000},
    },
)
