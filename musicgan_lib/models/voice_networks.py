"""A network for each voice that says what stands in a cell, given everything around it and never the cell itself."""

import torch
from torch import nn
from torch.nn import functional as F


class VoiceNetworks(nn.Module):
    """One multilayer perceptron a voice: ``p(cell | past, future, other voices, metre, fermatas)``.

    Each cell around the one that is asked is read as what sounds there, and whether it begins there. Of the voice that
    is asked, whatever is held on from the hidden cell is hidden, too.

    Parameters
    ----------
    symbols : V, the tokens of a cell; the last two hold and rest (:class:`~musicgan_lib.data.grid.GridData`).
    voices, places : how many there are; a place is a position in the bar.
    past, future : sixteenths that are read on either side, 0 or more.
    embedding : numbers for each cell that is read.
    hidden : units of each of the two layers.

    Source: Hadjeres, Pachet and Nielsen (2017), whose networks read past and future with LSTMs.
    """

    def __init__(self, symbols, voices=4, places=6, past=16, future=16, embedding=8, hidden=256):
        super().__init__()
        self.symbols, self.voices, self.places = symbols, voices, places
        self.past, self.future = past, future
        #: What can be read in a cell: a pitch that begins, one that is held, and the two below.
        self.hidden_cell, self.outside = 2 * symbols, 2 * symbols + 1
        span = past + 1 + future
        width = voices * span * embedding + places + span
        self.embed = nn.Embedding(2 * symbols + 2, embedding)
        self.networks = nn.ModuleList(
            nn.Sequential(
                nn.Linear(width, hidden),
                nn.ReLU(),
                nn.Linear(hidden, hidden),
                nn.ReLU(),
                nn.Linear(hidden, symbols),
            )
            for _ in range(voices)
        )

    def mark_sounding(self, tokens) -> torch.Tensor:
        """What is read in each cell, ``(..., T) int64``: a pitch k that begins is k, one that is held ``V + k``.

        So it is with rests. A hold with nothing before it holds something unknown, and a token V stands beyond the
        end of its piece.
        """
        hold = self.symbols - 2
        steps = torch.arange(tokens.shape[-1], device=tokens.device).expand(tokens.shape)
        began = torch.where(tokens != hold, steps, -1).cummax(-1).values
        sung = torch.where(began < 0, hold, tokens.gather(-1, began.clamp(min=0)))
        read = torch.where(tokens == hold, self.symbols + sung, tokens)
        return torch.where(tokens == self.symbols, self.outside, read)

    def read_around(self, tokens, voice: int, which, steps, sounding=None) -> torch.Tensor:
        """What the network of a voice reads around the cells ``steps (B,)`` of pieces ``which (B,)``.

        ``tokens (n, voices, T)``, and ``sounding`` as :meth:`mark_sounding` reads them, where that is known;
        the answer is ``(B, voices, past + 1 + future)``.
        """
        sounding = self.mark_sounding(tokens) if sounding is None else sounding
        around = torch.arange(-self.past, self.future + 1, device=tokens.device)
        at = steps[:, None] + around
        inside, at = (at >= 0) & (at < tokens.shape[-1]), at.clamp(0, tokens.shape[-1] - 1)
        read = sounding[which[:, None], :, at].transpose(1, 2)  # (B, W, voices) -> (B, voices, W)
        own = tokens[which[:, None], voice, at]
        begins = ((own != self.symbols - 2) & (around > 0)).cumsum(1) > 0
        hidden = (around >= 0) & ~begins  # the cell that is asked, and what is held on from it
        read[:, voice] = torch.where(hidden, self.hidden_cell, read[:, voice])
        return torch.where(inside[:, None], read, self.outside)

    def forward(self, tokens, beside, voice: int, which, steps, sounding=None) -> torch.Tensor:
        """Logits ``(B, V)`` of the cells of a voice at ``steps (B,)`` of pieces ``which (B,)``.

        ``tokens (n, voices, T)``; ``beside (n, T, 2)``: the place in the bar, and 1 under a fermata.
        """
        read = self.embed(self.read_around(tokens, voice, which, steps, sounding)).flatten(1)
        place = F.one_hot(beside[which, steps, 0], self.places).to(read)
        around = torch.arange(-self.past, self.future + 1, device=tokens.device)
        at = (steps[:, None] + around).clamp(0, tokens.shape[-1] - 1)
        fermata = beside[which[:, None], at, 1].to(read)
        return self.networks[voice](torch.cat([read, place, fermata], 1))
