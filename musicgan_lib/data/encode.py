"""Any music that is whole numbers, asked for by the name of its tokens."""

from .blues import FORMS as BLUES
from .blues import make_blues
from .cantus import CANTUS, make_cantus
from .endings import PLANTED, make_planted
from .motifs import LAGS, make_motifs
from .stations import PROGRAMMES, make_stations
from .themes import THEMED, make_themes
from .tokens import TokenData
from .unheard_forms import UNHEARD, make_unheard_forms
from .words import FORMS

#: Made music: corpus -> the tokens it has, and who makes it
MADE = (
    {name: ("grid", make_motifs) for name in LAGS}
    | {name: ("blues", make_blues) for name in BLUES}
    | {name: ("keys", make_cantus) for name in CANTUS}
    | {name: ("endings", make_planted) for name in PLANTED}
    | {name: ("grid", make_stations) for name in PROGRAMMES}
    | {name: ("melody_events", make_themes) for name in THEMED}
    | {name: ("melody_events", make_unheard_forms) for name in UNHEARD}
)
#: Words are written in all keys or in their own: six semitones in each direction.
ALL_KEYS = 6
#: Tokens of one form
PLAIN = ("endings", "melody_events", "note_chain", "performance", "time_values")


def encode_tokens(corpus: str, tokens: str = "grid", keys: int = 0, scheme: str = "") -> TokenData:
    """The tokens of a corpus; from the cache where they were encoded before.

    Parameters
    ----------
    corpus : a name that the encoder of these tokens knows, or of made music (``MADE``), which has its own tokens.
    tokens : ``"grid"`` (voices on sixteenths), ``"voices.FORM"`` with one of ``data.voices.FORMS``, ``"endings"`` (the
        last notes of melodies), ``"words.FORM"`` with one of ``data.words.FORMS``, ``"midi.KIND"`` with one of
        ``representations.midi_tokens.KINDS``, ``"melody_events"``, ``"note_chain"``, ``"time_values"``,
        ``"performance"`` with one of ``data.performances.FORMS``, or ``"wave.RATE"``: sound, so many samples a second.
        Words of chorales are those of their sopranos.
    keys : training pieces stand in the keys up to so many semitones above and below their own, too; 0: in their own
        alone. Words and MIDI tokens know 0 and 6, which is every key; performances and chains of notes know 0.
    scheme : the splits of a grid (:func:`~musicgan_lib.data.grid.encode_grid`); empty: the default of the corpus.

    ValueError for a name that there is not, and for what an encoder would ignore.
    """
    kind, _, form = tokens.partition(".")
    if corpus in MADE:
        own, make = MADE[corpus]
        if (tokens, keys, scheme) != (own, 0, ""):
            raise ValueError(
                f"{corpus} is made as {own}, in one key and with one split: change none of them"
            )
        return make(corpus)
    if (kind, bool(form)) in (("grid", False), ("voices", True)):
        return _encode_cells(corpus, form, range(-keys, keys + 1), scheme or None)
    if tokens in PLAIN or kind in ("performance", "wave"):
        return _encode_plain(corpus, tokens, keys, scheme)
    if kind not in ("words", "midi") or not form:
        names = ", ".join([*(f"words.{f}" for f in FORMS), *PLAIN])
        raise ValueError(f"no tokens {tokens!r}; there are grid, voices.SATB, {names}, midi.REMI …")
    if scheme:
        raise ValueError(f"scheme is {scheme!r}, and {tokens} have one split: leave it empty")
    if keys not in (0, ALL_KEYS):
        raise ValueError(f"keys is {keys}; {tokens} are written in their own key (0) or in all (6)")
    if kind == "words":
        from .words import encode_words

        return encode_words(corpus, form, all_keys=keys > 0, melody_only=corpus == "chorales")
    from .midi_tokens import encode_midi_tokens

    return encode_midi_tokens(corpus, form, all_keys=keys > 0)


def _encode_plain(corpus: str, tokens: str, keys: int, scheme: str) -> TokenData:
    """Endings, events of melodies and performances, chains of notes; ValueError for what they would ignore."""
    if scheme:
        raise ValueError(f"scheme is {scheme!r}, and {tokens} have one split: leave it empty")
    if tokens == "melody_events":
        from .melody_events import encode_melody_events

        return encode_melody_events(corpus, range(-keys, keys + 1))
    if keys:
        raise ValueError(f"keys is {keys}; {tokens} has one key: leave it 0")
    if tokens.startswith("wave"):
        from .waves import encode_waves

        rate = tokens.removeprefix("wave.")
        if not rate.isdecimal():
            raise ValueError(f"no tokens {tokens!r}: sound is wave.RATE, such as wave.8000")
        return encode_waves(corpus, int(rate))
    if tokens == "endings":
        from .endings import encode_endings

        return encode_endings(corpus)
    if tokens == "time_values":
        from .time_values import encode_time_values

        return encode_time_values(corpus)
    if tokens == "note_chain":
        from .note_chain import encode_note_chain

        return encode_note_chain(corpus)
    from .performances import encode_performances

    return encode_performances(corpus, tokens)


def _encode_cells(corpus: str, form: str, shifts, scheme: str | None) -> TokenData:
    """Voices on sixteenths: as the grid has them where no form is named."""
    from .grid import encode_grid
    from .voices import encode_voices

    if not form:
        return encode_grid(corpus, shifts, scheme)
    return encode_voices(corpus, form, shifts, scheme)
