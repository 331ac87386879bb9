"""Gibbs sampling of scores: cells are drawn again, given all others, and cells that are fixed stay as they are."""

import torch


@torch.no_grad()
def sweep(network, tokens, beside, free, generator, apart: int = 4, temperature: float = 1.0):
    """Draws every free cell once more, from a network for each voice; a new ``(n, voices, T)``.

    Cells of one voice that are ``apart`` sixteenths from one another are drawn together, in all pieces at once; these
    groups come in random order. ``network(tokens, beside, voice, which, steps)`` gives logits
    (:class:`~musicgan_lib.models.voice_networks.VoiceNetworks`); ``free (n, voices, T)``, as bools.
    ValueError for a temperature of 0 or less, and for an ``apart`` below 1.
    """
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}, and has to be above 0")
    if apart < 1:
        raise ValueError(f"cells drawn together are 1 sixteenth apart or more, not {apart}")
    tokens, voices = tokens.clone(), tokens.shape[1]
    for group in torch.randperm(voices * apart, generator=generator).tolist():
        voice, first = divmod(group, apart)
        redraw(
            network, tokens, beside, free, voice, slice(first, None, apart), generator, temperature
        )
    return tokens


def redraw(network, tokens, beside, free, voice: int, steps: slice, generator, temperature=1.0):
    """Draws the free ones among some cells of a voice, all given what stood before, in place."""
    every = torch.arange(tokens.shape[-1], device=tokens.device)[steps]
    which, place = free[:, voice, steps].nonzero(as_tuple=True)
    if len(which):
        logits = network(tokens, beside, voice, which, every[place])
        tokens[which, voice, every[place]] = draw(logits / temperature, generator)


@torch.no_grad()
def redraw_masks(network, cells, free, rates, generator, temperature: float = 1.0):
    """Block Gibbs: for each rate, hides so large a share of the free cells and draws them all at once.

    ``network(cells, hidden)`` gives log-probabilities ``(n, voices, T, K)`` of hidden cells
    (:class:`~musicgan_lib.models.masked_convs.MaskedConvs`). Before the first rate all free cells are hidden and drawn.
    ``cells (n, voices, T)``, ``free`` as bools; a new array of cells.
    """
    cells, hidden = cells.clone(), free
    for rate in (None, *rates):
        if rate is not None:
            dice = torch.rand(cells.shape, generator=generator).to(cells.device)
            hidden = free & (dice < rate)
        drawn = draw(network(cells, hidden) / temperature, generator)
        cells = torch.where(hidden, drawn, cells)
    return cells


@torch.no_grad()
def fill_in_order(network, cells, free, generator, temperature: float = 1.0):
    """Ancestral sampling: the free cells of each piece one after the other, in a random order of its own."""
    cells, hidden = cells.clone(), free.clone().flatten(1)
    order = torch.rand(hidden.shape, generator=generator).to(cells.device)
    order = order.masked_fill(~hidden, 2.0).argsort(1)  # the free cells come first
    for k in range(int(hidden.sum(1).max())):
        at = order[:, k]
        drawn = draw(network(cells, hidden.view_as(free)) / temperature, generator)
        row = torch.arange(len(cells), device=cells.device)
        asked = hidden[row, at]
        flat = cells.flatten(1)
        flat[row, at] = torch.where(asked, drawn.flatten(1)[row, at], flat[row, at])
        cells, hidden[row, at] = flat.view_as(cells), False
    return cells


def fall_linearly(steps: int, most: float, least: float, share: float = 0.75) -> list[float]:
    """The rates of an annealed sampler: from ``most`` in a line to ``least``, reached after a ``share`` of the steps.

    Source: Yao, Ozair, Cho and Bengio (2014).
    """
    return [max(least, most - k * (most - least) / max(share * steps, 1)) for k in range(steps)]


def draw(logits, generator) -> torch.Tensor:
    """One number of each row of logits, ``(..., K) -> (...)``, by exponential clocks: the first to ring."""
    clock = torch.rand(logits.shape, generator=generator).to(logits).clamp(min=1e-12)
    return (logits - (-clock.log()).log()).argmax(-1)
