"""Melodies with chords as words: encoded once where the music is, then read with numpy alone."""

import hashlib
import io
import zipfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .tokens import SPLITS, TokenData

#: ``published``: a word is one symbol. ``factored``: (chord, pitch, duration), packed into one number.
#: ``interleaved``: one symbol for a chord, where one starts, and one for the melody.
FORMS = ("published", "factored", "interleaved")
#: Corpora in which several pieces set the same tune: their splits keep a tune together.
TUNES_SHARED = ("chorales",)
KEYS = range(-5, 7)  # transpositions that bring every piece to every key once


class WordData(TokenData):
    """The words of melodies with chords, in one of ``FORMS``.

    Of the ``interleaved`` form two tokens may spell one word.
    """

    def symbols_per_word(self, tokens) -> float:
        """How many symbols of a sequence spell one word of the paper: 1, but for the interleaved form.

        A sequence of chords alone, which never ends a word, counts as one word.
        """
        if self.form != "interleaved":
            return 1.0
        ends = np.array([row[3] == 0 for row in self.symbols[0]])  # a melody without a chord
        spelled = ends[np.asarray(tokens)]
        return spelled.size / max(spelled.sum(), 1)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that a sequence of words spells."""
        from ..representations import words

        fields = np.stack(np.unravel_index(np.asarray(tokens, np.int64), self.sizes), -1)
        rows = [[self.symbols[i][k] for i, k in enumerate(word)] for word in fields.tolist()]
        rows = [_to_row(*row) if self.form == "factored" else row[0] for row in rows]
        return words.decode(np.array(rows, float).reshape(-1, 6))


@hold_work
def encode_words(
    corpus, form="factored", all_keys=False, melody_only=False, one_key=False, close_chords=False
) -> WordData:
    """The words of a corpus; from the cache where they were encoded before.

    Split by piece, and by tune where one tune has several pieces, as the chorales have.

    Parameters
    ----------
    corpus : a name that ``corpora.load`` knows, or ``"published_chunks"``: the 1,400 and 350 chunks of 100
        words that Lee et al. (2017) published, found in ``$MUSICGAN_DATA``.
    form : one of ``FORMS``.
    all_keys : add the training pieces in the eleven other keys.
    melody_only : leave the chords out. Four-voice chorales have 2,500 chords, nearly all of them rare.
    one_key, close_chords : all pieces in C or a; all chords in one octave. See ``representations.words``.

    The *list* of symbols is taken from all splits, as the papers do; their counts are not. Raises
    ValueError for an unknown form, CorpusUnavailable where the music is not here.
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r} is not one of {', '.join(FORMS)}")
    if corpus == "published_chunks":
        if one_key or close_chords or form == "interleaved":
            raise ValueError(
                "'published_chunks' are numbers that were published: they are read as they are"
            )
        return _read_published_chunks(form)
    from .. import corpora

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
    data_hash = parts["train"].data_hash + ("-tune" if scheme else "")
    less = "-one_key" * one_key + "-close_chords" * close_chords
    readers = corpora.loading.reader_versions()  # how a piece is cut and barred is theirs
    made_by = hashlib.sha256(readers.encode()).hexdigest()[:8]
    name = f"{corpus}-{form}-{all_keys:d}{melody_only:d}{less}-{data_hash}-{made_by}.npz"
    kept = cache_folder() / "words" / name
    try:
        return WordData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    from ..representations import words

    if melody_only:
        parts = {s: [p.select(0) for p in part] for s, part in parts.items()}
    if one_key:
        parts = {s: [words.to_one_key(p) for p in part] for s, part in parts.items()}

    def read(piece):
        rows = words.encode(piece)
        rows = words.close_chords(rows) if close_chords else rows
        return words.interleave(rows) if form == "interleaved" else rows

    rows = {s: [read(p) for p in part] for s, part in parts.items()}
    others = [
        [read(p.transpose(k)) for k in KEYS if k and _fits(p, k)]
        for p in (parts["train"] if all_keys else ())
    ]
    data = _number(corpus, form, rows, others, data_hash)
    data.split_by = "tune" if scheme else "piece"
    data.save(kept)
    return data


def _fits(piece, semitones: int) -> bool:
    pitches = piece.notes["pitch"]
    return len(pitches) and 0 <= pitches.min() + semitones and pitches.max() + semitones <= 127


def _number(name, form, rows, others, data_hash) -> WordData:
    every = [r for part in rows.values() for r in part] + [r for part in others for r in part]
    fields = _fields(np.concatenate(every), form)
    symbols, numbers = zip(*(np.unique(f, axis=0, return_inverse=True) for f in fields))
    sizes = tuple(len(s) for s in symbols)
    packed = numbers[0].ravel()
    for size, more in zip(sizes[1:], numbers[1:]):
        packed = packed * size + more.ravel()
    cuts = np.split(packed.astype(np.int64), np.cumsum([len(r) for r in every])[:-1])
    cuts = iter(cuts)
    pieces = {s: [next(cuts) for _ in part] for s, part in rows.items()}
    keys = [[next(cuts) for _ in part] for part in others]
    return WordData(name, form, sizes, [s.tolist() for s in symbols], pieces, data_hash, keys)


def _fields(rows, form) -> list[np.ndarray]:
    """(chord, pitch, duration) or the whole word."""
    rows = np.round(rows, 4)
    return [rows[:, 3:], rows[:, 1:3], rows[:, :1]] if form == "factored" else [rows]


def _to_row(chord, pitch, duration) -> list[float]:
    """A word of three fields; a melody that starts nothing has the dummy triple."""
    return [*duration, *pitch, *chord] if duration[0] else [0.0, 0.0, 0.0, *chord]


def _read_published_chunks(form: str) -> WordData:
    """The chunks of Lee et al. (2017), as published: cut from tunes first, dealt to the splits afterwards."""
    import os

    from ..corpora import CorpusUnavailable
    from ..corpora.safe_pickle import load_pickle

    name = "seqgan_music_l0sg.zip"
    folders = [Path(f) for f in os.environ.get("MUSICGAN_DATA", "").split(os.pathsep) if f]
    found = [f / name for f in folders if (f / name).is_file()]
    if not found:
        raise CorpusUnavailable(
            f"'published_chunks' is not on this machine. Fetch dataset/ of github.com/L0SG/seqgan-music, "
            f"zip it as {name}, and put that into a folder that MUSICGAN_DATA names"
        )
    raw = {}
    with zipfile.ZipFile(io.BytesIO(found[0].read_bytes())) as archive:
        for member in archive.namelist():
            if Path(member).parent.name == "dataset":
                raw[Path(member).name] = load_pickle(archive.read(member))
    tokens = np.array([[float(x) for x in t] for t in raw["tokens"]])
    rows = {s: [tokens[np.asarray(c, int)] for c in raw[s]] for s in ("train", "valid")}
    rows["test"] = rows["valid"]  # there is no third part
    data = _number("published_chunks", form, rows, [], "l0sg")
    data.name = "published_chunks"
    return data
