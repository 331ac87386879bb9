"""Samples of tones against held-out music, in windows of equally many tones."""

import numpy as np

from ..data import tone_tokens as symbols
from ..data.windows import WindowCutter
from ..metrics import text
from ..metrics import tones as metrics
from ..metrics.music import tone_windows

TONES = 48  # of a window, or as many as the samples have


def spread_windows(data, split: str, n: int, length: int, seed: int = 0) -> np.ndarray:
    """``n`` windows ``(n, length, …)`` from all pieces of a split alike, at starts drawn with a seed."""
    cutter = WindowCutter(data.pieces[split], length)
    return cutter.cut(*cutter.spread(n, np.random.default_rng(seed)))


class Yardstick:
    """Held-out windows and their statistics, measured once.

    ``config`` says the scale, the length and how many windows (``measure``): every piece has as many as any other,
    give or take one, at starts drawn with a fixed seed. Real music and samples are read from the same grid: symbols'
    where tones have symbols, else sixteenths of a quarter.
    """

    def __init__(self, data, split: str, config):
        self.data, self.tones = data, min(TONES, config.length)
        self.gridded = config.scale == "normalised" and config.tones == 1
        self.windows = self._windows(spread_windows(data, split, config.measure, self.tones))
        self.real = metrics.window_statistics(self.windows)

    def measure(self, drawn, whole: bool = False) -> dict:
        """Flat metrics of samples ``(n, T, width)``: each statistic, its z (0 is real music's mean), their mean.

        With ``whole`` also W1 distances, bigram distances, and the longest run of pitches copied from training.
        """
        windows = self._windows(drawn)
        made = metrics.window_statistics(windows)
        z = metrics.z_scores(made, self.real)
        found = {name: float(np.nan_to_num(v).mean()) for name, v in made.items()}
        found |= {f"z_{name}": v for name, v in z.items()} | {"mean_z": _mean(z.values())}
        if whole:
            found["mean_w1"] = _mean(metrics.w1_scores(made, self.real).values())
            found["short"] = _mean(len(p.notes) < self.tones for p in windows)
            found["tempo_consistency"] = metrics.tempo_consistency(windows)
            found |= self._distances([w for w in windows if len(w.notes) > 2])
        return found

    def _distances(self, sounding) -> dict:
        if not sounding:
            return {}
        found = {"onset_gap": _mean(np.diff(np.sort(w.notes["onset"])).mean() for w in sounding)}
        for name, steps in (
            ("interval_distance", metrics.interval_steps),
            ("onset_distance", metrics.onset_steps),
        ):
            real, made = ([steps(w) for w in windows] for windows in (self.windows, sounding))
            found[name] = metrics.bigram_distance(made, real)
        if self.data.options["tones"] == 1:
            train = [self._keys(p) for p in self._pieces(self.data.pieces["train"])]
            for name, windows in (("longest_copy", sounding), ("longest_copy_real", self.windows)):
                some = windows[:: max(len(windows) // 32, 1)][:32]
                found[name] = _mean(text.longest_copies([self._keys(w) for w in some], train))
        return found

    @staticmethod
    def _keys(piece) -> np.ndarray:
        return piece.notes["pitch"].astype(np.int64)

    def _pieces(self, many) -> list:
        if self.gridded:
            many = [symbols.dequantise(symbols.quantise(rows)) for rows in many]
        return [self.data.decode(rows) for rows in many]

    def _windows(self, many) -> list:
        return [(tone_windows(p, self.tones) or [p])[0] for p in self._pieces(many)]


def measure_likelihoods(policy, config, data) -> dict:
    """Nats a tone on windows of each split."""
    import torch

    from ..evaluation.nll import nll

    words, found = symbols.tone_tokens(data), {}
    for split in ("train", "valid", "test"):
        windows = words.windows(split, config.length)
        spread = windows[:: max(len(windows) // config.measure, 1)][: config.measure]
        found[f"nll_{split}"] = nll(policy, torch.as_tensor(spread))
    return found


def _mean(values) -> float:
    values = list(values)
    return float(np.mean(values)) if values else float("nan")
