"""``musicgan``: the library from a terminal."""

import argparse
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
    from .corpora import CorpusUnavailable, load

    try:
        corpus = load(chosen.name)
    except CorpusUnavailable as reason:
        print(reason, file=sys.stderr)
        return 1
    print(f"{chosen.name}: {len(corpus)} pieces")
    print(corpus.report)
    return 0


def main(words=None) -> int:
    parser = argparse.ArgumentParser(prog="musicgan", description=__doc__)
    rooms = parser.add_subparsers(dest="room", required=True)
    data = rooms.add_parser("data", help="corpora on this machine").add_subparsers(required=True)
    data.add_parser("list", help="every corpus and its licence").set_defaults(do=list_corpora)
    prepare = data.add_parser("prepare", help="read a corpus into the cache")
    prepare.add_argument("name")
    prepare.set_defaults(do=prepare_corpus)
    chosen = parser.parse_args(words)
    return chosen.do(chosen)


if __name__ == "__main__":
    raise SystemExit(main())
