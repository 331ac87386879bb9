"""How long the recorded runs copy their training music,
beside how long real music repeats itself on the same measure.
"""

import numpy as np

from .. import corpora
from ..data.rolls import RollData
from ..data.tokens import TokenData
from ..experiments.editions import pick_edition
from ..metrics.rolls import onset_words
from ..metrics.text import longest_copies
from .recorded_music import Opened

#: Rows that hold no generator: real music itself, or tones drawn one by one.
REFERENCES = ("training", "validation", "iid_tones")
#: Symbols of a melody on a grid of eighths; see ``eighths``.
REST, HOLD = 0, 1
#: Corpora that are no music, so nobody can have written them.
NO_MUSIC = ("none", "oracle_50", "oracle_500")


def spell(opened: Opened, rows) -> np.ndarray:
    """Music as a preset encodes it, as the row of symbols in which its copies are counted, ``(N,)`` integers.

    Words are themselves. A roll is a symbol an onset: the keys that are struck, and the steps since the onset before.
    Tones are their pitches.
    """
    if isinstance(opened.data, TokenData):
        return np.asarray(rows)
    if isinstance(opened.data, RollData):
        return onset_words(np.asarray(rows))
    return opened.data.decode(rows).notes["pitch"].astype(np.int64)


def repeat_real(opened: Opened, split: str = "test") -> list[int]:
    """How long each stretch of a split, as long as a sample, repeats the training music: symbols.

    The stretches lie side by side from the beginning of each piece. With ``split="train"`` each stretch is found whole.
    """
    train = [spell(opened, rows) for rows in opened.data.pieces["train"]]
    made = opened.steps - opened.opening
    stretches = opened.data.windows(split, made)
    return longest_copies([spell(opened, rows) for rows in stretches], train)


def repeat_eighths(corpus: str, length: int = 96) -> list[int]:
    """The same for melodies on a grid of eighths:
    the first ``length`` symbols of each held-out melody that has as many.
    """
    train, *held_out = (
        [eighths(p) for p in corpora.load(corpus, s)] for s in ("train", "valid", "test")
    )
    whole = [melody[:length] for part in held_out for melody in part if len(melody) >= length]
    return longest_copies(whole, train)


def eighths(piece) -> np.ndarray:
    """The first track of a piece as a symbol an eighth:
    a rest, a note that is held, or 2 and the pitch of one that begins.
    """
    symbols = np.full(int(np.ceil(piece.length * 2)), REST)
    for note in piece.select(0).notes:
        start, stop = (round(2 * t) for t in (note["onset"], note["onset"] + note["duration"]))
        symbols[start:stop] = HOLD
        symbols[start : start + 1] = 2 + note["pitch"]
    return symbols


def compare_copies(rows, here: dict[tuple[str, str], float]) -> dict[tuple[str, str], list[float]]:
    """(system, corpus) -> the longest copy of each run, as a share of real music's on the same measure.

    What real music does is in the record where it was measured beside the run; else it is in ``here``, by system and
    corpus. Runs of which nobody knows it, of no music, and of the smoke profile are left out, and so are
    ``REFERENCES``; of several editions of the music the present one counts.
    """
    found: dict[tuple[str, str], list[dict]] = {}
    for row in rows:
        known = "longest_copy_real" in row["metrics"] or (row["system"], row["corpus"]) in here
        counts = "longest_copy" in row["metrics"] and row["profile"] != "smoke"
        if known and counts and row["variant"] not in REFERENCES and row["corpus"] not in NO_MUSIC:
            found.setdefault((row["system"], row["corpus"]), []).append(row)
    return {
        key: [_share(row, here) for row in pick_edition(own)] for key, own in sorted(found.items())
    }


def _share(row: dict, here: dict) -> float:
    real = row["metrics"].get("longest_copy_real") or here[row["system"], row["corpus"]]
    return row["metrics"]["longest_copy"] / real
