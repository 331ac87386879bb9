"""RL Tuner (Jaques et al. 2017): a model of melodies is tuned to rules, and pays for straying from what it was.

Its control leaves the rules out: what it pays for is then to stay what it is. ``rules_alone`` has no price on
straying, and ``note_rnn`` is the model before it is tuned. ``q`` looks ahead less far: with a discount of 1 it
did not learn to come home in trials. It plays its best note each time, and so one melody alone.
"""

from .system import Claim, System

VARIANTS = {
    "g": {},
    "psi": {"learner": "psi"},
    "q": {"learner": "q", "discount": 0.5},
    "rules_alone": {"learner": "psi", "prior": False},
    "note_rnn": {"adversarial": 0},
}
PROFILES = {
    "smoke": {"pretrain": 150, "adversarial": 120, "measure": 200},
    "cpu": {},
    "gpu": {"width": 128, "pretrain": 3000, "adversarial": 4000},
}

CARD = System(
    id="jaques2016",
    name="RL Tuner",
    year=2016,
    family="G",
    listed="survey",
    mechanism=(
        "A trained next-note model is tuned by Q-learning: the reward adds rules of melody to the log-probability "
        "under a frozen copy of itself."
    ),
    citation="N. Jaques et al., ICML 2017",
    claim=Claim(
        "fines", "lower", start={name: "note_rnn" for name in VARIANTS if name != "note_rnn"}
    ),
    plays="tuner.TunerGame",
    controls={"no_rules": {"rules": False}},
    corpora=("chorales", "folk", "tunes"),
    variants=VARIANTS,
    profiles=PROFILES,
)
