"""Illiac Suite (Hiller and Isaacson 1959): chance proposes, rules of counterpoint dispose.

Its controls do not ask one rule, or any.
"""

from .system import Claim, System

VARIANTS = {
    "note_by_note": {},
    "counted": {"draw": "counted"},
    "four_voices": {"draw": "counted", "voices": 4},
}
PROFILES = {"smoke": {"measure": 200}, "cpu": {}, "gpu": {}}

CARD = System(
    id="hiller1959",
    name="Illiac Suite",
    year=1959,
    family="A",
    listed="survey",
    mechanism=(
        "Draws notes at random and throws away every draw that breaks a rule of counterpoint; a later movement draws "
        "from Markov chains of intervals instead."
    ),
    citation="L. Hiller and L. Isaacson, Experimental Music, 1959",
    claim=Claim("lines_reached", "higher"),
    plays="rules.RuleGame",
    controls={
        "no_rules": {"without": "all"},
        "no_consonance": {"without": "consonance"},
        "no_frame": {"without": "frame"},
        "no_above": {"without": "above"},
        "no_parallels": {"without": "parallels"},
        "no_hidden": {"without": "hidden"},
        "no_melody": {"without": "melody"},
        "no_repeats": {"without": "repeats"},
        "no_leaps": {"without": "leaps"},
        "no_cadence": {"without": "cadence"},
    },
    corpora=("cantus",),
    variants=VARIANTS,
    profiles=PROFILES,
)
