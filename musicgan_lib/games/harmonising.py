"""Voices filled in by a network that writes tokens in order: given voices are read, the others are chosen greedily."""

import numpy as np
import torch

#: Candidates of a voice that are weighed by what they do to the voices after it
LOOK = 6
#: Pieces that are written at once, of about one length
TOGETHER = 16


def fill_voices(network, data, pieces, unknown, look: int = 1) -> list[np.ndarray]:
    """Pieces of ``data`` with the voices ``unknown`` (0 the soprano) written by the network; ``(T * stride,)`` each.

    Sixteenth after sixteenth and voice after voice, the likeliest token is taken. What is given is kept, token by
    token. With ``look`` above 1, so many of the likeliest are tried, and the one is taken after which they and the
    given voices that follow in the same sixteenth are likeliest: a network that writes in order hears the voices after
    the unknown one that way alone.
    """
    order = np.argsort([len(p) for p in pieces], kind="stable")
    written = [np.zeros(0, np.int64)] * len(pieces)
    for at in range(0, len(order), TOGETHER):
        some = order[at : at + TOGETHER]
        for i, row in zip(some, _fill(network, data, [pieces[i] for i in some], unknown, look)):
            written[i] = row
    return written


@torch.no_grad()
def _fill(network, data, pieces, unknown, look: int) -> list[np.ndarray]:
    """All at once; a shorter piece is followed by its last sixteenth."""
    length = max(map(len, pieces))
    given = np.stack([_pad(p, length, data.stride) for p in pieces])
    device = next(network.parameters()).device
    tokens = torch.as_tensor(given).to(device)
    kinds = _list_kinds(data, unknown)
    allowed = _list_allowed(data, network.symbols).to(device)
    was = network.training
    network.eval()
    memory = network.begin(len(pieces))
    for t in range(length):
        place = t % data.stride
        if kinds[place]:
            after = [i for i in range(place + 1, data.stride) if not kinds[i]]
            tokens[:, t] = _choose(
                network, memory, tokens[:, t - place :], place, after, look, allowed
            )
        if t + 1 < length:
            memory = network.advance(memory, tokens[:, t])
    network.train(was)
    return [row[: len(p)] for row, p in zip(tokens.cpu().numpy(), pieces)]


def _choose(network, memory, frame, place: int, after: list[int], look: int, allowed):
    """The token of a place of the sixteenth that ``frame`` begins with, ``(n,)``."""
    log_p = network.next_logits(memory).log_softmax(-1) + allowed
    if look == 1 or not after or after != list(range(place + 1, after[-1] + 1)):
        return log_p.argmax(-1)
    score, tried = log_p.topk(look, -1)  # (n, K)
    each = tuple(part.repeat_interleave(look, 0) for part in memory)
    each = network.advance(each, tried.flatten())
    for i in after:
        known = frame[:, i].repeat_interleave(look)
        told = network.next_logits(each).log_softmax(-1)
        score = score + told.gather(-1, known[:, None])[:, 0].unflatten(0, (-1, look))
        if i != after[-1]:
            each = network.advance(each, known)
    return tried.gather(-1, score.argmax(-1, keepdim=True))[:, 0]


def _pad(piece, length: int, stride: int) -> np.ndarray:
    missing = (length - len(piece)) // stride
    return np.concatenate([piece, np.tile(piece[-stride:], missing)])


def _list_kinds(data, unknown) -> list[bool]:
    """Of each place of a sixteenth whether it is to be written."""
    marks = [False] * (data.stride - data.voices)
    return [*marks, *(voice in unknown for voice in data.order)]


def _list_allowed(data, symbols: int) -> torch.Tensor:
    """0 for what a voice may sing, minus infinity for a mark, ``(symbols,)``."""
    allowed = torch.zeros(symbols)
    allowed[data.rest + 1 :] = -torch.inf
    return allowed
