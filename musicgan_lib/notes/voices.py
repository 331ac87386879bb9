"""Which notes make a chord, which chords a voice, and which note values a length."""

#: Times closer than this (quarter lengths) are one.
NEAR = 1e-6


def in_voices(notes) -> list[tuple[int, float, float, list]]:
    """Notes struck and released together, each such chord in the first voice that is free for all its length.

    Gives ``(voice, onset, end, [(pitch, velocity), …])`` by onset; a chord holds each pitch once.
    """
    chords = {}
    for onset, duration, pitch, velocity, _ in notes.tolist():
        again = 0
        while any(p == pitch for p, _ in chords.get((onset, onset + duration, again), ())):
            again += 1
        chords.setdefault((onset, onset + duration, again), []).append((pitch, velocity))
    made, free = [], []  # when each voice is free again
    for (onset, end, _), tones in sorted(chords.items()):
        voice = next((v for v, at in enumerate(free) if at <= onset + NEAR), len(free))
        free[voice : voice + 1] = [end]
        made.append((voice, onset, end, tones))
    return made


def to_notes(duration, tones, tie):
    """``(where, note or chord)``: one, or several tied ones where no single note value lasts as long."""
    from music21 import chord, note
    from music21.tie import Tie

    before, after = tie
    parts = plain_lengths(duration) if duration else [(0, 0)]
    for k, (begin, length) in enumerate(parts):
        made = []
        for pitch, velocity in tones:
            made.append(note.Note(_pitch(pitch), quarterLength=length))
            made[-1].volume.velocity = velocity
        one = chord.Chord(made, quarterLength=length) if len(made) > 1 else made[0]
        stops, starts = before or k > 0, after or k < len(parts) - 1
        if stops or starts:
            one.tie = Tie("continue" if stops and starts else "stop" if stops else "start")
        yield begin, one if length else one.getGrace()


def _pitch(number: int):
    """A pitch by its MIDI number; below 12 a bare number would be a pitch class without an octave."""
    from music21.pitch import Pitch

    return Pitch(midi=number)


def plain_lengths(length):
    """``(where, length)`` of the note values, tied, that make up a length: 5 quarters are 4 and 1."""
    from music21.duration import Duration

    parts = Duration(length).components
    if len(parts) < 2 or abs(sum(p.quarterLength for p in parts) - length) > NEAR:
        return [(0, length)]
    begins = [sum(p.quarterLength for p in parts[:k]) for k in range(len(parts))]
    return [(begin, part.quarterLength) for begin, part in zip(begins, parts)]
