"""Chorales: our reading of their scores against music21's own, and against the printed page."""

import re
import warnings
import zipfile

import pytest
import rotation

from musicgan_lib import corpora
from musicgan_lib.corpora import chorale_scores, chorales, progress
from musicgan_lib.notes import Metre, Piece, Tempo, Track

NAMES = [name for names in chorales.read_split_list()["splits"].values() for name in names]
#: A spine each (**kern), a tie that ends where none began, instruments above the voices, ties over bar lines,
#: fermatas that only an instrument has, a grace note.
HARD = ["bwv277.krn", "bwv366.krn", "bwv362", "bwv69.6.xml", "bwv112.5-sc", "bwv79.3", "bwv315"]


def choose_names():
    """The hard ones, and three others with each commit; all of them where MUSICGAN_WEEKLY is set (five minutes)."""
    return rotation.pick(NAMES, 3, always=HARD)


def read_by_music21(name) -> Piece:
    """The same chorale as music21 understands it: another parser, another way of joining ties."""
    from music21 import converter, expressions

    file = name if name.endswith((".krn", ".xml")) else f"{name}.mxl"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        score = converter.parse(chorales.find_scores() / file, forceSource=True)
        parts, named = list(score.parts), {}
        for part in parts:
            for voice in chorales.VOICES:
                name = (part.partName or "").strip().lower()
                if name.startswith((voice.lower(), voice[0].lower() + ".")):
                    named.setdefault(voice, part)
        voices = [named[v] for v in chorales.VOICES] if len(named) == 4 else parts[-4:]
        rows = [
            (float(n.offset), float(n.quarterLength), max(p.midi for p in n.pitches), 80, track)
            for track, part in enumerate(voices)
            for n in part.stripTies().flatten().notes
            if n.quarterLength > 0
        ]
        fermatas = [
            (float(n.offset), "fermata", "", track)
            for track, part in enumerate(voices)
            for n in part.flatten().notes
            if any(isinstance(e, expressions.Fermata) for e in n.expressions)
        ]
    signatures = {
        float(s.offset): (s.numerator, s.denominator)
        for s in voices[0].flatten().getElementsByClass("TimeSignature")
    }
    first, bars = signatures[0.0], list(voices[0].getElementsByClass("Measure"))
    pickup = float(bars[1].offset)
    if pickup < Metre(0, *first).bar_length:
        signatures |= {0.0: (int(pickup), 4), pickup: first}
        if pickup != int(pickup):
            signatures[0.0] = (int(2 * pickup), 8)
    return Piece(
        rows,
        tuple(Track(v, 52) for v in chorales.VOICES),
        tuple(Metre(onset, *signatures[onset]) for onset in sorted(signatures)),
        (Tempo(0.0, 80.0),),
        annotations=fermatas,
    )


@pytest.mark.parametrize("name", choose_names())
def test_a_chorale_is_as_music21_reads_it(name):
    ours, theirs = chorales.parse_chorale(name), read_by_music21(name)
    assert ours.notes.tobytes() == theirs.notes.tobytes()
    assert ours.metre == theirs.metre and ours.tracks == theirs.tracks
    assert ours.annotations.tolist() == theirs.annotations.tolist()
    assert ours == theirs


def test_fermatas_stand_where_they_are_printed():
    """BWV 66.6, the soprano's six, counted on the page: a pickup of a quarter, then bars of four."""
    piece = next(p for p in corpora.load("chorales") if p.title == "BWV 66.6")
    fermatas = piece.annotated("fermata")
    assert fermatas["onset"][fermatas["track"] == 0].tolist() == [3, 7, 11, 19, 27, 35]


def test_every_fermata_holds_a_note_of_its_voice():
    pieces = corpora.load("chorales")
    assert sum(len(p.annotated("fermata")) for p in pieces) == 7768
    assert [p.title for p in pieces if not len(p.annotations)] == ["BWV 1.6", "BWV 79.3"]
    for piece in pieces:
        for onset, kind, track, *_ in piece.annotations.tolist():
            voice = piece.notes[piece.notes["track"] == track]
            sounds = (voice["onset"] <= onset) & (voice["onset"] + voice["duration"] > onset)
            assert kind == "fermata" and sounds.sum() == 1


def test_titles_are_the_catalogues():
    titles = [p.title for p in corpora.load("chorales")]
    assert len(set(titles)) == len(titles) and "BWV 112.5" in titles and "BWV 277" in titles
    assert all(re.match(r"BWV \d", title) for title in titles)


def read_text(name) -> str:
    """All that the file of a chorale says, packed or not."""
    path = chorales.find_scores() / (name if name.endswith((".krn", ".xml")) else f"{name}.mxl")
    if path.suffix != ".mxl":
        return path.read_text("latin1")
    with zipfile.ZipFile(path) as packed:
        return "".join(packed.read(inner).decode("latin1") for inner in packed.namelist())


def test_what_reserves_rights_is_named_and_withheld_from_pages():
    pieces = corpora.load("chorales")
    reserved = {
        piece.title
        for name, piece in zip(NAMES, pieces, strict=True)
        if re.search("copyright|reserved|<rights", read_text(name), re.IGNORECASE)
    }
    source = corpora.SOURCES["chorales"]
    assert reserved == set(source.withheld) == {p.title for p in pieces if not p.publishable}
    statement = corpora.data_statement("chorales")
    assert f"yes, but for {', '.join(source.withheld)};" in statement
    for name in ("bwv277.krn", "bwv281.krn", "bwv366.krn"):  # what the statement quotes
        text = read_text(name)
        assert (
            "Rights to all derivative electronic formats reserved" in text
            and NAMES.count(name) == 1
        )
        assert "Copyright 1994, Center for Computer Assisted Research in the Humanities" in text
    assert "Rights to all derivative electronic formats reserved" in statement


KERN = """!!!OTL: ours
**kern\t**silbe\t**kern
*M3/4\t*\t*M3/4
4C\tA\t[4cc
=1\t=1\t=1
2.BBB-;\tmen\t8cc_
.\t.\t8cc]
.\t.\t2r
=2\t=2\t=2
4..F#\t.\t4.f
16En\t.\t16f
.\t.\t4.r
*-\t*-\t*-
"""


def test_kern_by_hand(tmp_path):
    (tmp_path / "ours.krn").write_text(KERN)
    high, low = chorale_scores.read_score(tmp_path / "ours.krn")
    assert low.notes == [[0, 1, 48], [1, 3, 34], [4, 1.75, 54], [5.75, 0.25, 52]]
    assert high.notes == [[0, 2, 72], [4, 1.5, 65], [5.5, 0.25, 65]]
    assert low.fermatas == [1] and not high.fermatas
    assert low.bars == [0, 1, 4] and low.signatures == {0: (3, 4)}


NOTE = "<note><pitch><step>{}</step>{}<octave>{}</octave></pitch><duration>{}</duration>{}</note>"


def bar(*content):
    return f"<measure>{''.join(content)}</measure>"


def score_of(*bars):
    attributes = (
        "<attributes><divisions>2</divisions><time><beats>3</beats><beat-type>4</beat-type></time>"
    )
    return (
        "<score-partwise><part-list><score-part id='P1'><part-name>Alto</part-name></score-part></part-list>"
        f"<part id='P1'>{bar(attributes, '</attributes>', *bars[0])}{''.join(bar(*b) for b in bars[1:])}</part>"
        "</score-partwise>"
    )


def test_musicxml_by_hand(tmp_path):
    start, stop = '<tie type="start"/>', '<tie type="stop"/>'
    held = "<notations><fermata/></notations>"
    grace = "<note><grace/><pitch><step>A</step><octave>4</octave></pitch></note>"
    text = score_of(
        [NOTE.format("C", "<alter>1</alter>", 4, 2, start)],  # a pickup
        [
            NOTE.format("C", "<alter>1</alter>", 4, 4, stop + held),
            grace,
            NOTE.format("B", "<alter>-1</alter>", 3, 2, ""),
        ],
        [],  # a bar of nothing is a whole one
        ["<forward><duration>2</duration></forward>", NOTE.format("D", "", 5, 4, stop)],
    )
    (tmp_path / "ours.xml").write_text(text)
    with zipfile.ZipFile(tmp_path / "ours.mxl", "w") as file:
        file.writestr("other.xml", "<nothing/>")
        container = (
            "<container xmlns='x'><rootfiles><rootfile full-path='s.xml'/></rootfiles></container>"
        )
        file.writestr("META-INF/container.xml", container)
        file.writestr("s.xml", text)
    for name in ("ours.xml", "ours.mxl"):
        (part,) = chorale_scores.read_score(tmp_path / name)
        assert part.name == "Alto" and part.bars == [0, 1, 4, 7]
        assert part.notes == [[0, 3, 61], [3, 1, 58], [8, 2, 74]]
        assert part.fermatas == [
            1
        ]  # on the note that is written there, which a tie joins to the first


@pytest.mark.parametrize(
    "wrong",
    ["<score-partwise>", score_of(["<backup><duration>2</duration></backup>"]), score_of(["<note><chord/></note>"])],
)  # fmt: skip
def test_a_score_that_is_not_understood_is_refused(tmp_path, wrong):
    (tmp_path / "ours.xml").write_text(wrong)
    with pytest.raises(ValueError):
        chorale_scores.read_score(tmp_path / "ours.xml")


class Terminal:
    def __init__(self, watched=True):
        self.watched, self.text = watched, ""

    def isatty(self):
        return self.watched

    def write(self, text):
        self.text += text

    def flush(self):
        pass


@pytest.mark.parametrize("watched, static, patience, shown", [
    (True, "", 0, True), (True, "1", 0, False), (False, "", 0, False), (True, "", 60, False),
])  # fmt: skip
def test_a_long_reading_is_counted_where_somebody_watches(
    monkeypatch, watched, static, patience, shown
):
    ticks = iter(range(1000))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(ticks))
    monkeypatch.setattr(progress.sys, "stderr", Terminal(watched))
    monkeypatch.delitem(progress.sys.modules, "ipykernel", raising=False)
    monkeypatch.setenv("MUSICGAN_STATIC", static)
    assert list(progress.follow("abcd", 4, "letters", patience)) == list("abcd")
    said = progress.sys.stderr.text
    assert ("\rreading letters: 3 of 4" in said) == shown
    assert said.endswith("\r") == shown and not said.replace("\r", "\n").split("\n")[-1]
