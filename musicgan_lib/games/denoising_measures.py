"""What melodies from rows of latents are like: how alike their neighbouring bars are, and what they copy."""

import numpy as np

from ..data.melody_events import BAR
from ..metrics.neighbours import SHARED, overlap_neighbours, rate_consistency


def compare_rows(melodies: dict, real, other, train) -> dict[str, float]:
    """What each group of melodies ``(n, T)`` is like beside ``real`` test music.

    ``overlap_GROUP``: the overlapping area of neighbouring bars, the mean over pitch, length and chroma;
    ``consistency_GROUP`` and ``variance_GROUP`` as
    :func:`~musicgan_lib.metrics.neighbours.rate_consistency` has them. Groups are those of ``melodies``, and ``real``
    and ``other``, which is other real music. The names of group ``made`` have no ending; ``pitch_``, ``length_`` and
    ``chroma_`` overlaps are told of it and of real music. ``repeats_GROUP``: the share of bars that are the bar before;
    ``copied_GROUP``: the share of bars of a melody that are those of one training melody at the same places.
    """
    wanted, found = overlap_neighbours(real), {}
    for name, rows in (melodies | {"real": real, "other": other}).items():
        end = "" if name == "made" else f"_{name}"
        own = overlap_neighbours(rows)
        if name in ("made", "real"):
            found |= {f"{kind}_overlap{end}": float(own[kind].mean()) for kind in SHARED}
        found[f"overlap{end}"] = float(np.mean([own[kind] for kind in SHARED]))
        found[f"repeats{end}"] = share_repeated(rows)
        if name != "real":
            rated = rate_consistency(own, wanted)
            kept = rated if name == "made" else ("consistency", "variance")
            found |= {f"{kind}{end}": rated[kind] for kind in kept}
    found["copied"] = share_copied(melodies["made"], train)
    found["copied_real"] = share_copied(real, train)
    return found


def share_repeated(rows) -> float:
    """The share of bars, but for the first, that are the bar before."""
    bars = np.asarray(rows).reshape(len(rows), -1, BAR)
    return float((bars[:, 1:] == bars[:, :-1]).all(2).mean())


def share_copied(rows, train) -> float:
    """Of the bars of melodies ``(n, T)``, the most that one training melody ``(N, T)`` has at the same places."""
    names = {}
    coded = []
    for group in (rows, train):
        bars = np.asarray(group).reshape(len(group), -1, BAR)
        coded.append(
            np.array([[names.setdefault(b.tobytes(), len(names)) for b in row] for row in bars])
        )
    own, known = coded
    return float(np.mean([(known == row).mean(1).max() for row in own]))
