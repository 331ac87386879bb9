"""Two small networks that harmonise: one names the harmony of each beat and who of it the bass sings, one ornaments."""

import torch
from torch import nn
from torch.nn import functional as F


class HarmonyNet(nn.Module):
    """One hidden layer between what was heard, what was harmonised before, and the next harmony with its bass.

    Parameters
    ----------
    heard, memory : numbers that a beat of the melody is heard as, and harmonies that are remembered.
    members : ``(HARMONIES, 4) bool``, which members each harmony has: root, third, fifth, seventh.
    ornament_heard, ornaments : numbers that a voice is heard as, and what it may sing on the second eighth.
    hidden : units of the layer of the harmonies.
    history : whether it hears the harmonies before; otherwise zeros stand in their place.
    ornament : units of the layer of the ornaments.

    ``p(harmony, bass) = p(harmony) p(bass | harmony)``; members that a chord lacks have probability 0. Source: Hild,
    Feulner and Menzel (1991); the widths of the inputs are ours.
    """

    def __init__(
        self,
        heard: int,
        memory: int,
        members,
        ornament_heard: int,
        ornaments: int,
        hidden: int = 70,
        history: bool = True,
        ornament: int = 32,
    ):
        super().__init__()
        members = torch.as_tensor(members)
        self.history, self.harmonies = history, len(members)
        past = memory * (self.harmonies + 1) + members.shape[1] + 1
        self.hidden = nn.Linear(heard + past, hidden)
        self.harmony = nn.Linear(hidden, self.harmonies)
        self.gate = nn.Embedding(self.harmonies, hidden)
        self.bass = nn.Linear(hidden, members.shape[1])
        self.lean = nn.Embedding(self.harmonies, members.shape[1])
        self.ornament = nn.Sequential(
            nn.Linear(ornament_heard, ornament), nn.Tanh(), nn.Linear(ornament, ornaments)
        )
        self.register_buffer("lacks", ~members, persistent=False)

    def think(self, heard, history, bass) -> torch.Tensor:
        """The hidden layer ``(n, H)``, of ``heard (n, F)``, ``history (n, 3)`` and the last ``bass (n,)``."""
        past = torch.cat(
            [
                F.one_hot(history, self.harmonies + 1).flatten(1),
                F.one_hot(bass, self.lacks.shape[1] + 1),
            ],
            1,
        ).to(heard.dtype)
        if not self.history:
            past = torch.zeros_like(past)
        return torch.tanh(self.hidden(torch.cat([heard, past], 1)))

    def forward(self, heard, history, bass) -> torch.Tensor:
        """Log-probabilities ``(n, K)`` of the next harmony."""
        return self.harmony(self.think(heard, history, bass)).log_softmax(-1)

    def forward_bass(self, heard, history, bass, harmony) -> torch.Tensor:
        """Log-probabilities ``(n, K, 4)`` of the bass member, given each of K harmonies ``(n, K)`` or ``(1, K)``."""
        gated = self.think(heard, history, bass)[:, None] * self.gate(harmony)  # (n, K, H)
        logits = self.bass(gated) + self.lean(harmony)
        return logits.masked_fill(self.lacks[harmony], -torch.inf).log_softmax(-1)
