"""What a song costs at each stage on its way from an archive to a training batch, and how well a few songs foretell
many.

    MUSICGAN_DATA=... python tools/measure_scale.py [--seeds 0 1 2 3 4]

Writes ``results/lab/at_scale/files.csv``, a line of bytes and microseconds for each of the 3,451 files of C-RNN-GAN's
archive (no names, no notes), and ``cost.json``: totals, other archives beside it, ways of packing one, and projections
from random parts with two controls. Processor time of one process, the least of three rounds over all files.
"""

import argparse
import csv
import hashlib
import os
import resource
import tarfile
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np

from musicgan_lib import cluster
from musicgan_lib.corpora.archives import Files
from musicgan_lib.corpora.midi_folder import MIDI
from musicgan_lib.data import rolls, shards
from musicgan_lib.experiments import records
from musicgan_lib.experiments.origin import Origin
from musicgan_lib.notes import MidiError, read_midi

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "results" / "lab" / "at_scale"
ARCHIVE = "crnngan_data.zip"
OTHERS = ("lakh_clean_midi_25", "pop909", "js_fakes", "nottingham_bl2012", "multitrack_standin")
STAGES = ("unpack", "parse", "split", "encode", "pack", "read")  # all but the last make the shards
SIZES = ("packed", "midi", "shard")
PLAN = shards.Plan(ARCHIVE, per_track=True)
PARTS = (30, 100, 300, 1000)
ROUNDS, WORKERS = 3, 8


def measure_file(files, name: str, path: Path) -> list[int]:
    """Microseconds of each stage, and the bytes in its shard: of one file."""
    clock, left = [time.process_time_ns()], Counter()

    def lap():
        clock.append(time.process_time_ns())

    content = files.read(name)
    lap()
    path.write_bytes(content)
    try:
        piece = read_midi(path)
    except MidiError:
        piece = None
    lap()
    if piece:
        piece.content_hash(), hashlib.sha256(piece.notes.tobytes()).hexdigest()
    lap()
    found = rolls.encode_bars(piece, **PLAN.options, least=PLAN.least, left=left) if piece else []
    lap()
    bits = np.concatenate([np.zeros((0, PLAN.width), np.uint8), *map(shards.pack, found)])
    np.save(path.with_suffix(".npy"), bits)
    lap()
    rows = np.load(path.with_suffix(".npy"), mmap_mode="r")
    np.asarray(shards.PackedRoll(rows, PLAN.high - PLAN.low + 1))
    lap()
    return [*(np.diff(clock) // 1000).tolist(), bits.nbytes]


def measure_archive(archive: Path) -> list[dict]:
    """A row for each MIDI file, in the order of the names; of the times the least of all rounds."""
    with tempfile.TemporaryDirectory() as folder, Files(archive) as files:
        names = [n for n in files.names if n.lower().endswith(MIDI)]
        path, table = Path(folder) / "file.mid", zipfile.ZipFile(archive)
        with warnings.catch_warnings(action="ignore"):
            rounds = [[measure_file(files, n, path) for n in names] for _ in range(ROUNDS)]
        sizes = [(table.getinfo(n).compress_size, table.getinfo(n).file_size) for n in names]
    least = np.min(rounds, axis=0)
    return [
        dict(
            zip((*(f"{s}_us" for s in STAGES), "shard", "packed", "midi"), [*map(int, row), *size])
        )
        for row, size in zip(least, sizes)
    ]


def measure_forms(archive: Path) -> dict:
    """The same files in a zip, a tar, a packed tar and a folder:
    seconds to list them, to read all, and one shard in eight.
    """
    found = {}
    with tempfile.TemporaryDirectory() as place:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(Path(place, "folder"))
        forms = {"zip": archive, "folder": Path(place, "folder")}
        for form, mode in (("tar", "w"), ("tar_gz", "w:gz")):
            forms[form] = Path(place, f"files.{form.replace('_', '.')}")
            with tarfile.open(forms[form], mode) as out:
                out.add(forms["folder"], "files")
        for form, path in forms.items():
            rounds = []
            for _ in range(ROUNDS):
                began = time.process_time()
                with Files(path) as files:
                    listed = time.process_time()
                    for name in files.in_place():
                        files.read(name)
                    whole = time.process_time()
                    places = files.in_place()
                    for first in range(0, len(places), 100 * WORKERS):
                        for name in places[first : first + 100]:
                            files.read(name)
                    part = time.process_time() - whole
                    rounds.append((listed - began, whole - listed, part))
            size = path.stat().st_size if path.is_file() else 0
            seconds = np.min(rounds, axis=0)
            found[form] = {"list_s": seconds[0], "read_s": seconds[1], "part_s": seconds[2]}
            found[form] |= {"archive_bytes": size}
    return found


def measure_shards(archive: Path) -> dict:
    """The whole engine over the archive, the index read back, and batches of 32 windows of 8 bars of training."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        plan = shards.Plan(str(archive), per_track=True)
        index = shards.encode(plan, folder)
        whole = time.process_time() - began
        began = time.process_time()
        data = shards.load(folder)
        loaded = time.process_time() - began
        size = sum(p.stat().st_size for p in Path(folder).iterdir())
        pieces, batches, began = data.pieces["train"], 200, time.process_time()
        for _ in range(batches):
            drawn = [pieces[i] for i in rng.integers(len(pieces), size=32)]
            starts = [16 * int(rng.integers(len(p) // 16 - 7)) for p in drawn]
            data.floats(np.stack([p[s : s + 128] for p, s in zip(drawn, starts)]))
        batch = (time.process_time() - began) / batches
    told = {"engine_s": whole, "load_s": loaded, "batch_s": batch, "folder_bytes": size}
    return told | {"shards": len(index["shards"]), "matrices": sum(map(len, data.pieces.values()))}


def measure_engine(archive: Path) -> dict:
    """The engine with one worker and two, by the clock (little worth on a busy machine) and in processor time."""
    told, plan = {"load_average": os.getloadavg()[0]}, shards.Plan(str(archive), per_track=True, files=100)  # fmt: skip
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            began, spent = time.perf_counter(), processor()
            shards.encode(plan, folder, workers=workers)
            told[f"workers_{workers}_wall_s"] = time.perf_counter() - began
            told[f"workers_{workers}_cpu_s"] = processor() - spent
    began = time.perf_counter()
    cluster.connect(workers=2).close()
    return told | {"start_wall_s": time.perf_counter() - began}


def processor() -> float:
    """Seconds of this process and of all that it started and that has ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def project(seconds, midi, chosen) -> dict:
    """What some files say of all: by their number, and by their bytes, which the archive's list tells beforehand."""
    n, total, of = len(chosen), len(seconds), seconds[chosen]
    error = total * np.sqrt((1 - n / total) / n) * of.std(ddof=1)
    by_files, by_bytes = total * of.mean(), midi.sum() * of.sum() / midi[chosen].sum()
    truth = seconds.sum()
    return {
        "by_files_s": by_files, "by_bytes_s": by_bytes, "standard_error_s": error, "truth_s": truth,
        "files_error": by_files / truth - 1, "bytes_error": by_bytes / truth - 1,
    }  # fmt: skip


def main(seeds) -> None:
    origin = Origin()
    folders = os.environ["MUSICGAN_DATA"].split(os.pathsep)
    place = next(Path(f) for f in folders if Path(f, ARCHIVE).is_file())
    table = measure_archive(place / ARCHIVE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / "files.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, [*SIZES, *(f"{s}_us" for s in STAGES)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    digest = hashlib.sha256((FOLDER / "files.csv").read_bytes()).hexdigest()
    same = {
        "profile": "cpu", "corpus": "c-rnn-gan files", "split": "all", "steps": 0,
        "command": f"python tools/measure_scale.py --seeds {' '.join(map(str, seeds))}",
        "control": None, "seed": seeds[0], "artifacts": {},
    }  # fmt: skip
    rows = [same | {"system": "song_cost", "variant": "all", "metrics": sum_up(table)}]
    rows[0]["artifacts"] = {"lab/at_scale/files.csv": digest}
    rows[0]["metrics"] |= measure_shards(place / ARCHIVE) | measure_engine(place / ARCHIVE)
    for name in OTHERS:
        found = sum_up(measure_archive(place / f"{name}.zip"))
        rows.append(rows[0] | {"corpus": name, "metrics": found, "artifacts": {}})
    for form, found in measure_forms(place / ARCHIVE).items():
        rows.append(same | {"system": "archive_form", "variant": form, "metrics": found})
    seconds = np.array([sum(row[f"{s}_us"] for s in STAGES[:-1]) for row in table]) / 1e6
    midi = np.array([row["midi"] for row in table])
    short = np.flatnonzero(midi <= np.quantile(midi, 0.95))
    for seed in seeds:
        rng = np.random.default_rng(seed)
        for n in PARTS:
            ways = {None: rng.choice(len(midi), n, replace=False)}
            ways |= {"no_tail": rng.choice(short, n, replace=False)}
            ways |= {"first_by_name": np.arange(n)} if seed == seeds[0] else {}
            for control, chosen in ways.items():
                row = {"system": "cost_projection", "variant": f"{n} files", "control": control}
                rows.append(same | row | {"seed": seed, "metrics": project(seconds, midi, chosen)})
    told = origin.fields()
    for row in rows:
        row["metrics"] = {k: round(float(v), 6) for k, v in row["metrics"].items()}
    records.write([row | told for row in rows], FOLDER / "cost.json")


def sum_up(table) -> dict:
    """Files, bytes and processor seconds of an archive, by stage;
    how far the total of as many others may lie from it.
    """
    told = {f"{s}_bytes": sum(row[s] for row in table) for s in SIZES}
    told |= {f"{s}_s": sum(row[f"{s}_us"] for row in table) / 1e6 for s in STAGES}
    each = [sum(row[f"{s}_us"] for s in STAGES[:-1]) / 1e6 for row in table]
    told["standard_error_s"] = len(each) ** 0.5 * float(np.std(each, ddof=1))
    return {"files": len(table)} | told


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4])
    main(parser.parse_args().seeds)
