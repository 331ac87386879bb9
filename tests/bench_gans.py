"""A training step of the GANs that convolve, against plain ports of the published architectures, layer by layer.

``python tests/bench_gans.py``. Ratios within one run, by CPU time; one thread.
"""

import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

from musicgan_lib.models.bar_gan import BarDiscriminator, BarGenerator
from musicgan_lib.models.unet import PatchDiscriminator, UNet

BARS, PAIRS, STEPS, ROWS, CHORD = 64, 16, 16, 32, 13


def measure(work) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def compare(name: str, plain, own, times: int = 7) -> None:
    for work in (plain, own):  # warm
        work()
    pairs = [(measure(plain), measure(own)) for _ in range(times)]
    ratio = statistics.median(a / b for a, b in pairs)
    spent = statistics.median(b for _, b in pairs)
    print(f"{name}: {ratio:.2f} times as fast, {spent * 1e3:.0f} ms a step (wanted: 1.5)")


def make_step(generator, discriminator, paint, show, foreach=False, resting=False):
    """A lesson of the discriminator and one of the generator; ``paint() -> fake``, ``show(fake or None) -> logits``.

    With ``resting`` no slope is taken in the discriminator's weights while the generator learns. ``foreach`` is Adam's.
    """
    networks = generator, discriminator
    players = [torch.optim.Adam(m.parameters(), 5e-4, foreach=foreach) for m in networks]

    def step():
        fake = paint()
        loss = F.softplus(-show(None)).mean() + F.softplus(show(fake.detach())).mean()
        for player, lost in ((players[1], loss), (players[0], None)):
            if lost is None:
                discriminator.requires_grad_(not resting)
                lost = F.softplus(-show(fake)).mean()
                discriminator.requires_grad_(True)
            player.zero_grad(set_to_none=True)
            lost.backward()
            player.step()

    return step


class PlainGenerator(nn.Module):
    """MidiNet's generator as published code has it: pictures of height 1, and what is heard spread over them."""

    def __init__(self, rows=ROWS, noise=32, filters=48, heard=16):
        super().__init__()
        self.dense = nn.Linear(noise + CHORD, filters * 2)
        hear = [nn.Conv2d(1, heard, (rows, 1))]
        hear += [nn.Conv2d(heard, heard, (1, 2), (1, 2)) for _ in range(3)]
        self.hear = nn.ModuleList(hear)
        self.hear_norms = nn.ModuleList(nn.BatchNorm2d(heard) for _ in range(4))
        wide = filters + heard + CHORD
        paint = [nn.ConvTranspose2d(wide, filters, (1, 2), (1, 2)) for _ in range(3)]
        self.paint = nn.ModuleList([*paint, nn.ConvTranspose2d(wide, 1, (rows, 1))])
        self.norms = nn.ModuleList(nn.BatchNorm2d(filters) for _ in range(4))

    def forward(self, noise, before, chord):
        listened, x = [], before[:, None]
        for layer, norm in zip(self.hear, self.hear_norms):
            x = F.leaky_relu(norm(layer(x)), 0.2)
            listened.insert(0, x)
        x = self.dense(torch.cat([noise, chord], 1)).view(len(noise), -1, 1, 2)
        for layer, norm, heard in zip(self.paint, self.norms, listened):
            x = F.relu(norm(x))
            asked = chord[:, :, None, None] * torch.ones(1, 1, 1, x.shape[3])
            x = layer(torch.cat([x, heard, asked], 1))
        return x[:, 0]


class PlainDiscriminator(nn.Module):
    """Its discriminator: a picture of one channel with the chord spread over all of it."""

    def __init__(self, rows=ROWS, filters=48):
        super().__init__()
        self.look = nn.Conv2d(1 + CHORD, filters, (rows, 4), (1, 2), (0, 1))
        self.look_on = nn.ModuleList(
            nn.Conv2d(filters, filters, (1, 4), (1, 2), (0, 1)) for _ in range(2)
        )
        self.decide = nn.Linear(filters * STEPS // 4, 1)

    def forward(self, bar, before, chord):
        x = torch.cat([before, bar], 2)[:, None]
        asked = chord[:, :, None, None] * torch.ones(1, 1, *x.shape[2:])
        x = F.leaky_relu(self.look(torch.cat([x, asked], 1)), 0.2)
        for layer in self.look_on:
            x = F.leaky_relu(layer(x), 0.2)
        return self.decide(x.flatten(1))[:, 0]


def bench_bars() -> None:
    """MidiNet (yang2017): lines whose channels are pitches, against pictures of one channel."""
    bar, before = (torch.rand(BARS, ROWS, STEPS).softmax(1) for _ in range(2))
    noise, chords = torch.rand(BARS, 32), torch.rand(BARS, CHORD, 4)
    plain, painter, judge = PlainGenerator(), BarGenerator(), BarDiscriminator()
    plain_judge = PlainDiscriminator()
    works = (
        make_step(
            plain,
            plain_judge,
            lambda: plain(noise, before, chords[..., 0]).softmax(1),
            lambda fake: plain_judge(bar if fake is None else fake, before, chords[..., 0]),
        ),
        make_step(
            painter,
            judge,
            lambda: painter(noise, before, chords).softmax(1),
            lambda fake: judge.score([bar if fake is None else fake, before, chords]),
        ),
    )
    compare("a step of 64 bars, lines against pictures", *works)


class PlainUNet(UNet):
    """The same network with channels first."""

    def forward(self, picture, generator=None):
        x, seen = picture, [picture]
        for k, halve in enumerate(self.down):
            x = halve(x if k == 0 else F.leaky_relu(x, 0.2))
            x = x if k == 0 else self.down_norms[k - 1](x)
            seen.append(x)
        seen.pop()
        for k, double in enumerate(self.up):
            x = self.up_norms[k](double(F.relu(x)))
            x = torch.cat([self.drop(x, generator) if k < 2 else x, seen.pop()], 1)
        return self.last(F.relu(x)) + self.height


class PlainPatches(PatchDiscriminator):
    """The same network with channels first."""

    def forward(self, pictures):
        for conv in self.convs:
            pictures = F.leaky_relu(conv(pictures), 0.2)
        return self.answer(pictures)[:, 0]


def bench_pairs() -> None:
    """pix2pix (isola2017): channels last and one call for all of Adam's weights, against channels first.

    In both the discriminator rests while the painter learns, as in the published program. Not bitwise, so not in the
    game: real and painted pairs in one batch, and a fused Adam.
    """
    given, wanted = torch.rand(PAIRS, 1, 16, 48), torch.rand(PAIRS, 3, 16, 48)
    works = []
    for pair in ((PlainUNet(), PlainPatches(4)), (UNet(), PatchDiscriminator(4))):
        generator, discriminator = pair
        if type(generator) is PlainUNet:
            generator.to(memory_format=torch.contiguous_format)
            discriminator.to(memory_format=torch.contiguous_format)

        def paint(generator=generator):
            return generator(given).sigmoid()

        def show(fake, discriminator=discriminator):
            return discriminator(torch.cat([given, wanted if fake is None else fake], 1))

        own = type(generator) is UNet
        works.append(make_step(generator, discriminator, paint, show, foreach=own, resting=True))
    compare("a step of 16 pairs, channels last against first", *works)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    bench_bars()
    bench_pairs()
