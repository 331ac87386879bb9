"""A recurrent network over voices in which each sixteenth begins with a mark, and which may be kept from the marks."""

import torch

from .recurrent import RecurrentModel

MARKS = ("heard", "silent")


class MarkedModel(RecurrentModel):
    """A stack of recurrent layers over tokens, ``stride`` of them a sixteenth; the first of these says whether a
    fermata stands there: the last token that there is says yes, the one before it no.

    Parameters
    ----------
    sizes, stride, cell, embedding, dropout : as :class:`~musicgan_lib.models.recurrent.RecurrentModel` has them.
    width, layers : units of a layer, and how many lie one above the other.
    marks : ``"heard"``, or ``"silent"``, a control: each mark is read as no fermata. It is still to be predicted.

    ValueError for other marks. Source: fermatas among the notes, and three layers, are Liang (2016).
    """

    def __init__(
        self,
        sizes,
        stride,
        marks="heard",
        cell="lstm",
        width=256,
        layers=3,
        embedding=32,
        dropout=0.3,
    ):
        super().__init__(sizes, stride, cell, width, layers, embedding, dropout)
        if marks not in MARKS:
            raise ValueError(f"marks is {marks!r}; choose {', '.join(MARKS)}")
        self.silent = marks == "silent"

    def forward(self, tokens):
        return super().forward(self._hush(tokens))

    def advance(self, memory, tokens):
        return super().advance(memory, self._hush(tokens))

    def read(self, tokens):
        """What the last layer's units say when each token has been read, ``(B, T) -> (B, T, H)``."""
        tokens = self._hush(tokens)
        places = (torch.arange(tokens.shape[1], device=tokens.device) + 1) % self.stride
        start = torch.full_like(tokens[:, :1], self.symbols)
        given = self.embed(torch.cat([start, tokens], 1))
        given[:, 1:] += self.place(places)
        given[:, :1] += self.place(torch.zeros_like(places[:1]))
        return self.memory(given)[0][:, 1:]

    def _hush(self, tokens):
        """The tokens, with fermatas taken away from a network that must not hear them."""
        if not self.silent:
            return tokens
        fermata = self.symbols - 1
        return tokens.masked_fill(tokens == fermata, fermata - 1)
