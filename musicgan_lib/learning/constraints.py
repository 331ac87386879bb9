"""Music under a constraint: sampling alternates with pushes towards a pattern of repetition, colder and colder.

Source: Lattner, Grachten and Widmer (2016). There gradient descent and sampling take turns; here the gradient is one
push within each sweep, and the constraint alone is annealed.
"""

import math
from dataclasses import dataclass

import torch

from ..models.draws import rand


@dataclass(frozen=True)
class Composed:
    """``frames (B, T, P)`` at the end of each chain.

    ``loss (rounds + 1, B)`` is that of the constraint from the start on; ``accepted`` the share of proposals that were;
    ``reached (B,)`` whether the wanted loss was met when the rounds were spent.
    """

    frames: torch.Tensor
    loss: torch.Tensor
    accepted: float
    reached: torch.Tensor


def make_form(form: str, length: int, least: float = 0.25) -> torch.Tensor:
    """The template of a form such as ``"AABA"``, ``(length, length)``: parts of one letter are alike, frame by frame.

    Parts are as long as one another, but for what is left over at the end. Frames that do not correspond are alike by
    ``least``. ValueError for a form without letters, or with more of them than frames.
    """
    if not 0 < len(form) <= length:
        raise ValueError(
            f"the form {form!r} has {len(form)} parts for {length} frames: give it 1 or more, and not more than frames"
        )
    part = -(-length // len(form))
    place = [(form[t // part], t % part) for t in range(length)]
    same = torch.tensor([[float(a == b) for b in place] for a in place])
    return least + (1 - least) * same


def compare_frames(v) -> torch.Tensor:
    """How alike any two frames are, ``(B, T, P) -> (B, T, T)``: the cosine between them, and 0 with silence."""
    length = v.square().sum(-1, keepdim=True).clamp(min=1e-6).sqrt()
    unit = v / length
    return unit @ unit.transpose(1, 2)


def price_likeness(v, target) -> torch.Tensor:
    """How far the likeness of frames is from a template's, ``(B, T, P), (B, T, T) -> (B,)``: mean squared distance."""
    return (compare_frames(v) - target).square().mean((1, 2))


def check_target(target) -> None:
    """ValueError with a sentence for a template that no music can have."""
    if target.ndim != 3 or target.shape[1] != target.shape[2]:
        raise ValueError(
            f"a template is (B, T, T), each frame against each, and not {tuple(target.shape)}"
        )
    if (target < 0).any() or (target > 1 + 1e-4).any():
        raise ValueError(
            "a template has likenesses from 0 to 1, and this one leaves them: no music satisfies it"
        )
    if not torch.allclose(target, target.transpose(1, 2), atol=1e-4):
        raise ValueError(
            "frame i is as like to j as j to i: this template is not symmetric, no music satisfies it"
        )
    if torch.linalg.eigvalsh(target.double()).min() < -1e-3:
        raise ValueError(
            "this template contradicts itself (if two frames are like a third, they are like each other): "
            "no music satisfies it, so take the likeness of real frames"
        )


def compose(
    machine, start, target, rounds, strength, push, generator, block=4, wanted=0.0, cool=True
) -> Composed:
    """Music of a machine under a template: samples of ``p(v) exp(-strength * T * loss / heat)``; a :class:`Composed`.

    Each round proposes new pitches for ``block`` frames by a sweep of the machine, which leaves ``p(v)`` as it is. A
    proposal further from the template is accepted with the chance ``exp(-strength * T * more loss / heat)``, and the
    heat falls from 1 to 0 with the rounds (simulated annealing), unless it should not ``cool``. So the machine stays at
    its own temperature, and without a constraint these are plain samples. ``push`` moves what is proposed down the
    gradient of the constraint: faster, and no longer exact.

    Parameters
    ----------
    start, target : ``(B, T, P)`` frames to begin with, a chain each, and ``(B, T, T)`` their templates.
    rounds, block : the budget, and how many frames in a row a round may change. Where ``wanted`` is not met when the
        budget is spent, ``reached`` says so.
    strength, push : 0 leaves the constraint out of what is accepted, or out of what is proposed.

    ValueError for a negative number, for frames that do not fit the template, and for a template that no music has.
    """
    for name, value, least in (
        ("rounds", rounds, 0),
        ("strength", strength, 0),
        ("push", push, 0),
        ("block", block, 1),
    ):
        if not least <= value < math.inf:
            raise ValueError(f"{name} is {value}, and has to be {least} or more")
    check_target(target)
    if target.shape[:2] != start.shape[:2]:
        raise ValueError(
            f"{tuple(start.shape[:2])} chains and frames, but templates for {tuple(target.shape[:2])}"
        )
    v, scale = start, strength * start.shape[1]
    loss = price_likeness(v, target)
    losses, taken = [loss], 0.0
    for step in range(rounds):
        pushed = -push * find_slope(v, target) if push else 0.0
        swept = machine.gibbs(v, 1, generator, pushed)
        new = torch.where(choose_block(len(v), v.shape[1], block, generator).to(v.device), swept, v)
        new_loss = price_likeness(new, target)
        heat = max(1 - step / rounds, 1e-3) if cool else 1.0
        chance = (scale * (loss - new_loss) / heat).exp().clamp(max=1)
        yes = rand(len(v), generator=generator).to(chance) < chance
        v = torch.where(yes[:, None, None], new, v)
        loss = torch.where(yes, new_loss, loss)
        losses.append(loss)
        taken += yes.float().mean().item()
    return Composed(v, torch.stack(losses), taken / max(rounds, 1), loss <= wanted)


def choose_block(n: int, length: int, block: int, generator) -> torch.Tensor:
    """``(n, length, 1) bool``: of each piece a stretch of up to ``block`` frames; any frame is as likely as another."""
    first = torch.floor(rand(n, 1, generator=generator) * (length + block - 1)) - block + 1
    place = torch.arange(length)
    return ((place >= first) & (place < first + block))[..., None]


def find_slope(v, target) -> torch.Tensor:
    """The gradient of the constraint for each pitch, ``(B, T, P)``, times the number of frames."""
    v = v.detach().requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(price_likeness(v, target).sum(), v)
    return slope * v.shape[1]


def correlate_likeness(v, target) -> torch.Tensor:
    """The correlation of two likenesses over all pairs of frames, ``(B, T, P), (B, T, T) -> (B,)``; -1 to 1."""
    own = compare_frames(v)
    row, column = torch.triu_indices(v.shape[1], v.shape[1], 1)
    a, b = (x[:, row, column] - x[:, row, column].mean(1, keepdim=True) for x in (own, target))
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1)).clamp(min=1e-9)
