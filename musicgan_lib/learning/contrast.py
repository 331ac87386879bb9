"""What belongs together: a loss on pairs, how soon a partner is found, and groups of what lies together."""

import torch
from torch.nn import functional

from ..models.draws import rand


def contrast_pairs(
    one: torch.Tensor, other: torch.Tensor, temperature: float = 0.1
) -> torch.Tensor:
    """InfoNCE: nats that it costs to tell each row's partner from all other partners, ``(N, D), (N, D) -> ()``.

    Row i of ``one`` belongs to row i of ``other``. Rows are compared by the cosine of their angle; both directions
    count alike. ``log N`` is what guessing costs. ValueError for rows that are not paired.
    """
    if one.shape != other.shape:
        raise ValueError(f"{tuple(one.shape)} and {tuple(other.shape)}: each row needs one partner")
    one, other = functional.normalize(one, dim=-1), functional.normalize(other, dim=-1)
    alike = one @ other.T / temperature  # (N, N)
    own = torch.arange(len(one), device=one.device)
    return (functional.cross_entropy(alike, own) + functional.cross_entropy(alike.T, own)) / 2


def rank_partners(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """How many partners of others are nearer than a row's own, ``(N,) int64``: 0 is found at once. A tie counts."""
    alike = functional.normalize(one, dim=-1) @ functional.normalize(other, dim=-1).T
    own = alike.diagonal()[:, None]
    return (alike >= own).sum(1) - 1


@torch.no_grad()
def group_rows(rows: torch.Tensor, groups: int, generator, rounds: int = 15) -> torch.Tensor:
    """The centres of groups of rows by k-means, ``(N, D) -> (groups, D)``; it begins at rows drawn at random.

    A group that names nothing is put at another row. ValueError for fewer rows than groups.
    """
    if len(rows) < groups:
        raise ValueError(f"{len(rows)} rows cannot make {groups} groups")

    def pick(n):
        return rows[(rand(n, generator=generator) * len(rows)).long().to(rows.device)]

    centres = pick(groups)
    for _ in range(rounds):
        nearest = (centres.square().sum(1) - 2 * rows @ centres.T).argmin(1)
        count = torch.zeros_like(centres[:, 0]).index_add_(0, nearest, torch.ones_like(rows[:, 0]))
        total = torch.zeros_like(centres).index_add_(0, nearest, rows)
        mean = total / count[:, None].clamp(min=1)
        centres = torch.where(count[:, None] > 0, mean, pick(groups))
    return centres
