"""Music of recorded runs, as far as it may travel: samples that were kept, or the first that kept weights draw."""

import functools
from dataclasses import dataclass

import numpy as np

from .. import corpora, systems
from ..experiments import records
from ..notes import Piece, read_midi

#: What was kept of a run, by the ending of its file, in the order in which it is taken: music first, then weights.
ENDINGS = (".mid", ".npz", ".safetensors")
#: So many moves of a top line in common with a piece that is withheld, and a stretch of music is not heard.
MOVES = 8
#: What a page alone plays, such as the music of controls: it is no clip of a system.
OF_A_PAGE = "-heard.npz"
#: Systems whose samples are sounds: a family, and two that stand in others
AUDIO, OTHER_AUDIO = "L", ("liu2019", "zhu2023")
#: Kept weights draw so many samples at once, so that the first of them is the same wherever it is heard.
BATCH = 4


@dataclass(frozen=True)
class Opened:
    """A preset as it was when a run was recorded: its game, its settings, its music, and the run's record."""

    game: object
    config: object
    data: object
    row: dict

    @property
    def opening(self) -> int:
        """Steps at the start of each sample that are real music, not the machine's."""
        return self.config.length // 2 if getattr(self.config, "conditional", False) else 0

    @property
    def steps(self) -> int:
        """Steps of a whole sample, its opening included; where none is kept, what the settings say."""
        name = find_music(self.row)
        if name and not name.endswith(".mid"):
            return len(_list_samples(name, self, 1)[0])
        return 16 * self.config.bars if hasattr(self.config, "bars") else self.config.length


def find_music(row: dict) -> str:
    """The artifact of a record that can be heard and may be; an empty string where there is none.

    Music travels where the licence of its corpus lets the music be heard, weights where they may be published, too.
    """
    source = corpora.SOURCES.get(row["corpus"])
    if source is None or source.redistribute != "full" or row["system"] not in systems.names():
        return ""  # what no card says how to read, such as a measure of recorded runs, is not drawn from
    if systems.find(row["system"]).family == AUDIO or row["system"] in OTHER_AUDIO:
        return ""  # a sound is no piece
    for ending in ENDINGS:
        if ending == ".safetensors" and source.weights != "publish":
            continue
        for name in row["artifacts"]:
            of_a_page = name.endswith(OF_A_PAGE)
            if name.endswith(ending) and not of_a_page and records.exists(name):
                return name
    return ""


def draw_music(row: dict, n: int = 1) -> list[Piece]:
    """The first ``n`` samples of a recorded run, never chosen; fewer where fewer were kept, none where none may travel.

    Kept weights draw with the seed of the run. Where samples go on from an opening of real music, that opening is cut
    off: what is left was made by the machine alone. Source: ours.
    """
    name = find_music(row)
    if not name:
        return []
    if name.endswith(".mid"):
        return [read_midi(records.open(name)).replace(source="generated", title="")]
    opened = open_preset(row)
    drawn = _list_samples(name, opened, n)
    pieces = [opened.data.decode(sample[opened.opening :]) for sample in drawn[:n]]
    return [piece.replace(source="generated", title="") for piece in pieces]


def draw_real(row: dict, n: int) -> list[Piece]:
    """At most ``n`` stretches of held-out music, read and written back as the system of this record does it.

    Each is the beginning of another test piece, as long as a sample, so that its length tells nothing; the pieces are
    spread over all that are long enough. What shares ``MOVES`` moves of its top line with a piece that its own file
    withholds is left out. Source: ours.
    """
    opened = open_preset(row)
    withheld, steps = _list_withheld(row["corpus"]), opened.steps
    found = []
    for rows in map(opened.game.spell, opened.data.pieces["test"]):
        if len(rows) >= steps:
            piece = opened.data.decode(rows[opened.opening : steps])
            if not list_moves(piece) & withheld:
                found.append(piece.replace(source=row["corpus"], title=""))
    spread = np.linspace(0, len(found) - 1, min(n, len(found))).round().astype(int)
    return [found[i] for i in spread]


def open_preset(row: dict) -> Opened:
    """The preset of a record, with its music: read once for all rows that read it alike."""
    system = systems.find(row["system"])
    config = system.configure(row["variant"].split(",")[0], row["profile"], row["corpus"])
    return Opened(system.game, config, _encode(system.id, config, row["corpus"]), row)


@functools.lru_cache(maxsize=8)
def _encode(system: str, config, corpus: str):
    return systems.find(system).game.encode(config, corpus)


def _list_samples(name: str, opened: Opened, n: int) -> np.ndarray:
    if name.endswith(".npz"):
        return np.load(records.open(name))[f"{records.row_of(opened.row)}-{opened.row['seed']}"]
    return _draw(name, opened.row["seed"], opened, n)


def _draw(name: str, seed: int, opened: Opened, n: int) -> np.ndarray:
    import torch

    from ..experiments import training

    state = opened.game.build(opened.config, opened.data, seed)
    module = training.load_weights(state.modules[opened.game.generator], records.open(name)).eval()
    with torch.no_grad():
        generator = torch.Generator().manual_seed(seed)
        return opened.game.draw(module, opened.config, max(n, BATCH), generator)


def list_moves(piece: Piece) -> set[tuple]:
    """Every ``MOVES`` moves in a row of the highest line of a piece, in semitones; its key does not matter."""
    onsets = np.unique(piece.notes["onset"])
    top = [int(piece.notes["pitch"][piece.notes["onset"] == onset].max()) for onset in onsets]
    moves = np.diff(top).tolist()
    return {tuple(moves[i : i + MOVES]) for i in range(len(moves) - MOVES + 1)}


def list_withheld_moves(pieces) -> set[tuple]:
    """The moves of all pieces that their files withhold: of all voices together, and of the first alone."""
    kept = [p for p in pieces if not p.publishable]
    return set().union(*(list_moves(line) for p in kept for line in (p, p.select(0))))


@functools.cache
def _list_withheld(corpus: str) -> set[tuple]:
    return list_withheld_moves(corpora.load(corpus)) if corpora.SOURCES[corpus].withheld else set()
