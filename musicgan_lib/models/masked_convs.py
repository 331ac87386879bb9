"""Convolutions over pitch and time that complete a score with holes, whichever cells are missing."""

import torch
from torch import nn
from torch.nn import functional as F


class Residual(nn.Module):
    """Two convolutions whose result is added to what came in; at first it is nothing."""

    def __init__(self, filters: int, dilation: tuple[int, int]):
        super().__init__()
        near, far = (
            nn.Conv2d(filters, filters, 3, padding=d, dilation=d) for d in ((1, 1), dilation)
        )
        nn.init.zeros_(far.weight)
        nn.init.zeros_(far.bias)
        self.near, self.far = near, far

    def forward(self, x):
        return x + self.far(F.relu(self.near(F.relu(x))))


class MaskedConvs(nn.Module):
    """``p(cell | the cells that are not hidden)``, for all hidden cells at once.

    A voice is a roll of pitches over time; a rest is a column without a note. Beside each roll stands a second one,
    1 throughout the columns that are hidden.

    Parameters
    ----------
    pitches : P. A cell is a number below P, or P for a rest.
    voices : how many there are.
    filters : channels of each layer.
    blocks : pairs of convolutions of 3 x 3. The second of each is dilated, by 1, 2, 4 and again 1 in time and by 1, 3
        and 4 in pitch, so that far voices and beats are seen with few layers.

    Source: Huang, Cooijmans, Roberts, Courville and Eck (2017), whose network is deeper and not dilated.
    """

    def __init__(self, pitches: int, voices: int = 4, filters: int = 32, blocks: int = 4):
        super().__init__()
        self.pitches, self.voices = pitches, voices
        self.first = nn.Conv2d(2 * voices, filters, 3, padding=1)
        dilations = [((1, 3, 4)[k % 3], (1, 2, 4)[k % 3]) for k in range(blocks)]
        self.blocks = nn.Sequential(*(Residual(filters, d) for d in dilations))
        self.last = nn.Conv2d(filters, voices, 1)
        self.rest = nn.Linear(filters, voices)
        self.to(memory_format=torch.channels_last)

    def lay_out(self, cells, hidden) -> torch.Tensor:
        """Rolls and masks, ``(n, 2 voices, P, T)``; nothing is left of a hidden cell but that it is hidden."""
        roll = F.one_hot(cells, self.pitches + 1)[..., :-1].movedim(-1, -2)  # (n, voices, P, T)
        roll = roll * ~hidden[:, :, None]
        mask = hidden[:, :, None].expand_as(roll)
        both = torch.cat([roll, mask], 1).to(self.first.weight.dtype)
        return both.contiguous(memory_format=torch.channels_last)

    def forward(self, cells, hidden) -> torch.Tensor:
        """Log-probabilities ``(n, voices, T, P + 1)`` of ``cells (n, voices, T) int64``; ``hidden``, as bools."""
        x = F.relu(self.blocks(self.first(self.lay_out(cells, hidden))))
        notes = self.last(x).transpose(-1, -2)  # (n, voices, T, P)
        silence = self.rest(x.mean(2).transpose(1, 2)).transpose(1, 2)  # (n, voices, T)
        return torch.cat([notes, silence[..., None]], -1).log_softmax(-1)
