"""Whether captions and sounds find one another, and what is heard in sounds that captions asked for."""

import numpy as np
import torch

from ..data.waves import FACTS, is_held_out
from ..evaluation.sound_facts import fit_rules, read_facts
from .game import device_of
from .sound_measures import list_labels, share_heard
from .words_to_sound import write_words

#: Training clips by which the rules learn that read facts from sound, each as it is and through the codec; the least
READ, FEW = 192, 48
#: Clips that are made at once
AT_ONCE = 64
#: Words of a sound: two seconds
LENGTH = 50


@torch.no_grad()
def measure_towers(network, config, data) -> dict:
    """How often the caption of a test clip is found among all 32, the first wording of each.

    ``caption_found``: of clips whose combination had a caption while the towers learned; ``caption_found_new``: of
    those that had none, and ``caption_new_FACT``: how often it is right about that fact. ``clip_found_new``: how often
    a caption without an example finds a clip of its own among 32, one of each combination (:func:`find_clips`).
    """
    device, labels = device_of(network), data.labels("test")[: config.measure]
    waves = torch.as_tensor(data.waves("test")[: config.measure]).to(device)
    asked = list_labels(1)
    points = network.text(write_words(asked, "sentence").to(device))
    alike = (network.sound(waves) @ points.T).cpu().numpy()  # (clips, captions)
    new, named = is_held_out(labels), asked[alike.argmax(1)]
    right = (named == labels).all(1)
    found = {"caption_found": share(right[~new]), "caption_found_new": share(right[new])}
    for k, fact in enumerate(FACTS):
        found[f"caption_new_{fact}"] = share(named[new, k] == labels[new, k])
    found["clip_found_new"] = find_clips(alike, labels, asked)
    return {k: v for k, v in found.items() if v is not None}


def find_clips(alike, labels, asked) -> float | None:
    """How often a caption finds a clip of its own, of captions without an example; None where there is no such clip.

    ``alike (n, m)`` says how near each clip lies to each caption. A clip stands among one clip of each other
    combination, drawn at random: the chance that it is nearest is the product of the shares that are farther.
    """
    chances = []
    kinds = [np.flatnonzero((labels == k).all(1)) for k in asked]
    for k in np.flatnonzero(is_held_out(asked)):
        others = [alike[rows, k] for j, rows in enumerate(kinds) if j != k and len(rows)]
        for own in alike[kinds[k], k]:
            chances.append(np.prod([(other < own).mean() for other in others]))
    return share(chances)


def share(values) -> float | None:
    """The mean; None of nothing."""
    return float(np.mean(values)) if len(values) else None


def make_sounds(network, config, words, generator) -> np.ndarray:
    """Sounds that captions ask for, numbers of words ``(n, L)``: ``(n, T) float32``."""
    return make_from_points(network, config, network.text(words.to(device_of(network))), generator)


@torch.no_grad()
def make_from_points(network, config, points, generator) -> np.ndarray:
    """Sounds that points of the embedding ``(n, D)`` steer, ``(n, T) float32``."""
    made = []
    for part in points.split(AT_ONCE):
        _, codes = network.write(part, LENGTH, generator, config.temperature)
        made.append(network.lm.codec.decode(codes).cpu())
    return torch.cat(made).numpy().clip(-1, 1)


@torch.no_grad()
def measure_made(network, config, data, generator) -> tuple[dict, np.ndarray]:
    """What is heard in sounds that all 32 captions asked for, ``config.clips`` each; and the sounds ``(n, T)``.

    ``relevance``: the share of facts that are heard as asked; ``heard_FACT``: of each; ``heard_all``: the share of
    sounds of which all four are. ``…_new``: of the 8 combinations that had no caption while the towers learned.
    ``real_…`` are of test clips as they are, ``codec_…`` of these through the codec.
    ``sound_…``: of sounds that the points of these test clips themselves have steered.
    """
    device, codec = device_of(network), network.lm.codec
    train, test = (torch.as_tensor(data.waves(s)) for s in ("train", "test"))
    few = train[: min(READ, max(FEW, 2 * config.measure))]
    test, labels = test[: config.measure], data.labels("test")[: config.measure]

    def again(waves):  # through the codec
        return codec.decode(codec(waves.to(device))).cpu().numpy()

    known = np.tile(data.labels("train")[: len(few)], (2, 1))
    rules = fit_rules(np.concatenate([few.numpy(), again(few)]), known, data.rate)
    asked = list_labels(config.clips)
    made = make_sounds(network, config, write_words(asked, "sentence"), generator)
    steered = make_from_points(network, config, network.sound(test.to(device)), generator)
    found = {}
    for name, sounds, wanted in (
        ("", made, asked),
        ("real_", test.numpy(), labels),
        ("codec_", again(test), labels),
        ("sound_", steered, labels),
    ):
        heard = read_facts(rules, sounds, data.rate)
        found |= rate_heard(heard, wanted, name)
        if not name:
            new = is_held_out(asked)
            found |= {f"{k}_new": v for k, v in rate_heard(heard[new], asked[new]).items()}
    return found, made


def rate_heard(heard, asked, name: str = "") -> dict:
    """As :func:`~.sound_measures.share_heard`, and ``heard_all``: how often all facts ``(n, 4)`` are as asked."""
    whole = float((np.asarray(heard) == np.asarray(asked)).all(1).mean())
    return share_heard(heard, asked, name) | {f"{name}heard_all": whole}
