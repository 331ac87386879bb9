"""A GAN of LSTMs on notes of three numbers (Neo & Saleem 2024).

``as_published`` is the listing and the training of the paper's program. The variants after it are the rungs to
``repaired``; those of sequences have networks and numbers of updates of their own, too (``PROFILES``).
"""

from .system import LATE, Claim, System

CORPORA = ("piano_midi_de", "chorales", "classical", "tunes")
_NORMAL, _SEQUENCES = {"normalised": True}, {"sequences": True}
_BOTH = _NORMAL | _SEQUENCES
_ROUNDED = _BOTH | {"rounded": True}
#: The scale alone, the sequences alone, both; then samples rounded while training; then
#: ``repaired``, with what holds a small GAN together.
VARIANTS = {
    "as_published": {},
    "normalised_only": _NORMAL,
    "sequences_only": _SEQUENCES,
    "sequences_normalised": _BOTH,
    "rounded": _ROUNDED,
    "repaired": _ROUNDED
    | {
        "matching": 200.0, "penalty": 0.1, "discriminator_rate": 3e-3, "beta1": 0.5, "beta2": 0.9, "average": 0.98,
    },
}  # fmt: skip
#: Updates of each network: ``notes`` of the note model, ``windows`` of the sequence model, whose batches hold more
#: notes.
PROFILES = {
    "smoke": {"notes": 60, "windows": 40, "hidden": 48, "width": 32, "measure": 64},
    "cpu": {"notes": 500, "windows": 1000, "hidden": 96},
    "gpu": {"notes": 20_000, "windows": 20_000, "width": 128},
}

CARD = System(
    id="neo2024",
    name="LSTM-GAN",
    year=2024,
    family="F",
    listed="papers",
    mechanism="A GAN of LSTMs on rows of pitch, length and offset.",
    citation="K. Neo and M. H. Saleem, 2024",
    claim=Claim("w1_pitch", "lower", told=LATE),
    page="papers/lstm_gan_classical",
    plays="published.neo2024.NoteGame",
    corpora=CORPORA,
    variants=VARIANTS,
    profiles=PROFILES,
)
