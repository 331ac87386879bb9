"""``musicgan``: the library from a terminal."""

import argparse
import json
import os
import sys


def list_corpora(_) -> int:
    """A line for each corpus: whether it is here, and what its licence allows."""
    from .corpora import SOURCES, available

    for name, source in SOURCES.items():
        here = "here" if available(name) else "-"
        print(f"{name:16} {here:5} {source.licence:28} {source.title}")
    return 0


def prepare_corpus(chosen) -> int:
    """Read a corpus once, so that later loads come from the cache."""
    from .corpora import load

    corpus = load(chosen.name)
    print(f"{chosen.name}: {len(corpus)} pieces")
    print(corpus.report)
    return 0


def encode_corpus(chosen) -> int:
    """Write the note matrices of any number of MIDI files as shards; goes on where it stopped."""
    from .experiments import shards

    fields = ("corpus", "low", "high", "per_track", "least", "files")
    plan = shards.Plan(**{k: getattr(chosen, k) for k in fields})

    def show(done, every):
        print(f"shard {done} of {every}", file=sys.stderr)

    index = shards.encode(plan, chosen.out, show, chosen.scheduler, chosen.workers)
    for line in [*index["skipped"], index["report"]]:
        print(line)
    print(f"train with --corpus {chosen.out}")
    return 0


def sweep(chosen) -> int:
    """Run a notebook at every point of a grid; what is done is kept, and the same command goes on."""
    from .experiments import sweep as engine

    values = {name: engine.read_values(text) for name, text in chosen.parameter}
    bad = []

    def show(done, every, told):
        bad.extend([told] if told["status"] != "done" else [])
        words = ", ".join(f"{k} {v}" for k, v in told["parameters"].items())
        print(f"{done} of {every}: {words}: {told['status']}", file=sys.stderr)

    where = (chosen.out, chosen.scheduler, chosen.workers, chosen.minutes)
    print(engine.sweep(chosen.notebook, values, *where, show))
    return 1 if bad else 0


def train(chosen) -> int:
    """Train a preset, or go on where it stopped; prints the run folder and what was measured."""
    from .experiments import training

    game = training.presets.find(chosen.preset)
    changes = dict(training.read_setting(game, text) for text in chosen.set)
    folder = training.train(
        chosen.preset, chosen.variant, chosen.profile, chosen.seed,
        corpus=chosen.corpus, control=chosen.control, folder=chosen.out, changes=changes,
        device=chosen.device, seconds=None if chosen.minutes is None else 60 * chosen.minutes, precision=chosen.precision,
        on_log=_show_progress,
    )  # fmt: skip
    if int(os.environ.get("RANK", 0)):  # of several processes the first one tells
        return 0
    print(file=sys.stderr)
    return _show_run(folder)


def evaluate(chosen) -> int:
    """Measure a run again, from its checkpoint."""
    from .experiments import training

    for name, value in training.evaluate(chosen.run, judge_seeds=chosen.judge).items():
        print(f"{name:18} {value:.4f}")
    return 0


def sample(chosen) -> int:
    """Write new pieces of a run as MIDI files."""
    from .experiments import training

    for path in training.sample(chosen.run, chosen.n, chosen.seed, chosen.temperature, chosen.out):
        print(path)
    return 0


def _show_progress(row: dict) -> None:
    numbers = "  ".join(f"{k} {v:.3f}" for k, v in row.items() if k not in ("step", "seconds"))
    print(f"\rstep {row['step']:6d}  {row['seconds']:7.1f} s  {numbers}", end="", file=sys.stderr)


def _show_run(folder) -> int:
    print(folder)
    if left_out := json.loads((folder / "config.json").read_text()).get("left_out"):
        print(left_out)
    for name, value in json.loads((folder / "record.json").read_text())[0]["metrics"].items():
        print(f"{name:18} {value:.4f}")
    return 0


def main(words=None) -> int:
    parser = argparse.ArgumentParser(prog="musicgan", description=__doc__)
    rooms = parser.add_subparsers(dest="room", required=True)

    data = rooms.add_parser("data", help="corpora on this machine").add_subparsers(required=True)
    data.add_parser("list", help="every corpus and its licence").set_defaults(do=list_corpora)
    prepare = data.add_parser("prepare", help="read a corpus into the cache")
    prepare.add_argument("name")
    prepare.set_defaults(do=prepare_corpus)

    encode = data.add_parser("encode", help="matrices of any number of MIDI files, on disk")
    encode.add_argument("corpus", help="a corpus of MIDI files, or a folder or archive of them")
    encode.add_argument("--representation", choices=["note_matrix"], default="note_matrix")
    encode.add_argument("--out", required=True, help="folder of the shards")
    encode.add_argument("--low", type=int, default=36, help="lowest MIDI pitch")
    encode.add_argument("--high", type=int, default=83)
    encode.add_argument("--per-track", action="store_true", help="each track by itself")
    encode.add_argument(
        "--least",
        type=int,
        default=12,
        help="bars; a profile reads pieces of its own setting bars or more",
    )
    encode.add_argument("--files", type=int, default=500, help="files a shard")
    encode.add_argument("--workers", type=int, default=1, help="processes on this machine")
    encode.add_argument("--scheduler", help="of Dask; its workers see the same folders")
    encode.set_defaults(do=encode_corpus)

    four = rooms.add_parser("sweep", help="run a notebook with many parameters")
    four.add_argument("notebook", help="a path, or a chapter such as papers/gan_rl")
    four.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUES"),
        help="values such as 0.1,1 or 0:5",
    )
    four.add_argument(
        "--out", required=True, help="folder of the notebooks, the table and the page"
    )
    four.add_argument(
        "--scheduler", help="address of a Dask scheduler; by default workers on this machine"
    )
    four.add_argument("--workers", type=int, default=2)
    four.add_argument("--minutes", type=float, default=60, help="time limit of one notebook")
    four.set_defaults(do=sweep)

    one = rooms.add_parser("train", help="train a preset, or go on where it stopped")
    one.add_argument("preset", help="such as bjare2020")
    one.add_argument("--variant", default="nll")
    one.add_argument("--profile", default="smoke", help="smoke, cpu or gpu")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--corpus", help="by default the first of the preset's that is here")
    one.add_argument("--control", help="train a negative control, such as zero_reward")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    one.add_argument("--out", help="run folder; by default below the user's cache")
    one.add_argument("--device", help="by default the GPU for the gpu profile, else the CPU")
    one.add_argument("--precision", choices=["fp32", "bf16"])
    one.add_argument("--minutes", type=float, help="time cap of this call; of the gpu profile 30")
    one.set_defaults(do=train)

    two = rooms.add_parser("evaluate", help="measure a run again")
    two.add_argument("run", help="a run folder")
    two.add_argument("--judge", type=int, default=0, metavar="SEEDS", help="ask fresh judges, too")
    two.set_defaults(do=evaluate)

    three = rooms.add_parser("sample", help="write new pieces of a run as MIDI")
    three.add_argument("run", help="a run folder")
    three.add_argument("-n", type=int, default=4)
    three.add_argument("--seed", type=int, default=0)
    three.add_argument("--temperature", type=float, default=1.0)
    three.add_argument("--out", default=".")
    three.set_defaults(do=sample)

    chosen = parser.parse_args(words)
    try:
        return chosen.do(chosen)
    except (LookupError, OSError, RuntimeError, ValueError) as reason:
        if not type(reason).__module__.startswith("musicgan_lib") and not isinstance(
            reason, (OSError, ValueError)
        ):
            raise
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
