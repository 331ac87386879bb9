"""``musicgan``: the library from a terminal."""

import argparse
import os
import sys

from . import cli_progress, cli_runs, cli_scale


class Parser(argparse.ArgumentParser):
    """The parser of a command: what is wrong is told in the command's name, with where its help is."""

    def __init__(self, **options):
        super().__init__(**options)
        self.set_defaults(parser=self)

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {message}\n{self.prog} --help says what there is\n")


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


def main(words=None) -> int:
    """Do one command; 1 where it cannot be done, with the reason on stderr, and SystemExit where there is none such."""
    parser = Parser(prog="musicgan", description="the library from a terminal")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    data = commands.add_parser("data", help="corpora on this machine")
    data = data.add_subparsers(metavar="COMMAND", required=True)
    data.add_parser("list", help="every corpus and its licence").set_defaults(do=list_corpora)
    prepare = data.add_parser("prepare", help="read a corpus into the cache")
    prepare.add_argument("name")
    prepare.set_defaults(do=prepare_corpus)

    cli_scale.add_commands(commands, data)
    cli_runs.add_commands(commands)
    cli_progress.add_commands(commands)

    words = sys.argv[1:] if words is None else words
    chosen = parser.parse_args(cli_scale.shield_values(words))
    try:
        status = chosen.do(chosen)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read the lines has seen enough, as ``head`` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (LookupError, OSError, RuntimeError, ValueError) as reason:
        if not type(reason).__module__.startswith("musicgan_lib") and not isinstance(
            reason, (OSError, ValueError)
        ):
            raise
        print(f"{chosen.parser.prog}: {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
