"""Rules for melodies as fines, a number for each note: what a generator is paid, or rather charged.

Pitches are tokens, of which 0 is a C; the melodies are in C major or a minor. Fines alone, because a bonus invites a
generator to earn it over and over. Source: the rules are some of RL Tuner's (Jaques et al. 2017); the prices are ours.
"""

import torch

WHITE = (0, 2, 4, 5, 7, 9, 11)
HOME = (0, 9)
#: Semitones from which on a move is a leap, and how far the next note may then go, back
LEAP, STEP = 8, 2
#: How often in a row one pitch may sound
IN_A_ROW = 3
PRICES = {"key": 1.0, "leap": 1.0, "repeat": 1.0, "start": 2.0, "end": 3.0}


def fine(tokens: torch.Tensor) -> dict[str, torch.Tensor]:
    """What each note of each melody breaks, rule by rule, ``(B, T) -> (B, T) bool``.

    ``key``: it is no white key. ``leap``: it does not go back by step after a leap of :data:`LEAP` semitones or more.
    ``repeat``: it is the fourth of its pitch in a row, or a later one. ``start`` and ``end``: the first, the last note
    is neither C nor A.
    """
    nothing = torch.zeros_like(tokens, dtype=torch.bool)
    found = {"key": ~_is_any(tokens % 12, WHITE)}
    move = tokens[:, 1:] - tokens[:, :-1]  # (B, T - 1)
    leaps, back = move[:, :-1], move[:, 1:]
    resolved = (back * leaps.sign() < 0) & (back.abs() <= STEP)
    found["leap"] = nothing.clone()
    found["leap"][:, 2:] = (leaps.abs() >= LEAP) & ~resolved
    same = torch.ones_like(tokens)
    for t in range(1, tokens.shape[1]):
        same[:, t] = torch.where(move[:, t - 1] == 0, same[:, t - 1] + 1, 1)
    found["repeat"] = same > IN_A_ROW
    home = _is_any(tokens % 12, HOME)
    for name, place in (("start", 0), ("end", -1)):
        found[name] = nothing.clone()
        found[name][:, place] = ~home[:, place]
    return found


def _is_any(tones: torch.Tensor, wanted: tuple[int, ...]) -> torch.Tensor:
    return torch.stack([tones == tone for tone in wanted]).any(0)


def charge(tokens: torch.Tensor) -> torch.Tensor:
    """What each note is charged, by :data:`PRICES`, ``(B, T) float``: 0 or less."""
    broken = fine(tokens)
    return -sum(price * broken[name].float() for name, price in PRICES.items())


def share_steps(tokens: torch.Tensor) -> torch.Tensor:
    """The share of moves of one or two semitones in each melody, ``(B, T) -> (B,)``; a repeated note is no step.

    Source: the ratio of steps of ORGAN (Guimaraes et al. 2017), whose definition is this one.
    """
    move = (tokens[:, 1:] - tokens[:, :-1]).abs()
    return ((move >= 1) & (move <= STEP)).float().mean(1)


def count_leaps(tokens: torch.Tensor) -> torch.Tensor:
    """How many moves of :data:`LEAP` semitones or more each melody has, ``(B, T) -> (B,)``."""
    return ((tokens[:, 1:] - tokens[:, :-1]).abs() >= LEAP).float().sum(1)
