"""The commands of ``musicgan`` about one system and its runs: systems, train, evaluate, sample."""

import json
import sys
import textwrap

from . import cli_scale


def list_systems(chosen) -> int:
    """The systems that can be trained, each with its state and its command;
    of one that is named, all that can be asked.
    """
    from . import systems

    if chosen.name is not None:
        from .experiments.descriptions import describe

        print(describe(systems.find(chosen.name)))
        return 0
    from .lab import landscape

    told = landscape.explain_states()
    for card in map(systems.find, systems.names()):
        state, why = told[card.id]
        print(f"{card.id:18} {state:8} {card.name} ({card.year})")
        lists = (f"variants: {', '.join(card.variants)}", f"corpora: {', '.join(card.corpora)}")
        for text in (why, *lists):
            print(textwrap.fill(text, 110, initial_indent="    ", subsequent_indent="      "))
        print(
            f"    musicgan train {card.id} --variant VARIANT --corpus CORPUS --profile cpu --seed 0"
        )
    print("\nmechanism, controls, profiles and settings of one: musicgan systems NAME")
    return 0


def train(chosen) -> int:
    """Train a system, or go on where it stopped; prints the run folder and what was measured."""
    if chosen.help:
        return show_help(chosen)
    if chosen.system is None:
        chosen.parser.error("say which system; musicgan systems lists them")
    from . import systems
    from .experiments import training

    cli_scale.show_log("experiments.settings")
    card = systems.find(chosen.system)
    folder = training.train(
        card.id,
        chosen.variant,
        chosen.profile,
        chosen.seed,
        corpus=chosen.corpus,
        control=chosen.control,
        folder=chosen.out,
        changes=_read_changes(card, chosen.set),
        device=chosen.device,
        seconds=None if chosen.minutes is None else 60 * chosen.minutes,
        precision=chosen.precision,
        on_log=_show_progress,
    )
    print(file=sys.stderr)
    return _show_run(folder) if folder else 0  # of several processes the first one tells


def show_help(chosen) -> int:
    """What ``train`` takes; of a system that is named, its variants, corpora, profiles, controls and settings, too."""
    from . import systems

    if chosen.system is None:
        told = f"systems: {', '.join(systems.names())}\nwhat one of them takes: musicgan train SYSTEM --help"
    else:
        from .experiments.descriptions import describe

        card = systems.find(chosen.system)
        changes = _read_changes(card, chosen.set)
        told = describe(card, chosen.variant, chosen.profile, chosen.corpus, changes)
    print(f"{chosen.parser.format_help()}\n{told}")
    return 0


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


def _read_changes(card, texts: list[str]) -> dict:
    """``NAME=VALUE`` of each ``--set``; ValueError for one that is no setting, or is given twice."""
    from .experiments import settings

    given = [settings.read_setting(card, text) for text in texts]
    settings.check_once("setting", [name for name, _ in given])
    return dict(given)


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


def add_commands(commands) -> None:
    """``musicgan systems``, ``train``, ``evaluate`` and ``sample``, on the subparsers of ``musicgan``."""
    known = commands.add_parser(
        "systems", help="the systems that can be trained, or what one of them knows"
    )
    known.add_argument("name", nargs="?", help="such as bjare2020; by default a line for each")
    known.set_defaults(do=list_systems)

    one = commands.add_parser(
        "train", help="train a system, or go on where it stopped", add_help=False
    )
    one.add_argument("system", nargs="?", metavar="SYSTEM", help="such as bjare2020")
    one.add_argument(
        "-h", "--help", action="store_true", help="this; of a system, with all that it takes"
    )
    one.add_argument("--variant", help="by default the system's first")
    one.add_argument("--profile", default="smoke", help="smoke (the default), cpu or gpu")
    one.add_argument("--seed", type=int, default=0, help="a whole number, 0 or more; by default 0")
    one.add_argument("--corpus", help="by default the first of the system's that is here")
    one.add_argument(
        "--control", help="train a negative control of the system's, such as frozen_discriminator"
    )
    one.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a setting of the system's; may be given again",
    )
    one.add_argument("--out", help="run folder; by default below the user's cache")
    one.add_argument("--device", help="by default the GPU for the gpu profile, else the CPU")
    one.add_argument(
        "--precision",
        choices=["fp32", "bf16"],
        help="by default bf16 for the gpu profile on a GPU that has it, else fp32",
    )
    one.add_argument(
        "--minutes",
        type=float,
        help="time cap of this call; by default MUSICGAN_BUDGET_MIN, else 30 at the gpu profile, else none",
    )
    one.set_defaults(do=train)

    two = commands.add_parser("evaluate", help="measure a run again")
    two.add_argument("run", help="a run folder")
    two.add_argument("--judge", type=int, default=0, metavar="SEEDS", help="ask fresh judges, too")
    two.set_defaults(do=evaluate)

    three = commands.add_parser("sample", help="write new pieces of a run as MIDI")
    three.add_argument("run", help="a run folder")
    three.add_argument("-n", type=int, default=4)
    three.add_argument("--seed", type=int, default=0)
    three.add_argument("--temperature", type=float, default=1.0)
    three.add_argument("--out", default=".")
    three.set_defaults(do=sample)
