"""Answers that look right and are not, and unusual ones that are."""

from collections import Counter

import numpy as np


def count_over_all_references(h, references, k):
    def runs(s):
        return Counter(tuple(s[i : i + k]) for i in range(len(s) - k + 1))

    known = sum((runs(r) for r in references), Counter())
    return sum((runs(h) & known).values())


def windows_as_witnesses(right, tune):
    return float(np.std(right) / np.sqrt(len(right) - 1))


WRONG = {
    "judging-generators-1": count_over_all_references,
    "judging-generators-2": windows_as_witnesses,
}


def runs(s, k):
    return [tuple(s[i : i + k]) for i in range(len(s) - k + 1)]


def not_clipped(h, references, k):
    known = {w for r in references for w in runs(r, k)}
    return sum(w in known for w in runs(h, k))


def clipped_by_the_sum(h, references, k):
    known = Counter(w for r in references for w in runs(r, k))
    return sum((Counter(runs(h, k)) & known).values())


def each_once(h, references, k):
    known = {w for r in references for w in runs(r, k)}
    return len(set(runs(h, k)) & known)


def best_single_reference(h, references, k):
    return max(sum((Counter(runs(h, k)) & Counter(runs(r, k))).values()) for r in references)


def a_share(h, references, k):
    return right(h, references, k) / max(len(runs(h, k)), 1)


def single_words(h, references, k):
    return right(h, references, 1)


def shorter_runs_too(h, references, k):
    return sum(right(h, references, i) for i in range(1, k + 1))


def last_run_lost(h, references, k):
    def cut(s):
        return [tuple(s[i : i + k]) for i in range(len(s) - k)]

    most = Counter()
    for r in references:
        most |= Counter(cut(r))
    return sum((Counter(cut(h)) & most).values())


def any_order(h, references, k):
    def bag(s):
        return Counter(tuple(sorted(w)) for w in runs(s, k))

    most = Counter()
    for r in references:
        most |= bag(r)
    return sum((bag(h) & most).values())


def blocks(h, references, k):
    def cut(s):
        return Counter(tuple(s[i : i + k]) for i in range(0, len(s) - k + 1, k))

    most = Counter()
    for r in references:
        most |= cut(r)
    return sum((cut(h) & most).values())


def first_reference(h, references, k):
    return sum((Counter(runs(h, k)) & Counter(runs(references[0], k))).values())


def least_of_the_references(h, references, k):
    most = Counter(runs(references[0], k))
    for r in references:
        most &= Counter(runs(r, k))
    return sum((Counter(runs(h, k)) & most).values())


def glued_digits(h, references, k):
    def glue(s):
        return Counter("".join(map(str, w)) for w in runs(s, k))

    most = Counter()
    for r in references:
        most |= glue(r)
    return sum((glue(h) & most).values())


def places_must_agree(h, references, k):
    return max(sum(a == b for a, b in zip(runs(h, k), runs(r, k))) for r in references)


def right(h, references, k):
    most = Counter()
    for r in references:
        most |= Counter(runs(r, k))
    return sum((Counter(runs(h, k)) & most).values())


def windows_independent(right, tune):
    right = np.asarray(right, float)
    return right.std(ddof=1) / np.sqrt(len(right))


def binomial(right, tune):
    m = np.mean(right)
    return np.sqrt(m * (1 - m) / len(right))


def means_of_tunes(right, tune):
    m = [np.mean(right[tune == j]) for j in np.unique(tune)]
    return np.std(m, ddof=1) / np.sqrt(len(m))


def correction_forgotten(right, tune):
    d = right - right.mean()
    s = [d[tune == j].sum() for j in np.unique(tune)]
    return np.sqrt(np.sum(np.square(s))) / len(right)


def correction_by_windows(right, tune):
    d = right - right.mean()
    s = [d[tune == j].sum() for j in np.unique(tune)]
    n = len(right)
    return np.sqrt(n / (n - 1) * np.sum(np.square(s))) / n


def variance(right, tune):
    return by_formula(right, tune) ** 2


def divided_by_root(right, tune):
    return by_formula(right, tune) * np.sqrt(len(right))


def divided_by_tunes(right, tune):
    return by_formula(right, tune) * len(right) / len(np.unique(tune))


def squares_first(right, tune):
    d = right - right.mean()
    n = len(np.unique(tune))
    return np.sqrt(n / (n - 1) * np.sum(d**2)) / len(right)


def mean_of_the_tune(right, tune):
    d = np.array([r - right[tune == t].mean() for r, t in zip(right, tune)])
    s = [d[tune == j].sum() for j in np.unique(tune)]
    n = len(s)
    return np.sqrt(n / (n - 1) * np.sum(np.square(s))) / len(right)


def tunes_counted_from_zero(right, tune):
    d = right - right.mean()
    s = np.bincount(tune, weights=d)
    n = len(s)
    return np.sqrt(n / (n - 1) * np.sum(s**2)) / len(right)


def neighbours_only(right, tune):
    d = right - right.mean()
    s = np.add.reduceat(d, np.r_[0, np.flatnonzero(np.diff(tune)) + 1])
    n = len(s)
    return np.sqrt(n / (n - 1) * np.sum(s**2)) / len(right)


def mean_forgotten(right, tune):
    s = [right[tune == j].sum() for j in np.unique(tune)]
    n = len(s)
    return np.sqrt(n / (n - 1) * np.sum(np.square(s))) / len(right)


def by_formula(right, tune):
    d = right - right.mean()
    s = [d[tune == j].sum() for j in np.unique(tune)]
    n = len(s)
    return np.sqrt(n / (n - 1) * np.sum(np.square(s))) / len(right)


NAMED = {
    "judging-generators-1": [
        (not_clipped, "at most as often"),
        (clipped_by_the_sum, "one reference"),
        (each_once, "twice"),
        (best_single_reference, "each run"),
        (a_share, "count"),
        (single_words, "runs of k"),
        (shorter_runs_too, "runs of k"),
        (last_run_lost, "last run"),
        (any_order, "order"),
        (blocks, "every place"),
        (first_reference, "all references"),
        (least_of_the_references, "most often"),
        (glued_digits, "word"),
        (places_must_agree, "anywhere"),
    ],
    "judging-generators-2": [
        (windows_independent, "one witness"),
        (binomial, "one witness"),
        (means_of_tunes, "windows"),
        (correction_forgotten, "n / (n - 1)"),
        (correction_by_windows, "tunes"),
        (variance, "root"),
        (divided_by_root, "not by its root"),
        (divided_by_tunes, "not by the tunes"),
        (squares_first, "add them up, then square"),
        (mean_of_the_tune, "mean of *all*"),
        (tunes_counted_from_zero, "number"),
        (neighbours_only, "tune"),
        (mean_forgotten, "mean"),
    ],
}


def lists_and_counts(h, references, k):
    mine = runs(list(h), k)
    theirs = [runs(list(r), k) for r in references]
    return sum(min(mine.count(w), max(t.count(w) for t in theirs)) for w in set(mine))


def struck_off(h, references, k):
    """Each reference lends its runs once; a run uses up the best lender's copies."""
    found = 0.0
    for w in set(runs(h, k)):
        lend = max(sum(w == x for x in runs(r, k)) for r in references)
        found += min(sum(w == x for x in runs(h, k)), lend)
    return found


def numpy_views(h, references, k):
    def count(s, w):
        if len(s) < k:
            return 0
        views = np.lib.stride_tricks.sliding_window_view(np.array(s), k)
        return int((views == np.array(w)).all(1).sum())

    return np.int64(
        sum(min(count(h, w), max(count(r, w) for r in references)) for w in set(runs(list(h), k)))
    )


def with_a_dict(right, tune):
    mean, sums = sum(right) / len(right), {}
    for r, t in zip(right, tune):
        sums[t] = sums.get(t, 0) + (r - mean)
    n = len(sums)
    return (n / (n - 1) * sum(s * s for s in sums.values())) ** 0.5 / len(right)


def member_matrix(right, tune):
    names, which = np.unique(tune, return_inverse=True)
    hot = np.eye(len(names))[which]
    s = hot.T @ (np.asarray(right, float) - np.mean(right))
    return np.std(s, ddof=1) * np.sqrt(len(names)) / len(which)


RIGHT = {
    "judging-generators-1": [lists_and_counts, struck_off, numpy_views],
    "judging-generators-2": [with_a_dict, member_matrix],
}
