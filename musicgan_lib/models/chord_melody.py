"""Two recurrent blocks: one follows the chords, the other writes a melody and hears them."""

import torch
from torch import nn
from torch.nn import functional as F

from .token_model import TokenModel

CELLS = {"lstm": nn.LSTM, "tanh": nn.RNN}
NEVER = -30.0  # the logit of a token that cannot stand in a place: finite, for music whose tokens are out of order


class ChordMelody(TokenModel):
    """Chord and melody tokens in turn, each from a block of its own; the melody hears the chords, never the other way.

    Parameters
    ----------
    sizes : of the alphabet, one number: ``chords`` chord tokens first, then those of the melody.
    chords : how many tokens are chords. A sequence begins with one.
    cell : of both blocks: ``"lstm"``, or ``"tanh"``, which has no gates.
    width, embedding : units a block, and numbers a token.
    hears_melody : whether the chord block reads the melody, too: the link that the paper leaves out.

    ValueError for another cell, and for chords that are not among the tokens. Source: Eck and Schmidhuber (2002),
    experiment 2; their units are one a pitch, with a squared error's sigmoid, and the softmax is ours.
    """

    def __init__(self, sizes, chords=3, cell="lstm", width=40, embedding=16, hears_melody=False):
        super().__init__()
        if cell not in CELLS:
            raise ValueError(f"cell is {cell!r}; choose {', '.join(CELLS)}")
        if len(sizes) != 1 or not 0 < chords:
            raise ValueError(
                f"chords is {chords} of an alphabet of sizes {sizes}: one field, and 1 chord or more"
            )
        self.symbols, self.chords, self.hears_melody = sizes[0], chords, hears_melody
        self.embed = nn.Embedding(
            sizes[0] + 1, embedding
        )  # the last row stands before the first step
        self.harmony = CELLS[cell](embedding * (1 + hears_melody), width)
        self.melody = CELLS[cell](2 * embedding + width, width)
        self.chord_head = nn.Linear(width, sizes[0])
        self.melody_head = nn.Linear(width, sizes[0])
        is_chord = torch.arange(sizes[0]) < chords
        self.register_buffer("no_chord", torch.where(is_chord, 0.0, NEVER), persistent=False)
        self.register_buffer("no_melody", torch.where(is_chord, NEVER, 0.0), persistent=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        length = tokens.shape[1]
        whole = F.pad(tokens, (0, length % 2)).reshape(len(tokens), -1, 2)  # (B, T / 2, 2)
        chord, note = self.embed(whole).unbind(2)  # (B, T / 2, E)
        start = self.embed.weight[-1].expand(len(tokens), 1, -1)
        chord_before, note_before = (torch.cat([start, x[:, :-1]], 1) for x in (chord, note))
        heard = _follow_all(self.harmony, self._read_harmony(chord_before, note_before))
        sung = _follow_all(self.melody, torch.cat([note_before, chord, heard], -1))
        logits = [self.chord_head(heard) + self.no_chord, self.melody_head(sung) + self.no_melody]
        return torch.stack(logits, 2).flatten(1, 2)[:, :length]

    def _read_harmony(self, chord, note):
        return torch.cat([chord, note], -1) if self.hears_melody else chord

    def begin(self, n: int) -> tuple:
        """``(place, chord, melody token before, output of each block, states of each block …)``, rows of ``n``."""
        device = self.embed.weight.device
        start = torch.full((n,), self.symbols, device=device)
        zero = torch.zeros(n, 1, self.harmony.hidden_size, device=device)
        states = [zero] * (4 if isinstance(self.harmony, nn.LSTM) else 2)
        return self._follow(start, start, zero[:, 0], states)

    def _follow(self, chord, note, sung, states) -> tuple:
        """One step of the chords; what is asked next is a chord."""
        read = self._read_harmony(self.embed(chord), self.embed(note))
        heard, states = self._step(self.harmony, read, states, 0)
        return torch.zeros_like(note), note, note, heard, sung, *states

    def advance(self, memory: tuple, tokens: torch.Tensor) -> tuple:
        place, chord, note, heard, sung, *states = memory
        if place[0]:
            return self._follow(chord, tokens, sung, states)
        read = torch.cat([self.embed(note), self.embed(tokens), heard], -1)
        sung, states = self._step(self.melody, read, states, 1)
        return torch.ones_like(place), tokens, note, heard, sung, *states

    def _step(self, block, read, states, which) -> tuple:
        """A block's output, and all states with its own replaced; they stand ``(n, 1, H)``, the chords' first."""
        count = len(states) // 2
        own = [s.transpose(0, 1).contiguous() for s in states[which * count : (which + 1) * count]]
        output, after = block(read[None], tuple(own) if count == 2 else own[0])
        new = [s.transpose(0, 1) for s in (after if count == 2 else (after,))]
        kept = states[(1 - which) * count : (2 - which) * count]
        return output[0], [*new, *kept] if which == 0 else [*kept, *new]

    def next_logits(self, memory: tuple) -> torch.Tensor:
        place, _, _, heard, sung = memory[:5]
        if place[0]:
            return self.melody_head(sung) + self.no_melody
        return self.chord_head(heard) + self.no_chord


def _follow_all(block, read: torch.Tensor) -> torch.Tensor:
    """A block's output over all steps, ``(B, S, E) -> (B, S, H)``; it reads with time first."""
    return block(read.transpose(0, 1).contiguous())[0].transpose(0, 1)
