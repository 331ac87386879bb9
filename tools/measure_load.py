"""What a great many files, and a very long piece, cost: memory that stays, and how long a page stands still.

    python tools/measure_load.py files [--many 100000]   broken and whole MIDI files, written as shards
    python tools/measure_load.py page                    three hours, 128 tracks, 200,000 notes in the player
    python tools/measure_load.py files page --record     and the numbers go into results/about/load.json

``files``: copies of forty songs with the mutations of the fuzzer. Resident memory of this process after a tenth of the
shards and after the last, processor time of this process and its reader, and the share that progress and reports take.
``page``: the longest task of the browser, in milliseconds, while the page opens and while each button is pressed, of
several visits the least.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
RECORD = ROOT / "results" / "about" / "load.json"
FLAGS = ["--headless=new", "--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
WATCH = """window.tasks = [];
new PerformanceObserver(list => {for (const e of list.getEntries()) tasks.push(e.duration);})
  .observe({type: "longtask", buffered: true});"""
BUTTONS = ("play", "mute", "loop", "midi", "xml", "play")
VISITS = 6


def write_files(folder: Path, many: int) -> None:
    """``many`` MIDI files in folders of a thousand; which are broken chance says, the same at every call."""
    from fuzz_inputs import draw_rng, mutate
    from kill_writers import write_songs

    write_songs(folder / "whole", 40, bars=24)
    songs = [path.read_bytes() for path in sorted((folder / "whole").iterdir())]
    shutil.rmtree(folder / "whole")
    for i in range(many):
        rng = draw_rng("load", 0, i)
        place = folder / f"{i // 1000:03d}"
        place.mkdir(exist_ok=True)
        (place / f"{i:06d}.mid").write_bytes(mutate(rng.choice(songs), rng, most=2))


def measure_files(many: int) -> dict:
    """What encoding so many files takes."""
    from musicgan_lib.corpora import midi_folder
    from musicgan_lib.data import shards

    seen, told = [], Clock()
    midi_folder.report = told.time(midi_folder.report)
    midi_folder.follow = told.time_each(midi_folder.follow)
    with tempfile.TemporaryDirectory() as home:
        write_files(Path(home) / "songs", many)
        plan = shards.Plan(str(Path(home) / "songs"), files=500)
        before = time.process_time()
        index = shards.encode(plan, Path(home) / "out", lambda *_: seen.append(resident()))
        midi_folder.READER.close()
        spent = time.process_time() - before
        children = os.times().children_user + os.times().children_system
        data = shards.load(Path(home) / "out")
    return {
        "files": many,
        "read": int(re.search(r"(\d+) of \d+ files read", index["report"])[1]),
        "pieces": sum(map(len, data.pieces.values())),
        "seconds": round(spent + children, 1),
        "share_of_reports": round(told.spent / (spent + children), 5),
        "resident_mb_at_a_tenth": round(seen[len(seen) // 10], 1),
        "resident_mb_at_the_end": round(seen[-1], 1),
    }


class Clock:
    """Processor time of this process inside some functions."""

    def __init__(self):
        self.spent = 0.0

    def time(self, function):
        def timed(*given):
            began = time.process_time()
            try:
                return function(*given)
            finally:
                self.spent += time.process_time() - began

        return timed

    def time_each(self, function):
        def timed(*given):
            items = iter(function(*given))
            while True:
                began = time.process_time()
                item = next(items, None)
                self.spent += time.process_time() - began
                if item is None:
                    return
                yield item

        return timed


def resident() -> float:
    """Megabytes of this process that lie in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 2**20


def measure_page() -> dict:
    """How long the page stands still."""
    from playwright.sync_api import sync_playwright
    from raw_midi import make_many_notes

    from musicgan_lib.listening import player as make_player
    from musicgan_lib.listening.player import MOST_NOTES

    piece = make_many_notes(200_000, 3 * 3600, tracks=128)
    with sync_playwright() as running, tempfile.TemporaryDirectory() as home:
        path = Path(home) / "page.html"
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        html = make_player(piece).html
        path.write_text(f"<!doctype html><html lang=en><title>x</title>{html}")
        visits = [visit(browser, path.as_uri()) for _ in range(VISITS)]
        browser.close()
    rows = {at: round(min(v[at] for v in visits)) for at in visits[0]}
    return {"notes": len(piece), "shown": MOST_NOTES, "longest_ms": rows}


def visit(browser, address: str) -> dict[str, float]:
    """The longest task while a page opens and after each button; 0 where none took 50 ms."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_selector("[data-musicgan-player][data-ready]", timeout=60_000)
    found = {}
    for action in ("open", *BUTTONS):
        if action != "open":
            page.click(f"[data-action={action}] >> nth=0")
        page.wait_for_timeout(700)
        longest = page.evaluate(
            "(() => {const t = tasks; tasks = []; return Math.max(0, ...t);})()"
        )
        found[action] = max(found.get(action, 0), longest)
    page.close()
    return found


def main() -> int:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("parts", nargs="+", choices=["files", "page"])
    ask.add_argument("--many", type=int, default=100_000)
    ask.add_argument("--record", action="store_true")
    want = ask.parse_args()
    for part in want.parts:
        found = measure_page() if part == "page" else measure_files(want.many)
        print(part, json.dumps(found, indent=1))
        if want.record:
            write_record(part, found)
    return 0


def write_record(part: str, found: dict) -> None:
    """One part beside the other; OSError as any writing."""
    from musicgan_lib import checkout
    from musicgan_lib.experiments.origin import name_processor
    from musicgan_lib.files import write_whole

    known = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    known[part] = {"commit": checkout.commit(), "processor": name_processor(), "found": found}
    write_whole(RECORD, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
