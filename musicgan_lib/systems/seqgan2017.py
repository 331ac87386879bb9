"""SeqGAN's own experiment: the data come from a network that is known, so a generator can be scored exactly (Yu et al. 2017).

The oracle is an LSTM with weights from N(0, 1). It knows the probability of every sequence, so two scores
exist: ``oracle_nll``, what it thinks of the generator's samples (the paper's), and ``nll_test``, what the
generator thinks of the oracle's samples. A generator that repeats one good sequence has the best of the first.
"""

import hashlib
import sys
from dataclasses import dataclass

import numpy as np
import torch

from ...data.tokens import TokenData
from ...evaluation import nll as measures
from ...models.seqgan import Sampler, WordPolicy
from . import _sequence_game, _sequence_settings
from ._sequence_game import *  # noqa: F403 - the game, with what this paper changes below
from ._sequence_game import Config

CORPORA = ("oracle_500", "oracle_5000", "oracle_50")
#: Words and length of each oracle; the paper's is the second.
ORACLES = {"oracle_500": (500, 12), "oracle_5000": (5000, 20), "oracle_50": (50, 8)}
ORACLE_SEED = 88
SEQUENCES = {"train": 10_000, "valid": 2_000, "test": 4_000}
_NETWORKS = {
    "embedding": 32,
    "hidden": 32,
    "judge_embedding": 64,
    "pretrain_lr": 1e-2,
    "rl_lr": 1e-2,
}
#: Yu et al.: twelve widths with 100 to 200 channels each; fewer and narrower where sequences are short.
_WIDE = {"widths": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20),
         "channels": (100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160)}  # fmt: skip
_NARROW = {"widths": (1, 2, 3, 4, 6, 8), "channels": (48, 48, 48, 48, 32, 32)}
VARIANTS = {
    "nll": {},
    "seqgan": {"adversarial": True, "rollouts": 16},
    "without_rollouts": {"adversarial": True, "rollouts": 0},
    "baseline": {"adversarial": True, "rollouts": 16, "baseline": "leave_one_out"},
}
PROFILES = {
    "smoke": _NETWORKS | _NARROW | {
        "length": 8, "batch": 64, "pretrain": 150, "pretrain_batch": 64, "check_every": 25,
        "pretrain_judge": 30, "adversarial": 12, "judge_steps": 2, "judge_lr": 1e-3, "rollouts": 2, "measure": 1000,
    },
    "cpu": _NETWORKS | _NARROW | {
        "length": 12, "batch": 64, "pretrain": 4000, "pretrain_batch": 64, "check_every": 100, "anneal": True,
        "pretrain_judge": 300, "adversarial": 250, "judge_steps": 5,
        "rl_lr": 3e-3, "judge_lr": 1e-3, "rollouts": 4,
        "measure": 4000,
    },
    "gpu": _NETWORKS | _WIDE | {
        "length": 20, "batch": 64, "pretrain": 18_720, "pretrain_batch": 64, "check_every": 156,
        "pretrain_judge": 2000, "adversarial": 200, "judge_steps": 15, "rollouts": 16, "measure": 4000,
    },
}  # fmt: skip


@dataclass
class OracleData(TokenData):
    """Sequences of a known network, and the network: ``oracle``."""

    oracle: WordPolicy | None = None

    def decode(self, words):
        raise ValueError("the oracle's words stand for no notes, so there is nothing to write")


def configure(variant, profile, corpus="oracle_500", **changes) -> Config:
    """The settings of a run; see ``_sequence_settings.configure``. Roll-outs are the profile's."""
    game = sys.modules[__name__]
    size = {"length": ORACLES.get(corpus, (0, 12))[1]}
    if variant in ("nll", "without_rollouts"):
        size["rollouts"] = 0
    elif profile in PROFILES:
        size["rollouts"] = PROFILES[profile]["rollouts"]
    return _sequence_settings.configure(game, variant, profile, corpus, size | changes)


def encode(config: Config, corpus: str) -> OracleData:
    """Draw the oracle and its sequences; the same ones for every seed of a run."""
    n_words, length = ORACLES[corpus]
    with torch.random.fork_rng():
        torch.manual_seed(ORACLE_SEED)
        oracle = WordPolicy((n_words,), 32, 32, init_std=1.0).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(ORACLE_SEED)
    pieces = {
        split: list(Sampler(oracle).run(n, length, generator).actions.numpy())
        for split, n in SEQUENCES.items()
    }
    symbols = [[[float(i)] for i in range(n_words)]]
    known = _hash(pieces)
    return OracleData(corpus, "published", (n_words,), symbols, pieces, known, oracle=oracle)


def _hash(pieces: dict[str, list[np.ndarray]]) -> str:
    """What the sequences of an oracle are known by: their words, split by split."""
    seen = hashlib.sha256()
    for split, sequences in pieces.items():
        seen.update(split.encode() + np.stack(sequences).tobytes())
    return seen.hexdigest()[:16]


def measure(state, config: Config, data: OracleData, generator) -> tuple[dict, torch.Tensor]:
    """The metrics of every preset on words, and both directions of the oracle's.

    ``oracle_nll``: nats a word that the oracle charges for the samples. ``oracle_entropy``: what it charges
    for its own; below it a generator is too sure of itself, not better than the truth.
    """
    found, samples = _sequence_game.measure(state, config, data, generator)
    found["oracle_nll"] = measures.nll(data.oracle, samples.cpu())
    own = torch.as_tensor(np.stack(data.pieces["test"]))
    found["oracle_entropy"] = measures.nll(data.oracle, own)
    return found, samples
