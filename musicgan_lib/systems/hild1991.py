"""HARMONET (Hild, Feulner and Menzel 1991): a network names harmonies, a search writes chords, a network ornaments.

Its controls take away the harmonies that were before, and the order of the melody's notes.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"steps": 600, "measure": 4},
    "cpu": {},
    "gpu": {},
}

CARD = System(
    id="hild1991",
    name="HARMONET",
    year=1991,
    family="B",
    listed="survey",
    mechanism=(
        "One net names the harmony of each beat, a rule search writes the chord, and a second net adds passing notes."
    ),
    citation="H. Hild, J. Feulner and W. Menzel, NIPS 1991",
    claim=Claim("harmony_nll", "lower"),
    plays="harmony.HarmonyGame",
    controls={"no_history": {"history": False}, "shuffled_melody": {"shuffled": True}},
    corpora=("chorales",),
    variants={"harmonet": {}, "twice_the_units": {"hidden": 140}},
    profiles=PROFILES,
)
