"""How much of a number is the draw: finished runs on note matrices, sampled again and again from the same weights.

    python tools/measure_draws.py RUN [RUN ...] [--draws N]

Writes ``results/papers/<preset>/<corpus>-draws.json``: a row a run, whose metrics are ``mean_w@1`` … ``mean_w@N``, W
of as many sets of samples. Each set is as large as the run's own.
"""

import argparse
import json
from pathlib import Path

import torch

from musicgan_lib import systems
from musicgan_lib.experiments import records, training
from musicgan_lib.experiments.origin import Origin, lacks_tools
from musicgan_lib.games.roll_material import Windows
from musicgan_lib.games.roll_measures import compare_rolls, draw
from musicgan_lib.metrics.rolls import STEPS_PER_BAR

ROOT = Path(__file__).resolve().parents[1]


def measure_draws(run: Path, draws: int) -> dict:
    """The run's record, its metrics replaced by W of each set of samples.

    Its command is both, its seconds are those of both, its commit is that of this tool.
    """
    about = json.loads((run / "config.json").read_text())
    origin, (row,) = Origin(), records.read(run / "record.json")
    system = systems.find(about["system"])
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in about["config"].items()}
    config = system.game.Config(**settings)
    data = system.game.encode(config, row["corpus"])
    if data.data_hash != about["data_hash"]:
        raise SystemExit(f"{run} was trained on another edition of {row['corpus']}")
    policy = system.game.build(config, data, row["seed"]).modules["policy"]
    training.load_weights(policy, run / "weights.safetensors").eval()
    windows = Windows(data, "test", config.bars * STEPS_PER_BAR, config.channels)
    which, starts = windows.spread(config.measure)
    real, found = windows.cut(which, starts).numpy(), {}
    for number in range(1, draws + 1):
        dice = torch.Generator().manual_seed(1000 * number + row["seed"])
        made = draw(policy, config, config.measure, dice)
        start = config.length // 2 if config.conditional else 0
        found[f"mean_w@{number}"] = compare_rolls(made, real, which, start, config.low)["mean_w"]
    again = f"{row['command']}; python tools/measure_draws.py FOLDER --draws {draws}"
    told = origin.fields(data_hash=row["data_hash"])
    told["dirty"] = row["dirty"] or origin.dirty or lacks_tools(row)
    told["wall_s"] += row["wall_s"]
    return row | {"metrics": found, "artifacts": {}, "command": again} | told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--draws", type=int, default=5)
    chosen = parser.parse_args()
    groups: dict[Path, list] = {}
    for run in chosen.runs:
        row = measure_draws(run, chosen.draws)
        target = ROOT / "results" / "papers" / row["system"] / f"{row['corpus']}-draws.json"
        groups.setdefault(target, []).append(row)
        print(row["variant"], row["seed"], row["metrics"], flush=True)
    for target, rows in groups.items():
        fresh = {(r["variant"], r["control"], r["seed"]) for r in rows}
        old = records.read(target) if target.is_file() else []
        rows += [r for r in old if (r["variant"], r["control"], r["seed"]) not in fresh]
        print(records.write(rows, target).relative_to(ROOT))
