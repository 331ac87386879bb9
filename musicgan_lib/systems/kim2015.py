"""TextCNN with highway (Kim 2014; Srivastava et al. 2015): SeqGAN's discriminator, asked as a classifier.

It tells stretches of melodies from the same notes with their blocks in another order. Its controls hear one note at a
time, or learn from labels that were dealt out anew. Without the highway layer it is another variant: what the layer
brings is read from the records, and nothing is claimed of it.
"""

from .system import Claim, System

CARD = System(
    id="kim2015",
    name="TextCNN with highway",
    year=2015,
    family="G",
    listed="nearby",
    mechanism=(
        "Filters of several widths slide over a sequence and their strongest answers are judged: SeqGAN's "
        "discriminator."
    ),
    citation="Y. Kim, EMNLP 2014; R. Srivastava et al., 2015",
    claim=Claim("verdict_nats", "lower"),
    plays="telling.TellingGame",
    controls={
        "one_note": {"widths": (1,), "channels": (128,)},
        "dealt_labels": {"dealt": True},
    },
    corpora=("chorales", "folk", "tunes"),
    variants={"highway": {}, "no_highway": {"highway": False}},
    profiles={"smoke": {"steps": 200}, "cpu": {}, "gpu": {}},
)
