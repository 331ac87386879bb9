"""Frozen: the adversarial step as public PyTorch SeqGANs write it, operation by operation. Do not improve it.

Generator: one call of the LSTM a word, log-softmax, multinomial. Policy gradient: a loop over time and over the
batch. Discriminator: a two-layer bidirectional GRU, four minibatches of 32. Sizes as in the paper. The benchmark
divides by these timings; a change here would change what its ratios mean.
"""

import torch
from torch import nn
from torch.nn import functional as F


class PlainGenerator(nn.Module):
    def __init__(self, n_words=3216, embedding=32, hidden=512):
        super().__init__()
        self.embedding = nn.Embedding(n_words, embedding)
        self.lstm = nn.LSTM(embedding, hidden)
        self.out = nn.Linear(hidden, n_words)

    def forward(self, words, memory):  # (B,) -> (B, V) log-probabilities
        x = self.embedding(words).view(1, -1, self.embedding.embedding_dim)
        y, memory = self.lstm(x, memory)
        return F.log_softmax(self.out(y.view(len(words), -1)), dim=1), memory

    @torch.no_grad()
    def sample(self, n, length, start=0):
        samples = torch.zeros(n, length, dtype=torch.long)
        words, memory = torch.full((n,), start), None
        for t in range(length):
            log_p, memory = self(words, memory)
            words = torch.multinomial(torch.exp(log_p), 1).view(-1)
            samples[:, t] = words
        return samples

    def policy_gradient_loss(self, samples, reward):
        n, length = samples.size()
        target, memory, loss = samples.t(), None, 0
        words = torch.zeros(n, dtype=torch.long)
        for t in range(length):
            log_p, memory = self(words, memory)
            for j in range(n):
                loss += -log_p[j][target[t][j]] * reward[j]
            words = target[t]
        return loss / n


class PlainDiscriminator(nn.Module):
    def __init__(self, n_words=3216, embedding=64, hidden=64):
        super().__init__()
        self.embedding = nn.Embedding(n_words, embedding)
        self.gru = nn.GRU(embedding, hidden, num_layers=2, bidirectional=True, dropout=0.2)
        self.hidden = nn.Linear(4 * hidden, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, words):
        _, h = self.gru(self.embedding(words).permute(1, 0, 2))
        h = torch.tanh(self.hidden(h.permute(1, 0, 2).reshape(len(words), -1)))
        return torch.sigmoid(self.out(F.dropout(h, 0.2)))[:, 0]


class PlainGame:
    def __init__(self, n_words=3216):
        self.generator, self.discriminator = PlainGenerator(n_words), PlainDiscriminator(n_words)
        self.g_optimiser = torch.optim.Adam(self.generator.parameters(), lr=1e-2)
        self.d_optimiser = torch.optim.Adagrad(self.discriminator.parameters())

    def step(self, real):
        n, length = real.size()
        samples = self.generator.sample(n, length)
        reward = self.discriminator(samples).detach()
        self.g_optimiser.zero_grad()
        self.generator.policy_gradient_loss(samples, reward).backward()
        self.g_optimiser.step()
        words = torch.cat([real, samples])
        target = torch.cat([torch.ones(n), torch.zeros(n)])
        for part in torch.randperm(2 * n).split(32):
            self.d_optimiser.zero_grad()
            F.binary_cross_entropy(self.discriminator(words[part]), target[part]).backward()
            self.d_optimiser.step()
