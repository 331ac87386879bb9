"""A stand-in for a GPU: tensors on the device ``standin`` compute on the CPU, and refuse what a GPU refuses.

Under :class:`StandIn` an operation that mixes devices, reads a device's memory as numpy, or gives a CPU's generator
to the device raises, with CUDA's words. ``torch.device("standin")`` is one more accelerator to PyTorch, by the hook
that it has for makers of hardware (``PrivateUse1``), so the library needs to know nothing of it.
"""

import torch
import torch.nn.modules.rnn as rnn
import torch.utils._pytree as tree
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "standin"


class Backend:
    """What ``torch.standin`` has to offer: one device, without random numbers of its own to keep."""

    is_available = is_initialized = staticmethod(lambda: True)
    device_count = staticmethod(lambda: 1)
    current_device = staticmethod(lambda: 0)
    _is_in_bad_fork = staticmethod(lambda: False)
    manual_seed = manual_seed_all = staticmethod(lambda seed: None)
    get_rng_state = staticmethod(lambda device=0: torch.zeros(8, dtype=torch.uint8))
    set_rng_state = staticmethod(lambda state, device=0: None)
    get_amp_supported_dtype = staticmethod(lambda: [torch.bfloat16])
    synchronize = staticmethod(lambda device=0: None)
    get_device_name = staticmethod(lambda device=0: "a stand-in")


_setup_privateuseone_for_python_backend(NAME, Backend())
#: What may read from one device and write to another
COPIES = ("aten::_to_copy", "aten::copy_", "aten::_copy_from")
#: What takes indices that lie on the CPU
INDEXED = ("aten::index", "aten::_index", "aten::_unsafe_index")


class OnDevice(torch.Tensor):
    """A tensor in the device's memory; ``raw`` is where its numbers really are."""

    @staticmethod
    def __new__(cls, raw):
        made = torch.Tensor._make_wrapper_subclass(
            cls, raw.size(), strides=raw.stride(), storage_offset=raw.storage_offset(),
            dtype=raw.dtype, layout=raw.layout, device=torch.device(NAME, 0),
        )  # fmt: skip
        made.raw = raw
        return made

    def __repr__(self):
        return f"on_device({self.raw})"

    def __reduce_ex__(self, protocol):
        return self.raw.__reduce_ex__(protocol)  # saved, it is read again on the CPU

    def numpy(self, *_, **__):
        raise TypeError(f"can't convert {NAME} device type tensor to numpy. Use Tensor.cpu() first")

    __array__ = numpy

    def tolist(self):
        return self.raw.tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})


class StandIn(TorchDispatchMode):
    """In here ``device="standin"`` can be used; recurrent networks have kernels there."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return run(func, args, kwargs or {})

    def __enter__(self):
        self.kernels, rnn._VF = rnn._VF, Kernels(rnn._VF)
        return super().__enter__()

    def __exit__(self, *reason):
        rnn._VF = self.kernels
        return super().__exit__(*reason)


def run(func, args, kwargs):
    """One operation: refused where a GPU would, else computed on the CPU."""
    name = func.name().split(".")[0]
    flat, spec = tree.tree_flatten((args, dict(kwargs)))
    mine = [x for x in flat if isinstance(x, OnDevice)]
    refuse_mixed(name, args, mine, [x for x in flat if is_on_cpu(x)])
    raw_args, raw_kwargs = tree.tree_unflatten([raw_of(x) for x in flat], spec)
    there = bool(mine)
    if raw_kwargs.get("device") is not None:
        there = torch.device(raw_kwargs["device"]).type == NAME
        raw_kwargs["device"] = "cpu"
    if there and any(isinstance(x, torch.Generator) for x in flat):
        raise RuntimeError(f"Expected a '{NAME}' device type for generator but found 'cpu': {name}")
    out = func(*raw_args, **raw_kwargs)
    if name == "aten::_local_scalar_dense":  # one number, read
        return out
    if name == "aten::copy_":
        return args[0]
    if func._schema.is_mutable:
        return find_written(func, args, out)
    return tree.tree_map(put_there, out) if there else out


def refuse_mixed(name, args, mine, others) -> None:
    """RuntimeError for tensors of two devices in one operation; a single number of the CPU may join any."""
    indexed = name.startswith(INDEXED) and isinstance(args[0], OnDevice)
    if indexed and all(x.dtype in (torch.int64, torch.bool) for x in others):
        return
    if mine and name not in COPIES and any(x.dim() for x in others):
        shapes = [tuple(x.shape) for x in others]
        raise RuntimeError(
            f"Expected all tensors to be on the same device, but {shapes} of {name} are on cpu"
        )


def find_written(func, args, out):
    """What an operation in place gives back: the tensor of the device that it wrote into."""
    written = [
        x
        for x, slot in zip(args, func._schema.arguments)
        if slot.alias_info and slot.alias_info.is_write
    ]
    return written[0] if isinstance(out, torch.Tensor) and written else out


def is_on_cpu(x) -> bool:
    return isinstance(x, torch.Tensor) and not isinstance(x, OnDevice)


def put_there(x):
    return OnDevice(x) if is_on_cpu(x) else x


class Kernels:
    """PyTorch's recurrent kernels for the device: whole sequences at once, as cuDNN does;
    step by step where it is switched off.
    """

    def __init__(self, of_cpu):
        self.of_cpu = of_cpu

    def __getattr__(self, name):
        return getattr(self.of_cpu, name)

    def lstm(self, x, begin, weights, *how):
        def at_once(x, h, c, *weights):
            return self.of_cpu.lstm(x, (h, c), list(weights), *how)

        if torch.backends.cudnn.enabled:
            return Recurrent.apply(at_once, x, *begin, *weights)
        y, ends = unroll(lstm_cell, x, list(zip(*begin)), weights, *how)
        return y, *map(torch.stack, zip(*ends))

    def gru(self, x, begin, weights, *how):
        def at_once(x, h, *weights):
            return self.of_cpu.gru(x, h, list(weights), *how)

        if torch.backends.cudnn.enabled:
            return Recurrent.apply(at_once, x, begin, *weights)
        y, ends = unroll(gru_cell, x, list(begin), weights, *how)
        return y, torch.stack(ends)

    def lstm_cell(self, x, memory, *weights):
        return lstm_cell(x, memory, *weights)

    def gru_cell(self, x, memory, *weights):
        return gru_cell(x, memory, *weights)


class Recurrent(torch.autograd.Function):
    """One kernel of the device: all that it reads lies there, and what it writes, too.

    As cuDNN's, it has no second derivative.
    """

    @staticmethod
    def forward(ctx, kernel, *given):
        mine = [x for x in given if isinstance(x, OnDevice)]
        refuse_mixed(kernel.__qualname__, given, mine, [x for x in given if is_on_cpu(x)])
        with torch.enable_grad():
            ctx.given = [raw_of(x).detach().requires_grad_() for x in given]
            ctx.made = kernel(*ctx.given)
        made = tuple(x.detach() for x in ctx.made)
        return tree.tree_map(put_there, made) if mine else made

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, *slopes):
        slopes = [raw_of(s) for s in slopes]
        # kept, for a loss may walk back through it twice
        found = torch.autograd.grad(ctx.made, ctx.given, slopes, retain_graph=True)
        return None, *map(put_there, found)


def raw_of(x):
    return x.raw if isinstance(x, OnDevice) else x


def unroll(cell, x, memories, weights, bias, layers, dropout, training, both, batch_first):
    """Layer on layer, each forwards and, where ``both``, backwards: the outputs, and each one's last memory."""
    x = x.transpose(0, 1) if batch_first else x
    each, ways, ends = 4 if bias else 2, 2 if both else 1, []
    for layer in range(layers):
        outs = []
        for way in range(ways):
            i = layer * ways + way
            memory, made = memories[i], []
            for row in x.flip(0) if way else x:
                memory = cell(row, memory, *weights[i * each : (i + 1) * each])
                made.append(memory[0] if isinstance(memory, tuple) else memory)
            outs.append(torch.stack(made).flip(0) if way else torch.stack(made))
            ends.append(memory)
        x = torch.cat(outs, -1)
        if layer < layers - 1:
            x = functional.dropout(x, dropout, training)
    return x.transpose(0, 1) if batch_first else x, ends


def lstm_cell(x, memory, of_input, of_memory, bias=None, other_bias=None):
    h, c = memory
    gates = functional.linear(x, of_input, bias) + functional.linear(h, of_memory, other_bias)
    enter, keep, new, leave = gates.chunk(4, -1)
    c = keep.sigmoid() * c + enter.sigmoid() * new.tanh()
    return leave.sigmoid() * c.tanh(), c


def gru_cell(x, h, of_input, of_memory, bias=None, other_bias=None):
    a = functional.linear(x, of_input, bias).chunk(3, -1)
    b = functional.linear(h, of_memory, other_bias).chunk(3, -1)
    reset, update = (a[0] + b[0]).sigmoid(), (a[1] + b[1]).sigmoid()
    new = (a[2] + reset * b[2]).tanh()
    return new + update * (h - new)
