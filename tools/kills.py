"""Interrupt whatever writes files, at every kind of moment, and see that nothing is lost, half read or done twice.

    make kills                                  every writer, a whole run
    python tools/kills.py training --rounds 5   one writer, five rounds of each kind
    python tools/kills.py --record              the same, and its totals go into results/about/kills.json

Five kinds: ``killed`` (kill -9 in the middle of an operation on files, or after any time; once, or again and again),
``full`` (from some operation on there is no room), ``read_only`` (nothing may be written, be it at the beginning or
half-way), ``together`` (two at once in one place) and ``orphaned`` (two at once, and one is killed). After each, every
file under its final name is read to its end, what was finished is there still and not written again, nothing half
written lies about, and in the end there is what an uninterrupted call leaves.
"""

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

from kill_traps import Child, Trap, ticks_of  # noqa: E402
from kill_writers import WRITERS, empty, read_whole, stamp  # noqa: E402

RECORD = ROOT / "results" / "about" / "kills.json"
KINDS = ("killed", "full", "read_only", "together", "orphaned")
#: Rounds of each kind for each writer in a whole run. A round of ``killed`` has as many kills as it takes.
PLAN = {"training": 10, "shards": 8, "corpus": 8, "sweep": 8, "records": 20, "progress": 20}
PART = re.compile(r"\..*\.[0-9a-f]{32}")


class Rounds:
    """Rounds of all kinds with one writer."""

    def __init__(self, name: str, home: Path):
        self.dice, self.home, self.told = random.Random(0), home, Counter()
        self.writer = WRITERS[name]()
        os.environ["MUSICGAN_CACHE"] = str(home / "cache")
        self.writer.prepare(home)
        self.writer.work(empty(home / "first"))  # children find imported what it imports
        self.writer.rest()
        place = self.begin()
        found = self.call(place)
        assert "fault" not in found and "refused" not in found, found
        self.many, self.seconds = found["seen"], found["seconds"]
        self.want = self.writer.whole(place)

    def begin(self) -> Path:
        ticks_of(self.home / "place").unlink(missing_ok=True)
        return empty(self.home / "place")

    def call(self, place: Path, way: str = "", at: int = -1) -> dict:
        return Child(self.writer, place, Trap(place, way, at)).end()

    def look(self, place: Path, before: dict) -> dict:
        """See that all files are whole and that what was finished is so still; returns what is finished now."""
        for path in sorted(place.rglob("*")):
            if PART.fullmatch(path.name):
                os.utime(path, (0, 0))  # its writer has ended: what is old is thrown away
            elif path.is_file() and not self.writer.passes_by(path):
                try:
                    read_whole(path)
                except Exception as reason:
                    raise AssertionError(f"{path.name} is half a file: {reason}") from reason
        now = self.writer.finished(place)
        for name, value in before.items():
            kept = now.get(name)
            grown = isinstance(value, int) and kept is not None and kept >= value
            assert grown or kept == value, f"{name} was finished: {value}, and is {kept}"
        return now

    def see_end(self, place: Path, before: dict) -> None:
        """An uninterrupted call, and then all is as if none had been interrupted."""
        found = self.call(place)
        assert "refused" not in found and "fault" not in found, found
        self.look(place, before)
        assert self.writer.whole(place) == self.want, "it ended elsewhere"
        self.see_no_parts(place)

    def see_no_parts(self, place: Path) -> None:
        left = [p.name for p in place.rglob(".*") if PART.fullmatch(p.name)]
        assert not left, f"half written and left: {left}"

    def killed(self) -> None:
        """Kill, go on, kill again, until it is done or was killed ten times."""
        place, done = self.begin(), {}
        for _ in range(10):
            if self.dice.random() < 0.6:
                soon = max(1, self.many // 2)  # most rounds then take several
                found = self.call(place, "killed", self.dice.randrange(soon))
            else:
                child = Child(self.writer, place, Trap(place))
                time.sleep(self.dice.random() * self.seconds)
                child.kill()
                found = child.end()
            assert "fault" not in found and "refused" not in found, found
            done = self.look(place, done)
            if "died" not in found:
                break
            self.told["kills"] += 1
        self.see_end(place, done)

    def full(self) -> None:
        place = self.begin()
        self.see_refusal(place, "full", self.dice.randrange(self.many), {})

    def read_only(self) -> None:
        place = self.begin()
        if self.dice.random() < 0.6:  # half-way
            self.call(place, "killed", self.dice.randrange(self.many))
        before = self.look(place, {})
        told = self.list_files(place)
        self.see_refusal(place, "read_only", 0, before, told)

    def see_refusal(self, place, way, at, before, files=None) -> None:
        found = self.call(place, way, at)
        assert "fault" not in found and "died" not in found, found
        if "refused" in found:
            assert re.search(r"(/\S+|MUSICGAN_CACHE)", found["refused"]), found
            self.told["refused"] += 1
        done = self.look(place, before)
        if files is None:
            self.see_no_parts(place)
        else:
            assert self.list_files(place) == files, "something was written"
        self.see_end(place, done)

    def list_files(self, place) -> dict:
        return {str(p): stamp(p) for p in place.rglob("*") if p.is_file()}

    def together(self, kill: bool = False) -> None:
        place = self.begin()
        first = Child(
            self.writer,
            place,
            Trap(place, "killed" if kill else "", self.dice.randrange(self.many)),
        )
        time.sleep(self.dice.random() * 0.5 * self.seconds)
        second = Child(self.writer, place, Trap(place), who=1)
        told = [first.end(), second.end()]
        assert not any("fault" in found for found in told), told
        refused = [found["refused"] for found in told if "refused" in found]
        assert all("another" in sentence for sentence in refused), refused
        if "died" in told[0]:
            self.told["kills"] += 1
        if not kill:
            ticks = Counter(
                ticks_of(place).read_text().splitlines() if ticks_of(place).exists() else []
            )
            assert not ticks or max(ticks.values()) == 1, f"done twice: {ticks}"
            self.told["refused" if refused else "waited"] += 1
        done = self.look(place, {})
        for who, found in enumerate(told):
            if "died" not in found and "refused" not in found:
                lost = self.writer.gives(who) - done.keys()
                assert not lost, f"lost of what was done beside another: {sorted(lost)}"
        self.see_end(place, done)

    def orphaned(self) -> None:
        self.together(kill=True)


def interrupt(name: str, seed: int, rounds: int, kinds=KINDS) -> tuple[dict, list[str]]:
    """What came of some rounds of each kind with one writer, kind -> counts, and the faults, each a sentence."""
    faults, told = [], {}
    with tempfile.TemporaryDirectory() as home:
        works = Rounds(name, Path(home))
        for kind in kinds:
            works.told = Counter(rounds=rounds)
            for i in range(rounds):
                works.dice = random.Random(f"{name} {kind} {seed} {i}")
                try:
                    getattr(works, kind)()
                except AssertionError as fault:
                    works.told["faults"] += 1
                    faults.append(f"{kind}, round {i}: {fault}"[:600])
            told[kind] = dict(sorted(works.told.items()))
    return told, faults


def main() -> int:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("writers", nargs="*", choices=[*PLAN, []], help="all of them by default")
    ask.add_argument("--rounds", type=int, help="of each kind; a whole run's by default")
    ask.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--record", action="store_true")
    want = ask.parse_args()
    bad = 0
    for name in want.writers or PLAN:
        began = time.perf_counter()
        told, faults = interrupt(name, want.seed, want.rounds or PLAN[name], want.kinds)
        bad += len(faults)
        print(f"{name:10} {told}  {time.perf_counter() - began:.0f} s", flush=True)
        for fault in faults[:20]:
            print(f"    {fault}", flush=True)
        if want.record:
            write_record(name, want.seed, told)
    return int(bad > 0)


def write_record(name: str, seed: int, told: dict) -> None:
    """What one writer went through and what came of it, beside what is known of the others; OSError as any writing."""
    from musicgan_lib import checkout
    from musicgan_lib.experiments.origin import name_processor
    from musicgan_lib.files import write_whole

    known = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    known[name] = {
        "day": date.today().isoformat(),
        "commit": checkout.commit(),
        "processor": name_processor(),
        "seed": seed,
        "told": told,
    }
    write_whole(RECORD, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
