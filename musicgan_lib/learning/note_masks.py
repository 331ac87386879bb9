"""Which fields of which notes are hidden, and what a network pays for them."""

import torch
from torch.nn import functional as F

from ..models.draws import rand

KINDS = ("bar", "token")


def hide_fields(notes, share: float, kind: str, generator) -> torch.Tensor:
    """Hidden fields of notes ``(B, N, F) -> (B, N, F)`` bools; ``notes[..., 0]`` is the bar, -1 where there is no note.

    ``"token"``: every field of every note by a throw of its own. ``"bar"``: one throw for a field of a bar, which hides
    it in all notes of this bar. By both a field is hidden with the chance ``share``.
    """
    there = notes[..., :1] >= 0
    if kind == "token":
        return (rand(*notes.shape, generator=generator) < share) & there
    bars = int(notes[..., 0].max()) + 1
    thrown = rand(notes.shape[0], bars, notes.shape[2], generator=generator) < share
    bar = notes[..., :1].clamp(min=0).expand(-1, -1, notes.shape[2])
    return thrown.gather(1, bar) & there


def hide_notes(notes, share: float, generator) -> torch.Tensor:
    """All fields of a note at once, ``(B, N, F)`` bools: one throw a note, hidden with the chance ``share``."""
    thrown = rand(*notes.shape[:2], generator=generator) < share
    return thrown[..., None].expand(notes.shape) & (notes[..., :1] >= 0)


def hide_bar(notes, bar: int, field: int) -> torch.Tensor:
    """One field of all notes of one bar, ``(B, N, F)`` bools."""
    hidden = torch.zeros(notes.shape, dtype=torch.bool)
    hidden[..., field] = notes[..., 0] == bar
    return hidden


def price_fields(network, notes, hidden, answers=None) -> torch.Tensor:
    """Nats of each field of each note, ``(B, N, F)``, with a gradient; 0 where a field is not hidden.

    ``answers``: other notes, which are to be restored in the place of these.
    """
    paid, answers = [], notes if answers is None else answers
    for k, logits in enumerate(network(notes, hidden)):
        wanted = answers[..., k].clamp(min=0)
        paid.append(F.cross_entropy(logits.transpose(1, 2), wanted, reduction="none"))
    return torch.stack(paid, -1) * hidden
