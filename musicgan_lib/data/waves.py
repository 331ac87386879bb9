"""Clips of sound: melodies of a corpus on four instruments, low or high, slow or fast, with all of that known."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .instruments import NAMES, add_hiss, play_line
from .moods import MOODS, read_moods
from .tokens import SPLITS, TokenData
from .words import TUNES_SHARED

#: What is known of a clip, and its values. A label is the number of a value.
FACTS = {
    "instrument": NAMES,
    "register": ("low", "high"),
    "tempo": ("slow", "fast"),
    "mode": MOODS,
}
#: Semitones that a register moves a melody, and quarters a minute of a tempo
SHIFTS, TEMPI = (-12, 0), (100, 200)
#: Clips of each split at most
CLIPS = {"train": 1024, "valid": 128, "test": 128}
RATE, SECONDS, SEED = 8000, 2.0, 2016
#: Numbers of a note beside a clip: start and length in milliseconds, pitch
NOTE = 3


@dataclass
class WaveData(TokenData):
    """Clips, each ``(rate * seconds,)`` mu-law codes; beside each its labels, then its notes, three numbers each.

    The first numbers beside a clip are those of :data:`FACTS` in their order, then 1 where a page may play it.
    """

    rate: int = RATE

    _ABOUT = (*TokenData._ABOUT, "rate")

    def waves(self, split: str) -> np.ndarray:
        """All clips as samples, ``(n, T) float32``."""
        from ..representations import mu_law

        return mu_law.decode(np.stack(self.pieces[split]))

    def labels(self, split: str) -> np.ndarray:
        """``(n, 4) int64``: a column for each of :data:`FACTS`."""
        return np.stack([b[: len(FACTS)] for b in self.beside[split]])

    def lines(self, split: str) -> list[np.ndarray]:
        """The notes of each clip, ``(k, 3) float64``: start and length in seconds, pitch."""
        parts = [b[len(FACTS) + 1 :].reshape(-1, NOTE) for b in self.beside[split]]
        return [p / (1000.0, 1000.0, 1.0) for p in parts]

    def listen(self, split: str, i: int) -> "Sound":  # noqa: F821 - imported where it is used
        """Clip ``i`` of a split as a sound; its title says what is known of it."""
        from ..notes.sound import Sound

        beside = self.beside[split][i]
        title = ", ".join(values[k] for values, k in zip(FACTS.values(), beside))
        made = self.decode(self.pieces[split][i])
        return Sound(made.samples, self.rate, title, publishable=bool(beside[len(FACTS)]))

    def decode(self, tokens) -> "Sound":  # noqa: F821 - imported where it is used
        """The sound that codes spell."""
        from ..notes.sound import Sound
        from ..representations import mu_law

        return Sound(mu_law.decode(np.asarray(tokens).ravel()), self.rate)


def is_held_out(labels) -> np.ndarray:
    """Whether a combination is one of the 8 in 32 that a game may keep from training, ``(n, 4) -> (n,) bool``.

    Of each register, tempo and mode there is one instrument that is held out, so that every value is heard in others.
    """
    instrument, register, tempo, mode = np.asarray(labels).T
    return (instrument + register + 2 * tempo + 3 * mode) % len(NAMES) == 0


@hold_work
def encode_waves(corpus: str, rate: int = RATE, seconds: float = SECONDS) -> WaveData:
    """Clips of a corpus's melodies as mu-law codes; from the cache where they were made before.

    The first track of each piece is moved to C major or A minor, and a clip begins at each of its bars; which
    instrument, register and tempo it gets is drawn once and for all. What a split has beyond :data:`CLIPS` is left out,
    evenly. ValueError for a rate below 2,000 or above 48,000, for clips outside 0.1 to 10 seconds, and where a split is
    left empty; CorpusUnavailable where the music is not here.
    """
    if not 2000 <= rate <= 48000:
        raise ValueError(f"rate is {rate}: 2000 to 48000 samples a second")
    if not 0.1 <= seconds <= 10:
        raise ValueError(f"a clip of {seconds} seconds: 0.1 to 10")
    from .. import corpora
    from ..representations import melody_events, mu_law, words
    from . import instruments, moods

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    whole = corpora.load(corpus, "train", scheme=scheme)
    told = hashlib.sha256(corpora.loading.reader_versions().encode())
    for source in (__file__, melody_events.__file__, mu_law.__file__, words.__file__):
        told.update(Path(source).read_bytes())
    for source in (instruments.__file__, moods.__file__):
        told.update(Path(source).read_bytes())
    edition = whole.data_hash + ("-tune" if scheme else "")
    key = (Path(str(corpus)).name, rate, seconds, edition, told.hexdigest()[:8])
    kept = cache_folder() / "waves" / f"{'-'.join(map(str, key))}.npz"
    try:
        return WaveData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    pieces, beside, rng = {}, {}, np.random.default_rng(SEED)
    for split in SPLITS:
        clips = list(_cut(corpora.load(corpus, split, scheme=scheme), seconds, rng))
        clips = [clips[i] for i in _spread(len(clips), CLIPS[split])]
        pieces[split] = [mu_law.encode(add_hiss(_play(c, rate, seconds), rng)) for c in clips]
        beside[split] = [_tell(*c) for c in clips]
    if empty := [s for s in SPLITS if not pieces[s]]:
        raise ValueError(f"{corpus}: no melody for a clip is left in {', '.join(empty)}")
    levels = [[float(x) for x in mu_law.decode(np.arange(mu_law.LEVELS))]]
    data = WaveData(
        str(corpus),
        f"wave.{rate}",
        (mu_law.LEVELS,),
        levels,
        pieces,
        edition,
        split_by="tune" if scheme else "piece",
        report="Melodies are those of bars of four quarters, on four instruments of our own.",
        beside=beside,
        rate=rate,
    )
    data.save(kept)
    return data


def _cut(part, seconds: float, rng) -> Iterator[tuple]:
    """``(labels, publishable, line)`` of each clip that has two notes or more."""
    from ..representations import melody_events, words

    for piece in part:
        try:
            events = melody_events.encode(words.to_one_key(piece))
        except ValueError:
            continue
        for begin in range(0, len(events), melody_events.BAR):
            instrument, register, tempo = (
                int(rng.integers(len(v))) for v in list(FACTS.values())[:3]
            )
            line = _read_line(events[begin:], TEMPI[tempo], seconds)
            if len(line) < 2:
                continue
            mode = int(read_moods(line[None, :, 2].astype(np.int64))[0])
            line[:, 2] += SHIFTS[register]
            yield (instrument, register, tempo, mode), piece.publishable, line


def _read_line(events, bpm: int, seconds: float) -> np.ndarray:
    """The notes that begin within so many seconds, ``(k, 3)``."""
    from ..representations import melody_events

    notes = melody_events.decode(events).notes
    start, length = (notes[k] * 60.0 / bpm for k in ("onset", "duration"))
    inside = start < seconds - 0.05
    line = np.stack([start, length, notes["pitch"]], 1)[inside]
    line[:, 1] = np.minimum(line[:, 1], seconds - line[:, 0])
    return line


def _play(clip, rate: int, seconds: float) -> np.ndarray:
    (instrument, *_), _, line = clip
    return play_line(line, NAMES[instrument], rate, seconds)


def _tell(labels, publishable: bool, line) -> np.ndarray:
    """What stands beside a clip: whole numbers."""
    notes = np.rint(line * (1000, 1000, 1)).astype(np.int64)
    return np.concatenate([labels, [int(publishable)], notes.ravel()]).astype(np.int64)


def _spread(n: int, most: int) -> np.ndarray:
    return np.linspace(0, n - 1, min(n, most)).round().astype(int) if n else np.arange(0)
