"""A generator as a list of layers: what a program without PyTorch needs to run it step by step.

A *node* is a dictionary: ``op`` names the layer, ``in`` the values that it reads, ``out`` the one it makes,
``weights`` the names of its tensors, and the rest its settings. Values are tables, row after row.

The programs of a generator of *fields* are ``advance``, which reads the numbers ``field0``, ``field1``, … of a token,
and one for each field of the next. With a ``lag`` it also reads ``earlier``, the token so many before; ``allowed``
says, place after place, from which to which token is drawn.

Those of a *roll* are ``whole``, once a bar, over the steps so far; ``time``, once a step, for all keys at once;
``note``, key by key.
"""

import torch
from torch import nn

from .anokhin_nuzhin import GlobalStructure, NoteAttention, NoteInput
from .attention import Transformer
from .biaxial import Biaxial
from .graph_nodes import layer_norm, linear, list_parts, node, recurrent
from .marked import MarkedModel
from .note_features import STEPS_PER_BAR, NoteConvolution, pitch_class_usage
from .recurrent import RecurrentModel
from .seqgan import WordPolicy


def describe(module: nn.Module) -> tuple[dict, dict]:
    """The graph of a generator, and its tensors by name.

    TypeError, with the kinds there are, for one whose layers are not described here; ValueError for one whose samples
    depend on what comes after them.
    """
    for kind, tell in DESCRIBED.items():
        if isinstance(module, kind):
            graph, more = tell(module)
            return graph, _used(graph, {**module.state_dict(), **more})
    known = ", ".join(kind.__name__ for kind in DESCRIBED)
    raise TypeError(f"{type(module).__name__} has no graph here: only {known} have one")


def tell_words(policy: WordPolicy) -> tuple[dict, dict]:
    """The graph of an LSTM over words, whose fields are predicted in turn."""
    count = range(len(policy.sizes))
    names = [f"word{i}" for i in count]
    advance = [
        node("embedding", names[i], weights=[f"embed.tables.{i}.weight"], index=f"field{i}")
        for i in count
    ]
    advance += [node("add", "word", *names), recurrent("memory", "word", "memory")]
    graph = {
        "reads": "fields",
        "start": list(policy.sizes),  # the last row of each table stands for it
        "advance": advance,
        "fields": [{"nodes": _tell_field(i), "logits": "logits"} for i in count],
    }
    return graph, {}


def _tell_field(i: int) -> list[dict]:
    """Field i from the memory and the fields before it."""
    if i == 0:
        return [linear("logits", "memory", "heads.0")]
    seen = [
        node("embedding", f"given{k}", weights=[f"given.{i - 1}.{k}.weight"], index=f"field{k}")
        for k in range(i)
    ]
    mixed = [
        linear("mixed", "memory", f"mixes.{i - 1}"),
        node("add", "both", "mixed", *(f"given{k}" for k in range(i))),
        node("activate", "bent", "both", kind="gelu"),
    ]
    return [*seen, *mixed, linear("logits", "bent", f"heads.{i}")]


def tell_recurrent(model: RecurrentModel) -> tuple[dict, dict]:
    """The graph of a stack of LSTMs or GRUs over tokens of one number, each embedded with its place in its row."""
    cell = "lstm" if isinstance(model.memory, nn.LSTM) else "gru"
    count = model.memory.num_layers
    layers = [recurrent(f"x{i + 1}", f"x{i}", "memory", cell, i) for i in range(count)]
    return _tell_tokens(model, _embed_places(model) + layers, f"x{count}"), {}


def tell_marked(model: MarkedModel) -> tuple[dict, dict]:
    """The graph of LSTMs over marked voices, which also read the token that stood in the same place a sixteenth ago;
    a place of the sixteenth has its own tokens, a mark or what a voice does. ValueError for one deaf to marks.
    """
    if model.silent:
        raise ValueError("a network that must not hear marks is a control: it has no graph here")
    count = model.memory.num_layers
    same = node("embedding", "same", weights=["earlier.weight"], index="earlier")
    advance = [*_embed_places(model), same, node("concat", "given0", "x0", "same")]
    advance += [recurrent(f"given{i + 1}", f"given{i}", "memory", "lstm", i) for i in range(count)]
    advance.append(node("concat", "both", f"given{count}", "given0"))
    marks = model.symbols - 2
    voices = [[0, marks]] * (model.stride - 1)
    allowed = [[marks, model.symbols], *voices]
    return _tell_tokens(model, advance, "both") | {"lag": model.stride, "allowed": allowed}, {}


def tell_transformer(model: Transformer) -> tuple[dict, dict]:
    """The graph of a stack of causal attention;
    ValueError for one whose places are waves, of which a page has no sines.
    """
    if model.absolute:
        raise ValueError("absolute positions are sines and cosines: they have no graph here")
    advance = _embed_places(model)
    for i, layer in enumerate(model.layers):
        name, value = f"layers.{i}", f"x{i}"
        width = layer.ask.out_features
        known = {} if layer.table is None else {"weights": [f"{name}.table"]}
        advance += [
            layer_norm("read", value, f"{name}.before"),
            linear("query", "read", f"{name}.ask"),
            linear("kept", "read", f"{name}.keep"),
            node("columns", "key", "kept", **{"from": 0, "to": width}),
            node("columns", "value", "kept", **{"from": width, "to": 2 * width}),
            node("attention", "seen", "query", "key", "value", heads=layer.heads, state=name, **known),
            linear("answer", "seen", f"{name}.answer"),
            node("add", "sum", value, "answer"),
            layer_norm("between", "sum", f"{name}.between"),
            linear("wide", "between", f"{name}.dense.0"),
            node("activate", "bent", "wide", kind="gelu"),
            linear("narrow", "bent", f"{name}.dense.2"),
            node("add", f"x{i + 1}", "sum", "narrow"),
        ]  # fmt: skip
    advance.append(layer_norm("output", f"x{len(model.layers)}", "norm"))
    return _tell_tokens(model, advance, "output"), {}


def _embed_places(model) -> list[dict]:
    """A token and its place in its row, added up as ``x0``."""
    place = {"index": "position", "modulo": model.stride}
    return [
        node("embedding", "token", weights=["embed.weight"], index="field0"),
        node("embedding", "place", weights=["place.weight"], **place),
        node("add", "x0", "token", "place"),
    ]


def _tell_tokens(model, advance: list[dict], output: str) -> dict:
    """The graph of tokens of one number, from the program that reads them to the head's logits."""
    head = {"nodes": [linear("logits", output, "head")], "logits": "logits"}
    return {"reads": "fields", "start": [model.symbols], "advance": advance, "fields": [head]}


def tell_roll(model: Biaxial) -> tuple[dict, dict]:
    """The graph of a biaxial LSTM with what its notes see; ValueError for one that has styles, or hears the future."""
    if model.style is not None:
        raise ValueError("a model with styles asks for one at every step: it has no graph here")
    features, more = _tell_features(model.features, model.channels)
    time = [node("columns", "past", "heard", **{"from": 0, "to": model.channels}), *features]
    heard = model.channels * len(model.lags)
    time += [node("columns", "bars", "heard", **{"from": model.channels, "to": heard})]
    time += [node("concat", "time_in", "seen", "bars")]
    time += _stack("time", len(model.time), "time_in", "remembered")
    note = [
        node("row", "own", "remembered", index="key"),
        node("concat", "note_in", "own", "below"),
    ]
    note += _stack("note", len(model.note), "note_in", "walked")
    last = "walked"
    if model.context is not None:
        note.append(node("concat", "all", "walked", "around"))
        last = "all"
    note.append(linear("said", last, "head"))
    if model.copy is not None:
        note.append(node("row", "before", "heard", index="key"))
        note.append(linear("copied", "before", "copy", bias=False))
        note.append(node("add", "logits", "said", "copied"))
    whole, reach = _tell_context(model.context)
    graph = {
        "reads": "roll",
        "keys": model.features.notes,
        "channels": model.channels,
        "lags": list(model.lags),
        "bar": STEPS_PER_BAR,
        "reach": reach,
        "whole": whole,
        "time": time,
        "note": note,
        "logits": "logits" if model.copy is not None else "said",
    }
    return graph, more


def _stack(name: str, layers: int, value: str, out: str) -> list[dict]:
    """LSTM layers on top of each other."""
    names = [value, *(f"{name}{i}" for i in range(layers - 1)), out]
    return [recurrent(names[i + 1], names[i], f"{name}.{i}") for i in range(layers)]


def _tell_features(features: nn.Module, channels: int) -> tuple[list[dict], dict]:
    """What each note sees of the step before it, from ``past`` to ``seen``; and tensors that are no weights."""
    if not isinstance(features, NoteInput):
        raise TypeError(f"{type(features).__name__} has no graph here: only NoteInput has one")
    embed = features.embed
    nodes = _tell_convolution(embed.near, "near", "past", "features.embed.near")
    nodes += [
        node("embedding", "place", weights=["features.embed.place.weight"], rows=embed.at.tolist()),
        node(
            "embedding", "class", weights=["features.embed.pitch_class.weight"],
            rows=embed.classes.tolist(),
        ),
        node("columns", "play", "past", **{"from": 0, "to": 1}),
        node("mix_rows", "usage", "play", weights=["usage"]),
        node("concat", "embedded", "near", "place", "class", "usage"),
    ]  # fmt: skip
    seen = "embedded"
    if isinstance(features.attend, NoteAttention):
        nodes += _tell_attention(features.attend, "attended", seen, "features.attend")
        seen = "attended"
    nodes += [node("embedding", "beat", weights=["features.beat.weight"], index="beat")]
    nodes += [node("concat", "seen", seen, "beat")]
    return nodes, {"usage": pitch_class_usage(torch.eye(features.notes), embed.low)}


def _tell_convolution(module: NoteConvolution, out: str, value: str, name: str) -> list[dict]:
    weights = [f"{name}.see.{part}" for part in list_parts(True)]
    pad = [(module.kernel - 1) // 2, module.kernel // 2]
    seen = node("conv1d", f"{out}_sum", value, weights=weights, pad=pad)
    return [seen, node("activate", out, f"{out}_sum", kind="tanh")]


def _tell_attention(module: NoteAttention, out: str, value: str, name: str) -> list[dict]:
    return [
        linear("query", value, f"{name}.project", bias=False),
        node(
            "attention", "looked", "query", "query", "query",
            heads=module.heads, scale=float(module.scale),
        ),
        node("multiply", "gated", "looked", "query"),
        linear("merged", "gated", f"{name}.merge"),
        node("add", "added", value, "merged"),
        linear("wide", "added", f"{name}.each.0"),
        node("activate", "wide_on", "wide", kind="relu"),
        linear("narrow", "wide_on", f"{name}.each.2"),
        node("add", out, "added", "narrow"),
    ]  # fmt: skip


def _tell_context(context) -> tuple[list[dict], int]:
    """From ``history`` to ``around``, and how many steps of history; nothing where there is no context."""
    if context is None:
        return [], 0
    if not isinstance(context, GlobalStructure):
        raise TypeError(f"{type(context).__name__} has no graph here: only GlobalStructure has one")
    if not context.causal:
        raise ValueError("the context was trained on the notes to be predicted: no sampler has it")
    see = [f"context.see.{part}" for part in list_parts(True)]
    nodes = [
        node("conv2d", "windows_sum", "history", weights=see, stride=list(context.see.stride)),
        node("activate", "windows", "windows_sum", kind="leaky_relu", slope=0.1),
        node("flatten", "row", "windows"),
        linear("around_sum", "row", "context.sum_up"),
        node("activate", "around", "around_sum", kind="leaky_relu", slope=0.1),
    ]
    return nodes, context.reach


def _used(graph: dict, tensors: dict) -> dict:
    """The tensors that a graph names, in its order, as numpy's float32."""
    names = []

    def look(part):
        for item in part if isinstance(part, list) else part.values():
            if isinstance(item, dict | list):
                look(item)
        if isinstance(part, dict):
            names.extend(part.get("weights", ()))

    look(graph)
    return {name: tensors[name].detach().cpu().float().numpy() for name in dict.fromkeys(names)}


DESCRIBED = {
    WordPolicy: tell_words,
    RecurrentModel: tell_recurrent,
    MarkedModel: tell_marked,
    Transformer: tell_transformer,
    Biaxial: tell_roll,
}
