"""Recombination: beats of chorales are tagged, and joined so that voices move as their composer let them."""

from dataclasses import dataclass

import numpy as np

from ..data.beats import STEPS, cut_beats, encode_beats
from ..models.recombination import MATCHES, SIGNATURE, Composer, FragmentLexicon
from .fragment_measures import (
    judge_samples,
    measure_copies,
    measure_joins,
    measure_signatures,
    write,
)
from .reading import ReadingGame, draw_rng
from .settings import check_least, check_name


@dataclass(frozen=True)
class Config:
    """Everything that a run depends on but the seed and the music."""

    match: str = "voices"  # of two that are joined: sounding voices and beat ("voices"), or the beat alone ("place")
    signatures: bool = True  # what two chorales have in common is kept whole where it is entered
    most: int = 8  # beats in a row from one place of one chorale, at most
    steps: int = 150  # chorales that are read
    length: int = 512  # tokens of a composition at most: 16 a beat
    measure: int = 48  # compositions that are measured

    def __post_init__(self):
        check_name("match", self.match, MATCHES)
        check_least(self, most=SIGNATURE + 1, steps=0, length=4 * STEPS, measure=1)
        if self.length % (4 * STEPS):
            raise ValueError(
                f"length is {self.length}: compositions are whole beats, {4 * STEPS} tokens each"
            )


class FragmentGame(ReadingGame):
    """A :class:`~musicgan_lib.models.recombination.FragmentLexicon` reads a chorale a step.

    A *join* is where two fragments meet that their composer did not write in a row. ``joins_led`` is the share of joins
    whose motion of four voices, in any key, stands at some beat of held-out chorales; ``joins_led_own`` the same of the
    training chorales themselves. ``judge_nll``: nats a note of compositions by the table of counts
    (:mod:`musicgan_lib.metrics.counts`) that has read the validation chorales, and ``judge_nll_real`` of test chorales
    cut to the same length. ``signatures_kept``: of the first beats of signatures that were chosen freely, the share
    that is played to its end; ``signature_share``: the share of beats that belong to one. ``longest_source`` is the
    longest stretch in a row from one place, ``longest_run`` the mean longest stretch of beats that stands in a chorale
    that was read, and ``longest_run_real`` the same of test chorales.
    """

    Config = Config

    def encode(self, config: Config, corpus: str):
        return encode_beats(corpus)

    def make_table(self, config: Config, data) -> FragmentLexicon:
        return FragmentLexicon(cut_beats(data, "train"), config.match)

    def read(self, table, data, piece: int) -> float:
        table.read(piece)
        return float((table.fragments.piece == piece).sum())

    def compose(self, module, config: Config, n: int, rng) -> list:
        """``n`` compositions, as :class:`~musicgan_lib.models.recombination.Composition`."""
        composer = Composer(module, config.most, config.signatures)
        beats = config.length // (4 * STEPS)
        return [composer.compose(beats, rng, least=beats - beats // 4) for _ in range(n)]

    def draw(self, module, config: Config, n: int, generator, temperature: float = 1.0):
        """``(n, length) int64`` tokens of the grid; after its end a composition rests.

        ValueError for a temperature other than 1: all fragments that fit are alike.
        """
        if temperature != 1:
            raise ValueError(
                f"temperature is {temperature}, and all fragments that fit are drawn alike: leave it at 1"
            )
        made = self.compose(module, config, n, draw_rng(generator))
        return np.stack([write(module.fragments, one.path, config.length) for one in made])

    def measure(self, state, config: Config, data, generator):
        lexicon = state.modules["network"]
        parts = lexicon.fragments
        if not lexicon.list_read().any():  # its time was up before it had read anything
            return {"beats": 0.0}, np.full((1, config.length), parts.hold + 1)
        made = self.compose(lexicon, config, config.measure, draw_rng(generator))
        samples = np.stack([write(parts, one.path, config.length) for one in made])
        found = measure_joins(parts, [one.path for one in made], data)
        found |= measure_signatures(lexicon, made, data)
        found |= measure_copies(lexicon, made, data)
        found |= judge_samples([one.path for one in made], lexicon.fragments, data, config.length)
        found["broke_off"] = float(np.mean([bool(one.told) for one in made]))
        found["beats"] = float(np.mean([len(one.path) for one in made]))
        return found, samples
