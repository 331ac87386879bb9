"""Frozen: a biaxial LSTM sampled and trained as the published programs do it. Do not improve it.

Sampling: for every step the memory along time reads the last 128 steps again, and for every note of the step the
memory along notes reads all notes again. Training by the loop: a pass along time for each note, and a cell along the
notes called note by note. The benchmark divides by these timings; a change here would change what its ratios mean.
"""

import torch
from torch import nn
from torch.nn import functional as F

WINDOW, BAR = 128, 16


class PlainBiaxial(nn.Module):
    def __init__(self, notes=48, time_units=256, note_units=128, filters=64, kernel=24):
        super().__init__()
        self.notes = notes
        self.conv = nn.Conv1d(2, filters, kernel, padding="same")
        width = 1 + 12 + 1 + filters + BAR
        self.time = nn.LSTM(width, time_units, 2, batch_first=True)
        self.note = nn.LSTM(time_units + 2, note_units, 2, batch_first=True)
        self.cells = nn.ModuleList(
            [nn.LSTMCell(time_units + 2, note_units), nn.LSTMCell(note_units, note_units)]
        )
        self.out = nn.Linear(note_units, 2)

    def features(self, roll, first):
        n, length, notes, _ = roll.shape
        near = torch.tanh(self.conv(roll.reshape(n * length, notes, 2).transpose(1, 2)))
        near = near.transpose(1, 2).reshape(n, length, notes, -1)
        place = (torch.arange(notes) / notes).view(1, 1, notes, 1).expand(n, length, -1, -1)
        classes = F.one_hot(torch.arange(notes) % 12, 12).float().expand(n, length, -1, -1)
        bins = roll[..., 0].reshape(n, length, notes // 12, 12).sum(2).repeat(1, 1, notes // 12)
        beat = F.one_hot((torch.arange(length) + first) % BAR, BAR).float()
        beat = beat.view(1, length, 1, BAR).expand(n, -1, notes, -1)
        return torch.cat([place, classes, bins[..., None], near, beat], -1)

    def time_axis(self, x):
        n, length, notes, width = x.shape
        x = x.permute(0, 2, 1, 3).reshape(n * notes, length, width)
        return self.time(x)[0].reshape(n, notes, length, -1).permute(0, 2, 1, 3)

    def note_axis(self, x, chosen):
        n, length, notes, _ = x.shape
        lower = torch.cat([torch.zeros_like(chosen[:, :, :1]), chosen[:, :, :-1]], 2)
        x = torch.cat([x, lower], -1).reshape(n * length, notes, -1)
        return self.out(self.note(x)[0]).reshape(n, length, notes, 2)

    @torch.no_grad()
    def sample(self, n, steps):
        window, made = torch.zeros(n, WINDOW, self.notes, 2), []
        for t in range(steps):
            ahead = self.time_axis(self.features(window, t))[:, -1:]
            step = torch.zeros(n, 1, self.notes, 2)
            for p in range(self.notes):
                chance = torch.sigmoid(self.note_axis(ahead, step)[:, 0, p])
                drawn = torch.bernoulli(chance)
                step[:, 0, p, 0] = drawn[:, 0]
                step[:, 0, p, 1] = drawn[:, 0] * drawn[:, 1]
            window = torch.cat([window[:, 1:], step], 1)
            made.append(step)
        return torch.cat(made, 1)

    def loss_by_loop(self, roll):
        past = torch.cat([torch.zeros_like(roll[:, :1]), roll[:, :-1]], 1)
        x = self.features(past, 0)
        n, length, notes, _ = x.shape
        ahead = [self.time(x[:, :, p])[0] for p in range(notes)]
        states = [(torch.zeros(n * length, c.hidden_size),) * 2 for c in self.cells]
        lower, loss = torch.zeros(n * length, 2), 0.0
        for p in range(notes):
            h = torch.cat([ahead[p].reshape(n * length, -1), lower], 1)
            for i, cell in enumerate(self.cells):
                states[i] = cell(h, states[i])
                h = states[i][0]
            lower = roll[:, :, p].reshape(n * length, 2)
            loss = loss + F.binary_cross_entropy_with_logits(self.out(h), lower) / notes
        return loss
