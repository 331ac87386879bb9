"""Recorded generators as files that compose in the page: which there are, and how each is made from its weights."""

from dataclasses import dataclass
from functools import cache

from .. import corpora, systems
from ..data import tone_tokens
from ..data.grid import GridData
from ..data.rolls import STEPS_PER_BAR, RollData
from ..data.rows import RowData
from ..data.words import TUNES_SHARED, WordData
from ..listening import Player, pitch_name
from ..listening.compose import PageModel, panel
from ..models import graph
from ..representations import grid
from . import records, training

_LIKELIHOOD = "learned by likelihood alone"


@dataclass(frozen=True)
class Recorded:
    """A run whose weights are recorded: system, variant, corpus and seed, and what a menu says of it."""

    system: str
    variant: str
    label: str
    about: str
    corpus: str = "chorales"
    seed: int = 21

    @property
    def name(self) -> str:
        return f"{self.system}-{self.corpus}-{self.variant}-{self.seed}"

    @property
    def artifact(self) -> str:
        """The path of its weights below ``results/``."""
        return f"papers/{self.system}/{self.corpus}-{self.variant}-{self.seed}.safetensors"


#: What the book lets compose, in the order of its chapters. A short name is ``system/variant``.
RECORDED = (
    Recorded(
        "mogren2016", "density", "Tones: likelihood", "Tones as symbols, " + _LIKELIHOOD
    ),
    Recorded(
        "mogren2016", "repaired", "Tones: repaired C-RNN-GAN",
        "Tones as symbols, likelihood and an adversary beside it",
    ),
    Recorded("anokhin2018", "likelihood", "Bars: likelihood", "The biaxial generator, " + _LIKELIHOOD),
    Recorded(
        "anokhin2018", "repaired", "Bars: repaired GAN with RL",
        "The biaxial generator after a game: a little reward beside its likelihood",
    ),
    Recorded(
        "anokhin2018", "reward_alone", "Bars: the reward alone",
        "The biaxial generator after a game without likelihood",
    ),
    Recorded("bjare2020", "nll", "Words: likelihood", "Whole words, " + _LIKELIHOOD),
    Recorded("bjare2020", "ordinary", "Words: SeqGAN", "Whole words after a game with the plain reward"),
    Recorded(
        "bjare2020", "reward_baseline", "Words: SeqGAN with a baseline",
        "Whole words after a game whose reward has a baseline",
    ),
    Recorded(
        "bjare2020", "merl", "Words: maximum entropy (MERL)",
        "Whole words after a game that also pays for surprise",
    ),
    Recorded(
        "bjare2020", "repaired_nll", "Words: repaired likelihood",
        "Words of three parts in all keys, " + _LIKELIHOOD,
    ),
    Recorded(
        "bjare2020", "repaired_kl", "Words: repaired reward",
        "Words of three parts after a game that stays near the likelihood",
    ),
)  # fmt: skip


def names() -> list[str]:
    """The short names that :func:`find` knows."""
    return [f"{r.system}/{r.variant}" for r in RECORDED]


@cache
def find(name: str) -> PageModel:
    """The generator of a short name such as ``"bjare2020/merl"``, from its recorded weights.

    ValueError for an unknown name, with those there are; ``records.ResultUnavailable`` where the weights cannot be had;
    CorpusUnavailable where the music is not here whose symbols they speak.
    """
    if name not in names():
        raise ValueError(f"no generator {name!r}; there are {', '.join(names())}")
    return from_run(RECORDED[names().index(name)])


def compose(name: str, *generators: str, beside: bool = False, opening: bool = False) -> Player:
    """A panel in which the reader composes with recorded generators.

    Parameters
    ----------
    name : of the panel in links: the page's.
    generators : short names, the first one chosen; ``beside`` lets the second write beside it.
    opening : begin with the first held-out piece of the corpus, to be continued.

    Raises ValueError as :func:`find` and :func:`~musicgan_lib.listening.compose.panel` do.
    """
    models = [find(generator) for generator in generators]
    given = next(iter(models[0].openings.values()), "") if opening and models else ""
    return panel(models, name, beside=beside, opening=given)


def from_run(recorded: Recorded) -> PageModel:
    """A recorded run as a page's model. Raises as :func:`find`, and TypeError for what no page plays yet."""
    system = systems.find(recorded.system)
    rows = [r for r in _rows(recorded) if recorded.artifact in r["artifacts"]]
    if not rows:
        raise records.ResultUnavailable(f"no record names the weights {recorded.artifact}")
    (row,) = rows
    config = system.configure(recorded.variant, row["profile"], recorded.corpus)
    data = system.game.encode(config, recorded.corpus)
    module = system.game.build(config, data, recorded.seed).modules[system.game.generator]
    training.load_weights(module, records.open(recorded.artifact)).eval()
    return from_module(module, data, config, recorded)


def from_module(module, data, config, recorded: Recorded) -> PageModel:
    """A trained generator as a page's model: how its tokens become notes is read from its data.

    Parameters
    ----------
    data : what it was trained on, as its game's ``encode`` gives it.
    config : its settings. ``recorded`` : what it is called.

    Raises TypeError for data that no page plays yet.
    """
    tell = next((tell for kind, tell in _KINDS.items() if isinstance(data, kind)), None)
    if tell is None:
        known = ", ".join(kind.__name__ for kind in _KINDS)
        raise TypeError(f"{type(data).__name__} is music that no page plays yet: only {known} are")
    layers, tensors = graph.describe(module)
    music = tell(data, config)
    source = corpora.SOURCES.get(recorded.corpus)
    return PageModel(
        name=recorded.name,
        label=recorded.label,
        about=f"{recorded.about}; trained on {recorded.corpus}.",
        corpus=recorded.corpus,
        may_travel=source is not None and source.weights == "publish",
        graph=layers,
        tensors=tensors,
        openings=list_openings(recorded.corpus, music["codec"]),
        **music,
    )


def _rows(recorded: Recorded) -> list[dict]:
    return records.recorded(f"papers/{recorded.system}/{recorded.corpus}")


def _tell_words(data, config) -> dict:
    """Words of melody and chord: a length counts words."""
    codec = {"kind": "words", "symbols": data.symbols, "factored": data.form == "factored"}
    return {
        "unit": "words",
        "lengths": (config.length, config.length // 2, 2 * config.length),
        "tokens": 1,
        "codec": codec,
        "tracks": ("melody", "chords"),
        "program": 73,
        "keys": (57, 81),
    }


def _tell_tones(data, config) -> dict:
    """Tones as symbols; rows of numbers themselves are no tokens."""
    if not config.symbols:
        raise TypeError("rows of real numbers are music that no page plays yet")
    codec = {
        "kind": "tones",
        "times": tone_tokens.TIMES.tolist(),
        "lowest": tone_tokens.LOWEST,
        "pitches": tone_tokens.PITCHES,
        "intensity": data.width == 4,
        "one_key": config.one_key,
    }
    lengths = (2 * config.length, config.length, 4 * config.length)  # four tones sound at once
    return {"unit": "tones", "lengths": lengths, "tokens": 1, "codec": codec, "keys": (43, 79)}


def _tell_rolls(data, config) -> dict:
    """Rolls: a token is a sixteenth, a length counts bars."""
    codec = {
        "kind": "roll",
        "low": config.low,
        "keys": config.high - config.low + 1,
        "channels": config.channels,
        "bar": STEPS_PER_BAR,
    }
    lengths = (config.bars - 4, 4, 2 * config.bars - 8)
    return {
        "unit": "bars", "lengths": lengths, "tokens": STEPS_PER_BAR, "codec": codec, "bar": 4, "keys": (43, 79),
    }  # fmt: skip


def _tell_grid(data, config) -> dict:
    """Voices on a grid: a token is a cell, a length counts bars in 4/4."""
    codec = {
        "kind": "grid",
        "lowest": data.lowest,
        "symbols": data.sizes[0],
        "voices": data.voices,
        "bar": STEPS_PER_BAR,
    }
    return {
        "unit": "bars", "lengths": (8, 4, 16), "tokens": STEPS_PER_BAR * data.voices, "codec": codec, "program": 52,
        "bpm": grid.PACE, "bar": 4, "keys": (40, 81), "tracks": tuple(t.name for t in grid.SINGERS),
    }  # fmt: skip


#: RollData is RowData, too
_KINDS = {
    WordData: _tell_words,
    GridData: _tell_grid,
    RollData: _tell_rolls,
    RowData: _tell_tones,
}


def list_openings(corpus: str, codec: dict) -> dict[str, str]:
    """Openings to try, as text: the first held-out piece of the corpus, its melody alone or all of it.

    None where the music may not be published, or no such piece is in 4/4.
    """
    source = corpora.SOURCES.get(corpus)
    if source is None or source.redistribute != "full":
        return {}
    piece = _first_test_piece(corpus)
    if piece is None:
        return {}
    if codec["kind"] == "words":
        piece = piece.select(0)
    kept = piece.window(piece.metre[0].onset, piece.metre[0].onset + 8)
    return {piece.title: write_opening(kept)}


@cache
def _first_test_piece(corpus: str):
    """The first held-out piece in 4/4 throughout, without a pickup, that may be published; None where there is none."""
    scheme = "tune_disjoint" if corpus in TUNES_SHARED else None
    for piece in corpora.load(corpus, "test", scheme=scheme):
        if piece.publishable and [m[1:] for m in piece.metre] == [(4, 4)]:
            return piece
    return None


def write_opening(piece) -> str:
    """Notes as the panel's text: ``"C4 E4+G4:2 @0 C3:4"``, lengths and moments in quarters."""
    words, now = [], 0.0
    notes = piece.notes
    for onset in sorted(set(notes["onset"].tolist())):
        here = notes[notes["onset"] == onset]
        for duration in sorted(set(here["duration"].tolist())):
            pitches = sorted(here["pitch"][here["duration"] == duration].tolist())
            if onset > now:
                words.append(f"r:{_round(onset - now)}")
            elif onset < now:
                words.append(f"@{_round(onset)}")
            length = "" if duration == 1 else f":{_round(duration)}"
            words.append("+".join(_spell(p) for p in dict.fromkeys(pitches)) + length)
            now = onset + duration
    return " ".join(words)


def _round(quarters: float) -> str:
    return f"{round(quarters, 4):g}"


def _spell(pitch: int) -> str:
    return pitch_name(pitch).replace("♯", "#").replace("♭", "b")
