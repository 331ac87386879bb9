"""Tokens of several fields, packed into one number."""

import torch


def pack(fields, sizes) -> torch.Tensor:
    """Field numbers as one word: ``(…, F) -> (…)``, the first field counting most."""
    word = fields[0]
    for field, size in zip(fields[1:], sizes[1:]):
        word = word * size + field
    return word


def unpack(words: torch.Tensor, sizes) -> list[torch.Tensor]:
    """A word as its field numbers, one ``(…)`` tensor a field; the inverse of :func:`pack`."""
    fields = []
    for size in reversed(sizes[1:]):
        fields.append(words % size)
        words = words // size
    return [words, *reversed(fields)]
