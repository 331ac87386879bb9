"""Pieces as MIDI tokens: encoded once where the music is, then read with numpy alone."""

import hashlib
import math
from dataclasses import dataclass, field
from importlib import metadata
from typing import ClassVar
from zipfile import BadZipFile

import numpy as np

from ..files import cache_folder, hold_work
from ..reach import list_reached
from .tokens import SPLITS, TokenData
from .words import KEYS, TUNES_SHARED

#: What the names of tokens begin with that stand for a note.
NOTES = ("Pitch", "NoteOn", "DrumOn")


@dataclass
class MidiTokenData(TokenData):
    """The MIDI tokens of a corpus, of one of ``representations.midi_tokens.KINDS`` (``form``), made with ``options``.

    Kinds of several fields are packed into one number, as any :class:`TokenData`. ``symbols[f][k]`` is a name, such as
    ``"Pitch_60"``.
    """

    options: dict = field(default_factory=dict)

    _ABOUT: ClassVar = (*TokenData._ABOUT, "options")

    def symbols_per_word(self, tokens) -> float:
        """How many tokens there are for each note; a sequence without notes counts as one."""
        fields = np.unravel_index(np.asarray(tokens, np.int64), self.sizes)
        noted = np.zeros(np.shape(tokens), bool)
        for numbers, names in zip(fields, self.symbols):
            noted |= np.array([name.startswith(NOTES) for name in names])[numbers]
        return noted.size / max(noted.sum(), 1)

    def decode(self, tokens) -> "Piece":  # noqa: F821 - imported where it is used
        """The piece that a sequence of tokens spells; ValueError where the miditok here has other tokens."""
        from ..representations.midi_tokens import MidiTokens

        kind = MidiTokens(self.form, **self.options)
        if kind.names != self.symbols:
            raise ValueError(
                f"{self.name}: these {self.form} tokens were made by a miditok whose tokens were others than those of "
                f"{metadata.version('miditok')}: encode the corpus again"
            )
        fields = np.unravel_index(np.asarray(tokens, np.int64), self.sizes)
        return kind.decode(fields[0] if len(fields) == 1 else np.stack(fields, -1))


@hold_work
def encode_midi_tokens(corpus, kind="REMI", all_keys=False, **options) -> MidiTokenData:
    """The MIDI tokens of a corpus; from the cache where they were encoded before.

    Split by piece, and by tune where one tune has several pieces, as the chorales have.

    Parameters
    ----------
    corpus : a name that ``corpora.load`` knows.
    kind, options : as ``representations.midi_tokens.MidiTokens`` takes them.
    all_keys : add the training pieces in the eleven other keys.

    Pieces that cannot be written are left out; ``report`` says how many, and why the first was. ValueError for an
    unknown kind or option, and for fields that do not fit into one number; CorpusUnavailable where the music is not
    here.
    """
    from .. import corpora
    from ..representations.midi_tokens import MidiTokens

    tokens = MidiTokens(kind, **options)
    _check_packed(kind, tokens.sizes)
    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    parts = {s: corpora.load(corpus, s, scheme=scheme) for s in SPLITS}
    data_hash = parts["train"].data_hash + ("-tune" if scheme else "")
    made_by = f"{corpora.loading.reader_versions()} {metadata.version('miditok')} {tokens.names} {options}"
    seen = hashlib.sha256(made_by.encode())
    for source in list_reached([__name__, MidiTokens.__module__], ("notes", "corpora")):
        seen.update(source.read_bytes())
    made_by = seen.hexdigest()[:12]
    kept = (
        cache_folder() / "midi_tokens" / f"{corpus}-{kind}-{all_keys:d}-{data_hash}-{made_by}.npz"
    )
    try:
        return MidiTokenData.load(kept)
    except (OSError, EOFError, ValueError, BadZipFile):  # none yet, or broken: encode
        pass
    refused = []
    pieces = {s: _encode_all(tokens, part, refused) for s, part in parts.items()}
    others = []
    for piece in parts["train"] if all_keys else ():
        others.append(_encode_all(tokens, _other_keys(piece), []))
    total = sum(map(len, parts.values()))
    report = f"{len(refused)} of {total} pieces are left out: {refused[0]}" if refused else ""
    data = MidiTokenData(
        name=corpus,
        form=kind,
        sizes=tokens.sizes,
        symbols=tokens.names,
        pieces=pieces,
        data_hash=data_hash,
        other_keys=others,
        split_by="tune" if scheme else "piece",
        report=report,
        options=options,
    )
    data.save(kept)
    return data


def _check_packed(kind, sizes):
    """ValueError where the fields of one token do not fit into one whole number."""
    if math.prod(sizes) >= 2**63:
        raise ValueError(
            f"{kind} with fields of {', '.join(map(str, sizes))} tokens does not fit into one number of 64 bits: "
            "ask for fewer programs, velocities, tempos or bars"
        )


def _encode_all(tokens, pieces, refused) -> list[np.ndarray]:
    """One ``(N,) int64`` a piece; what cannot be written is left out, and its reason put into ``refused``."""
    made = []
    for piece in pieces:
        try:
            ids = tokens.encode(piece)
        except ValueError as why:
            refused.append(str(why))
            continue
        packed = ids if ids.ndim == 1 else np.ravel_multi_index(tuple(ids.T), tokens.sizes)
        made.append(packed.astype(np.int64))
    return made


def _other_keys(piece):
    """The piece in the other keys that it has within 0 to 127."""
    for key in KEYS:
        try:
            if key:
                yield piece.transpose(key)
        except ValueError:  # a pitch has no room there
            pass
