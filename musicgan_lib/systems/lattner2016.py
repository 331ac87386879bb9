"""Constrained C-RBM (Lattner et al. 2016): sampling alternates with pushes towards a template's pattern of repetition.

Its controls leave the constraint out, and compose after another template than the one by which they are measured.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {"filters": 16, "steps": 60, "batch": 8, "rounds": 60, "measure": 4},
    "cpu": {},
    "gpu": {"filters": 256, "steps": 10000, "batch": 64, "rounds": 5000},
}

CARD = System(
    id="lattner2016",
    name="Constrained C-RBM",
    year=2016,
    family="C",
    listed="nearby",
    mechanism=(
        "Sampling alternates with steps that push the sample towards a given pattern of repetition, while a Boltzmann "
        "machine whose filters slide over time keeps each moment likely."
    ),
    citation="S. Lattner et al., 2016",
    claim=Claim("template_likeness", "higher"),
    plays="structure.StructureGame",
    controls={
        "no_constraint": {"strength": 0.0, "push": 0.0},
        "other_template": {"template": "other"},
    },
    corpora=("chorales", "nottingham", "tunes"),
    variants={"repetition": {}, "no_push": {"push": 0.0}},
    profiles=PROFILES,
)
