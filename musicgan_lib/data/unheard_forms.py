"""Made tunes of eight phrases, of which the first returns; the forms of test tunes are in no training tune."""

import hashlib

import numpy as np

from .melody_events import MelodyEventData
from .themes import TONICS, make_phrase
from .tokens import SPLITS

#: Corpora of this kind
UNHEARD = ("unheard_forms",)
#: Phrases of a tune, what different ones are called, and how often the first one may return
PHRASES, LETTERS, RETURNS = 8, "ABCD", (2, 3)
#: Tunes of each split
TUNES = {"train": 1200, "valid": 100, "test": 100}
#: Of each four forms in the order of the alphabet, the one that is kept for the split
KEPT = {"valid": 1, "test": 3}
SEED = 2020


def list_forms() -> list[str]:
    """All forms, in the order of the alphabet: each letter is first met after those before it in the alphabet."""
    forms = ["A"]
    for _ in range(PHRASES - 1):
        forms = [f + letter for f in forms for letter in LETTERS[: len(set(f)) + 1]]
    return [f for f in forms if f.count("A") - 1 in RETURNS]


def split_forms() -> dict[str, list[str]]:
    """The forms of each split; no two splits share one."""
    forms = list_forms()
    found = {split: forms[k::4] for split, k in KEPT.items()}
    held = {form for part in found.values() for form in part}
    return {"train": [f for f in forms if f not in held], **found}


def make_tune(form: str, rng: np.random.Generator) -> np.ndarray:
    """A tune of this form as melody events, ``(256,) int64``: a phrase of two bars for each letter, all in one key."""
    tonic = int(rng.integers(*TONICS))
    phrases = {letter: make_phrase(rng, tonic) for letter in sorted(set(form))}
    return np.concatenate([phrases[letter] for letter in form])


def make_unheard_forms(corpus: str = "unheard_forms") -> MelodyEventData:
    """The same tunes for every run."""
    rng, seen, pieces, forms = np.random.default_rng(SEED), hashlib.sha256(), {}, split_forms()
    for split in SPLITS:
        chosen = rng.integers(0, len(forms[split]), TUNES[split])
        pieces[split] = [make_tune(forms[split][k], rng) for k in chosen]
        seen.update(split.encode() + np.concatenate(pieces[split]).astype("<i8").tobytes())
    told = ", ".join(f"{len(forms[s])} in {s}" for s in SPLITS)
    return MelodyEventData.of_events(
        corpus,
        pieces,
        seen.hexdigest()[:16],
        report=f"Tunes of {PHRASES} phrases; forms: {told}.",
    )
