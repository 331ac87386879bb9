"""MusicLM (Agostinelli et al. 2023): a space where sounds and captions lie together steers the writers of sound.

The writers learn from sounds alone, and are asked by captions. The control deals the captions out anew before the
towers learn: everything else, and the number of updates, stays.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "codec": 12,
        "pairs": 12,
        "towers": 12,
        "writing": 12,
        "codec_width": 16,
        "ear_width": 32,
        "tower_width": 16,
        "word_width": 32,
        "code_width": 32,
        "batch": 4,
        "measure": 32,
        "clips": 1,
    },
    "cpu": {},
    "gpu": {
        "codec": 20_000,
        "pairs": 3000,
        "towers": 3000,
        "writing": 10_000,
        "codec_width": 512,
        "tower_width": 256,
        "word_width": 384,
        "code_width": 512,
        "batch": 32,
        "lr": 1e-3,
    },
}
CARD = System(
    id="agostinelli2023",
    name="MusicLM",
    year=2023,
    family="L",
    listed="survey",
    mechanism="The stages of AudioLM, steered by a space where a clip and its description lie together.",
    citation="A. Agostinelli et al., 2023",
    claim=Claim("relevance", "higher"),
    plays="described_sound.DescribedSoundGame",
    controls={"captions_shuffled": {"captions": "shuffled"}},
    corpora=("chorales", "folk", "nottingham"),
    variants={"joint": {}},
    profiles=PROFILES,
)
