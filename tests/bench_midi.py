"""How fast read_midi makes a finished Piece, as a ratio to pretty_midi on the same files in this run.

Not a test: run by `make bench`, with MUSICGAN_DATA set.
"""

import io
import os
import random
import statistics
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

FILES, SEED = 200, 0


def main() -> None:
    folder = os.environ.get("MUSICGAN_DATA")
    archive = Path(folder or "", "crnngan_data.zip")
    if not folder or not archive.exists():
        print("MUSICGAN_DATA is not set, or holds no crnngan_data.zip: nothing to measure")
        return
    import pretty_midi
    import symusic

    from musicgan_lib.notes import read_midi

    with tempfile.TemporaryDirectory() as scratch:
        paths = unpack_readable(archive, Path(scratch), pretty_midi.PrettyMIDI)
        ways = {
            "read_midi, to a finished Piece": read_midi,
            "symusic, the parser alone": symusic.Score,
        }
        base = measure(lambda p: pretty_midi.PrettyMIDI(str(p)), paths, repeats=1)
        print(
            f"{len(paths)} classical files; pretty_midi: {1000 * base / len(paths):.1f} ms a file"
        )
        for name, read in ways.items():
            least = measure(read, paths, repeats=5)
            each = 1000 * least / len(paths)
            print(f"{name}: {each:.2f} ms a file, {base / least:.0f}x pretty_midi")
        print("(wanted of read_midi: at least 60x, aim 100x)")
        compare_pedal(paths, read_midi)


def compare_pedal(paths, read_midi) -> None:
    """What a kilobyte of a file with the pedal costs, beside one of a file without."""
    cost = {True: [], False: []}
    for path in paths:
        with warnings.catch_warnings(action="ignore"):
            pedal = len(read_midi(path).annotated("pedal")) > 0
        kilobytes = path.stat().st_size / 1000
        cost[pedal].append(1e6 * measure(read_midi, [path], repeats=5) / kilobytes)
    if all(cost.values()):
        some, others = (statistics.median(cost[pedal]) for pedal in (True, False))
        print(f"{len(cost[True])} files with the pedal: {some:.0f} us a kilobyte, without {others:.0f}, "
              f"{some / others:.1f}x (wanted: at most 1.5x)")  # fmt: skip


def unpack_readable(archive: Path, scratch: Path, parse) -> list[Path]:
    """A seeded choice of classical files that pretty_midi can read at all."""
    paths = []
    with zipfile.ZipFile(archive) as file:
        names = sorted(n for n in file.namelist() if "/classical/" in n and n.endswith(".mid"))
        random.Random(SEED).shuffle(names)
        for name in names:
            data = file.read(name)
            try:
                with warnings.catch_warnings(action="ignore"):
                    parse(io.BytesIO(data))
            except Exception:
                continue
            paths.append(scratch / f"{len(paths)}.mid")
            paths[-1].write_bytes(data)
            if len(paths) == FILES:
                break
    return paths


def measure(read, paths, repeats: int) -> float:
    """CPU seconds for all the files, the least of several goes."""
    best = float("inf")
    for _ in range(repeats):
        began = time.process_time()
        with warnings.catch_warnings(action="ignore"):
            for path in paths:
                read(path)
        best = min(best, time.process_time() - began)
    return best


if __name__ == "__main__":
    main()
