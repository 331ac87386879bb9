"""Autoencoders of segments whose latent points have parts: one for pitch and one for rhythm, one for the chords and one
for the texture, or one beside chords that are given.

Cells are ``(B, V, T) int64`` below ``size``, chords ``(B, T / 4) int64`` (:mod:`musicgan_lib.data.segments`). Every
network has ``encode(cells, chords)``, the mean and the log of the variance of a point, ``(B, latent)`` each;
``logits(z, chords)`` of all cells at once, ``(B, V, T, size)``; and ``parts``: which numbers of a point are which part.
"""

import torch
from torch import nn

LATENTS = ("two", "one")
#: Sixteenths of a beat, pitch classes, kinds of chord, and what a cell can be to a rhythm
BEAT, CLASSES, KINDS, RHYTHMS = 4, 12, 4, 3
HARMONIES = CLASSES * KINDS
#: Numbers in which a cell and a chord are read
CELL, CHORD = 8, 16
#: Members of the four kinds of chord, in semitones above the root, as in ``data.harmony``
MEMBERS = ((0, 4, 7), (0, 3, 7), (0, 3, 6), (0, 4, 7, 10))


def list_tones() -> torch.Tensor:
    """Which pitch classes each chord has, ``(48, 12)``, 0 or 1."""
    tones = torch.zeros(HARMONIES, CLASSES)
    for chord in range(HARMONIES):
        root, kind = divmod(chord, KINDS)
        for step in MEMBERS[kind]:
            tones[chord, (root + step) % CLASSES] = 1
    return tones


def stack(*sizes: int) -> nn.Sequential:
    """Linear layers with a rectifier between any two."""
    layers = []
    for before, after in zip(sizes, sizes[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


class Segments(nn.Module):
    """What the three have in common: the sizes of a segment, and how its cells and chords are read.

    Parameters
    ----------
    voices, length, size : voices, sixteenths, and values of a cell
    latent : numbers of a point, an even number
    width : numbers of a hidden layer
    latents : ``"two"`` parts, or ``"one"`` point whose halves mean nothing of their own
    """

    def __init__(self, voices: int, length: int, size: int, latent: int, width: int, latents="two"):
        super().__init__()
        if latent < 2 or latent % 2:
            raise ValueError(
                f"latent is {latent}: two parts want an even number of numbers, 2 or more"
            )
        if latents not in LATENTS:
            raise ValueError(f"latents is {latents!r}: there are two or one")
        self.voices, self.length, self.size = voices, length, size
        self.latent, self.latents = latent, latents
        self.cell = nn.Embedding(size, CELL)
        self.register_buffer("tones", list_tones(), persistent=False)

    @property
    def beats(self) -> int:
        return self.length // BEAT

    @property
    def halves(self) -> tuple[slice, slice]:
        return slice(0, self.latent // 2), slice(self.latent // 2, self.latent)

    @property
    def seen(self) -> int:
        """Numbers that all cells are to a network that reads them."""
        return self.voices * self.length * CELL

    def see(self, cells) -> torch.Tensor:
        """``(B, V, T)`` as ``(B, seen)``."""
        return self.cell(cells).flatten(1)

    def spell(self, chords) -> torch.Tensor:
        """The pitch classes of chords, ``(B, beats * 12)``."""
        return self.tones[chords].flatten(1)

    def shape(self, logits) -> torch.Tensor:
        """``(B, V * T * size)`` as ``(B, V, T, size)``."""
        return logits.unflatten(1, (self.voices, self.length, self.size))

    @torch.no_grad()
    def write(self, z, chords) -> torch.Tensor:
        """The likeliest cells after points and chords, ``(B, V, T) int64``."""
        return self.logits(z, chords).argmax(-1)

    def check(self, z) -> None:
        """ValueError for points of another size."""
        if z.shape[-1] != self.latent:
            raise ValueError(
                f"a point has {self.latent} numbers here, and this one has {z.shape[-1]}"
            )


class PitchRhythm(Segments):
    """EC²-VAE (Yang et al., 2019): half of a point must spell the rhythm on its own, and both halves write the notes.

    With one latent nothing has to spell the rhythm, and the writer sees the point and the chords alone.
    """

    def __init__(self, voices, length, size, latent=32, width=192, latents="two"):
        super().__init__(voices, length, size, latent, width, latents)
        self.reader = stack(self.seen + self.beats * CLASSES, width, width, 2 * latent)
        told = self.beats * CLASSES
        if latents == "two":
            self.rhythm = stack(latent // 2, width, voices * length * RHYTHMS)
            told += voices * length * RHYTHMS
        self.writer = stack(latent + told, width, width, voices * length * size)

    @property
    def parts(self) -> dict[str, slice]:
        return dict(zip(("pitch", "rhythm"), self.halves))

    def encode(self, cells, chords):
        return self.reader(torch.cat([self.see(cells), self.spell(chords)], 1)).chunk(2, 1)

    def spell_rhythm(self, z) -> torch.Tensor:
        """Logits of begin, go on and silent, ``(B, V, T, 3)``, from the rhythm's half of a point alone."""
        self.check(z)
        logits = self.rhythm(z[:, self.parts["rhythm"]])
        return logits.unflatten(1, (self.voices, self.length, RHYTHMS))

    def logits(self, z, chords):
        self.check(z)
        given = [z, self.spell(chords)]
        if self.latents == "two":
            given.append(self.spell_rhythm(z).softmax(-1).flatten(1))
        return self.shape(self.writer(torch.cat(given, 1)))


class ChordTexture(Segments):
    """Poly-Dis (Wang et al., 2020): one part reads chord labels and must spell them; the other hears how notes lie.

    The ear for texture is a convolution over pitch and time whose largest answer over all pitches is kept: it hears
    steps, shapes and rhythms, and not where in the scale they stand. With one latent a single reader sees cells and
    chords, and nothing has to be spelled.
    """

    OCTAVE, FILTERS = 12, 16

    def __init__(self, voices, length, size, latent=64, width=256, latents="two"):
        super().__init__(voices, length, size, latent, width, latents)
        if latents == "two":
            self.chord = nn.Embedding(HARMONIES, CHORD)
            self.chord_reader = stack(self.beats * CHORD, width, latent)
            self.ear = nn.Conv2d(2 * voices, self.FILTERS, (self.OCTAVE, BEAT), stride=(1, BEAT))
            self.texture_reader = stack(self.beats * self.FILTERS, width, latent)
            self.chord_speller = stack(latent // 2, width, self.beats * HARMONIES)
        else:
            self.reader = stack(self.seen + self.beats * CLASSES, width, width, 2 * latent)
        self.writer = stack(latent, width, width, voices * length * size)

    @property
    def parts(self) -> dict[str, slice]:
        return dict(zip(("chord", "texture"), self.halves))

    def encode(self, cells, chords):
        if self.latents == "one":
            return self.reader(torch.cat([self.see(cells), self.spell(chords)], 1)).chunk(2, 1)
        both = (self.read_chords(chords), self.read_texture(cells))
        return tuple(torch.cat(half, 1) for half in zip(*(one.chunk(2, 1) for one in both)))

    def read_chords(self, chords) -> torch.Tensor:
        """Mean and log of the variance of the chords' part, ``(B, latent)``."""
        return self.chord_reader(self.chord(chords).flatten(1))

    def read_texture(self, cells) -> torch.Tensor:
        """Mean and log of the variance of the texture's part, ``(B, latent)``."""
        heard = self.ear(draw_roll(cells, self.size, self.OCTAVE - 1)).amax(
            2
        )  # (B, filters, beats)
        return self.texture_reader(heard.relu().flatten(1))

    def spell_chords(self, z) -> torch.Tensor:
        """Logits of the chords, ``(B, beats, 48)``, from the chords' part of a point alone."""
        self.check(z)
        logits = self.chord_speller(z[:, self.parts["chord"]])
        return logits.unflatten(1, (self.beats, HARMONIES))

    def logits(self, z, chords=None):
        """Chords are not asked: what they are is in the point."""
        self.check(z)
        return self.shape(self.writer(z))


class ChordGiven(Segments):
    """Multitrack measures (Simon et al., 2018): one point a bar of all voices, and chords for reader and writer.

    A point and the chords make a vector for each voice, and one network writes the voice that a vector stands for.
    """

    TRACK = 64

    def __init__(self, voices, length, size, latent=32, width=192, deaf=False):
        super().__init__(voices, length, size, latent, width)
        self.deaf = deaf
        self.reader = stack(self.seen + self.beats * CLASSES, width, width, 2 * latent)
        self.tracks = stack(latent + self.beats * CLASSES, width, width, voices * self.TRACK)
        self.voice = nn.Embedding(voices, self.TRACK)
        self.writer = stack(self.TRACK, width, length * size)

    @property
    def parts(self) -> dict[str, slice]:
        return {"bar": slice(0, self.latent)}

    def spell(self, chords):
        """As :meth:`Segments.spell`; who is deaf is given zeros."""
        return super().spell(chords) * (not self.deaf)

    def encode(self, cells, chords):
        return self.reader(torch.cat([self.see(cells), self.spell(chords)], 1)).chunk(2, 1)

    def logits(self, z, chords):
        self.check(z)
        tracks = self.tracks(torch.cat([z, self.spell(chords)], 1))
        tracks = tracks.unflatten(1, (self.voices, self.TRACK)) + self.voice.weight
        return self.writer(tracks.relu()).unflatten(2, (self.length, self.size))


def draw_roll(cells, size: int, edge: int) -> torch.Tensor:
    """Cells as pictures, ``(B, V, T) -> (B, 2 V, pitches + 2 edge, T)`` of 0 and 1: where notes begin, and sound.

    A voice's rows are its own pitches; ``edge`` empty rows stand above and below.
    """
    hold = size - 2
    place = torch.arange(cells.shape[-1]).to(cells.device).expand_as(cells)
    begun = torch.where(cells == hold, 0, place).cummax(-1).values
    sounding = cells.gather(-1, begun)
    rows = torch.arange(-edge, hold + edge).to(cells.device)
    begins, sounds = (x[:, :, None] == rows[:, None] for x in (cells, sounding))
    whole = torch.cat([begins, sounds], 1).float()
    inside = ((rows >= 0) & (rows < hold)).float()
    return whole * inside[:, None]
