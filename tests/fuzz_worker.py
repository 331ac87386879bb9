"""A child of the fuzzer: throws inputs ``first`` to ``last`` of one target and says a line of what came of them.

    python tests/fuzz_worker.py TARGET SEED FIRST LAST FOLDER

The number of the input in hand stands in ``FOLDER/at``, so that whoever finds this process dead knows what killed it. A
fault is a line of JSON with the number and the reason. An input that takes more than five seconds ends the process.
"""

import collections
import json
import mmap
import resource
import signal
import sys
from pathlib import Path

import fuzz_files
import fuzz_music
from fuzz_inputs import draw_rng
from midi_worker import LIMIT_S, peak_memory

TARGETS = fuzz_music.TARGETS | fuzz_files.TARGETS
#: Megabytes that an input may take, above what the process had when it began.
MOST_MB = 500


def say(**what) -> None:
    """A line for whoever counts."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def measure_room() -> int:
    """Bytes of addresses that this process has taken so far; those of libraries are many, and most of them empty."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def main(name: str, seed: str, first: str, last: str, folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    folder = Path(folder)
    target = TARGETS[name](folder)
    (folder / "at").write_bytes(bytes(8))
    room = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (measure_room() + 2 * MOST_MB * 2**20, room))
    told, ended = collections.Counter(), 0
    with open(folder / "at", "r+b") as file, mmap.mmap(file.fileno(), 8) as at:
        before = peak_memory()
        for i in range(int(first), int(last)):
            at[:] = i.to_bytes(8, "little")
            data = target.make(draw_rng(name, int(seed), i))
            signal.setitimer(signal.ITIMER_REAL, LIMIT_S)
            try:
                told[target.check(data)] += 1
            except Exception as fault:  # whatever it is, it is what we look for
                told["fault"] += 1
                say(i=i, fault=f"{type(fault).__name__}: {fault}"[:300])
            signal.setitimer(signal.ITIMER_REAL, 0)
            if i % 256 == 0 and peak_memory() > before + MOST_MB:
                say(i=i, fault=f"{peak_memory():.0f} MB")
                before = peak_memory()
            ended = i + 1
    say(ended=ended, told=told)


if __name__ == "__main__":
    main(*sys.argv[1:])
