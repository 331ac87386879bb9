"""One picture from another: a U-Net that translates, and a discriminator that judges patches of both at once."""

import torch
from torch import nn
from torch.nn import functional as F

from .draws import rand

#: A picture's sides are multiples of this, for it is halved three times
MULTIPLE = 8


class UNet(nn.Module):
    """From a picture to another of the same size, ``(B, inputs, T, P) -> (B, outputs, T, P)`` logits.

    It is halved three times and doubled three times; each doubling also sees what the halving at its size saw (the
    skips). Noise enters as dropout of the first two doublings, while the network is used, too.

    Parameters
    ----------
    inputs, outputs : channels of the pictures.
    rows : P; each has a number of its own that is added to its logits, for a pitch is no mere place.
    filters : channels after the first halving; twice as many after the second, and after the third.
    noise : the share of numbers that dropout throws away; 0 has one answer for a picture.

    Source: Isola, Zhu, Zhou and Efros (2017), section 3.2, whose network is halved eight times. Norms are over groups
    of channels of one picture, as theirs with batches of one are over one picture.
    """

    def __init__(self, inputs=1, outputs=3, rows=48, filters=24, noise=0.25):
        super().__init__()
        self.noise = noise
        sizes, half = (filters, 2 * filters, 2 * filters), filters // 2
        ways = zip((inputs, *sizes), sizes)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, 2, 1) for a, b in ways)
        self.up = nn.ModuleList(
            [
                nn.ConvTranspose2d(sizes[2], sizes[1], 4, 2, 1),
                nn.ConvTranspose2d(2 * sizes[1], sizes[0], 4, 2, 1),
                nn.ConvTranspose2d(2 * sizes[0], half, 4, 2, 1),
            ]
        )
        self.down_norms = nn.ModuleList(nn.GroupNorm(4, n) for n in sizes[1:])
        self.up_norms = nn.ModuleList(nn.GroupNorm(4, n) for n in (sizes[1], sizes[0], half))
        self.last = nn.Conv2d(half + inputs, outputs, 3, padding=1)
        self.height = nn.Parameter(torch.zeros(outputs, 1, rows))
        self.to(memory_format=torch.channels_last)

    def forward(self, picture: torch.Tensor, generator=None) -> torch.Tensor:
        """Logits of pixels. Without a ``generator`` nothing is dropped."""
        x, seen = picture.contiguous(memory_format=torch.channels_last), [picture]
        for k, halve in enumerate(self.down):
            x = halve(x if k == 0 else F.leaky_relu(x, 0.2))
            x = x if k == 0 else self.down_norms[k - 1](x)
            seen.append(x)
        seen.pop()
        for k, double in enumerate(self.up):
            x = self.up_norms[k](double(F.relu(x)))
            if k < 2:
                x = self.drop(x, generator)
            x = torch.cat([x, seen.pop()], 1)
        return self.last(F.relu(x)) + self.height

    def drop(self, x: torch.Tensor, generator) -> torch.Tensor:
        """Dropout by a generator's own dice; nothing is dropped where there is none."""
        if generator is None or not self.noise:
            return x
        kept = rand(*x.shape, generator=generator) >= self.noise
        return x * kept.to(x.device) / (1 - self.noise)


class PatchDiscriminator(nn.Module):
    """One verdict for each patch of a pair of pictures, ``(B, channels, T, P) -> (B, t, p)`` logits.

    ``halvings`` convolutions of 4 x 4 with stride 2, then one with stride 1, and one that answers. How large a patch
    is follows from these numbers alone: see :meth:`patch`. No norm reaches beyond a patch.
    """

    def __init__(self, channels: int, filters: int = 24, halvings: int = 1):
        super().__init__()
        sizes = [channels, *(min(2**k, 4) * filters for k in range(halvings + 1))]
        self.strides = (*[2] * halvings, 1)
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 4, s, 1) for a, b, s in zip(sizes, sizes[1:], self.strides)
        )
        self.answer = nn.Conv2d(sizes[-1], 1, 4, 1, 1)
        self.to(memory_format=torch.channels_last)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        x = pictures.contiguous(memory_format=torch.channels_last)
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
        return self.answer(x)[:, 0]

    def patch(self) -> int:
        """Rows, and columns, of the picture that one verdict depends on.

        From the last layer back: a layer of 4 with stride s makes ``s * (n - 1) + 4`` of n.
        """
        size = 4
        for stride in reversed(self.strides):
            size = stride * (size - 1) + 4
        return size
