"""Whether a single unit of a recurrent network follows a concept of music, and whether it would by chance."""

import numpy as np
import torch

from ..metrics.cadences import find_rests
from .game import device_of

BEAT = 2  # positions up to this one begin a beat


def name_concepts(data, piece, heard) -> dict[str, np.ndarray]:
    """What is so in each sixteenth of a piece, ``(T,) bool``: a ``beat`` begins, a ``fermata`` stands, voices come to
    ``rest`` on a triad.
    """
    voices = data.to_voices(piece)
    return {
        "beat": heard.position[: voices.shape[1]] <= BEAT,
        "fermata": heard.fermata.max(0) > 0,
        "rest": find_rests(data.sounding(piece), voices < data.pitches),
    }


@torch.no_grad()
def read_units(network, data, pieces) -> list[np.ndarray]:
    """What the last layer's units say when each sixteenth has been read, ``(T, H)`` a piece."""
    told = []
    for piece in pieces:
        tokens = torch.as_tensor(piece)[None].to(device_of(network))
        told.append(network.read(tokens)[0, data.stride - 1 :: data.stride].cpu().numpy())
    return told


def correlate(units, concept) -> np.ndarray:
    """Pearson's correlation of each unit with a concept, ``(N, H)`` and ``(N,)`` -> ``(H,)``; 0 for a constant."""
    units, concept = np.asarray(units, float), np.asarray(concept, float)
    units, concept = units - units.mean(0), concept - concept.mean()
    scale = np.sqrt((units**2).sum(0) * (concept**2).sum())
    return np.divide(concept @ units, scale, out=np.zeros(units.shape[1]), where=scale > 1e-12)


def find_best(network, data, pieces, heard) -> dict[str, float]:
    """Of each concept the largest absolute correlation that any unit has with it."""
    units = np.concatenate(read_units(network, data, pieces))
    named = [name_concepts(data, *both) for both in zip(pieces, heard)]
    found = {}
    for name in named[0]:
        concept = np.concatenate([of_piece[name] for of_piece in named])
        found[name] = float(np.abs(correlate(units, concept)).max())
    return found
