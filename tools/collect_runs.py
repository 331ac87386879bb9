"""Distil finished run folders into ``results/``: their records, and the weights that may be published.

    python tools/collect_runs.py RUNS [--weights SEED] [--measure] [--judges N] [--curves] [--samples N] [--heard N]

``RUNS`` is the folder with the run folders of one or more systems. Records are grouped to
``results/papers/<preset>/<corpus>.json``; a run recorded again replaces the old row. With ``--weights`` the policies of
that seed are written as fp16 beside them, where the corpus's licence allows, and their rows carry the
metrics *of the fp16 weights* and the sha256. With ``--measure`` each run is measured once more from its weights and
gets the metrics that it lacks; ``--judges`` adds those of so many independent judges. A row whose numbers are not
those of the run alone says so: its command names this tool, too, and it is dirty where this tool is.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import torch

from musicgan_lib import corpora, systems
from musicgan_lib.data.encode import MADE
from musicgan_lib.data.tokens import write_arrays
from musicgan_lib.experiments import records, training
from musicgan_lib.experiments.origin import lacks_tools
from musicgan_lib.files import hold, place_lock
from musicgan_lib.games.word_measures import REFERENCES
from musicgan_lib.metrics.bleu import mean_bleu

ROOT = Path(__file__).resolve().parents[1]
KEY = ("system", "variant", "control", "profile", "corpus", "split", "seed")


def collect(folder: Path, results: Path, weights_seed: int | None, again=None) -> list[Path]:
    """Read every finished run below a folder; returns the files written. ``again``: measure, with so many judges."""
    groups: dict[Path, dict] = {}
    for file in sorted(folder.rglob("record.json")):
        (row,) = records.read(file)
        if row["corpus"] not in systems.find(row["system"]).corpora:  # somebody's own folder
            continue
        if "share" in row["metrics"]:  # its time was up
            continue
        trained, flags = dict(row["metrics"]), ""
        add_bleu(row, file.parent)
        add_turns(row, file.parent)
        if again is not None:
            row["metrics"] = training.evaluate(file.parent, again) | row["metrics"]
            flags += f" --judges {again}" if again else " --measure"
        target = results / "papers" / row["system"] / f"{row['corpus']}.json"
        rows = groups.setdefault(target, {})
        plain = (
            row["control"] is None and "," not in row["variant"]
        )  # no control, no setting changed
        if row["seed"] == weights_seed and plain and may_travel(row, file.parent):
            row = keep_weights(row, file.parent, target.parent)
            flags += f" --weights {weights_seed}"
        if row["metrics"] != trained or row["artifacts"]:
            row = tell_tool(row, flags)
        rows[_key(row)] = row
    return [write_beside(rows, target) for target, rows in groups.items()]


def write_beside(rows: dict, target: Path) -> Path:
    """Write rows, by their keys, among those that a file holds; whoever else collects waits meanwhile."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with hold(target, kept=place_lock(str(target.resolve()))):
        every = {_key(r): r for r in _old(target)} | rows
        return records.write([every[k] for k in sorted(every, key=str)], target)


def tell_tool(row: dict, flags: str) -> dict:
    """The row with this tool in its command; ``FOLDER`` is the run folder that training prints."""
    command = f"{row['command']}; python tools/collect_runs.py FOLDER{flags}"
    return row | {"command": command, "dirty": row["dirty"] or lacks_tools(row)}


def collect_curves(folder: Path, results: Path) -> list[Path]:
    """Write what each run's log says of its game: ``<corpus>-curves.json``, metrics named ``eb@turn``."""
    groups: dict[Path, dict] = {}
    for file in sorted(folder.rglob("record.json")):
        (row,) = records.read(file)
        if row["corpus"] not in systems.find(row["system"]).corpora:
            continue
        config = json.loads((file.parent / "config.json").read_text())["config"]
        begun = row["steps"] - config.get("adversarial", 0)
        said = [json.loads(line) for line in (file.parent / "log.jsonl").read_text().splitlines()]
        numbers = {
            f"{name}@{r['step'] - begun}": value
            for r in said if r["step"] > begun
            for name, value in r.items() if name not in ("step", "seconds")
        }  # fmt: skip
        if numbers:
            target = results / "papers" / row["system"] / f"{row['corpus']}-curves.json"
            rows = groups.setdefault(target, {})
            rows[_key(row)] = row | {"metrics": numbers, "artifacts": {}}
    return [write_beside(rows, target) for target, rows in groups.items()]


def collect_samples(folder: Path, results: Path, many: int, name="samples") -> list[Path]:
    """Write the first samples of each run whose corpus allows it:
    ``<corpus>-samples.npz``, an array for ``variant-seed``; of made music also of controls,
    ``variant + control-seed``, so that a page can play what fails. With ``name="heard"`` controls are kept of any
    music, in a file that a page alone plays: nobody is asked to judge it.
    """
    groups: dict[Path, dict] = {}
    for file in sorted(folder.rglob("record.json")):
        (row,) = records.read(file)
        plain = row["control"] is None or row["corpus"] in MADE or name == "heard"
        if plain and "," not in row["variant"] and may_publish(row["corpus"]):
            target = results / "papers" / row["system"] / f"{row['corpus']}-{name}.npz"
            kept = groups.setdefault(target, dict(np.load(target)) if target.is_file() else {})
            drawn = np.load(file.parent / "samples.npz")["words"]
            kept[f"{records.row_of(row)}-{row['seed']}"] = drawn[:many]
    for target, kept in groups.items():
        write_arrays(target, **kept)
        told = {
            target.relative_to(results).as_posix(): hashlib.sha256(target.read_bytes()).hexdigest()
        }
        table = target.with_name(target.name.replace(f"-{name}.npz", ".json"))
        rows = _old(table)
        for row in rows:  # each says where its samples are
            if f"{records.row_of(row)}-{row['seed']}" in kept:
                row["artifacts"] |= told
        records.write(rows, table)
    return list(groups)


def add_bleu(row: dict, run: Path) -> None:
    """BLEU of a run that was recorded before it was measured, from the samples it kept."""
    writes_words = systems.find(row["system"]).plays == "words.WordGame"  # tones have no BLEU
    if "bleu" in row["metrics"] or row["system"] == "seqgan2017" or not writes_words:
        return
    about = json.loads((run / "config.json").read_text())
    data, config = _open(about, row["corpus"])
    references = data.windows("valid", config.length)[:REFERENCES]
    samples = list(np.load(run / "samples.npz")["words"])
    if len(references) == REFERENCES:
        rng = np.random.default_rng(0)
        row["metrics"]["bleu"] = mean_bleu(samples, references, n_references=REFERENCES, rng=rng)


def add_turns(row: dict, run: Path) -> None:
    """How many updates a game's rule gave the generator, from the state of its optimiser; ``repaired`` has them all."""
    checkpoint = run / "checkpoint.pt"
    if row["variant"] != "gap_rule" or not checkpoint.is_file():
        return
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["optimisers"]["policy"]
    steps = [float(s["step"]) for s in state["state"].values()]
    row["metrics"]["turns"] = max(steps, default=0.0)


def _open(about: dict, corpus: str):
    system = systems.find(about["system"])
    known = system.game.Config.__dataclass_fields__
    settings = {k: tuple(v) if isinstance(v, list) else v for k, v in about["config"].items()}
    config = system.game.Config(**{k: v for k, v in settings.items() if k in known})
    return system.game.encode(config, corpus), config


def may_travel(row: dict, run: Path) -> bool:
    """Whether the weights of a run may leave this machine: all that they learned from has to allow it."""
    system = systems.find(row["system"])
    about = json.loads((run / "config.json").read_text())["config"]
    config = system.game.Config(
        **{k: tuple(v) if isinstance(v, list) else v for k, v in about.items()}
    )
    return all(map(may_publish, system.game.learns_from(config, row["corpus"])))


def may_publish(corpus: str) -> bool:
    """Whether weights trained on a corpus may leave this machine."""
    source = corpora.SOURCES.get(corpus)
    return corpus in MADE or source is not None and source.weights == "publish"


def keep_weights(row: dict, run: Path, place: Path) -> dict:
    """Write a run's policy as fp16, measure it as it is when read back, and name it in the row.

    What it is measured beside, such as the policy before the game, is the run's own: all networks are those of its
    checkpoint.
    """
    system, config, data, state, _ = training.open_run(run)
    music = state.modules[system.game.generator]
    name = f"{row['corpus']}-{row['variant']}-{row['seed']}.safetensors"
    path = training.save_weights(music, place / name, half=True)
    training.load_weights(music, path)
    state.memory.clear()  # it may hold other weights that were best
    generator = torch.Generator().manual_seed(10_000 + row["seed"])
    again, drawn = system.measure(state, config, data, generator)
    write_arrays(
        run / "samples.npz", words=np.asarray(drawn)
    )  # those that the row's numbers are of
    lost = ("reward_mean", "reward_std", "precision", "recall")  # they need the discriminator
    judged = ("d_", "first_")  # and so do these
    own = {k: v for k, v in again.items() if k not in lost and not k.startswith(judged)}
    metrics = row["metrics"] | own
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return row | {
        "metrics": metrics,
        "artifacts": {path.relative_to(ROOT / "results").as_posix(): sha256},
    }


def _old(target: Path) -> list[dict]:
    return records.read(target) if target.is_file() else []


def _key(row: dict) -> tuple:
    return tuple(row[k] for k in KEY)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path)
    parser.add_argument("--weights", type=int, metavar="SEED")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--curves", action="store_true", help="write the logs of games, too")
    parser.add_argument("--samples", type=int, metavar="N", default=0, help="keep the first N")
    parser.add_argument("--heard", type=int, metavar="N", default=0, help="and of controls")
    parser.add_argument("--judges", type=int, metavar="N", default=0)
    chosen = parser.parse_args()
    again = chosen.judges if chosen.measure or chosen.judges else None
    for written in collect(chosen.runs, ROOT / "results", chosen.weights, again):
        print(written.relative_to(ROOT))
    more = collect_curves(chosen.runs, ROOT / "results") if chosen.curves else []
    if chosen.samples:
        more += collect_samples(chosen.runs, ROOT / "results", chosen.samples)
    if chosen.heard:
        more += collect_samples(chosen.runs, ROOT / "results", chosen.heard, "heard")
    for written in more:
        print(written.relative_to(ROOT))
