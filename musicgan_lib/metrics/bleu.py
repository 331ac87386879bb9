"""BLEU: the share of a melody's short runs that stand somewhere in the references. Weak evidence, often reported.

It looks at runs of one to four symbols and forgets where they came from, so a patchwork of references
scores like a quotation. Its value rises with the number of references: it means nothing without it.
"""

from collections import Counter

import numpy as np

#: Chen and Cherry (2014): what stands for a run length without a match.
SMOOTHINGS = ("none", "method1", "method4")


def sentence_bleu(hypothesis, references, n: int = 4, smoothing: str = "method4") -> float:
    """How much of a sequence is made of runs that occur in the references, 0..1; higher is more alike.

    The geometric mean of the clipped precisions of runs of 1 to ``n`` symbols, times ``exp(1 - r / h)``
    where the hypothesis (length h) is shorter than the reference nearest to it in length (r; the
    shorter of two). A run counts at most as often as in the one reference that holds it most often.

    ``smoothing`` says what a length without any match counts: ``none`` makes the score 0; ``method1``
    puts 0.1 for the 0 matches; ``method4`` (the papers') puts ``log(h) / (5 * 2**k)``, k being the
    number of such lengths so far, this one included. Without any common symbol the score is 0. Of 1212
    against 1213, three of four symbols and two of three pairs are found:

    >>> round(sentence_bleu([1, 2, 1, 2], [[1, 2, 1, 3]], n=2, smoothing="none") ** 2, 6)
    0.5

    Raises ValueError for an unknown smoothing, no references, or ``n`` below 1.
    Source: Papineni et al. (2002); smoothing: Chen and Cherry (2014), as in nltk's ``sentence_bleu``.
    """
    if smoothing not in SMOOTHINGS:
        raise ValueError(f"smoothing {smoothing!r} is not one of {', '.join(SMOOTHINGS)}")
    if n < 1:
        raise ValueError(f"runs of {n} symbols do not exist; n starts at 1")
    return _score(_plain(hypothesis), *_prepare(references, n), n, smoothing)


def mean_bleu(
    hypotheses, references, *, n_references: int, rng, n: int = 4, smoothing: str = "method4"
) -> float:
    """Mean :func:`sentence_bleu` of the hypotheses, against exactly ``n_references`` references, 0..1.

    ``n_references`` has no default: the score rises with it, so it belongs beside every printed value.
    They are drawn once, without repeating one, with ``rng`` (a numpy Generator), and are the same for
    all hypotheses. ValueError where there are fewer, or no hypotheses.
    """
    references = list(references)
    if not 1 <= n_references <= len(references):
        raise ValueError(f"{n_references} references of {len(references)} cannot be taken")
    if not len(hypotheses):
        raise ValueError("there is no hypothesis to score")
    picked = rng.permutation(len(references))[:n_references]
    prepared = _prepare([references[i] for i in picked], n)
    return float(np.mean([_score(_plain(h), *prepared, n, smoothing) for h in hypotheses]))


def _plain(sequence) -> list:
    return np.asarray(sequence).tolist()


def _runs(sequence: list, k: int) -> Counter:
    return Counter(zip(*(sequence[i:] for i in range(k))))


def _prepare(references, n: int):
    """For each run length, the most that one reference holds of each run; and the references' lengths."""
    references = [_plain(r) for r in references]
    if not references:
        raise ValueError("there is no reference to compare with")
    most = [Counter() for _ in range(n)]
    for reference in references:
        for k in range(n):
            most[k] |= _runs(reference, k + 1)  # the larger count of each
    return most, np.array([len(r) for r in references])


def _score(hypothesis: list, most, lengths, n: int, smoothing: str) -> float:
    h = len(hypothesis)
    if not h:
        return 0.0
    log_precisions, missing = [], 0
    for k in range(n):
        runs = _runs(hypothesis, k + 1)
        found = sum(min(times, most[k][run]) for run, times in runs.items())
        total = max(h - k, 1)
        if not found:
            if k == 0 or smoothing == "none":
                return 0.0
            missing += 1
            found = 0.1 if smoothing == "method1" else np.log(h) / (5 * 2**missing)
            if not found:  # a single symbol, whose log(h) is 0: nltk leaves its missing lengths out
                continue
        log_precisions.append(np.log(found / total))
    nearest = min(lengths.tolist(), key=lambda r: (abs(r - h), r))
    penalty = 1.0 if h > nearest else np.exp(1 - nearest / h)
    return float(penalty * np.exp(sum(log_precisions) / n))
