"""Turn the knobs yourself while a kernel runs; in a page, what the first setting gives."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..notes import Piece, Tempo
from .player import player
from .publishing import is_static


def explore(pieces, *, transpose: int = 0, bpm: float | None = None, show=None):
    """Choose a piece, its key and its tempo, and hear it: controls when live, a plain player in a page.

    Parameters
    ----------
    pieces : a sequence of pieces, or a mapping from a corpus's name to one.
    transpose : semitones to begin with, -12 to 12.
    bpm : quarters a minute to begin with; the piece's own first tempo by default, and again when
        another piece is chosen.
    show : ``show(piece)`` makes the output; a player by default.

    Returns an ipywidgets box (7 or 8), or under MUSICGAN_STATIC=1 what ``show`` gives for the
    first piece: a page has no kernel to turn knobs in. Source: ours.
    """
    corpora = pieces if isinstance(pieces, Mapping) else {"": pieces}
    show = show or player
    first = next(iter(corpora.values()))[0]
    if is_static():
        return show(change_piece(first, transpose, bpm))
    return _controls(corpora, transpose, bpm, show)


def change_piece(piece: Piece, transpose: int = 0, bpm: float | None = None) -> Piece:
    """The piece in another key and at another tempo.

    Where notes would leave 0..127, all turn back by octaves; where no octave fits, the key stays.
    """
    if transpose:
        drums = np.array([t.is_drum for t in piece.tracks], bool)[piece.notes["track"]]
        pitches = piece.notes["pitch"][~drums]
        low, high = int(pitches.min(initial=127)), int(pitches.max(initial=0))
        while transpose > 0 and high + transpose > 127:
            transpose -= 12
        while transpose < 0 and low + transpose < 0:
            transpose += 12
        if high + transpose <= 127:
            piece = piece.transpose(transpose)
    if bpm is not None:
        factor = bpm / piece.tempo[0].bpm
        piece = piece.replace(tempo=tuple(Tempo(t.onset, t.bpm * factor) for t in piece.tempo))
    return piece


def _controls(corpora: Mapping[str, Sequence[Piece]], transpose: int, bpm, show):
    import ipywidgets

    names = {
        n: [f"{i + 1}. {p.title or 'untitled'}" for i, p in enumerate(c)]
        for n, c in corpora.items()
    }
    corpus = ipywidgets.Dropdown(options=list(corpora), description="corpus")
    piece = ipywidgets.Dropdown(options=_numbered(names[corpus.value]), description="piece")
    key = ipywidgets.IntSlider(value=transpose, min=-12, max=12, description="transpose")
    start = bpm or corpora[corpus.value][0].tempo[0].bpm
    tempo = ipywidgets.IntSlider(value=round(start), min=20, max=300, description="tempo")
    screen = ipywidgets.Output()

    def draw(_=None):
        chosen = corpora[corpus.value][piece.value]
        # set, not captured: a program that runs the notebook may wait for ever for what is captured
        screen.outputs = ()
        screen.append_display_data(show(change_piece(chosen, key.value, tempo.value)))

    def change_corpus(_):
        piece.options = _numbered(names[corpus.value])
        piece.value = 0
        change_choice()

    def change_choice(_=None):
        before = tempo.value
        tempo.value = round(corpora[corpus.value][piece.value].tempo[0].bpm)  # draws if it moves
        if tempo.value == before:
            draw()

    corpus.observe(change_corpus, names="value")
    piece.observe(change_choice, names="value")
    for knob in (key, tempo):
        knob.observe(draw, names="value")
    draw()
    knobs = [piece, key, tempo] if len(corpora) == 1 else [corpus, piece, key, tempo]
    return ipywidgets.VBox([*knobs, screen])


def _numbered(names):
    return [(name, i) for i, name in enumerate(names)]
