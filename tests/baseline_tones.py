"""Frozen: C-RNN-GAN's steps as a public PyTorch port makes them, operation by operation. Do not improve it.

Generator: two LSTM cells called step by step. Discriminator: a bidirectional LSTM that answers step by step. A
round: the generator against features of real songs, then the discriminator on real songs and on the same
generated ones, each in a pass of its own. The benchmark divides by these timings; a change here would
change what its ratios mean.
"""

import torch
from torch import nn
from torch.nn import functional as F


class PlainGenerator(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.hidden = hidden
        self.into = nn.Linear(2 * width, hidden)
        self.cell1, self.cell2 = nn.LSTMCell(hidden, hidden), nn.LSTMCell(hidden, hidden)
        self.dropout = nn.Dropout(0.5)
        self.out = nn.Linear(hidden, width)

    def forward(self, noise):
        n, length, width = noise.shape
        zero = torch.zeros(n, self.hidden)
        state1, state2 = (zero, zero), (zero, zero)
        before, made = torch.rand(n, width), []
        for step in torch.split(noise, 1, dim=1):
            x = F.relu(self.into(torch.cat((step.squeeze(1), before), dim=-1)))
            h1, c1 = self.cell1(x, state1)
            state1 = (h1, c1)
            h2, c2 = self.cell2(self.dropout(h1), state2)
            state2 = (h2, c2)
            before = self.out(h2)
            made.append(before)
        return torch.stack(made, dim=1)


class PlainDiscriminator(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.dropout = nn.Dropout(0.5)
        self.lstm = nn.LSTM(width, hidden, 2, batch_first=True, dropout=0.5, bidirectional=True)
        self.out = nn.Linear(2 * hidden, 1)

    def forward(self, songs):
        features, _ = self.lstm(self.dropout(songs))
        answers = torch.sigmoid(self.out(features))
        return answers.mean(dim=(1, 2)), features


class PlainGame:
    def __init__(self, width=4, hidden=350):
        self.width = width
        self.generator, self.judge = (
            PlainGenerator(width, hidden),
            PlainDiscriminator(width, hidden),
        )
        self.g = torch.optim.Adam(self.generator.parameters(), 1e-3)
        self.d = torch.optim.Adam(self.judge.parameters(), 1e-3)

    def step(self, real):
        self.g.zero_grad()
        fake = self.generator(torch.rand(real.shape))
        _, made = self.judge(fake)
        _, true = self.judge(real)
        F.mse_loss(made, true).backward()
        nn.utils.clip_grad_norm_(self.generator.parameters(), 5.0)
        self.g.step()
        self.d.zero_grad()
        of_real, _ = self.judge(real)
        of_fake, _ = self.judge(fake.detach())
        loss = -(torch.log(of_real.clamp(1e-4)) + torch.log(1 - of_fake.clamp(0, 0.9999))).mean()
        loss.backward()
        nn.utils.clip_grad_norm_(self.judge.parameters(), 5.0)
        self.d.step()

    def pretrain(self, real):
        """Teacher forced: the cells are called step by step, each with the real tone before."""
        self.g.zero_grad()
        n = len(real)
        zero = torch.zeros(n, self.generator.hidden)
        state1, state2 = (zero, zero), (zero, zero)
        before, made = torch.rand(n, self.width), []
        for t in range(real.shape[1]):
            x = F.relu(self.generator.into(torch.cat((torch.rand(n, self.width), before), dim=-1)))
            state1 = self.generator.cell1(x, state1)
            state2 = self.generator.cell2(self.generator.dropout(state1[0]), state2)
            made.append(self.generator.out(state2[0]))
            before = real[:, t]
        F.mse_loss(torch.stack(made, dim=1), real).backward()
        nn.utils.clip_grad_norm_(self.generator.parameters(), 5.0)
        self.g.step()
