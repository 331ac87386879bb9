"""Answers that look right and are not, and unusual ones that are."""

import copy
import io

import torch


def keep_a_reference(best, loss, weights):
    return (loss, weights) if best is None or loss < best[0] else best


def order_matters(network, x):
    return not network(x)[:, -1].allclose(network(x.flip(1))[:, -1])


WRONG = {"lstm-gan-1": keep_a_reference, "lstm-gan-2": order_matters}


def keeps_the_reference(best, loss, weights):
    return (loss, weights) if best is None or loss < best[0] else best


def copies_the_dict_alone(best, loss, weights):
    return (loss, dict(weights)) if best is None or loss < best[0] else best


def detached_is_no_copy(best, loss, weights):
    if best is None or loss < best[0]:
        return loss, {name: w.detach() for name, w in weights.items()}
    return best


def copied(weights):
    return {name: w.detach().clone() for name, w in weights.items()}


def the_worst(best, loss, weights):
    return (loss, copied(weights)) if best is None or loss > best[0] else best


def always_the_newest(best, loss, weights):
    return loss, copied(weights)


def always_the_first(best, loss, weights):
    return (loss, copied(weights)) if best is None else best


def nothing_below_a_loss_of_zero(best, loss, weights):
    return (loss, copied(weights)) if not best or not best[0] or loss < best[0] else best


def new_loss_old_weights(best, loss, weights):
    if best is None:
        return loss, copied(weights)
    return (loss, best[1]) if loss < best[0] else best


def weights_first(best, loss, weights):
    return (copied(weights), loss) if best is None or loss < best[1] else best


def weights_alone(best, loss, weights):
    return (loss, copied(weights)) if best is None or loss < best[0] else best[1]


def lowest_loss_latest_weights(best, loss, weights):
    return (loss if best is None else min(loss, best[0])), copied(weights)


def moves_everything(network, x):
    return not torch.equal(network(x)[:, -1], network(x + 1)[:, -1])


def moves_the_last_step(network, x):
    other = x.clone()
    other[:, -1] += 1
    return not torch.equal(network(x)[:, -1], network(other)[:, -1])


def first_moved(x):
    other = x.clone()
    other[:, 0] += 1
    return other


def looks_at_all_steps(network, x):
    return not torch.equal(network(x), network(first_moved(x)))


def in_place(network, x):
    before = network(x)[:, -1].clone()
    x[:, 0] += 1
    return not torch.equal(before, network(x)[:, -1])


def takes_the_first_away(network, x):
    return not torch.equal(network(x)[:, -1], network(x[:, 1:])[:, -1])


def silence_first(network, x):
    other = x.clone()
    other[:, 0] = 0
    return not torch.equal(network(x)[:, -1], network(other)[:, -1])


def one_number_of_one_song(network, x):
    other = x.clone()
    other[0, 0, 0] += 1
    return not torch.equal(network(x)[:, -1], network(other)[:, -1])


def nearly_the_same(network, x):
    return not torch.allclose(network(x)[:, -1], network(first_moved(x))[:, -1])


def counts_the_steps(network, x):
    return network(x).shape[1] > 1


def steps_in_reverse(network, x):
    return not torch.equal(network(x)[:, -1], network(x.flip(1))[:, -1])


def the_first_output(network, x):
    return not torch.equal(network(x)[:, 0], network(first_moved(x))[:, 0])


def songs_exchanged(network, x):
    other = x.clone()
    other[:, 0] = x.flip(0)[:, 0]
    return not torch.equal(network(x)[:, -1], network(other)[:, -1])


def every_number_has_to_move(network, x):
    return bool((network(x)[:, -1] != network(first_moved(x))[:, -1]).all())


NAMED = {
    "lstm-gan-1": [
        (keeps_the_reference, "a copy"),
        (copies_the_dict_alone, "a copy"),
        (detached_is_no_copy, "a copy"),
        (the_worst, "a lower"),
        (always_the_newest, "lowest is"),
        (always_the_first, "a lower"),
        (nothing_below_a_loss_of_zero, "of 0"),
        (new_loss_old_weights, "weights of the lowest loss"),
        (weights_first, "(loss, weights)"),
        (weights_alone, "a pair"),
        (lowest_loss_latest_weights, "weights of the lowest loss"),
    ],
    "lstm-gan-2": [
        (moves_everything, "first step alone"),
        (moves_the_last_step, "first step alone"),
        (looks_at_all_steps, "last output is"),
        (in_place, "`x` alone"),
        (takes_the_first_away, "change the first step"),
        (silence_first, "silence"),
        (one_number_of_one_song, "every"),
        (nearly_the_same, "little"),
        (counts_the_steps, "and depends"),
        (steps_in_reverse, "first step alone"),
        (the_first_output, "last output is"),
        (songs_exchanged, "silence"),
        (every_number_has_to_move, "step: any change"),
    ],
}


def through_a_file(best, loss, weights):
    if best is not None and not loss < best[0]:
        return best
    file = io.BytesIO()
    torch.save(dict(weights), file)
    file.seek(0)
    return loss, torch.load(file)


def by_deepcopy(best, loss, weights):
    return min(
        [*([best] if best else []), (loss, copy.deepcopy(weights))], key=lambda pair: pair[0]
    )


def by_several_changes(network, x):
    with torch.no_grad():
        before, moved = network(x)[:, -1], False
        for change in (1.0, -3.0, 0.37):
            other = torch.cat([x[:, :1] + change * torch.arange(1, x.shape[2] + 1), x[:, 1:]], 1)
            moved = moved or bool((network(other)[:, -1] != before).any())
    return moved


def by_noise(network, x):
    rng = torch.Generator().manual_seed(3)
    other = x.clone()
    other[:, 0] = torch.rand(other[:, 0].shape, generator=rng, dtype=torch.double).to(x) * 5 - 2
    return not torch.equal(network(x)[:, -1], network(other)[:, -1])


RIGHT = {
    "lstm-gan-1": [through_a_file, by_deepcopy],
    "lstm-gan-2": [by_several_changes, by_noise],
}
