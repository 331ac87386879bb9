"""Codes of melodies, and what it is worth to walk between them and along a direction."""

import numpy as np
import torch

from ..metrics.text import BackOffCounts
from .game import device_of
from .latent import LatentGame
from .latent_measures import (
    ATTRIBUTES,
    compare_attributes,
    find_directions,
    mix_events,
    share_steady,
    tell_attributes,
)

#: Places on the way from one melody to another, both ends included
STATIONS = 7
#: What the table of counts that prices melodies remembers, in events
ORDER = 6


class MelodySpaceGame(LatentGame):
    """As :class:`LatentGame`; what lies between two melodies, and what an attribute's direction does, is measured.

    Pairs are neighbouring test windows. ``between_steady`` and ``mixed_steady``: the share of pairs on whose way nobody
    comes nearer to the start again, by their codes and by mixing their events. ``between_cost``, ``mixed_cost`` and
    ``ends_cost``: nats an event that a table of counts pays for what lies half way, and for the reconstructed ends.
    ``raise_A_B``: what the direction of attribute A does to B, in standard deviations of real music.
    """

    def measure_music(self, network, config, data, batch, generator) -> dict:
        found = super().measure_music(network, config, data, batch, generator)
        found |= measure_ways(network, data, batch)
        train = self.cut(config, data, "train").to(device_of(network))
        if len(train) < 4:
            return found
        moved = measure_directions(network, train, batch)
        names = [f"raise_{a}_{b}" for a in ATTRIBUTES for b in ATTRIBUTES]
        found |= dict(zip(names, moved.ravel().tolist()))
        own = np.eye(len(ATTRIBUTES), dtype=bool)
        found["raise_own"] = float(moved[own].mean())
        found["raise_others"] = float(np.abs(moved[~own]).mean())
        return found


@torch.no_grad()
def walk(network, one, other, stations: int = STATIONS) -> torch.Tensor:
    """The likeliest melodies on the straight line from one code to another, ``(n, Z)`` each -> ``(n, stations, T)``."""
    shares = torch.linspace(0, 1, stations).to(one.device)[None, :, None]
    line = one[:, None] * (1 - shares) + other[:, None] * shares
    return network.write(line.flatten(0, 1)).unflatten(0, (len(one), stations))


def measure_ways(network, data, batch) -> dict:
    """What lies between each test window and the next, by codes and by mixing."""
    codes = network.encode(batch)[0]
    path = walk(network, codes, codes.roll(-1, 0)).cpu().numpy()
    shares, rng = np.linspace(0, 1, STATIONS), np.random.default_rng(0)
    mixed = mix_events(path[:, 0], path[:, -1], shares, rng)
    counts = BackOffCounts(data.sizes[0], ORDER).fit([p for p in data.pieces["train"] if len(p)])
    half = STATIONS // 2
    return {
        "between_steady": share_steady(path),
        "mixed_steady": share_steady(mixed),
        "between_cost": counts.nll(list(path[:, half])),
        "mixed_cost": counts.nll(list(mixed[:, half])),
        "ends_cost": counts.nll(list(path[:, 0])),
    }


def measure_directions(network, train, batch) -> np.ndarray:
    """What each attribute's direction, found on training windows, does to test windows ``(A, A)``."""
    known = network.encode(train)[0].cpu().numpy()
    directions = find_directions(known, tell_attributes(train.cpu().numpy()))
    codes = network.encode(batch)[0]
    before = network.write(codes).cpu().numpy()
    steps = torch.as_tensor(directions, dtype=codes.dtype).to(codes.device)
    after = [network.write(codes + step).cpu().numpy() for step in steps]
    return compare_attributes(batch.cpu().numpy(), before, after)
