"""Likelihood and entropy of a policy on words, in nats a word of the paper, whatever its tokens are."""

import torch

#: Tokens that are read at once where nobody says how many rows.
AT_ONCE = 8192


@torch.no_grad()
def nll(policy, actions: torch.Tensor, batch: int | None = None, first: int = 0) -> float:
    """Mean negative log-likelihood of given sequences ``(N, T)``, of their tokens from ``first`` on; lower is better.

    This is H(p_data, p_gen) of Bjare and Meredith (2020), Table 1, where the sequences are real: it
    punishes a policy for all that it leaves out. A word of three factors counts once, with the sum of
    their surprises. NaN for no sequences. ``batch`` rows are read at once; by default 64, and of windows beyond
    128 tokens fewer, so that they take no more memory.
    """
    batch = batch or min(64, max(AT_ONCE // max(actions.shape[1], 1), 1))
    was, device = policy.training, next(policy.parameters()).device
    policy.eval()
    total = sum(
        -policy.log_prob(part.to(device), entropy=False).log_prob[:, first:].double().sum().item()
        for part in actions.split(batch)
    )
    policy.train(was)
    count = actions[:, first:].numel()
    return total / count if count else float("nan")


@torch.no_grad()
def piece_nll(policy, pieces, length: int, stride: int = 1, batch: int = 64) -> tuple[float, int]:
    """Nats of whole pieces, and how many tokens they have: each is counted once, whatever its length.

    A piece is read in windows of at most ``length`` tokens, half a window apart (a multiple of ``stride``, where a
    window may begin); of each but the first the second half counts, so that a token has half a window before it or all
    that the piece has.
    """
    was, device = policy.training, next(policy.parameters()).device
    policy.eval()
    half = max(length // 2 // stride, 1) * stride
    if half >= length:
        raise ValueError(f"windows of {length} tokens that begin at every {stride} cannot overlap")
    by_size: dict = {}
    for piece in pieces:
        counted = 0
        for start in range(0, max(len(piece) - length, 0) + half, half):
            window = piece[start : start + length]
            if start + len(window) > counted:
                by_size.setdefault(len(window), []).append((window, counted - start))
                counted = start + len(window)
    total, count = 0.0, 0
    for windows in by_size.values():
        for at in range(0, len(windows), batch):
            part = windows[at : at + batch]
            tokens = torch.stack([torch.as_tensor(w) for w, _ in part]).to(device)
            log_prob = policy.log_prob(tokens, entropy=False).log_prob.double().cpu()
            total -= sum(row[first:].sum().item() for row, (_, first) in zip(log_prob, part))
            count += sum(len(w) - first for w, first in part)
    policy.train(was)
    return total, count


@torch.no_grad()
def entropies(policy, samples: torch.Tensor, batch: int = 64) -> dict:
    """How undecided a policy is, on its own samples ``(N, T)``: ``entropy`` and ``own_nll``, nats a word.

    ``own_nll`` is the surprise of the words that were drawn (H(p_gen) of Table 1, an estimate);
    ``entropy`` averages the exact entropy of every step's distribution: the same mean, less noise.
    """
    out = [policy.log_prob(part) for part in samples.split(batch)]
    return {
        "entropy": torch.cat([o.entropy for o in out]).double().mean().item(),
        "own_nll": -torch.cat([o.log_prob for o in out]).double().mean().item(),
    }


@torch.no_grad()
def own_judgement(judge, real: torch.Tensor, fake: torch.Tensor) -> dict:
    """What a run's own discriminator thinks: ``reward_mean, reward_std, precision, recall``.

    R_T and S_T of Table 1 are mean and standard deviation of D(x) over samples; precision is the share of
    real ones among all that are judged real, recall the share of real ones that are; threshold 0.5. Where
    nothing is judged real, precision is NaN. A weak discriminator pays well: never compare between runs.
    """
    was, device = judge.training, next(judge.parameters()).device
    judge.eval()
    of_real, of_fake = (
        torch.cat([judge.score(p.to(device)) for p in x.split(64)]).sigmoid() for x in (real, fake)
    )
    judge.train(was)
    hits, false = (of_real > 0.5).sum().item(), (of_fake > 0.5).sum().item()
    return {
        "reward_mean": of_fake.mean().item(),
        "reward_std": of_fake.std(correction=0).item(),
        "precision": hits / (hits + false) if hits + false else float("nan"),
        "recall": hits / len(of_real),
    }
