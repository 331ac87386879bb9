"""Likelihood by kinds of event, and that of a table of counts that has read the same music."""

from dataclasses import field, make_dataclass

import numpy as np
import torch

from ..evaluation import nll as measures
from ..metrics.text import BackOffCounts
from .game import device_of
from .likelihood import LikelihoodGame
from .word_measures import spread_evenly

#: What a shorter past weighs in the tables that back off, and how far these look back, in events
STRENGTH, ORDER = 2.0, 6
#: Windows that are read at once
AT_ONCE = 16


class KindGame(LikelihoodGame):
    """As :class:`LikelihoodGame`, for performances, whose events are of several kinds.

    On the test windows: ``nll_KIND``, nats an event of each kind; ``counts_test`` and ``counts_KIND``, those of a table
    of back-off counts that has read all training music and looks :data:`ORDER` events back within the window. The
    control ``shuffled_times`` puts the time shifts of each training piece into random order.
    """

    controls = ("shuffled_order", "shuffled_times")

    @torch.no_grad()
    def measure(self, state, config, data, generator):
        found, samples = super().measure(state, config, data, generator)
        windows = spread_evenly(data.windows("test", config.length), config.measure)
        if not len(windows):
            return found, samples
        network, kinds = state.modules["network"], data.kind_of(windows)
        parts = torch.as_tensor(windows).to(device_of(network)).split(AT_ONCE)
        paid = -torch.cat([network.log_prob(w, False).log_prob.cpu() for w in parts]).numpy()
        found |= tell_kinds("nll", paid, kinds, data.kinds)
        return found | count(data, windows, kinds), samples


def count(data, windows, kinds) -> dict:
    """What counts pay for the windows, and for each kind of event."""
    table = BackOffCounts(data.sizes[0], ORDER, STRENGTH).fit(data.pieces["train"])
    contexts = np.concatenate([table.contexts(w) for w in windows])
    paid = -table.log_prob(contexts, windows.ravel()).reshape(windows.shape)
    return {"counts_test": float(paid.mean())} | tell_kinds("counts", paid, kinds, data.kinds)


def tell_kinds(name: str, paid, kinds, names) -> dict:
    """Means over the events of each kind; one that there is not is left out."""
    each = {f"{name}_{what}": paid[kinds == k] for k, what in enumerate(names)}
    return {key: float(values.mean()) for key, values in each.items() if values.size}


class ChainGame(LikelihoodGame):
    """As :class:`LikelihoodGame`, for notes of three fields: a token is a note, likelihoods are nats a note.

    On the test windows: ``nll_FACTOR``, nats of each field given what a chain adds; ``counts_test`` and
    ``counts_FACTOR``, those of a table of back-off counts over the same fields in turn, which looks :data:`ORDER`
    fields back, those of its own note among them. ``on_CORPUS``: nats a note of test windows of each corpus in
    ``others``, a setting.
    """

    def __init__(self, network: str):
        super().__init__(network)
        others = ("others", tuple, field(default=()))
        self.Config = make_dataclass("Config", [others], bases=(self.Config,), frozen=True)

    @torch.no_grad()
    def measure(self, state, config, data, generator):
        found, samples = super().measure(state, config, data, generator)
        network = state.modules["network"]
        windows = spread_evenly(data.windows("test", config.length), config.measure)
        if len(windows):
            parts = torch.as_tensor(windows).to(device_of(network)).split(AT_ONCE)
            paid = -torch.cat([network.log_prob_factors(w).cpu() for w in parts]).numpy()
            found |= name_factors("nll", paid) | count_factors(data, windows)
        for corpus in config.others:
            try:
                other = self.encode(config, corpus)
            except LookupError:  # it is not here
                continue
            heard = spread_evenly(other.windows("test", config.length), config.measure)
            found[f"on_{corpus}"] = measures.nll(network, torch.as_tensor(heard))
        return found, samples


def count_factors(data, windows) -> dict:
    """What counts pay for each field, and for whole notes; the fields are numbered one after the other."""
    starts = np.cumsum([0, *data.sizes[:-1]])

    def in_turn(tokens):
        return (data.split_fields(tokens) + starts).ravel()

    table = BackOffCounts(sum(data.sizes), ORDER, STRENGTH)
    table.fit([in_turn(piece) for piece in data.pieces["train"]])
    rows = [in_turn(window) for window in windows]
    contexts = np.concatenate([table.contexts(row) for row in rows])
    paid = -table.log_prob(contexts, np.concatenate(rows)).reshape(-1, len(data.sizes))
    return {"counts_test": float(paid.sum(-1).mean())} | name_factors("counts", paid)


def name_factors(name: str, paid) -> dict:
    """Means of each factor, ``(…, 3)``."""
    means = paid.reshape(-1, paid.shape[-1]).mean(0)
    return {f"{name}_{factor}": float(m) for factor, m in zip(("dT", "T", "P"), means)}
