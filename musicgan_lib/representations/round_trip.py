"""What a representation keeps of a piece, and what it loses."""

from dataclasses import asdict, dataclass

import numpy as np

from ..notes import Piece


@dataclass(frozen=True)
class RoundTrip:
    """A piece held against its decoded copy. Times in quarter lengths, velocity in MIDI numbers.

    ``kept`` notes have the same pitch and an onset within the tolerance; the errors are over these.
    ``lost`` were in the piece alone, ``added`` in the copy alone. ``velocity_error`` is NaN where the
    piece has no dynamics.
    """

    notes: int
    kept: int
    lost: int
    added: int
    mean_onset_error: float
    max_onset_error: float
    mean_duration_error: float
    max_duration_error: float
    velocity_error: float
    tracks_kept: bool
    tempo_kept: bool
    metre_kept: bool

    @property
    def exact(self) -> bool:
        """Whether every note came back with its pitch, onset and duration."""
        return self.lost == self.added == 0 and self.max_onset_error == self.max_duration_error == 0

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{k.replace('_', ' ')}</th><td>{_show(v)}</td></tr>"
            for k, v in asdict(self).items()
        )
        return f"<table>{rows}</table>"


def compare(original: Piece, decoded: Piece, tolerance: float = 0.25) -> RoundTrip:
    """Match the notes of two versions of a piece and measure how far apart they are.

    Within each pitch, notes are matched in order of onset, each to the next one of the copy that is
    at most ``tolerance`` quarters away. Source: ours.
    """
    a, b = original.notes, decoded.notes
    pairs = []
    for pitch in np.unique(a["pitch"]).tolist():
        mine, theirs = np.flatnonzero(a["pitch"] == pitch), np.flatnonzero(b["pitch"] == pitch)
        pairs += _match(a["onset"][mine], b["onset"][theirs], mine, theirs, tolerance)
    i, j = np.array(pairs, int).reshape(-1, 2).T
    onset = np.abs(a["onset"][i] - b["onset"][j])
    duration = np.abs(a["duration"][i] - b["duration"][j])
    velocity = np.abs(a["velocity"][i].astype(float) - b["velocity"][j])
    return RoundTrip(
        notes=len(a),
        kept=len(i),
        lost=len(a) - len(i),
        added=len(b) - len(i),
        mean_onset_error=_mean(onset),
        max_onset_error=float(onset.max(initial=0.0)),
        mean_duration_error=_mean(duration),
        max_duration_error=float(duration.max(initial=0.0)),
        velocity_error=_mean(velocity) if original.dynamics else float("nan"),
        tracks_kept=len(original.tracks) == len(decoded.tracks)
        and bool(np.array_equal(a["track"][i], b["track"][j])),
        tempo_kept=original.tempo == decoded.tempo,
        metre_kept=original.metre == decoded.metre,
    )


def carry_source(piece: Piece, like: Piece | None) -> Piece:
    """The piece with the title, source and licence of the one it was decoded from, if that is known."""
    if like is None:
        return piece
    return piece.replace(title=like.title, source=like.source, publishable=like.publishable)


def _match(ours, theirs, i, j, tolerance):
    """Pairs of indices, in order of onset, no note used twice."""
    pairs, at = [], 0
    for mine, onset in zip(i.tolist(), ours.tolist()):
        while at < len(j) and theirs[at] < onset - tolerance - 1e-9:
            at += 1
        if at < len(j) and theirs[at] <= onset + tolerance + 1e-9:
            pairs.append((mine, int(j[at])))
            at += 1
    return pairs


def _mean(values) -> float:
    return float(values.mean()) if len(values) else 0.0


def _show(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int) else ("–" if np.isnan(value) else f"{value:.4g}")
