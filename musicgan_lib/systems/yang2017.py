"""MidiNet (Yang, Chou and Yang 2017): a convolutional GAN paints a bar of melody after a bar and over chords.

Controls: a generator that hears neither, and one that hears the bar before and no chords; the discriminator still sees
both. ``cross_entropy`` is the same generator with as many updates and no adversary. In ``whole_bar``, ours, the first
layer hears all of the bar before: the paper's layers let half a bar hear half a bar.
"""

from .system import Claim, System

VARIANTS = {
    "gan": {"pretrain": 0},
    "whole_bar": {"pretrain": 0, "whole": True, "heard": 32},
    "no_matching": {"pretrain": 0, "matching": 0.0},
    "cross_entropy": {"adversarial": 0},
}
PROFILES = {
    "smoke": {"pretrain": 500, "adversarial": 500},
    "cpu": {"pretrain": 1000, "adversarial": 1000},
    "gpu": {"pretrain": 20_000, "adversarial": 20_000, "filters": 128},
}

CARD = System(
    id="yang2017",
    name="MidiNet",
    year=2017,
    family="F",
    listed="survey",
    mechanism=(
        "A convolutional GAN writes one bar at a time; a second small net feeds the previous bar and the chord into "
        "every layer."
    ),
    citation="L.-C. Yang et al., ISMIR 2017",
    claim=Claim("chord_gain", "higher"),
    plays="bars.BarGame",
    controls={"disconnected": {"hears": "nothing"}, "no_chords": {"hears": "bar"}},
    corpora=("chorales",),
    variants=VARIANTS,
    profiles=PROFILES,
)
