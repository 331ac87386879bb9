"""A transformer that is told a theme, and looks either at the theme or at its own past: a gate decides, bar by bar."""

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Layer, mark_waves

SECOND = ("theme", "past")
#: What the waves that name a place in the theme are multiplied with
LOUD = 2.0


class GatedLayer(nn.Module):
    """Attention to the own past and attention to a memory, side by side, one of which a gate lets through.

    ``forward(x, memory, gate, place)``: steps ``x (B, T, W)``, memory ``(B, M, W)``, ``gate (B, T)`` of 0 or 1, the
    waves of a step's place in the theme ``place (B, T, W)``, and ``hidden (T, M)``, true where a step of the memory is
    not to be seen. With gate 1 a step hears the memory alone, with 0 its past alone. Where ``gate`` is None both are
    heard, and halved.
    """

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.heads = heads
        self.ask_past, self.keep_past = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.ask_memory, self.keep_memory = nn.Linear(width, width), nn.Linear(width, 2 * width)
        with torch.no_grad():  # what is at one place of the theme is close to begin with
            self.keep_memory.weight[:width].copy_(self.ask_memory.weight)
        self.answer_past, self.answer_memory = nn.Linear(width, width), nn.Linear(width, width)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        dense = nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width)
        self.dense, self.dropout = nn.Sequential(*dense), nn.Dropout(dropout)

    def forward(self, x, memory, gate, place, hidden=None) -> torch.Tensor:
        read = self.before(x)
        future = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1).to(x.device)
        past = self._attend(self.ask_past(read), self.keep_past(read), future)
        asked = self.ask_memory(read + place)
        heard = self._attend(asked, self.keep_memory(memory), hidden)
        past, heard = self.answer_past(past), self.answer_memory(heard)
        if gate is None:
            both = (past + heard) / 2
        else:
            both = gate[..., None] * heard + (1 - gate[..., None]) * past
        x = x + self.dropout(both)
        return x + self.dropout(self.dense(self.between(x)))

    def _attend(self, asked, kept, hidden) -> torch.Tensor:
        query, keys, values = map(self._split, (asked, *kept.chunk(2, -1)))
        weight = query @ keys.transpose(-1, -2) / query.shape[-1] ** 0.5
        if hidden is not None:
            weight = weight.masked_fill(hidden, -torch.inf)
        return (weight.softmax(-1) @ values).transpose(1, 2).flatten(2)

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class ThemeTransformer(nn.Module):
    """Tokens of a melody in bars: a *head* says whether a bar is of the theme, and its events follow.

    Parameters
    ----------
    events, bar : how many events there are, and how many stand in a bar. Token ``events`` is the head of a bar outside
        the theme, ``events + 1`` that of the theme's first bar, ``events + 2`` of its second, and so on.
    theme : bars of the theme. A row begins with the theme itself, as a prompt.
    second : what the second attention hears. ``"theme"``: the theme, where the gate is open; ``"past"``: the row so
        far, always and without a gate: a transformer that has the theme as a prompt alone. The weights are as many.
    width, heads, layers, dropout : numbers a token, attention heads, layers, and the share dropped while it learns.
    finder : the network that found the themes; it is not asked here, and travels with the weights.

    ValueError for another ``second``, and for a width that heads cannot share. Source: Shih et al. (2021); the gate
    that closes the one attention where it opens the other is that of the code that was published with it.
    """

    def __init__(
        self,
        events,
        bar,
        theme,
        second="theme",
        width=64,
        heads=4,
        layers=2,
        dropout=0.0,
        finder=None,
    ):
        super().__init__()
        if second not in SECOND:
            raise ValueError(f"second is {second!r}; choose {', '.join(SECOND)}")
        if width % heads:
            raise ValueError(f"width is {width}: {heads} heads cannot share it evenly")
        self.events, self.row, self.theme, self.second = events, bar + 1, theme, second
        self.symbols, self.finder = events + 1 + theme, finder
        self.embed = nn.Embedding(self.symbols + 1, width)  # the last row begins a sequence
        self.place = nn.Embedding(self.row, width)
        self.encoder = Layer(width, heads, 0, dropout)
        self.layers = nn.ModuleList([GatedLayer(width, heads, dropout) for _ in range(layers)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, self.symbols)

    def find_places(self, tokens: torch.Tensor) -> torch.Tensor:
        """Where in the theme each token stands, ``(B, T) -> (B, T)``: 1 for its first event, 0 outside and for heads.

        It is read off the heads before: a token tells nothing of its own place.
        """
        number = (tokens[:, :: self.row] - self.events).clamp(
            min=0
        )  # 0 outside, 1, 2, … in the theme
        number = number.repeat_interleave(self.row, 1)[:, : tokens.shape[1]]
        within = torch.arange(tokens.shape[1]).to(tokens.device) % self.row
        return torch.where((number > 0) & (within > 0), (number - 1) * self.row + within, 0)

    def find_gate(self, tokens: torch.Tensor) -> torch.Tensor:
        """1 where a token is of the theme, else 0, ``(B, T)``."""
        return (self.find_places(tokens) > 0).to(self.head.weight.dtype)

    def forward(self, tokens: torch.Tensor, theme: torch.Tensor | None = None) -> torch.Tensor:
        """Logits ``(B, T, symbols)`` of tokens ``(B, T)``, each given those before it and the theme.

        ``theme (B, theme * row)``, heads and events, is by default what stands at the beginning of the row.
        """
        past = F.pad(tokens[:, :-1], (1, 0), value=self.symbols)
        x = self._embed(past) + self._wave(torch.arange(past.shape[1]).to(past.device))
        if self.second == "theme":
            theme = tokens[:, : self.theme * self.row] if theme is None else theme
            memory = self._embed(theme, shifted=False)
            memory = memory + LOUD * self._wave(torch.arange(theme.shape[1]).to(theme.device))
            gate, hidden = self.find_gate(tokens), None
            place = LOUD * self._wave(self.find_places(tokens))
        else:
            memory, gate, place = x, None, torch.zeros_like(x)
            hidden = torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).triu(1).to(x.device)
        memory, _ = self.encoder(memory)
        for layer in self.layers:
            x = layer(x, memory, gate, place, hidden)
        return self.head(self.norm(x))

    def _embed(self, tokens: torch.Tensor, shifted: bool = True) -> torch.Tensor:
        at = torch.arange(tokens.shape[1]).to(tokens.device) + (0 if shifted else 1)
        return self.embed(tokens) + self.place(at % self.row)

    def _wave(self, at: torch.Tensor) -> torch.Tensor:
        width = self.embed.weight.shape[1]
        return mark_waves(at.flatten(), width).view(*at.shape, width)
