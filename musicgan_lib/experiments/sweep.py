"""A notebook with many parameters: papermill runs each point of a grid,
Dask spreads the points over cores or machines.
"""

import csv
import hashlib
import io
import itertools
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from ..checkout import root
from ..cluster import spread
from ..files import hold, open_whole, remove_parts, write_whole
from .sweep_values import check_travels, read_values

__all__ = ["find_notebook", "label_of", "make_grid", "read_values", "run_point", "summarise", "sweep"]  # fmt: skip
LARGEST = 10_000
#: Its parameters arrive as they are. YAML, which papermill's own command reads, takes ``1e-05`` and ``NaN`` for texts.
_RUN = "import json, papermill, sys; papermill.execute_notebook(**json.load(open(sys.argv[1])))"


def make_grid(values: dict[str, list]) -> list[dict]:
    """Every combination, the last parameter the fastest; ValueError for none, for more than 10,000, and for a value
    that would arrive as another."""
    for name, given in values.items():
        check_travels(name, given)
    points = [dict(zip(values, p)) for p in itertools.product(*values.values())] if values else []
    if not 1 <= len(points) <= LARGEST:
        raise ValueError(f"a grid of {len(points):,} points; 1 to {LARGEST:,} can be run")
    return points


def find_notebook(name) -> Path:
    """A notebook by its path, or a chapter of the checkout, such as ``"papers/gan_rl"``;
    ValueError where there is none.
    """
    near = [Path(name), *((root() / "book" / f"{name}.ipynb",) if root() else ())]
    found = next((p for p in near if p.is_file()), None)
    if found is None:
        raise ValueError(f"no notebook {str(name)!r}: give a path, or a chapter: papers/gan_rl")
    return found.resolve()


def run_point(notebook, point: dict, folder, seconds: float) -> dict:
    """Execute one point in a process of its own and say how it went: ``status`` done, failed, or out of time.

    ``folder`` gets ``point.json`` and a folder for each try, with the notebook as far as it came and the rows it
    wrote. A point that was done is not run again; one that hangs is ended with all that it started.
    """
    folder, told = Path(folder), Path(folder) / "point.json"
    if told.is_file() and (before := json.loads(told.read_text()))["status"] == "done":
        return before
    # a lost worker may still be writing its own
    place = folder / f"try-{time.time_ns():x}-{os.getpid()}"
    place.mkdir(parents=True)
    given = place / "given.json"
    paths = {"input_path": str(notebook), "output_path": str(place / "notebook.ipynb")}
    how = {"kernel_name": "python3", "progress_bar": False, "autosave_cell_every": 1}
    parameters = {"parameters": point | {"OUT": str(place / "rows")}}
    given.write_text(json.dumps(paths | how | parameters))
    words = [sys.executable, "-c", _RUN, str(given)]
    began, said = time.perf_counter(), place / "said.txt"
    env = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"} | os.environ
    with open(said, "w") as out:
        work = subprocess.Popen(words, stdout=out, stderr=out, env=env, start_new_session=True)
        try:
            status = "failed" if work.wait(seconds) else "done"
        except subprocess.TimeoutExpired:
            status = "out of time"
        finally:
            if work.poll() is None:
                os.killpg(work.pid, signal.SIGKILL)
                work.wait()
    rows = [r for f in place.glob("rows/*.json") for r in json.loads(f.read_text())]
    if status == "done" and any("share" in r["metrics"] for r in rows):
        status = "out of time"  # of a run's own budget
    about = {
        "parameters": point, "status": status, "seconds": round(time.perf_counter() - began, 1), "place": place.name,
        "error": said.read_text()[-2000:] if status != "done" else "",
    }  # fmt: skip
    write_whole(told, json.dumps(about, indent=1).encode())
    return about


def sweep(notebook, values, out, scheduler=None, workers=2, minutes=60.0, on_point=None) -> Path:
    """Run a notebook at every point of a grid and sum it up; returns the path of the index page.

    Parameters
    ----------
    notebook : see :func:`find_notebook`.
    values : parameter -> its values; ValueError for one that the notebook lacks, with those it has, or for ``OUT``.
    out : folder that gets ``points/``, ``table.csv``, ``figure.png`` and ``index.html``. Points of the same notebook
        that are done there are never run twice.
    scheduler : address of a Dask scheduler; None for ``workers`` processes here.
    minutes : time limit of one point.
    on_point : hears ``(done, all, what run_point said)`` of each point as it ends.
    """
    import papermill

    notebook, out = find_notebook(notebook), Path(out).resolve()
    known = list(papermill.inspect_notebook(str(notebook)))
    if wrong := [name for name in values if name not in known or name == "OUT"]:
        has = f"{', '.join(wrong)} to vary; it has {', '.join(known)}"
        raise ValueError(f"{notebook.name} has no parameter {has}")
    points, text = make_grid(values), notebook.read_bytes()
    folders = [out / "points" / _name(text, point) for point in points]
    jobs = [(str(notebook), p, str(f), 60 * minutes) for p, f in zip(points, folders)]
    out.mkdir(parents=True, exist_ok=True)
    with hold(out):
        for folder in folders:
            remove_parts(folder, 0)
        ended = spread(run_point, jobs, scheduler, workers, retries=2)
        for done, (i, told, reason) in enumerate(ended, 1):
            if isinstance(reason, OSError):
                raise reason
            lost = {"parameters": points[i], "status": "failed", "error": str(reason)}
            if on_point:
                on_point(done, len(points), lost if reason else told)
        return summarise(out, points, folders)


def summarise(out, points, folders) -> Path:
    """Write the table, the figure and the index page of the points in some folders; returns the page's path."""
    rows, lines = [], []
    for point, folder in zip(points, folders):
        told = folder / "point.json"
        about = json.loads(told.read_text()) if told.is_file() else {"status": "lost", "place": ""}
        place = folder / about["place"]
        found = [r for f in sorted(place.glob("rows/*.json")) for r in json.loads(f.read_text())]
        named = {k: about.get(k) for k in ("status", "seconds")}
        said = [{k: r[k] for k in ("system", "variant", "control")} | r["metrics"] for r in found]
        rows += [point | named | row for row in said or [{}]]
        lines.append((point, about, (place / "notebook.ipynb").relative_to(out)))
    names = list(dict.fromkeys(k for row in rows for k in row))
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    write_whole(out / "table.csv", table.getvalue().encode())
    with open_whole(out / "figure.png") as file:
        _draw(rows, points, file)
    return write_whole(out / "index.html", _page(lines).encode())


def label_of(row: dict) -> str:
    """What a line of the figure is called: rows of other systems, variants or controls are never averaged."""
    return " ".join(row[k] for k in ("system", "variant", "control") if row[k])


def _draw(rows, points, file) -> None:
    """Each metric against the parameter with the most values, a line a variant, the mean over all else."""
    import numpy as np
    from matplotlib.figure import Figure

    counts = {k: len({str(p[k]) for p in points}) for k in points[0] if k != "SEED"} or {"SEED": 0}
    x = max(counts, key=counts.get)
    values = [p[x] for p in points]
    # numbers stand where they belong, anything else in the order that was asked for
    places = values if all(map(_is_number, values)) else list(dict.fromkeys(map(str, values)))
    metrics = list(
        dict.fromkeys(
            k
            for r in rows
            if "system" in r
            for k, v in r.items()
            if isinstance(v, (int, float)) and k not in points[0] and k != "seconds"
        )
    )[:9]
    figure = Figure(figsize=(11, 2.6 * max(-(-len(metrics) // 3), 1)), layout="constrained")
    for i, metric in enumerate(metrics):
        ax = figure.add_subplot(-(-len(metrics) // 3), 3, i + 1, title=metric, xlabel=x)
        groups: dict = {}
        for row in (r for r in rows if metric in r):
            at = row[x] if places is values else str(row[x])
            groups.setdefault(label_of(row), {}).setdefault(at, []).append(row[metric])
        for label, found in groups.items():
            keys = sorted(found, key=None if places is values else places.index)
            means, deviations = zip(*((np.mean(found[k]), np.std(found[k])) for k in keys))
            ax.errorbar(keys, means, deviations, marker="o", label=label)
        if i == 0:
            ax.legend(fontsize="small")
    figure.savefig(file, dpi=120, format="png")


def _is_number(value) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def _page(lines) -> str:
    import html

    def cell(point, about, link):
        words = html.escape(", ".join(f"{k} = {v}" for k, v in point.items()))
        error = html.escape(about.get("error", ""))
        error = error and f"<details><summary>why</summary><pre>{error}</pre></details>"
        cells = (
            f'<a href="{html.escape(str(link))}">{words}</a>',
            f"{about['status']}{error}",
            about.get("seconds", ""),
        )
        return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

    body = "\n".join(cell(*line) for line in lines)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        "<title>Sweep</title>"
        "<style>body{font:16px system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem;color-scheme:light dark}"
        "td,th{padding:.3rem .8rem;text-align:left}img{max-width:100%}</style><h1>Sweep</h1>"
        '<p><a href="table.csv">The table</a></p>'
        '<p><img src="figure.png" alt="each metric against the parameter with most values"></p>'
        f"<table><tr><th>point</th><th>status</th><th>seconds</th></tr>\n{body}</table></html>\n"
    )


def _name(text: bytes, point: dict) -> str:
    """A folder's name: it is another for another notebook."""
    key = hashlib.sha256(text + json.dumps(point, sort_keys=True).encode()).hexdigest()[:10]
    words = "-".join(str(v) for v in point.values())
    return f"{''.join(c if c.isalnum() or c in '.-' else '_' for c in words)[:60]}-{key}"
