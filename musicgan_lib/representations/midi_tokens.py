"""MIDI tokens: a piece as the words that Transformers of the field read, by the library miditok.

========== ==================================================================================================
kind       how it tells time, and what one row is
========== ==================================================================================================
REMI       bars, and positions in the bar (Huang & Yang, 2020); one token a row
TSD        time shifts and lengths (Fradet et al., 2023); one token a row
MIDI-like  time shifts, a note begins and a note ends (Oore et al., 2018); one token a row
CPWord     REMI with what belongs together in one row (Hsiao et al., 2021); several fields a row
Octuple    one row a note, with its bar and position (Zeng et al., 2021); several fields a row
MMM        one instrument after the other, each as REMI (Ens & Pasquier, 2020); one token a row
========== ==================================================================================================

What all kinds lose: names of tracks, annotations, tracks without notes; what is off the grid of ``per_beat`` steps a
beat goes to the nearest step, and a note lasts one step at least; a beat is what the metre counts, so a quarter in
3/4 and an eighth in 6/8. Notes longer than ``longest`` beats are cut to it, except by MIDI-like. Tracks of one
instrument become one track, except by MMM. Kinds have losses of their own:

- MIDI-like does not say which of two overlapping notes of one pitch and instrument ends: the first one struck.
- Octuple knows tempo and metre only by the notes that follow: they change with the first note after the change. A piece
  whose notes would move by that is refused.
- A metre that begins within a bar of the one before is delayed to the next bar line; halves are counted as quarters
  (2/2 is written 4/4), since half a beat would be too coarse a grid.

:meth:`MidiTokens.losses` measures them for a piece. miditok imports torch where torch is installed, so it is imported
only when a :class:`MidiTokens` is made: this room stays without torch.
"""

import difflib
import warnings

import numpy as np

from ..notes import Metre, Piece
from ..notes.metre import count_bars
from .round_trip import RoundTrip, carry_source
from .symusic_losses import compare_sounds, tell_losses
from .symusic_scores import DRUMS, instruments, is_drum, to_piece, to_score

#: The kinds, by the names that papers use, and miditok's class for each.
KINDS = {
    "REMI": "REMI",
    "TSD": "TSD",
    "MIDI-like": "MIDILike",
    "CPWord": "CPWord",
    "Octuple": "Octuple",
    "MMM": "MMM",
}
#: The metres that have a token: up to so many beats of this denominator.
METRES = {4: 12, 8: 15}
#: Tempi that have a token lie between these, evenly spaced, in quarters a minute.
TEMPI = (40, 250)
OCTUPLE_BARS = 256
#: A piece of more bars is a silence that nobody wants to read bar by bar.
MOST_BARS = 100_000


class MidiTokens:
    """Pieces as tokens of one kind, and back.

    Parameters
    ----------
    kind : one of :data:`KINDS`.
    per_beat : steps in a beat: 4 are sixteenths where a beat is a quarter.
    longest : the longest length that has a token, in beats.
    velocities : how many loudnesses have a token, 1 to 127; 0 leaves them out, and decoded notes have velocity 80.
    tempos : how many tempi between 40 and 250 have a token; 0 leaves them out, and decoded pieces have 120.
    metre : whether time signatures have tokens; without, everything is barred in 4/4.
    programs : the instruments that have a token, General MIDI 0..127 and -1 for drums; True for all of them.
        False leaves them out: for music of one instrument. All notes are then those of one piano.
    pitches : the lowest and highest pitch that has a token. Drums always have all.
    bars : how many bars Octuple counts, 256 unless given; refused for the others, which do not count them.

    ``sizes`` says how many tokens each field has, ``fields`` what the fields are, and ``names[f][i]`` what number
    ``i`` of field ``f`` stands for, as miditok writes it: ``Pitch_60``, ``Duration_1.2.4`` (1 beat and 2 of 4 steps).

    Raises ValueError for an unknown kind, or a setting that has no meaning for it.
    """

    def __init__(
        self,
        kind: str,
        *,
        per_beat: int = 4,
        longest: int = 12,
        velocities: int = 0,
        tempos: int = 0,
        metre: bool = True,
        programs=True,
        pitches: tuple[int, int] = (0, 127),
        bars: int | None = None,
    ):
        if kind not in KINDS:
            near = difflib.get_close_matches(str(kind), KINDS, 3, 0.3) or KINDS
            raise ValueError(f"no kind of MIDI tokens is {kind!r}: did you mean {', '.join(near)}?")
        if kind == "MMM" and programs is False:
            raise ValueError(
                "MMM names the instrument of every track: programs=False is not for it"
            )
        if bars is not None and kind != "Octuple":
            raise ValueError(f"bars={bars} is for Octuple: {kind} does not count bars")
        if min(per_beat, longest) < 1:
            raise ValueError(f"per_beat and longest are 1 or more, got {per_beat} and {longest}")
        if not 0 <= velocities <= 127 or tempos not in (0, *range(2, 1001)):
            raise ValueError(
                f"velocities are 0 to 127 and tempos 0 or 2 to 1000, got {velocities} and {tempos}"
            )
        self.kind, self.per_beat, self.metre = kind, per_beat, metre
        self.velocities, self.tempos = velocities, tempos
        self.programs = _as_programs(programs)
        self.pitches = tuple(pitches)
        self.bars = bars or OCTUPLE_BARS
        self._miditok = self._build(longest)
        vocabulary = self._miditok.vocab
        several = isinstance(vocabulary, list)
        self.names = [sorted(v, key=v.get) for v in (vocabulary if several else [vocabulary])]
        self.sizes = tuple(map(len, self.names))
        places = self._miditok.vocab_types_idx if several else {"Token": 0}
        self.fields = tuple(
            sorted((f for f in places if f != "Bar" or kind == "Octuple"), key=places.get)
        )

    def __repr__(self) -> str:
        return f"MidiTokens({self.kind!r}, sizes={self.sizes})"

    def _build(self, longest):
        import miditok

        extra = {"MMM": {"base_tokenizer": "REMI"}, "Octuple": {"max_bar_embedding": self.bars}}
        config = miditok.TokenizerConfig(
            pitch_range=self.pitches,
            drums_pitch_range=(0, 127),
            use_pitchdrum_tokens=DRUMS in self.programs,
            beat_res={(0, longest): self.per_beat},
            special_tokens=["PAD"],  # the one that miditok demands
            use_velocities=self.velocities > 0,
            num_velocities=self.velocities or 1,
            use_tempos=self.tempos > 0,
            num_tempos=self.tempos or 1,
            tempo_range=TEMPI,
            use_time_signatures=self.metre,
            time_signature_range={d: list(range(1, most + 1)) for d, most in METRES.items()},
            use_programs=bool(self.programs),
            programs=self.programs or [0],
            **extra.get(self.kind, {}),
        )
        return getattr(miditok, KINDS[self.kind])(config)

    def encode(self, piece: Piece) -> np.ndarray:
        """The tokens of a piece, ``(N,) int64``, or ``(N, F) int64`` for a kind of several fields.

        Notes of one onset stand in the order of miditok. Raises ValueError for a piece that has no tokens: a metre,
        pitch or instrument without one, too many bars, times beyond a file's.
        """
        if not len(piece):
            return np.zeros((0,) if len(self.sizes) == 1 else (0, len(self.sizes)), np.int64)
        metre = self._check_piece(piece)
        score = to_score(
            piece, metre, self.per_beat, tempo=self.tempos > 0, tracks=bool(self.programs)
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # it warns where it leaves something out
            try:
                made = self._miditok.encode(score)
            except UserWarning as said:
                raise ValueError(f"{piece!r} cannot be written as {self.kind}: {said}") from None
        ids = np.array((made[0] if isinstance(made, list) else made).ids, np.int64)
        if self.kind == "Octuple" and len(metre) > 1:
            self._check_times(piece, ids)
        return ids

    def decode(self, ids, like: Piece | None = None) -> Piece:
        """The piece that tokens spell; ``like``, where there is one, lends its title, source and licence.

        Anything a network draws is a piece: tokens that spell no note (a pitch without a length, a row with fields left
        empty) are skipped. Tracks stand in order of program, drums last; those of MMM as they are written.
        ``dynamics`` is False without velocities. Raises ValueError for ids out of range or of the wrong shape.
        """
        ids = self._keep_whole(self._check_ids(ids))
        if not len(ids):
            return carry_source(Piece([], source="generated", dynamics=self.velocities > 0), like)
        import miditok

        tokens = miditok.TokSequence(ids=ids.tolist())
        score = self._miditok.decode(tokens if self._miditok.one_token_stream else [tokens])
        in_order = self.kind == "MMM"
        return carry_source(to_piece(score, self.velocities > 0, keep_order=in_order), like)

    def spell(self, ids) -> list:
        """What each token stands for: a name, or a tuple of names for a kind of several fields."""
        ids = self._check_ids(ids)
        if len(self.sizes) == 1:
            return [self.names[0][i] for i in ids.tolist()]
        return [tuple(n[i] for n, i in zip(self.names, row)) for row in ids.tolist()]

    def round_trip(self, piece: Piece) -> RoundTrip:
        """What a piece loses when it is written as tokens and read back."""
        return compare_sounds(piece, self.decode(self.encode(piece)))

    def losses(self, piece: Piece) -> tuple[str, ...]:
        """What a round trip of this piece loses, measured, one sentence each; empty where all comes back."""
        return tell_losses(piece, self.decode(self.encode(piece)))

    def _check_piece(self, piece) -> tuple[Metre, ...]:
        """The metre to write it in; ValueError for what has no token, while what is merely rounded passes."""
        for pitch in piece.notes["pitch"][~is_drum(piece)].tolist():
            if not self.pitches[0] <= pitch <= self.pitches[1]:
                raise ValueError(
                    f"{piece!r} has pitch {pitch}: tokens are for {self.pitches[0]} to {self.pitches[1]}, "
                    "so transpose it or give pitches="
                )
        for program in instruments(piece):
            if self.programs and program not in self.programs:
                raise ValueError(
                    f"{piece!r} has instrument {program} (-1 is drums): programs= names {self.programs}"
                )
            if not self.programs and program == DRUMS:
                raise ValueError(f"{piece!r} has drums, which programs=False would play on a piano")
        metre = self._metre_of(piece)
        for _, beats, unit in metre:
            if beats > METRES.get(unit, 0):
                known = ", ".join(f"1/{d} to {most}/{d}" for d, most in METRES.items())
                raise ValueError(
                    f"{piece!r} has metre {beats}/{unit}, which has no token: there are {known}; "
                    "metre=False writes the notes without it"
                )
        if count_bars(metre, piece.length) > MOST_BARS:
            raise ValueError(f"{piece!r} has more than {MOST_BARS:,} bars")
        return metre

    def _check_times(self, piece, ids):
        """ValueError where Octuple, which knows a new metre only by the notes after it,
        puts bars of the wrong length between.
        """
        step = 0.5 / self.per_beat
        moved = compare_sounds(piece, self.decode(ids), tolerance=step).lost
        if moved:
            raise ValueError(
                f"{piece!r} cannot be written as Octuple: the metre changes where no note says so, and {moved} notes "
                "would move; metre=False bars it in 4/4, where nothing moves"
            )

    def _metre_of(self, piece) -> tuple[Metre, ...]:
        """The metres as they are written: halves counted in quarters, or 4/4 where there are no tokens for them."""
        if not self.metre:
            return (Metre(0.0, 4, 4),)
        finer = [4 // m.denominator if m.denominator in (1, 2) else 1 for m in piece.metre]
        return tuple(
            m._replace(numerator=m.numerator * k, denominator=m.denominator * k)
            for m, k in zip(piece.metre, finer)
        )

    def _check_ids(self, ids) -> np.ndarray:
        ids, wide = np.asarray(ids), len(self.sizes)
        if ids.shape[1:] != (() if wide == 1 else (wide,)) or ids.ndim == 0:
            shape = "(N,)" if wide == 1 else f"(N, {wide})"
            raise ValueError(f"{self.kind} tokens have shape {shape}, got {ids.shape}")
        if ids.size and not np.issubdtype(ids.dtype, np.integer):
            raise ValueError(f"tokens are whole numbers, got {ids.dtype}")
        rows = ids.reshape(len(ids), wide).astype(np.int64)
        for row, field in np.argwhere((rows < 0) | (rows >= self.sizes))[:1].tolist():
            raise ValueError(
                f"row {row}: {rows[row, field]} is no {self.fields[field]} of {self.kind}, "
                f"which has 0 to {self.sizes[field] - 1}"
            )
        return ids.astype(np.int64)

    def _keep_whole(self, ids) -> np.ndarray:
        """Without what miditok cannot read: rows that lack a field they need, notes before an instrument is named."""
        if self.kind == "Octuple":
            return ids[(ids != 0).all(1)]  # 0 is PAD, and every field says something of its note
        if self.kind == "CPWord":
            whole = np.ones(len(ids), bool)
            for begin, needed in (("Bar", "TimeSig"), ("Position", "Tempo")):
                if needed in self.fields:
                    at = self.fields.index(needed)
                    whole &= (
                        ~self._begins(1, begin)[ids[:, 1]] | self._begins(at, needed)[ids[:, at]]
                    )
            return ids[whole]
        if self.programs and 0 not in self.programs:  # the one that miditok begins with
            named = np.maximum.accumulate(self._begins(0, "Program")[ids])
            return ids[named | ~self._begins(0, ("Pitch", "Note", "Drum"))[ids]]
        return ids

    def _begins(self, field, start) -> np.ndarray:
        """For each token of a field whether its name begins so."""
        return np.array([name.startswith(start) for name in self.names[field]])


def _as_programs(programs) -> list[int]:
    """-1 for drums, 0 to 127; empty for no programs at all."""
    if programs is True:
        return list(range(DRUMS, 128))
    return sorted({int(p) for p in programs}) if programs else []
