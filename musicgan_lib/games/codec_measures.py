"""What codes of sound are worth: what comes back, what the writers know, and what sound of no clip is like."""

import math

import numpy as np
import torch

from ..data.instruments import read_pitches
from ..metrics.clarity import describe_sounds
from ..metrics.sound import find_pitches, spectral_error
from ..models.codebook import count_used, quantise
from .game import device_of
from .word_measures import spread_evenly

#: Samples between the frames whose pitch is asked
HOP = 64
#: Clips of which single frames are described, which takes long
FEW = 8


def share_right(waves, lines, rate: int) -> float:
    """The share of frames with a note in which the pitch of that note is found. ``waves (n, T)``; NaN without notes."""
    right, count = 0, 0
    for wave, line in zip(waves, lines):
        wanted = read_pitches(line, rate, HOP, len(wave) // HOP)
        found = find_pitches(wave, rate, HOP)
        right += int(((found == wanted) & (wanted >= 0)).sum())
        count += int((wanted >= 0).sum())
    return right / count if count else float("nan")


def bigram_bits(train, asked, codes: int) -> float:
    """Bits a code by counts of what follows what in ``train``, to which half a time is added each; rows ``(n, T)``."""
    table = np.full((codes, codes), 0.5)
    np.add.at(table, (train[:, :-1].ravel(), train[:, 1:].ravel()), 1)
    p = table / table.sum(1, keepdims=True)
    return float(-np.log2(p[asked[:, :-1], asked[:, 1:]]).mean())


def take_clips(data, split: str, n: int) -> tuple:
    """``n`` clips of a split, from the first to the last, and their notes."""
    every = np.arange(len(data.pieces[split]))
    which = spread_evenly(every, n)
    lines = data.lines(split)
    return data.waves(split)[which], [lines[i] for i in which]


@torch.no_grad()
def describe_codecs(stack, data, n: int, generator) -> dict:
    """Of test clips that went through a codec: ``error_WHICH``, the spectral error
    (:func:`~musicgan_lib.metrics.sound.spectral_error`), and ``right_WHICH``, the share of notes' frames whose pitch is
    found. ``coarse`` and ``fine`` are the codecs, ``random`` is the coarse one with a book drawn by dice around the
    middle of the vectors, as wide as they are in each number. ``right_real``: of the clips themselves.
    ``used_WHICH``: entries in use.
    """
    waves, lines = take_clips(data, "test", n)
    real = torch.as_tensor(waves).to(device_of(stack))
    back = {
        name: getattr(stack, name).decode(getattr(stack, name).encode(real))
        for name in ("coarse", "fine")
    }
    back["random"] = use_random_book(stack.coarse, real, generator)
    found = {"right_real": share_right(waves[:FEW], lines, data.rate)}
    for name, sound in back.items():
        made = sound.cpu().numpy()
        found[f"error_{name}"] = spectral_error(made, waves)
        found[f"right_{name}"] = share_right(made[:FEW], lines, data.rate)
    for name in ("coarse", "fine"):
        codec = getattr(stack, name)
        found[f"used_{name}"] = count_used(codec.encode(real), len(codec.book.vectors))
    return found


@torch.no_grad()
def use_random_book(codec, waves, generator) -> torch.Tensor:
    """What comes back where the book was drawn by dice: each number of an entry from a normal distribution with the
    mean and the spread that this number has in the vectors of these clips. As many codes, and nothing learned in them.
    """
    z = codec.embed(waves).flatten(0, 1)
    noise = torch.randn(codec.book.vectors.shape, generator=generator).to(z)
    book = z.mean(0) + z.std(0, correction=0) * noise
    codes = quantise(codec.embed(waves), book)
    return codec.render(book[codes]).clamp(-1, 1)


@torch.no_grad()
def describe_writers(stack, data, n: int, generator) -> tuple[dict, np.ndarray]:
    """What prior and upsampler know, and ``n`` clips of two seconds that nobody played ``(n, T)``, the fine codec's.

    ``prior_bits`` a coarse code of test clips, ``bigram_bits`` by counts of pairs, ``prior_rate`` bits a second.
    ``up_bits`` a fine code after the clip's own coarse codes, ``up_bits_other`` after another clip's.
    ``right_up`` and ``right_up_other``: the share of frames with the right pitch, of clips that were upsampled from
    their own coarse codes and from another clip's. ``pitched``, ``in_key``, ``clarity`` of made clips; with ``coarse_``
    of the same clips by the coarse codec, without an upsampler; with ``real_`` of test clips, ``codec_`` of test clips
    that went through the fine codec, ``order_`` of those whose coarse codes were put into random order.
    """
    waves, lines = take_clips(data, "test", n)
    train, _ = take_clips(data, "train", 256)
    device = device_of(stack)
    real = torch.as_tensor(waves).to(device)
    coarse, fine = stack.coarse.encode(real), stack.fine.encode(real)
    known = stack.coarse.encode(torch.as_tensor(train).to(device)).cpu().numpy()
    found = {"prior_bits": stack.prior.nll(coarse).item() / math.log(2)}
    found["bigram_bits"] = bigram_bits(known, coarse.cpu().numpy(), len(stack.coarse.book.vectors))
    found["prior_rate"] = found["prior_bits"] * data.rate / stack.coarse.hop
    other = coarse.roll(1, 0)
    for name, told in (("", coarse), ("_other", other)):
        found[f"up_bits{name}"] = stack.upsampler.nll(fine, told).item() / math.log(2)
        written = stack.fine.decode(stack.upsampler.write(told[:FEW], generator)).cpu().numpy()
        found[f"right_up{name}"] = share_right(written, lines, data.rate)
    drawn, fine_drawn = stack.write(n, coarse.shape[1], generator)
    order = torch.stack(
        [row[torch.randperm(len(row), generator=generator)] for row in coarse[:FEW].cpu()]
    )
    made = stack.fine.decode(fine_drawn).cpu().numpy()
    sides = {
        "": made[:FEW],
        "coarse_": stack.coarse.decode(drawn[:FEW]).cpu().numpy(),
        "real_": waves[:FEW],
        "codec_": stack.fine.decode(fine[:FEW]).cpu().numpy(),
        "order_": stack.coarse.decode(order.to(device)).cpu().numpy(),
    }
    for side, sounds in sides.items():
        told = describe_sounds(sounds, data.rate)
        found |= {side + k: v for k, v in told.items()}
    return found, made
