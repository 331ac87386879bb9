"""A melody harmonised: harmonies by whoever knows them, chords by a search under rules, and then ornaments."""

import copy
import logging
from typing import NamedTuple

import numpy as np
import torch

from ..data.harmony import HARMONIES, Melody
from ..data.harmony_features import ORNAMENTS, describe_ornaments, look_around
from ..data.harmony_tunes import take_melody, write_cells, write_piece
from ..metrics.voice_leading import check_voices
from ..models.harmonet import HarmonyNet
from .skeleton import WIDTH, Harmonist, NoWay, find_skeleton

EVERY = torch.arange(HARMONIES)[None]
_LOG = logging.getLogger(__name__)


class Setting(NamedTuple):
    """A harmonised melody: ``voices`` on the beats, ``eighths`` between them, ``harmony (T,)`` and ``cells (4, N)``."""

    voices: np.ndarray
    eighths: np.ndarray
    harmony: np.ndarray
    cells: np.ndarray
    cost: float


class NetHarmonist:
    """A network that a search can ask (:class:`~musicgan_lib.games.skeleton.Harmonist`), for one melody; on the CPU,
    because the search asks beat by beat.
    """

    def __init__(self, network: HarmonyNet, melody: Melody):
        self.network = copy.deepcopy(network).cpu().eval()
        self.heard = torch.as_tensor(look_around(melody))

    @torch.no_grad()
    def tell(self, t: int, history: np.ndarray, bass: np.ndarray) -> np.ndarray:
        heard = self.heard[t].expand(len(history), -1)
        asked = heard, torch.as_tensor(history), torch.as_tensor(bass)
        both = self.network(*asked)[..., None] + self.network.forward_bass(*asked, EVERY)
        return both.double().numpy()


@torch.no_grad()
def add_ornaments(network: HarmonyNet, voices, melody: Melody) -> np.ndarray:
    """What all four voices sing on the second eighth of each beat, ``(4, T)``: as on the beat, unless ornamented.

    In each voice the likeliest ornament is sung, the surest voice first, unless it would break a rule with what is
    sung already (:func:`~musicgan_lib.metrics.voice_leading.check_voices`, from beat to eighth to beat).
    """
    voices = np.asarray(voices)
    sung = voices.copy()
    sung[0] = np.where(melody.eighth >= 0, melody.eighth, voices[0])
    if voices.shape[1] < 2:
        return sung
    heard = torch.as_tensor(describe_ornaments(voices, melody)).to(network.harmony.weight.device)
    sure, likeliest = network.ornament(heard).softmax(-1).max(-1)
    sure, change = sure.cpu().numpy(), likeliest.cpu().numpy() - ORNAMENTS[-1]
    for t in range(voices.shape[1] - 1):
        if (voices[:, t : t + 2] < 0).any() or melody.ends[t]:
            continue
        for v in np.argsort(-sure[:, t], kind="stable"):
            now = sung[:, t].copy()
            now[v + 1] += change[v, t]
            beats = np.stack([voices[:, t], now, voices[:, t + 1]], 1)
            if change[v, t] and not any(broken.any() for broken in check_voices(beats).values()):
                sung[:, t] = now
    return sung


def set_melody(
    melody: Melody,
    soprano,
    steps,
    harmonist: Harmonist,
    network: HarmonyNet | None = None,
    width: int = WIDTH,
    free: bool = False,
) -> Setting:
    """Four voices for a melody whose cells are ``soprano (N,)`` and whose beats begin at ``steps (T,)``.

    ``network`` ornaments, where there is one. Where a narrow search finds no way, one 4, 16 and 64 times as wide is
    made; ValueError as :func:`~musicgan_lib.games.skeleton.find_skeleton` where the last finds none.
    """
    for wider in (1, 4, 16, 64):
        try:
            found = find_skeleton(melody, harmonist, wider * width, free)
            break
        except NoWay as reason:
            if wider == 64:
                raise
            _LOG.info(f"{reason}; searching on with {4 * wider * width}")
    eighths = add_ornaments(network, found.voices, melody) if network else found.voices
    cells = write_cells(soprano, steps, found.voices, eighths, found.harmony)
    return Setting(found.voices, eighths, found.harmony, cells, found.cost)


def harmonise(
    piece,
    ask,
    network: HarmonyNet | None = None,
    width: int = WIDTH,
    tonic: int | None = None,
    minor: bool | None = None,
):
    """The first track of a piece in four voices, a ``Piece``, and its :class:`Setting`.

    ``ask(melody)`` gives the :class:`~musicgan_lib.games.skeleton.Harmonist`. The key is found where it is not given.
    ValueError, with what would work, as :func:`~musicgan_lib.data.harmony_tunes.take_melody`.
    """
    melody, laid, steps = take_melody(piece, tonic, minor)
    made = set_melody(melody, laid.cells[0], steps, ask(melody), network, width)
    return write_piece(made.cells, laid, piece), made
