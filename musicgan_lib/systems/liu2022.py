"""SymphonyNet (Liu et al. 2022): within a bar the tracks of a score are a set, so that their order changes nothing.

A row sees the bars before its own, and what its own track has had of its bar; which instrument plays it is foretold,
never told. The claim is that tracks may change places. Its controls learned as much with rows that are counted, and
with a mask that lets a track hear those that stand before it.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "width": 16,
        "layers": 1,
        "bars": 2,
        "batch": 4,
        "steps": 12,
        "check_every": 6,
        "measure": 8,
        "merges": 4,
        "sample": 2,
    },
    "cpu": {},
    "gpu": {
        "bars": 8,
        "width": 256,
        "layers": 6,
        "divided": 8,
        "dropout": 0.1,
        "batch": 32,
        "steps": 10_000,
        "lr": 5e-4,
        "measure": 512,
        "merges": 256,
    },
}

CARD = System(
    id="liu2022",
    name="SymphonyNet",
    year=2022,
    family="I",
    listed="survey",
    mechanism=(
        "The tracks of a bar are a set: their order changes nothing, and instruments are predicted along with notes."
    ),
    citation="J. Liu et al., ISMIR 2022",
    claim=Claim("order_gap", "lower"),
    plays="track_sets.TrackSetGame",
    controls={"ordinary_positions": {"positions": "row"}, "serial_mask": {"mask": "serial"}},
    corpora=("chorales",),
    variants={"set": {}},
    profiles=PROFILES,
)
