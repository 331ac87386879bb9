"""Splits by piece and by content, never by window: what is in test was not in train under another name."""

import hashlib


def split_by_content(
    pieces, shares=(("train", 0.8), ("valid", 0.1), ("test", 0.1)), group=None
) -> list[str]:
    """The split of each piece, decided by a hash of its music alone.

    Equal music lands in one split, whatever its file is called, and a piece stays where it is when
    others are added. ``group`` names what must stay together (a function of a piece); default is the
    content itself.
    """
    group = group or (lambda piece: piece.content_hash())
    return [split_of(group(piece), shares) for piece in pieces]


def split_of(name: str, shares) -> str:
    """The split that a name falls into, with the given shares."""
    at = int(hashlib.sha256(name.encode()).hexdigest()[:12], 16) / 16**12
    for split, share in shares:
        if at < share:
            return split
        at -= share
    return shares[-1][0]


def cluster(items, similar) -> list[int]:
    """Group numbers such that similar items, and friends of friends, share one: connected components."""
    parent = list(range(len(items)))

    def find(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i in range(len(items)):
        for j in range(i):
            a, b = find(i), find(j)
            if a != b and similar(items[i], items[j]):
                parent[max(a, b)] = min(a, b)
    return [find(i) for i in range(len(items))]


def melodic_fingerprint(piece, track=0, order=6) -> frozenset:
    """The melodic n-grams of one track: sets of ``order`` successive intervals in semitones, repeats merged.

    Transposition does not change it, so a tune keeps its fingerprint in another key.
    """
    notes = piece.notes[piece.notes["track"] == track]
    steps = [int(b - a) for a, b in zip(notes["pitch"], notes["pitch"][1:])]
    return frozenset(tuple(steps[i : i + order]) for i in range(len(steps) - order + 1))


def share_tune(one: frozenset, other: frozenset, least=0.5) -> bool:
    """Whether two fingerprints have at least this share of the smaller one in common."""
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) / smaller >= least
