"""Answers that look right and are not."""


def gap_of_means(human, machine):
    gap = max(human.mean() - machine.mean(), 0)
    return "discriminator" if gap < 0.1 or (human.mean() < 0.8 and gap < 0.3) else "generator"


def with_itself(rewards):
    return rewards - rewards.mean(1, keepdims=True)


WRONG = {"gan-rl-1": gap_of_means, "gan-rl-2": with_itself}
