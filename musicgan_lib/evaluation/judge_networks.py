"""The two networks of the independent judge. ``recipe`` is a :class:`~musicgan_lib.evaluation.judge.Recipe`."""

import torch
from torch import nn
from torch.nn import functional as F


class ConvolutionJudge(nn.Module):
    """Looks for short patterns anywhere: convolutions of several widths, their maximum and mean over time."""

    def __init__(self, n_symbols: int, recipe, length: int):
        super().__init__()
        self.embed = nn.Embedding(n_symbols, recipe.embedding)
        self.drop = nn.Dropout(recipe.dropout)
        widths = [w for w in recipe.widths if w <= length]
        self.looks = nn.ModuleList(nn.Conv1d(recipe.embedding, recipe.channels, w) for w in widths)
        self.head = nn.Sequential(
            nn.Dropout(recipe.dropout),
            nn.Linear(2 * recipe.channels * len(widths), recipe.hidden),
            nn.ReLU(),
            nn.Dropout(recipe.dropout),
            nn.Linear(recipe.hidden, 1),
        )

    def forward(self, words):  # (B, T) -> (B,) logits of "real"
        x = self.drop(self.embed(words)).transpose(1, 2)  # (B, E, T)
        seen = [F.relu(look(x)) for look in self.looks]  # (B, C, T - w + 1) each
        return self.head(torch.cat([p for s in seen for p in (s.amax(2), s.mean(2))], 1))[:, 0]


class RecurrentJudge(nn.Module):
    """Reads the window in both directions and remembers: the maximum and mean of what it noted."""

    def __init__(self, n_symbols: int, recipe, length: int):
        super().__init__()
        self.embed = nn.Embedding(n_symbols, recipe.embedding)
        self.drop = nn.Dropout(recipe.dropout)
        self.read = nn.GRU(recipe.embedding, recipe.memory, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(nn.Dropout(recipe.dropout), nn.Linear(4 * recipe.memory, 1))

    def forward(self, words):  # (B, T) -> (B,)
        seen, _ = self.read(self.drop(self.embed(words)))  # (B, T, 2 M)
        return self.head(torch.cat([seen.amax(1), seen.mean(1)], 1))[:, 0]


ARCHITECTURES = {"cnn": ConvolutionJudge, "gru": RecurrentJudge}
