"""Pictures of networks and of training loops: boxes, arrows, shapes, drawn from the thing itself."""

from html import escape

BOX, GAP, WIDE = 34, 30, 340
_STROKE = 'fill="none" stroke="currentColor"'
#: An arrow's head: the point, and how far its wings lie behind and beside it.
_BACK, _BESIDE = 6, 3.5


class Diagram:
    """A drawn diagram with its caption; a notebook shows it, and ``words`` are for somebody who cannot see it."""

    def __init__(self, parts: list[str], size: tuple[float, float], caption: str, words: str):
        self.parts, self.size, self.caption, self.words = parts, size, caption, words

    def _repr_html_(self) -> str:
        width, height = self.size
        return (
            '<figure class="musicgan-figure" style="margin:1rem 0">'
            f'<svg viewBox="0 0 {width:.0f} {height:.0f}" style="width:100%;max-width:{1.3 * width:.0f}px;height:auto" '
            f'role="img" aria-label="{escape(self.words)}" font-size="12" font-family="inherit">'
            f"{''.join(self.parts)}</svg>"
            f"<figcaption>{escape(self.caption, quote=False)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return self.words


def draw_network(
    module, *inputs, call=None, names=None, letters=None, caption="", beside=()
) -> Diagram:
    """A network as it computes: each of its parts a box, with its weights, and the shape of what comes out below it.

    Parameters
    ----------
    module : a torch module; its direct children are the boxes (of a list of modules each of the list), in the order
        in which they are called.
    inputs : what it is called with.
    call : how it is called, ``call(module, *inputs)``; by default the module itself.
    names : child -> what the box says, such as ``{"memory": "LSTM"}``; a child that is mapped to None is not drawn.
    letters : letter -> size, such as ``{"B": 3, "T": 7}``: sizes are shown as these letters. Choose sizes that differ.
    caption : what to look at.
    beside : groups of children that read the same input, such as ``[("forwards", "backwards")]``: each group is drawn
        as branches side by side, and below them the shape of what the next part is given.

    A part that is called again and again is drawn once, with how often. ValueError where nothing was called, and for
    branches that were not called or were given other shapes than one another.
    Source: ours.
    """
    names, letters = names or {}, {size: letter for letter, size in (letters or {}).items()}
    called: dict[str, list] = {}
    children = dict(_list_parts(module))
    hooks = [
        child.register_forward_hook(
            lambda _, given, out, name=name: called.setdefault(name, []).append(
                (_shape(given, letters), _shape(out, letters))
            )
        )
        for name, child in children.items()
        if names.get(name, name) is not None
    ]
    try:
        (call or (lambda m, *x: m(*x)))(module, *inputs)
    finally:
        for hook in hooks:
            hook.remove()
    if not called:
        raise ValueError(f"no part of {type(module).__name__} was called: give call=")
    boxes = {}
    for name, shapes in called.items():
        weights = sum(p.numel() for p in children[name].parameters())
        told = [f"{weights:,} weights"] if weights else []
        told += [f"{len(shapes)} times"] if len(shapes) > 1 else []
        boxes[name] = (names.get(name, name), ", ".join(told), shapes[-1][1])
    given = {name: shapes[-1][0] for name, shapes in called.items()}
    entry = " ".join(_shape(x, letters) for x in inputs)
    return _stack(entry, _lay_rows(boxes, given, beside), caption)


def _lay_rows(boxes: dict, given: dict, beside) -> list[tuple[list, str]]:
    """Rows from the top: the boxes of each, and the shape that branches are joined to (what the next row is given)."""
    rows = []
    for name in boxes:
        group = next((tuple(g) for g in beside if name in g), (name,))
        if len({given.get(part, "not called") for part in group}) > 1:
            raise ValueError(
                f"{', '.join(group)} are not beside one another: they read different things"
            )
        if group not in rows:
            rows.append(group)
    if missing := [part for group in beside for part in group if part not in boxes]:
        raise ValueError(
            f"nothing called {', '.join(missing)} takes part: beside names children that are called"
        )
    after = [given[group[0]] for group in rows[1:]] + [""]
    return [
        ([boxes[part] for part in group], joined if len(group) > 1 else "")
        for group, joined in zip(rows, after)
    ]


def _list_parts(module):
    """Name and part; what stands in a list or dictionary of modules by its place there, such as ``heads.0``."""
    for name, child in module.named_children():
        if type(child).__name__ in ("ModuleList", "ModuleDict"):
            yield from ((f"{name}.{inner}", part) for inner, part in _list_parts(child))
        else:
            yield name, child


def draw_loop(messages, caption="", times="") -> Diagram:
    """A training loop as messages from one to another, in order from the top: who gives whom what.

    Parameters
    ----------
    messages : ``(from, to, what)`` each; who writes to itself works alone. Lifelines stand in the order of first
        mention.
    times : how often all of it is done, such as ``"30 times"``.
    caption : what to look at.

    ValueError for no message, and for more than four who take part: that is no picture any more. Source: ours.
    """
    who = list(dict.fromkeys(name for source, target, _ in messages for name in (source, target)))
    if not 1 <= len(who) <= 4:
        raise ValueError(
            f"{len(who)} take part ({', '.join(who)}); a loop is drawn for one to four"
        )
    step, top = 150, BOX + 14
    places = {name: step * (i + 0.5) for i, name in enumerate(who)}
    alone = [
        places[source] + 28 + 6.6 * len(f"{number}. {what}")  # where the words beside the hook end
        for number, (source, target, what) in enumerate(messages, 1)
        if source == target
    ]
    width, height = max(step * len(who), *alone, 0), top + 42 * len(messages) + 16
    parts = []
    for name, x in places.items():
        parts += _box(x, 1, 128, name)
        parts.append(
            f'<path d="M{x} {BOX + 1}V{height - 4}" {_STROKE} stroke-opacity=".35" stroke-dasharray="3 3"/>'
        )
    for number, (source, target, what) in enumerate(messages, 1):
        y = top + 42 * number - 14
        a, b = places[source], places[target]
        if source == target:
            parts.append(f'<path d="M{a} {y - 12}h14v12h-12" {_STROKE}/>')
            parts.append(_head(a + 2, y, -1))
            parts.append(_text(a + 20, y - 2, f"{number}. {what}", "start"))
        else:
            way = 1 if b > a else -1
            parts.append(f'<path d="M{a} {y}H{b - way}" {_STROKE}/>')
            parts.append(_head(b - way, y, way))
            parts.append(_text((a + b) / 2, y - 6, f"{number}. {what}"))
    if times:
        parts.append(_text(width / 2, height - 2, times, style=' font-style="italic"'))
    words = "; ".join(f"{i}. {a} gives {b}: {what}" for i, (a, b, what) in enumerate(messages, 1))
    return Diagram(parts, (width, height + 6), caption, f"{words}. {times}".strip())


def _stack(entry: str, rows, caption: str) -> Diagram:
    parts, y, words = [_text(WIDE / 2, 12, entry)], 18, [entry]
    for boxes, joined in rows:
        row, y = _row(boxes, y) if len(boxes) == 1 else _branches(boxes, joined, y)
        parts += row
        words.append(" beside ".join(f"{label} gives {shape}" for label, _, shape in boxes))
        words += [f"joined to {joined}"] if joined else []
    return Diagram(parts, (WIDE, y + 22), caption, ", then ".join(words))


def _row(boxes, y: float) -> tuple[list[str], float]:
    """One box below an arrow that begins at ``y``, and the shape below it; also where the box ends."""
    ((label, told, shape),), x = boxes, WIDE / 2
    parts = [f'<path d="M{x} {y}v{GAP - 9}" {_STROKE}/>', _head(x, y + GAP - 8, 0)]
    y += GAP - 7
    parts += _box(x, y, WIDE - 2, label, told)
    return [*parts, _text(x + 8, y + BOX + 14, shape, "start")], y + BOX


def _branches(boxes, joined: str, y: float) -> tuple[list[str], float]:
    """The same for boxes side by side: one arrow parts, each branch has its shape, and the branches are joined."""
    middle, step = WIDE / 2, WIDE / len(boxes)
    places = [step * (i + 0.5) for i in range(len(boxes))]
    top, low = y + GAP - 7, y + GAP + BOX + 33
    parts = [f'<path d="M{middle} {y}v6M{places[0]} {y + 6}H{places[-1]}" {_STROKE}/>']
    for x, (label, told, shape) in zip(places, boxes):
        parts.append(f'<path d="M{x} {y + 6}V{top - 2}M{x} {top + BOX + 16}V{low}" {_STROKE}/>')
        parts += [_head(x, top - 1, 0), *_box(x, top, step - 8, label, told, BOX + 16)]
        parts.append(_text(x + 8, top + BOX + 30, shape, "start"))
    parts.append(f'<path d="M{places[0]} {low}H{places[-1]}" {_STROKE}/>')
    return [*parts, _text(middle + 8, low + 14, joined, "start")], low


def _box(
    x: float, y: float, width: float, label: str, told: str = "", height: float = BOX
) -> list[str]:
    """A box with its label; ``told`` stands at its right end, or below the label in a box of two lines."""
    frame = (
        f'<rect x="{x - width / 2}" y="{y}" width="{width}" height="{height}" rx="6" '
        'fill="#56B4E9" fill-opacity=".16" stroke="currentColor"/>'
    )
    if not told:
        return [frame, _text(x, y + 22, label, style=' font-weight="600"')]
    if height > BOX:
        return [frame, _text(x, y + 21, label, style=' font-weight="600"'), _text(x, y + 39, told)]
    left, right = x - width / 2 + 10, x + width / 2 - 10
    return [
        frame,
        _text(left, y + 22, label, "start", ' font-weight="600"'),
        _text(right, y + 22, told, "end"),
    ]


def _head(x: float, y: float, way: int) -> str:
    """The head of an arrow to the right (1), to the left (-1) or down (0)."""
    if way:
        d = f"M{x} {y}l{-way * _BACK} {-_BESIDE}v{2 * _BESIDE}z"
    else:
        d = f"M{x} {y}l{-_BESIDE} {-_BACK}h{2 * _BESIDE}z"
    return f'<path d="{d}" fill="currentColor"/>'


def _text(x: float, y: float, words: str, anchor: str = "middle", style: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="currentColor"{style}>{escape(words)}</text>'


def _shape(out, letters) -> str:
    """The shape of a tensor as letters and numbers; of several tensors the first one's, of anything else "(?)"."""
    while isinstance(out, (tuple, list)) and len(out):
        out = out[0]
    if not hasattr(out, "shape"):
        return "(?)"
    return "(" + ", ".join(str(letters.get(n, n)) for n in out.shape) + ")"
