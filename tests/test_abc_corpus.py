"""All 1,037 Nottingham tunes against abc2midi, against music21 and against a count by hand;
each disagreement has its reason.
"""

import itertools
import re
from fractions import Fraction

import numpy as np
import pytest
import rotation

from musicgan_lib import corpora
from musicgan_lib.corpora import abc, loading
from musicgan_lib.corpora.abc_bars import Written
from musicgan_lib.corpora.abc_chords import quiet, voice_chord
from musicgan_lib.notes import Piece

pytestmark = [pytest.mark.data, pytest.mark.filterwarnings("default")]

#: Where abc2midi plays other notes: number of the tune -> why ours are right. The standard repeats from the last
#: repeat's end where no sign opens a repeat.
NO_OPENING = (
    "abc2midi goes back to the first part, although an ending or a repeat sign has closed it"
)
OTHER_PLAYED = {
    **dict.fromkeys(
        (
            5,
            26,
            27,
            35,
            39,
            40,
            111,
            112,
            366,
            436,
            452,
            464,
            577,
            585,
            696,
            729,
            731,
            779,
            866,
            886,
            889,
            901,
            955,
            962,
        ),
        NO_OPENING,
    ),
    **dict.fromkeys(
        (114, 305, 309, 411, 474, 478, 486, 635),
        "abc2midi takes P:D.S., P:Fine or P:To A for a part and leaves its notes out",
    ),
    **dict.fromkeys((146, 714, 850), "abc2midi ties tones that do not follow each other"),
    181: "abc2midi plays the trill",
    221: "abc2midi plays the parts of the first voice without the music before it",
    605: "one tone twice in a double stop",
    618: "a bracket closed by a plus sign",
    749: "abc2midi takes the grace note's time from its note",
}
#: Where music21 reads other notes or bars.
OTHER_WRITTEN = {
    **dict.fromkeys((292, 607, 671, 735, 826), "music21 drops an accidental that a tie carries over the bar line"),
    **dict.fromkeys((480, 709, 710, 711, 716, 834, 966, 1032), "music21 cuts a bar that is longer than its metre"),
    **dict.fromkeys((116, 459), "music21 ends the bar at a metre that changes inside it"),
    114: "a pickup without a bar line, before a part",
    221: "music21 leaves out the music before V:1",
    525: "music21 leaves out H=f",
    618: "music21 refuses a bracket that a plus sign closes",
    713: "music21 refuses :|[3",
}  # fmt: skip


@pytest.fixture(scope="module")
def tunes():
    with loading._find_local(corpora.SOURCES["nottingham"]) as files:
        names = [n for n in files.names if n.endswith(".abc") and "ABC_cleaned" not in n]
        if not names:
            pytest.skip("the MIDI edition alone is here")
        found = [t for n in names for t in abc.split_tunes(files.read(n).decode("latin1"))]
    assert len(found) == 1037
    return found


@pytest.fixture(scope="module")
def played(tunes):
    return [abc.play(tune) for tune in tunes]


def modernise(tune, *, drop=""):
    """Header, key and body as modern parsers read them: double stops in brackets, some signs left out."""
    header, key, body = re.match(r"(?s)(.*?\n)(K:[^\n]*\n)(.*)", tune).groups()
    lines = []
    for line in body.split("\n"):
        if not re.match(r"[A-Za-z]:|%", line):
            signs = itertools.cycle("[]")
            pattern = rf'"[^"]*"|\+{drop}'
            line = re.sub(
                pattern,
                lambda m, s=signs: (
                    next(s) if m[0] == "+" else m[0] if m[0][0] == '"' and not drop else ""
                ),
                line,
            )
        lines.append(line or "%")
    return header, key, "\n".join(lines)


def differ(ours, theirs):
    """Whether rows of (onset, duration, pitch) differ by more than a parser's ticks."""
    if len(ours) != len(theirs):
        return True
    return bool(len(ours)) and np.abs(np.array(ours) - np.array(theirs)).max() > 0.015


def test_each_melody_is_played_as_abc2midi_plays_it(tunes, played):
    from symusic import Score

    other = set()
    for number, tune in enumerate(tunes):
        header, key, body = modernise(tune, drop=r"|![^!]*!|[H~]")  # signs that it performs
        text = re.sub(r"(?m)^R:.*\n", "", header) + "%%MIDI chordattack 0\n" + key + body
        with quiet():
            track = next(t for t in Score.from_abc(text).tracks if len(t.notes))
        theirs = [((n.time - 1) / 480, (n.duration + 1) / 480, n.pitch) for n in track.notes]
        ours = played[number].melody
        rounded = [
            sorted((round(a, 2), round(d, 2), p) for a, d, p in rows) for rows in (ours, theirs)
        ]
        if differ(*rounded):
            other.add(number)
    assert other == set(OTHER_PLAYED)


def measure_first_bar(tune) -> Fraction:
    """A count by hand of the first bar, in quarters: what stands before the first bar line after a note."""
    header, _, body = re.match(r"(?s)(.*?\n)(K:[^\n]*\n)(.*)", tune).groups()
    unit = re.search(r"(?m)^L:\s*1/(\d+)", header + body[: body.find("|")])
    metre = re.search(r"(?m)^M:\s*(\d+)/(\d+)", header)
    default = 16 if metre and Fraction(int(metre[1]), int(metre[2])) < Fraction(3, 4) else 8
    whole = Fraction(4, int(unit[1]) if unit else default)
    body = re.sub(r'(?m)^([A-Za-z]:(?![|:])|%).*$|"[^"]*"|![^!]*!|\{[^}]*\}', "", body)
    body = re.sub(
        r"\[([^]|]*)\]|\+([^+|]*)\+",
        lambda m: re.match(r"[\^=_]*\w[,']*[\d/]*", m[1] or m[2])[0],
        body,
    )
    first = re.search(
        r"(\(3)?[\^=_]*[A-Ga-gz][^|]*?(?=\||::|:$|$)", body.replace("\\\n", "").replace("\n", " ")
    )[0]
    total, left, factor = Fraction(0), 0, Fraction(1)
    for tuplet, top, slash, bottom in re.findall(r"\((\d)|[A-Ga-gzx][,']*(\d*)(/*)(\d*)", first):
        if tuplet:
            left, factor = int(tuplet), {3: Fraction(2, 3)}[int(tuplet)]
            continue
        below = int(bottom) if bottom else 2 ** len(slash)
        total += whole * Fraction(int(top or 1), below) * (factor if left > 0 else 1)
        left -= 1
    return total


def test_each_first_bar_is_as_long_as_a_count_by_hand_says(tunes, played):
    pickups, wrong = 0, []
    for number, (tune, ours) in enumerate(zip(tunes, played)):
        counted = measure_first_bar(tune)
        bars = Piece([(0, ours.length, 60)], metre=ours.metre).bars()
        if counted != bars[1] and counted % Fraction(
            ours.metre[0].bar_length
        ):  # it may be several bars
            wrong.append((number, float(counted), float(bars[1])))
        pickups += bars[1] < bars[2] - bars[1]
    assert pickups > 700 and wrong == []


def chosen(tunes):
    """A fortieth of the tunes, others with each commit; all with ``MUSICGAN_WEEKLY``."""
    return rotation.pick(range(len(tunes)), 26)


def without_carrying(self, tone):
    """A tone's pitch as music21 has it: an accidental holds for its note alone."""
    if tone.accidental is None and tone.natural in self._held:
        return self._held[tone.natural]
    bent = self._key[tone.letter] if tone.accidental is None else tone.accidental
    return tone.natural + bent


@pytest.mark.timeout(3000)  # all of them take minutes
def test_notes_bars_and_chord_symbols_are_written_where_music21_reads_them(tunes, monkeypatch):
    from music21 import converter, harmony, stream

    monkeypatch.setattr(Written, "_pitch", without_carrying)  # how far it carries: abc2midi says
    other = set()
    numbers = chosen(tunes)
    for number in numbers:
        header, key, body = modernise(tunes[number])
        body = re.sub(
            r"(?m)^P:.*\n", "", body.replace("::", ":| |:")
        )  # it loses a note before ::, and cuts bars at P:
        try:
            part = converter.parse(header + key + body, format="abc").parts[0]
        except Exception:  # its parser has errors of many kinds
            other.add(number)
            continue
        elements = list(part.flatten().notes)
        symbols = {
            round(float(e.offset), 2) for e in elements if isinstance(e, harmony.ChordSymbol)
        }
        theirs = [
            (float(e.offset), float(e.quarterLength), frozenset(p.midi for p in e.pitches))
            for e in elements
            if not isinstance(e, harmony.ChordSymbol)
        ]
        bars = [float(m.offset) for m in part.getElementsByClass(stream.Measure)]
        ours, lines, over = read_written(tunes[number])
        same = len(ours) == len(theirs) and all(
            abs(a - c) < 0.01 and abs(b - d) < 0.01 and set(p) == q
            for (a, b, p), (c, d, q) in zip(ours, theirs)
        )
        missing = [at for at in bars if np.abs(lines - at).min() > 0.01]
        if not same or missing or symbols - over:
            other.add(number)
    assert other == set(OTHER_WRITTEN) & set(numbers)


def read_written(tune):
    """What is written, from beginning to end: notes (onset, duration, pitches), bar lines, onsets of chord symbols."""
    written, at = Written(tune), 0
    notes, lines, over = [], [0], set()
    for stretch in written.stretches:
        starts = [at]
        for event in stretch.events:
            if event.pitches:
                notes.append((at / written.ticks, event.ticks / written.ticks, event.pitches))
            at += event.ticks
            starts.append(at)
        lines.append(at)
        over |= {
            round(starts[i] / written.ticks, 2) for i, _, text in stretch.marks if voice_chord(text)
        }
    return notes, np.array(lines) / written.ticks, over


def test_every_chord_symbol_of_the_files_sounds_or_is_a_word(tunes):
    silent = {
        text.strip()
        for tune in tunes
        for line in re.sub(r"(?m)^([A-Za-z]:|%).*$", "", tune).split("\n")
        for text in re.findall(r'"([^"]*)"', line.split("%")[0])
        if not voice_chord(text)
    }
    assert silent == {"", "3"}


def test_the_corpus_has_its_chord_symbols_as_annotations(tunes):
    pieces = corpora.load("nottingham")
    with_chords = [len(p.annotated("chord")) for p in pieces]
    assert len(pieces) == 1037 and sum(n > 0 for n in with_chords) > 1000
    for piece in list(pieces)[::20]:
        chords = piece.notes["onset"][piece.notes["track"] == 1]
        assert (
            len(np.setdiff1d(chords, np.union1d(piece.annotated("chord")["onset"], piece.bars())))
            == 0
        )
