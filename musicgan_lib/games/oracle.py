"""SeqGAN's own experiment: the data come from a network that is known, so a generator can be scored exactly (Yu et
al. 2017).

The oracle is an LSTM with weights from N(0, 1). It knows the probability of every sequence, so two scores
exist: ``oracle_nll``, what it thinks of the generator's samples (the paper's), and ``nll_test``, what the
generator thinks of the oracle's samples. A generator that repeats one good sequence has the best of the first.
"""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch

from ..data.tokens import TokenData
from ..evaluation import nll as measures
from ..models.seqgan import WordPolicy
from .word_settings import Config
from .words import WordGame

#: Words and length of each oracle; the paper's is the second.
ORACLES = {"oracle_500": (500, 12), "oracle_5000": (5000, 20), "oracle_50": (50, 8)}
ORACLE_SEED = 88
SEQUENCES = {"train": 10_000, "valid": 2_000, "test": 4_000}


@dataclass
class OracleData(TokenData):
    """Sequences of a known network, and the network: ``oracle``."""

    oracle: WordPolicy | None = None

    def decode(self, words):
        raise ValueError("the oracle's words stand for no notes, so there is nothing to write")


class OracleGame(WordGame):
    """The game on words whose music is an oracle's sequences."""

    def encode(self, config: Config, corpus: str) -> OracleData:
        """Draw the oracle and its sequences; the same ones for every seed of a run."""
        n_words, length = ORACLES[corpus]
        with torch.random.fork_rng():
            torch.manual_seed(ORACLE_SEED)
            oracle = WordPolicy((n_words,), 32, 32, init_std=1.0).requires_grad_(False).eval()
        generator = torch.Generator().manual_seed(ORACLE_SEED)
        pieces = {
            split: list(oracle.sample(n, length, generator).actions.numpy())
            for split, n in SEQUENCES.items()
        }
        symbols = [[[float(i)] for i in range(n_words)]]
        known = _hash(pieces)
        return OracleData(corpus, "published", (n_words,), symbols, pieces, known, oracle=oracle)

    def measure(
        self, state, config: Config, data: OracleData, generator
    ) -> tuple[dict, torch.Tensor]:
        """The metrics of every preset on words, and both directions of the oracle's.

        ``oracle_nll``: nats a word that the oracle charges for the samples. ``oracle_entropy``: what it charges
        for its own; below it a generator is too sure of itself, not better than the truth.
        """
        found, samples = super().measure(state, config, data, generator)
        found["oracle_nll"] = measures.nll(data.oracle, samples.cpu())
        own = torch.as_tensor(np.stack(data.pieces["test"]))
        found["oracle_entropy"] = measures.nll(data.oracle, own)
        return found, samples


def _hash(pieces: dict[str, list[np.ndarray]]) -> str:
    """What the sequences of an oracle are known by: their words, split by split."""
    seen = hashlib.sha256()
    for split, sequences in pieces.items():
        seen.update(split.encode() + np.stack(sequences).tobytes())
    return seen.hexdigest()[:16]
