"""The commands of ``musicgan`` for what exceeds one machine: shards and sweeps."""

import logging
import re
import sys


def encode_corpus(chosen) -> int:
    """Write the note matrices of any number of MIDI files as shards; goes on where it stopped."""
    from .data import shards

    show_log("cluster")
    fields = ("corpus", "low", "high", "per_track", "least", "files")
    plan = shards.Plan(**{k: getattr(chosen, k) for k in fields})

    line = "\r{}" if sys.stderr.isatty() else "{}\n"  # one line of a terminal, many of a file

    def show(done, every):
        end = "\n" if done == every and line[0] == "\r" else ""
        print(line.format(f"shard {done} of {every}"), end=end, file=sys.stderr, flush=True)

    index = shards.encode(plan, chosen.out, show, chosen.scheduler, chosen.workers)
    for line in [*index["skipped"], index["report"]]:
        print(line)
    print(f"train with --corpus {chosen.out}")
    return 0


def sweep(chosen) -> int:
    """Run a notebook at every point of a grid; what is done is kept, and the same command goes on."""
    from .experiments import sweep as engine
    from .experiments.settings import check_once

    show_log("cluster")
    check_once("parameter", [name for name, _ in chosen.parameter])
    values = {name: engine.read_values(text) for name, text in chosen.parameter}
    bad = []

    def show(done, every, told):
        bad.extend([told] if told["status"] != "done" else [])
        words = ", ".join(f"{k} {v}" for k, v in told["parameters"].items())
        print(f"{done} of {every}: {words}: {told['status']}", file=sys.stderr)

    where = (chosen.out, chosen.scheduler, chosen.workers, chosen.minutes)
    print(engine.sweep(chosen.notebook, values, *where, show))
    return 1 if bad else 0


def shield_values(words: list[str]) -> list[str]:
    """The words of a command with a space before values below 0, or argparse takes ``-1,1`` for an option."""
    values = {i + 2 for i, word in enumerate(words) if word in ("-p", "--parameter")}
    negative = re.compile(r"-(\.?\d|inf|nan)", re.I)
    return [f" {w}" if i in values and negative.match(w) else w for i, w in enumerate(words)]


def show_log(module: str) -> None:
    """What a module tells of its choices goes to the terminal, too."""
    log = logging.getLogger(f"musicgan_lib.{module}")
    log.setLevel(logging.INFO)
    if not log.handlers:
        log.addHandler(logging.StreamHandler())


def add_commands(commands, data) -> None:
    """``musicgan data encode`` and ``musicgan sweep``, on the subparsers of ``musicgan`` and of its ``data``."""
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

    four = commands.add_parser("sweep", help="run a notebook with many parameters")
    four.add_argument("notebook", help="a path, or a chapter such as papers/gan_rl")
    four.add_argument(
        "-p",
        "--parameter",
        nargs=2,
        action="append",
        default=[],
        metavar=("NAME", "VALUES"),
        help="values such as 0.1,1 or 0:5 or true,none or [1,2],[3]; texts that read as such in quotes",
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
