"""Where a row comes from: the commit and the state of the code as the run began, its processor, its seconds."""

import platform
import re
import time
from pathlib import Path

from .. import checkout


class Origin:
    """Made where a run begins: what is committed or edited while it runs is not what ran.

    Attributes: ``commit``; ``dirty``, whether the code was other than that commit's (None: nobody can say).
    """

    def __init__(self):
        self.commit, self.dirty = checkout.commit(), checkout.is_dirty()
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return time.perf_counter() - self._began

    def fields(self, device: str = "cpu", data_hash: str = "") -> dict:
        """The fields of a record that say where it comes from; ``wall_s`` are the seconds until now."""
        return {
            "commit": self.commit,
            "dirty": self.dirty,
            "device": device,
            "processor": name_processor(device),
            "wall_s": max(round(self.seconds, 3), 0.001),
            "data_hash": data_hash,
        }


def lacks_tools(row: dict) -> bool | None:
    """Whether a row's commit lacks the tools that are here, or the library that they use; None for a row without a
    commit.

    For a tool that adds numbers to the row of a run: where they differ, the row's commit does not hold its code. A
    commit that is not here holds nothing.
    """
    if not row["commit"]:
        return None
    return checkout.is_dirty(row["commit"], ("musicgan_lib", "tools")) is not False


def name_processor(device: str = "cpu") -> str:
    """The kind of processor that computes: a GPU's name, or the CPU's and what PyTorch uses of it.

    Such as ``"Intel Xeon, AVX512"``. The same seed can give other last digits on another kind.
    """
    import torch

    if device.startswith("cuda") and torch.cuda.is_available():
        return torch.cuda.get_device_name(device.split(",")[0])
    return f"{_name_cpu()}, {torch.backends.cpu.get_cpu_capability()}"


def _name_cpu(about: Path = Path("/proc/cpuinfo")) -> str:
    """The CPU's name without its clock: what Linux says, else what Python knows."""
    text = about.read_text() if about.is_file() else ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    name = found.group(1) if found else platform.processor() or platform.machine()
    name = re.sub(r"\((R|TM)\)|@.*|\bCPU\b|\bProcessor\b", " ", name)
    return " ".join(name.split()) or "unknown"
