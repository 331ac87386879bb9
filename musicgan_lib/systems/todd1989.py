"""Connectionist composition (Todd 1989): a small network keeps several tunes, each under its plan.

Its controls take the plan away, so that nothing names the tune, and the fading memory, so that it hears one slice.
"""

from .system import LATE, Claim, System

PROFILES = {
    "smoke": {"steps": 800},
    "cpu": {"steps": 1500},
    "gpu": {"steps": 1500},
}

CARD = System(
    id="todd1989",
    name="Connectionist composition",
    year=1989,
    family="B",
    listed="survey",
    mechanism=(
        "A small net predicts the next slice of a melody from a fading memory of its own output and a fixed plan that "
        "names the tune; mixing plans gives tunes between."
    ),
    citation="P. Todd, Computer Music Journal, 1989",
    claim=Claim("slice_nll", "lower", told=LATE),
    plays="plans.PlanGame",
    controls={"no_plan": {"plan": False}, "no_memory": {"decay": 0.0}},
    corpora=("tunes",),
    variants={"plans": {}, "twice_the_units": {"hidden": 30}},
    profiles=PROFILES,
)
