"""Jukebox (Dhariwal et al. 2020): sound becomes codes at two speeds; one network writes the slow ones, another adds the
fast ones.

The claim is on clips as the coarse codec plays them, before the upsampler. The control's prior learns from the same
codes in random order, so it knows which there are, and not what follows what.
"""

from .system import Claim, System

CARD = System(
    id="dhariwal2020",
    name="Jukebox",
    year=2020,
    family="L",
    listed="survey",
    mechanism="Turns sound into codes at several speeds and lets transformers write the codes, from coarse to fine.",
    citation="P. Dhariwal et al., OpenAI, 2020",
    claim=Claim(
        "coarse_pitched",
        "higher",
        told="Two of the first three runs of the control came out alike, so a fourth seed of both sides was run.",
    ),
    plays="codec.CodecGame",
    controls={"shuffled_codes": {"shuffled": True}},
    corpora=("chorales",),
    variants={"restart": {}, "no_restart": {"restart": False}},
    profiles={
        "smoke": {
            "codes": 16,
            "channels": 8,
            "width": 8,
            "cut": 512,
            "beside": 32,
            "pretrain": 15,
            "tune": 15,
            "batch": 4,
            "clips": 32,
            "measure": 2,
        },
        "cpu": {},
        "gpu": {
            "codes": 512,
            "channels": 128,
            "width": 384,
            "cut": 8192,
            "beside": 512,
            "pretrain": 20_000,
            "tune": 20_000,
            "batch": 32,
            "lr": 1e-3,
            "clips": 1024,
            "measure": 128,
        },
    },
)
