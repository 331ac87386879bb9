"""Reads the files named on standard input, one JSON line each, under limits: a child of the tests.

A file that takes more than five seconds ends the process (SIGALRM), as a crash of the parser would.
"""

import json
import resource
import signal
import sys
import warnings

from musicgan_lib.notes import MidiError, read_midi

LIMIT_S = 5


def peak_memory() -> float:
    """Megabytes at most, of this process: ``ru_maxrss`` would begin at what the tests that started it use."""
    try:
        status = open("/proc/self/status").read()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except OSError:  # not Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        path = line.rstrip("\n")
        signal.alarm(LIMIT_S)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                piece = read_midi(path)
                found = {
                    "notes": piece.notes[["onset", "duration", "pitch", "velocity"]].tolist(),
                    "losses": piece.losses,
                    "metre": piece.metre,
                    "tempo": piece.tempo,
                }
            except MidiError as error:
                found = {"error": str(error)}
        signal.alarm(0)
        found["warned"] = [str(w.message) for w in caught]
        found["mb"] = peak_memory()
        json.dump(found | {"path": path}, sys.stdout)
        sys.stdout.write("\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
