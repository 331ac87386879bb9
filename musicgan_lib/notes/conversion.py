"""A ``Piece`` to and from the libraries that readers already know: pretty_midi and music21."""

import io
from pathlib import Path

import numpy as np

from .metre import Metre, Tempo, drop_repeats, short_metre
from .midi_writing import encode_midi, write_whole
from .piece import Piece, Track


def to_pretty_midi(piece: Piece):
    """Give the piece to pretty_midi: the same notes in seconds, one Instrument for each track.

    Returns a ``pretty_midi.PrettyMIDI`` with the piece's tempo and metre. Onsets and ends are the
    piece's own, in seconds, not rounded to ticks. Source: ours.
    """
    import pretty_midi

    frame, _ = encode_midi(piece.replace(notes=piece.notes[:0]))
    midi = pretty_midi.PrettyMIDI(io.BytesIO(frame))  # without notes: it sets the tempo map
    midi.instruments = [pretty_midi.Instrument(t.program, t.is_drum, t.name) for t in piece.tracks]
    notes = piece.notes
    starts = piece.seconds(notes["onset"]).tolist()
    ends = piece.seconds(notes["onset"] + notes["duration"]).tolist()
    velocities, pitches = notes["velocity"].tolist(), notes["pitch"].tolist()
    for track, *row in zip(notes["track"].tolist(), velocities, pitches, starts, ends):
        midi.instruments[track].notes.append(pretty_midi.Note(*row))
    return midi


def to_music21(piece: Piece):
    """Give the piece to music21 as a score: parts, bars, ties over bar lines, metre, tempo, pickup.

    Returns a ``music21.stream.Score``, one Part for each track; notes struck and released together
    are a Chord, notes that overlap stand in voices, notes without a length are grace notes. A
    short first metre becomes a pickup bar of the metre after it. Source: ours.
    """
    from music21 import metadata, stream

    score = stream.Score()
    score.insert(0, metadata.Metadata(title=piece.title, composer=piece.composer))
    for i in range(len(piece.tracks)):
        score.insert(0, _to_part(piece, i))
    return score


def _to_part(piece, i):
    from music21 import instrument, meter, stream, tempo

    part = stream.Part()
    track = piece.tracks[i]
    sound = instrument.Percussion() if track.is_drum else instrument.Instrument(track.name)
    sound.midiProgram, sound.midiChannel = track.program, 9 if track.is_drum else None
    sound.partName = part.partName = track.name
    part.insert(0, sound)
    for onset, numerator, denominator in piece.metre:
        part.insert(onset, meter.TimeSignature(f"{numerator}/{denominator}"))
    for onset, bpm in piece.tempo if i == 0 else ():
        part.insert(onset, tempo.MetronomeMark(number=bpm, referent=1.0))
    groups = {}
    for onset, duration, pitch, velocity, _ in piece.select(i).notes.tolist():
        groups.setdefault((onset, duration), []).append((pitch, velocity))
    for (onset, duration), tones in groups.items():
        part.insert(onset, _to_note(duration, tones))
    part.makeMeasures(inPlace=True)
    for measure in part.getElementsByClass(stream.Measure):
        measure.makeVoices(inPlace=True)
    part.makeTies(inPlace=True)
    part.makeRests(fillGaps=True, inPlace=True, timeRangeFromBarDuration=True)
    _mark_pickup(part, piece.metre)
    return part


def _to_note(duration, tones):
    from music21 import chord, note

    made = []
    for pitch, velocity in tones:
        made.append(note.Note(pitch, quarterLength=duration))
        made[-1].volume.velocity = velocity
    if len(made) > 1:
        made = [chord.Chord(made, quarterLength=duration)]
    return made[0] if duration else made[0].getGrace()


def _mark_pickup(part, metre) -> None:
    """Notate a first metre of one short bar as musicians do: bar 0 of the metre that follows."""
    from music21 import meter, stream

    if len(metre) < 2:
        return
    if metre[0].bar_length >= metre[1].bar_length or metre[1].onset != metre[0].bar_length:
        return
    measures = list(part.getElementsByClass(stream.Measure))
    measures[0].timeSignature = meter.TimeSignature(f"{metre[1].numerator}/{metre[1].denominator}")
    measures[0].paddingLeft = metre[1].bar_length - metre[0].bar_length
    for number, measure in enumerate(measures):
        measure.number = number
    if len(measures) > 1 and measures[1].timeSignature is not None:
        measures[1].remove(measures[1].timeSignature)


def from_music21(score) -> Piece:
    """Read a music21 stream: tied notes become one, parts become tracks, repeats are read once.

    Takes a Score, a Part or any Stream. Metre follows the bars as written: a pickup is a short first
    metre, and a bar split in two (at a repeat sign) is one bar. A stream that music21 knows as written
    (``atSoundingPitch`` False) is read at sounding pitch where an instrument transposes. Notes without
    a velocity get 80, and ``dynamics`` is False where none has one or all have the same. Source: ours.
    """
    from music21 import chord, harmony, note

    if any(sound.transposition for sound in score.recurse().getElementsByClass("Instrument")):
        score = score.toSoundingPitch()  # a copy
    parts = list(getattr(score, "parts", ())) or [score]
    rows, tracks, given, unread = [], [], set(), 0
    for i, part in enumerate(parts):
        tracks.append(_read_track(part))
        held = {}  # (pitch, end) of a note tied to a next one → its row
        for element in part.flatten().notes:
            tones = isinstance(element, (note.Note, chord.Chord))
            if not tones or isinstance(element, harmony.ChordSymbol):
                unread += 1
                continue
            onset, length = float(element.offset), float(element.duration.quarterLength)
            for tone in getattr(element, "notes", (element,)):
                velocity = tone.volume.velocity or element.volume.velocity
                given.add(velocity)
                # a chord's own tie is that of any of its tones: ask the tone
                pitch, tie = tone.pitch.midi, tone.tie
                row = (
                    held.pop((pitch, round(onset, 6)), None)
                    if tie and tie.type != "start"
                    else None
                )
                if row is None:
                    row = [onset, 0.0, pitch, 80 if velocity is None else velocity, i]
                    rows.append(row)
                row[1] += length
                if tie and tie.type in ("start", "continue"):
                    held[pitch, round(onset + length, 6)] = row
    losses = [f"{unread} chord symbols or unpitched notes are left out"] if unread else []
    metre = _read_metre(parts[0], losses)
    about = score.metadata
    return Piece(
        rows,
        tuple(tracks),
        metre,
        _read_tempo(score),
        title=(about and about.bestTitle) or "",
        composer=(about and about.composer) or "",
        dynamics=len(given) > 1,
        losses=tuple(losses),
    )


def _read_track(part) -> Track:
    sound = part.recurse().getElementsByClass("Instrument").first()
    program = sound and sound.midiProgram
    drum = bool(sound) and (sound.midiChannel == 9 or "Percussion" in sound.classes)
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
        elif short := short_metre(length):
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


def write_musicxml(piece: Piece, path) -> tuple[str, ...]:
    """Write the piece as a score (MusicXML) that notation programs open, whole or not at all.

    A score knows note values, not milliseconds: onsets and ends go to the nearest 64th or triplet
    32nd. Returns what was lost, one sentence each. Source: ours.
    """
    from music21.musicxml.m21ToXml import GeneralObjectExporter

    notes = piece.notes.copy()
    ends = _snap(notes["onset"] + notes["duration"])
    notes["onset"] = _snap(notes["onset"])
    notes["duration"] = np.where(
        notes["duration"] > 0, np.maximum(ends - notes["onset"], 1 / 16), 0
    )
    moved = np.abs(notes["onset"] - piece.notes["onset"]).max(initial=0)
    moved = max(moved, np.abs(notes["duration"] - piece.notes["duration"]).max(initial=0))
    written = GeneralObjectExporter(to_music21(piece.replace(notes=notes))).parse()
    write_whole(Path(path), written)
    return (f"times move by up to {moved:.2g} quarters, to note values",) if moved > 1e-6 else ()


def _snap(times):
    """Times at the nearest 1/16 or 1/12 of a quarter."""
    grids = [np.rint(times * n) / n for n in (16, 12)]
    return np.where(np.abs(grids[0] - times) <= np.abs(grids[1] - times), *grids)
