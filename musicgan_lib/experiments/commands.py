"""What the ``command`` of a record says: which code it runs, and which numbers that code computes."""

import re
import shlex
from dataclasses import dataclass

#: What training does not compute and another tool adds to the row of a run: a pattern of names -> the tools that may.
#: (``judge_auc`` is a fresh discriminator's, and part of the run.)
ADDED = {
    r"judge\d*_(accuracy|standard_error|js_bound|smallest_gap|seeds|tunes)": ("collect_runs", "judge_weights"),
    "turns": ("collect_runs",),
}  # fmt: skip
#: Where systems and their games stand; older commits had both in one room.
CARDS = ("musicgan_lib/systems", "musicgan_lib/experiments/presets")
GAMES = ("musicgan_lib/games",)
#: Networks, whose own settings a command may name.
MODELS = ("musicgan_lib/models",)


@dataclass(frozen=True)
class Step:
    """One of the commands of a row: the file that it runs, and names that this file's code has to know.

    A commit has one of ``files``, whichever its time gave it; the names are looked for in ``places``, those files or
    folders. Paths are those of the repository.
    """

    text: str
    files: tuple[str, ...]
    places: tuple[str, ...]
    names: tuple[str, ...] = ()


def read_command(command: str) -> list[Step]:
    """The steps of a command, which ``"; "`` parts; ValueError for one that is none of the project's.

    It is one of ``musicgan train SYSTEM …``, ``papermill CHAPTER out.ipynb …``, ``python -m musicgan_lib.… …`` and
    ``python tools/….py …``.
    """
    return [_read_step(text) for text in command.split("; ")]


def _read_step(text: str) -> Step:
    plain = not any(sign in text for sign in "\"'\\")  # shlex takes a hundred times as long
    match text.split() if plain else shlex.split(text):
        case ["musicgan", "train", system, *words] if system.isidentifier():
            files = tuple(f"{room}/{system}.py" for room in CARDS)
            return Step(text, files, CARDS + GAMES + MODELS, tuple(_named_settings(words)))
        case ["papermill", path, "out.ipynb", *words] if path.endswith(".ipynb"):
            told = tuple(b for a, b in zip(words, words[1:]) if a == "-p")
            return Step(text, (path,), (path,), told)
        case ["python", "-m", module, *_] if module.startswith("musicgan_lib."):
            file = module.replace(".", "/") + ".py"
            return Step(text, (file,), (file,))
        case ["python", path, *words] if re.fullmatch(r"tools/\w+\.py", path):
            return Step(text, (path,), (path,), tuple(w for w in words if w.startswith("--")))
    raise ValueError(
        f"command {text!r} is none of: musicgan train SYSTEM, papermill CHAPTER out.ipynb, "
        "python -m musicgan_lib.MODULE, python tools/TOOL.py"
    )


def _named_settings(words: list[str]):
    """The variant, the control and the settings that a training command names."""
    for option, value in zip(words, words[1:]):
        if option in ("--variant", "--control"):
            yield value
        elif option == "--set":
            yield value.partition("=")[0]


def check_numbers(command: str, metrics, artifacts=()) -> None:
    """ValueError for a number that none of the command's tools computes.

    Weights that travel are rounded, and their row is measured with them: so it was not by training alone.
    """
    steps = read_command(command)
    if not steps[0].text.startswith("musicgan train"):
        return
    ran = {file.rpartition("/")[2].removesuffix(".py") for step in steps for file in step.files}
    for pattern, tools in ADDED.items():
        if not ran & set(tools) and (found := list(filter(re.compile(pattern).fullmatch, metrics))):
            raise ValueError(
                f"metric {found[0]!r} is computed by tools/{'.py or tools/'.join(tools)}.py, and the command "
                f"{command!r} does not run it: add '; python tools/{tools[0]}.py …'"
            )
    if any(path.endswith(".safetensors") for path in artifacts) and "--weights" not in command:
        raise ValueError(
            f"a row with rounded weights was measured by tools/collect_runs.py, and the command {command!r} "
            "does not run it: add '; python tools/collect_runs.py … --weights …'"
        )
