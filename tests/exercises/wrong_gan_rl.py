"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def gap_of_means(human, machine):
    gap = max(human.mean() - machine.mean(), 0)
    return "discriminator" if gap < 0.1 or (human.mean() < 0.8 and gap < 0.3) else "generator"


def with_itself(rewards):
    return rewards - rewards.mean(1, keepdims=True)


WRONG = {"gan-rl-1": gap_of_means, "gan-rl-2": with_itself}


def mean_of_all(rewards):
    return rewards - rewards.mean(1, keepdims=True)


def of_other_openings(rewards):
    n = len(rewards)
    return rewards - (rewards.sum(0) - rewards) / max(n - 1, 1)


def one_mean_for_everybody(rewards):
    return rewards - rewards.mean()


def all_others_of_the_batch(rewards):
    return rewards - (rewards.sum() - rewards) / (rewards.size - 1)


def others_over_k(rewards):
    return rewards - (rewards.sum(1, keepdims=True) - rewards) / rewards.shape[1]


def the_neighbour(rewards):
    return rewards - np.roll(rewards, 1, axis=1)


def upside_down(rewards):
    return compare_right(rewards) * -1


def compare_right(rewards):
    k = rewards.shape[1]
    return rewards - (rewards.sum(1, keepdims=True) - rewards) / (k - 1)


def in_units_of_spread(rewards):
    return compare_right(rewards) / (rewards.std(1, keepdims=True) + 1e-8)


def in_place(rewards):
    k = rewards.shape[1]
    rewards -= (rewards.sum(1, keepdims=True) - rewards) / (k - 1)
    return rewards


def the_best_other(rewards):
    out = np.empty(rewards.shape)
    for i in range(rewards.shape[1]):
        out[:, i] = rewards[:, i] - np.delete(rewards, i, 1).max(1)
    return out


def gaps_below_zero_count(human, machine):
    gap = (human - machine).mean()
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "discriminator" if behind else "generator"


def gap_of(human, machine):
    return np.maximum(human - machine, 0).mean()


def others_left_out(human, machine):
    gaps = human - machine
    gap = gaps[gaps > 0].mean() if (gaps > 0).any() else 0
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "discriminator" if behind else "generator"


def without_sign(human, machine):
    gap = np.abs(human - machine).mean()
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "discriminator" if behind else "generator"


def gap_of_the_means(human, machine):
    gap = max(human.mean() - machine.mean(), 0)
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "discriminator" if behind else "generator"


def first_rule_alone(human, machine):
    return "discriminator" if gap_of(human, machine) < 0.1 else "generator"


def unsure_is_behind(human, machine):
    behind = gap_of(human, machine) < 0.1 or human.mean() < 0.8
    return "discriminator" if behind else "generator"


def both_at_once(human, machine):
    behind = gap_of(human, machine) < 0.1 and human.mean() < 0.8
    return "discriminator" if behind else "generator"


def doubts_the_machine(human, machine):
    gap = gap_of(human, machine)
    behind = gap < 0.1 or (gap < 0.3 and machine.mean() < 0.8)
    return "discriminator" if behind else "generator"


def names_exchanged(human, machine):
    gap = gap_of(human, machine)
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "generator" if behind else "discriminator"


def machine_minus_human(human, machine):
    gap = gap_of(machine, human)
    behind = gap < 0.1 or (gap < 0.3 and human.mean() < 0.8)
    return "discriminator" if behind else "generator"


def only_three_tenths(human, machine):
    return "discriminator" if gap_of(human, machine) < 0.3 else "generator"


NAMED = {
    "gan-rl-2": [
        (mean_of_all, "itself"),
        (of_other_openings, "opening, one"),
        (one_mean_for_everybody, "opening has"),
        (all_others_of_the_batch, "opening count"),
        (others_over_k, "k - 1"),
        (the_neighbour, "row, and not a"),
        (upside_down, "sign"),
        (in_units_of_spread, "divide by"),
        (in_place, "alone: your"),
        (the_best_other, "mean of the others"),
    ],
    "gan-rl-1": [
        (gaps_below_zero_count, "counts 0, and then"),
        (others_left_out, "count 0"),
        (without_sign, "counts 0, and not"),
        (gap_of_the_means, "pair"),
        (first_rule_alone, "0.3, and"),
        (unsure_is_behind, "0.3, however"),
        (both_at_once, "is below 0.1"),
        (doubts_the_machine, "human is not"),
        (names_exchanged, "discriminator is"),
        (machine_minus_human, "minus"),
        (only_three_tenths, "not below 0.8"),
    ],
}


def one_by_one(rewards):
    return [
        [float(r) - sum(float(x) for j, x in enumerate(row) if j != i) / (len(row) - 1)
         for i, r in enumerate(row)]
        for row in rewards
    ]  # fmt: skip


def stretched(rewards):
    rewards = np.asarray(rewards, float)
    k = rewards.shape[1]
    return rewards @ (np.eye(k) - 1 / k) * k / (k - 1)


def by_lists(human, machine):
    gaps = [float(h) - float(m) if h > m else 0.0 for h, m in zip(human, machine)]
    gap, said = sum(gaps) / len(gaps), sum(map(float, human)) / len(human)
    if gap >= 0.3:
        return "generator"
    return "generator" if gap >= 0.1 and said >= 0.8 else "discriminator"


def by_one_bound(human, machine):
    gap = np.clip(np.subtract(human, machine), 0, None).mean()
    bound = np.where(np.mean(human) < 0.8, 0.3, 0.1)
    return ["generator", "discriminator"][int(gap < bound)]


RIGHT = {"gan-rl-2": [one_by_one, stretched], "gan-rl-1": [by_lists, by_one_bound]}
