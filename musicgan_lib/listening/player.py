"""A piece that plays in the page: one output of HTML that needs no server, no network, no kernel."""

import base64
import html
import json
from functools import cache

import numpy as np

from ..notes import Piece
from . import scripts, synth
from .publishing import is_static, withheld_sentence

TICKS = 480
#: Notes of a piece that a page takes without a pause that is felt.
MOST_NOTES = 20_000
_NEEDS_SCRIPT = (
    "A player belongs here. It needs its script: run this cell, or trust the notebook "
    "(JupyterLab: View, Activate Command Palette, Trust Notebook)."
)


class Player:
    """What :func:`player` gives: displayed, it plays; ``str(player.html)`` is the whole of it."""

    def __init__(self, html: str):
        self.html = html

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Player({len(self.html)} characters of HTML)"


def player(
    *pieces: Piece,
    labels=None,
    title: str = "",
    markers=(),
    loop: tuple[float, float] | None = None,
    blind: bool = False,
    question: str = "",
    scored: bool = True,
    seed: int | None = None,
    decibels=None,
    columns: int | None = None,
    engine: str = "webaudio",
) -> Player:
    """Play pieces in the page; with several, switch between them at the same moment.

    All are brought to the same loudness (:data:`.synth.LOUDNESS`), so the louder one cannot win. Of a piece
    longer than an hour (:data:`.synth.LONGEST`) the first hour is played, of one with more notes than
    :data:`MOST_NOTES` so many, and a sentence says so.

    Parameters
    ----------
    labels : a name for each piece; its title by default.
    markers : ``(moment in quarter lengths, what to listen for)``, as buttons that go there.
    loop : ``(start, stop)`` in quarter lengths to loop from the start.
    blind : hide names, tracks and notes until the reader has guessed; the versions are cut to the
        same length and shuffled at the first click, or by ``seed``. The right answer is the first
        piece. :func:`.blind_test` makes several trials of it.
    question : what to guess; "Which one is <first label>?" by default.
    scored : False for a preference: no answer is right, and the choice is only named.
    decibels : how much louder than the common loudness each piece plays: to show what an unfair
        player does, and for nothing else.
    columns : lay the versions out as a map of so many columns, row by row; arrow keys walk on it.
    engine : ``"webaudio"``, or ``"timbres"``: sampled instruments, rendered here and now
        (needs midirenderer; never in a published page).

    Raises
    ------
    ValueError : no piece, labels that do not fit the pieces, an unknown engine, or settings that
        would do nothing: markers, loop or columns with ``blind``; these, blind or decibels with "timbres";
        versions that do not fill their columns.
    """
    if not pieces:
        raise ValueError("player() needs at least one piece")
    names = [p.title or f"version {i + 1}" for i, p in enumerate(pieces)]
    names = names if labels is None else [str(name) for name in labels]
    if len(names) != len(pieces):
        raise ValueError(f"{len(pieces)} pieces, but {len(names)} labels")
    if engine not in ("webaudio", "timbres"):
        raise ValueError(f"engine is {engine!r}, but must be 'webaudio' or 'timbres'")
    mode = f"engine={engine!r}" if engine == "timbres" else "blind=True" if blind else ""
    idle = {"markers": len(markers), "loop": loop is not None, "columns": columns is not None}
    if engine == "timbres":
        idle |= {"blind": blind, "decibels": decibels is not None}
    for name in [name for name in idle if mode and idle[name]]:
        raise ValueError(f"{name} does nothing with {mode}: leave one of the two out")
    _check_columns(columns, len(pieces))
    withheld = [p for p in pieces if not p.publishable]
    if is_static() and withheld:
        return Player(_note(withheld_sentence(withheld)))
    pieces, said = cut_to_longest(pieces, names)
    if engine == "timbres":
        from .timbres import timbre_html

        return Player(said + timbre_html(pieces, names, title))
    if blind:
        question = question or f"Which one is {names[0]}?"
        return blind_player(
            pieces, names, len(pieces), question, title, seed, scored=scored, decibels=decibels
        )
    data = {
        "h": title or (pieces[0].title if len(pieces) == 1 else ""),
        "p": pack_pieces(pieces, names, decibels),
        "k": [[round(float(pieces[0].seconds(q)), 3), str(text)] for q, text in markers],
        "o": loop and [round(float(s), 3) for s in pieces[0].seconds(loop)],
        "x": columns,
    }
    return Player(said + assemble(data, [p.source for p in pieces]))


def _check_columns(columns: int | None, versions: int) -> None:
    if columns is not None and (columns < 1 or versions % columns):
        raise ValueError(f"{versions} versions do not fill rows of {columns}")


def blind_player(
    pieces, names, size, question, title, seed, *, scored=True, decibels=None, draws=False
) -> Player:
    """Trials of ``size`` versions each, the first of each the right answer, cut to one length.

    With ``draws`` the notes that were heard are seen before the guess, all in one colour.
    """
    withheld = [p for p in pieces if not p.publishable]
    if is_static() and withheld:
        return Player(_note(withheld_sentence(withheld)))
    trials = [cut_to_shortest(pieces[i : i + size]) for i in range(0, len(pieces), size)]
    packed = pack_pieces(sum(trials, []), names, decibels)
    data = {"h": title, "p": packed, "b": size, "a": question, "c": int(scored), "w": int(draws)}
    if seed is not None:
        rng = np.random.default_rng(seed)
        data["f"] = [rng.permutation(size).tolist() for _ in trials]
    return Player(assemble(data, [p.source for p in pieces]))


def cut_to_shortest(pieces, most: float = synth.LONGEST) -> list[Piece]:
    """The same seconds of each piece: as long as the shortest, from the start, and no more than ``most``."""
    stop = min(most, *(float(p.seconds(p.length)) for p in map(_cut_notes, pieces)))
    return [_cut_notes(p.window(0.0, _quarter_at(p, stop))) for p in pieces]


def cut_to_longest(pieces, names) -> tuple[list[Piece], str]:
    """Pieces of at most :data:`.synth.LONGEST` seconds and :data:`MOST_NOTES` notes, and a note in HTML that names
    those cut off.
    """
    cut, said = [], []
    for piece, name in zip(pieces, names):
        hour, part = f"{synth.LONGEST / 60:g} minutes", piece
        if float(piece.seconds(piece.length)) > synth.LONGEST:
            part = piece.window(0.0, _quarter_at(piece, synth.LONGEST))
        shown = _cut_notes(part)
        if shown is not piece:
            heard = f"{MOST_NOTES:,} notes" if shown is not part else hour
            said.append(f"of {name} you hear the first {heard}")
        cut.append(shown)
    return cut, _note(f"Longer than can be played: {', '.join(said)}.") if said else ""


def _cut_notes(piece: Piece) -> Piece:
    """The first of a piece's notes, as many as a page takes."""
    return piece if len(piece) <= MOST_NOTES else piece.replace(notes=piece.notes[:MOST_NOTES])


def _quarter_at(piece: Piece, second: float) -> float:
    """The moment in quarter lengths that is heard at ``second``: the inverse of ``Piece.seconds``."""
    changes = [t for t in piece.tempo if float(piece.seconds(t.onset)) <= second + 1e-9]
    tempo = changes[-1]
    return tempo.onset + (second - float(piece.seconds(tempo.onset))) * tempo.bpm / 60


def assemble(data: dict, sources) -> str:
    """Wrap packed pieces and the script into one HTML output; ValueError for a time that is no number.

    On a page that is being made the script stands in ``_static``, once for all players.
    """
    run = scripts.load_static("player.js") if is_static() else loader()
    return f"{frame(data, sources)}<script>{run}</script>"


def frame(data: dict, sources) -> str:
    """Packed pieces as HTML that sleeps until :func:`loader` runs: for a page that keeps many and shows one."""
    spans = "".join(f'<span data-source="{html.escape(s)}" hidden></span>' for s in sources)
    packed = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    packed = packed.encode("utf-8", "replace").decode()  # half a character pair cannot be written
    packed = packed.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    return (
        "<div class='mg-player' data-musicgan-player data-lm-suppress-shortcuts='true' "
        f"data-music='{packed}'>{spans}<p class='mg-note'>{_NEEDS_SCRIPT}</p></div>"
    )


def frame_piece(piece: Piece, label: str = "") -> str:
    """One piece as :func:`frame` makes it, at the common loudness; ValueError for one that a page may not play."""
    if is_static() and not piece.publishable:
        raise ValueError(withheld_sentence([piece]))
    data = {"h": label, "p": pack_pieces([piece], [label]), "k": [], "o": None}
    return frame(data, [piece.source])


def pack_piece(piece: Piece, label: str = "") -> dict:
    """A piece as the player's JSON: ticks of 1/480 quarter, notes as base64 of varints."""
    notes = piece.notes
    onset = np.round(notes["onset"] * TICKS).astype(int)
    length = np.round((notes["onset"] + notes["duration"]) * TICKS).astype(int) - onset
    rows = np.stack(
        [np.diff(onset, prepend=0), length, notes["pitch"], notes["velocity"], notes["track"]], 1
    )
    gain, peak = synth.match_gain(piece)
    return {
        "l": label,
        "d": piece.title,
        "g": gain,
        "peak": peak,
        "t": [[t.name, int(t.program), synth.sound_kind(t)] for t in piece.tracks],
        "m": [[round(m.onset * TICKS), m.numerator, m.denominator] for m in piece.metre],
        "q": [[round(t.onset * TICKS), round(60e6 / t.bpm)] for t in piece.tempo],
        "n": base64.b64encode(b"".join(_varint(int(v)) for v in rows.ravel())).decode(),
    }


def pack_pieces(pieces, names, decibels=None) -> list[dict]:
    """Pack pieces; where one would clip, all are made softer by the same factor."""
    packed = [pack_piece(p, name) for p, name in zip(pieces, names)]
    for p, extra in zip(packed, decibels or []):
        p["g"] *= 10 ** (extra / 20)
        p["peak"] *= 10 ** (extra / 20)
    factor = min(1.0, 0.97 / max([p.pop("peak") for p in packed] + [1e-9]))
    for p in packed:
        p["g"] = round(p["g"] * factor, 4)
    return packed


def _varint(value: int) -> bytes:
    out = [value & 127]
    while value := value >> 7:
        out.append(value & 127 | 128)
    return bytes(reversed(out))


def _note(sentence: str) -> str:
    return f'<div class="mg-note" role="note"><em>{html.escape(sentence)}</em></div>'


@cache
def script() -> str:
    """The player's script as it runs: sound.js and player.js with the synth's constants and player.css filled in."""
    text = scripts.read_script("sound.js", "player.js")
    return scripts.wrap(text, SYNTH=scripts.SYNTH, STYLE=scripts.read_style("player.css"))


@cache
def loader() -> str:
    """What unpacks the player's script and runs it, once a page."""
    return scripts.write_loader(script())
