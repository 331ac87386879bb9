"""Symbolic diffusion (Mittal et al. 2021): noise becomes a row of latents, a frozen autoencoder writes them as bars.

``autoregressive`` is the paper's own rival, which writes latent after latent. The controls: a twin that learns rows of
latents from different pieces, and one that takes all noise away in a single step.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "bars": 4,
        "latent": 8,
        "width": 32,
        "hidden": 32,
        "layers": 2,
        "levels": 40,
        "pretrain": 30,
        "denoise": 30,
        "pretrain_batch": 32,
        "batch": 16,
        "check_every": 15,
        "measure": 16,
    },
    "cpu": {},
    "gpu": {
        "bars": 16,
        "latent": 64,
        "width": 512,
        "hidden": 256,
        "layers": 6,
        "levels": 1000,
        "pretrain": 10_000,
        "denoise": 50_000,
        "pretrain_batch": 512,
        "batch": 256,
        "lr": 5e-4,
        "pretrain_lr": 1e-3,
        "measure": 512,
    },
}


def adapt(variant: str, profile: str, corpus: str) -> dict:
    """Who writes latent after latent has no levels of noise."""
    return {"levels": 200} if variant == "autoregressive" else {}


CARD = System(
    id="mittal2021",
    name="Symbolic diffusion",
    year=2021,
    family="K",
    listed="survey",
    mechanism=(
        "Removes noise step by step from a row of latent bars of a frozen autoencoder; known bars can be held "
        "while the rest appears."
    ),
    citation="G. Mittal et al., ISMIR 2021",
    claim=Claim("consistency", "higher"),
    plays="denoising.DenoisingGame",
    controls={"shuffled_latents": {"order": "shuffled"}, "one_step": {"levels": 1}},
    corpora=("chorales", "folk", "nottingham"),
    variants={"diffusion": {}, "autoregressive": {"model": "autoregressive"}},
    profiles=PROFILES,
    adapt=adapt,
)
