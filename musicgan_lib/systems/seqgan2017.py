"""SeqGAN on the sequences of an oracle (Yu et al. 2017): the sizes of its paper and the steps towards them."""

from ..games.settings import check_name
from .system import LATE, Claim, System

CORPORA = ("oracle_500", "oracle_5000", "oracle_50")
_NETWORKS = {
    "embedding": 32,
    "hidden": 32,
    "discriminator_embedding": 64,
    "pretrain_lr": 1e-2,
    "rl_lr": 1e-2,
}
#: Yu et al.: twelve widths with 100 to 200 channels each; fewer and narrower where sequences are short.
_WIDE = {"widths": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20),
         "channels": (100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160)}  # fmt: skip
_NARROW = {"widths": (1, 2, 3, 4, 6, 8), "channels": (48, 48, 48, 48, 32, 32)}
VARIANTS = {
    "nll": {},
    "seqgan": {"adversarial": True, "rollouts": 16},
    "without_rollouts": {"adversarial": True, "rollouts": 0},
    "baseline": {"adversarial": True, "rollouts": 16, "baseline": "leave_one_out"},
}
PROFILES = {
    "smoke": _NETWORKS | _NARROW | {
        "length": 8, "batch": 64, "pretrain": 150, "pretrain_batch": 64, "check_every": 25,
        "pretrain_discriminator": 30, "adversarial": 12, "discriminator_steps": 2, "discriminator_lr": 1e-3,
        "rollouts": 2, "measure": 1000,
    },
    "cpu": _NETWORKS | _NARROW | {
        "length": 12, "batch": 64, "pretrain": 4000, "pretrain_batch": 64, "check_every": 100, "anneal": True,
        "pretrain_discriminator": 300, "adversarial": 250, "discriminator_steps": 5,
        "rl_lr": 3e-3, "discriminator_lr": 1e-3, "rollouts": 4,
        "measure": 4000,
    },
    "gpu": _NETWORKS | _WIDE | {
        "length": 20, "batch": 64, "pretrain": 18_720, "pretrain_batch": 64, "check_every": 156,
        "pretrain_discriminator": 2000, "adversarial": 200, "discriminator_steps": 15, "rollouts": 16, "measure": 4000,
    },
}  # fmt: skip


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Sequences are as long as the oracle's; roll-outs, where a variant has some, are the profile's."""
    from ..games.oracle import ORACLES

    check_name("corpus", corpus, ORACLES)
    size = {"length": ORACLES[corpus][1]}
    if variant in ("nll", "without_rollouts"):
        return size | {"rollouts": 0}
    return size | {"rollouts": PROFILES[profile]["rollouts"]}


CARD = System(
    id="seqgan2017",
    name="SeqGAN",
    year=2016,
    family="G",
    listed="survey",
    mechanism=(
        "A discriminator's verdict on the finished sequence is the reward of each step, estimated"
        " by playing the rest of the sequence out several times."
    ),
    citation="L. Yu et al., AAAI 2017",
    claim=Claim(
        "oracle_nll",
        "lower",
        start={"seqgan": "nll", "baseline": "nll", "without_rollouts": "nll"},
        told=LATE,
    ),
    page="papers/seqgan_three_generators",
    plays="oracle.OracleGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
    adapt=adapt,
)
