"""Monte-Carlo search: what an unfinished sequence is worth, by finishing it many times."""

import torch


@torch.no_grad()
def monte_carlo_values(policy, score, actions, n: int, generator, reward=torch.sigmoid):
    """The expected reward after each action, estimated by finishing every prefix ``n`` times; ``(B, T)``.

    Parameters
    ----------
    policy : finishes the sequences, by its decoder; SeqGAN uses one that lags behind (:func:`follow`).
    score : ``(B, T) -> (B,)`` logits of whole sequences; ``reward`` turns them into rewards.
    actions : ``(B, T)``. The last column needs no roll-out: it is the sequence's own reward.

    All prefixes are finished together: the memory after each prefix is kept, and at step t the batch holds one
    branch for every prefix shorter than t. So the networks see few large batches, not T small ones, and
    no prefix is read twice. It costs ``n * (T - 1) * T / 2`` drawn words a sequence.

    Source: Yu et al. (2017), Eq. 4; the branching is ours.
    """
    decoder = policy.decoder()
    size, length = actions.shape
    memory, branches = decoder.begin(size), None
    finished = actions.new_empty((0, size * n, length))
    for t in range(length):
        last = t + 1 == length
        # Branches that left the sequence earlier draw their word t freely.
        if branches is not None:
            drawn, _ = decoder.draw(branches, generator)
            finished[:, :, t] = drawn.reshape(finished.shape[:2])
            branches = branches if last else decoder.advance(branches, drawn)
        if not last:  # a new branch leaves here, with actions[: t + 1] as its past
            memory = decoder.advance(memory, actions[:, t])
            copies = actions.repeat_interleave(n, 0)[None]
            finished = torch.cat([finished, copies])
            new = tuple(m.repeat_interleave(n, 0) for m in memory)
            branches = new if branches is None else tuple(map(torch.cat, zip(branches, new)))
    values = reward(_score_in_parts(score, finished.flatten(0, 1))).reshape(-1, size, n).mean(2)
    last = reward(_score_in_parts(score, actions))
    return torch.cat([values.T, last[:, None]], 1)


@torch.no_grad()
def follow(lagging, policy, lag: float) -> None:
    """Move a lagging copy of a policy towards it: ``lag * old + (1 - lag) * new``, weight by weight.

    SeqGAN's roll-outs use such a copy, with a lag of 0.8. Source: the published code of Yu et al. (2017).
    """
    for old, new in zip(lagging.parameters(), policy.parameters(), strict=True):
        old.mul_(lag).add_(new, alpha=1 - lag)


def _score_in_parts(score, actions, part: int = 512):
    return torch.cat([score(some) for some in actions.split(part)])
