"""WaveNet (van den Oord et al. 2016): each sample of sound is drawn from many before it, by gaps that double.

The control has as many layers and weights, and no gap: it hears the ten samples before, and no more.
"""

from .system import Claim, System

CARD = System(
    id="oord2016",
    name="WaveNet",
    year=2016,
    family="L",
    listed="nearby",
    mechanism="Predicts each sample of sound from a long past through convolutions with growing gaps.",
    citation="A. van den Oord et al., 2016",
    claim=Claim("bits_test", "lower"),
    plays="sound.SoundGame",
    network="wavenet.WaveNet",
    controls={"no_gaps": {"gaps": "none"}},
    corpora=("chorales",),
    variants={"doubling": {}},
    profiles={
        "smoke": {
            "channels": 8,
            "layers": 5,
            "length": 128,
            "batch": 4,
            "steps": 30,
            "check_every": 15,
            "measure": 8,
            "drawn": 256,
            "clips": 2,
        },
        "cpu": {"batch": 4, "lr": 5e-3, "steps": 600, "check_every": 100, "measure": 64},
        "gpu": {
            "channels": 64,
            "stacks": 3,
            "length": 4096,
            "batch": 16,
            "lr": 2e-3,
            "steps": 20_000,
            "check_every": 500,
            "measure": 512,
            "clips": 32,
        },
    },
)
