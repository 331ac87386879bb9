"""Two writers of sound: one writes words of a melody, the other the codes that sound them."""

import torch
from torch import nn
from torch.nn import functional

from .sampling import draw_symbol


class WordWriter(nn.Module):
    """A recurrent network that writes words, each after all before it.

    Where ``steer (B, E)`` is given, it is added to all that the memory reads.
    """

    def __init__(self, words: int, embedding: int = 64, width: int = 128):
        super().__init__()
        self.words = words
        self.embed = nn.Embedding(words + 1, embedding)  # the last row begins
        self.memory = nn.GRU(embedding, width, batch_first=True)
        self.head = nn.Linear(width, words)

    def forward(self, words: torch.Tensor, steer: torch.Tensor | None = None) -> torch.Tensor:
        """Logits of each word given those before it, ``(B, S) -> (B, S, K)``."""
        past = functional.pad(words[:, :-1], (1, 0), value=self.words)
        return self.head(self.memory(_add(self.embed(past), steer))[0])

    @torch.no_grad()
    def write(
        self,
        prompt: torch.Tensor,
        length: int,
        generator,
        temperature: float = 1.0,
        steer: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """``prompt (B, P)``, gone on with to ``length`` words, ``(B, length) int64``. P may be 0."""
        begin = torch.full_like(prompt[:, :1], self.words) if prompt.shape[1] else None
        if begin is None:
            begin = torch.full((len(prompt), 1), self.words, device=self.head.weight.device)
        read, hidden = self.memory(_add(self.embed(torch.cat([begin, prompt], 1)), steer))
        found = [prompt]
        for _ in range(length - prompt.shape[1]):
            word, _ = draw_symbol(self.head(read[:, -1]), generator, temperature, None)
            found.append(word[:, None])
            read, hidden = self.memory(_add(self.embed(word[:, None]), steer), hidden)
        return torch.cat(found, 1)


class CodeWriter(nn.Module):
    """A recurrent network that writes the codes of one frame after the other, stage by stage within a frame.

    It is told the words of the whole clip: of each frame its own word and the neighbours. ``per_word`` frames share
    one. ``told=False`` tells it nothing: all words are zeros. Where ``steer (B, E)`` is given, every frame is told it.
    """

    def __init__(
        self,
        stages: int,
        codes: int,
        words: int,
        per_word: int,
        told: bool = True,
        embedding: int = 96,
        width: int = 160,
    ):
        super().__init__()
        self.stages, self.codes, self.per_word, self.told = stages, codes, per_word, told
        self.embed = nn.Embedding(stages * codes, embedding)
        self.words = nn.Embedding(words, embedding)
        self.around = nn.Conv1d(embedding, embedding, 3, padding=1)
        self.memory = nn.GRU(embedding, width, batch_first=True)
        self.inner = nn.Embedding(stages * codes, width)  # of earlier stages of the same frame
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, codes))
            for _ in range(stages)
        )

    def forward(
        self, codes: torch.Tensor, words: torch.Tensor, steer: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Logits of each code given all before it and the words, ``(B, F, Q), (B, S) -> (B, F, Q, K)``."""
        codes = codes + self._offsets(codes)
        past = functional.pad(self.embed(codes).sum(2)[:, :-1], (0, 0, 1, 0))  # (B, F, E)
        told = _add(self.spread(words), steer)
        read, _ = self.memory(past + told[:, : codes.shape[1]])
        earlier = self.inner(codes).cumsum(2)  # (B, F, Q, W)
        found = [self.heads[0](read)]
        found += [self.heads[q](read + earlier[:, :, q - 1]) for q in range(1, self.stages)]
        return torch.stack(found, 2)

    def spread(self, words: torch.Tensor) -> torch.Tensor:
        """What each frame is told, ``(B, S) -> (B, S * per_word, E)``."""
        found = self.around(self.words(words).transpose(1, 2)).transpose(1, 2)
        return found.repeat_interleave(self.per_word, 1) * self.told

    @torch.no_grad()
    def write(
        self,
        prompt: torch.Tensor,
        words: torch.Tensor,
        generator,
        temperature: float = 1.0,
        steer: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Codes ``prompt (B, P, Q)``, gone on with under ``words (B, S)``: ``(B, S * per_word, Q)``. P may be 0."""
        told, known = _add(self.spread(words), steer), prompt.shape[1]
        start = torch.zeros(len(words), 1, told.shape[-1], device=told.device)
        past = torch.cat([start, self.embed(prompt + self._offsets(prompt)).sum(2)], 1)
        read, hidden = self.memory(past + told[:, : known + 1])
        found = [prompt]
        for frame in range(known, told.shape[1]):
            drawn = self._draw(read[:, -1], generator, temperature)
            found.append(drawn[:, None])
            if frame + 1 < told.shape[1]:
                step = (
                    self.embed(drawn + self._offsets(drawn)).sum(1)[:, None]
                    + told[:, frame + 1 : frame + 2]
                )
                read, hidden = self.memory(step, hidden)
        return torch.cat(found, 1)

    def _draw(self, read, generator, temperature) -> torch.Tensor:
        found = []
        for q, head in enumerate(self.heads):
            code, _ = draw_symbol(head(read), generator, temperature, None)
            found.append(code)
            read = read + self.inner(code + q * self.codes)
        return torch.stack(found, -1)

    def _offsets(self, codes) -> torch.Tensor:
        return torch.arange(self.stages, device=codes.device) * self.codes


def _add(rows, steer):
    """Rows ``(B, S, E)``, each with the ``steer (B, E)`` of its own sound; as they are where there is none."""
    return rows if steer is None else rows + steer[:, None]
