"""A world of 256 tunes, where every objective's optimum is known without drawing one sample."""

import numpy as np
import torch
from torch.nn import functional as F

from ..learning import enumeration, reweighting
from ..models.tabular import TabularPolicy


class ExactWorld:
    """All 256 tunes of four notes over four pitches; random truths, and a Markov chain that cannot hold them.

    ``p (W, 256)`` are the truths: every past has its own next-note distribution, drawn from a Dirichlet of
    concentration 0.3. The generator's weights are ``(W, 5, 4)`` logits: a row for the first note, and one
    for each previous note. No sampling anywhere: every mean is a sum over all tunes, in float64.
    """

    def __init__(self, truths: int, seed: int):
        self.tunes = enumeration.all_sequences(4, 4)
        full, chain = TabularPolicy(4, 4), TabularPolicy(4, 4, order=1)
        self.counts = self._count(chain)  # (256, 20): how often a tune takes each entry
        rng = np.random.default_rng(seed)
        table = torch.tensor(rng.dirichlet(np.full(4, 0.3), (truths, len(full.logits))))
        self.p = (table.clamp_min(1e-12).log().flatten(1) @ self._count(full).T).softmax(1)
        uses = (self.p @ self.counts).view(truths, -1, 4)
        self.mle = (uses / uses.sum(2, keepdim=True)).log()
        self.q0 = self.log_q(self.mle).exp()
        notes = F.one_hot(self.tunes, 4).double()  # (256, 4, 4)
        pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
        self.pairs = torch.cat(
            [(notes[:, i, :, None] * notes[:, j, None]).flatten(1) for i, j in pairs], 1
        )

    def _count(self, policy):
        entry = policy.rows(self.tunes) * 4 + self.tunes
        return F.one_hot(entry, policy.logits.numel()).double().sum(1)

    def log_q(self, logits):
        """Log-probability of every tune under Markov chains, ``(W, 5, 4) -> (W, 256)``."""
        return logits.log_softmax(2).flatten(1) @ self.counts.T

    def best_chain(self, loss_fn, steps=500):
        """The chain at which gradient descent from maximum likelihood ends; ``loss_fn(log_q) -> (W, 256)``, summed."""
        logits = self.mle.clone().requires_grad_()
        descend([logits], lambda: loss_fn(self.log_q(logits)).sum(), steps, 0.05)
        return self.log_q(logits).exp().detach()

    def energy(self, steps=500):
        """The logit of the best discriminator that sees pairs of notes, ``(W, 256)``."""
        w = torch.zeros(len(self.p), self.pairs.shape[1], dtype=torch.double, requires_grad=True)

        def loss():
            f = w @ self.pairs.T
            return (self.p * F.softplus(-f) + self.q0 * F.softplus(f)).sum() + 1e-4 * (w**2).sum()

        descend([w], loss, steps, 0.1)
        return (w @ self.pairs.T).detach()

    def likeliest_energy(self, steps=800):
        """Pairs of notes weighed so that the reweighted generator makes the truth likeliest, ``(W, 256)``."""
        w = torch.zeros(len(self.p), self.pairs.shape[1], dtype=torch.double, requires_grad=True)

        def loss():
            f = w @ self.pairs.T
            log_z = torch.logsumexp(self.q0.log() + f, 1)
            return (log_z - (self.p * f).sum(1)).sum() + 1e-4 * (w**2).sum()

        descend([w], loss, steps, 0.1)
        return (w @ self.pairs.T).detach()

    def rows(self, q, system: str, seed: int) -> list[dict]:
        """One row a truth: how far the distributions ``q (W, 256)`` are from it."""
        return [
            {
                "system": system,
                "variant": "exact",
                "seed": 100 * seed + i,
                "metrics": distances(p, r),
            }
            for i, (p, r) in enumerate(zip(self.p, q))
        ]


def distances(p, q) -> dict[str, float]:
    """How two listed distributions differ: best judge, both KLs, entropy of ``q``, Jensen-Shannon; nats a sequence."""
    found = {
        "judge_accuracy": enumeration.bayes_accuracy(p, q),
        "nll_excess": enumeration.kl(p, q),
        "reverse_kl": enumeration.kl(q, p),
        "entropy": -torch.special.xlogy(q, q).sum(),
        "jensen_shannon": enumeration.jensen_shannon(p, q),
    }
    return {name: float(value) for name, value in found.items()}


def run_exact(truths: int = 12, seed: int = 0) -> list[dict]:
    """Every objective's optimum for the same limited generator, by enumeration."""
    world = ExactWorld(truths, seed)
    p, q0 = world.p, world.q0
    log_p, log_q0 = p.log(), q0.log()

    def chase(reward):  # policy gradient against the best discriminator, renewed at every step
        def loss(log_q):
            d = torch.sigmoid(log_p - log_q).detach()
            return -(log_q.exp() * reward(d))

        return world.best_chain(loss)

    def leashed(beta):
        return world.best_chain(lambda s: s.exp() * (beta * (s - log_q0) - (log_p - log_q0)))

    def to_middle(log_q):
        q = log_q.exp()
        m = ((p + q) / 2).log()
        return (p * (log_p - m) + q * (log_q - m)) / 2

    f = world.energy()
    ebm, likeliest = (
        torch.stack([reweighting.reweight(q, e) for q, e in zip(q0, energy)])
        for energy in (f, world.likeliest_energy())
    )
    found = {"truth": p, "control": q0}
    for t in (0.9, 0.8, 0.7):
        found[f"temperature {t}"] = world.log_q(world.mle / t).exp()
    for beta in (0.5, 1.0, 2.0, 4.0):
        found[f"rl_kl {beta:g}"] = leashed(beta)
    found["rl_d"] = chase(lambda d: d)
    found["rl_log_d"] = chase(lambda d: d.log())
    found["js"] = world.best_chain(to_middle)
    found["js + 2 mle"] = world.best_chain(lambda s: to_middle(s) - 2 * p * s)
    found["ebm"], found["ebm by likelihood"] = ebm, likeliest
    found["ebm distilled"] = world.best_chain(lambda s: s.exp() * (s - ebm.log()))
    for k in (2, 4, 8):
        best = [reweighting.best_of_probabilities(q, e, k) for q, e in zip(q0, f)]
        found[f"best_of {k}"] = torch.stack(best)
    return [row for system, q in found.items() for row in world.rows(q, system, seed)]


def descend(weights, loss_fn, steps: int, lr: float, decay=0.0, check=None) -> None:
    """Gradient descent with a cosine to its end; with ``check`` the weights of its lowest value are kept."""
    optimiser = torch.optim.AdamW(weights, lr, weight_decay=decay)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    best = np.inf, [w.detach().clone() for w in weights]
    for step in range(1, steps + 1):
        loss = loss_fn()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0 if check else 1e9)
        optimiser.step()
        falling.step()
        if check and (step == steps or step % max(steps // 10, 1) == 0):
            value = check()
            if value < best[0]:
                best = value, [w.detach().clone() for w in weights]
    if check:
        with torch.no_grad():
            for weight, kept in zip(weights, best[1]):
                weight.copy_(kept)
