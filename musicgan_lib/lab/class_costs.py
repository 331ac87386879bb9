"""What a class's training runs cost: minutes of recorded runs by system, and what a class of so many would need."""

import statistics
from dataclasses import dataclass

from ..systems import list_systems


@dataclass(frozen=True)
class Cost:
    """Recorded runs of one system on one kind of device: how many, and their minutes."""

    system: str
    name: str
    profile: str
    device: str
    runs: int
    median: float
    longest: float


def name_device(device: str) -> str:
    """``CPU`` or ``GPU``: a record names its device as PyTorch does, sometimes with more words behind."""
    return "CPU" if device.split()[0].startswith("cpu") else "GPU"


def list_costs(rows: list[dict]) -> list[Cost]:
    """The minutes of every system that was recorded, at each profile and on each kind of device, in the survey's order.

    A row is a run, or one of several rows of a run; rows of one run tell one time, which counts once.
    """
    found = []
    for card in list_systems():
        own = [r for r in rows if r["system"] == card.id]
        places = sorted({(r["profile"], name_device(r["device"])) for r in own})
        for profile, device in places:
            runs = {
                (r["variant"], r["control"], r["corpus"], r["seed"], r["wall_s"])
                for r in own
                if (r["profile"], name_device(r["device"])) == (profile, device)
            }
            minutes = [run[-1] / 60 for run in runs]
            found.append(
                Cost(
                    card.id,
                    card.name,
                    profile,
                    device,
                    len(runs),
                    statistics.median(minutes),
                    max(minutes),
                )
            )
    return found


def project_class(minutes: float, people: int, runs: int, side_by_side: int) -> tuple[float, float]:
    """(machine minutes, minutes until the last one is done) where each person trains so many runs of so many minutes.

    So many run side by side, as long as each has a core to itself; nobody starts a run when another has to wait for it.
    By hand: 30 people, 2 runs of 4 minutes, 16 side by side: 240 minutes of machine, 4 rounds, 16 minutes.

    >>> project_class(4, 30, 2, 16)
    (240, 16)
    """
    if min(people, runs, side_by_side) < 1:
        raise ValueError("a class has people, each trains something, and one run fits at least")
    rounds = -(-people * runs // side_by_side)
    return people * runs * minutes, rounds * minutes
