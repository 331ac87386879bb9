"""Which cells of a chapter would train on a GPU, and what has to run before them."""

import ast
import builtins

from chapters import code_cells

#: What takes a GPU at the gpu profile, where it is not told another device
TAKES = ("training.train", "machine.choose_device")


def find_cells(path) -> list[str]:
    """The sources, in order, of the first cell that trains at the profile's own device, or of all that use a device
    that was chosen, and of those that they stand on; none where a chapter does neither."""
    sources = [c.source for c in code_cells(path) if not c.source.startswith("%")]
    trees = [ast.parse(source) for source in sources]
    takers = {
        f.name for tree in trees for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef) and _takes(f)
    }  # fmt: skip
    training = [
        i for i, tree in enumerate(trees)
        if any(_takes(s) or _calls(s) & takers for s in tree.body if not isinstance(s, ast.FunctionDef))
    ]  # fmt: skip
    devices = {
        name for tree in trees for line in ast.walk(tree)
        if isinstance(line, ast.Assign) and _takes(line) and "choose_device" in ast.unparse(line)
        for name in _written(line)
    }  # fmt: skip
    targets = {*training[:1], *(i for i, tree in enumerate(trees) if _read(tree) & devices)}
    wanted, needed = set(), set()
    for i in reversed(range(len(trees))):
        if i in targets or _written(trees[i]) & needed:
            wanted.add(i)
            needed |= _read(trees[i])
    return [sources[i] for i in sorted(wanted)]


def _takes(node) -> bool:
    """Whether a device is taken in here that nobody names."""
    return any(
        isinstance(call, ast.Call)
        and ast.unparse(call.func) in TAKES
        and not any(k.arg == "device" for k in call.keywords)
        for call in ast.walk(node)
    )


def _calls(node) -> set[str]:
    return {c.func.id for c in ast.walk(node) if isinstance(c, ast.Call) and isinstance(c.func, ast.Name)}  # fmt: skip


def _written(tree) -> set[str]:
    """The names that a cell gives to the cells after it."""
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
        return {tree.name}
    if isinstance(tree, (ast.Import, ast.ImportFrom)):
        return {(a.asname or a.name).split(".")[0] for a in tree.names}
    if isinstance(tree, ast.Name):
        return {tree.id} if isinstance(tree.ctx, ast.Store) else set()
    if isinstance(tree, (ast.comprehension, ast.Lambda)):
        return set()  # names of its own
    return set().union(*map(_written, ast.iter_child_nodes(tree)))


def _read(tree) -> set[str]:
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}  # fmt: skip
    return names - set(dir(builtins))
