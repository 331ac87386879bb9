"""EMI (Cope 1987): beats of Bach's chorales are joined where voices may move as Bach let them; signatures stay whole.

Its control joins any beat to any that stands next in the bar. Without signatures is a variant, because the claim is
about how voices move.
"""

from .system import Claim, System

#: Chorales that a run reads, of those of training: another seed reads others
PROFILES = {
    "smoke": {"steps": 60, "length": 256, "measure": 8},
    "cpu": {"steps": 150, "measure": 64},
    "gpu": {"steps": 150, "measure": 64},
}

CARD = System(
    id="cope1987",
    name="EMI",
    year=1987,
    family="A",
    listed="nearby",
    mechanism="Cuts a composer's pieces into tagged fragments and joins fragments whose ends fit.",
    citation="D. Cope, Computer Music Journal, 1987",
    claim=Claim(
        "joins_led",
        "higher",
        told="The measure was fixed after trial runs, one with a recorded seed; what joins was changed in between.",
    ),
    plays="fragments.FragmentGame",
    controls={"random_joins": {"match": "place"}},
    corpora=("chorales",),
    variants={"signatures": {}, "joins_alone": {"signatures": False}},
    profiles=PROFILES,
)
