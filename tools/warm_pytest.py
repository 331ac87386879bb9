"""Ask one test after another without loading the libraries anew.

A line on stdin is a test; a line on stdout is its status.

    python tools/warm_pytest.py SAID [OPTION ...]

What is slow to load and is not ours is loaded once; each test is asked in a process split off from this one, so that it
finds our own code as it stands at that moment. What pytest says is written to the file SAID, anew for each test. A
test that has not ended within the limit is stopped with all that it started, and its status is negative.
"""

import contextlib
import gc
import importlib
import os
import signal
import sys

LOADED = (
    "IPython", "anyio.pytest_plugin", "hypothesis.strategies", "ipywidgets", "matplotlib.pyplot", "miditok", "music21",
    "nbformat", "numpy", "playwright.sync_api", "pretty_midi", "pytest", "safetensors.torch", "scipy.optimize",
    "scipy.stats", "symusic", "torch", "torch.nn.functional",
)  # fmt: skip
SECONDS = 900


def ask(test: str, said: str, options: list[str]) -> int:
    """The status of pytest for this test, asked in a process of its own; negative where a signal ended it."""
    child = os.fork()
    if not child:
        os.setsid()
        signal.alarm(SECONDS)
        told = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(told, 1)
        os.dup2(told, 2)
        os._exit(int(sys.modules["pytest"].main([*options, test])))
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # browsers and kernels that it left
    return status


def main() -> None:
    said, *options = sys.argv[1:]
    for name in LOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()  # what is loaded stays: no test looks for rubbish in it
    for line in sys.stdin:
        print(ask(line.strip(), said, options), flush=True)


if __name__ == "__main__":
    main()
