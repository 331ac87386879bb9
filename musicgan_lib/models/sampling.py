"""Sequences drawn one token after the other, by whatever decoder: the plain way."""

import torch

from .draws import rand
from .interface import Decoder, Trajectory


@torch.no_grad()
def run(decoder: Decoder, n, length, generator, temperature=1.0, prefix=None) -> Trajectory:
    """``n`` sequences of ``length`` tokens; ``log_prob`` at temperature 1, entropy is not computed (None).

    ``prefix (n, P)`` is kept as the beginning; its log-probabilities are included.
    """
    memory, tokens, log_prob = decoder.begin(n), [], []
    for t in range(length):
        known = prefix[:, t] if prefix is not None and t < prefix.shape[1] else None
        token, log_p = decoder.draw(memory, generator, temperature, known)
        tokens.append(token)
        log_prob.append(log_p)
        if t + 1 < length:
            memory = decoder.advance(memory, token)
    return Trajectory(torch.stack(tokens, 1), torch.stack(log_prob, 1), None)


def draw_symbol(logits, generator, temperature, given):
    """A symbol a row by the inverse of the cumulative distribution; or the given one. ``(n,), (n,)``."""
    weight = (logits - logits.amax(1, keepdim=True)).exp_()
    total = weight.sum(1)
    if given is None:
        tempered = weight if temperature == 1 else weight ** (1 / temperature)
        running = tempered.cumsum(1)
        u = rand(len(logits), 1, generator=generator).to(logits.device)
        given = torch.searchsorted(running, u * running[:, -1:], right=True)[:, 0]
        given = given.clamp_(max=logits.shape[1] - 1)
    return given, torch.log(weight.gather(1, given[:, None])[:, 0] / total)
