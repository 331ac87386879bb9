"""GAN and policy gradient on note matrices (Anokhin & Nuzhin 2018).

``likelihood`` is the generator alone. ``repaired`` is ours: the discriminator reads the mean over the continuation and
has a skip, wrong pairs are among its negatives, the policy-gradient loss weighs as much as cross-entropy, and the
module of global structure sees the past alone. At the cpu profile attention, which costs as much as all the rest, is a
variant. Those named after one of the slides' "comments on methods" are ``repaired`` with that switched. ``faithful``
has the slides' discriminator, weights and rates.
"""

from .system import LATE, Claim, System

CORPORA = ("chorales", "nottingham", "classical", "pop909", "lakh", "piano_midi_de", "tunes")
_GAME = {"adversarial": True, "mismatched": 0.125}
_ALONE = {"lambda_ce": 0.0}
_BARS, _JUDGED_BARS = {"bars_back": (1, 2)}, {"discriminator_bars_back": (1, 2)}
#: What a variant changes; ``adversarial: True`` stands for the profile's numbers of steps.
VARIANTS = {
    "likelihood": {},
    "without_global": {"global_structure": False},
    "leaky_global": {"causal": False},
    "attention": {"attention": True},
    "without_attention": {"attention": False},
    "without_copy": {"copy": False},
    "scaled_attention": {"attention": True, "scaled": True},
    "repaired": _GAME,
    "faithful": {
        "adversarial": True, "read": "last", "skip": 0, "discriminator_filters": 16, "attention": True,
        "as_published": True, "causal": False, "noise": 0.5,
        "lambda_rl": 1.0, "baseline": "critic", "rule": "gap", "rl_lr": 1e-3, "discriminator_lr": 1e-3,
        "rl_batch": 8, "ce_batch": 8, "clip": 1e9, "copy": False, "context": "real", "teacher_forcing": 0.5,
    },
    "unconditional": {"adversarial": True, "conditional": False, "discriminator_steps": 4},
    # the seven comments: each with its medicine away, or given
    "teacher_forcing": _GAME | {"teacher_forcing": 0.5},
    "monte_carlo": _GAME | {"per_opening": 4, "baseline": "leave_one_out"},
    "no_baseline": _GAME | {"baseline": "none"},
    "critic": _GAME | {"baseline": "critic"},
    "without_pretraining": _GAME | {"pretrain": 0},
    "without_discriminator_pretraining": _GAME | {"pretrain_discriminator": 0},
    "noise_negatives": _GAME | {"noise": 0.5},
    "reward_alone": _GAME | _ALONE,
    "reward_and_forcing": _GAME | _ALONE | {"teacher_forcing": 0.5},
    # other switches
    "gap_rule": _GAME | {"rule": "gap"},
    "last_state": _GAME | {"read": "last"},
    "without_skip": _GAME | {"skip": 0},
    "right_pairs_alone": _GAME | {"mismatched": 0.0},
    "one_step": _GAME | {"context": "real"},
    # what might bring repeats: the bars before within reach of the notes, and of the discriminator
    "bars_back": _BARS,
    "repeats_discriminator": _GAME | _JUDGED_BARS,
    "bars_back_game": _GAME | _BARS | _JUDGED_BARS,
    "rl_1": _GAME | {"lambda_rl": 1.0},
    "rl_1e-1": _GAME | {"lambda_rl": 0.1},
    "rl_1e-3": _GAME | {"lambda_rl": 1e-3},
}  # fmt: skip


def _find_start(own: dict) -> str:
    """The variant without a game that one with a reward goes on from."""
    if "bars_back" in own:
        return "bars_back"
    return "likelihood" if own.get("copy", True) else "without_copy"


_START = {
    name: _find_start(own)
    for name, own in VARIANTS.items()
    if "adversarial" in own and own.get("pretrain", 1)
}
PROFILES = {
    "smoke": {
        "bars": 4, "length": 32, "time_units": (24,), "note_units": (16,), "filters": 8, "batch": 4, "pretrain": 30,
        "check_every": 15, "discriminator_units": 12, "discriminator_filters": 4, "skip": 8, "pool": 32,
        "pretrain_discriminator": 10,
        "discriminator_batch": 8, "adversarial": 6, "rl_batch": 4, "ce_batch": 2, "measure": 16,
    },
    "cpu": {
        "length": 64, "time_units": (48, 48), "note_units": (24, 24), "filters": 16, "attention": False,
        "batch": 4, "pretrain": 1400, "pretrain_lr": 5e-3, "discriminator_units": 32,
        "discriminator_filters": 0, "discriminator_lr": 4e-3,
        "pretrain_discriminator": 1400, "adversarial": 100, "measure": 192,
    },
    "gpu": {
        "length": 128, "bars": 20, "batch": 32, "pretrain": 10_000, "pretrain_discriminator": 2000,
        "discriminator_units": 256,
        "discriminator_filters": 64, "pool": 4096, "discriminator_batch": 32, "adversarial": 2000,
        "rl_batch": 64, "ce_batch": 16,
        "measure": 512,
    },
}  # fmt: skip

CARD = System(
    id="anokhin2018",
    name="GAN with RL",
    year=2018,
    family="G",
    listed="papers",
    mechanism=(
        "A generator with attention over time and notes is trained by rewards from a "
        "discriminator that reads bars inside pieces."
    ),
    citation="I. Anokhin and E. Nuzhin, 2018",
    claim=Claim("mean_w", "lower", start=_START, told=LATE),
    page="papers/gan_rl",
    plays="rolls.RollGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
