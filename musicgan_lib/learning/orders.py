"""Likelihood of a score under a network that completes scores: by the chain rule in some order, or over all orders.

Source: Uria, Murray and Larochelle (2014), who call a network that is trained so an orderless NADE.
"""

import torch

from ..models.draws import rand, randint


def draw_masks(shape, generator, kind: str = "any") -> torch.Tensor:
    """Which cells are hidden, ``(n, voices, T)`` of bools, at least one of each piece.

    ``"any"``: first how many, from one to all, each number as likely; then which. ``"half"``: half of them. ``"one"``:
    a single one.
    """
    cells = shape[1] * shape[2]
    numbers = {
        "any": lambda: randint(cells, shape[0], generator) + 1,
        "half": lambda: torch.full((shape[0],), (cells + 1) // 2),
        "one": lambda: torch.ones(shape[0], dtype=torch.int64),
    }[kind]()
    places = rand(shape[0], cells, generator=generator).argsort(1).argsort(1)
    return (places < numbers[:, None]).view(shape)


def price_hidden(network, cells, hidden, weigh: bool = True) -> torch.Tensor:
    """Nats of hidden cells, one number a piece, ``(n,)``, with a gradient: their mean, or with ``weigh`` off a sum.

    With masks of kind ``"any"`` the mean has the expectation of the chain rule's nats a cell over all orders. A sum,
    divided by the number of all cells, counts full masks more, and is no likelihood.
    """
    log_p = network(cells, hidden)
    nats = -log_p.gather(-1, cells[..., None])[..., 0] * hidden
    total = nats.flatten(1).sum(1)
    return total / (hidden.flatten(1).sum(1) if weigh else hidden[0].numel())


@torch.no_grad()
def price_in_order(network, cells, order) -> torch.Tensor:
    """Nats a cell by the chain rule, ``(n,)``: cells are revealed in an order, each priced given those before it.

    ``cells (n, voices, T)``; ``order (voices * T,)``, numbers of cells through the voices, the same for all pieces.
    """
    hidden = torch.ones(len(cells), cells[0].numel(), dtype=torch.bool, device=cells.device)
    total = torch.zeros(len(cells), device=cells.device)
    for at in order.tolist():
        log_p = network(cells, hidden.view(cells.shape)).flatten(1, 2)[:, at]  # (n, K)
        total -= log_p.gather(1, cells.flatten(1)[:, at : at + 1])[:, 0]
        hidden[:, at] = False  # the cell is known from here on
    return total / len(order)


@torch.no_grad()
def estimate_over_orders(network, cells, masks: int, generator) -> torch.Tensor:
    """The same over all orders, estimated from so many masks a piece whose sizes are spread evenly, ``(n,)``.

    Without a bias where the sizes go through all numbers; ``masks`` is at least 1.
    """
    count = cells[0].numel()
    sizes = torch.linspace(1, count, masks).round().long()
    total = torch.zeros(len(cells), device=cells.device)
    for size in sizes:
        places = torch.rand(len(cells), count, generator=generator).argsort(1).argsort(1)
        hidden = (places < size).view(cells.shape).to(cells.device)
        total += price_hidden(network, cells, hidden)
    return total / masks
