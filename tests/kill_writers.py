"""What ``tools/kills.py`` interrupts: whatever of the library writes files, each as a piece of work that can go on."""

import functools
import hashlib
import json
import os
import shutil
import sys
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT)]

from musicgan_lib.corpora import midi_folder  # noqa: E402
from musicgan_lib.notes import Piece, write_midi  # noqa: E402

TINY = {
    "pretrain": 12, "pretrain_discriminator": 3, "adversarial": 4, "hidden": 8, "embedding": 4, "length": 8,
    "batch": 8, "pretrain_batch": 8, "measure": 8, "check_every": 4,
}  # fmt: skip
#: Rows that are collected once more.
TABLE = "papers/mogren2016/chorales.json"
#: In place of papermill, which takes seconds: it does what ``tests/toy_notebook.py`` does.
TOY = """
import json, os, pathlib, sys
given = json.load(open(sys.argv[1]))
asked = given["parameters"]
with open(os.environ["KILLS_TICKS"], "a") as file:
    print("point", asked["SEED"], file=file)
out = pathlib.Path(asked["OUT"])
out.mkdir(parents=True)
pathlib.Path(given["output_path"]).write_text("{}")
row = {"system": "toy", "variant": "plain", "control": None, "metrics": {"score": asked["SEED"]}}
out.joinpath("toy.json").write_text(json.dumps([row]))
"""


class Writer:
    """A piece of work: ``prepare`` what it reads, ``work`` in a place, and say what is ``finished`` there.

    ``finished`` gives name -> value: a number may only grow, anything else has to stay. ``whole`` gives what is left
    in the end, without times. ``ticked`` are functions that do what must not be done twice.
    """

    ticked: tuple = ()

    def prepare(self, home: Path) -> None:
        self.home = home

    def rest(self) -> None:
        """End what ``work`` has started in this process and keeps for later."""

    def finished(self, place: Path) -> dict:
        return {}

    def gives(self, who: int) -> set:
        """What of ``finished`` this caller alone has made."""
        return set()

    def whole(self, place: Path):
        raise NotImplementedError

    def passes_by(self, path: Path) -> bool:
        """Whether a file is nobody's to read: a try that came to no end."""
        return False


class Training(Writer):
    """A game of words with a phase that it shares: checkpoints, logs, weights, samples, record and settings."""

    def prepare(self, home):
        from musicgan_lib.data.words import encode_words
        from musicgan_lib.experiments import training

        self.home, self.training = home, training
        self.data = encode_words("tunes", "published")
        self.ticked = ((training, "_record"),)

    def work(self, place, who=0):
        fit = self.training.loop.fit
        self.training.loop.fit = functools.partial(fit, save_every=3)
        try:
            self.training.train(
                "bjare2020", "ordinary", "smoke", 3, corpus="tunes", folder=place / "run", data=self.data, changes=TINY
            )  # fmt: skip
        finally:
            self.training.loop.fit = fit

    def finished(self, place):
        import torch

        told = {}
        for path in place.rglob("checkpoint.pt"):
            name = "shared" if "shared" in path.parent.name else "run"
            told[f"steps of {name}"] = torch.load(path, weights_only=True)["step"]
        config = place / "run" / "config.json"
        if config.is_file() and json.loads(config.read_text()).get("share") == 1:
            told["record"] = stamp(place / "run" / "record.json")
        return told

    def whole(self, place):
        run = place / "run"
        (row,) = json.loads((run / "record.json").read_text())
        log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
        log = [{k: v for k, v in r.items() if k != "seconds"} for r in log]
        files = [digest(run / n) for n in ("weights.safetensors", "samples.npz")]
        metrics = {k: v for k, v in row["metrics"].items() if "cpu_s" not in k and "share" not in k}
        return files, metrics, row["steps"], log


class Shards(Writer):
    """Matrices of a folder of MIDI files, five files a shard."""

    def prepare(self, home):
        from musicgan_lib.data import shards

        self.home, self.shards, self.songs = home, shards, home / "songs"
        write_songs(self.songs, 40, bars=13)

    def work(self, place, who=0):
        plan = self.shards.Plan(str(self.songs), files=5)
        self.shards.encode(plan, place / "out")

    def rest(self):
        midi_folder.READER.close()

    def finished(self, place):
        return {p.name: stamp(p) for p in place.rglob("shard-*.json")}

    def whole(self, place):
        return {p.name: digest(p) for p in place.rglob("*shard*") if p.suffix in (".npy", ".json")}


class Corpus(Writer):
    """A corpus that is read from a folder of MIDI files and kept, and its matrices, which are kept, too."""

    def prepare(self, home):
        from musicgan_lib.corpora import loading
        from musicgan_lib.data import rolls

        self.home = home
        write_songs(home / "data" / "clean_midi" / "somebody", 30, bars=13)
        self.ticked = ((loading, "_read_source"), (rolls.RollData, "save"))

    def work(self, place, who=0):
        from musicgan_lib.data.rolls import encode_rolls

        os.environ["MUSICGAN_DATA"] = str(self.home / "data")
        encode_rolls("lakh")

    def rest(self):
        midi_folder.READER.close()

    def finished(self, place):
        return {p.name: stamp(p) for p in place.rglob("*.npz")}

    def whole(self, place):
        return {p.name: digest(p) for p in place.rglob("*.npz")}


class Sweep(Writer):
    """A grid of six points, each in a process of its own, and the page that sums it up."""

    def prepare(self, home):
        import toy_notebook

        from musicgan_lib.experiments import sweep

        self.home, self.sweep, self.page = home, sweep, toy_notebook.write(home)
        sweep._RUN = TOY

        def one_by_one(work, jobs, *_, **__):
            yield from ((i, work(*job), None) for i, job in enumerate(jobs))

        sweep.spread = one_by_one

    def work(self, place, who=0):
        self.sweep.sweep(self.page, {"SEED": list(range(6))}, place / "out")

    def finished(self, place):
        told = {p.parent.name: p for p in place.rglob("point.json")}
        done = {k: p for k, p in told.items() if json.loads(p.read_text())["status"] == "done"}
        return {k: stamp(p) for k, p in done.items()}

    def whole(self, place):
        rows = (place / "out" / "table.csv").read_text().splitlines()
        columns = [i for i, name in enumerate(rows[0].split(",")) if name != "seconds"]
        return [[row.split(",")[i] for i in columns] for row in rows]

    def passes_by(self, path):
        return any(part.startswith("try-") for part in path.parts)


class Records(Writer):
    """Rows of run folders that are collected into a table that has rows already."""

    def prepare(self, home):
        import collect_runs

        from musicgan_lib.experiments import records

        self.home, self.collect, self.records = home, collect_runs.collect, records
        rows = records.read(ROOT / "results" / TABLE)[:24]
        self.before, later = rows[:8], rows[8:]
        for i, row in enumerate(later):
            place = home / f"runs-{i % 2}" / str(i)
            records.write([row | {"artifacts": {}}], place / "record.json")

    def table(self, place):
        return place / "results" / TABLE

    def work(self, place, who=0):
        if not self.table(place).exists():
            self.records.write(self.before, self.table(place))
        for i in (who, 1 - who):
            self.collect(self.home / f"runs-{i}", place / "results", None)

    def finished(self, place):
        rows = self.records.read(self.table(place)) if self.table(place).exists() else []
        return {
            str([r[k] for k in ("variant", "control", "seed", "profile")]): "there" for r in rows
        }

    def whole(self, place):
        return digest(self.table(place))


class Progress(Writer):
    """Exercises that are passed one after another, in one notebook or in two."""

    def work(self, place, who=0):
        from musicgan_lib.teaching import progress

        for i in range(8):
            if said := progress.keep_exercise(f"exercise-{who}-{i}"):
                raise OSError(said)

    def gives(self, who):
        return {f"exercise-{who}-{i}" for i in range(8)}

    def finished(self, place):
        found = place / "cache" / "progress.json"
        return (
            dict.fromkeys(json.loads(found.read_text())["exercises"], "there")
            if found.exists()
            else {}
        )

    def whole(self, place):
        return sorted(k for k in self.finished(place) if k.startswith("exercise-0"))


WRITERS = {
    "training": Training, "shards": Shards, "corpus": Corpus, "sweep": Sweep, "records": Records, "progress": Progress,
}  # fmt: skip


def write_songs(folder: Path, many: int, bars: int) -> None:
    """Songs in 4/4, one note a quarter."""
    folder.mkdir(parents=True)
    for i in range(many):
        notes = [(q, 1.0, 48 + (i * 5 + q * (1 + i % 3)) % 24, 80, 0) for q in range(4 * bars)]
        write_midi(Piece(notes), folder / f"song {i}.mid")


def stamp(path: Path) -> str:
    """Another one where a file was written again, be it to the same bytes."""
    about = path.stat()
    return f"{about.st_ino} {about.st_mtime_ns} {about.st_size}"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_whole(path: Path) -> None:
    """Read a file to its end as what its name says; any exception says that it is none."""
    kind = path.suffix
    if kind in (".json", ".jsonl"):
        text = path.read_text()
        for part in text.splitlines() if kind == ".jsonl" else [text]:
            json.loads(part)
    elif kind in (".npz", ".pt"):
        with zipfile.ZipFile(path) as packed:
            assert packed.testzip() is None
    elif kind == ".npy":
        np.load(path)
    elif kind == ".safetensors":
        from safetensors.numpy import load_file

        load_file(str(path))
    elif kind in (".png", ".html"):
        assert path.read_bytes().rstrip().endswith((b"IEND\xaeB`\x82", b"</html>"))


def empty(place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place
