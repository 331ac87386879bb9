"""What the game on words draws, keeps and measures."""

import numpy as np
import torch

from ..evaluation import nll as measures
from ..learning import team
from ..metrics import text
from ..metrics.bleu import mean_bleu
from ..models.draws import rand, randint

#: BLEU rises with the number of references, so it is always this one.
REFERENCES = 64


class Batches:
    """Random windows of a split: every start that the tokens allow is equally likely, and no window spans two pieces.

    Where a split has no piece of ``length`` words its pieces are joined, as the papers do with all.
    """

    def __init__(self, data, split: str, length: int):
        pieces, others = data.pieces[split], data.other_keys if split == "train" else []
        if all(len(p) < length for p in pieces):
            pieces = [np.concatenate([*pieces] * (1 + length // max(sum(map(len, pieces)), 1)))]
            others = []
        self.length = length
        rooms = [[p, *o] for p, o in zip(pieces, others)] if others else [[p] for p in pieces]
        rooms = [r for r in rooms if len(r[0]) >= length]
        self.words = torch.as_tensor(np.concatenate([p for room in rooms for p in room]))
        ends = np.cumsum([len(p) for room in rooms for p in room])
        first, at = [], 0
        for room in rooms:
            first.append([(0 if at + i == 0 else ends[at + i - 1]) for i in range(len(room))])
            at += len(room)
        starts = [
            (r, k)
            for r, room in enumerate(rooms)
            for k in range(0, len(room[0]) - length + 1, data.stride)
        ]
        self.starts = torch.as_tensor(np.array(starts))
        self.keys = [torch.as_tensor(np.array(f)) for f in first]

    def draw(self, n: int, generator, in_other_keys: bool = False) -> torch.Tensor:
        """``(n, length) int64``; the keys of the music, or a random key each where there are others."""
        chosen = self.starts[randint(len(self.starts), n, generator)]
        turn = rand(n, generator=generator)
        begin = [
            self.keys[room][int(u * len(self.keys[room])) if in_other_keys else 0] + k
            for (room, k), u in zip(chosen.tolist(), turn.tolist())
        ]
        return self.words[torch.as_tensor(begin)[:, None] + torch.arange(self.length)]


def keep_best(state, valid, load: bool = False) -> float:
    """Remember the policy's weights where they are the best on the validation windows so far.

    With ``load`` the best ones are put back and forgotten. Returns nats a symbol on ``valid``.
    """
    policy = state.modules["policy"]
    if load:
        if "best" in state.memory:
            policy.load_state_dict(state.memory.pop("best"))
        return 0.0
    found = team.agree(measures.nll(policy, valid))
    if found < state.memory.get("best_nll", np.inf):
        state.memory["best_nll"] = found
        state.memory["best"] = {k: v.clone() for k, v in policy.state_dict().items()}
    return found


def spread_evenly(windows: np.ndarray, n: int) -> np.ndarray:
    """``n`` of the windows of a split, from the first to the last; all where there are no more."""
    if len(windows) <= n:
        return windows
    return windows[np.linspace(0, len(windows) - 1, n).round().astype(int)]


def measure_words(policy, judge, data, config, generator) -> tuple[dict, torch.Tensor]:
    """Likelihood on every split, entropy, and what the samples are like; with the samples.

    ``nll_blind`` is what a blind guess costs. ``reward_mean``, ``reward_std``, ``precision`` and ``recall``
    are by the run's own discriminator, so they cannot be compared between runs.
    """
    policy.eval()
    found = {}
    for split in ("train", "valid", "test"):
        windows = data.windows(split, config.length)
        spread = spread_evenly(windows, config.measure)
        if len(spread):
            found[f"nll_{split}"] = measures.nll(policy, torch.as_tensor(spread))
            found[f"nll_{split}"] *= data.symbols_per_word(spread)
            found["nll_blind"] = float(np.log(data.sizes).sum()) * data.symbols_per_word(spread)
    samples = policy.sample(config.measure, config.length, generator).actions
    per_word = data.symbols_per_word(samples.cpu().numpy())
    found |= {k: v * per_word for k, v in measures.entropies(policy, samples).items()}
    drawn, train = list(samples.cpu().numpy()), data.pieces["train"]
    found["distinct_4"] = text.distinct_n(drawn, 4)
    found["novelty_8"] = text.novelty(drawn[:32], train, 8)
    found["longest_copy"] = float(np.mean(text.longest_copies(drawn[:8], train)))
    references = data.windows("valid", config.length)[:REFERENCES]
    if len(references) == REFERENCES:
        rng = np.random.default_rng(0)
        found["bleu"] = mean_bleu(drawn[:64], references, n_references=REFERENCES, rng=rng)
    if judge is not None:
        real = Batches(data, "valid", config.length).draw(config.measure, generator)
        found |= measures.own_judgement(judge, real, samples)
    return found, samples
