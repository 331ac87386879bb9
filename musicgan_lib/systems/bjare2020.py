"""SeqGAN with maximum-entropy REINFORCE on folk-tune words (Bjare & Meredith 2020).

Faithful variants: ``nll``, ``ordinary``, ``reward_baseline``, ``merl``: one LSTM over whole words, one CNN,
a reward at the end, nothing that holds on to the likelihood. Those that begin with ``repaired`` are
ours: factored words in all keys, and a reward that is kept near the pre-trained policy.
"""

from .system import Claim, System

CORPORA = ("nottingham", "chorales", "tunes", "published_chunks")
_REPAIRED = {"form": "factored", "all_keys": True, "init_std": None, "anneal": True, "dropout": 0.3}
_LEASH = {"baseline": "leave_one_out", "reward": "logit", "estimator": "kl", "rl_lr": 3e-4}
_LEASHED = _REPAIRED | _LEASH
#: What a variant changes; ``adversarial: True`` stands for the profile's number of steps.
VARIANTS = {
    "nll": {},
    "ordinary": {"adversarial": True},
    "reward_baseline": {"adversarial": True, "baseline": "standardise"},
    "merl": {"adversarial": True, "baseline": "standardise", "estimator": "merl", "alpha": 1.0},
    "merl_as_printed": {"adversarial": True, "estimator": "merl_as_printed", "alpha": 1.0},
    "merl_as_published": {"adversarial": True, "estimator": "merl_as_published", "alpha": 1.0},
    "repaired_nll": _REPAIRED,
    "repaired_ordinary": _REPAIRED | {"adversarial": True},
    "repaired_reward_baseline": _REPAIRED | {"adversarial": True, "baseline": "standardise"},
    "repaired_merl": _REPAIRED
    | {"adversarial": True, "baseline": "leave_one_out", "estimator": "merl_per_token", "alpha": 0.1},
    "repaired_kl": _LEASHED | {"adversarial": True, "beta": 0.05, "likelihood": 1.0},
    "repaired_dense": _LEASHED
    | {"adversarial": True, "reward": "prefix", "beta": 0.1, "discount": 0.95},
    "actor_critic": {"adversarial": True, "baseline": "critic"},
    "by_values": {"adversarial": True, "estimator": "path_consistency", "beta": 0.1},
    "dense": {"adversarial": True, "baseline": "standardise", "reward": "prefix", "discount": 0.95},
    "without_pretraining": {"adversarial": True, "pretrain": 0, "baseline": "standardise"},
}  # fmt: skip
#: What a profile changes, for the published and the factored form.
PROFILES = {
    "smoke": {
        "embedding": 16,
        "hidden": 48,
        "channels": (32,),
        "widths": (8,),
        "length": 32,
        "batch": 32,
        "pretrain_batch": 32,
        "pretrain": 200,
        "pretrain_lr": 5e-3,
        "check_every": 40,
        "pretrain_discriminator": 30,
        "adversarial": 20,
        "discriminator_lr": 1e-3,
        "discriminator_steps": 2,
        "rl_lr": 3e-3,
        "measure": 64,
    },
    "cpu": {
        "published": {"hidden": 192, "pretrain": 800, "pretrain_lr": 4e-3},
        "factored": {"embedding": 128, "hidden": 320, "pretrain": 1200, "pretrain_lr": 4e-3},
        "pretrain_batch": 32,
        "channels": (200,),
        "pretrain_discriminator": 60,
        "adversarial": 30,
        "discriminator_lr": 1e-3,
    },
    "gpu": {
        "published": {"pretrain": 4000},
        "factored": {"embedding": 256, "hidden": 768, "pretrain": 8000, "pretrain_lr": 2e-3},
        "batch": 128,
        "pretrain_discriminator": 2000,
        "adversarial": 2000,
        "discriminator_steps": 60,
        "measure": 512,
    },
}

CARD = System(
    id="bjare2020",
    name="SeqGAN with maximum entropy",
    year=2020,
    family="G",
    listed="papers",
    mechanism=(
        "A sequence GAN without roll-outs: one reward at the end, a baseline, and a bonus for "
        "staying unpredictable."
    ),
    citation="M. R. Bjare and D. Meredith, 2020",
    claim=Claim(
        "judge_accuracy",
        "lower",
        start={
            "ordinary": "nll",
            "reward_baseline": "nll",
            "merl": "nll",
            "merl_as_printed": "nll",
            "merl_as_published": "nll",
            "actor_critic": "nll",
            "by_values": "nll",
            "dense": "nll",
            "repaired_ordinary": "repaired_nll",
            "repaired_reward_baseline": "repaired_nll",
            "repaired_merl": "repaired_nll",
            "repaired_kl": "repaired_nll",
            "repaired_dense": "repaired_nll",
        },
    ),
    page="papers/seqgan_three_generators",
    plays="words.WordGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
