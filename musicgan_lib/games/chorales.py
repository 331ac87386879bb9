"""Likelihood in four voices, and what a network of chorales is asked besides: chords, cadences, voices, its units."""

from dataclasses import dataclass

import numpy as np
import torch

from ..data.heard import read_heard
from ..data.voices import VoiceData
from ..evaluation.chorale_fill import IntervalTable, compare, measure_fill, measure_lines
from ..evaluation.count_mixture import measure_mixture
from ..metrics.cadences import begin_marks, find_rests, share_resting
from ..models import sampling
from .game import device_of
from .harmonising import LOOK, fill_voices
from .likelihood import Config, LikelihoodGame
from .settings import check_name, refuse
from .units import find_best

#: Pieces of the test that are harmonised and drawn from
PIECES = 40
ASKED = ("chords", "cadences", "voices", "mixture")
SOPRANO, ALTO, LOWER = 0, 1, (1, 2, 3)
#: The seed of the network that has learned nothing
UNTRAINED = 0
BEAT = 2  # positions up to this one begin a beat


@dataclass(frozen=True)
class ChoraleConfig(Config):
    """As of any game of likelihood, and what is measured besides it."""

    tokens: str = "voices.SBAT"  # or "voices.tied", or the voices in another order
    asked: str = "chords"  # measured on pieces: "chords", "cadences", "voices" filled in, or "mixture" with counts

    def __post_init__(self):
        super().__post_init__()
        check_name("asked", self.asked, ASKED)
        kind, _, form = self.tokens.partition(".")
        refuse(kind != "voices", f"tokens is {self.tokens}: this game reads voices.FORM")
        refuse(
            self.asked == "cadences" and form != "tied",
            "asked is cadences: choose tokens=voices.tied, which has fermatas",
        )
        refuse(
            self.asked == "mixture" and form != "SBAT",
            "asked is mixture: choose tokens=voices.SBAT, the order in which the table counts",
        )
        stride = 5 if form == "tied" else 4
        refuse(self.length % stride, f"length is {self.length}: take a multiple of {stride}")


class ChoraleGame(LikelihoodGame):
    """:class:`~musicgan_lib.games.likelihood.LikelihoodGame` on ``voices.FORM``, with more measures of test pieces.

    Whole pieces are read from their beginning on. ``asked="chords"``, nats a cell on windows: ``marginal`` (of notes
    alone, the exact sum over chords), ``given_chord`` (of notes, told the true chord) and ``chain`` (of chord and
    notes). Of a network without chords ``fill_alto`` instead.

    ``"voices"``: ``fill_alto``, the share of sixteenths in which the alto, filled in from the other three, is Bach's,
    ``fill_alto_gain``, how far that is above a table of counts, and ``fill_alto_error``, its standard error, by pairs
    of pieces; ``harmonised``, the share of the three lower voices under a given soprano, chosen greedily; ``clamped``,
    the share of given cells that stayed. Where notes are tied ``unit_beat`` and others, the correlation of the best
    unit with a concept, and ``unit_beat_untrained`` that in a network that has learned nothing.

    ``"mixture"``: what :func:`~musicgan_lib.evaluation.count_mixture.measure_mixture` gives, and ``fill_alto``.

    ``"cadences"``: ``notes`` (nats a cell of the notes, told the marks); ``cadences``, the share of fermatas of test
    pieces under which music that is drawn around them comes to rest, ``cadences_elsewhere`` that of other beats, and
    ``cadences_bach`` his.
    """

    Base = ChoraleConfig

    def measure_pieces(self, network, data, length: int) -> dict:
        """As of any game of likelihood; a piece is one window."""
        longest = max(len(p) for split in ("valid", "test") for p in data.pieces[split])
        return super().measure_pieces(network, data, max(length, longest))

    def measure(self, state, config, data, generator):
        found, samples = super().measure(state, config, data, generator)
        network, least = state.modules["network"].eval(), min(PIECES, 2 * config.measure)
        pieces, heard = data.pieces["test"][:least], read_heard(data, "test")[:least]
        if config.asked == "cadences":
            found |= split_marks(network, data, config)
            found |= measure_cadences(network, data, pieces, heard, generator)
            return found, samples
        if config.asked == "chords" and network.chords:
            return found | split_chords(network, data, config), samples
        found |= fill_alto(network, data, pieces, heard)
        if config.asked == "mixture":
            found |= measure_mixture(network, data)
        if config.asked == "voices":
            found |= harmonise(network, data, pieces, heard)
        if config.asked == "voices" and data.tied:
            known = {"sizes": data.sizes, "length": config.length, "stride": data.stride}
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(UNTRAINED)
                blank = self._make(config, known).eval()
            for name, asked in (("", network), ("_untrained", blank)):
                best = find_best(asked, data, pieces, heard)
                found |= {f"unit_{concept}{name}": r for concept, r in best.items()}
        return found, samples


def fill_alto(network, data: VoiceData, pieces, heard) -> dict:
    """One voice filled in from the other three, beside a table of counts."""
    alto = fill_voices(network, data, pieces, (ALTO,), LOOK)
    shares = measure_lines([data.sounding(tokens)[ALTO] for tokens in alto], heard, ALTO)
    table = IntervalTable(read_heard(data, "train"), ALTO, around=True)
    apart, error = compare(shares, measure_fill(table, heard, ALTO))
    return {"fill_alto": float(shares.mean()), "fill_alto_gain": apart, "fill_alto_error": error}


def harmonise(network, data: VoiceData, pieces, heard) -> dict:
    """Three voices under a soprano."""
    lower = fill_voices(network, data, pieces, LOWER)
    lines = [data.sounding(tokens) for tokens in lower]
    shares = [measure_lines([line[v] for line in lines], heard, v) for v in LOWER]
    kept = [data.to_voices(a)[SOPRANO] == data.to_voices(b)[SOPRANO] for a, b in zip(lower, pieces)]
    return {"harmonised": float(np.mean(shares)), "clamped": float(np.concatenate(kept).mean())}


@torch.no_grad()
def split_chords(network, data, config) -> dict:
    """Nats a cell of test windows: of the notes alone, of the notes told their chord, and of chord and notes."""
    windows = torch.as_tensor(data.windows("test", config.length))[: 2 * config.measure]
    parts = [network.split_nll(part.to(device_of(network))) for part in windows.split(64)]
    chord, given = (
        torch.cat([p[name] for p in parts]).double().mean().item() / data.voices
        for name in ("chord", "given_chord")
    )
    log_p = [
        network.log_prob(part.to(device_of(network)), entropy=False).log_prob
        for part in windows.split(16)
    ]
    marginal = -torch.cat(log_p).double().mean().item()
    return {"given_chord": given, "chain": given + chord, "marginal": marginal}


@torch.no_grad()
def split_marks(network, data, config) -> dict:
    """Nats a cell of the notes of test windows, told the marks so far."""
    windows = torch.as_tensor(data.windows("test", config.length))[: 2 * config.measure]
    log_p = [
        network.log_prob(part.to(device_of(network)), entropy=False).log_prob
        for part in windows.split(64)
    ]
    places = torch.cat(log_p).double().unflatten(1, (-1, data.stride)).mean((0, 1))
    return {"notes": -places[1:].mean().item(), "marks": -places[0].item()}


@torch.no_grad()
def draw_around(network, data, pieces, generator) -> list[np.ndarray]:
    """Music as long as these pieces, drawn note by note, with the marks of the pieces."""
    length = max(map(len, pieces))
    device = device_of(network)
    marks = np.full((len(pieces), length // data.stride), data.sizes[0] - 2)
    for row, piece in zip(marks, pieces):
        row[: len(piece) // data.stride] = piece[:: data.stride]
    marks, memory, drawn = torch.as_tensor(marks).to(device), network.begin(len(pieces)), []
    for t in range(length):
        frame, place = divmod(t, data.stride)
        if place:
            logits = network.next_logits(memory)
            logits[:, data.rest + 1 :] = -torch.inf
            token, _ = sampling.draw_symbol(logits, generator, 1.0, None)
        else:
            token = marks[:, frame]
        drawn.append(token)
        memory = network.advance(memory, token)
    drawn = torch.stack(drawn, 1).cpu().numpy()
    return [row[: len(piece)] for row, piece in zip(drawn, pieces)]


def measure_cadences(network, data, pieces, heard, generator) -> dict:
    """How often drawn music comes to rest under the marks that it was given, and where there is none."""
    drawn = draw_around(network, data, pieces, generator)
    found = {}
    for name, music in (("cadences", drawn), ("cadences_bach", pieces)):
        counts = np.array([_count_rests(data, t, p, h) for t, p, h in zip(music, pieces, heard)])
        under, fermatas, elsewhere, beats = counts.sum(0)
        found[name] = under / max(fermatas, 1)
        found[f"{name}_elsewhere"] = elsewhere / max(beats, 1)
    return found


def _count_rests(data, tokens, piece, heard) -> tuple[int, ...]:
    """At how many fermatas music rests, of how many; and at how many other beats, of how many."""
    marks = piece[:: data.stride] - (data.sizes[0] - 2)
    rests = find_rests(data.sounding(tokens), data.to_voices(tokens) < data.pitches)
    others = (heard.position <= BEAT) & (marks == 0)
    return *share_resting(rests, begin_marks(marks)), *share_resting(rests, others)
