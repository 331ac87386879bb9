"""Ask fresh judges about the weights that travel with the book, and write what they say into their rows.

    python tools/judge_weights.py papers/bjare2020/chorales [--seeds N]

For every row of ``results/<name>.json`` whose policy lies beside it: 1024 samples of the stored weights, judged by
``evaluation.judge_run``. The row's command then names this tool, too, and the row is dirty where its commit lacks it.
"""

import argparse
import re
from pathlib import Path

import torch

from musicgan_lib import systems
from musicgan_lib.evaluation.judge_run import judge_run
from musicgan_lib.experiments import records, training
from musicgan_lib.experiments.origin import lacks_tools

ROOT = Path(__file__).resolve().parents[1]


def judge_row(row: dict, folder: Path, seeds: int) -> dict:
    """The row with ``judge_…`` metrics of its stored policy, in place of any that it had."""
    (weights,) = (name for name in row["artifacts"] if name.endswith(".safetensors"))
    system = systems.find(row["system"])
    config = system.configure(row["variant"], row["profile"], row["corpus"])
    data = system.game.encode(config, row["corpus"])
    state = system.game.build(config, data, row["seed"], "cpu")
    training.load_weights(state.modules["policy"], folder / weights)
    drawn = training.draw(system, state, config, training.JUDGED, torch.Generator().manual_seed(7))
    others = {k: v for k, v in row["metrics"].items() if not k.startswith("judge_")}
    return row | {"metrics": others | judge_run(drawn, data, seeds)}


def has_weights(row: dict) -> bool:
    """Whether the row's policy was kept: that of words, which is what a judge reads."""
    return any(name.endswith(".safetensors") for name in row["artifacts"])


def main(arguments=None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a file of results/, such as papers/bjare2020/chorales")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="judges (default 3)")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)
    path = ROOT / "results" / f"{chosen.name}.json"
    rows = records.read(path)
    told = f"; python tools/judge_weights.py {chosen.name} --seeds {chosen.seeds}"
    for i, row in enumerate(rows):
        if has_weights(row):
            row = judge_row(row, ROOT / "results", chosen.seeds)
            first = re.sub(
                r" --judges \d+|; python tools/judge_weights.py [^;]*", "", row["command"]
            )
            rows[i] = row | {"command": first + told, "dirty": row["dirty"] or lacks_tools(row)}
            records.write(rows, path)  # each as it is done
            print(f"{row['variant']} {row['seed']}: {rows[i]['metrics']['judge_accuracy']:.3f}")


if __name__ == "__main__":
    main()
