"""Scripts that travel inside an output: joined from their files, stripped of comments, deflated."""

import base64
import json
import zlib
from functools import cache
from importlib import resources

from . import synth

#: What the sound of a note is made of, as sound.js wants it.
SYNTH = {
    "harmonics": synth.HARMONICS,
    "shapes": [synth.SHAPES[synth.STRUCK], synth.SHAPES[synth.SUSTAINED]],
    "release": synth.RELEASE,
    "shortest": synth.SHORTEST,
    "loudness": synth.LOUDNESS,
}


@cache
def read_script(*names: str) -> str:
    """Files of this room as one text, without comment lines and indentation."""
    lines = [x.strip() for name in names for x in _read(name).splitlines()]
    return "\n".join(x for x in lines if x and not x.startswith("//"))


@cache
def read_style(name: str) -> str:
    """A style sheet of this room on one line."""
    return _read(name).replace("\n", "")


def wrap(text: str, **filled) -> str:
    """The text with each placeholder's first occurrence replaced by a value as JSON, in a scope of its own."""
    for name, value in filled.items():
        text = text.replace(name, json.dumps(value), 1)
    return f"(() => {{\n{text}\n}})();"


def write_loader(script: str) -> str:
    """A script that unpacks another and runs it: deflated it is a third, which keeps an output small."""
    packed = base64.b64encode(zlib.compress(script.encode(), 9)).decode()
    return (
        f'(async()=>{{const b=Uint8Array.from(atob("{packed}"),c=>c.charCodeAt()),'
        's=document.createElement("script");s.textContent=await new Response(new Blob([b]).stream()'
        '.pipeThrough(new DecompressionStream("deflate"))).text();document.head.append(s);s.remove()})()'
    )


def load_static(file: str) -> str:
    """A script that loads a file of ``_static`` and runs it, on a page that is being made.

    Sphinx says where a page's root is; of a page of one's own ``_static`` is beside it.
    """
    return (
        '(()=>{const s=document.createElement("script");'
        f's.src=(document.documentElement.dataset.content_root||"./")+"_static/{file}";document.head.append(s)}})()'
    )


def _read(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")
