"""BLEU by hand, and run for run the same as nltk's."""

import math
import re

import numpy as np
import pytest

from musicgan_lib.metrics.bleu import mean_bleu, sentence_bleu

#: What nltk 3.10.4's sentence_bleu gives (weights 1/4 each), with ``draw(seed)`` below.
NLTK = {
    "method1": {
        0: 0.5777966169,
        1: 0.7210660817,
        2: 0.0864673369,
        3: 0.0392154242,
        4: 0.0525921008,
    },
    "method4": {
        0: 0.5777966169,
        1: 0.7210660817,
        2: 0.1137569221,
        3: 0.0565849189,
        4: 0.0744393649,
    },
}


def draw(seed):
    """A hypothesis and four references over few symbols, of several lengths."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 24, 5)
    symbols = int(rng.integers(2, 12))
    return rng.integers(0, symbols, lengths[0]), [rng.integers(0, symbols, n) for n in lengths[1:]]


def test_by_hand():
    hypothesis, reference = [1, 2, 3, 1, 2, 3], [1, 2, 3, 4, 5, 6]
    # symbols: 1 2 3 once each of 6; pairs 12 23 of 5; threes 123 of 4; fours none of 3, so log 6 / 10
    expected = (3 / 6 * 2 / 5 * 1 / 4 * (math.log(6) / 10) / 3) ** 0.25
    assert sentence_bleu(hypothesis, [reference]) == pytest.approx(expected)
    assert sentence_bleu(hypothesis, [reference], smoothing="none") == 0
    eps = (3 / 6 * 2 / 5 * 1 / 4 * 0.1 / 3) ** 0.25
    assert sentence_bleu(hypothesis, [reference], smoothing="method1") == pytest.approx(eps)


def test_a_short_hypothesis_pays_and_a_long_one_does_not():
    reference = list(range(10))
    assert sentence_bleu(reference, [reference]) == 1
    assert sentence_bleu(reference[:8], [reference]) == pytest.approx(math.exp(1 - 10 / 8))
    # 8 lies as near to 6 as to 10: the shorter reference counts, so nothing is paid
    assert sentence_bleu(reference[:8], [reference, [90, 91, 92, 93, 94, 95]]) == 1


def test_a_run_counts_as_often_as_one_reference_holds_it():
    assert sentence_bleu(
        [7] * 7, [[7, 7, 8, 8, 8, 8, 8], [7, 1, 2, 3, 4, 5, 6]], n=1
    ) == pytest.approx(2 / 7)


def test_missing_lengths_are_smoothed_less_and_less():
    # no pair, three or four in common: log(4) / 10, / 20, / 40 over 3, 2, 1 runs
    got = sentence_bleu([1, 2, 3, 4], [[4, 3, 2, 1]])
    expected = (1 * math.log(4) / 10 / 3 * math.log(4) / 20 / 2 * math.log(4) / 40 / 1) ** 0.25
    assert got == pytest.approx(expected)


def test_nothing_in_common_is_zero():
    assert sentence_bleu([1, 2], [[3, 4]]) == 0 and sentence_bleu([], [[1]]) == 0


@pytest.mark.parametrize("smoothing", ["method1", "method4"])
def test_the_values_that_nltk_gives(smoothing):
    for seed, expected in NLTK[smoothing].items():
        assert sentence_bleu(*draw(seed), smoothing=smoothing) == pytest.approx(expected, abs=1e-9)


def test_against_nltk_itself():
    nltk = pytest.importorskip("nltk.translate.bleu_score")
    for smoothing in ("method1", "method4"):
        function = getattr(nltk.SmoothingFunction(), smoothing)
        for seed in range(200):
            hypothesis, references = draw(seed)
            theirs = nltk.sentence_bleu(
                [r.tolist() for r in references], hypothesis.tolist(), smoothing_function=function
            )
            assert sentence_bleu(hypothesis, references, smoothing=smoothing) == pytest.approx(
                theirs, abs=1e-9
            )


def test_the_mean_needs_a_number_of_references():
    hypotheses, references = [[1, 2, 3, 4]], [[1, 2, 3, 4]] * 3
    with pytest.raises(TypeError, match="n_references"):
        mean_bleu(hypotheses, references, rng=np.random.default_rng(0))
    for number in (0, 4):
        with pytest.raises(ValueError, match=re.escape(f"{number} references of 3")):
            mean_bleu(hypotheses, references, n_references=number, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="no hypothesis"):
        mean_bleu([], references, n_references=1, rng=np.random.default_rng(0))


def test_the_mean_rises_with_the_references_and_uses_exactly_so_many():
    rng = np.random.default_rng(0)
    references, hypotheses = rng.integers(0, 6, (64, 20)), rng.integers(0, 6, (8, 20))
    scores = [
        mean_bleu(hypotheses, references, n_references=n, rng=np.random.default_rng(1))
        for n in (1, 8, 64)
    ]
    assert scores[0] < scores[1] < scores[2]
    every = np.mean([sentence_bleu(h, references) for h in hypotheses])
    assert scores[2] == pytest.approx(every)
    picked = np.random.default_rng(1).permutation(64)[:8]
    assert scores[1] == pytest.approx(
        np.mean([sentence_bleu(h, references[picked]) for h in hypotheses])
    )


@pytest.mark.parametrize("kwargs", [{"smoothing": "method9"}, {"n": 0}])
def test_settings_that_do_not_exist(kwargs):
    with pytest.raises(ValueError):
        sentence_bleu([1, 2], [[1, 2]], **kwargs)
    with pytest.raises(ValueError, match="no reference"):
        sentence_bleu([1], [])
