"""The balance of a boundary-equilibrium game (Berthelot, Schumm and Metz 2017): how much a critic heeds made music."""

import math


def next_balance(balance: float, real: float, made: float, share: float, rate: float) -> float:
    """How much the critic's loss on made music counts next, 0 to 1: ``balance + rate (share real - made)``, cut off.

    ``real`` and ``made`` are the losses of an autoencoder. It stands still where made music is restored with ``share``
    times the loss of real music. ValueError for a loss that is no number.
    """
    if not (math.isfinite(real) and math.isfinite(made)):
        raise ValueError(f"the losses are {real} and {made}: a balance is kept between numbers")
    return min(max(balance + rate * (share * real - made), 0.0), 1.0)


def measure_convergence(real: float, made: float, share: float) -> float:
    """How good the game stands, lower is better: the loss of real music, and how far the two are from the balance."""
    return real + abs(share * real - made)
