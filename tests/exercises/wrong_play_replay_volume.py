"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def rises_or_replays(play, replay):
    before = np.vstack([np.zeros_like(play[:1]), play[:-1]])
    return (play > before) | (replay > 0)


def rolled_target(matrix, length, hop):
    starts = np.arange(0, len(matrix) - length, hop)
    X = matrix[starts[:, None] + np.arange(length)]
    return X, np.roll(X, -1, axis=1)


WRONG = {
    "play-replay-volume-1": rises_or_replays,
    "play-replay-volume-2": rolled_target,
}


def before(play):
    return np.concatenate([np.zeros_like(play[:1]), play[:-1]])


def replay_forgotten(play, replay):
    return play * (1 - before(play))


def replay_alone(play, replay):
    return replay.copy()


def play_alone(play, replay):
    return play.copy()


def replay_where_silent(play, replay):
    return np.maximum(play * (1 - before(play)), replay)


def first_step_forgotten(play, replay):
    out = np.zeros_like(play)
    out[1:] = play[1:] * (1 - play[:-1] * (1 - replay[1:]))
    return out


def last_step_before_the_first(play, replay):
    return play * (1 - np.roll(play, 1, axis=0) * (1 - replay))


def along_the_keys(play, replay):
    left = np.concatenate([np.zeros_like(play[:, :1]), play[:, :-1]], axis=1)
    return play * (1 - left * (1 - replay))


def where_it_ends_too(play, replay):
    return np.maximum(np.abs(play - before(play)), play * replay)


def adds_up_to_two(play, replay):
    return play * (1 - before(play)) + play * replay


def any_key_of_the_step(play, replay):
    new = play * (1 - before(play) * (1 - replay))
    return new.any(axis=1, keepdims=True) * play


def later_by_one(play, replay):
    return before(play * (1 - before(play) * (1 - replay)))


def exclusive_or(play, replay):
    return play * (before(play) ^ 1 ^ replay)


def writes_into_play(play, replay):
    for t in range(len(play) - 1, 0, -1):
        play[t] *= 1 - play[t - 1] * (1 - replay[t])
    return play


def same_as_input(matrix, length, hop):
    starts = range(0, len(matrix) - length, hop)
    x = np.stack([matrix[a : a + length] for a in starts])
    return x, x.copy()


def next_window(matrix, length, hop):
    starts = range(0, len(matrix) - 2 * length + 1, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + length : a + 2 * length] for a in starts]),
    )


def last_window_lost(matrix, length, hop):
    starts = range(0, len(matrix) - length - 1, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + 1 : a + length + 1] for a in starts]),
    )


def padded_at_the_end(matrix, length, hop):
    wide = np.concatenate([matrix, np.zeros_like(matrix[: length + 1])])
    starts = range(0, len(matrix), hop)
    return (
        np.stack([wide[a : a + length] for a in starts]),
        np.stack([wide[a + 1 : a + length + 1] for a in starts]),
    )


def silent_last_target(matrix, length, hop):
    wide = np.concatenate([matrix, np.zeros_like(matrix[:1])])
    starts = range(0, len(matrix) - length + 1, hop)
    return (
        np.stack([wide[a : a + length] for a in starts]),
        np.stack([wide[a + 1 : a + length + 1] for a in starts]),
    )


def hop_is_length(matrix, length, hop):
    starts = range(0, len(matrix) - length, length)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + 1 : a + length + 1] for a in starts]),
    )


def hop_is_one(matrix, length, hop):
    starts = range(len(matrix) - length)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + 1 : a + length + 1] for a in starts]),
    )


def step_later_by_hop(matrix, length, hop):
    starts = range(0, len(matrix) - length - hop + 1, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + hop : a + length + hop] for a in starts]),
    )


def one_target_a_window(matrix, length, hop):
    starts = range(0, len(matrix) - length, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + length] for a in starts]),
    )


def targets_first(matrix, length, hop):
    starts = range(0, len(matrix) - length, hop)
    return (
        np.stack([matrix[a + 1 : a + length + 1] for a in starts]),
        np.stack([matrix[a : a + length] for a in starts]),
    )


def step_before(matrix, length, hop):
    starts = range(1, len(matrix) - length + 1, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a - 1 : a + length - 1] for a in starts]),
    )


def windows_of_length_minus_one(matrix, length, hop):
    starts = range(0, len(matrix) - length + 1, hop)
    w = np.stack([matrix[a : a + length] for a in starts])
    return w[:, :-1], w[:, 1:]


def only_play(matrix, length, hop):
    starts = range(0, len(matrix) - length, hop)
    return (
        np.stack([matrix[a : a + length] for a in starts]),
        np.stack([matrix[a + 1 : a + length + 1, :, :1] for a in starts]),
    )


NAMED = {
    "play-replay-volume-1": [
        (replay_forgotten, "struck again"),
        (replay_alone, "goes down"),
        (play_alone, "held"),
        (replay_where_silent, "key that is up"),
        (first_step_forgotten, "first step"),
        (last_step_before_the_first, "first step"),
        (along_the_keys, "step before"),
        (where_it_ends_too, "its end"),
        (adds_up_to_two, "0 and 1"),
        (any_key_of_the_step, "key"),
        (later_by_one, "step"),
        (exclusive_or, "replay"),
        (writes_into_play, "alone"),
    ],
    "play-replay-volume-2": [
        (same_as_input, "follows"),
        (next_window, "one step"),
        (last_window_lost, "last window"),
        (padded_at_the_end, "padding"),
        (silent_last_target, "padding"),
        (hop_is_length, "hop"),
        (hop_is_one, "hop"),
        (step_later_by_hop, "one step"),
        (one_target_a_window, "for each step"),
        (targets_first, "follows"),
        (step_before, "follows"),
        (windows_of_length_minus_one, "length"),
        (only_play, "channels"),
    ],
}


def true_and_false(play, replay):
    down, again = np.asarray(play) > 0, np.asarray(replay) > 0
    was_down = np.vstack([np.zeros((1, down.shape[1]), bool), down[:-1]])
    return down & (~was_down | again)


def lists_of_lists(play, replay):
    out = []
    for t, row in enumerate(play):
        out.append(
            [
                int(bool(row[p]) and (t == 0 or not play[t - 1][p] or bool(replay[t][p])))
                for p in range(len(row))
            ]
        )
    return out


def by_differences(play, replay):
    play, replay = np.asarray(play, float), np.asarray(replay, float)
    rises = np.diff(play, axis=0, prepend=0) > 0
    return np.where(rises, 1.0, play * replay)


def sliding_views(matrix, length, hop):
    all_ = np.lib.stride_tricks.sliding_window_view(matrix, length, axis=0)
    all_ = np.moveaxis(all_, -1, 1)  # (starts, length, pitches, channels)
    return all_[:-1:hop], all_[1::hop]


def by_an_index(matrix, length, hop):
    at = np.arange(0, len(matrix) - length, hop)[:, None] + np.arange(length)
    return [matrix[at], matrix[at + 1]]


def torch_unfold(matrix, length, hop):
    import torch

    both = torch.as_tensor(np.array(matrix)).unfold(0, length + 1, hop).movedim(-1, 1)
    return both[:, :-1], both[:, 1:]


RIGHT = {
    "play-replay-volume-1": [true_and_false, lists_of_lists, by_differences],
    "play-replay-volume-2": [sliding_views, by_an_index, torch_unfold],
}
