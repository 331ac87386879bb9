"""Adversarial dialogue (Li et al. 2017): an opening is given, and each note of the answer is paid for.

Its controls leave out the true answers that hold it on course, and pay for the whole at the end.
"""

from .system import Claim, System

VARIANTS = {
    "regs": {"adversarial": True, "likelihood": 0.3},
    "likelihood": {},
}
_SIZES = {
    "embedding": 16,
    "hidden": 64,
    "init_std": None,
    "discriminator_embedding": 16,
    "length": 16,
    "batch": 64,
    "pretrain_batch": 64,
    "pretrain_lr": 3e-3,
    "baseline": "leave_one_out",
    "discriminator_lr": 1e-3,
    "discriminator_steps": 2,
}
PROFILES = {
    "smoke": _SIZES
    | {"pretrain": 150, "pretrain_discriminator": 20, "adversarial": 30, "measure": 200},
    "cpu": _SIZES
    | {"pretrain": 600, "pretrain_discriminator": 100, "adversarial": 120, "measure": 1000},
    "gpu": _SIZES
    | {"pretrain": 3000, "pretrain_discriminator": 500, "adversarial": 2000, "measure": 1000},
}

CARD = System(
    id="li2017",
    name="Adversarial dialogue",
    year=2017,
    family="G",
    listed="papers",
    mechanism=(
        "A reply is rewarded at every word by a discriminator of question and answer, with true replies mixed in to "
        "keep it on course."
    ),
    citation="J. Li et al., EMNLP 2017",
    claim=Claim("pairs_apart", "lower", start={"regs": "likelihood"}),
    plays="dialogue.DialogueGame",
    controls={"no_teacher_forcing": {"likelihood": 0.0}, "paid_at_end": {"paid": "end"}},
    corpora=("chorales", "folk", "tunes"),
    variants=VARIANTS,
    profiles=PROFILES,
)
