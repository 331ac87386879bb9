"""Transformer VAE (Jiang et al. 2020): a latent for each bar, which may say that an earlier bar returns.

A tune lends its first phrase's latents to another tune. Where the other one's first phrase returns, the borrowed one
should return, because the latents there say no more than where they look. The control hears each bar by itself. In the
variant ``learned`` the score that a bar gives itself is learned, and not set.
"""

from .system import Claim, System

PROFILES = {
    "smoke": {
        "width": 32,
        "content": 8,
        "place": 4,
        "batch": 8,
        "steps": 40,
        "check_every": 20,
        "measure": 20,
    },
    "cpu": {"batch": 32, "steps": 1000, "check_every": 250, "measure": 100},
    "gpu": {"width": 512, "content": 32, "batch": 256, "steps": 20_000, "measure": 100},
}
for _size in PROFILES.values():
    _size.update(lr=5e-3, beta=0.2, climb=0.6)

CARD = System(
    id="jiang2020",
    name="Transformer VAE",
    year=2020,
    family="H",
    listed="survey",
    mechanism=(
        "A bar is a latent point, and attention runs over bars instead of notes; structure can be taken from one piece "
        "and filled from another."
    ),
    citation="J. Jiang et al., ICASSP 2020",
    claim=Claim("form_won", "higher"),
    plays="borrowing.BorrowingGame",
    network="related_bars.RelatedBars",
    controls={"independent_bars": {"hears": "self"}},
    corpora=("unheard_forms", "themes"),
    variants={"bars": {}, "learned": {"threshold": "learned"}},
    profiles=PROFILES,
)
