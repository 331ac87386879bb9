"""SeqGAN's networks: an LSTM writes words, discriminators read them (Yu et al. 2017; Bjare & Meredith 2020).

A word is a whole number. In the *published* form it is one of V symbols. In the *factored* form it is
three small numbers (chord, pitch, duration) packed into one, and both networks take it apart again.
"""

import torch
from torch import nn
from torch.nn import functional as F

from . import sampling
from .fast_words import FastWords
from .interface import Answer, Decoder, Trajectory
from .words import pack, unpack


class WordEmbedding(nn.Module):
    """A vector a word; ``sizes`` is ``(V,)``. The last row stands for the start of a sequence."""

    def __init__(self, sizes, width: int):
        super().__init__()
        self.sizes, self.width = tuple(sizes), width
        self.tables = nn.ModuleList(nn.Embedding(n + 1, width) for n in self.sizes)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B, T, E)``: the sum of the vectors of a word's fields."""
        return sum(table(f) for table, f in zip(self.tables, unpack(words, self.sizes)))

    def start(self) -> torch.Tensor:
        """The vector that comes before the first word, ``(E,)``."""
        return sum(table.weight[-1] for table in self.tables)


class WordPolicy(nn.Module):
    """The generator: embedding, one LSTM, and a distribution over the next word.

    Parameters
    ----------
    sizes : ``(V,)`` for the published form, ``(chords, pitches, durations)`` for the factored one, whose
        fields are predicted in turn, each from the memory and the fields before it.
    embedding, hidden : E and H; 32 and 512 in the paper's configuration.
    dropout : of the embedding and of the memory's output while training.
    init_std : weights are drawn from N(0, this²) as in SeqGAN; None keeps PyTorch's.

    Implements ``Policy``. Source: Yu et al. (2017); Bjare and Meredith (2020), section 3.1; the factored
    form is ours.
    """

    def __init__(self, sizes, embedding=32, hidden=512, dropout=0.0, init_std=None):
        super().__init__()
        self.sizes, self.hidden = tuple(sizes), hidden
        self.embed = WordEmbedding(sizes, embedding)
        self.memory = nn.LSTM(embedding, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleList(nn.Linear(hidden, n) for n in self.sizes)
        # What a later field sees of the fields before it, and the layer that mixes it with the memory.
        self.mixes = nn.ModuleList(nn.Linear(hidden, hidden) for _ in self.sizes[1:])
        self.given = nn.ModuleList(
            nn.ModuleList(nn.Embedding(n, hidden) for n in self.sizes[:i])
            for i in range(1, len(self.sizes))
        )
        if init_std is not None:
            for weight in self.parameters():
                nn.init.normal_(weight, std=init_std)

    def logits(self, i: int, memory: torch.Tensor, fields) -> torch.Tensor:
        """Logits of field i after the memory ``(…, H)`` and the fields before it; ``(…, sizes[i])``."""
        if i:
            seen = sum(table(f) for table, f in zip(self.given[i - 1], fields))
            memory = F.gelu(self.mixes[i - 1](memory) + seen)
        return self.heads[i](memory)

    def states(self, words: torch.Tensor) -> torch.Tensor:
        """What is remembered before each word, ``(B, T) -> (B, T, H)``."""
        start = self.embed.start().expand(len(words), 1, -1)
        past = torch.cat([start, self.embed(words[:, :-1])], 1)
        return self.dropout(self.memory(self.dropout(past))[0])

    def log_prob(self, actions: torch.Tensor, entropy: bool = True) -> Trajectory:
        """Log-probability and exact entropy at every step, with a gradient.

        The entropy of a factored word is that of its fields along the word that was taken: its mean
        over words is the entropy, its value at one word an unbiased estimate. It costs as much again as
        the log-probabilities; without ``entropy`` it is None.
        """
        memory, fields = self.states(actions), unpack(actions, self.sizes)
        log_prob, total = 0.0, 0.0 if entropy else None
        for i, field in enumerate(fields):
            logits = self.logits(i, memory, fields[:i])
            surprise = F.cross_entropy(logits.flatten(0, 1), field.flatten(), reduction="none")
            log_prob = log_prob - surprise.view_as(field)
            if entropy:
                log_p = F.log_softmax(logits, -1)
                total = total - (log_p.exp() * log_p).sum(-1)
        return Trajectory(actions, log_prob, total)

    def nll(self, actions: torch.Tensor) -> torch.Tensor:
        """Mean negative log-likelihood of a word, in nats; a scalar with a gradient, lower is better."""
        memory, fields = self.states(actions), unpack(actions, self.sizes)
        return sum(
            F.cross_entropy(self.logits(i, memory, fields[:i]).flatten(0, 1), field.flatten())
            for i, field in enumerate(fields)
        )

    def begin(self, n: int):
        """Memory before the first word: ``(h, c)``, ``(n, H)`` each."""
        start = self.embed.start().expand(n, 1, -1)
        return tuple(part[0] for part in self.memory(start)[1])

    def advance(self, memory, words):
        """Memory after one more word each, ``words (n,)``."""
        before = tuple(part[None].contiguous() for part in memory)
        return tuple(part[0] for part in self.memory(self.embed(words[:, None]), before)[1])

    def draw(self, memory, generator, temperature=1.0, given=None):
        """The next word of each row and its log-probability at temperature 1, both ``(n,)``; or that of given words."""
        known, fields, log_prob = given if given is None else unpack(given, self.sizes), [], 0.0
        for i in range(len(self.sizes)):
            logits = self.logits(i, memory[0], fields)
            field, log_p = sampling.draw_symbol(
                logits, generator, temperature, known[i] if known else None
            )
            fields.append(field)
            log_prob = log_prob + log_p
        return pack(fields, self.sizes), log_prob

    def decoder(self) -> Decoder:
        """What draws words as this policy does now, quickly."""
        return FastWords(self)

    def sample(self, n, length, generator, temperature=1.0, prefix=None) -> Trajectory:
        """Draw ``n`` sequences of ``length`` words; see :func:`sampling.run`."""
        return sampling.run(self.decoder(), n, length, generator, temperature, prefix)


class TextCNN(nn.Module):
    """The discriminator: convolutions over time, the largest answer of each, a highway layer, one logit.

    Parameters
    ----------
    sizes, embedding : as in :class:`WordPolicy`.
    widths, channels : of the convolutions. The paper describes several widths; its configuration
        sets five of width 20 with 400 channels each, which is one of 2000.
    dropout : before the last layer.
    highway : without it the largest answers go to the last layer as they are.

    Implements ``Discriminator``. Source: Kim (2014); Yu et al. (2017); Bjare and Meredith (2020), section 3.3.
    """

    def __init__(
        self, sizes, embedding=32, widths=(20,), channels=(2000,), dropout=0.25, highway=True
    ):
        super().__init__()
        self.embed = WordEmbedding(sizes, embedding)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(embedding, c, w) for w, c in zip(widths, channels, strict=True)
        )
        total = sum(channels)
        self.transform, self.gate = None, None
        if highway:
            self.transform, self.gate = nn.Linear(total, total), nn.Linear(total, total)
        self.dropout = nn.Dropout(dropout)
        self.decide = Answer(total, 1)

    def features(self, actions: torch.Tensor) -> torch.Tensor:
        x = self.embed(actions).transpose(1, 2)  # (B, E, T)
        short = max(c.kernel_size[0] for c in self.convolutions) - x.shape[2]
        x = F.pad(x, (0, max(short, 0)))
        peaks = torch.cat([F.relu(conv(x)).amax(2) for conv in self.convolutions], 1)  # (B, C)
        if self.gate is None:
            return peaks
        gate = torch.sigmoid(self.gate(peaks))
        return gate * F.relu(self.transform(peaks)) + (1 - gate) * peaks

    def score(self, actions: torch.Tensor) -> torch.Tensor:
        return self.decide(self.dropout(self.features(actions)))[:, 0]


class PrefixDiscriminator(nn.Module):
    """A discriminator that reads from left to right and has an opinion after every word.

    Implements ``Discriminator``; ``step_logits`` at t has seen the words up to t alone, and ``score`` is
    the last one. Source: the dense reward that Bjare and Meredith (2020) propose in section 7; the form is ours.
    """

    def __init__(self, sizes, embedding=32, hidden=128, dropout=0.25):
        super().__init__()
        self.embed = WordEmbedding(sizes, embedding)
        self.memory = nn.GRU(embedding, hidden, batch_first=True)
        self.dropout = nn.Dropout(dropout)
        self.decide = Answer(hidden, 1)

    def step_logits(self, actions: torch.Tensor) -> torch.Tensor:
        """``(B, T) -> (B, T)``."""
        return self.decide(self.dropout(self.memory(self.embed(actions))[0]))[..., 0]

    def features(self, actions: torch.Tensor) -> torch.Tensor:
        return self.memory(self.embed(actions))[0][:, -1]

    def score(self, actions: torch.Tensor) -> torch.Tensor:
        return self.step_logits(actions)[:, -1]
