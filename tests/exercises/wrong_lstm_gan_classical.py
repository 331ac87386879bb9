"""Answers that look right and are not."""


def keep_a_reference(best, loss, weights):
    return (loss, weights) if best is None or loss < best[0] else best


def order_matters(network, x):
    return not network(x)[:, -1].allclose(network(x.flip(1))[:, -1])


WRONG = {"lstm-gan-1": keep_a_reference, "lstm-gan-2": order_matters}
