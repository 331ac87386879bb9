"""AudioLM (Borsos et al. 2022): words that say what is played, codes that say how it sounds, a writer for each.

Both controls have the same codec, the same ear and as many updates. ``codes_alone`` writes codes that are told no
words. ``words_alone`` writes on from the words of a sound, and forgets the codes.
"""

from .system import Claim, System

VARIANTS = {"both": {}}
PROFILES = {
    "smoke": {
        "codec": 12,
        "pairs": 12,
        "writing": 12,
        "codec_width": 16,
        "ear_width": 32,
        "word_width": 32,
        "code_width": 32,
        "batch": 4,
        "measure": 8,
    },
    "cpu": {},
    "gpu": {
        "codec": 20_000,
        "pairs": 3000,
        "writing": 10_000,
        "codec_width": 512,
        "word_width": 384,
        "code_width": 512,
        "batch": 32,
        "lr": 1e-3,
    },
}
CARD = System(
    id="borsos2022",
    name="AudioLM",
    year=2022,
    family="L",
    listed="survey",
    mechanism="One model writes codes of what is said or played, two more write codes of how it sounds.",
    citation="Z. Borsos et al., 2022",
    claim=Claim("kept", "higher"),
    plays="audio_tokens.AudioTokensGame",
    controls={"codes_alone": {"hears": "codes"}, "words_alone": {"hears": "words"}},
    corpora=("chorales", "folk", "nottingham"),
    variants=VARIANTS,
    profiles=PROFILES,
)
