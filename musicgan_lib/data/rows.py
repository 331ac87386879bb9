"""Tones as rows of real numbers that travel: encoded once where the music is, then read with numpy alone."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from .tokens import SPLITS, write_arrays
from .windows import WindowCutter
from .words import TUNES_SHARED

#: ``quadruplets``: length, frequency, intensity, time since. ``triples``: pitch, duration, offset.
FORMS = ("quadruplets", "triples")
LONGEST = 1500  # tones of a piece that are read, so that no long one fills the corpus


@dataclass
class RowData:
    """The tones of a corpus, by split, one row of numbers a tone or a cell.

    ``pieces[split]`` has one ``(N, width) float32`` array a piece; ``options`` says how they were written:
    ``form``, ``scale``, ``tones`` a cell, ``shared_time``. ``split_by`` is what no two splits share, and
    ``report`` a sentence on what was left out and why.
    """

    name: str
    pieces: dict[str, list[np.ndarray]]
    options: dict
    data_hash: str
    split_by: str = "piece"
    report: str = ""

    @property
    def width(self) -> int:
        """Numbers in a row."""
        return next(p.shape[1] for part in self.pieces.values() for p in part)

    def windows(self, split: str, length: int, step: int | None = None) -> np.ndarray:
        """Stretches of ``length`` rows, ``step`` apart, by default side by side, ``(n, length, width)``.

        None spans two pieces, and what is left of a piece is left out.
        """
        cutter = WindowCutter(self.pieces[split], length)
        return cutter.cut(*cutter.every(step))

    def decode(self, rows, **options) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that rows spell; quadruplets on a grid of sixteenths of a quarter unless told otherwise."""
        from ..representations import quadruplets, triples

        if self.options["form"] == "triples":
            return triples.decode(rows, **options)
        return quadruplets.decode(rows, self.options["scale"], **{"grid": 24, **options})

    def save(self, path) -> Path:
        """Write it as one ``.npz``."""
        names = ("name", "options", "data_hash", "split_by", "report")
        about = {k: getattr(self, k) for k in names}
        about["spans"] = {s: [len(p) for p in part] for s, part in self.pieces.items()}
        rows = np.concatenate([p for part in self.pieces.values() for p in part])
        return write_arrays(path, rows=rows, about=np.array(json.dumps(about)))

    @classmethod
    def load(cls, path) -> "RowData":
        """Read what :meth:`save` wrote; numpy is all it takes."""
        with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
            about, rows = json.loads(str(file["about"])), file["rows"]
        spans = about.pop("spans")
        cuts = iter(np.split(rows, np.cumsum([n for part in spans.values() for n in part])[:-1]))
        return cls(pieces={s: [next(cuts) for _ in part] for s, part in spans.items()}, **about)


@hold_work
def encode_tones(
    corpus, form="quadruplets", scale="normalised", tones=1, shared_time=False, one_key=False, least=48
) -> RowData:  # fmt: skip
    """The tones of a corpus; from the cache where they were encoded before.

    Split by composer where pieces name one, so that test windows are of other composers, by tune where
    tunes recur, else by piece. A piece that also stands in another split under another name is left out.

    Parameters
    ----------
    form, scale, tones, shared_time : see ``representations.quadruplets.encode`` and ``FORMS``.
    one_key : move every piece to the key whose white notes it fits best.
    least : pieces of fewer rows are skipped, never padded; so are those of one constant velocity in a
        corpus that has dynamics, where rows have intensity. Only the first ``LONGEST`` tones are read.
        ``report`` counts what was skipped, cut short, or stood elsewhere, too.

    Drums are left out. ValueError for an unknown form or a corpus with nothing left; CorpusUnavailable
    where the music is not here.
    """
    if form not in FORMS:
        raise ValueError(f"form {form!r} is not one of {', '.join(FORMS)}")
    from .. import corpora
    from ..representations import quadruplets, triples, words

    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    whole = corpora.load(corpus, scheme=scheme)
    options = {"form": form, "scale": scale, "tones": tones}
    options |= {"shared_time": shared_time, "one_key": one_key}
    parts, split_by = split_corpus(corpus, whole, scheme)
    told = hashlib.sha256("\n".join(f"{p.composer}" for p in whole).encode())
    told.update(corpora.loading.reader_versions().encode())
    for source in (__file__, quadruplets.__file__, triples.__file__, words.__file__):
        told.update(Path(source).read_bytes())
    key = (Path(str(corpus)).name, *options.values(), least, whole.data_hash, told.hexdigest()[:8])
    kept = cache_folder() / "tones" / f"{'-'.join(map(str, key))}.npz"
    try:
        return RowData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    pieces, short, flat, cut = {}, 0, 0, 0
    for split, part in parts.items():
        rows = []
        for piece in part:
            piece = _prepare(piece, one_key)
            array = _rows(piece, form, scale, tones, shared_time)
            if len(array) < least:
                short += 1
            elif form == "quadruplets" and piece.dynamics and np.ptp(piece.notes["velocity"]) == 0:
                flat += 1
            else:
                rows.append(array)
                cut += len(piece.notes) == LONGEST
        pieces[split] = rows
    twice = len(whole) - sum(map(len, parts.values()))
    counts = {
        f"pieces of fewer than {least} rows (drums are not read)": short,
        "of one constant velocity": flat,
        "that stand elsewhere, too": twice,
    }
    told = [f"{n} {why}" for why, n in counts.items() if n]
    report = f"Left out: {', '.join(told) or 'nothing'}."
    report += f" {cut} pieces end after {LONGEST} tones." if cut else ""
    if "skipped" in whole.report:
        report += f" {whole.report[:160]}"
    if empty := [s for s, part in pieces.items() if not part]:
        raise ValueError(
            f"{corpus}: nothing is left in {', '.join(empty)}, split by {split_by}. {report}"
        )
    data = RowData(corpus, pieces, options, f"{whole.data_hash}-{split_by}", split_by, report)
    data.save(kept)
    return data


def split_corpus(corpus, whole, scheme):
    """Pieces by split, and what the splits are made by."""
    from .. import corpora
    from ..corpora.splits import split_of

    if len({p.composer for p in whole}) < 20:
        parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
        return parts, "tune" if scheme else "piece"
    parts, seen = {"train": [], "valid": [], "test": []}, set()
    shares = (("train", 0.7), ("valid", 0.15), ("test", 0.15))
    for piece in sorted(whole, key=lambda p: split_of(p.composer, shares) != "train"):
        if piece.content_hash() not in seen:
            seen.add(piece.content_hash())
            parts[split_of(piece.composer, shares)].append(piece)
    return parts, "composer"


def _prepare(piece, one_key: bool):
    """Without drums, its first tones, and in one key where that is wanted."""
    from ..representations.words import to_one_key

    drums = np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]
    piece = piece.replace(notes=piece.notes[~drums][:LONGEST])
    return to_one_key(piece) if one_key else piece


def _rows(piece, form, scale, tones, shared_time) -> np.ndarray:
    from ..representations import quadruplets, triples

    if form == "triples":
        return triples.encode(piece)
    return quadruplets.encode(piece, tones, scale, shared_time)
