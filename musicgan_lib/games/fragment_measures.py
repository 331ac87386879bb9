"""What compositions from fragments are worth: how voices move at joins, what is kept whole, what is copied."""

import numpy as np

from ..data.beats import STEPS, cut_beats, sound
from ..metrics import counts, text
from ..metrics.voice_motions import list_motions, share_known
from ..models.recombination import SIGNATURE


def spell(parts, path) -> np.ndarray:
    """The cells of fragments in a row, ``(beats * STEPS, V)``; what the first one holds is begun anew."""
    cells = parts.cells[path].reshape(-1, parts.cells.shape[-1]).copy()
    cells[0] = np.where(parts.held[path[0]], parts.first[path[0]], cells[0])
    return cells


def write(parts, path, length: int) -> np.ndarray:
    """A path as ``length`` tokens of the grid; behind its end there is silence."""
    tokens = np.full(length, parts.hold + 1, np.int64)
    cells = spell(parts, path).ravel()[:length]
    tokens[: len(cells)] = cells
    return tokens


def find_joins(parts, path) -> np.ndarray:
    """``(beats - 1,) bool``: whether two neighbours of a path do not stand in a row in a piece."""
    path = np.asarray(path)
    return ~((path[1:] == path[:-1] + 1) & parts.follows()[path[:-1]])


def list_beat_motions(parts, path) -> list:
    """How the voices move from each beat of a path to the next, as heard; None where a voice rests."""
    heard = sound(spell(parts, path), parts.hold)
    heard = np.where(heard > parts.hold, -1, heard).reshape(len(path), STEPS, -1)
    return list_motions(heard[:-1, -1], heard[1:, 0])


def list_own_motions(parts) -> list:
    """How the voices move from each beat to the next in the pieces themselves."""
    on = parts.follows()[:-1]
    last, first = (np.where(x > parts.hold, -1, x) for x in (parts.last, parts.first))
    return list_motions(last[:-1][on], first[1:][on])


def list_held_out(data) -> set:
    """The motions at the beats of validation and test pieces."""
    found = set()
    for split in ("valid", "test"):
        if data.pieces[split]:
            found |= set(list_own_motions(cut_beats(data, split)))
    return found - {None}


def measure_joins(parts, paths, data) -> dict:
    """``joins_led``, ``joins_led_own``, and ``join_share``: the share of beats that begin with a join."""
    known, made, beats = list_held_out(data), [], 0
    for path in paths:
        motions = list_beat_motions(parts, path)
        made += [motions[k] for k in np.flatnonzero(find_joins(parts, path))]
        beats += len(path)
    return {
        "joins_led": share_known(made, known),
        "joins_led_own": share_known(list_own_motions(parts), known),
        "join_share": len(made) / beats,
    }


def measure_signatures(lexicon, made, data) -> dict:
    """``signatures_kept`` and ``signature_share`` of compositions, and ``signature_share_real`` of test pieces."""
    begins, kept, inside = lexicon.list_signatures(), [], []
    for one in made:
        path, at = one.path, 0
        belongs = np.zeros(len(path), bool)
        while at < len(path):
            whole = np.array_equal(path[at : at + SIGNATURE], path[at] + np.arange(SIGNATURE))
            if begins[path[at]]:
                kept.append(whole)
            if begins[path[at]] and whole:
                belongs[at : at + SIGNATURE] = True
                at += SIGNATURE - 1  # what begins inside one is not chosen freely
            at += 1
        inside.append(belongs)
    found = {"signature_share": float(np.concatenate(inside).mean())}
    if kept:
        found["signatures_kept"] = float(np.mean(kept))
    if data.pieces["test"]:
        test = cut_beats(data, "test")
        found["signature_share_real"] = float(find_signatures(lexicon, test).mean())
    return found


def find_signatures(lexicon, parts) -> np.ndarray:
    """``(F,) bool``: which fragments of other pieces belong to a signature of the lexicon, note by note."""
    own, others = list_kinds(lexicon.fragments, parts)
    known = {tuple(own[k : k + SIGNATURE]) for k in np.flatnonzero(lexicon.list_signatures())}
    belongs = np.zeros(len(parts), bool)
    for at in range(len(parts) - SIGNATURE + 1):
        same = parts.piece[at] == parts.piece[at + SIGNATURE - 1]
        if same and tuple(others[at : at + SIGNATURE]) in known:
            belongs[at : at + SIGNATURE] = True
    return belongs


def list_kinds(*groups) -> list[np.ndarray]:
    """The fragments of several groups numbered alike: one number for the same notes on the same beat."""
    notes = [
        np.concatenate([g.place[:, None], g.first, g.cells.reshape(len(g), -1)], 1) for g in groups
    ]
    kinds = np.unique(np.concatenate(notes), axis=0, return_inverse=True)[1].ravel()
    return np.split(kinds, np.cumsum([len(g) for g in groups])[:-1])


def measure_copies(lexicon, made, data) -> dict:
    """``longest_source``, and ``longest_run`` with ``longest_run_real``, in beats."""
    parts, read = lexicon.fragments, lexicon.list_read()
    longest = max(_count_in_row(find_joins(parts, one.path)) for one in made)
    groups = [parts, cut_beats(data, "test")] if data.pieces["test"] else [parts]
    own, *test = list_kinds(*groups)
    known = [own[read & (parts.piece == k)] for k in np.unique(parts.piece[read])]
    found = {"longest_source": float(longest)}
    found["longest_run"] = float(np.mean(text.longest_copies([own[m.path] for m in made], known)))
    if test:
        beats = max(len(one.path) for one in made)
        places = groups[1].piece
        pieces = [test[0][places == k][:beats] for k in np.unique(places)]
        found["longest_run_real"] = float(np.mean(text.longest_copies(pieces, known)))
    return found


def _count_in_row(joins) -> int:
    """The most beats between two joins."""
    edges = np.flatnonzero(np.concatenate([[True], joins, [True]]))
    return int(np.diff(edges).max())


def judge_samples(paths, parts, data, length: int) -> dict:
    """``judge_nll`` and ``judge_nll_real``; nothing where a split has no music."""
    if not (data.pieces["valid"] and data.pieces["test"]):
        return {}
    whole = zip(data.pieces["valid"], data.beside["valid"])
    table = counts.fit_chorale_counts([data.decode(p, b) for p, b in whole])
    real = [
        cut_from_bar(p, b, length, data.voices)
        for p, b in zip(data.pieces["test"], data.beside["test"])
    ]
    made = [write(parts, path, 4 * STEPS * len(path)) for path in paths]
    return {
        "judge_nll": counts.chorale_nll(table, [data.decode(tokens) for tokens in made]),
        "judge_nll_real": counts.chorale_nll(table, [data.decode(tokens) for tokens in real]),
    }


def cut_from_bar(tokens, beside, length: int, voices: int) -> np.ndarray:
    """The tokens of a piece from its first bar line on, whole sixteenths, at most ``length``."""
    bar = int(np.flatnonzero(beside.reshape(-1, 2 + voices)[:, 0] == 0)[0])
    return tokens[bar * voices :][:length]
