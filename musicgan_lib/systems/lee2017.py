"""SeqGAN on words of melody and chord, with roll-outs (Lee et al. 2017), and its least-squares twin.

The words, networks and sizes are those that Bjare and Meredith (2020) took over. What differs is the signal: every
prefix is finished several times by a policy that lags behind.
"""

from . import bjare2020
from .system import Claim, System

CORPORA = bjare2020.CORPORA
_SEARCH = {"adversarial": True, "rollouts": 32, "lag": 0.9, "rl_lr": 1e-2}
_REPAIRED = bjare2020.VARIANTS["repaired_nll"]
VARIANTS = {
    "nll": {},
    "seqgan": _SEARCH,
    "lsgan": _SEARCH | {"discriminator_loss": "least_squares", "reward": "logit"},
    "repaired_nll": _REPAIRED,
    "repaired_seqgan": _REPAIRED
    | _SEARCH
    | {"rl_lr": 3e-4, "baseline": "leave_one_out", "likelihood": 1.0},
}
#: 32 roll-outs of every prefix are beyond a laptop: the small profiles make 1 or 2, of few iterations.
PROFILES = {
    "smoke": bjare2020.PROFILES["smoke"] | {"rollouts": 1, "adversarial": 5},
    "cpu": bjare2020.PROFILES["cpu"] | {"rollouts": 2, "adversarial": 10, "batch": 16},
    "gpu": bjare2020.PROFILES["gpu"]
    | {"batch": 32, "discriminator_steps": 258, "adversarial": 200},
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """A small profile's roll-outs win over the paper's; likelihood alone has none."""
    if "seqgan" not in variant and "lsgan" not in variant:
        return {"rollouts": 0}
    return {k: v for k, v in PROFILES[profile].items() if k == "rollouts"}


CARD = System(
    id="lee2017",
    name="Polyphonic SeqGAN",
    year=2017,
    family="G",
    listed="survey",
    mechanism=(
        "One word holds a melody note and its chord, so that a sequence GAN for text can write "
        "two layers at once."
    ),
    citation="S. Lee et al., 2017",
    claim=Claim(
        "bleu",
        "higher",
        start={
            "seqgan": "nll",
            "lsgan": "nll",
            "repaired_seqgan": "repaired_nll",
        },
    ),
    page="papers/seqgan_three_generators",
    plays="words.WordGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
