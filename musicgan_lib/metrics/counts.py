"""Bach chorales predicted by counting: the next note of every voice from a table, and no network.

Each sixteenth of each voice is one note to predict, in the order soprano, bass, alto, tenor; a
prediction sees everything before that sixteenth, and the voices already known at it. Symbols are steps
from the voice's last pitch, so that all keys share one table.
"""

import numpy as np

from musicgan_lib.notes import Piece, Track

from .text import BackOffCounts, join

ORDER = (0, 3, 1, 2)
#: Where S A T B count their first step from (MIDI numbers).
START = np.array([66, 59, 54, 47])
#: A rest is symbol 0; a step of d semitones is ``REACH + 1 + d``.
REACH = 48
N_SYMBOLS = 2 * REACH + 2
_ABSENT = 999
_MAJOR_KEYS = np.array(
    [[(p - k) % 12 in (0, 2, 4, 5, 7, 9, 11) for p in range(12)] for k in range(12)]
)


def read_frames(piece: Piece) -> np.ndarray:
    """What each of four voices sings in each sixteenth: ``(T, 4)`` MIDI numbers, -1 for a rest."""
    frames = np.full((int(np.ceil(piece.length * 4 - 1e-6)), 4), -1)
    starts = np.round(piece.notes["onset"] * 4).astype(int)
    stops = np.round((piece.notes["onset"] + piece.notes["duration"]) * 4).astype(int)
    for start, stop, note in zip(starts, np.maximum(stops, starts + 1), piece.notes):
        frames[start:stop, note["track"]] = note["pitch"]
    return frames


def chorale_contexts(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
    """Seven contexts, vague to precise, and the symbol that followed: ``(4 T, 7) uint64``, ``(4 T,)``.

    The soprano looks at, level by level: whether it rests, the sixteenth of the beat and how long its
    note has lasted; its note before that one; its scale degree in the key heard so far; the half bar;
    the bass; its register. The other voices: which voices have just moved; the pitch classes of those
    known now; their pitches; its own note before; where those voices come from; its scale degree.

    Raises ValueError for a step of more than four octaves.
    """
    contexts, symbols, _ = _read_contexts(read_frames(piece), piece.bars(), piece.title)
    return contexts, symbols


def _read_contexts(frames, edges, title="") -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """:func:`chorale_contexts` of frames ``(T, 4)`` and bar lines, and the pitch that each step starts from."""
    before = np.vstack([np.full((1, 4), -1), frames[:-1]])
    base, last, held = (np.empty_like(frames) for _ in range(3))
    for voice in range(4):
        base[:, voice], last[:, voice], held[:, voice] = _memory(frames[:, voice], START[voice])
    at = np.arange(len(frames)) / 4
    place = np.round((at - edges[np.searchsorted(edges, at + 1e-6, side="right") - 1]) * 4)
    place, key = place.astype(int), _keys(frames)
    contexts, symbols = [], []
    for i, voice in enumerate(ORDER):
        own, known = base[:, voice], ORDER[:i]
        now, past = (
            [np.where(f[:, u] < 0, _ABSENT, f[:, u] - own) for u in ORDER] for f in (frames, before)
        )
        moved = sum((frames[:, u] != before[:, u]) << k for k, u in enumerate(known))
        state = (before[:, voice] < 0, place % 4, np.minimum(held[:, voice], 4), moved)
        degree, previous = (own - key) % 12, last[:, voice] - own
        if not known:
            bass = (past[1], np.minimum(held[:, 3], 4))
            levels = [
                state,
                (previous,),
                (degree,),
                (held[:, voice], place % 8),
                bass,
                (own, place % 16),
            ]
        else:
            now, past = now[:i], past[:i]
            levels = [state, [n % 12 for n in now], now, (previous,), past, (degree,)]
        contexts.append(_chain(voice, levels, len(frames)))
        step = frames[:, voice] - own
        if np.any(np.abs(step[frames[:, voice] >= 0]) > REACH):
            raise ValueError(f"{title!r}: a voice steps further than {REACH} semitones")
        symbols.append(np.where(frames[:, voice] < 0, 0, step + REACH + 1))
    bases = np.concatenate([base[:, voice] for voice in ORDER])
    return np.concatenate(contexts), np.concatenate(symbols), bases


def fit_chorale_counts(pieces, strength: float = 8.0) -> BackOffCounts:
    """The table of counts for four-voice pieces (tracks S, A, T, B): seconds for a whole corpus."""
    contexts, symbols = (np.concatenate(part) for part in zip(*map(chorale_contexts, pieces)))
    return BackOffCounts(N_SYMBOLS, strength=strength).fit_contexts(contexts, symbols)


def chorale_nll(counts: BackOffCounts, pieces) -> float:
    """Nats a note, over every sixteenth of every voice of the pieces; lower is better."""
    contexts, symbols = (np.concatenate(part) for part in zip(*map(chorale_contexts, pieces)))
    return float(-counts.log_prob(contexts, symbols).mean())


def sample_chorale(counts: BackOffCounts, length: int, rng, bar: float = 4.0) -> np.ndarray:
    """A chorale drawn from the table, note after note: ``length`` sixteenths, ``(length, 4)`` MIDI numbers, -1 for a
    rest.

    ``bar`` is the length of a bar in quarters; the first bar is whole. Source: ours.
    """
    edges = np.arange(0, length / 4 + 2 * bar, bar)
    frames, every = np.full((length, 4), -1), np.arange(N_SYMBOLS)
    for t in range(length):
        for i, voice in enumerate(ORDER):
            contexts, _, base = _read_contexts(frames[: t + 1], edges)
            here = i * (t + 1) + t  # voices stand one after the other
            p = np.exp(counts.log_prob(np.tile(contexts[here], (N_SYMBOLS, 1)), every))
            pitches = base[here] + every - REACH - 1
            p[1:] *= (pitches[1:] >= 0) & (pitches[1:] < 128)
            symbol = rng.choice(N_SYMBOLS, p=p / p.sum())
            frames[t, voice] = pitches[symbol] if symbol else -1
    return frames


def write_frames(frames, title: str = "") -> Piece:
    """Frames as a piece of four tracks; the same pitch in a row is one held note."""
    notes = []
    for voice, line in enumerate(np.asarray(frames).T):
        starts = np.flatnonzero(np.diff(line, prepend=-2) != 0)
        for start, stop in zip(starts, np.append(starts[1:], len(line))):
            if line[start] >= 0:
                notes.append((start / 4, (stop - start) / 4, int(line[start]), 80, voice))
    tracks = tuple(Track(name) for name in ("Soprano", "Alto", "Tenor", "Bass"))
    return Piece(notes, tracks=tracks, title=title, source="generated", dynamics=False)


def copy_nll(train, pieces) -> tuple[float, float]:
    """The floor under the table: *sing the last note again*. Its nats a note and its share of hits.

    Probability ``w`` on the last pitch of the voice and ``1 - w`` on its overall shares, with one
    count for every pitch; ``w`` is the share of hits in ``train``.
    """
    train, pieces = ([read_frames(p) for p in part] for part in (train, pieces))
    hits = [np.concatenate([(f[1:] == f[:-1]).ravel() for f in part]) for part in (train, pieces)]
    weight, nats = hits[0].mean(), []
    for voice in range(4):
        share = np.bincount(np.concatenate([f[:, voice] for f in train]) + 1, minlength=129) + 1.0
        for f in pieces:
            p = share[f[:, voice] + 1] / share.sum()
            p[1:] = weight * (f[1:, voice] == f[:-1, voice]) + (1 - weight) * p[1:]
            nats.append(-np.log(p))
    return float(np.concatenate(nats).mean()), float(hits[1].mean())


def _memory(line, start):
    """Before each sixteenth: the voice's last pitch, the other one before that, sixteenths held (to 16)."""
    base, last, held = (np.empty_like(line) for _ in range(3))
    pitch, other, long = start, _ABSENT, 0
    for t, now in enumerate(line):
        base[t], last[t], held[t] = pitch, other, min(long, 16)
        if now >= 0 and now != pitch:
            pitch, other = now, pitch
        long = long + 1 if t and now == line[t - 1] else 1
    return base, last, held


def _keys(frames) -> np.ndarray:
    """The root of the major scale that the pitches so far fit best, before each sixteenth."""
    heard = (frames[:, :, None] % 12 == np.arange(12)) & (frames[:, :, None] >= 0)
    so_far = np.cumsum(heard.sum(axis=1), axis=0) - heard.sum(axis=1)
    return (so_far @ _MAJOR_KEYS.T).argmax(axis=1)


def _chain(voice, levels, length) -> np.ndarray:
    """Each level adds its features to the level before."""
    name = join(np.zeros(length, np.uint64), np.full(length, voice))
    names = [name]
    for features in levels:
        for feature in features:
            name = join(name, np.broadcast_to(feature, length).astype(np.int64))
        names.append(name)
    return np.stack(names, axis=1)
