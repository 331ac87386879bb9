"""A blind listening study in the page: pairs of first samples, equally loud and long, and the key at the end."""

import base64
import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from importlib import resources

import numpy as np

from ..listening.player import cut_to_shortest, frame, loader, pack_pieces
from ..listening.publishing import is_static, withheld_sentence
from ..notes import Piece
from . import recorded_music
from .listening_pool import FORMAT, MOST_ANSWERS, MOST_BYTES, REAL, VERSION, Heard
from .preferences import TIE

#: Seconds of a sample that are heard at most; samples of one kind are as long as the shortest of them.
LONGEST = 12.0
#: How many pairs a listener may choose to hear.
SIZES = (10, 20, 40)
#: A control that nobody should prefer: real music whose pitches were dealt out anew.
SHUFFLED = "shuffled"


@dataclass(frozen=True)
class Clip:
    """A piece that may be heard in the study, what it is, and what its system is called when the key is shown."""

    heard: Heard
    name: str
    piece: Piece


class Study:
    """What :func:`draw_study` gives: one output of HTML, with the numbers of its clips and systems."""

    def __init__(self, html: str, clips: int, systems: int):
        self.html, self.clips, self.systems = html, clips, systems

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"Study({self.clips} clips of {self.systems} systems)"


def gather_clips(rows, names: dict[str, str], rng, samples: int = 3, real: int = 10) -> list[Clip]:
    """The first ``samples`` of every recorded run that may be heard, and as its like ``real`` stretches of real music.

    ``names``: id of a system -> what it is called. Runs that read music alike are one kind and are compared with each
    other and with real music that went through the same reader; a few of those are shuffled (``SHUFFLED``). Runs of the
    smoke profile, which only show that the code works, are left out. Source: ours.
    """
    clips: dict[Heard, Clip] = {}
    heard_rows = [r for r in rows if r["profile"] != "smoke" and recorded_music.find_music(r)]
    for row in heard_rows:
        kind = row["system"]
        for number, piece in enumerate(recorded_music.draw_music(row, samples)):
            heard = Heard(row["system"], row["variant"], kind, number)
            clips.setdefault(heard, Clip(heard, names.get(row["system"], row["system"]), piece))
    for kind in sorted({heard.kind for heard in clips}):
        row = next(r for r in heard_rows if r["system"] == kind)
        for clip in frame_real(kind, recorded_music.draw_real(row, real), rng, samples):
            clips[clip.heard] = clip
    return list(clips.values())


def frame_real(kind: str, pieces: Sequence[Piece], rng, shuffled: int = 3) -> list[Clip]:
    """Real pieces as clips of a kind, and the last of them again with their pitches shuffled in time."""
    pieces = list(pieces)
    clips = [Clip(Heard(REAL, REAL, kind, i), "real music", p) for i, p in enumerate(pieces)]
    for number, piece in enumerate(pieces[-shuffled:] if shuffled else []):
        notes = piece.notes.copy()
        notes["pitch"] = rng.permutation(notes["pitch"])
        heard = Heard(SHUFFLED, SHUFFLED, kind, number)
        clips.append(Clip(heard, "real music, shuffled", piece.replace(notes=notes)))
    return clips


def draw_study(clips: Sequence[Clip], *, sizes=SIZES, seed: int | None = None) -> Study:
    """The study as one output: two samples at a time, two questions, and after the last answer the key.

    Parameters
    ----------
    clips : what may be heard; of each kind real music and at least one other system.
    sizes : how many pairs a listener may choose to hear.
    seed : draws the pairs for a test; None draws them anew for each listener.

    All clips are equally loud, and those of a kind equally long. Answers stay in the browser. ValueError for a kind
    without real music or without anything else, and for music that a page may not play. Source: ours.
    """
    clips = list(clips)
    for kind in {clip.heard.kind for clip in clips} or {"none"}:
        systems = {clip.heard.system for clip in clips if clip.heard.kind == kind}
        if REAL not in systems or len(systems) < 2:
            raise ValueError(f"the kind {kind!r} needs real music and another system to compare")
    if is_static() and (kept := [c.piece for c in clips if not c.piece.publishable]):
        raise ValueError(withheld_sentence(kept))
    clips = _level(clips)
    order = np.random.default_rng(0).permutation(len(clips))  # their places tell nothing
    clips = [clips[i] for i in order]
    packed = pack_pieces([clip.piece for clip in clips], [""] * len(clips))
    key = [[*vars(clip.heard).values(), clip.name] for clip in clips]
    edition = hashlib.sha256(json.dumps([packed, key]).encode()).hexdigest()[:8]
    about = {
        "format": FORMAT, "version": VERSION, "edition": edition, "sizes": list(sizes), "seed": seed, "tie": TIE,
        "bytes": MOST_BYTES, "answers": MOST_ANSWERS, "key": key,
    }  # fmt: skip
    sources = sorted({clip.piece.source for clip in clips})
    return Study(
        _wrap(about, frame({"p": packed}, sources)), len(clips), len({row[0] for row in key})
    )


def _level(clips: list[Clip]) -> list[Clip]:
    """The clips cut to one length a kind, without titles."""
    levelled: dict[Heard, Clip] = {}
    for kind in {clip.heard.kind for clip in clips}:
        own = [clip for clip in clips if clip.heard.kind == kind]
        for clip, piece in zip(own, cut_to_shortest([c.piece for c in own], LONGEST)):
            levelled[clip.heard] = replace(clip, piece=piece.replace(title=""))
    return [levelled[clip.heard] for clip in clips]


def _wrap(about: dict, music: str) -> str:
    folder = resources.files(__package__)
    style, script, shared = (
        folder.joinpath(name).read_text("utf-8")
        for name in ("listening_study.css", "listening_study.js", "preferences.js")
    )
    script = script.replace("\nPREFERENCES\n", f"\n{shared}\n", 1)
    packed = base64.b64encode(zlib.compress(json.dumps(about).encode(), 9)).decode()
    plain = "The listening study needs its script: run this cell, or trust the notebook."
    return (
        f'<div class="mg-study" data-musicgan-study data-lm-suppress-shortcuts="true"><style>{style}</style>'
        f'<template data-role="music">{music}</template><p data-role="plain">{escape(plain)}</p>'
        f'<script type="text/plain" data-role="player">{loader()}</script>'
        f'<script type="text/plain" data-role="about">{packed}</script><script>{script}</script></div>'
    )
