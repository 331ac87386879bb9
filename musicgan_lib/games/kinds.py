"""Likelihood by kinds of event, and that of a table of counts that has read the same music."""

from dataclasses import field, make_dataclass

import numpy as np
import torch

from ..data.melody_events import BAR
from ..evaluation import nll as measures
from ..metrics.text import BackOffCounts
from .game import device_of
from .likelihood import LikelihoodGame
from .word_measures import spread_evenly

#: What a shorter past weighs in the tables that back off
STRENGTH = 2.0
#: How far they look back, in events: of these the one that pays least for validation music
ORDERS = (3, 6, 12)
#: Windows that are read at once
AT_ONCE = 16


class CountedGame(LikelihoodGame):
    """As :class:`LikelihoodGame`; ``counts_test`` is what a table of back-off counts pays for the same test windows.

    The table has read all training music, and sees of each window what the network sees. How far it looks back,
    ``counts_order`` of :data:`ORDERS`, is chosen on validation windows.
    """

    def configure(self, request):
        """As :class:`LikelihoodGame`; ValueError for windows of melody events that are shorter than two bars."""
        config = super().configure(request)
        if config.tokens == "melody_events" and config.length < 2 * BAR:
            raise ValueError(
                f"length is {config.length}: windows of melody events are two bars of {BAR} or longer"
            )
        return config

    def measure(self, state, config, data, generator):
        found, samples = super().measure(state, config, data, generator)
        windows = spread_evenly(data.windows("test", config.length), config.measure)
        if len(windows):
            found |= self.count(config, data, windows)
        return found, samples

    def count(self, config, data, windows) -> dict:
        """What counts pay."""
        paid, order = pay_by_counts(data.sizes[0], data, windows, config)
        return {"counts_test": float(paid.mean()), "counts_order": order}


class KindGame(CountedGame):
    """As :class:`CountedGame`, for performances, whose events are of several kinds.

    On the test windows: ``nll_KIND``, nats an event of each kind, and ``counts_KIND``, those of the table. The control
    ``shuffled_times`` puts the time shifts of each training piece into random order.
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
        return found | tell_kinds("nll", paid, kinds, data.kinds), samples

    def count(self, config, data, windows) -> dict:
        paid, order = pay_by_counts(data.sizes[0], data, windows, config)
        found = {"counts_test": float(paid.mean()), "counts_order": order}
        return found | tell_kinds("counts", paid, data.kind_of(windows), data.kinds)


def pay_by_counts(symbols: int, data, windows, config, spell=np.asarray) -> tuple:
    """Nats of each symbol of the windows by back-off counts, ``(n, T)``, and the order that validation windows chose.

    ``spell`` writes a row of tokens as the symbols that are counted.
    """
    valid = spread_evenly(data.windows("valid", config.length), config.measure)
    train = [spell(piece) for piece in data.pieces["train"] if len(piece)]
    asked = [[spell(w) for w in part] for part in (valid, windows)]
    tables = [BackOffCounts(symbols, order, STRENGTH).fit(train) for order in ORDERS]
    best = min(tables, key=lambda table: table.nll(asked[0])) if len(valid) else tables[0]
    contexts = np.concatenate([best.contexts(row) for row in asked[1]])
    paid = -best.log_prob(contexts, np.concatenate(asked[1]))
    return paid.reshape(len(windows), -1), best.order


def tell_kinds(name: str, paid, kinds, names) -> dict:
    """Means over the events of each kind; one that there is not is left out."""
    each = {f"{name}_{what}": paid[kinds == k] for k, what in enumerate(names)}
    return {key: float(values.mean()) for key, values in each.items() if values.size}


class ChainGame(LikelihoodGame):
    """As :class:`LikelihoodGame`, for notes of three fields: a token is a note, likelihoods are nats a note.

    On the test windows: ``nll_FACTOR``, nats of each field given what a chain adds; ``counts_test`` and
    ``counts_FACTOR``, those of a table of back-off counts over the same fields in turn, which looks back as far as
    :class:`CountedGame` says, at the fields of its own note, too. ``on_CORPUS``: nats a note of test windows of each
    corpus in ``others``, a setting.
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
            found |= name_factors("nll", paid) | count_factors(data, windows, config)
        for corpus in config.others:
            try:
                other = self.encode(config, corpus)
            except LookupError:  # it is not here
                continue
            heard = spread_evenly(other.windows("test", config.length), config.measure)
            found[f"on_{corpus}"] = measures.nll(network, torch.as_tensor(heard))
        return found, samples


def count_factors(data, windows, config) -> dict:
    """What counts pay for each field, and for whole notes; the fields are numbered one after the other."""
    starts = np.cumsum([0, *data.sizes[:-1]])

    def in_turn(tokens):
        return (data.split_fields(tokens) + starts).ravel()

    paid, order = pay_by_counts(sum(data.sizes), data, windows, config, in_turn)
    paid = paid.reshape(-1, len(data.sizes))
    found = {"counts_test": float(paid.sum(-1).mean()), "counts_order": order}
    return found | name_factors("counts", paid)


def name_factors(name: str, paid) -> dict:
    """Means of each factor, ``(…, 3)``."""
    means = paid.reshape(-1, paid.shape[-1]).mean(0)
    return {f"{name}_{factor}": float(m) for factor, m in zip(("dT", "T", "P"), means)}
