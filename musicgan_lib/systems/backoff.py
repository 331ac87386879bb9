"""Back-off counts: a long past answers where it was met, and a shorter one where it is new.

Its controls have no shorter past to ask, none at all, or read the same notes in no order. Nobody is cited for the
whole: it is the baseline that many papers beat, in the smoothing of Witten and Bell.
"""

from .system import Claim, System

#: Tunes that a run reads, of those of training: another seed reads others
PROFILES = {
    "smoke": {"steps": 60, "measure": 16},
    "cpu": {"steps": 160, "measure": 64},
    "gpu": {"steps": 160, "measure": 64},
}
TUNES_READ = {"chorales": {}, "folk": {}, "tunes": {"steps": 4}}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """The handful of tunes in the book is read but for one."""
    return TUNES_READ.get(corpus, {})


CARD = System(
    id="backoff",
    name="Back-off counts",
    year=None,
    family="A",
    listed="nearby",
    mechanism="A table of symbols after contexts; where a long context is new, a shorter one answers.",
    citation="the baseline of many of these papers; I. Witten and T. Bell, IEEE Trans. Information Theory, 1991",
    claim=Claim(
        "nll_test",
        "lower",
        told="What a shorter past weighs was chosen on validation tunes; the claim is read on test tunes.",
    ),
    plays="backing_off.BackOffGame",
    controls={
        "no_back_off": {"backs_off": False},
        "no_past": {"order": 0},
        "shuffled": {"shuffled": True},
    },
    corpora=("chorales", "folk", "tunes"),
    variants={"fourth_order": {}, "second_order": {"order": 2}},
    profiles=PROFILES,
    adapt=adapt,
)
