"""First-species counterpoint as a graph whose paths are the lines that keep the rules: counted, listed, drawn.

Notes are numbers of white keys: 35 is C4, 36 is D4. Hiller and Isaacson (1959) drew notes at random and threw away what
broke a rule. To count the ways on from each note, so that every line is equally likely, is ours.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .counterpoint_rules import FourVoices, TwoVoices, check_rules

#: The white keys of the second voice, C4 to B5, and of tenor, alto and soprano: an octave each.
KEYS = tuple(range(35, 49))
UPPER = (tuple(range(33, 41)), tuple(range(36, 44)), tuple(range(40, 48)))
OCTAVE = 7  # in white keys
#: Beginnings of lines that may lead nowhere.
BUDGET = 1_000_000
#: From here on a float no longer holds every whole number.
EXACT = 2.0**53


@dataclass(frozen=True)
class LineGraph:
    """States of each place of a line, and which of them may follow which.

    Parameters
    ----------
    notes : for each place the note or notes of each state, ``(S_t, V) int64``.
    begins : which states may stand first, ``(S_0,) bool``.
    edges : for each place but the last, ``(S_t, S_{t+1}) bool``.
    """

    notes: list[np.ndarray]
    begins: np.ndarray
    edges: list[np.ndarray]

    @cached_property
    def ways(self) -> list[np.ndarray]:
        """For each place, in how many ways a line goes on from each state to its end, ``(S_t,) float64``."""
        counted = [np.ones(len(self.notes[-1]))]
        for edges in reversed(self.edges):
            counted.append(count_back(edges, counted[-1]))
        return counted[::-1]

    @property
    def total(self) -> int:
        """How many lines there are: exact below 2**53, above it the nearest float."""
        return int(self.begins @ self.ways[0])

    def draw(self, n: int, rng, ways=None) -> np.ndarray:
        """``(n, T, V)`` lines, each as likely as any other; ``ways`` as counted before, by default its own.

        ValueError where there is none.
        """
        return self._gather(n, rng, self.ways if ways is None else ways, BUDGET)[0]

    def line_at(self, places) -> np.ndarray:
        """The lines at these places of the list of all, ``(n,) -> (n, T, V)``.

        ValueError for a place that there is not, and where there are too many lines to number.
        """
        left = np.asarray(places, float)
        if self.total >= EXACT:
            raise ValueError(f"about {self.total:.3g} lines are too many to number: draw some")
        if left.size and not (left.min() >= 0 and left.max() < self.total):
            raise ValueError(
                f"there are lines 0 to {self.total - 1}, and none {left.max():.0f}: choose among these"
            )
        weights = np.broadcast_to(self.begins * self.ways[0], (len(left), len(self.begins)))
        states = []
        for t in range(len(self.notes)):
            passed = np.cumsum(weights, 1)
            state = (passed <= left[:, None]).sum(1)
            rows = np.arange(len(left))
            left = left - (passed[rows, state] - weights[rows, state])
            states.append(state)
            if t < len(self.edges):
                weights = self.edges[t][state] * self.ways[t + 1]
        return self._spell(states)

    def list_all(self, most: int = 1_000_000) -> np.ndarray:
        """Every line, ``(total, T, V)``. ValueError where there are more than ``most``."""
        if self.total > most:
            raise ValueError(
                f"there are {self.total:,} lines, more than {most:,}: draw some, or raise most"
            )
        return self.line_at(np.arange(self.total))

    def draw_note_by_note(self, n: int, rng, budget: int = BUDGET) -> tuple[np.ndarray, int]:
        """``n`` lines, each note drawn among those that may follow just now, and how many beginnings led nowhere.

        Where nothing may follow, the line is thrown away and another begins. Every line that keeps the rules may come,
        and some come more often than others. ValueError where there is none, and where ``budget`` beginnings were not
        enough.
        """
        return self._gather(n, rng, [np.ones(len(notes)) for notes in self.notes], budget)

    def chances_note_by_note(self) -> np.ndarray:
        """How likely :meth:`draw_note_by_note` draws each line of :meth:`list_all`, ``(total,)``: they sum to 1."""
        rows = np.flatnonzero(self.begins * self.ways[0])
        chance, states = np.full(len(rows), 1 / max(self.begins.sum(), 1)), rows
        for edges, ways in zip(self.edges, self.ways[1:]):
            chance = chance / edges.sum(1)[states]  # dead ends share the chance, and then are left
            from_row, states = np.nonzero(edges[states] & (ways > 0))
            chance = chance[from_row]
        return chance / chance.sum()

    def _gather(self, n: int, rng, ways, budget: int) -> tuple[np.ndarray, int]:
        """Lines whose moves are as likely as ``ways`` says, and how many beginnings came to a dead end."""
        first = self.begins * ways[0]
        if not self.total or not first.any():
            raise ValueError(
                "no line keeps all of these rules over this cantus: drop a rule, or change the cantus"
            )
        kept, begun, have = [], 0, 0
        while have < n and begun < budget:
            hoped = n if not begun else 1.1 * (n - have) * begun / max(have, 1)
            many = min(max(int(hoped), 64), budget - begun)
            kept.append(self._walk(_choose(rng.random(many), first), ways, rng))
            begun, have = begun + many, have + len(kept[-1])
        if have < n:
            raise ValueError(
                f"{begun:,} beginnings gave {have} of {n} lines, and the budget of {budget:,} is spent: raise it, drop "
                "a rule, or change the cantus"
            )
        return np.concatenate(kept)[:n], begun - have

    def _walk(self, state, ways, rng) -> np.ndarray:
        """Lines on from their first states, ``(n, T, V)``; those that come to a dead end are left out."""
        states = [state]
        for edges, after in zip(self.edges, ways[1:]):
            states.append(_follow(states[-1], edges, after, rng.random(len(states[-1]))))
            alive = states[-1] >= 0
            states = [s[alive] for s in states]
        return self._spell(states)

    def _spell(self, states) -> np.ndarray:
        return np.stack([notes[s] for notes, s in zip(self.notes, states)], 1)


def _choose(u, weights) -> np.ndarray:
    """A state for each number of ``u (n,)`` in [0, 1), as likely as its weight ``(S,)``; -1 where all weigh nothing."""
    passed = np.cumsum(weights)
    if not passed[-1]:
        return np.full(len(u), -1)
    return np.searchsorted(passed, u * passed[-1], side="right")


def _follow(states, edges, after, u) -> np.ndarray:
    """The next state of each of ``states (n,)``, as likely as ``after`` says; -1 where none may follow."""
    found, order = np.empty(len(states), np.int64), np.argsort(states, kind="stable")
    alike = np.split(order, np.flatnonzero(np.diff(states[order])) + 1)
    for here in alike if len(states) else ():
        found[here] = _choose(u[here], edges[states[here[0]]] * after)
    return found


def count_back(edges, after) -> np.ndarray:
    """Ways to go on from each state, given those of the states after it: ``(S, S'), (S',) -> (S,)``."""
    return edges.astype(float) @ after


def make_two_voices(cantus, without=(), keys=KEYS) -> LineGraph:
    """A second voice above a cantus, a note against each of its notes; a line is ``(T, 1)``.

    Parameters
    ----------
    cantus : white keys, two or more, such as ``musicgan_lib.data.cantus.DORIAN``.
    without : rules of ``counterpoint_rules.TWO`` that are not asked; ``"all"`` asks none.
    keys : the white keys that the second voice may sing.

    ValueError for a cantus that is too short or outside of the keyboard, and for a rule that there is not.
    """
    cantus, keys = check_cantus(cantus), check_keys(keys)
    rules, last = TwoVoices(check_rules(without, 2)), len(cantus) - 1
    pairs = np.stack(np.meshgrid(keys, keys, indexing="ij"), -1).reshape(-1, 2)  # before, now
    states, edges = [keys[:, None], *[pairs] * last], []
    for t in range(1, len(cantus)):
        old, new = states[t - 1][:, None], states[t][None]  # (S, 1, .), (1, S', 2)
        before, now = new[..., 0], new[..., 1]
        ok = (old[..., -1] == before) & rules.sounds(cantus[t], now, False, t == last)
        ok &= rules.moves(cantus[t - 1], cantus[t], before, now)
        ok &= rules.turns(old[..., 0], before, now) if t > 1 else True
        ok &= rules.closes(before, now) if t == last else True
        edges.append(ok)
    begins = rules.sounds(cantus[0], keys, True, False)
    return LineGraph([s[:, -1:] for s in states], begins, edges)


def make_four_voices(cantus, without=(), upper=UPPER) -> LineGraph:
    """Tenor, alto and soprano above a cantus, which the bass sings an octave lower; a line is ``(T, 4)``, bass first.

    Arguments and errors as those of :func:`make_two_voices`; the rules are those of ``counterpoint_rules.FOUR``.
    """
    bass = check_cantus(cantus) - OCTAVE
    rules, last = FourVoices(check_rules(without, 4)), len(bass) - 1
    above = np.stack(np.meshgrid(*map(check_keys, upper), indexing="ij"), -1).reshape(-1, 3)
    chords = [np.insert(above, 0, low, 1) for low in bass]  # (S, 4)
    chords = [c[rules.sounds(c, t in (0, last))] for t, c in enumerate(chords)]
    edges = []
    for t in range(1, len(bass)):
        old, new = chords[t - 1][:, None], chords[t][None]
        ok = rules.moves(old, new)
        edges.append(ok & rules.closes(old, new) if t == last else ok)
    return LineGraph(chords, np.ones(len(chords[0]), bool), edges)


def keep_rules(cantus, lines, without=()) -> np.ndarray:
    """Which whole lines above a cantus keep the rules, ``(n, T) -> (n,) bool``: the screen that lines have to pass."""
    cantus, lines = check_cantus(cantus), np.asarray(lines)
    rules, last = TwoVoices(check_rules(without, 2)), len(cantus) - 1
    ok = np.ones(len(lines), bool)
    for t in range(len(cantus)):
        now = lines[:, t]
        ok &= rules.sounds(cantus[t], now, t == 0, t == last)
        if t:
            ok &= rules.moves(cantus[t - 1], cantus[t], lines[:, t - 1], now)
        if t > 1:
            ok &= rules.turns(lines[:, t - 2], lines[:, t - 1], now)
    return ok & rules.closes(lines[:, -2], lines[:, -1])


def draw_and_reject(cantus, n: int, rng, budget: int = BUDGET, keys=KEYS) -> tuple[np.ndarray, int]:
    """``n`` lines drawn whole by chance that keep all rules, ``(n, T)``, and how many were thrown away.

    ValueError where ``budget`` draws were not enough: over eleven notes one in four billion keeps the rules.
    """
    cantus, keys, kept, drawn = check_cantus(cantus), check_keys(keys), [], 0
    while sum(map(len, kept)) < n and drawn < budget:
        lines = rng.choice(keys, (min(10_000, budget - drawn), len(cantus)))
        kept.append(lines[keep_rules(cantus, lines)])
        drawn += len(lines)
    if (have := sum(map(len, kept))) < n:
        raise ValueError(
            f"{drawn:,} lines were drawn whole, {have} of {n} keep the rules, and the budget of {budget:,} is spent: "
            "draw note by note, or take a shorter cantus"
        )
    return np.concatenate(kept)[:n], drawn - have


def check_cantus(cantus) -> np.ndarray:
    """A cantus as ``(T,) int64``; ValueError for one that cannot be, with what can."""
    found = np.asarray(cantus)
    if found.ndim != 1 or len(found) < 2:
        raise ValueError(
            f"a cantus of {found.size} notes has nothing to move against: give it two or more in a row"
        )
    return check_keys(found)


def check_keys(keys) -> np.ndarray:
    """White keys as ``(K,) int64``; ValueError for none, and for what is no white key of 12 to 74."""
    found = np.asarray(keys)
    if not found.size:
        raise ValueError(
            "there is no key to sing: give white keys, such as range(35, 49), C4 to B5"
        )
    if not np.issubdtype(found.dtype, np.integer):
        raise ValueError(f"white keys are whole numbers, and these are {found.dtype}: 35 is C4")
    if wrong := found[(found < 12) | (found > 74)].tolist():
        raise ValueError(f"{wrong[0]} is no white key of 12 (F0) to 74 (G9): 35 is C4, 36 is D4")
    return found.astype(np.int64)
