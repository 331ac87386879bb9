"""What is done to a good file to make a bad one: the same input for the same number, wherever it is thrown.

A target (``fuzz_music``, ``fuzz_files``) makes input number ``i`` of a seed and tries it. The library may read it, or
refuse it with its own kind of ValueError; all else is a fault: another exception, a wrong answer, five seconds, 500 MB
more, or the end of the process.
"""

import random

#: Bytes at which readers go wrong: ends of ranges, statuses, signs of length.
EDGES = (0, 1, 0x2F, 0x3F, 0x40, 0x51, 0x58, 0x7F, 0x80, 0x90, 0xB0, 0xC0, 0xF0, 0xF7, 0xFF)


def draw_rng(name: str, seed: int, i: int) -> random.Random:
    """The chance of one input: the same wherever it is thrown."""
    return random.Random(f"{name}-{seed}-{i}")


def mutate(data: bytes, rng, most: int = 4) -> bytes:
    """A few bytes set, cut, put in, doubled or moved."""
    out = bytearray(data)
    for _ in range(rng.randint(1, most)):
        at, size = rng.randrange(len(out) + 1), 1 << rng.randrange(6)
        kind = rng.randrange(7)
        if kind < 2:
            out[at : at + 1] = bytes([rng.choice(EDGES) if kind else rng.randrange(256)])
        elif kind == 2:
            del out[at : at + rng.randint(1, 3)]
        elif kind == 3:
            out[at:at] = rng.randbytes(rng.randint(1, 3))
        elif kind == 4:
            out[at:at] = out[at : at + size] * rng.randint(1, 3)
        elif kind == 5:
            there = rng.randrange(len(out) + 1)
            out[there:there] = out[at : at + size]
        elif rng.random() < 0.3:
            del out[at:]
    return bytes(out)
