"""A latent for each bar, and a tune that lends its first bars to another one: does the other's form carry them on?"""

from dataclasses import dataclass

import numpy as np

from ..data.melody_events import BAR, HOLD
from ..data.themes import PHRASE
from ..metrics.borrowed_form import correlate_forms, measure_borrowing
from ..models.related_bars import lend
from . import latent
from .latent import LatentGame
from .latent_measures import compare_events

#: How far off in the row of test tunes the lenders stand, as shares of the row
LENDERS = (0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class Config(latent.Config):
    """Everything that a run depends on but the seed, the music and the network's own settings. Steps are updates."""

    length: int = 256  # tokens of a window, and of a sample: whole phrases of two bars


class BorrowingGame(LatentGame):
    """One :class:`~musicgan_lib.models.related_bars.RelatedBars`, learned as any code of a window is."""

    Base = Config

    def configure(self, request):
        """As :class:`~musicgan_lib.games.latent.LatentGame`; ValueError for what is no whole number of phrases."""
        config = super().configure(request)
        if config.length % (PHRASE * BAR):
            raise ValueError(
                f"length is {config.length}: choose whole phrases of {PHRASE * BAR} tokens"
            )
        return config

    def measure_music(self, network, config, data, batch, generator) -> dict:
        """How much of test tunes comes back, and what becomes of them with another tune's first phrase.

        See :func:`~musicgan_lib.games.latent_measures.compare_events` and
        :func:`~musicgan_lib.metrics.borrowed_form.measure_borrowing`: means over four lenders of each tune.
        ``like_back``: how well the self-similarity of what comes back, with nothing borrowed, agrees with the tune's.
        ``alike``: the score that a bar gives itself.
        """
        codes, real = network.encode(batch)[0], batch.cpu().numpy()
        again = network.write(codes).cpu().numpy()
        found = compare_events(real, again) | {"like_back": correlate_forms(again, real, BAR)}
        found["alike"] = float(network.alike)
        rows = []
        for share in LENDERS:
            turn = max(min(round(share * len(real)), len(real) - 1), 1)
            made = borrow(network, codes.roll(turn, 0), codes)
            material = np.roll(real, turn, 0)
            rows.append(measure_borrowing(real, material, made, PHRASE * BAR, BAR, HOLD))
        return found | {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def borrow(network, lender, form) -> np.ndarray:
    """Tunes of codes ``form`` whose first phrase has the latents of codes ``lender``, ``(n, T) int64``."""
    return network.write(lend(lender, form, PHRASE, network.bars)).cpu().numpy()
