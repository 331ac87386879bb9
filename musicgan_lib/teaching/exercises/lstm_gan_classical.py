"""Judges of the exercises of *A sequence model that never saw a sequence*."""

from ..exercise import checker


@checker("lstm-gan-1")
def judge_keep_best(keep_best):
    import torch

    weights = {"w": torch.zeros(2)}
    best = keep_best(None, 3.0, weights)
    assert best is not None and best[0] == 3.0, "the first weights are the best so far"
    weights["w"] += 1
    best = keep_best(best, 2.0, weights)
    assert best[0] == 2.0, "a lower loss is better"
    weights["w"] += 1
    best = keep_best(best, 2.5, weights)
    assert best[0] == 2.0, "a higher loss is not kept"
    kept = best[1]["w"].tolist()
    assert kept != [2.0, 2.0], "training went on and changed what was kept: keep a copy"
    assert kept == [1.0, 1.0], "the weights that belong to the lowest loss are kept"


@checker("lstm-gan-2")
def judge_is_sequence_model(is_sequence_model):
    import torch

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(4, 5, 3, generator=generator)
    given = x.clone()
    with torch.random.fork_rng():
        torch.manual_seed(0)
        memory = torch.nn.LSTM(3, 6, batch_first=True)
        alone = torch.nn.Linear(3, 6)

    def last_pair(x):  # sees one step back, and no further
        return x + torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)

    assert is_sequence_model(lambda x: memory(x)[0], x), "an LSTM remembers the first step"
    assert not is_sequence_model(alone, x), "a layer that takes each step alone remembers nothing"
    assert not is_sequence_model(last_pair, x), "only what comes from the *first* step counts"
    assert is_sequence_model(last_pair, x[:, :2]), (
        "of two steps, the one before the last is the first"
    )
    assert torch.equal(x, given), "the batch that was given is left as it was"
