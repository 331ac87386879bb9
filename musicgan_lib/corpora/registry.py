"""Every corpus the book speaks of: where it is, what its licence allows, and how it is recognised.

Sizes and addresses are as their hosts or publishers state them, unless a statement says that we counted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One corpus.

    ``redistribute``: may its music be heard in a published page, ``"full"`` or ``"none"``.
    ``weights``: may weights trained on it be published, ``"publish"`` or ``"local"``.
    ``files``: tells from the names in an archive whether it is this corpus (above 1: a preferred
    edition); None where the music comes with the library or with music21. ``load``: reads it; None where it is described only.
    """

    name: str
    title: str
    licence: str
    citation: str
    redistribute: str
    weights: str
    access: str
    statement: str
    size: str = ""
    url: str = ""
    sha256: str = ""
    dynamics: bool = False
    files: Callable | None = None
    load: Callable | None = None


def _has(pattern: str, at_least: int = 1) -> Callable:
    """Whether enough of an archive's file names look like this."""
    return lambda names: sum(bool(re.search(pattern, f"/{n}")) for n in names) >= at_least


def _nottingham_edition(names) -> int:
    """2 for the original ABC, which is preferred; 1 for the MIDI edition of 2012; 0 for neither."""
    if _has(r"/(reelsa-c|jigs)\.abc$")(names):
        return 2
    return int(_has(r"_simple_chords_\d+\.mid$", 20)(names))


def _tunes():
    from .tunes import load_tunes

    pieces, splits = zip(*load_tunes())
    return list(pieces), {"by_tune": list(splits)}, f"{len(pieces)} tunes, entered for this book."


def _chorales():
    from .chorales import load_chorales

    return load_chorales()


def _folk():
    from .folk import load_folk

    return load_folk()


def _nottingham(files):
    from .nottingham import load_nottingham

    return load_nottingham(files)


def _folder(pattern=".", dynamics=True, composer_from=None):
    def read(files):
        from .midi_folder import load_folder

        return load_folder(files, pattern, dynamics, composer_from)

    return read


def _js_fakes(files):
    from .midi_folder import load_js_fakes

    return load_js_fakes(files)


def _maestro(files):
    from .midi_folder import load_maestro

    return load_maestro(files)


_NO_LICENCE = "none stated"
_ROWS = (
    Source(
        "chorales", "Bach's four-part chorales, as encoded in music21", "music: public domain; encodings: with permission",
        "J. S. Bach; M. S. Cuthbert and C. Ariza, music21, ISMIR 2010; split after N. Boulanger-Lewandowski et al., ICML 2012",
        "full", "publish", "comes with music21", size="371 chorales", load=_chorales,
        statement="Hymns of the Lutheran church, harmonised for four singers between about 1707 and 1750. One style, one "
        "faith, one composer: a model of it is not a model of music. Many tunes were harmonised several times, and the "
        "published split has the same tune on both sides; use the tune-disjoint scheme for any claim on new music. No "
        "tempo and no dynamics are written.",
    ),
    Source(
        "tunes", "Eight traditional tunes, entered for this book", "tunes: public domain; entry: MIT",
        "traditional", "full", "publish", "comes with this library", size="8 tunes", load=_tunes,
        statement="Songs that many people sing and nobody owns, with plain chords of our choosing; other singers know other "
        "variants. Large enough to test code, far too small to learn from.",
    ),
    Source(
        "folk", "Dance tunes from two printed collections, as encoded in music21", "tunes: public domain; encodings: with permission",
        "Ryan's Mammoth Collection, 1883; F. O'Neill, Music of Ireland, 1903; encodings distributed with music21",
        "none", "local", "comes with music21", size="400 tunes of each are read", load=_folk,
        statement="Fiddle tunes as two editors of their time wrote them down: ornaments, swing and variation, which make the "
        "music, are not on the page. Melodies alone, no chords.",
    ),
    Source(
        "nottingham", "The Nottingham tunes: melody and chords", _NO_LICENCE,
        "E. Foxley's collection, ABC; MIDI edition: N. Boulanger-Lewandowski et al., ICML 2012",
        "none", "local", "ABC of E. Foxley's collection (14 files), or the 2012 archive Nottingham.zip",
        size="1,037 tunes", files=_nottingham_edition, load=_nottingham,
        statement="British and American dance tunes, mostly traditional, some with living authors; no licence is stated, so "
        "nothing of it is published here. Chords are an editor's. In the MIDI edition two files of different splits are the "
        "same. We read the original ABC, not the later cleaned edition, which is under GPL-3.",
    ),
    Source(
        "classical", "Classical MIDI gathered for C-RNN-GAN", _NO_LICENCE, "O. Mogren, C-RNN-GAN, 2016 (the author's repository)",
        "none", "local", "the folder data/classical of the author's repository", size="3,029 files", dynamics=True,
        files=_has(r"/classical/[^/]+/[^/]+\.mid$", 20), load=_folder(r"/classical/", True, r"/classical/([^/]+)/"),
        statement="Files typed or played by hobbyists and gathered from their web pages; many forbid any use but private. "
        "About one in twelve is a copy of another, some under two composers' names, so split by content. Composers are "
        "nearly all European men of three centuries.",
    ),
    Source(
        "piano_midi_de", "piano-midi.de: classical piano, shaped by hand", "CC BY-SA 3.0 DE, as its author states", "B. Krueger, piano-midi.de",
        "none", "local", "the files of piano-midi.de, or a repacked folder of them", size="337 files in the edition we read",
        dynamics=True, files=_has(r"/(chpn[-_]p\d+|burg_\w+|schuim-\d)[^/]*\.mid$", 4), load=_folder(),
        statement="Sequenced by one person with great care: tempo bends hundreds of times a piece, by hand, in one taste.",
    ),
    Source(
        "maestro", "MAESTRO v3: recorded piano competitions", "CC BY-NC-SA 4.0", "C. Hawthorne et al., ICLR 2019",
        "none", "local", "maestro-v3.0.0-midi.zip from its publisher", size="about 200 hours, as published", dynamics=True,
        files=_has(r"maestro-v[\d.]+\.(json|csv)$"), load=_maestro,
        statement="Competitors on one kind of instrument in one competition: virtuoso repertoire, real dynamics and timing, no "
        "metre. Not for commercial use.",
    ),
    Source(
        "pop909", "POP909: Chinese pop songs as piano arrangements", "MIT (the files); songs are in copyright", "Z. Wang et al., ISMIR 2020",
        "none", "local", "POP909-Dataset, its folder POP909", size="909 songs", dynamics=True,
        files=_has(r"/\d{3}/\d{3}\.mid$", 20), load=_folder(r"/(\d{3})/\1\.mid$"),
        statement="Melody, bridge and piano of songs whose writers are alive. The licence covers the arrangement, not the song, so "
        "nothing of it plays in our pages.",
    ),
    Source(
        "giantmidi", "GiantMIDI-Piano: transcribed recordings", "CC BY 4.0, with a disclaimer", "Q. Kong et al., TISMIR 2022",
        "none", "local", "GiantMIDI-Piano's archive, or its evaluation folder", size="10,855 pieces, as published", dynamics=True,
        files=_has(r"(giantmidi|surname_checked_midis|midis_for_evaluation)", 20), load=_folder(),
        statement="Written down by a network from recordings on the web: wrong notes are the network's, timing is the player's, and "
        "bars are unknown.",
    ),
    Source(
        "lakh", "Lakh MIDI: files found on the web", "CC BY 4.0 (the collection); songs are in copyright", "C. Raffel, PhD thesis, 2016",
        "none", "local", "lmd_full, lmd_matched or clean_midi from its publisher, packed or unpacked", size="176,581 files, as published",
        dynamics=True, files=lambda names: _has(r"(clean_midi/|lmd_(full|matched))")(names), load=_folder(),
        statement="Fan-made files of mostly Western pop, of every quality; some are broken, many are the same song again. Being "
        "findable is not consent: keep what you make from it to yourself.",
    ),
    Source(
        "js_fakes", "JS Fakes: chorales by a network, judged by people", "CC BY 4.0", "O. Peracha, ISMIR 2022",
        "none", "local", "the repository js-fakes", size="500 and 700 chorales", files=_has(r"(jsf-extended/|js-fakes)", 20), load=_js_fakes,
        statement="Generated music that listeners compared with Bach. Useful for calibrating a judge; training on it teaches a "
        "model another model's habits.",
    ),
    Source(
        "js_fakes_4bars", "JS Fakes cut to four bars", "not seen; its origin is CC BY 4.0", "T. Behrens, a data hub", "none", "local",
        "cut js_fakes into windows of four bars: the same music", statement="Derived from js_fakes.",
    ),
    Source(
        "metamidi", "MetaMIDI", "on request", "J. Ens and P. Pasquier, ISMIR 2021", "none", "local", "ask its authors",
        size="436,631 files, as published", statement="Files from the web with matched metadata; access is by request.",
    ),
    Source(
        "crestmuse", "CrestMuse PEDB", "by signed pledge; may not be passed on", "M. Hashida et al., ISMIR 2008", "none", "local",
        "sign its pledge", statement="Expressive piano performances beside their scores.",
    ),
    Source(
        "rwc", "RWC music database", "research use, by contract", "M. Goto et al., ISMIR 2002", "none", "local",
        "apply to its publisher", statement="Recordings and MIDI made for research, with every right cleared.",
    ),
    Source(
        "dadagp", "DadaGP: guitar tablature", "research use, on request", "P. Sarmento et al., ISMIR 2021", "none", "local",
        "ask its authors by mail", size="26,181 songs, as published", statement="Guitar songs as tokens; mostly rock and metal.",
    ),
)  # fmt: skip

SOURCES: dict[str, Source] = {row.name: row for row in _ROWS}


def data_statement(name: str) -> str:
    """What one should know of a corpus before using it, as Markdown."""
    s = SOURCES[name]
    lines = [
        f"**{s.title}** (`{s.name}`)",
        "",
        s.statement,
        "",
        f"- Size: {s.size or 'not stated'}",
        f"- Licence: {s.licence}; music in our pages: {'yes' if s.redistribute == 'full' else 'no'}; "
        f"weights trained on it: {'may be published' if s.weights == 'publish' else 'stay with you'}",
        f"- Source: {s.citation}",
        f"- How to get it: {s.access}" if s.load else f"- Described only; {s.access}",
    ]
    return "\n".join(lines)
