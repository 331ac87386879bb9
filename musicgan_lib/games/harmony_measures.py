"""What a harmonising network is worth: nats of harmonies, and what is written freely beside what Bach wrote."""

import numpy as np
import torch
from torch.nn import functional as F

from ..data.harmony import AN_EIGHTH, Harmonised, Melody, label_beats, sounds, spell
from ..data.harmony_features import describe_ornaments, list_ornaments, list_pasts, look_around
from ..metrics import voice_leading
from ..models.harmonet import HarmonyNet
from .game import device_of
from .harmonise import NetHarmonist, Setting, set_melody
from .harmony_counts import HarmonyCounts, NoHarmonist


def gather_beats(pieces: list[Harmonised], shuffled: bool = False) -> list[torch.Tensor]:
    """Every beat of some chorales: what is heard, harmonies and bass before, harmony and bass, each ``(N, …)``.

    ``shuffled``: the notes of each melody in random order, the same each time; all else stays.
    """
    rows = []
    for k, piece in enumerate(pieces):
        melody = piece.melody
        melody = shuffle_notes(melody, k) if shuffled else melody
        past = list_pasts(piece.harmony, piece.bass)
        rows.append((look_around(melody), *past, piece.harmony, piece.bass))
    return [torch.as_tensor(np.concatenate(part)) for part in zip(*rows)]


def shuffle_notes(melody: Melody, seed: int) -> Melody:
    """The same notes in another order; bars and lines stay."""
    order = np.random.default_rng(seed).permutation(len(melody.pitch))
    return melody._replace(pitch=melody.pitch[order], eighth=melody.eighth[order])


def gather_ornaments(pieces: list[Harmonised]) -> list[torch.Tensor]:
    """Every voice and beat that may be ornamented, ``(M, F)``, and what was sung, ``(M,)``."""
    heard, sung = [], []
    for piece in pieces:
        which = list_ornaments(piece.voices, piece.eighths)
        there = which >= 0
        heard.append(describe_ornaments(piece.voices, piece.melody)[there])
        sung.append(which[there])
    return [torch.as_tensor(np.concatenate(part)) for part in (heard, sung)]


def measure_losses(network: HarmonyNet, beats, voices) -> tuple:
    """Nats of harmony and of bass a beat, and of ornaments a voice: three means, with their gradients."""
    heard, history, before, harmony, bass = beats
    said = network(heard, history, before)
    sung = network.forward_bass(heard, history, before, harmony[:, None])[:, 0]
    return (
        F.nll_loss(said, harmony),
        F.nll_loss(sung, bass),
        F.cross_entropy(network.ornament(voices[0]), voices[1]),
    )


@torch.no_grad()
def ask(network: HarmonyNet, beats, voices) -> dict:
    """``harmony_nll``, ``bass_nll``, ``ornament_nll`` and ``harmony_right`` on tables of beats and voices."""
    network, device = network.eval(), device_of(network)
    beats, voices = ([x.to(device) for x in table] for table in (beats, voices))
    losses = measure_losses(network, beats, voices)
    right = (network(*beats[:3]).argmax(-1) == beats[3]).float().mean()
    names = ("harmony_nll", "bass_nll", "ornament_nll", "harmony_right")
    return {k: v.item() for k, v in zip(names, (*losses, right))}


def list_decoders(
    network: HarmonyNet, counts: HarmonyCounts, beam: int, shuffled: bool = False
) -> dict:
    """Ways to harmonise a melody, by name: who says what harmonies cost, and the options of the search.

    ``own`` is HARMONET; ``greedy`` keeps one past; ``free`` searches without the rules of moving; ``counts`` asks a
    table, ``nobody`` no one. All but ``greedy`` keep as many pasts. With a melody ``shuffled`` the network hears the
    notes in another order, as it learned them; the chords stand below the melody as it is.
    """

    def hear(melody: Melody) -> NetHarmonist:
        return NetHarmonist(network, shuffle_notes(melody, 0) if shuffled else melody)

    return {
        "own": (hear, {"width": beam}),
        "greedy": (hear, {"width": 1}),
        "free": (hear, {"width": beam, "free": True}),
        "counts": (counts.ask, {"width": beam}),
        "nobody": (lambda melody: NoHarmonist(), {"width": beam}),
    }


def set_chorale(piece: Harmonised, decoder, network: HarmonyNet | None = None) -> Setting:
    """A chorale's melody, harmonised by one of :func:`list_decoders`, and ornamented where there is a network."""
    ask, options = decoder
    return set_melody(
        piece.melody, piece.cells[0], piece.steps, ask(piece.melody), network, **options
    )


def compare_with_bach(pieces: list[Harmonised], decoders: dict, network: HarmonyNet) -> dict:
    """What was written under the melodies of some chorales beside what Bach wrote there; of each decoder, by name:

    ``NAME_rules``, the share of eighths that break no rule; ``NAME_parallels``, of those that arrive in parallels;
    ``NAME_same``, the share of beats with Bach's harmony; ``NAME_held``, of beats all of whose voices, the melody too,
    belong to the harmony that was chosen. ``bach_rules`` and ``bach_parallels`` are Bach's own.
    """
    found = {f"bach_{k}": v for k, v in count_rules(pieces, [p.cells for p in pieces]).items()}
    for name, decoder in decoders.items():
        made = [set_chorale(piece, decoder, network) for piece in pieces]
        told = count_rules(pieces, [m.cells for m in made])
        labels = [label_beats(m.cells, p.steps, p.melody.tonic)[0] for p, m in zip(pieces, made)]
        told["same"] = np.concatenate([a == p.harmony for a, p in zip(labels, pieces)]).mean()
        told["held"] = np.concatenate([hold_notes(m, p) for m, p in zip(made, pieces)]).mean()
        found |= {f"{name}_{k}": float(v) for k, v in told.items()}
    return found


def hold_notes(made: Setting, piece: Harmonised) -> np.ndarray:
    """At each beat on which the melody sounds, whether all voices belong to the harmony that was chosen."""
    beats = sounds(made.cells)[:, piece.steps]  # (4, T)
    sung = beats[0] >= 0
    degrees = (beats[:, sung] - piece.melody.tonic) % 12
    return np.take_along_axis(spell(made.harmony[sung]).T, degrees, 0).all(0)


def read_eighths(cells: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """What four voices sing on each beat and on its second eighth, ``(4, 2 T)``."""
    sounding = sounds(cells)
    second = np.minimum(steps + AN_EIGHTH, cells.shape[1] - 1)
    return np.stack([sounding[:, steps], sounding[:, second]], 2).reshape(4, -1)


def count_rules(pieces: list[Harmonised], cells: list[np.ndarray]) -> dict:
    """``rules`` and ``parallels`` of some pieces; see :func:`compare_with_bach`."""
    kept, there, parallels = 0, 0, 0
    for piece, made in zip(pieces, cells):
        eighths = read_eighths(made, piece.steps)
        good, count = voice_leading.count_kept(eighths)
        kept, there = kept + good, there + count
        parallels += int(voice_leading.check_voices(eighths)["parallel"].sum())
    return {"rules": kept / there, "parallels": parallels / there}
