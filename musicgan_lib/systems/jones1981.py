"""Markov composition (Jones 1981): a table of what follows what is counted in melodies, and drawing from it composes.

Its control looks at nothing before: the same notes as often, in no order. A fourth order is a setting and no variant,
because its table is too thin for what it reads; the page shows what that costs.
"""

from .system import Claim, System

#: Tunes that a run reads, of those of training: another seed reads others
PROFILES = {
    "smoke": {"steps": 60, "measure": 24},
    "cpu": {"steps": 160, "measure": 128},
    "gpu": {"steps": 160, "measure": 128},
}
TUNES_READ = {"chorales": {}, "folk": {}, "tunes": {"steps": 4}}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """The handful of tunes in the book is read but for one."""
    return TUNES_READ.get(corpus, {})


CARD = System(
    id="jones1981",
    name="Markov composition",
    year=1981,
    family="A",
    listed="nearby",
    mechanism="A table says how often each note followed each short past; drawing from the table composes.",
    citation="K. Jones, Computer Music Journal, 1981",
    claim=Claim(
        "nll_valid",
        "lower",
        told="The pseudo-count was chosen on the same validation tunes, and a chain of order 4 would fail.",
    ),
    plays="counts.CountGame",
    controls={"no_past": {"order": 0}},
    corpora=("chorales", "folk", "tunes"),
    variants={"first_order": {}, "second_order": {"order": 2}},
    profiles=PROFILES,
    adapt=adapt,
)
