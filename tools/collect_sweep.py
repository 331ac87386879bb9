"""Distil a finished sweep of one chapter into records: ``results/<name>.json``, a row for each point and variant.

    python tools/collect_sweep.py FOLDER NAME [--keep VARIANT ...] [--controls]

``FOLDER`` is what ``musicgan sweep`` wrote. A row whose metrics name a parameter of its point, such as ``alpha``, was
changed by it: the value becomes part of its variant, as in ``musicgan train --set``. Rows that no parameter touched
have to be the same, to the last bit, at every point of their seed; one is kept, with ``copies``, how many there were.
Rows of controls are left out unless ``--controls`` asks for them.
"""

import argparse
import json
from pathlib import Path

from musicgan_lib.experiments import records

ROOT = Path(__file__).resolve().parents[1]
KEY = ("system", "variant", "control", "profile", "corpus", "split", "seed")


def collect(folder: Path, keep=None, controls: bool = False) -> list[dict]:
    """The rows of all finished points; ValueError where a row that nothing touched is not the same twice."""
    rows: dict[tuple, dict] = {}
    for told in sorted(folder.glob("points/*/point.json")):
        point = json.loads(told.read_text())
        if point["status"] != "done":
            raise ValueError(f"{told.parent.name} is {point['status']}: run the sweep again")
        names = {k.lower() for k in point["parameters"]}
        for file in sorted((told.parent / point["place"]).glob("rows/*.json")):
            for row in records.read(file):
                if keep and row["variant"] not in keep:
                    continue
                if row["control"] and not controls:
                    continue
                if "share" in row["metrics"]:
                    raise ValueError(f"{told.parent.name}: the time of {row['variant']} was up")
                changed = {k: row["metrics"].pop(k) for k in sorted(names & row["metrics"].keys())}
                row["variant"] = ",".join(
                    [row["variant"], *(f"{k}={v}" for k, v in changed.items())]
                )
                known = rows.setdefault(tuple(row[k] for k in KEY), row | {"copies": 0})
                if known["metrics"] != row["metrics"]:
                    raise ValueError(f"{row['variant']}, seed {row['seed']}: two points disagree")
                known["copies"] += 1
    for row in rows.values():
        row["metrics"]["copies"] = row.pop("copies")
    return [rows[k] for k in sorted(rows, key=str)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("--keep", nargs="*")
    parser.add_argument("--controls", action="store_true")
    chosen = parser.parse_args()
    found = collect(chosen.folder, chosen.keep, chosen.controls)
    print(records.write(found, ROOT / "results" / f"{chosen.name}.json"), len(found), "rows")
