"""C-RNN-GAN: a recurrent GAN on tones as real numbers (Mogren 2016), one tone a cell.

``faithful`` is the paper's; those named after one change are it with that change alone, on normalised numbers
and with Adam, without which nothing is learned. ``squared_error`` is the paper's baseline, ``density`` the
fair one: the same memory with a likelihood to be sampled from. ``repaired`` is ours: symbols, straight-through
slopes, a discriminator that hears relations, and a likelihood to hold on to.
"""

from .system import LATE, Claim, System

CORPORA = ("chorales", "classical", "piano_midi_de", "maestro", "tunes")
ADAM = {"scale": "normalised", "optimiser": "adam", "g_lr": 1e-3, "d_lr": 5e-4, "pretrain_lr": 3e-3,
        "matching": "off", "freezing": "off", "adversarial": True}  # fmt: skip
_SYMBOLS = {"symbols": True, "scale": "normalised", "one_key": True, "optimiser": "adam", "pretrain_lr": 4e-3,
            "curriculum": 0, "freezing": "off", "matching": "off", "clip": 1.0, "batch": 32}  # fmt: skip
_HELD = {"adversarial": True, "g_lr": 2e-4, "d_lr": 1e-3, "likelihood": 1.0, "average": 0.99}
_REPAIRED = _SYMBOLS | _HELD
#: What a variant changes; ``adversarial: True`` stands for the profile's number of steps.
VARIANTS = {
    "squared_error": {},
    "faithful": {"adversarial": True},
    "normalised_squared_error": ADAM | {"adversarial": False},
    "adversarial": ADAM,
    "paired": ADAM | {"matching": "paired"},
    "moments": ADAM | {"matching": "moments"},
    "as_printed_freezing": ADAM | {"freezing": "as_printed"},
    "balanced_freezing": ADAM | {"freezing": "balanced"},
    "minibatch": ADAM | {"kernels": 25},
    "without_pretraining": ADAM | {"pretrain": 0},
    "without_curriculum": ADAM | {"curriculum": 0},
    "slower_discriminator": ADAM | {"d_lr": 1e-4},
    "spectral_norm": ADAM | {"spectral": True},
    "slope_penalty": ADAM | {"penalty": 1.0},
    "averaged": ADAM | {"average": 0.99},
    "density": _SYMBOLS,
    "repaired": _REPAIRED,
    "repaired_without_likelihood": _REPAIRED | {"likelihood": 0.0},
    "repaired_without_average": _REPAIRED | {"average": 0.0},
    "repaired_by_moments": _REPAIRED | {"matching": "moments"},
}


def find_start(name: str) -> str:
    """The variant without a game that an adversarial one goes on from."""
    own = VARIANTS[name]
    if own.get("symbols"):
        return "density"
    return "normalised_squared_error" if "scale" in own else "squared_error"


def list_starts(names) -> dict[str, str]:
    """:func:`find_start` of those of these variants that have a game and something before it."""
    games = [k for k in names if VARIANTS[k].get("adversarial") and VARIANTS[k].get("pretrain", 1)]
    return {name: find_start(name) for name in games}


_SMALL = {"length": 16, "hidden": 24, "batch": 16, "pretrain": 60, "adversarial": 20, "pretrain_discriminator": 5,
          "check_every": 20, "checked": 16, "measure": 32}  # fmt: skip
PROFILES = {
    "smoke": _SMALL,
    "cpu": {
        "length": 48, "pretrain": 600, "adversarial": 600, "measure": 512,
        "numbers": {"hidden": 64, "batch": 16},
        "symbols": {"hidden": 128, "pretrain": 1600, "pretrain_discriminator": 100, "adversarial": 300},
    },
    "gpu": {
        "length": 100, "pretrain": 3000, "adversarial": 6000, "measure": 512,
        "numbers": {},
        "symbols": {"hidden": 350, "pretrain": 8000, "pretrain_discriminator": 500, "adversarial": 3000},
    },
}  # fmt: skip

CARD = System(
    id="mogren2016",
    name="C-RNN-GAN",
    year=2016,
    family="F",
    listed="survey",
    mechanism=(
        "Both players are recurrent and a note is four real numbers, so the gradient flows from "
        "the verdict into the notes; feature matching and freezing hold the balance."
    ),
    citation="O. Mogren, 2016",
    claim=Claim("mean_z", "lower", start=list_starts(VARIANTS), told=LATE),
    page="papers/crnn_gan",
    plays="tones.ToneGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
