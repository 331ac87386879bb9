"""A chapter as a run: its parameters checked at the start, its rows written at the end."""

import math
import os
import shlex
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace

from ..files import cache_folder
from . import editions, records
from .origin import Origin

#: Chapter parameters have these names in every notebook.
PARAMETERS = ("PROFILE", "SEED", "CORPUS", "VARIANT", "OUT")


class ChapterRun:
    """One execution of a chapter; made by :func:`begin`.

    Attributes: ``slug, profile, seed, corpus, variant``, ``sizes`` (what this profile uses, as
    attributes) and ``out`` (the folder that the rows go to).
    """

    def __init__(self, slug, profile, seed, corpus, variant, out, sizes, more=None):
        self.slug, self.profile, self.seed = slug, profile, seed
        self.corpus, self.variant, self.out = corpus, variant, Path(out)
        self.sizes, self.more = SimpleNamespace(**sizes), dict(more or {})
        self.origin, self._hashes = Origin(), {}

    def rng(self, name: str = ""):
        """A numpy Generator for this chapter's seed; another ``name`` gives an independent one."""
        import numpy as np

        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def finish(self, rows):
        """Complete the rows to records, write ``OUT/<slug>.json`` and show where they came from.

        Parameters
        ----------
        rows : dicts with ``system`` and ``metrics`` (name -> number), and where they differ from
            this run's own: ``variant, control, corpus, split, seed, steps, device, artifacts``.

        A metric that is NaN or infinite is left out of its record: JSON has no such number, and tables
        show –. Raises ValueError for an empty list, a row that is no record, and two rows of the same
        system, variant, control, corpus, split and seed.
        """
        rows = [self._complete(row) for row in rows]
        if not rows:
            raise ValueError(f"{self.slug}: a chapter ends with at least one row")
        names = [
            tuple(r[k] for k in ("system", "variant", "control", "corpus", "split", "seed"))
            for r in rows
        ]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"{self.slug}: two rows are both {name}")
        path = records.write(rows, self.out / f"{self.slug}.json")
        return Provenance(self, rows, path)

    def _complete(self, row):
        own = {
            "variant": self.variant,
            "control": None,
            "profile": self.profile,
            "corpus": self.corpus,
            "split": "all",
            "seed": self.seed,
            "steps": 0,
            "command": self.command,
            "artifacts": {},
        }
        device, corpus = row.get("device", "cpu"), row.get("corpus", self.corpus)
        if corpus not in self._hashes:
            self._hashes[corpus] = editions.hash_corpus(corpus)
        own |= self.origin.fields(device, self._hashes[corpus])
        if not isinstance(row.get("metrics"), dict):
            raise ValueError(f"{self.slug}: a row needs metrics, name -> number, got {row}")
        numbers = {k: v.item() if hasattr(v, "item") else v for k, v in row["metrics"].items()}
        kept = {k: v for k, v in numbers.items() if type(v) is not float or math.isfinite(v)}
        return own | row | {"metrics": kept}

    @property
    def command(self) -> str:
        """The command that repeats this run from the root of the repository."""
        named = (self.profile, self.seed, self.corpus, self.variant)
        given = dict(zip(PARAMETERS, named)) | self.more
        words = [f"-p {name} {shlex.quote(str(value))}" for name, value in given.items()]
        return f"papermill {_path_of(self.slug)} out.ipynb {' '.join(words)}"


class Provenance:
    """What the last cell of a chapter shows: the run, its versions, its time, its file of rows."""

    def __init__(self, run: ChapterRun, rows: list[dict], path: Path):
        self.rows, self.path = rows, path
        self._lines = {
            "parameters": f"profile {run.profile}, seed {run.seed}, corpus {run.corpus}, variant {run.variant}",
            "rows": f"{len(rows)} in {path.name}",
            "commit": _tell_commit(rows[0]),
            "processor": rows[0]["processor"],
            "versions": ", ".join(f"{k} {v}" for k, v in records.versions().items()),
            "python": sys.version.split()[0],
            "seconds": f"{rows[-1]['wall_s']:.1f}",
            "again": run.command,
        }

    def __repr__(self) -> str:
        return "\n".join(f"{k}: {v}" for k, v in self._lines.items())

    def _repr_html_(self) -> str:
        cells = "".join(f"<tr><th>{k}</th><td>{v}</td></tr>" for k, v in self._lines.items())
        return f"<details><summary>Where these numbers come from</summary><table>{cells}</table></details>"


def _tell_commit(row: dict) -> str:
    """The commit as a page shows it, and whether it holds what ran."""
    more = " and changes that it does not hold" if row["dirty"] else ""
    return row["commit"][:12] + more or "not in a repository"


def begin(
    slug, *, profile, seed, corpus, variant, out, corpora,
    variants=("default",), sizes=None, more=None,
) -> ChapterRun:  # fmt: skip
    """Check a chapter's parameters and start its clock.

    Parameters
    ----------
    slug : the notebook's file name without its ending.
    profile : ``smoke``, ``cpu`` or ``gpu``; ``sizes[profile]`` is what it uses.
    corpora, variants : what this chapter accepts.
    out : folder for the rows; empty means ``$MUSICGAN_OUT``, else a folder in the user's cache.
    more : the chapter's other parameters, name -> value, for the command that repeats it.

    Raises ValueError that names the parameter, the value and the accepted ones.
    """
    sizes = sizes or {p: {} for p in records.PROFILES}
    for name, value, accepted in (
        ("PROFILE", profile, tuple(sizes)),
        ("CORPUS", corpus, tuple(corpora)),
        ("VARIANT", variant, tuple(variants)),
    ):
        if value not in accepted:
            raise ValueError(
                f"{name} = {value!r} is not known to {slug}; choose one of: {', '.join(accepted)}"
            )
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise ValueError(f"SEED = {seed!r} must be a whole number, 0 or more")
    out = out or os.environ.get("MUSICGAN_OUT") or cache_folder() / "runs"
    return ChapterRun(slug, profile, seed, corpus, variant, out, sizes[profile], more)


def _path_of(slug: str) -> str:
    """The notebook's path in the repository; its bare name where the library is installed alone."""
    from ..checkout import root

    here = root()
    found = sorted((here / "book").rglob(f"{slug}.ipynb")) if here else []
    return found[0].relative_to(here).as_posix() if found else f"{slug}.ipynb"
