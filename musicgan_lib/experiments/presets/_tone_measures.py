"""Samples of tones against held-out music, in windows of equally many tones."""

import numpy as np

from ...metrics import text
from ...metrics import tones as metrics
from ...metrics.music import tone_windows
from ...representations.quadruplets import pitch_of_frequency
from .. import tones

TONES = 48  # of a window, or as many as the samples have


class Yardstick:
    """Held-out windows and their statistics, measured once.

    ``config`` says the scale, the length and how many windows (``measure``), which are spread evenly over
    the pieces. Real music and samples are read from the same grid: symbols' where tones have symbols, else
    sixteenths of a quarter.
    """

    def __init__(self, data, split: str, config):
        self.data, self.tones = data, min(TONES, config.length)
        self.gridded = config.scale == "normalised" and config.tones == 1
        pieces = [p for p in data.pieces[split] if len(p) >= self.tones]
        each = -(-config.measure // len(pieces))
        starts = [
            (p, s) for p in pieces for s in np.linspace(0, len(p) - self.tones, each).astype(int)
        ]
        chosen = starts[:: max(len(starts) // config.measure, 1)][: config.measure]
        self.windows = self._windows([p[s : s + self.tones] for p, s in chosen])
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
            found["tempo_consistency"] = float(np.nan_to_num(metrics.tempo_consistency(windows)))
            found |= self._distances([w for w in windows if len(w.notes) > 2])
        return found

    def _distances(self, sounding) -> dict:
        if not sounding:
            return {"longest_copy": 0.0, "onset_gap": 0.0}
        found = {"onset_gap": _mean(np.diff(np.sort(w.notes["onset"])).mean() for w in sounding)}
        for name, steps in (
            ("interval_distance", metrics.interval_steps),
            ("onset_distance", metrics.onset_steps),
        ):
            real, made = ([steps(w) for w in windows] for windows in (self.windows, sounding))
            found[name] = metrics.bigram_distance(made, real)
        if self.data.options["tones"] == 1:
            train = [self._keys(rows) for rows in self.data.pieces["train"]]
            for name, windows in (("longest_copy", sounding), ("longest_copy_real", self.windows)):
                some = windows[:: max(len(windows) // 32, 1)][:32]
                runs = [w.notes["pitch"].astype(np.int64) for w in some]
                found[name] = _mean(text.longest_copies(runs, train))
        return found

    def _keys(self, rows) -> np.ndarray:
        raw = self.data.options["scale"] == "raw"
        keys = pitch_of_frequency(rows[:, 1]) if raw else 60 + 12 * rows[:, 1]
        return np.round(keys).astype(np.int64)

    def _windows(self, many) -> list:
        if self.gridded:
            many = [tones.dequantise(tones.quantise(rows)) for rows in many]
        pieces = [self.data.decode(rows) for rows in many]
        return [(tone_windows(p, self.tones) or [p])[0] for p in pieces]


def _mean(values) -> float:
    values = list(values)
    return float(np.mean(values)) if values else 0.0
