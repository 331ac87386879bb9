"""RNN-RBM (Boulanger-Lewandowski et al. 2012): a recurrent network sets the biases of a Boltzmann machine.

Its controls cut the links to the machine, so that a Boltzmann machine is left alone; cut the recurrence, so that one
frame is heard; and shuffle the frames of the music.
"""

from .system import Claim, System

VARIANTS = {"rnn_rbm": {}, "hundred_hidden": {"hidden": 100}}
PROFILES = {
    "smoke": {
        "units": 24,
        "sweeps": 2,
        "steps": 200,
        "batch": 8,
        "check_every": 100,
        "checked": 4,
        "measure": 8,
        "temperatures": 20,
    },
    "cpu": {"steps": 4000},
    "gpu": {"units": 200, "steps": 20000, "batch": 32, "sweeps": 15},
}

CARD = System(
    id="boulanger2012",
    name="RNN-RBM",
    year=2012,
    family="C",
    listed="nearby",
    mechanism=(
        "A recurrent net sets the biases of a Boltzmann machine, which draws all pitches of a moment together."
    ),
    citation="N. Boulanger-Lewandowski et al., ICML 2012",
    claim=Claim("nll_test", "lower"),
    plays="energy.EnergyGame",
    controls={"disconnected": {"memory": "none"}, "one_frame": {"memory": "frame"}},
    corpora=("chorales", "nottingham", "tunes"),
    variants=VARIANTS,
    profiles=PROFILES,
)
