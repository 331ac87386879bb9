"""Throw broken input at every reader of the library, in processes of its own, and count what comes of it.

    make fuzz                                       each target for a while, one after another
    python tools/fuzz.py midi --executions 50000    one target
    python tools/fuzz.py midi --seed 3 --only 4711  one input again, kept as a file
    python tools/fuzz.py --record                   the same, and its totals go into results/about/fuzz.json

An input that ends its process is one fault; the rest goes on behind it.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]
WORKER = ROOT / "tests" / "fuzz_worker.py"
RECORD = ROOT / "results" / "about" / "fuzz.json"
#: Inputs of each target in a whole run: as many as its reader is fast.
PLAN = {
    "midi": 600_000, "abc": 150_000, "decoded": 60_000, "archives": 60_000, "records": 20_000, "weights": 40_000,
    "checkpoints": 10_000, "kept": 30_000, "pickles": 100_000,
}  # fmt: skip
#: Inputs that one process takes, so that a slow leak is seen as one and a dead process costs little.
AT_ONCE = 20_000


def throw(
    name: str, seed: int, executions: int, first: int = 0, command=None
) -> tuple[Counter, list[dict]]:
    """What came of ``executions`` inputs of one target: how often each outcome, and the faults by number."""
    told, faults, at = Counter(), [], first
    last = first + executions
    command = command or [sys.executable, str(WORKER)]
    with tempfile.TemporaryDirectory() as folder:
        while at < last:
            stop = min(last, at + AT_ONCE)
            run = subprocess.run(
                [*command, name, str(seed), str(at), str(stop), folder],
                capture_output=True,
                text=True,
            )
            lines = [json.loads(line) for line in run.stdout.splitlines()]
            faults += [line for line in lines if "fault" in line]
            ended = [line for line in lines if "ended" in line]
            if ended:
                told.update(ended[0]["told"])
                at = stop
                continue
            if not (Path(folder) / "at").is_file():
                raise RuntimeError(f"{name} did not begin: {run.stderr[-800:]}")
            died = int.from_bytes((Path(folder) / "at").read_bytes(), "little")
            faults.append(
                {
                    "i": died,
                    "fault": f"the process ended with {run.returncode}: {run.stderr[-200:]}",
                }
            )
            told.update(lost=died - at, fault=1)
            at = died + 1
    return told, faults


def keep(name: str, seed: int, i: int) -> Path:
    """Input ``i`` as a file in the working folder."""
    from fuzz_inputs import draw_rng
    from fuzz_worker import TARGETS

    with tempfile.TemporaryDirectory() as folder:
        data = TARGETS[name](Path(folder)).make(draw_rng(name, seed, i))
    path = Path(f"{name}-{seed}-{i}.bin")
    path.write_bytes(data)
    return path


def main() -> int:
    ask = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ask.add_argument("targets", nargs="*", choices=[*PLAN, []], help="all of them by default")
    ask.add_argument("--executions", type=int, help="of each target; a whole run's by default")
    ask.add_argument("--seed", type=int, default=0)
    ask.add_argument("--only", type=int, metavar="I", help="write this one input into a file")
    ask.add_argument("--record", action="store_true")
    want = ask.parse_args()
    if want.only is not None:
        print(keep(want.targets[0], want.seed, want.only))
        return 0
    bad = 0
    for name in want.targets or PLAN:
        begun = time.perf_counter()
        told, faults = throw(name, want.seed, want.executions or PLAN[name])
        seconds = time.perf_counter() - begun
        bad += len(faults)
        print(f"{name:12} {dict(told)}  {seconds:.0f} s", flush=True)
        for fault in faults[:20]:
            print(f"    {fault['i']}: {fault['fault']}", flush=True)
        if want.record:
            write_record(name, want.seed, told)
    return int(bad > 0)


def write_record(name: str, seed: int, told: dict) -> None:
    """What was thrown at one target and what came of it, beside what is known of the others; OSError as any writing."""
    from musicgan_lib import checkout
    from musicgan_lib.experiments.origin import name_processor
    from musicgan_lib.files import write_whole

    known = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    about = {
        "day": date.today().isoformat(),
        "commit": checkout.commit(),
        "processor": name_processor(),
    }
    known[name] = about | {
        "seed": seed,
        "executions": sum(told.values()),
        "told": dict(sorted(told.items())),
    }
    write_whole(RECORD, (json.dumps(known, indent=1, sort_keys=True) + "\n").encode())


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
