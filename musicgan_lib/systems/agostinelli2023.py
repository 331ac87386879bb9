"""MusicLM (Agostinelli et al. 2023): a space where sounds and captions lie together steers the writers of sound.

The writers learn from sounds alone, and are asked by captions. The control deals the captions out anew before the
towers learn: everything else, and the number of updates, stays.

The claim was written before any run that is recorded: all four facts of a clip are as its caption asks more often
than under the control, and in each seed at least twice as often as luck, 1 in 32. Besides, of combinations without a
caption more captions are found than by who hears the instrument without fail and nothing else, 1 in 8. The miniature
shows the mechanism and its control, and not the quality of music from text.
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
    claim=Claim("heard_all", "higher"),
    plays="described_sound.DescribedSoundGame",
    controls={"captions_shuffled": {"captions": "shuffled"}},
    corpora=("chorales", "folk", "nottingham"),
    variants={"joint": {}},
    profiles=PROFILES,
)
