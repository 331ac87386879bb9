"""Nodes of a graph: one layer each, as :mod:`~musicgan_lib.models.graph` puts them together."""


def node(op: str, out: str, *values: str, weights=(), **settings) -> dict:
    """One layer of a graph."""
    made = {"op": op, "out": out, **settings}
    if values:
        made["in"] = list(values)
    if weights:
        made["weights"] = list(weights)
    return made


def linear(out: str, value: str, name: str, bias: bool = True) -> dict:
    """A node for the ``nn.Linear`` of this name."""
    return node("linear", out, value, weights=[f"{name}.{part}" for part in list_parts(bias)])


def layer_norm(out: str, value: str, name: str) -> dict:
    """A node for the ``nn.LayerNorm`` of this name."""
    return node("layer_norm", out, value, weights=[f"{name}.{part}" for part in list_parts(True)])


def recurrent(out: str, value: str, name: str, cell: str = "lstm", layer: int = 0) -> dict:
    """A node for one layer of the ``nn.LSTM`` or ``nn.GRU`` of this name."""
    parts = [f"{name}.{part}_l{layer}" for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    return node(cell, out, value, weights=parts, state=f"{name}.{layer}")


def list_parts(bias: bool) -> tuple[str, ...]:
    """Names of a layer's tensors."""
    return ("weight", "bias") if bias else ("weight",)
