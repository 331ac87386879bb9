"""Judges of the exercises of *Chorales filled in*."""

import numpy as np

from ..exercise import checker
from .asking import check


@checker("filling-in-1")
def judge_price_holes(price_holes):
    def ask(nats, hidden, rule, slips=None):
        own = [np.asarray(n, float)[np.asarray(h, bool)].mean() for n, h in zip(nats, hidden)]
        check(price_holes, (nats, hidden), np.mean(own), rule, slips, "one number")

    ask(
        [[1.0, 2.0, 3.0, 8.0]],
        [[1, 0, 1, 0]],
        "one crop: the mean over its hidden cells, (1 + 3) / 2",
        {
            "known cells cost nothing: only hidden ones are counted": (3.5,),
            "this is the mean over the cells that are known": (5.0,),
            "divide by the number of hidden cells, not by that of all cells": (1.0,),
            "the mean over the hidden cells, not their sum": (4.0,),
        },
    )
    nats, hidden = [[2.0, 0.0, 0.0, 0.0], [4.0, 4.0, 4.0, 4.0]], [[1, 0, 0, 0], [1, 1, 1, 1]]
    ask(
        nats,
        hidden,
        "each crop counts the same, however many of its cells are hidden: (2 + 4) / 2",
        {
            "all hidden cells in one mean: first a mean in each crop, then over the crops": (3.6,),
            "divide by the number of hidden cells, not by that of all cells": (2.25,),
            "the mean over the crops, not their sum": (6.0,),
        },
    )
    ask([[5.0], [1.0], [3.0]], [[1], [1], [1]], "crops of a single cell")
    ask([[0.5, 7.0], [7.0, 0.25]], [[1, 0], [0, 1]], "each crop has holes of its own")


@checker("filling-in-2")
def judge_settle(settle):
    def ask(moves, rule, slips=None):
        matrix = np.asarray(moves, float)
        free = np.vstack([matrix.T - np.eye(len(matrix)), np.ones(len(matrix))])
        wanted = np.linalg.lstsq(free, np.append(np.zeros(len(matrix)), 1.0), rcond=None)[0]
        slips = (slips or {}) | {
            "row i says where the chain goes from state i: what comes to a state is a sum over a column": (
                np.full(len(matrix), wanted[0]),
            ),
            "each state is as likely as any other only where as much goes in as comes out": (
                np.full(len(matrix), 1 / len(matrix)),
            ),
            "one move is not enough: the chain has to go on until nothing changes": (
                np.full(len(matrix), 1 / len(matrix)) @ matrix,
                matrix[0],
            ),
            "shares of 1: divide by their sum": (
                wanted / np.linalg.norm(wanted),
                wanted / wanted.max(),
            ),
        }
        check(settle, (moves,), wanted, rule, slips, "a number a state", atol=1e-6)

    ask(
        [[0.6, 0.4], [0.2, 0.8]],
        "of two states, one in three and two in three: a third of which four tenths leave, two thirds of which two "
        "tenths leave",
    )
    ask(
        [[0.999, 0.001], [0.003, 0.997]],
        "a chain that hardly moves still forgets where it began: go on for long, or solve it",
    )
    ask(
        [[0.0, 1.0, 0.0], [0.1, 0.0, 0.9], [0.5, 0.25, 0.25]],
        "row i says where the chain goes from state i: what comes to a state is a sum over a column",
    )
    ask([[1.0]], "a chain of one state stays there")
