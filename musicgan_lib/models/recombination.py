"""Recombination: beats of real pieces, each tagged with what it begins with and what its own next one begins with."""

from copy import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

#: What has to be the same where two fragments are joined: the sounding voices and the beat, or the beat alone
MATCHES = ("voices", "place")
#: Beats of a signature: what at least two pieces have in common, note by note
SIGNATURE = 3
UNREAD = -1.0
#: Tries for each beat before a composition gives up
TRIES = 50


@dataclass(frozen=True)
class Composition:
    """What was composed: the ``path`` of fragments, and ``told``: a sentence where it broke off, else empty.

    ``entered`` are the places in the path at which a signature began, to be kept whole.
    """

    path: np.ndarray
    told: str = ""
    entered: tuple[int, ...] = ()


class FragmentLexicon(nn.Module):
    """The fragments that were read, found by what they begin with.

    Parameters
    ----------
    fragments : every fragment that there is (:class:`musicgan_lib.data.beats.Fragments`), in the order of the pieces.
    match : ``"voices"``: a tag names the beat of the bar and, in each voice, the pitch that sounds first and whether
        it is held over. ``"place"``: it names the beat of the bar alone, so that any fragment of the next beat fits.

    ``tags (F, 2)``: what each fragment begins with, and what the one that its composer wrote next begins with; -1 for
    a fragment that was not read, and for what comes after the last of a piece. ``shared (P,)``: in how many pieces
    that were read each pattern of ``SIGNATURE`` fragments stands.
    """

    def __init__(self, fragments, match: str = "voices"):
        super().__init__()
        if match not in MATCHES:
            raise ValueError(f"no match {match!r}; there are {', '.join(MATCHES)}")
        if not len(fragments):
            raise ValueError("there are no fragments to join: cut at least one piece")
        self.fragments = fragments
        begins = fragments.place[:, None]
        if match == "voices":
            begins = np.concatenate([begins, fragments.first, fragments.held], 1)
        self.begins = np.unique(begins, axis=0, return_inverse=True)[1].ravel()
        self.follows = fragments.follows()
        self.leads = np.where(self.follows, np.roll(self.begins, -1), -1)
        self.patterns = find_patterns(fragments)
        tags = torch.full((len(fragments), 2), UNREAD)
        shared = torch.zeros(max(int(self.patterns.max()) + 1, 1))
        self.tags = nn.Parameter(tags, requires_grad=False)
        self.shared = nn.Parameter(shared, requires_grad=False)

    def read(self, piece: int) -> None:
        """Tag the fragments of one piece, and count its patterns; a piece that was read already changes nothing."""
        rows = np.flatnonzero(self.fragments.piece == piece)
        if not len(rows):
            raise ValueError(f"no piece {piece}: there are {self.fragments.piece.max() + 1}")
        if self.tags[int(rows[0]), 0] != UNREAD:
            return
        tags = np.stack([self.begins[rows], self.leads[rows]], 1)
        self.tags.data[torch.as_tensor(rows)] = torch.as_tensor(tags).to(self.tags)
        own = np.unique(self.patterns[rows])
        self.shared.data[torch.as_tensor(own[own >= 0])] += 1

    def list_read(self) -> np.ndarray:
        """``(F,) bool``: the fragments that were read."""
        return self.tags.detach().cpu().numpy()[:, 0] != UNREAD

    def list_signatures(self) -> np.ndarray:
        """``(F,) bool``: the fragments with which a signature begins, in the pieces that were read."""
        often = self.shared.detach().cpu().numpy() >= 2
        return self.list_read() & (self.patterns >= 0) & often[self.patterns]


def find_patterns(fragments) -> np.ndarray:
    """A number for the ``SIGNATURE`` fragments from each one on, the same for the same notes on the same beats,
    ``(F,)``; -1 where the piece ends before.
    """
    count = len(fragments)
    notes = np.concatenate(
        [fragments.place[:, None], fragments.first, fragments.cells.reshape(count, -1)], 1
    )
    kind = np.unique(notes, axis=0, return_inverse=True)[1].ravel()
    starts = np.arange(max(count - SIGNATURE + 1, 0))
    runs = kind[starts[:, None] + np.arange(SIGNATURE)]
    inside = fragments.piece[starts] == fragments.piece[starts + SIGNATURE - 1]
    found = np.full(count, -1)
    if inside.any():
        numbers = np.unique(runs[inside], axis=0, return_inverse=True)[1].ravel()
        found[starts[inside]] = numbers
    return found


class Composer:
    """Joins fragments of a lexicon: each next one begins with what the composer's own next one began with.

    The composer's own next one is taken where no other fits, or where a signature is kept whole. Source: the rule of
    the chorale program in D. Cope, *Computer Models of Musical Creativity* (2006), chapter 4; signatures and the bound
    on what is copied are ours in this form.

    Parameters
    ----------
    most : fragments in a row that may come from one place of one piece.
    signatures : keep a signature whole where one is entered.

    ValueError where nothing has been read, and for a bound below a signature and its neighbour.
    """

    def __init__(self, lexicon: FragmentLexicon, most: int = 8, signatures: bool = True):
        if most <= SIGNATURE:
            raise ValueError(
                f"most is {most}: a signature of {SIGNATURE} beats needs {SIGNATURE + 1}"
            )
        read = lexicon.list_read()
        if not read.any():
            raise ValueError("no piece has been read, so there are no fragments to join: read one")
        self.lexicon, self.most = lexicon, most
        self.follows, self.closes = lexicon.follows, lexicon.fragments.closes
        self.tags = lexicon.tags.detach().cpu().numpy().astype(np.int64)
        rows = np.flatnonzero(read)
        order = rows[np.argsort(self.tags[rows, 0], kind="stable")]
        tag, start = np.unique(self.tags[order, 0], return_index=True)
        self.by_tag = dict(zip(tag.tolist(), np.split(order, start[1:])))
        none = np.zeros(len(read), bool)
        self.signature = lexicon.list_signatures() if signatures else none
        self.openings = self._find_openings(read)

    def _find_openings(self, read) -> np.ndarray:
        """The first downbeat of each piece that was read; where none has one, the first fragments."""
        parts = self.lexicon.fragments
        downbeats = np.flatnonzero(read & (parts.place == 0))
        _, first = np.unique(parts.piece[downbeats], return_index=True)
        if len(first):
            return downbeats[first]
        return np.flatnonzero(read & np.insert(~self.follows[:-1], 0, True))

    def list_candidates(self, last: int, run: int, left: int, ending: bool) -> np.ndarray:
        """The fragments that may follow ``last``, which is the ``run``-th in a row from its place.

        ``left`` beats are wanted yet. Left out are those that would copy more than ``most`` in a row, that enter a
        signature that cannot be played to its end, or that end their piece too early, unless ``ending``.
        """
        found = self.by_tag.get(int(self.tags[last, 1]), np.zeros(0, np.int64))
        runs = np.where((found == last + 1) & self.follows[last], run + 1, 1)
        needs = np.where(self.signature[found], SIGNATURE, 1)
        fits = (runs + needs - 1 <= self.most) & (needs <= left)
        goes_on = self.follows[found] | (needs >= left) | ending
        return found[fits & goes_on]

    def compose(self, beats: int, rng, least: int | None = None) -> Composition:
        """At most ``beats`` fragments from an opening on; from ``least`` on it ends where a phrase ends.

        A fragment without a follower is left again, and another tried; after all of them, another opening. When nothing
        is left to try, or ``TRIES`` times ``beats`` were tried, the longest way that was found is returned, and told.
        """
        if beats < 1:
            raise ValueError(f"beats is {beats}: compose one at least")
        least = beats if least is None else min(least, beats)
        openings = rng.permutation(self.openings).tolist()
        way = _Way(self, openings.pop(), beats)
        best = way.copy()
        for _ in range(TRIES * beats):
            if way.is_done(least):
                return Composition(np.array(way.path), entered=tuple(way.entered))
            if not way.go_on(rng, least) and not way.go_back():
                if not openings:
                    break
                way = _Way(self, openings.pop(), beats)
            if len(way.path) > len(best.path):
                best = way.copy()
        told = (
            f"The composition broke off after {len(best.path)} of {beats} beats, because nothing that was read may "
            "follow. Read more pieces, or allow longer copies."
        )
        return Composition(np.array(best.path), told, tuple(best.entered))


class _Way:
    """A composition as it grows: fragments, how long each has run on, what was tried at each place."""

    def __init__(self, composer: Composer, first: int, beats: int):
        self.composer, self.beats = composer, beats
        self.path, self.runs, self.tried, self.owed = [first], [1], [set()], [0]
        self.entered: list[int] = []
        if composer.signature[first] and SIGNATURE <= min(beats, composer.most):
            self.entered, self.owed = [0], [SIGNATURE - 1]

    def copy(self) -> "_Way":
        """The path as it is now."""
        twin = copy(self)
        twin.path, twin.entered = list(self.path), list(self.entered)
        return twin

    def is_done(self, least: int) -> bool:
        """Whether it is long enough, and at the end of a phrase or of the music that was asked for."""
        whole = not self.owed[-1] and len(self.path) >= least
        return len(self.path) >= self.beats or (whole and bool(self.composer.closes[self.path[-1]]))

    def go_on(self, rng, least: int) -> bool:
        """One more fragment: the rest of a signature, or one of the candidates; False where there is none."""
        last, run, owed = self.path[-1], self.runs[-1], self.owed[-1]
        if owed:
            self._add(last + 1, run + 1, owed - 1)
            return True
        left = self.beats - len(self.path)
        found = self.composer.list_candidates(last, run, left, len(self.path) + 1 >= least)
        found = [f for f in found.tolist() if f not in self.tried[-1]]
        if not found:
            return False
        next_own = last + 1 if self.composer.follows[last] else -1
        found = [f for f in found if f != next_own] or found
        chosen = found[int(rng.integers(len(found)))]
        enters = bool(self.composer.signature[chosen])
        self.tried[-1].add(chosen)
        if enters:
            self.entered.append(len(self.path))
        self._add(chosen, run + 1 if chosen == next_own else 1, SIGNATURE - 1 if enters else 0)
        return True

    def _add(self, fragment: int, run: int, owed: int) -> None:
        self.path.append(fragment)
        self.runs.append(run)
        self.owed.append(owed)
        self.tried.append(set())

    def go_back(self) -> bool:
        """Undo the last choice, with the signature that it entered; False at the opening."""
        while len(self.path) > 1:
            for row in (self.path, self.runs, self.owed, self.tried):
                row.pop()
            if self.entered and self.entered[-1] >= len(self.path):
                self.entered.pop()
            if not self.owed[-1]:
                return True
        return False
