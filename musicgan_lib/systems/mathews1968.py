"""Interpolated melodies (Mathews and Rosler 1968): a tune is a function of time, and between two tunes lies a third.

Its controls average the k-th notes instead of moments, play the nearer tune, or mix up each tune's pitches.
"""

from .system import Claim, System

CARD = System(
    id="mathews1968",
    name="Interpolated melodies",
    year=1968,
    family="A",
    listed="nearby",
    mechanism="Two tunes are functions of time, and a weighted mean of them is a tune between.",
    citation="M. Mathews and L. Rosler, Perspectives of New Music, 1968",
    claim=Claim("semitones_off", "lower"),
    plays="melodies.MelodyGame",
    controls={
        "note_lists": {"join": "lists"},
        "nearer": {"join": "nearer"},
        "shuffled": {"shuffled": True},
    },
    corpora=("tunes",),
    variants={"functions": {}},
    profiles={"smoke": {"measure": 16}, "cpu": {}, "gpu": {}},
)
