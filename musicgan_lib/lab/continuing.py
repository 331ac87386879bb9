"""The same eight bars, and what each recorded system that can go on from them writes next."""

import functools
import json

import numpy as np
import torch

from .. import corpora
from ..data.grid import GridData
from ..data.melody_events import MelodyEventData
from ..data.pieces_padded import hold_rests, lay_bars, write_rests
from ..experiments import records, training
from ..experiments.claims import read_all_records
from ..models.sweeps import fall_linearly, redraw_masks, sweep
from ..notes import Piece
from .continuers import CONTINUERS, Continuer
from .recorded_music import Opened, open_preset

CORPUS, SEED = "chorales", 21
#: Quarters that are given, and that are written
GIVEN, WRITTEN = 32.0, 16.0
QUARTER = 4  # sixteenths
#: Moves of the highest line by which a piece is found again in another encoding
KNOWN = 8
#: Sixteenths that a completer of scores hears beside as many that it fills
HALF = 8


#: The chorale that is continued: held out from all, without a pickup, and of a length that every encoding reads
OPENING = "BWV 437"
KEPT = "about/continuations.json"


def find_opening(title: str = OPENING) -> Piece:
    """A held-out chorale by its title, whole; ValueError where there is none that may be played and is long enough."""
    for piece in corpora.load(CORPUS, "test", scheme="tune_disjoint"):
        if piece.title == title and piece.publishable and piece.length >= GIVEN + WRITTEN:
            return piece
    raise ValueError(
        f"no held-out chorale {title!r} of {(GIVEN + WRITTEN) / 4:g} bars may be played"
    )


def read_top(piece: Piece) -> np.ndarray:
    """The moves of its highest line in semitones: of each note that nothing above it sounds with."""
    notes = piece.notes[np.lexsort((-piece.notes["pitch"], piece.notes["onset"]))]
    start, pitch = notes["onset"], notes["pitch"].astype(int)
    over = (start[None] <= start[:, None] + 1e-6) & (pitch[None] > pitch[:, None])
    over &= (start + notes["duration"])[None] > start[:, None] + 1e-6
    return np.diff(pitch[~over.any(1)])


def draw_continuations(who: Continuer, opening: Piece, n: int, seed: int) -> list[Piece]:
    """``n`` times the four bars that a system writes after the first eight of ``opening``, from 0 on.

    Its recorded weights draw, at temperature 1, the first ``n`` and no others. LookupError where the opening is not
    among the test pieces that it reads.
    """
    opened, module = _open(who.system, who.variant)
    i = _find(who.system, who.variant, tuple(read_top(opening)[:KNOWN].tolist()))
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = torch.Generator().manual_seed(seed)
        pieces = _HOW[who.how](opened, module, i, n, generator)
    return [p.window(GIVEN, GIVEN + WRITTEN).replace(source="generated", title="") for p in pieces]


@functools.lru_cache(maxsize=len(CONTINUERS))
def _open(system: str, variant: str) -> tuple[Opened, object]:
    """A preset and its network with the recorded weights; that of a table of counts reads the tunes again."""
    asked = (system, variant, CORPUS, SEED)
    row = next(
        r
        for r in read_all_records()
        if (r["system"], r["variant"], r["corpus"], r["seed"]) == asked and r["control"] is None
    )
    opened = open_preset(row)
    state = opened.game.build(opened.config, opened.data, SEED)
    if system == "backoff":
        step = opened.game.make_step(opened.config, opened.data)
        for _ in range(opened.config.steps):
            step(state)
            state.step += 1
        return opened, state.modules[opened.game.generator]
    artifact = f"papers/{system}/{CORPUS}-{variant}-{SEED}.safetensors"
    module = state.modules[opened.game.generator]
    return opened, training.load_weights(module, records.open(artifact)).eval()


@functools.lru_cache(maxsize=64)
def _find(system: str, variant: str, moves: tuple) -> int:
    """Which test piece of an encoding begins with these moves."""
    opened, _ = _open(system, variant)
    for i in range(len(opened.data.pieces["test"])):
        piece = opened.data.decode(opened.game.spell(opened.data.pieces["test"][i]))
        if tuple(read_top(piece)[: len(moves)].tolist()) == moves:
            return i
    raise LookupError(f"{system} reads no test piece that begins so")


def _cut(decode, tokens, stride: int) -> int:
    """How many tokens spell the given quarters: all before the first that spells a note after them."""
    low, high = 0, len(tokens) // stride
    while low < high:
        middle = (low + high + 1) // 2
        late = decode(tokens[: middle * stride]).notes["onset"].max(initial=0) >= GIVEN - 1e-6
        low, high = (low, middle - 1) if late else (middle, high)
    return low * stride


def _go_on(decode, module, tokens, known: int, n: int, generator, more: int = 0) -> list[Piece]:
    """``more`` tokens: by default half again as many as the opening took for the same time."""
    more = more or -(-known * 3 // 4)
    prefix = torch.as_tensor(tokens[:known]).expand(n, *np.shape(tokens[:known])).clone()
    drawn = module.sample(n, known + more, generator, 1.0, prefix).actions
    return [decode(row) for row in drawn.cpu().numpy()]


def _by_tokens(opened, module, i, n, generator):
    data, tokens = opened.data, opened.data.pieces["test"][i]
    known = _cut(data.decode, tokens, getattr(data, "stride", 1))
    even = isinstance(data, GridData | MelodyEventData)  # each sixteenth takes as many tokens
    return _go_on(data.decode, module, tokens, known, n, generator, known // 2 * even)


def _by_rolls(opened, module, i, n, generator):
    known, tokens = int(GIVEN) * QUARTER, opened.data.pieces["test"][i]
    tokens = opened.data.floats(tokens)[..., : module.channels]
    return _go_on(opened.data.decode, module, tokens, known, n, generator, int(WRITTEN) * QUARTER)


def _by_tones(opened, module, i, n, generator):
    from ..data.tone_tokens import tone_tokens

    data = tone_tokens(opened.data)
    tokens = data.pieces["test"][i]
    known = _cut(data.decode, tokens, 1)
    return _go_on(data.decode, module, tokens, known, n, generator)


def _by_counts(opened, module, i, n, generator):
    tokens = opened.data.pieces["test"][i]
    known = _cut(opened.data.decode, tokens, 1)
    rng = np.random.default_rng(generator.initial_seed())
    return [
        opened.data.decode(module.sample(2 * known, rng, start=tokens[:known])) for _ in range(n)
    ]


def _by_bars(opened, module, i, n, generator):
    from ..data import bars as music
    from ..games.bars import continue_bars

    rows = opened.data.pieces["test"][i]
    given = int(GIVEN) // 4
    before = np.repeat(rows[given - 1 : given, music.PITCHES], n, 0)
    written = []
    for k in range(int(WRITTEN) // 4):
        before = continue_bars(
            module, opened.config, np.repeat(rows[k : k + 1], n, 0), before, generator
        )
        written.append(before)
    known = np.repeat(opened.game.spell(rows[:given])[None], n, 0)
    return [opened.data.decode(row) for row in np.concatenate([known, *written], 1)]


def _lay_cells(opened, i, n):
    """The given cells of a chorale, ``(n, voices, given + written)``, and which are free."""
    data = opened.data
    known, more = int(GIVEN) * QUARTER, int(WRITTEN) * QUARTER
    cells = data.to_voices(data.pieces["test"][i])[:, :known]
    cells = np.concatenate([cells, np.zeros((data.voices, more), np.int64)], 1)
    return np.repeat(cells[None], n, 0), np.arange(known + more) >= known


def _by_sweeps(opened, module, i, n, generator):
    data, config = opened.data, opened.config
    cells, late = _lay_cells(opened, i, n)
    noise = torch.randint(data.sizes[0], cells.shape, generator=generator).numpy()
    cells = torch.as_tensor(np.where(late, noise, hold_rests(cells, data.hold)))
    beside = torch.as_tensor(lay_bars(cells.shape[-1])).expand(n, -1, -1)
    free = torch.as_tensor(late).expand(cells.shape)
    for _ in range(config.sweeps):
        cells = sweep(module, cells, beside, free, generator, config.apart)
    voices = write_rests(cells.numpy(), data.hold)
    return [data.decode(data.to_tokens(v)) for v in voices]


def _by_masks(opened, module, i, n, generator):
    from ..data.columns import hold_columns, list_columns

    data, config = opened.data, opened.config
    known, more = int(GIVEN) * QUARTER, int(WRITTEN) * QUARTER
    real = list_columns(data, "test", False)[i][:known].T  # (voices, T): what sounds in each cell
    cells = torch.as_tensor(real).expand(n, -1, -1).clone()
    rates = fall_linearly(config.redraws, config.most, config.least)
    free = torch.zeros(n, data.voices, 2 * HALF, dtype=torch.bool)
    free[..., HALF:] = True
    for _ in range(more // HALF):
        crop = torch.cat([cells[..., -HALF:], torch.zeros_like(cells[..., -HALF:])], -1)
        crop = redraw_masks(module, crop, free, rates, generator)
        cells = torch.cat([cells, crop[..., HALF:]], -1)
    return [data.decode(row) for row in hold_columns(data, cells.numpy())]


_HOW = {
    "tokens": _by_tokens,
    "rolls": _by_rolls,
    "tones": _by_tones,
    "counts": _by_counts,
    "bars": _by_bars,
    "sweeps": _by_sweeps,
    "masks": _by_masks,
}


def list_kept() -> dict[str, dict]:
    """What was kept of each continuer, by ``system/variant``: commit, day, processor, seed, and ``pieces`` as notes."""
    return json.loads(records.open(KEPT).read_text("utf-8"))


def hear_kept(who: Continuer) -> list[Piece]:
    """The continuations of a system that were drawn when they were kept, the first first."""
    rows = list_kept()[f"{who.system}/{who.variant}"]["pieces"]
    return [Piece([tuple(n) for n in notes], source="generated", dynamics=False) for notes in rows]


def spell_notes(piece: Piece) -> list[list]:
    """Its notes as :func:`list_kept` has them: onset and length in quarters, to a thousandth, and pitch."""
    return [
        [round(float(n["onset"]), 3), round(float(n["duration"]), 3), int(n["pitch"])]
        for n in piece.notes
    ]


def lead_in(opening: Piece, piece: Piece, quarters: float = 8.0) -> Piece:
    """The last ``quarters`` of what was given, and ``piece`` after them; its tempo and licence are the opening's."""
    before = opening.window(GIVEN - quarters, GIVEN)
    notes = [(n["onset"], n["duration"], n["pitch"]) for n in before.notes]
    notes += [(n["onset"] + quarters, n["duration"], n["pitch"]) for n in piece.notes]
    whole = Piece(sorted(notes), tempo=opening.tempo[:1], dynamics=False, source="generated")
    return whole.replace(publishable=opening.publishable and piece.publishable)


def measure_fit(opening: Piece, piece: Piece) -> dict:
    """How a continuation keeps to what was given: three plain numbers.

    ``in_key``: the share of notes among the seven commonest tones of the given bars. ``leaps``: the share of moves of
    the highest line that are larger than a fourth, five semitones. ``notes``: notes a bar. Without notes all are 0.
    """
    given = opening.window(0, GIVEN).notes["pitch"] % 12
    common = np.argsort(-np.bincount(given, minlength=12), kind="stable")[:7]
    moves, tones = read_top(piece) if len(piece) else [], piece.notes["pitch"] % 12
    return {
        "in_key": float(np.isin(tones, common).mean()) if len(piece) else 0.0,
        "leaps": float((np.abs(moves) > 5).mean()) if len(moves) else 0.0,
        "notes": len(piece) * 4 / WRITTEN,
    }
