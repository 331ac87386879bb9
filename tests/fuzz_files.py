"""Readers of files under fire: archives, a reader's own rows, weights, checkpoints, kept music, pickles."""

import io
import json
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from fuzz_inputs import mutate

#: Markup that a stranger may have put into a text.
MARKUP = "<img onerror=x>"


class Archives:
    """Zips and tars with bytes changed, links, names that lead outside: read or refused, nothing written."""

    def __init__(self, folder: Path):
        self.path = folder / "thrown.zip"
        names = ("a/one.mid", "a/two.abc", "../out.mid", "/root.mid", "a\\three.mid")
        self.seeds = [self._zip(names[:n], kind) for n in (1, 2, 5) for kind in (0, 8)]
        self.seeds += [self._tar(names[:n], mode) for n in (2, 4) for mode in ("w", "w:gz", "w:xz")]

    def _zip(self, names, kind) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", kind) as archive:
            for name in names:
                archive.writestr(name, b"MThd" * 20)
        return out.getvalue()

    def _tar(self, names, mode) -> bytes:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode=mode) as archive:
            for name in names:
                about = tarfile.TarInfo(name)
                about.size = 80
                archive.addfile(about, io.BytesIO(b"MThd" * 20))
            link = tarfile.TarInfo("a/link.mid")
            link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(link)
        return out.getvalue()

    def make(self, rng) -> bytes:
        return mutate(rng.choice(self.seeds), rng)

    def check(self, data: bytes) -> str:
        from musicgan_lib.corpora.archives import LARGEST, ArchiveError, Files

        self.path.write_bytes(data)
        beside = sorted(self.path.parent.iterdir())
        told = "read"
        try:
            with Files(self.path) as files:
                for name in files.names:
                    assert not name.startswith("/") and ".." not in name.split("/"), (
                        f"{name} leads outside"
                    )
                    try:
                        assert len(files.read(name)) <= LARGEST
                    except ArchiveError:
                        told = "refused"
        except ArchiveError as error:
            assert str(self.path) in str(error)
            told = "refused"
        assert sorted(self.path.parent.iterdir()) == beside, "something was unpacked"
        return told


class Records:
    """A reader's own rows: JSON with values of every kind in every place."""

    def __init__(self, folder: Path):
        from musicgan_lib.experiments import records

        self.path = folder / "thrown.json"
        name = next(
            n
            for n in records.list_names()
            if n.startswith("papers/seqgan2017/") and n.endswith(".json")
        )
        self.seed = json.loads(records.open(name).read_text())[:2]
        self.odd = [
            None,
            True,
            -1,
            0,
            1e400,
            float("nan"),
            "",
            MARKUP,
            "\ud800",
            "x" * 9999,
            [],
            {},
            [[]],
            2**70,
        ]

    def make(self, rng) -> bytes:
        rows = json.loads(json.dumps(self.seed))
        for _ in range(rng.randint(1, 3)):
            where = rng.choice(rows)
            key = rng.choice(list(where))
            if isinstance(where[key], dict) and where[key] and rng.random() < 0.7:
                where, key = where[key], rng.choice(list(where[key]))
            if rng.random() < 0.2:
                where.pop(key, None)
            else:
                where[key] = rng.choice(self.odd)
        text = json.dumps(rows).encode()
        return mutate(text, rng) if rng.random() < 0.2 else text

    def check(self, data: bytes) -> str:
        from musicgan_lib.lab.leaderboard import draw_leaderboard, read_mine

        self.path.write_bytes(data)
        try:
            rows = read_mine(self.path)
        except ValueError as error:
            assert self.path.name in str(error), f"which file? {error}"
            return "refused"
        html = (
            draw_leaderboard([], mine=rows, metric=next(iter(rows[0]["metrics"])))._repr_html_()
            if rows[0]["metrics"]
            else ""
        )
        assert "<b>" not in html.replace(MARKUP, "", 0) or "<b>" not in json.dumps(rows), (
            "markup of a stranger"
        )
        return "read"


class Weights:
    """Weights of a network: its own, or refused; never a pickle."""

    def __init__(self, folder: Path):
        from musicgan_lib.experiments.run_folder import save_weights

        self.path = folder / "thrown.safetensors"
        self.module = torch.nn.Linear(3, 2)
        self.seed = save_weights(self.module, self.path).read_bytes()

    def make(self, rng) -> bytes:
        return mutate(self.seed, rng)

    def check(self, data: bytes) -> str:
        from musicgan_lib.experiments.run_folder import load_weights
        from musicgan_lib.learning.fit import CheckpointRefused

        self.path.write_bytes(data)
        try:
            load_weights(self.module, self.path)
        except CheckpointRefused:
            return "refused"
        assert self.module.weight.shape == (2, 3)
        return "read"


class Checkpoints:
    """A run's checkpoint: the whole state, or nothing of it."""

    def __init__(self, folder: Path):
        from musicgan_lib.learning import fit

        self.path, self.fit = folder / "thrown.pt", fit
        network = torch.nn.Linear(2, 2)
        self.state = fit.TrainingState(
            {"g": network}, {"g": torch.optim.Adam(network.parameters())}, torch.Generator()
        )
        fit.save_checkpoint(self.state, self.path, "code")
        self.seed = self.path.read_bytes()

    def make(self, rng) -> bytes:
        return mutate(self.seed, rng)

    def check(self, data: bytes) -> str:
        self.path.write_bytes(data)
        before = [w.clone() for w in self.state.modules["g"].parameters()]
        told = "read"
        try:
            self.fit.load_checkpoint(self.state, self.path, "code")
        except self.fit.CheckpointRefused:
            told = "refused"
        now = self.state.modules["g"].parameters()
        same = all(torch.equal(a, b) for a, b in zip(before, now, strict=True))
        assert same and self.state.step == 0, f"{told}, and the state is another"
        return told


class Kept:
    """Parsed music in the cache: the same pieces, or none, so that it is read anew."""

    def __init__(self, folder: Path):
        from musicgan_lib import corpora
        from musicgan_lib.corpora import cache

        self.path, self.cache = folder / "thrown.npz", cache
        self.pieces = corpora.load("tunes")[:2]
        cache.save_pieces(self.path, list(self.pieces), {"more": 1})
        self.seed = self.path.read_bytes()

    def make(self, rng) -> bytes:
        return mutate(self.seed, rng)

    def check(self, data: bytes) -> str:
        self.path.write_bytes(data)
        found = self.cache.read_pieces(self.path)
        if found is None:
            return "refused"
        for piece, own in zip(found[0], self.pieces, strict=True):
            assert (piece.notes == own.notes).all() and piece.title == own.title, (
                "other music than was kept"
            )
        return "read"


class Pickles:
    """The one door for pickles of others: plain data comes through."""

    def __init__(self, folder: Path):
        content = {"a": [1, 2.5, "x"], "b": (np.float64(3), np.int64(4)), "c": [[0] * 9] * 3}
        self.seeds = [pickle.dumps(content, protocol) for protocol in (0, 2, 4)]

    def make(self, rng) -> bytes:
        return mutate(rng.choice(self.seeds), rng)

    def check(self, data: bytes) -> str:
        from musicgan_lib.corpora.safe_pickle import UnsafePickle, load_pickle

        try:
            load_pickle(data)
        except UnsafePickle:
            return "refused"
        return "read"


TARGETS = {
    "archives": Archives,
    "records": Records,
    "weights": Weights,
    "checkpoints": Checkpoints,
    "kept": Kept,
    "pickles": Pickles,
}
