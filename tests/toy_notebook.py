"""A notebook of seconds for tests of sweeps: it writes down that it ran,
fails, hangs or waits as its parameters say.
"""

import nbformat

BODY = """
import json, os, pathlib, time
log = pathlib.Path(LOG)
with open(log, "a") as file:
    print(f"{ALPHA} {SEED} {os.getpid()}", file=file)
if ALPHA == 13:
    raise ZeroDivisionError("the unlucky one")
if ALPHA == 99:
    print("it hangs", flush=True)
    time.sleep(600)
time.sleep(WAIT)
pathlib.Path(OUT).mkdir(parents=True)
row = {"system": "toy", "variant": "plain", "control": None, "metrics": {"score": ALPHA * 10 + SEED}}
pathlib.Path(OUT, "toy.json").write_text(json.dumps([row]))
"""


def write(folder):
    """The notebook, in an empty folder; what it wrote down comes to lie beside it."""
    first = nbformat.v4.new_code_cell(
        f'ALPHA = 1\nSEED = 0\nWAIT = 0.0\nOUT = ""\nLOG = {str(folder / "log.txt")!r}',
        metadata={"tags": ["parameters"]},
    )
    page = nbformat.v4.new_notebook(cells=[first, nbformat.v4.new_code_cell(BODY)])
    page.metadata["kernelspec"] = {"name": "python3", "display_name": "p", "language": "python"}
    nbformat.write(page, folder / "toy.ipynb")
    return folder / "toy.ipynb"


def lines(notebook) -> list[str]:
    """``"ALPHA SEED"`` of each run, in their order."""
    log = notebook.parent / "log.txt"
    return [" ".join(x.split()[:2]) for x in log.read_text().splitlines()] if log.exists() else []
