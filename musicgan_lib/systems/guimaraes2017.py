"""ORGAN (Guimaraes et al. 2017): a discriminator's verdict and an objective share the reward.

Its control pays each melody for the steps of another. ``adversary`` is SeqGAN's reward alone, ``objective`` the
objective alone, and ``no_penalty`` the same where copies are paid in full.
"""

from .system import Claim, System

VARIANTS = {
    "organ": {"adversarial": True, "share": 0.5},
    "objective": {"adversarial": True, "share": 0.0},
    "no_penalty": {"adversarial": True, "share": 0.0, "penalty": False},
    "adversary": {"adversarial": True, "share": 1.0},
    "likelihood": {},
}
_SIZES = {
    "embedding": 16,
    "hidden": 64,
    "init_std": None,
    "discriminator_embedding": 16,
    "widths": (2, 4),
    "channels": (32, 32),
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
    | {"pretrain": 150, "pretrain_discriminator": 20, "adversarial": 50, "measure": 200},
    "cpu": _SIZES
    | {"pretrain": 600, "pretrain_discriminator": 60, "adversarial": 200, "measure": 1000},
    "gpu": _SIZES
    | {"pretrain": 3000, "pretrain_discriminator": 500, "adversarial": 2000, "measure": 1000},
}

CARD = System(
    id="guimaraes2017",
    name="ORGAN",
    year=2017,
    family="G",
    listed="survey",
    mechanism=(
        "The reward is a weighted sum of the discriminator's verdict and a hand-written score for what is wanted, "
        "with a penalty for repeats."
    ),
    citation="G. Guimaraes et al., 2017",
    claim=Claim(
        "steps",
        "higher",
        start={name: "likelihood" for name in VARIANTS if name != "likelihood"},
        told=(
            "The verdict alone was to be its start; a start has to be likelihood, so it was changed with runs known. "
            "Each run beats the verdict alone, too."
        ),
    ),
    plays="objectives.ObjectiveGame",
    controls={"shuffled_objective": {"matched": False}},
    corpora=("chorales", "folk", "tunes"),
    variants=VARIANTS,
    profiles=PROFILES,
)
