"""The panel in which a reader lets generators write: controls, an opening, rolls that fill up, sound."""

import html
import json
from functools import cache
from pathlib import Path

from ...files import write_whole
from .. import scripts
from ..player import Player
from ..player import script as write_player
from ..publishing import is_static
from .model_files import PageModel, export, pack

ENGINE = ("compose/arithmetic.js", "compose/layers.js", "compose/engine.js")
_PAGE = (
    "sound.js",
    "compose/opening.js",
    "compose/codecs.js",
    "compose/voices.js",
    "compose/takes.js",
    "compose/playback.js",
    "compose/board.js",
    "compose/layout.js",
    "compose/desk.js",
    "compose/panel.js",
)
_NEEDS_SCRIPT = (
    "A generator composes here. The panel needs its script: run this cell, or trust the notebook "
    "(JupyterLab: View, Activate Command Palette, Trust Notebook)."
)


def panel(
    models, name: str = "compose", *, beside: bool = False, seed: int = 21, temperature: float = 1.0, opening: str = ""
) -> Player:  # fmt: skip
    """Let the reader compose with generators, in the page.

    Parameters
    ----------
    models : the :class:`PageModel` to choose from, the first one chosen.
    name : of the panel in links that reproduce a piece.
    beside : the second model writes beside the first, from the same seed.
    seed, temperature, opening : what the controls say at first. An opening is text such as ``"C4 D4 E4:2"``.

    On a page that is being made the script stands in ``_static``, where :func:`write_static` puts it; a model's
    weights are loaded from there when they are first asked for, and a model whose weights may not travel is left out,
    which a sentence says. In a notebook all of it travels inside the output.

    Raises
    ------
    ValueError : no model, two of one name, or ``beside`` with one alone.
    """
    models = list(models)
    names = [m.name for m in models]
    if not models or len(set(names)) < len(names):
        raise ValueError(f"a panel needs one or more models of different names, not {names}")
    if beside and len(models) < 2:
        raise ValueError(f"beside needs a second model, and there is {names[0]} alone")
    shown = [m for m in models if m.may_travel or not is_static()]
    said = withheld_sentence([m for m in models if m not in shown])
    if not shown:
        return Player(said)
    data = {
        "id": name,
        "models": [m.tell() for m in shown],
        "beside": shown[1].name if beside and len(shown) > 1 else "",
        "seed": seed,
        "temperature": temperature,
        "opening": opening,
    }
    carried = "" if is_static() else "".join(f"<script>{pack(m)}</script>" for m in shown)
    return Player(said + carried + assemble(data, sorted({m.corpus for m in shown})))


def write_static(folder, models) -> list[Path]:
    """Write what panels and players of published pages load: ``compose.js``, ``player.js``, and in ``models`` a file
    each; returns the paths.

    Raises ValueError as :func:`.export` does.
    """
    (Path(folder) / "models").mkdir(parents=True, exist_ok=True)
    own = [
        write_whole(Path(folder) / "compose.js", script().encode()),
        write_whole(Path(folder) / "player.js", write_player().encode()),
    ]
    return [*own, *(export(model, Path(folder) / "models") for model in models)]


def withheld_sentence(models: list[PageModel]) -> str:
    """Why some generators are missing from a page, as HTML; empty where none are."""
    if not models:
        return ""
    names = ", ".join(m.label for m in models)
    sources = ", ".join(sorted({m.corpus for m in models}))
    sentence = (
        f"Not in this page: {names}. The licence of {sources} lets no weights trained on it be "
        "passed on. Run this notebook where that corpus is, and they compose here."
    )
    return f'<div class="mg-note" role="note"><em>{html.escape(sentence)}</em></div>'


def assemble(data: dict, corpora) -> str:
    """Wrap what a panel shows and its script into one HTML output."""
    spans = "".join(f'<span data-source="{html.escape(c)}" hidden></span>' for c in corpora)
    packed = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    packed = packed.replace("&", "&amp;").replace("'", "&#39;").replace("<", "&lt;")
    return (
        "<div class='mg-player mg-compose' data-musicgan-compose data-lm-suppress-shortcuts='true' "
        f"data-compose='{packed}'>{spans}<p class='mg-note'>{_NEEDS_SCRIPT}</p></div>"
        f"<script>{scripts.load_static('compose.js') if is_static() else _loader()}</script>"
    )


@cache
def engine() -> str:
    """The engine as a function, which the page calls or hands to a worker: arithmetic, layers, steppers."""
    names = "LAYERS, makeStepper, seedRandom, serve, unpackModel"
    return f"function makeEngine() {{\n{scripts.read_script(*ENGINE)}\nreturn {{{names}}};\n}}\n"


@cache
def script() -> str:
    """The panel's script as it runs, engine and styles included."""
    text = engine() + scripts.read_script(*_PAGE)
    style = scripts.read_style("player.css") + scripts.read_style("compose/compose.css")
    return scripts.wrap(text, SYNTH=scripts.SYNTH, STYLE=style)


@cache
def _loader() -> str:
    return scripts.write_loader(script())
