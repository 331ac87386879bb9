"""Submissions that look right and are not, and unusual ones that are right, for *Foundations*.

Each replaces one function. `EARNS` says what it gets for the tests that are seen and for the hidden ones;
the docstring says why.
"""

import numpy as np


def choose_strength__across_tunes(train, valid, test, V, strengths):
    """Puts all tunes into one: the last note of a tune is followed by the first of the next."""
    whole = [[s for tune in tunes for s in tune] for tunes in (train, valid, test)]
    counts = np.zeros((V, V))
    np.add.at(counts, (whole[0][:-1], whole[0][1:]), 1)

    def nll(tune, strength):
        p = (counts + strength / V) / (counts.sum(axis=1, keepdims=True) + strength)
        return float(-np.log(p[tune[:-1], tune[1:]]).mean())

    best = min(strengths, key=lambda s: nll(whole[1], s))
    return best, nll(whole[2], best)


def choose_strength__on_the_test(train, valid, test, V, strengths):
    """Chooses the strength on the tunes that it reports."""
    counts = np.zeros((V, V))
    for tune in train:
        np.add.at(counts, (tune[:-1], tune[1:]), 1)

    def nll(strength):
        p = (counts + strength / V) / (counts.sum(axis=1, keepdims=True) + strength)
        return float(np.mean([-np.log(p[x]) for tune in test for x in zip(tune, tune[1:])]))

    return min((nll(s), s) for s in strengths)[::-1]


def choose_strength__mean_of_means(train, valid, test, V, strengths):
    """Averages the tunes' averages, so a short tune weighs as much as a long one."""
    counts = np.zeros((V, V))
    for tune in train:
        np.add.at(counts, (tune[:-1], tune[1:]), 1)

    def nll(tunes, strength):
        p = (counts + strength / V) / (counts.sum(axis=1, keepdims=True) + strength)
        return float(np.mean([-np.log(p[tune[:-1], tune[1:]]).mean() for tune in tunes]))

    best = min(strengths, key=lambda s: nll(valid, s))
    return best, nll(test, best)


def choose_strength__counts_the_last_note(train, valid, test, V, strengths):
    """Counts as n(c) every c, also the last one of a tune, which nothing follows."""
    counts, before = np.zeros((V, V)), np.zeros(V)
    for tune in train:
        np.add.at(counts, (tune[:-1], tune[1:]), 1)
        np.add.at(before, tune, 1)

    def nll(tunes, strength):
        p = (counts + strength / V) / (before[:, None] + strength)
        return float(np.mean([-np.log(p[x]) for tune in tunes for x in zip(tune, tune[1:])]))

    best = min(strengths, key=lambda s: nll(valid, s))
    return best, nll(test, best)


def reinforce_gradient__mean_of_the_batch(logits, actions, rewards):
    """Takes off the mean of the whole batch, itself included: the gradient is (B - 1) / B of what it should be."""
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    to_go = np.cumsum(np.asarray(rewards, float)[:, ::-1], axis=1)[:, ::-1]
    score = np.eye(p.shape[1])[np.asarray(actions)] - p
    return ((to_go - to_go.mean(axis=0))[:, :, None] * score).mean(axis=0)


def reinforce_gradient__whole_return(logits, actions, rewards):
    """Weighs every note with the whole return, so what was paid before counts, too: more noise, another number."""
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rewards = np.asarray(rewards, float)
    to_go = np.repeat(rewards.sum(axis=1, keepdims=True), rewards.shape[1], axis=1)
    others = (to_go.sum(axis=0) - to_go) / (len(to_go) - 1)
    score = np.eye(p.shape[1])[np.asarray(actions)] - p
    return ((to_go - others)[:, :, None] * score).mean(axis=0)


def reinforce_gradient__from_the_next_note(logits, actions, rewards):
    """Sums from t + 1 on, with rewards that are indexed from t: a note never hears of its own pay."""
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rewards = np.asarray(rewards, float)
    to_go = np.cumsum(rewards[:, ::-1], axis=1)[:, ::-1] - rewards
    others = (to_go.sum(axis=0) - to_go) / (len(to_go) - 1)
    score = np.eye(p.shape[1])[np.asarray(actions)] - p
    return ((to_go - others)[:, :, None] * score).mean(axis=0)


def reinforce_gradient__over_the_batch(logits, actions, rewards):
    """Sums the rewards to come along the batch, as a published program did with its surprise."""
    p = np.exp(logits - np.max(logits, axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    to_go = np.cumsum(np.asarray(rewards, float)[::-1], axis=0)[::-1]
    others = (to_go.sum(axis=0) - to_go) / (len(to_go) - 1)
    score = np.eye(p.shape[1])[np.asarray(actions)] - p
    return ((to_go - others)[:, :, None] * score).mean(axis=0)


def reinforce_gradient__exp_overflows(logits, actions, rewards):
    """Right but for logits too large for exp."""
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    to_go = np.cumsum(np.asarray(rewards, float)[:, ::-1], axis=1)[:, ::-1]
    others = (to_go.sum(axis=0) - to_go) / (len(to_go) - 1)
    score = np.eye(p.shape[1])[np.asarray(actions)] - p
    return ((to_go - others)[:, :, None] * score).mean(axis=0)


def alpha_for_ratio__rewards_to_one(rewards, ratio):
    """Takes it for granted that rewards lie between 0 and 1."""
    return 1 / np.log(ratio)


def alpha_for_ratio__upside_down(rewards, ratio):
    """The fraction upside down: right where it is 1, and nowhere else."""
    return np.log(ratio) / (np.max(rewards) - np.min(rewards))


def alpha_for_ratio__bits(rewards, ratio):
    """The logarithm to the base 2, where the optimum has e."""
    return (np.max(rewards) - np.min(rewards)) / np.log2(ratio)


def share_qualified__sounds_again(play, replay, least):
    """As published: asks whether the key sounds so many steps after the beginning, whatever lies between."""
    play, replay = np.asarray(play, bool), np.asarray(replay, bool)
    before = np.vstack([np.zeros_like(play[:1]), play[:-1]])
    begins = play & (~before | replay)
    after = np.vstack([play[least - 1 :], np.zeros((least - 1, play.shape[1]), bool)])
    return float((begins & after).sum() / begins.sum()) if begins.any() else float("nan")


def share_qualified__never_struck_again(play, replay, least):
    """Ignores replay, so repeated notes are one long note."""
    lengths = []
    for key in np.asarray(play, bool).T:
        runs = "".join("x" if down else " " for down in key).split()
        lengths += [len(run) for run in runs]
    return float(np.mean(np.array(lengths) >= least)) if lengths else float("nan")


def share_qualified__last_note_left_out(play, replay, least):
    """A note counts when its key goes up, so one that lasts to the end never counts."""
    play, replay = np.asarray(play, bool), np.asarray(replay, bool)
    lengths = []
    for down, again in zip(play.T, replay.T):
        length = 0
        for is_down, is_struck in zip(down, again):
            if length and (is_struck or not is_down):
                lengths.append(length)
                length = 0
            length += is_down
    return float(np.mean(np.array(lengths) >= least)) if lengths else float("nan")


def share_qualified__longer_than(play, replay, least):
    """Asks for longer than `least`, and a note of exactly three steps fails."""
    play, replay = np.asarray(play, bool), np.asarray(replay, bool)
    lengths = []
    for down, again in zip(play.T, replay.T):
        length = 0
        for is_down, is_struck in zip([*down, False], [*again, False]):
            if length and (is_struck or not is_down):
                lengths.append(length)
                length = 0
            length += is_down
    return float(np.mean(np.array(lengths) > least)) if lengths else float("nan")


def share_qualified__silence_is_zero(play, replay, least):
    """Gives 0 to silence, as if its notes were short."""
    play, replay = np.asarray(play, bool), np.asarray(replay, bool)
    lengths = []
    for down, again in zip(play.T, replay.T):
        length = 0
        for is_down, is_struck in zip([*down, False], [*again, False]):
            if length and (is_struck or not is_down):
                lengths.append(length)
                length = 0
            length += is_down
    return sum(n >= least for n in lengths) / max(1, len(lengths))


def alpha_for_ratio__by_halving(rewards, ratio):
    """Right, in an unusual way: tries values between two bounds until the ratio is met."""
    low, high, gap = 1e-9, 1e9, float(np.max(rewards) - np.min(rewards))
    for _ in range(300):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if gap / middle > np.log(ratio) else (low, middle)
    return middle


def share_qualified__by_cutting(play, replay, least):
    """Right, in an unusual way: writes each key as text and cuts it where it is struck."""
    texts = []
    for down, again in zip(np.asarray(play, int).T, np.asarray(replay, int).T):
        text = "".join((" x" if struck else "x") if on else " " for on, struck in zip(down, again))
        texts += text.split()
    return sum(len(text) >= least for text in texts) / len(texts) if texts else np.nan


EARNS = {
    choose_strength__across_tunes: (2, 0),
    choose_strength__on_the_test: (0, 0),
    choose_strength__mean_of_means: (2, 0),
    choose_strength__counts_the_last_note: (0, 0),
    reinforce_gradient__mean_of_the_batch: (0, 0),
    reinforce_gradient__whole_return: (2, 0),
    reinforce_gradient__from_the_next_note: (0, 0),
    reinforce_gradient__over_the_batch: (0, 0),
    reinforce_gradient__exp_overflows: (2, 0),
    alpha_for_ratio__rewards_to_one: (1, 0),
    alpha_for_ratio__upside_down: (1, 0),
    alpha_for_ratio__bits: (0, 0),
    share_qualified__sounds_again: (0, 0),
    share_qualified__never_struck_again: (0, 0),
    share_qualified__last_note_left_out: (2, 0),
    share_qualified__longer_than: (0, 0),
    share_qualified__silence_is_zero: (2, 0),
    alpha_for_ratio__by_halving: (1, 2),
    share_qualified__by_cutting: (2, 4),
}
