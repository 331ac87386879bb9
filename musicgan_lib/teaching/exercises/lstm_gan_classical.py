"""Judges of the exercises of *A sequence model that never saw a sequence*."""

from ..exercise import checker
from .asking import call, expect_word, show


@checker("lstm-gan-1")
def judge_keep_best(keep_best):
    import torch

    weights, lent = {"w": torch.zeros(2)}, []

    def attempt(best, loss, weights):
        lent.append(weights)
        return keep_best(best, loss, weights)

    def train():
        for network in (weights, *lent):  # whoever kept what was lent keeps what training changes
            network["w"] += 1

    def keep(best, loss):
        got = call(attempt, best, loss, weights)
        pair = isinstance(got, (tuple, list)) and len(got) == 2 and not isinstance(got[0], dict)
        assert pair, f"return a pair (loss, weights), not {show(got)}"
        return got

    best = keep(None, 3.0)
    assert best[0] == 3.0, f"without a best so far the first is the best, not {best}"
    train()
    best = keep(best, 2.0)
    assert best[0] == 2.0, f"a lower loss is better: keep the pair of 2.0, not of {best[0]}"
    kept = best[1]["w"].tolist()
    assert kept == [1, 1], f"keep the weights of the lowest loss, here ones, not {kept}"
    train()
    kept = best[1]["w"].tolist()
    assert kept == [1, 1], f"training went on and changed what was kept: keep a copy, not {kept}"
    best = keep(best, 2.5)
    assert best[0] == 2.0, f"a higher loss than the lowest is not kept: 2.0, not {best[0]}"
    kept = best[1]["w"].tolist()
    assert kept == [1, 1], f"keep the weights of the lowest loss, here ones, not {kept}"
    nothing = keep((0.0, {"w": torch.zeros(2)}), 0.5)
    assert nothing[0] == 0, f"a best loss of 0 is a loss, and lower than 0.5: 0, not {nothing[0]}"


@checker("lstm-gan-2")
def judge_is_sequence_model(is_sequence_model):
    import torch

    x = torch.randn(4, 5, 3, generator=torch.Generator().manual_seed(0))
    with torch.random.fork_rng():
        torch.manual_seed(0)
        memory = torch.nn.LSTM(3, 6, batch_first=True)
        alone = torch.nn.Linear(3, 6)

    def depends(wanted, network, said, x=x):
        got = call(is_sequence_model, network, x)
        assert got in (True, False), f"return True or False, not {show(got)}"
        expect_word(bool(got), wanted, said)

    def first(x):  # what the first step says, to every step
        return x[:, :1].expand_as(x)

    depends(True, lambda x: memory(x)[0], "an LSTM remembers the first step")
    said = "the last output is always 0, and depends on nothing: look at the last output alone"
    depends(False, lambda x: torch.cat([first(x)[:, 1:], 0 * x[:, :1]], 1), said)
    said = "a layer that takes each step alone remembers nothing: change the first step alone"
    depends(False, alone, said)
    said = (
        "each output is told how many steps there are: change the first step, do not take it away"
    )
    depends(False, lambda x: x * x.shape[1], said)
    said = "each step sees one step back: what comes from the middle does not count"
    depends(False, lambda x: x + x.roll(1, 1), said)
    silent = torch.cat([0 * x[:, :1], x[:, 1:]], 1)
    said = "a first step of silence (zeros) can be changed, too"
    depends(True, lambda x: memory(x)[0], said, silent)
    said = "the last output hears one number of the first step, the last: every number may matter"
    depends(True, lambda x: x + first(x)[..., -1:], said)
    said = "one number of the last output depends on the first step: any change counts"
    depends(True, lambda x: torch.cat([x[..., :2], x[..., 2:] + first(x)[..., 2:]], -1), said)
    said = (
        "the last output depends on the first step by very little, a millionth: any change counts"
    )
    depends(True, lambda x: 2 + 1e-6 * first(x), said)
