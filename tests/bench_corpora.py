"""How long a corpus takes to read, to encode and to come back from the cache, and how much memory it needs.

Not a test: run by `make bench`, with MUSICGAN_DATA set. Processor time of this process alone, so a busy
machine changes little; chorales are parsed by two processes, so their children's time counts too.
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from musicgan_lib import corpora
from musicgan_lib.corpora import loading
from musicgan_lib.data import shards
from musicgan_lib.representations import quadruplets

AGAIN = 3


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        os.environ["MUSICGAN_CACHE"] = cache
        if corpora.available("classical"):
            measure_classical()
            for each in (False, True):
                measure_shards(shards.Plan("classical", per_track=each), f"{cache}/shards-{each}")
        else:
            print("MUSICGAN_DATA holds no classical corpus: left out")
        for name in ("chorales", "nottingham"):
            if corpora.available(name):
                measure_reload(name)


def measure_shards(plan: shards.Plan, folder: str) -> None:
    """Note matrices on disk, and what they take beyond parsing: wanted are 60 s for 10,000 files."""
    every, _ = seconds(lambda: shards.encode(plan, folder))
    files, read = loading.open_files(plan.corpus)
    with files:
        parsing, (pieces, *_) = seconds(lambda: read(files))
    number = len(pieces)
    held = sum(f.stat().st_size for f in Path(folder).glob("*.npy")) / 2**20
    print(
        f"{plan.corpus} as shards, {'each track' if plan.per_track else 'all tracks together'}: {every / parsing:.2f} "
        f"times parsing; {(every - parsing) / number * 1e4:.0f} s beyond it for 10,000 files; {held:.0f} MiB"
    )


def measure_classical() -> None:
    """The whole of C-RNN-GAN's list, to arrays for its network."""
    first, pieces = seconds(lambda: corpora.load("classical"))
    encoding, rows = seconds(lambda: sum(len(quadruplets.encode(p)) for p in pieces))
    unit = 2**20 if sys.platform == "darwin" else 2**10  # a Mac counts bytes, Linux KiB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(f"classical: {len(pieces)} pieces, {rows} notes")
    print(
        f"  read, split and kept in the cache: {first:.1f} s, encoded as quadruplets: {encoding:.1f} s"
    )
    print(f"  together {first + encoding:.1f} s of one core (wanted: at most 60)")
    print(f"  most memory {peak:.0f} MiB (wanted: at most 1024)")
    report_reload("classical", first)


def measure_reload(name: str) -> None:
    first, pieces = seconds(lambda: corpora.load(name))
    print(f"{name}: {len(pieces)} pieces read in {first:.1f} s of processor time")
    report_reload(name, first)


def report_reload(name: str, first: float) -> None:
    again = min(seconds(lambda: corpora.load(name))[0] for _ in range(AGAIN))
    print(
        f"  again from the cache: {again:.2f} s, {first / again:.0f} times as fast (wanted: at least 20)"
    )


def seconds(job):
    """Processor seconds of this process and its children, and what the job returned."""
    began = processor()
    result = job()
    return processor() - began, result


def processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


if __name__ == "__main__":
    main()
