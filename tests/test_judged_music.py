"""What music the judges hear: none of it may have trained, or chosen, what they judge."""

from types import SimpleNamespace

import numpy as np
import torch

from musicgan_lib.lab import worlds

SIZES = worlds.TINY | {"lm": 20, "more": 2, "d": 20, "rl": 1, "pool": 128, "proposals": 300, "kept": 64}  # fmt: skip


def test_the_judge_of_the_music_world_hears_no_tune_of_the_generator(monkeypatch):
    """Each tune is one note repeated, so every window says which tune it is from."""
    tunes, benches, heard = [np.full(40, i) for i in range(60)], [], []

    class Watched(worlds.Bench):
        def __init__(self, train, valid, *rest):
            super().__init__(train, valid, *rest)
            benches.append((train, valid))

    def watch(real, fake, **rest):
        heard.append({part: set(windows.words.ravel()) for part, windows in real.items()})
        assert fake.shape == (SIZES["kept"], 32)
        return SimpleNamespace(metrics=dict)

    monkeypatch.setattr(worlds, "Bench", Watched)
    monkeypatch.setattr(worlds, "judge", watch)
    monkeypatch.setattr(worlds.reweighting, "residual_gain", lambda *_: (0.0, 0.0))
    rows = list(worlds.run_music(tunes, 60, 0, SIZES))
    ((train, valid),) = benches
    trained, chose = (set(torch.as_tensor(w).ravel().tolist()) for w in (train, valid))
    assert len(trained) == 30 and len(chose) > 3 and not trained & chose
    assert len(rows) == len(heard) == 6 and all(h == heard[0] for h in heard)
    of_judge = [heard[0][part] for part in ("train", "select", "test")]
    assert min(map(len, of_judge)) > 2
    assert len(trained | chose) + sum(map(len, of_judge)) == 60  # all tunes, each in one part
