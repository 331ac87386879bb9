"""`make bench`: every tests/bench_*.py in turn; each prints ratios measured within its own run."""

import resource
import subprocess
import sys
import time
from pathlib import Path


def bench_import() -> None:
    """`import musicgan_lib` beyond an empty Python, the least of seven."""

    def least(code):
        seconds = []
        for _ in range(7):
            began = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            seconds.append(time.perf_counter() - began)
        return min(seconds)

    extra = least("import musicgan_lib") - least("pass")
    print(
        f"import musicgan_lib: {extra * 1000:.0f} ms beyond an empty Python (wanted: at most 150)"
    )


def bench_systems() -> None:
    """`musicgan systems` beside `import numpy`, in seconds of the processor: the least of seven."""

    def least(code):
        spent = []
        for _ in range(7):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(spent)

    own = least("from musicgan_lib import cli; cli.main(['systems'])")
    ratio = own / least("import numpy")
    print(f"musicgan systems: {own:.2f} s, {ratio:.1f} times `import numpy` (wanted: at most 2)")


if __name__ == "__main__":
    bench_import()
    bench_systems()
    for script in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"\n{script.stem}", flush=True)
        subprocess.run([sys.executable, str(script)], check=False)
