"""What to do with a discriminator after training: weigh, filter or resample, and leave the generator alone.

An *energy* here is a logit of "real" times a scale, ``w f(x)``: nats by which a sequence should be likelier
than its generator makes it. (Physicists give energies the other sign.) Scores and energies are ``(N,)``.
"""

import math

import torch


def fit_energy_scale(real_logits, fake_logits, largest: float = 10.0) -> float:
    """How far to trust a discriminator: the ``w >= 0`` under which held-out real music is likeliest.

    Maximises ``mean(w f(real)) - log mean exp(w f(fake))``, which has one peak, by halving the interval
    in which its slope changes sign. 0 for logits that do not tell the two apart, ``largest`` where they
    always do. Fit it on music that trained neither network. Source: ours, after Deng et al. (2020).
    """
    real, fake = real_logits.double(), fake_logits.double()
    low, high = 0.0, float(largest)
    for _ in range(50):
        w = (low + high) / 2
        slope = real.mean() - (torch.softmax(w * fake, 0) * fake).sum()
        low, high = (w, high) if slope > 0 else (low, w)
    return low


def log_partition(energies) -> torch.Tensor:
    """``log Z``, the normaliser of the reweighted generator, from energies of its samples; a scalar.

    ``log mean exp(energies)``. From finitely many samples it is too low on average, by about
    ``variance / 2N``: draw many.
    """
    return torch.logsumexp(energies.double(), 0) - math.log(len(energies))


def reweight(p, energies) -> torch.Tensor:
    """The residual energy-based model where all sequences are listed: ``p exp(energy) / Z``, ``(N,)``.

    With ``p`` the generator's probabilities. Source: Deng et al. (2020).
    """
    return torch.softmax(torch.log(p) + energies, 0)


def residual_gain(real_energies, fake_energies, tune=None) -> tuple[float, float]:
    """By how many nats a window the energies raise the likelihood of real music, and its standard error.

    ``mean(real) - log Z``: subtract it from the generator's NLL. ``tune (N,)`` says which tune each real
    window is from; then tunes are the witnesses, not windows. The error counts the real side alone.
    ValueError for fewer than two witnesses.
    """
    real = real_energies.double()
    tune = torch.arange(len(real)) if tune is None else torch.as_tensor(tune)
    names, row = torch.unique(tune, return_inverse=True)
    n = len(names)
    if n < 2:
        raise ValueError("one tune alone does not say how much another would differ")
    sums = torch.zeros(n, dtype=torch.double).index_add(0, row, real - real.mean())
    error = math.sqrt(n / (n - 1) * float((sums**2).sum())) / len(real)
    return float(real.mean() - log_partition(fake_energies)), error


def effective_sample_size(energies) -> float:
    """How many equally weighted samples the weighted ones are worth, 1..N; Kish's ``(sum w)^2 / sum w^2``.

    Below a tenth of N, resampling and ``log Z`` lean on few samples: draw more, or lower the scale.
    """
    weights = torch.softmax(energies.double(), 0)
    return float(1 / (weights**2).sum())


def importance_resample(energies, n: int, generator) -> torch.Tensor:
    """Keep ``n`` of N samples, none twice, the likelier the higher their energy; indices ``(n,)``.

    Gumbel noise and the n largest, then *shuffled*: sorted by score, the last ones are another kind of
    music than the first ones, and a judge that trains on the first is fooled. ValueError for ``n > N``.
    """
    if n > len(energies):
        raise ValueError(f"{n} of {len(energies)} samples cannot be kept, none twice")
    u = torch.rand(len(energies), generator=generator, dtype=torch.double)
    noisy = energies.double() - torch.log(-torch.log(u.clamp_min(1e-300)))
    kept = noisy.topk(n).indices
    return kept[torch.randperm(n, generator=generator)]


@torch.no_grad()
def best_of(policy, score, n: int, k: int, length: int, generator) -> torch.Tensor:
    """Draw ``k`` sequences for each of ``n`` and keep the one with the highest score; ``(n, T)``.

    Pass ``lambda x: -score(x)`` and an equally seeded generator to get the worst of the same draws.
    """
    drawn = policy.sample(n * k, length, generator).actions
    scores = torch.cat([score(part) for part in drawn.split(1024)]).view(n, k)
    return drawn.view(n, k, length)[torch.arange(n), scores.argmax(1)]


def best_of_probabilities(p, score, k: int) -> torch.Tensor:
    """What :func:`best_of` makes of a generator's probabilities ``p (N,)``, exactly; ``(N,)``.

    The best of k lies at or below a score with probability ``F^k``, so a sequence's share is the step of
    ``F^k`` at its score, divided among equal scores by ``p``.
    """
    _, rank = torch.unique(score, return_inverse=True)  # equal scores, equal rank
    level = torch.zeros(int(rank.max()) + 1, dtype=p.dtype).index_add(0, rank, p)
    below = torch.cat([level.new_zeros(1), level.cumsum(0)])
    step = below[1:] ** k - below[:-1] ** k
    return (p * (step / level.clamp_min(1e-300))[rank]).to(p.dtype)
