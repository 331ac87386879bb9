"""Made tunes whose theme is known: eight phrases of two bars, of which several are one phrase, plain or varied."""

import hashlib

import numpy as np

from .melody_events import BAR, HOLD, MelodyEventData
from .theme_regions import vary
from .tokens import SPLITS

#: Corpora of this kind
THEMED = ("themes",)
#: The order of phrases; a small letter is the phrase of the great one, varied
FORMS = ("AABACABA", "AABaCCAa", "ABACABAA", "ABaCADAa", "AABBAaCA", "ABCAABCa")
#: Bars of a phrase
PHRASE = 2
#: Tunes of each split
TUNES = {"train": 300, "valid": 60, "test": 60}
#: Semitones of the major scale above its tonic
SCALE = (0, 2, 4, 5, 7, 9, 11)
#: Half bars, in sixteenths
RHYTHMS = ((8,), (4, 4), (4, 2, 2), (2, 2, 4), (2, 2, 2, 2), (6, 2), (3, 1, 4))
#: Steps of the scale from a note to the next, and how often
STEPS = (-3, -2, -1, 0, 1, 2, 3)
OFTEN = (0.06, 0.14, 0.28, 0.04, 0.28, 0.14, 0.06)
#: The lowest and the highest step of a tune above its tonic
LOW, HIGH = -4, 9
#: Tonics stand so many semitones above the lowest pitch, C an octave below middle C
TONICS = (9, 15)
SEED = 2021


def make_phrase(rng, tonic: int) -> np.ndarray:
    """A phrase of two bars as melody events, ``(32,) int64``, in the major key of ``tonic``; it ends on a long note."""
    halves = [RHYTHMS[k] for k in rng.integers(0, len(RHYTHMS), 2 * PHRASE - 1)]
    lengths = [n for half in [*halves, RHYTHMS[0]] for n in half]
    step, events = int(rng.integers(-2, 6)), np.full(PHRASE * BAR, HOLD, np.int64)
    for at in np.cumsum([0, *lengths[:-1]]):
        step = int(np.clip(step + rng.choice(STEPS, p=OFTEN), LOW, HIGH))
        octave, degree = divmod(step, len(SCALE))
        events[at] = tonic + 12 * octave + SCALE[degree]
    return events


def make_tune(rng) -> tuple[np.ndarray, np.ndarray]:
    """A tune ``(256,) int64``, and a number a bar: which phrase begins with it, -1 where none does."""
    form, tonic = FORMS[rng.integers(len(FORMS))], int(rng.integers(*TONICS))
    phrases = {letter: make_phrase(rng, tonic) for letter in sorted(set(form.upper()))}
    parts, named = [], []
    for letter in form:
        phrase = phrases[letter.upper()]
        parts.append(phrase if letter.isupper() else vary(phrase, rng))
        named += [ord(letter.upper()) - ord("A"), *[-1] * (PHRASE - 1)]
    return np.concatenate(parts), np.array(named, np.int64)


def make_themes(corpus: str = "themes") -> MelodyEventData:
    """The same tunes for every run; ``beside`` names the phrase that begins with each bar."""
    rng, seen, pieces, beside = np.random.default_rng(SEED), hashlib.sha256(), {}, {}
    for split in SPLITS:
        made = [make_tune(rng) for _ in range(TUNES[split])]
        pieces[split], beside[split] = map(list, zip(*made))
        seen.update(split.encode() + np.concatenate(pieces[split]).astype("<i8").tobytes())
    return MelodyEventData.of_events(
        corpus,
        pieces,
        seen.hexdigest()[:16],
        report=f"Tunes of {len(FORMS[0])} phrases, in the forms {', '.join(FORMS)}.",
        beside=beside,
    )
