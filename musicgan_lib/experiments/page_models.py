"""Recorded generators as files that compose in the page: which there are, and how each is made from its weights."""

from dataclasses import dataclass
from functools import cache

from .. import corpora, systems
from ..data.words import TUNES_SHARED
from ..listening import Player, pitch_name
from ..listening.compose import PageModel, panel
from ..models import graph
from . import records, training
from .page_codecs import KINDS

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
    Recorded(
        "liang2017", "bachbot", "Four voices: BachBot",
        "Keeps the melody that you open with, and writes alto, tenor and bass under it",
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


def compose(
    name: str,
    *generators: str,
    beside: bool = False,
    opening: bool = False,
    temperature: float = 1.0,
) -> Player:
    """A panel in which the reader composes with recorded generators.

    Parameters
    ----------
    name : of the panel in links: the page's.
    generators : short names, the first one chosen; ``beside`` lets the second write beside it.
    opening : begin with the first held-out piece of the corpus, to be continued or harmonised.
    temperature : what the control says at first.

    Raises ValueError as :func:`find` and :func:`~musicgan_lib.listening.compose.panel` do.
    """
    models = [find(generator) for generator in generators]
    given = next(iter(models[0].openings.values()), "") if opening and models else ""
    return panel(models, name, beside=beside, opening=given, temperature=temperature)


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
    tell = next((tell for kind, tell in KINDS.items() if isinstance(data, kind)), None)
    if tell is None:
        known = ", ".join(kind.__name__ for kind in KINDS)
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
    alone = codec["kind"] in ("words", "voices")
    piece = piece.select(0) if alone else piece
    length = 16 if codec["kind"] == "voices" else 8
    kept = piece.window(piece.metre[0].onset, piece.metre[0].onset + length)
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
