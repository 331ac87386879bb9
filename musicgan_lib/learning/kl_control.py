"""Tuning a model by values: what an action is worth where straying from a frozen model has a price.

The price is the Kullback-Leibler divergence, so the best policy is ``p(x) exp(R(x))`` made to sum to one: p the frozen
model, R the rewards in units of what a nat of straying costs. A world of sequences has no chance in it: an action is
appended. Source: Jaques et al. (2017); psi-learning is of Rawlik et al. (2012), G-learning of Fox et al. (2016).
"""

import torch

KINDS = ("g", "psi", "q")


def list_targets(kind: str, later, log_p, start, actions, rewards, discount: float = 1.0):
    """What the values of the actions taken should be, ``(B, T)``.

    Parameters
    ----------
    kind : ``"psi"``: values hold the model's own log-probability, ``log p + r + soft value of what follows``;
        ``"g"``: they leave it out, ``r + soft value``, where the soft value weighs actions by p; ``"q"``: as psi, but
        with the best action in place of the soft value, the classical one.
    later : values of all actions by a network that lags behind, ``(B, T, V)``; for ``"g"`` what that network says less
        what it said at the start.
    log_p : of all actions under the frozen model, ``(B, T, V)``.
    start : the frozen model's own values at the start, ``(B, T, V)``: what ``"g"`` is counted from.
    actions, rewards : ``(B, T)``.

    ValueError for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; choose {', '.join(KINDS)}")
    if kind == "q":
        value = later.amax(-1)
    elif kind == "psi":
        value = later.logsumexp(-1)
    else:
        value = (log_p + later - start).logsumexp(-1)
    after = torch.cat([value[:, 1:], torch.zeros_like(value[:, :1])], 1)
    target = rewards + discount * after
    if kind == "g":
        return target
    return target + log_p.gather(-1, actions[..., None])[..., 0]


def take_values(kind: str, values, start, actions) -> torch.Tensor:
    """Of values of all actions, ``(B, T, V)``, those of the actions taken, ``(B, T)``; of ``"g"`` less ``start``."""
    of_all = values - start if kind == "g" else values
    return of_all.gather(-1, actions[..., None])[..., 0]
