"""Let every recorded system continue the same eight bars, and keep what it writes: results/about/continuations.json.

    python tools/continuations.py --record              each of them again
    python tools/continuations.py --record liang2016    one

Recorded weights draw with seed 21; the first four are kept, whatever they are.
"""

import argparse
import json
from datetime import date
from pathlib import Path

import torch

from musicgan_lib import checkout
from musicgan_lib.experiments.origin import name_processor
from musicgan_lib.files import write_whole
from musicgan_lib.lab import continuing
from musicgan_lib.lab.continuers import list_continuers

ROOT = Path(__file__).resolve().parents[1]
RECORD = ROOT / "results" / continuing.KEPT
DRAWN, SEED = 4, 21


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("systems", nargs="*", help="ids; all by default")
    parser.add_argument("--record", action="store_true", help="keep what is written")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    opening = continuing.find_opening()
    known = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    about = {"commit": checkout.commit(), "day": date.today().isoformat()}
    about |= {"processor": name_processor(), "seed": SEED}
    for who in list_continuers():
        if asked.systems and who.system not in asked.systems:
            continue
        pieces = continuing.draw_continuations(who, opening, DRAWN, SEED)
        print(who.name, who.variant, [len(p) for p in pieces], flush=True)
        notes = [continuing.spell_notes(p) for p in pieces]
        known[f"{who.system}/{who.variant}"] = about | {"pieces": notes}
        if asked.record:
            told = json.dumps(known, sort_keys=True, separators=(",", ":")) + "\n"
            write_whole(RECORD, told.encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
