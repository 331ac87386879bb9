"""A score of music21 as a ``Piece``."""

import re

import numpy as np

from .annotations import split_chord
from .metre import Metre, Tempo, drop_repeats, short_metre
from .piece import Piece, Track


def from_music21(score) -> Piece:
    """Read a music21 stream: tied notes become one, parts become tracks, repeats are read once.

    Takes a Score, a Part or any Stream. ``losses`` tells of repeats, pedals, dynamics and quarter tones. Metre
    follows the bars as written: a pickup is a short first metre, and a bar split in two (at a repeat sign) is one
    bar. A stream that music21 knows as written (``atSoundingPitch`` False) is read at sounding pitch where an
    instrument transposes. Notes without a velocity get 80, and ``dynamics`` is False where none has one or all have
    the same. Chord symbols and words become annotations of the piece, lyrics and fermatas of their track. Source: ours.
    """
    if any(sound.transposition for sound in score.recurse().getElementsByClass("Instrument")):
        score = score.toSoundingPitch()  # a copy
    parts = list(getattr(score, "parts", ())) or [score]
    rows, tracks, beside, losses = [], [], [], []
    unread = between = 0
    for i, part in enumerate(parts):
        tracks.append(_read_track(part))
        unread, between = np.add((unread, between), _read_notes(part, i, rows))
        beside += _read_beside(part, i)
    if unread:
        losses.append(f"{unread} unpitched notes are left out")
    if between:
        losses.append(f"{between} tones between two keys are read as one of them")
    _tell_unread(score, parts[0], losses)
    metre = _read_metre(parts[0], losses)
    about = score.metadata
    given = {velocity for *_, velocity, _ in rows}
    return Piece(
        [(*row[:3], 80 if row[3] is None else row[3], row[4]) for row in rows],
        tuple(tracks),
        metre,
        _read_tempo(score),
        title=(about and about.bestTitle) or "",
        composer=(about and about.composer) or "",
        dynamics=len(given) > 1,
        losses=tuple(losses),
        annotations=list(dict.fromkeys(beside)),
    )


def _tell_unread(score, first, losses: list[str]) -> None:
    """Say what is heard of the score as written, and has no place in a Piece;
    ``first`` is the part with the repeats.
    """
    from music21 import bar, dynamics, expressions, repeat

    signs = [sign for sign in first.recurse().getElementsByClass(bar.Repeat)]
    found = {
        "repeats are read once": sum(sign.direction == "end" for sign in signs),
        "jumps (D.C., D.S.) are not followed": _count(first, repeat.RepeatExpressionCommand),
        "dynamics are left out": _count(score, dynamics.Dynamic, dynamics.DynamicWedge),
        "pedal marks are left out": _count(score, expressions.PedalMark),
    }
    losses += [f"{n} {what}" for what, n in found.items() if n]


def _count(stream, *kinds) -> int:
    return len(list(stream.recurse().getElementsByClass(kinds)))


def _read_notes(part, i: int, rows: list) -> tuple[int, int]:
    """Append the notes of a part, tied ones as one; gives how many have no pitch, and how many one between two keys."""
    from music21 import chord, harmony, note

    voices = {}  # which voice a note stands in: of two tied notes of one pitch each goes on in its own
    for voice in part.recurse().getElementsByClass("Voice"):
        voices |= {id(element): voice.id for element in voice.notes}
    unread = between = 0
    held = {}  # (pitch, end) of notes tied to a next one → [(voice, row), …]
    for element in part.flatten().notes:
        if isinstance(element, harmony.Harmony):
            continue
        if not isinstance(element, note.Note | chord.Chord):
            unread += 1
            continue
        onset, length = float(element.offset), float(element.duration.quarterLength)
        voice = voices.get(id(element))
        for tone in getattr(element, "notes", (element,)):
            # a chord's own tie is that of any of its tones: ask the tone
            pitch, tie = tone.pitch.midi, tone.tie and tone.tie.type
            between += tone.pitch.ps % 1 != 0
            row = None
            if tie in ("stop", "continue"):
                waiting = held.get((pitch, round(onset, 6)), [])
                waiting.sort(key=lambda pair: pair[0] != voice)
                row = waiting.pop(0)[1] if waiting else None
            if row is None:
                velocity = tone.volume.velocity
                velocity = element.volume.velocity if velocity is None else velocity
                row = [onset, 0.0, pitch, velocity, i]
                rows.append(row)
            row[1] += length
            if tie in ("start", "continue"):
                held.setdefault((pitch, round(onset + length, 6)), []).append((voice, row))
    return unread, between


def _read_beside(part, i: int) -> list[tuple]:
    """Chord symbols, words, lyrics and fermatas of a part as annotations."""
    from music21 import expressions, harmony

    found = []
    for element in part.flatten():
        onset = float(element.offset)
        if isinstance(element, harmony.ChordSymbol):
            found.append((onset, "chord", _chord_text(element)))
        elif isinstance(element, expressions.TextExpression | expressions.RehearsalMark):
            found.append((onset, "marker", str(element.content)))
        if any(
            isinstance(mark, expressions.Fermata) for mark in getattr(element, "expressions", ())
        ):
            found.append((onset, "fermata", "", i))
        for lyric in getattr(element, "lyrics", ()):
            found.append((onset, "lyric", lyric.rawText or "", i))
    return found


def _chord_text(symbol) -> str:
    """A chord symbol as musicians type it: music21 writes its flats as minus signs."""
    text = re.sub(r"(^|/)([A-G])(-+)", lambda m: m[1] + m[2] + "b" * len(m[3]), symbol.figure)
    parts = split_chord(text)
    if not parts or not symbol.chordKindStr:
        return text
    root, _, bass = parts
    return root + symbol.chordKindStr + (f"/{bass}" if bass else "")


def _read_track(part) -> Track:
    sound = part.recurse().getElementsByClass("Instrument").first()
    program = sound and sound.midiProgram
    # a marimba is percussion, too, but no drum: it has pitches
    drum = bool(sound) and "PitchedPercussion" not in sound.classes
    drum = drum and (sound.midiChannel == 9 or "Percussion" in sound.classes)
    return Track(getattr(part, "partName", None) or "", program or 0, drum)


def _read_tempo(score) -> tuple[Tempo, ...]:
    marks = {0.0: 120.0}
    for mark in score.flatten().getElementsByClass("MetronomeMark"):
        if bpm := mark.getQuarterBPM():
            marks[float(mark.offset)] = float(bpm)
    onsets = sorted(marks)
    new = [o for i, o in enumerate(onsets) if i == 0 or marks[o] != marks[onsets[i - 1]]]
    return tuple(Tempo(o, marks[o]) for o in new)


def _read_metre(part, losses) -> tuple[Metre, ...]:
    """The metre bar by bar, as written in one part."""
    signs = {float(s.offset): s for s in part.flatten().getElementsByClass("TimeSignature")}
    bars = [float(m.offset) for m in part.getElementsByClass("Measure")]
    default = [Metre(0.0, 4, 4)]
    if not bars:
        found = [Metre(at, signs[at].numerator, signs[at].denominator) for at in sorted(signs)]
        return tuple(found if found and found[0].onset == 0 else default + found)
    found, current, skip = [], default[0], False
    for at, length, following in zip(bars, np.diff(bars), [*np.diff(bars)[1:], 0.0]):
        if at in signs:
            current = Metre(at, signs[at].numerator, signs[at].denominator)
        whole = current.bar_length
        if skip or length == whole or not length:
            if not skip:
                found.append(current._replace(onset=at))
            skip = False
        elif at > 0 and abs(length + following - whole) < 1e-6:
            found.append(current._replace(onset=at))
            skip = True
        elif short := short_metre(length, 64):
            found.append(Metre(at, *short))
        else:
            losses.append(f"a bar of {length:g} quarters at {at:g} has no plain time signature")
            found.append(current._replace(onset=at))
    last = signs.get(bars[-1])
    found.append(Metre(bars[-1], last.numerator, last.denominator) if last else current)
    found[-1] = found[-1]._replace(onset=bars[-1])
    if skip:
        found.pop()
    return drop_repeats(found or default)
