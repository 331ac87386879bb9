"""MMM (Ens and Pasquier 2020): tracks one after the other, and a bar that is taken out is written at the end.

The paper predicts every token of every track, and so does ours. A placeholder stands where the bar was; its fill stands
behind all tracks and hears bars before and after, above and below. How many notes the fill is to have is told in each
of its tokens. Controls: the fill hears what stands left of its bar in the row alone; the bars that it hears stand in
random order; the number of notes that it is told is any number.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "width": 16,
        "layers": 1,
        "batch": 4,
        "steps": 30,
        "check_every": 15,
        "measure": 16,
        "asked": 8,
        "sample": 4,
    },
    "cpu": {"steps": 600},
    "gpu": {
        "bars": 8,
        "holes": 8,
        "width": 256,
        "layers": 6,
        "divided": 8,
        "dropout": 0.1,
        "batch": 32,
        "steps": 10_000,
        "lr": 5e-4,
        "measure": 512,
        "asked": 512,
    },
}

CARD = System(
    id="ens2020",
    name="MMM",
    year=2020,
    family="I",
    listed="survey",
    mechanism=(
        "Writes tracks one after another instead of interleaved, so that a bar, a density or an instrument can be "
        "asked for again."
    ),
    citation="J. Ens and P. Pasquier, 2020",
    claim=Claim("bar_nll_test", "lower"),
    plays="bar_fill.BarFillGame",
    controls={
        "left_context": {"context": "left"},
        "shuffled_context": {"context": "shuffled"},
        "random_density": {"wishes": "random"},
    },
    corpora=("chorales",),
    variants={"fill": {}},
    profiles=PROFILES,
)
