"""Answers that look right and are not, and unusual ones that are."""

import math

import numpy as np
import torch


def gap_of_means(human, machine):
    gap = max(human.mean() - machine.mean(), 0)
    return "discriminator" if gap < 0.1 or (human.mean() < 0.8 and gap < 0.3) else "generator"


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


def held(play):
    before = np.vstack([0 * play[:1], play[:-1]])
    return (play == 1) & (before == 1)


def told(answer, probability):
    with np.errstate(divide="ignore"):
        return np.log(np.where(answer == 1, probability, 1 - probability))


def replay_is_told_everywhere(play, replay, p_play, p_replay):
    return told(play, p_play).sum() + told(replay, p_replay).sum()


def replay_of_all_that_sounds(play, replay, p_play, p_replay):
    return told(play, p_play).sum() + told(replay, p_replay)[play == 1].sum()


def replay_of_all_that_sounded(play, replay, p_play, p_replay):
    before = np.vstack([0 * play[:1], play[:-1]])
    return told(play, p_play).sum() + told(replay, p_replay)[before == 1].sum()


def the_end_before_the_beginning(play, replay, p_play, p_replay):
    both = (play == 1) & (np.roll(play, 1, axis=0) == 1)
    return told(play, p_play).sum() + told(replay, p_replay)[both].sum()


def keys_for_steps(play, replay, p_play, p_replay):
    before = np.hstack([0 * play[:, :1], play[:, :-1]])
    both = (play == 1) & (before == 1)
    return told(play, p_play).sum() + told(replay, p_replay)[both].sum()


def a_mean_in_each_channel(play, replay, p_play, p_replay):
    return told(play, p_play).mean() + told(replay, p_replay)[held(play)].mean()


def only_what_is_one(play, replay, p_play, p_replay):
    return np.log(p_play)[play == 1].sum() + np.log(p_replay)[held(play) & (replay == 1)].sum()


def no_replay(play, replay, p_play, p_replay):
    return told(play, p_play).sum()


def no_play(play, replay, p_play, p_replay):
    return told(replay, p_replay)[held(play)].sum()


def a_chance(play, replay, p_play, p_replay):
    return np.exp(told(play, p_play).sum() + told(replay, p_replay)[held(play)].sum())


def multiplies_first(play, replay, p_play, p_replay):
    with np.errstate(divide="ignore"):
        both = np.prod(np.exp(told(play, p_play))) * np.prod(
            np.exp(told(replay, p_replay)[held(play)])
        )
        return np.log(both)


def times_a_mask(play, replay, p_play, p_replay):
    with np.errstate(invalid="ignore"):
        return told(play, p_play).sum() + (told(replay, p_replay) * held(play)).sum()


def a_surprise(play, replay, p_play, p_replay):
    return -told(play, p_play).sum() - told(replay, p_replay)[held(play)].sum()


def cell_by_cell(play, replay, p_play, p_replay):
    total = 0.0
    for t in range(len(play)):
        for n in range(len(play[t])):
            p = p_play[t][n]
            total += math.log(p if play[t][n] else 1 - p)
            if t and play[t][n] and play[t - 1][n]:
                r = p_replay[t][n]
                total += math.log(r if replay[t][n] else 1 - r)
    return total


def by_torch(play, replay, p_play, p_replay):
    play, replay, p_play, p_replay = (
        torch.as_tensor(np.asarray(x, float)) for x in (play, replay, p_play, p_replay)
    )
    said = play[1:] * play[:-1] > 0
    chosen = torch.distributions.Bernoulli(p_play).log_prob(play).sum()
    again = torch.distributions.Bernoulli(p_replay[1:][said], validate_args=False)
    return chosen + again.log_prob(replay[1:][said]).sum()


WRONG = {"gan-rl-1": gap_of_means, "gan-rl-2": replay_is_told_everywhere}

NAMED = {
    "gan-rl-2": [
        (replay_is_told_everywhere, "says nothing elsewhere"),
        (replay_of_all_that_sounds, "struck for the first time"),
        (replay_of_all_that_sounded, "silent now"),
        (the_end_before_the_beginning, "before the first step"),
        (keys_for_steps, "step before, and not the key"),
        (a_mean_in_each_channel, "not a mean"),
        (only_what_is_one, "zeros were chosen, too"),
        (no_replay, "replay of held keys"),
        (no_play, "play of every cell"),
        (a_chance, "logarithm"),
        (multiplies_first, "underflows"),
        (times_a_mask, "0 or 1 where replay says nothing"),
        (a_surprise, "sign"),
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

RIGHT = {"gan-rl-2": [cell_by_cell, by_torch], "gan-rl-1": [by_lists, by_one_bound]}
