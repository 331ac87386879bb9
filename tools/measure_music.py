"""What the yardstick of the game on tones says of music itself, and of notes in no order.

    python tools/measure_music.py CORPUS [--seeds 21 22 23]

Writes rows to ``results/papers/mogren2016/<corpus>.json``: ``validation`` and ``training`` are windows of real
pieces, measured as if they were samples (the best that can be asked for), ``iid_tones`` are training
notes drawn one by one (what a generator has to beat).
"""

import argparse
from pathlib import Path

import numpy as np

from musicgan_lib import systems
from musicgan_lib.experiments import records
from musicgan_lib.experiments.origin import Origin
from musicgan_lib.games.tone_measures import Yardstick, spread_windows

mogren2016 = systems.find("mogren2016")
ROOT = Path(__file__).resolve().parents[1]


def measure(corpus: str, seed: int) -> list[dict]:
    """One row each for validation music, training music and training notes in no order."""
    origin = Origin()
    config = mogren2016.configure("density", "cpu", corpus)
    data = mogren2016.game.encode(config, corpus)
    stick, rng = Yardstick(data, "test", config), np.random.default_rng(seed)
    notes = np.concatenate(data.pieces["train"])
    drawn = {"validation": "valid", "training": "train"}
    drawn = {
        k: spread_windows(data, s, config.measure, config.length, seed) for k, s in drawn.items()
    }
    drawn["iid_tones"] = rng.choice(notes, (config.measure, config.length))
    rows = []
    for variant, rows_of in drawn.items():
        found = stick.measure(rows_of, whole=True)
        rows.append({
            "system": "mogren2016", "variant": variant, "control": None, "profile": "cpu", "corpus": corpus,
            "split": data.split_by, "seed": seed, "steps": 0, "artifacts": {},
            "command": f"python tools/measure_music.py {corpus} --seeds {seed}", "metrics": found,
            **origin.fields(data_hash=data.data_hash.partition("-")[0]),
        })  # fmt: skip
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", choices=mogren2016.corpora)
    parser.add_argument("--seeds", type=int, nargs="+", default=[21, 22, 23])
    chosen = parser.parse_args()
    path = ROOT / "results" / "papers" / "mogren2016" / f"{chosen.corpus}.json"
    rows = [r for s in chosen.seeds for r in measure(chosen.corpus, s)]
    new = {(r["variant"], r["seed"]) for r in rows}
    old = records.read(path) if path.is_file() else []
    records.write([r for r in old if (r["variant"], r["seed"]) not in new] + rows, path)
    print(path.relative_to(ROOT), len(rows), "rows")
