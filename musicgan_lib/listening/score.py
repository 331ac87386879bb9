"""A piece as notation, where verovio is installed."""

import html
import tempfile
from pathlib import Path

from ..notes import Piece, write_musicxml
from .player import Player
from .publishing import is_static, withheld_sentence


def score(piece: Piece, *, width: int = 1600, scale: int = 40) -> Player:
    """Show the piece on staves: an SVG drawn by verovio from its MusicXML, no script, no network.

    ``width`` of the page in verovio's units (tenths of a millimetre), ``scale`` in percent. Where
    verovio is missing, the output is a sentence that says how to get it. Source: verovio (LGPL-3).
    """
    if is_static() and not piece.publishable:
        return Player(f'<p role="note"><em>{html.escape(withheld_sentence([piece]))}</em></p>')
    try:
        import verovio
    except ImportError:
        return Player(
            '<p role="note"><em>A score belongs here. It needs verovio: '
            "<code>pip install verovio</code>, then run this cell again.</em></p>"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piece.musicxml"
        write_musicxml(piece, path)
        text = path.read_text("utf-8")
    verovio.enableLog(verovio.LOG_OFF)
    kit = verovio.toolkit()
    kit.setOptions(
        {"pageWidth": width, "adjustPageHeight": True, "scale": scale, "svgViewBox": True,
         "pageMarginLeft": 20, "pageMarginRight": 20, "header": "none", "footer": "none"}
    )  # fmt: skip
    if not kit.loadData(text):
        raise ValueError(f"verovio cannot read the MusicXML of {piece!r}")
    pages = "".join(kit.renderToSVG(n + 1) for n in range(kit.getPageCount()))
    label = html.escape(f"Score of {piece.title or 'the piece'}", quote=True)
    return Player(
        f'<div role="img" aria-label="{label}" data-source="{html.escape(piece.source)}" '
        f'style="background:#fff;color:#000;max-width:46rem;padding:.5rem;border-radius:10px">{pages}</div>'
    )
