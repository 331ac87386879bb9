"""Answers that look right and are not, and unusual ones that are."""

import numpy as np


def counts_notes_not_time(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) % 12, minlength=12)
    return held / max(held.sum(), 1)


def takes_the_longest_tone(histogram):
    return int(np.argmax(histogram))


WRONG = {"music-for-coders-1": counts_notes_not_time, "music-for-coders-2": takes_the_longest_tone}


MAJOR = np.array([0, 2, 4, 5, 7, 9, 11])


def notes_are_counted(pitches, durations):
    return np.bincount(np.asarray(pitches) % 12, minlength=12) / max(len(pitches), 1)


def twelve_only_with_a_b(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) % 12, weights=durations)
    return held / held.sum()


def quarters_not_shares(pitches, durations):
    return np.bincount(np.asarray(pitches, int) % 12, weights=durations, minlength=12)


def nothing_over_nothing(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) % 12, weights=durations, minlength=12)
    return held / held.sum()


def the_last_of_each_class(pitches, durations):
    held = np.zeros(12)
    held[np.asarray(pitches, int) % 12] += durations
    return held / max(held.sum(), 1e-9)


def octaves_not_classes(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) // 12, weights=durations, minlength=12)[:12]
    return held / max(held.sum(), 1e-9)


def from_the_first_note(pitches, durations):
    pitches = np.asarray(pitches, int)
    held = np.bincount((pitches - pitches[:1].sum()) % 12, weights=durations, minlength=12)
    return held / max(held.sum(), 1e-9)


def whole_quarters(pitches, durations):
    held = np.zeros(12, int)
    for p, d in zip(pitches, durations):
        held[int(p) % 12] += int(d)
    return held / max(held.sum(), 1)


def largest_is_one(pitches, durations):
    held = np.bincount(np.asarray(pitches, int) % 12, weights=durations, minlength=12)
    return held / max(held.max(), 1e-9)


def the_likeliest_class(histogram):
    return int(np.argmax(histogram))


def last_of_equals(histogram):
    caught = [np.asarray(histogram)[(r + MAJOR) % 12].sum() for r in range(12)]
    return 11 - int(np.argmax(caught[::-1]))


def slid_the_other_way(histogram):
    return int(np.argmax([np.asarray(histogram)[(MAJOR - r) % 12].sum() for r in range(12)]))


def scale_does_not_wrap(histogram):
    h = np.asarray(histogram)
    return int(np.argmax([h[[r + s for s in MAJOR if r + s < 12]].sum() for r in range(12)]))


def minor_scale(histogram):
    minor = np.array([0, 2, 3, 5, 7, 8, 10])
    return int(np.argmax([np.asarray(histogram)[(r + minor) % 12].sum() for r in range(12)]))


def only_the_triad(histogram):
    triad = np.array([0, 4, 7])
    return int(np.argmax([np.asarray(histogram)[(r + triad) % 12].sum() for r in range(12)]))


def lydian(histogram):
    scale = np.array([0, 2, 4, 6, 7, 9, 11])
    return int(np.argmax([np.asarray(histogram)[(r + scale) % 12].sum() for r in range(12)]))


def how_much_it_catches(histogram):
    return max(np.asarray(histogram)[(r + MAJOR) % 12].sum() for r in range(12))


def classes_that_occur(histogram):
    h = np.asarray(histogram) > 0
    return int(np.argmax([h[(r + MAJOR) % 12].sum() for r in range(12)]))


NAMED = {
    "music-for-coders-1": [
        (notes_are_counted, "duration"),
        (twelve_only_with_a_b, "twelve"),
        (quarters_not_shares, "sum"),
        (nothing_over_nothing, "nothing sounds"),
        (the_last_of_each_class, "add"),
        (octaves_not_classes, "% 12"),
        (from_the_first_note, "from C"),
        (whole_quarters, "fraction"),
        (largest_is_one, "sum"),
    ],
    "music-for-coders-2": [
        (the_likeliest_class, "sounds longest"),
        (last_of_equals, "lowest"),
        (slid_the_other_way, "root"),
        (scale_does_not_wrap, "% 12"),
        (minor_scale, "minor"),
        (only_the_triad, "seven"),
        (lydian, "major"),
        (how_much_it_catches, "root"),
        (classes_that_occur, "how long"),
    ],
}


def plain_loop_to_a_list(pitches, durations):
    held = [0.0] * 12
    for p, d in zip(pitches, durations):
        held[int(p) % 12] += float(d)
    return [h / sum(held) if sum(held) else 0.0 for h in held]


def by_torch_scatter(pitches, durations):
    import torch

    held = torch.zeros(12, dtype=torch.float64)
    held.index_add_(
        0, torch.tensor(np.array(pitches)).long() % 12, torch.tensor(np.array(durations)).double()
    )
    return held / held.sum() if held.sum() > 0 else held


def one_hot_rows(pitches, durations):
    hot = np.eye(12)[np.asarray(pitches, dtype=int) % 12]
    return np.asarray(durations, float) @ hot / max(np.sum(durations), 1e-300)


def plain_sums(histogram):
    best, most = 0, -1.0
    for root in range(12):
        caught = sum(float(histogram[(root + s) % 12]) for s in (0, 2, 4, 5, 7, 9, 11))
        if caught > most + 1e-12:
            best, most = root, caught
    return best


def by_rolling(histogram):
    mask = np.isin(np.arange(12), MAJOR)
    return np.argmax([np.roll(mask, r) @ np.asarray(histogram) for r in range(12)])


def least_outside(histogram):
    outside = [1, 3, 6, 8, 10]
    missed = [sum(histogram[(r + s) % 12] for s in outside) for r in range(12)]
    return min(range(12), key=lambda r: (round(float(missed[r]), 12), r))


RIGHT = {
    "music-for-coders-1": [plain_loop_to_a_list, by_torch_scatter, one_hot_rows],
    "music-for-coders-2": [plain_sums, by_rolling, least_outside],
}
