"""``musicgan``: the library from a terminal."""

import argparse
import json
import sys
import textwrap

from . import cli_scale


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


def list_systems(chosen) -> int:
    """The systems that can be trained, each with its state and its command; of one that is named, all that can be asked."""
    from . import systems

    if chosen.name is None:
        from .lab import landscape

        states = landscape.list_states()
        for card in map(systems.find, systems.names()):
            print(f"{card.id:18} {states[card.id]:8} {card.name} ({card.year})")
            for what, known in (("variants", card.variants), ("corpora", card.corpora)):
                told = f"{what}: {', '.join(known)}"
                print(textwrap.fill(told, 110, initial_indent="    ", subsequent_indent="      "))
            print(
                f"    musicgan train {card.id} --variant VARIANT --corpus CORPUS --profile cpu --seed 0"
            )
        print("\nmechanism, controls, profiles and settings of one: musicgan systems NAME")
        return 0
    from .experiments.settings import choose_corpus

    card = systems.find(chosen.name)
    print(f"{card.name} ({card.citation})\n{card.mechanism}")
    print(f"\nvariants: {', '.join(card.variants)} (by default the first)")
    print(f"controls: {', '.join(card.list_controls())}")
    print(f"corpora:  {', '.join(card.corpora)} (here by default {choose_corpus(card)})")
    print(f"profiles: {', '.join(card.profiles)}")
    print(f"settings: {', '.join(card.game.Config.__dataclass_fields__)}")
    return 0


def train(chosen) -> int:
    """Train a system, or go on where it stopped; prints the run folder and what was measured."""
    from . import systems
    from .experiments import settings, training

    cli_scale.show_log("experiments.settings")
    card = systems.find(chosen.system)
    given = [training.read_setting(card, text) for text in chosen.set]
    settings.check_once("setting", [name for name, _ in given])
    folder = training.train(
        chosen.system, chosen.variant, chosen.profile, chosen.seed,
        corpus=chosen.corpus, control=chosen.control, folder=chosen.out, changes=dict(given),
        device=chosen.device, seconds=None if chosen.minutes is None else 60 * chosen.minutes, precision=chosen.precision,
        on_log=_show_progress,
    )  # fmt: skip
    print(file=sys.stderr)
    return _show_run(folder) if folder else 0  # of several processes the first one tells


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
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    data = commands.add_parser("data", help="corpora on this machine")
    data = data.add_subparsers(metavar="COMMAND", required=True)
    data.add_parser("list", help="every corpus and its licence").set_defaults(do=list_corpora)
    prepare = data.add_parser("prepare", help="read a corpus into the cache")
    prepare.add_argument("name")
    prepare.set_defaults(do=prepare_corpus)

    cli_scale.add_commands(commands, data)

    known = commands.add_parser(
        "systems", help="the systems that can be trained, or what one of them knows"
    )
    known.add_argument("name", nargs="?", help="such as bjare2020; by default a line for each")
    known.set_defaults(do=list_systems)

    one = commands.add_parser("train", help="train a system, or go on where it stopped")
    one.add_argument("system", help="such as bjare2020")
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

    words = sys.argv[1:] if words is None else words
    chosen = parser.parse_args(cli_scale.shield_values(words))
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
